"""Views of steps and flows, built from records."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from scenarios.records.lines import (
    GENERATED,
    Check,
    Exchange,
    FlowFinished,
    HumanAnswer,
    Note,
    PlannedFlow,
    PlannedStep,
    Sending,
    StepChanged,
    StepFinished,
    StepStatus,
)
from scenarios.records.verdicts import Verdict, worst


@dataclass(slots=True)
class StepView:
    """View of one step; `changed` is None before it starts."""

    planned: PlannedStep
    changed: StepChanged | None = None
    started_at: datetime | None = None
    finished: StepFinished | None = None
    sendings: list[Sending] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    answers: list[HumanAnswer] = field(default_factory=list)

    @property
    def status(self) -> StepStatus | None:
        """None if the step never started."""
        if self.finished:
            return StepStatus.DONE
        return self.changed.status if self.changed else None

    @property
    def verdict(self) -> Verdict | None:
        """None until the step is finished."""
        return self.finished.verdict if self.finished else None

    @property
    def unanswered(self) -> tuple[Sending, ...]:
        """Writes without a recorded answer."""
        answered = {exchange.key for exchange in self.exchanges if exchange.key and exchange.answer}
        return tuple(sending for sending in self.sendings if sending.key not in answered)


@dataclass(slots=True)
class FlowView:
    """View of one flow; `orders` maps its names to ids."""

    planned: PlannedFlow
    steps: dict[int, StepView]
    started_at: datetime | None = None
    finished: FlowFinished | None = None
    orders: dict[str, str] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The flow's id with its variant."""
        return self.planned.id

    @property
    def verdict(self) -> Verdict | None:
        """None until the flow is finished; a skipped flow has a verdict."""
        if self.finished:
            return self.finished.verdict
        return Verdict.SKIP if self.planned.skip is not None else None

    @property
    def is_wanting(self) -> bool:
        """Whether the flow lacked writes or a person."""
        return any(step.finished is not None and step.finished.again for step in self.steps.values())

    def reopen(self) -> None:
        """Make blocked steps unfinished if the flow lacked something."""
        if not self.is_wanting:
            return
        self.finished = None
        for step in self.steps.values():
            if step.finished is not None and step.finished.verdict is Verdict.BLOCKED:
                step.finished = None

    @property
    def seconds(self) -> float | None:
        """Duration of the flow; None if it is not known.

        The calls of a generated flow take turns with those of others, so it has none.
        """
        if self.planned.journey == GENERATED or not (self.started_at and self.finished):
            return None
        return max((self.finished.at - self.started_at).total_seconds(), 0.0)

    @property
    def worst_so_far(self) -> Verdict | None:
        """The verdict, else the worst of the finished steps."""
        done = [step.finished.verdict for step in self.steps.values() if step.finished]
        return self.verdict or (worst(done) if done else None)

    @property
    def message(self) -> str:
        """The reason of the verdict in one line; empty for a pass."""
        if self.finished and self.finished.message:
            return self.finished.message
        if self.planned.skip is not None:
            return self.planned.skip
        spoken = [step.finished for step in self.steps.values() if step.finished and step.finished.message]
        return max(spoken, key=lambda end: end.verdict.rank).message if spoken else ""
