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
    """Troubles of one cause: its key, the worst verdict, and every place; the first place speaks for all.

    Last among the places come those of what followed from it under another key.
    """

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
    """Root causes, worst first, then by number of flows; what another step blocked is none.

    The fewest that explain everything: in a flow where a cause showed, what went wrong after it is taken for
    its consequence, and told among its places. A trouble that shows elsewhere without it stays on its own.
    """
    left = [troubles for flow in flows if _any_bad(troubles := list(_in_flow(flow)))]
    causes: list[Cause] = []
    while left:
        cause, left = _take(_widest(left), left)
        causes.append(cause)
    return tuple(sorted(causes, key=lambda cause: (-cause.verdict.rank, -len(cause.flows))))


def _widest(left: list[list[_Trouble]]) -> str:
    """Key of the worst trouble; among equals of the one that shows in most flows, then of the first."""
    ranks: dict[str, int] = {}
    flows: dict[str, set[str]] = {}
    for trouble in (trouble for troubles in left for trouble in troubles):
        ranks[trouble.key] = max(trouble.verdict.rank, ranks.get(trouble.key, 0))
        flows.setdefault(trouble.key, set()).add(trouble.place.flow)
    return max(ranks, key=lambda key: (ranks[key], len(flows[key])))


def _take(key: str, left: list[list[_Trouble]]) -> tuple[Cause, list[list[_Trouble]]]:
    """The cause with this key, its consequences among its places, and the troubles that it leaves."""
    own: list[_Trouble] = []
    followed: list[_Trouble] = []
    rest: list[list[_Trouble]] = []
    for troubles in left:
        first = next((n for n, trouble in enumerate(troubles) if trouble.key == key), len(troubles))
        own += [trouble for trouble in troubles[first:] if trouble.key == key]
        followed += [trouble for trouble in troubles[first:] if trouble.key != key]
        rest.append(troubles[:first])
    rows = [*_worst_first(own), *followed]
    places = tuple(row.place for row in rows if row.verdict in NOTEWORTHY)
    return Cause(key, worst(row.verdict for row in own), places), list(filter(_any_bad, rest))


def _any_bad(troubles: list[_Trouble]) -> bool:
    """Whether there is more than doubts."""
    return any(trouble.verdict in NOTEWORTHY for trouble in troubles)


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
    """What was doubtful in the step, then its first trouble of the worst kind.

    What else was missed there follows from it, or comes to light when it is mended.
    """
    end, number = step.finished, step.planned.number
    if end and end.blocked_by is not None:
        return
    for check in step.checks:
        if check.cause and check.verdict not in NOTEWORTHY:
            yield _Trouble(check.cause, check.verdict, Place(flow, number, check.sentence, check))
    bad = [check for check in step.checks if check.verdict in NOTEWORTHY]
    first = max(bad, key=lambda check: check.verdict.rank, default=None)
    own = f"{flow}/{number}"
    if end and end.verdict in NOTEWORTHY and (first is None or end.verdict.rank > first.verdict.rank):
        yield _Trouble(end.cause or own, end.verdict, Place(flow, number, end.message or step.planned.says))
    elif first:
        yield _Trouble(first.cause or own, first.verdict, Place(flow, number, first.sentence, first))
