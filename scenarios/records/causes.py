"""Root causes: troubles that share a cause, shown once with every place where they showed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scenarios.records.lines import Check
from scenarios.records.verdicts import Verdict, worst
from scenarios.records.view import FlowView, StepView

NOTEWORTHY = (Verdict.WARN, Verdict.BLOCKED, Verdict.FAIL, Verdict.ERROR)
"""Verdicts that ask for a reader's attention."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a trouble showed; `step` is None when the flow as a whole went wrong."""

    flow: str
    step: int | None
    sentence: str
    check: Check | None = None


@dataclass(frozen=True, slots=True)
class Cause:
    """Troubles of one cause: its key, the worst verdict, and every place; the first place speaks for all."""

    key: str
    verdict: Verdict
    places: tuple[Place, ...]

    @property
    def sentence(self) -> str:
        """What went wrong, in words."""
        return self.places[0].sentence

    @property
    def flows(self) -> tuple[str, ...]:
        """Ids of the flows, each once, in order."""
        return tuple(dict.fromkeys(place.flow for place in self.places))


@dataclass(frozen=True, slots=True)
class _Trouble:
    key: str
    verdict: Verdict
    place: Place


def root_causes(flows: Iterable[FlowView]) -> tuple[Cause, ...]:
    """Root causes, worst first, then by number of flows; what another step blocked is none."""
    found: dict[str, list[_Trouble]] = {}
    for flow in flows:
        for trouble in _in_flow(flow):
            found.setdefault(trouble.key, []).append(trouble)
    causes = [
        Cause(key, worst(row.verdict for row in rows), tuple(row.place for row in _worst_first(rows)))
        for key, rows in found.items()
    ]
    return tuple(sorted(causes, key=lambda cause: (-cause.verdict.rank, -len(cause.flows))))


def _worst_first(rows: list[_Trouble]) -> list[_Trouble]:
    return sorted(rows, key=lambda row: -row.verdict.rank)


def _in_flow(flow: FlowView) -> Iterator[_Trouble]:
    for step in flow.steps.values():
        yield from _in_step(flow.id, step)
    end = flow.finished
    in_steps = {step.finished.verdict for step in flow.steps.values() if step.finished}
    in_checks = {check.verdict for step in flow.steps.values() for check in step.checks}
    if end and end.verdict in NOTEWORTHY and end.verdict not in in_steps | in_checks:
        yield _Trouble(flow.id, end.verdict, Place(flow.id, None, end.message or flow.planned.title))


def _in_step(flow: str, step: StepView) -> Iterator[_Trouble]:
    """The step's first trouble of the worst kind.

    What else was missed there follows from it, or comes to light when it is mended.
    """
    end, number = step.finished, step.planned.number
    if end and end.blocked_by is not None:
        return
    bad = [check for check in step.checks if check.verdict in NOTEWORTHY]
    first = max(bad, key=lambda check: check.verdict.rank, default=None)
    own = f"{flow}/{number}"
    if end and end.verdict in NOTEWORTHY and (first is None or end.verdict.rank > first.verdict.rank):
        yield _Trouble(end.cause or own, end.verdict, Place(flow, number, end.message or step.planned.says))
    elif first:
        yield _Trouble(first.cause or own, first.verdict, Place(flow, number, first.sentence, first))
