"""Folds the records of a run into one view."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import singledispatch

from scenarios.records.causes import Cause, root_causes
from scenarios.records.lines import (
    Check,
    Exchange,
    FlowFinished,
    FlowStarted,
    HumanAnswer,
    Interrupted,
    Note,
    OrderKnown,
    Reach,
    Record,
    Resumed,
    Run,
    RunFinished,
    Sending,
    StepChanged,
    StepFinished,
    TenantFound,
)
from scenarios.records.verdicts import Verdict
from scenarios.records.view import FlowView, StepView


@dataclass(slots=True)
class RunView:
    """A complete run.

    `run` is None if even the first line is incomplete.
    """

    run: Run | None = None
    finished: RunFinished | None = None
    interrupted: Interrupted | None = None
    tenant: TenantFound | None = None
    resumed: list[Resumed] = field(default_factory=list)
    flows: dict[str, FlowView] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    met: list[Note] = field(default_factory=list)
    """Values at open points."""
    reach: list[Reach] = field(default_factory=list)
    last_at: datetime | None = None

    def add(self, record: Record) -> None:
        """Add one record."""
        self.last_at = record.at
        _apply(record, self)

    @property
    def totals(self) -> dict[Verdict, int]:
        """Finished flows by verdict; each verdict is a key."""
        found = Counter(flow.verdict for flow in self.flows.values())
        return {verdict: found[verdict] for verdict in Verdict}

    @property
    def unfinished(self) -> tuple[FlowView, ...]:
        """Planned flows without a verdict."""
        return tuple(flow for flow in self.flows.values() if flow.verdict is None)

    @property
    def wanting(self) -> tuple[FlowView, ...]:
        """Flows that lacked writes or a person."""
        return tuple(flow for flow in self.flows.values() if flow.is_wanting)

    def reopen(self) -> None:
        """Make unfinished what lacked writes or a person."""
        self.finished = self.interrupted = None
        for flow in self.flows.values():
            flow.reopen()
        for flow in self.unfinished:
            for step in flow.steps.values():
                if not step.finished:
                    step.checks.clear()

    @property
    def verdict(self) -> Verdict | None:
        """None for an interrupted run."""
        return self.finished.verdict if self.finished else None

    @property
    def checks(self) -> tuple[Check, ...]:
        """All checks of the run."""
        return tuple(
            check for flow in self.flows.values() for step in flow.steps.values() for check in step.checks
        )

    @property
    def causes(self) -> tuple[Cause, ...]:
        """Root causes, worst first, then by number of flows."""
        return root_causes(self.flows.values())


def fold(records: Iterable[Record]) -> RunView:
    """Fold records into a view."""
    view = RunView()
    for record in records:
        view.add(record)
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
    view.reopen()


@_apply.register
def _tenant(record: TenantFound, view: RunView) -> None:
    view.tenant = view.tenant or record


@_apply.register
def _interrupted(record: Interrupted, view: RunView) -> None:
    view.interrupted = record


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
    if record.met is not None:
        view.met.append(record)
        return
    flow = view.flows.get(record.flow or "")
    step = flow.steps.get(record.step or 0) if flow else None
    (step or flow or view).notes.append(record)


@_apply.register
def _reach(record: Reach, view: RunView) -> None:
    view.reach.append(record)


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
            step.started_at = step.started_at or record.at
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
