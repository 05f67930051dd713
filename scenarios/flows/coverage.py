"""Computes which requirements and lifecycle rows no flow covers.

The result is computed from the flows; nothing is run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from contracts.evidence import Evidence
from contracts.lifecycle.table import ITEMS_VARIANT, TABLE, Event, State, Transition
from contracts.profile import DEFAULT, Profile
from contracts.requirements import REQUIREMENTS, Requirement
from scenarios.flows.untouched import STATEMENTS
from scenarios.language import actions as a
from scenarios.language import expectations as e
from scenarios.language import statuses
from scenarios.language.flow import Case, Flow, Step, Together, cases

STATE_OF = {
    statuses.CREATED: State.PLACED,
    statuses.CONFIRMED: State.BAG_CONFIRMED,
    statuses.PROCESSING: State.BAG_INVOICED,
    statuses.DELIVERED: State.HANDED_OVER,
    statuses.RETURN_PROCESSING: State.RETURN_INITIATED,
    statuses.RETURN_DELIVERED: State.RETURN_BAG_DELIVERED,
    statuses.RETURN_ACCEPTED: State.RETURN_ACCEPTED,
    statuses.CREDIT_NOTE_GENERATED: State.CREDIT_NOTE_GENERATED,
    statuses.RETURN_COMPLETED: State.RETURN_COMPLETED,
}
"""Status word of a flow -> state."""
AUTOMATIC = {
    statuses.PROCESSING: (Event.ISSUE_INVOICE, State.BAG_CONFIRMED),
    statuses.CREDIT_NOTE_GENERATED: (Event.ISSUE_CREDIT_NOTE, State.RETURN_ACCEPTED),
    statuses.RETURN_COMPLETED: (Event.COMPLETE_RETURN, State.CREDIT_NOTE_GENERATED),
    statuses.RETURN_DELIVERED: (Event.DELIVER_RETURN, State.RETURN_INITIATED),
}
"""Status word that a flow waits for -> automatic event of the OMS and its source state."""

Touch = tuple[Event, State | None]


@dataclass(frozen=True, slots=True)
class Untouched:
    """A requirement or lifecycle row that no flow covers.

    `reason` explains the gap.
    """

    name: str
    text: str
    evidence: Evidence
    reason: str

    @property
    def is_gap(self) -> bool:
        """Whether the statement is documented and has no reason."""
        return self.evidence is Evidence.DOCUMENTED and not self.reason


@dataclass(frozen=True, slots=True)
class Coverage:
    """Flows per requirement, and all that is not covered."""

    proofs: Mapping[str, tuple[str, ...]]
    statements: tuple[Untouched, ...]
    rows: tuple[Untouched, ...]

    @property
    def gaps(self) -> tuple[Untouched, ...]:
        """Documented entries without a reason."""
        return tuple(entry for entry in (*self.statements, *self.rows) if entry.is_gap)


def coverage(flows: Iterable[Flow]) -> Coverage:
    """Compute the coverage of these flows."""
    every = tuple(flows)
    proofs: dict[str, dict[str, None]] = {}
    for flow in every:
        for name in flow.proves:
            proofs.setdefault(name, {})[flow.id] = None
    touched = {touch for flow in every for case in cases(flow) for touch in touches(case)}
    return Coverage(
        {name: tuple(ids) for name, ids in proofs.items()},
        tuple(_statement(row) for row in REQUIREMENTS if row.id not in proofs),
        tuple(_row(row) for row in TABLE if (row.event, row.source) not in touched),
    )


def _statement(row: Requirement) -> Untouched:
    return Untouched(row.id, row.text, row.source.evidence, STATEMENTS.get(row.id, ""))


def row_name(row: Transition) -> str:
    """Return the name of a lifecycle row: `hand_over from bag_invoiced`."""
    return f"{row.event} from {row.source or 'nothing'}"


def _row(row: Transition) -> Untouched:
    return Untouched(row_name(row), f"to {row.target}", row.origin.evidence, _reason(row))


def _reason(row: Transition) -> str:
    """Return why no flow needs a row that the default profile lacks."""
    off = _choices(row)
    ways = [_choices(way) for way in TABLE if way.target is row.source is not way.source]
    if not off and all(ways):  # the state itself needs another choice
        off = set().union(*ways)
    return f"flows take it only with another choice in the profile ({', '.join(sorted(off))})" if off else ""


def _choices(row: Transition) -> set[str]:
    """Return the profile fields that a row needs changed."""
    choices = {name: value for name, value in row.when.items() if name in Profile.model_fields}
    return {name for name, value in choices.items() if getattr(DEFAULT, name) != value}


def touches(case: Case) -> set[Touch]:
    """Return the lifecycle rows of a case, read from its expectations."""
    where: dict[str, State] = {}
    found: set[Touch] = set()
    for step in case.steps:
        for one in step.steps if isinstance(step, Together) else (step,):
            found |= set(_touched(one, where))
            _move(one, where)
    return found


def _touched(step: Step, where: Mapping[str, State]) -> Iterator[Touch]:
    expects = [e.bare(expectation) for expectation in step.expects]
    if any(isinstance(x, e.Refused | e.CallRefused | e.Impossible) and not x.names for x in expects):
        return
    if step.action.event is not None:
        yield from _touched_by(step.action, step.action.event, where)
    elif isinstance(step.action, a.WaitOnly):
        reached = [x.word for x in expects if isinstance(x, e.Reaches)]
        yield from (AUTOMATIC[word] for word in reached if word in AUTOMATIC)


def _touched_by(action: a.Action, event: Event, where: Mapping[str, State]) -> Iterator[Touch]:
    if event is Event.PLACE:
        yield event, None
        return
    if getattr(action, "pieces", None) is not None:
        event = ITEMS_VARIANT.get(event, event)
    for name in action.names:
        if name in where:
            yield event, where[name]
    if event is Event.START_RETURN:
        yield Event.OPEN_RETURN, None


def _move(step: Step, where: dict[str, State]) -> None:
    """Update the states of shipments that a step expects."""
    names = (step.action.births,) if step.action.births else step.action.names
    for expectation in map(e.bare, step.expects):
        if isinstance(expectation, e.Reaches | e.IsNow) and expectation.word in STATE_OF:
            for name in expectation.names or names:
                where[name] = STATE_OF[expectation.word]
