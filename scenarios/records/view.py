"""A run as its records tell it: the fold of run.jsonl that reports and `resume` read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import singledispatch

from scenarios.records.lines import (
    Check,
    Exchange,
    FlowFinished,
    FlowStarted,
    HumanAnswer,
    Note,
    OrderKnown,
    PlannedFlow,
    PlannedStep,
    Record,
    Resumed,
    Run,
    RunFinished,
    Sending,
    StepChanged,
    StepFinished,
    StepStatus,
)
from scenarios.records.verdicts import Verdict, worst

NOTEWORTHY = (Verdict.WARN, Verdict.BLOCKED, Verdict.FAIL, Verdict.ERROR)
"""Verdicts that ask for a reader's attention."""


@dataclass(slots=True)
class StepView:
    """What is known of one step. `changed` is its last status record, None before it began."""

    planned: PlannedStep
    changed: StepChanged | None = None
    finished: StepFinished | None = None
    sendings: list[Sending] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    answers: list[HumanAnswer] = field(default_factory=list)

    @property
    def status(self) -> StepStatus | None:
        """None when the step never began."""
        if self.finished:
            return StepStatus.DONE
        return self.changed.status if self.changed else None

    @property
    def verdict(self) -> Verdict | None:
        """None while the step is not finished."""
        return self.finished.verdict if self.finished else None

    @property
    def unanswered(self) -> tuple[Sending, ...]:
        """Writes of which it is not known whether they arrived."""
        answered = {exchange.key for exchange in self.exchanges if exchange.key}
        return tuple(sending for sending in self.sendings if sending.key not in answered)


@dataclass(slots=True)
class FlowView:
    """What is known of one flow; `orders` maps the flow's names to ids at the target."""

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
        """None while the flow has not finished; a planned skip counts as finished."""
        if self.finished:
            return self.finished.verdict
        return Verdict.SKIP if self.planned.skip is not None else None

    @property
    def worst_so_far(self) -> Verdict | None:
        """The verdict, or that of the steps that did finish; None when there are none."""
        done = [step.finished.verdict for step in self.steps.values() if step.finished]
        return self.verdict or (worst(done) if done else None)

    @property
    def message(self) -> str:
        """Why the flow ended as it did, in one line; empty when it passed."""
        if self.finished and self.finished.message:
            return self.finished.message
        if self.planned.skip is not None:
            return self.planned.skip
        spoken = [step.finished for step in self.steps.values() if step.finished and step.finished.message]
        return max(spoken, key=lambda end: end.verdict.rank).message if spoken else ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a trouble showed: flow, step and what was said there."""

    flow: str
    step: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Cause:
    """Troubles of one cause: its key, the worst verdict, the first words for it, and every place."""

    key: str
    verdict: Verdict
    sentence: str
    places: tuple[Place, ...]

    @property
    def flows(self) -> tuple[str, ...]:
        """Ids of the flows, each once, in order."""
        return tuple(dict.fromkeys(place.flow for place in self.places))


@dataclass(slots=True)
class RunView:
    """A whole run. `run` is None for a file in which not even the first line was finished."""

    run: Run | None = None
    finished: RunFinished | None = None
    resumed: list[Resumed] = field(default_factory=list)
    flows: dict[str, FlowView] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    last_at: datetime | None = None

    @property
    def totals(self) -> dict[Verdict, int]:
        """Finished flows by verdict; every verdict is a key."""
        found = Counter(flow.verdict for flow in self.flows.values())
        return {verdict: found[verdict] for verdict in Verdict}

    @property
    def unfinished(self) -> tuple[FlowView, ...]:
        """Flows that began, or were to begin, and did not come to an end."""
        return tuple(flow for flow in self.flows.values() if flow.verdict is None)

    @property
    def verdict(self) -> Verdict | None:
        """None when the run was cut off."""
        return self.finished.verdict if self.finished else None

    @property
    def checks(self) -> tuple[Check, ...]:
        """Every check of the run."""
        return tuple(
            check for flow in self.flows.values() for step in flow.steps.values() for check in step.checks
        )

    @property
    def causes(self) -> tuple[Cause, ...]:
        """Root causes, worst first, then by number of flows; what another step blocked is none."""
        return _causes(self.flows.values())


def fold(records: Iterable[Record]) -> RunView:
    """The run that `records` tell of."""
    view = RunView()
    for record in records:
        view.last_at = record.at
        _apply(record, view)
    return view


def _step(view: RunView, flow: str, step: int) -> StepView | None:
    found = view.flows.get(flow)
    return found.steps.get(step) if found else None


@singledispatch
def _apply(record: Record, view: RunView) -> None:
    raise TypeError(f"no rule for {type(record).__name__}")


@_apply.register
def _run(record: Run, view: RunView) -> None:
    view.run = record
    for planned in record.flows:
        steps = {step.number: StepView(step) for step in planned.steps}
        view.flows[planned.id] = FlowView(planned, steps)


@_apply.register
def _resumed(record: Resumed, view: RunView) -> None:
    view.resumed.append(record)
    view.finished = None
    for flow in view.unfinished:
        for step in flow.steps.values():
            if not step.finished:
                step.checks.clear()


@_apply.register
def _flow_started(record: FlowStarted, view: RunView) -> None:
    if flow := view.flows.get(record.flow):
        flow.started_at = flow.started_at or record.at


@_apply.register
def _order(record: OrderKnown, view: RunView) -> None:
    if flow := view.flows.get(record.flow):
        flow.orders[record.name] = record.order_id


@_apply.register
def _note(record: Note, view: RunView) -> None:
    flow = view.flows.get(record.flow or "")
    step = flow.steps.get(record.step or 0) if flow else None
    (step or flow or view).notes.append(record)


@_apply.register
def _flow_finished(record: FlowFinished, view: RunView) -> None:
    if flow := view.flows.get(record.flow):
        flow.finished = record


@_apply.register
def _run_finished(record: RunFinished, view: RunView) -> None:
    view.finished = record


@_apply.register(StepChanged)
@_apply.register(Sending)
@_apply.register(Exchange)
@_apply.register(Check)
@_apply.register(HumanAnswer)
@_apply.register(StepFinished)
def _inside(
    record: StepChanged | Sending | Exchange | Check | HumanAnswer | StepFinished, view: RunView
) -> None:
    step = _step(view, record.flow, record.step)
    if step is None:
        return
    match record:
        case StepChanged():
            step.changed = record
        case Sending():
            step.sendings.append(record)
        case Exchange():
            step.exchanges.append(record)
        case Check():
            step.checks.append(record)
        case HumanAnswer():
            step.answers.append(record)
        case StepFinished():
            step.finished = record


def _causes(flows: Iterable[FlowView]) -> tuple[Cause, ...]:
    found: dict[str, list[tuple[Verdict, Place]]] = {}
    for flow in flows:
        for number, step in flow.steps.items():
            for key, verdict, sentence in _troubles(step):
                place = Place(flow.id, number, sentence)
                found.setdefault(key or f"{flow.id}/{number}", []).append((verdict, place))
    causes = [
        Cause(key, worst(verdict for verdict, _ in rows), rows[0][1].sentence, tuple(row[1] for row in rows))
        for key, rows in found.items()
    ]
    return tuple(sorted(causes, key=lambda cause: (-cause.verdict.rank, -len(cause.flows))))


def _troubles(step: StepView) -> list[tuple[str | None, Verdict, str]]:
    end = step.finished
    if end and end.blocked_by is not None:
        return []
    bad = [check for check in step.checks if check.verdict in NOTEWORTHY]
    missed = [(check.cause, check.verdict, check.sentence) for check in bad]
    if end and end.verdict in NOTEWORTHY and not any(row[1] == end.verdict for row in missed):
        missed.append((end.cause, end.verdict, end.message or step.planned.says))
    return missed
