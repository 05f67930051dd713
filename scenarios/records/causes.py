"""Root causes: failures with the same cause, with all their places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scenarios.records.lines import Check
from scenarios.records.verdicts import Verdict, worst
from scenarios.records.view import FlowView, StepView

NOTEWORTHY = (Verdict.WARN, Verdict.BLOCKED, Verdict.FAIL, Verdict.ERROR)
"""Verdicts that need a reader's attention."""


@dataclass(frozen=True, slots=True)
class Place:
    """Place of a failure; `step` is None for the whole flow."""

    flow: str
    step: int | None
    sentence: str
    check: Check | None = None


@dataclass(frozen=True, slots=True)
class Cause:
    """Failures with the same key, their worst verdict and all places.

    The first place gives the sentence. The last places are consequences with other keys.
    """

    key: str
    verdict: Verdict
    places: tuple[Place, ...]

    @property
    def sentence(self) -> str:
        """Description of the first place."""
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
    """Find the fewest causes that explain all failures.

    Worst first, then by number of flows. Later failures in a flow count as consequences of an earlier cause.
    A failure that also occurs without that cause stays separate. Blocked steps are not causes.
    """
    left = [troubles for flow in flows if _any_bad(troubles := list(_in_flow(flow)))]
    causes: list[Cause] = []
    while left:
        cause, left = _take(_widest(left), left)
        causes.append(cause)
    return tuple(sorted(causes, key=lambda cause: (-cause.verdict.rank, -len(cause.flows))))


def _widest(left: list[list[_Trouble]]) -> str:
    """Return the key of the worst failure.

    Of equal ones the one in most flows, then the first.
    """
    ranks: dict[str, int] = {}
    flows: dict[str, set[str]] = {}
    for trouble in (trouble for troubles in left for trouble in troubles):
        ranks[trouble.key] = max(trouble.verdict.rank, ranks.get(trouble.key, 0))
        flows.setdefault(trouble.key, set()).add(trouble.place.flow)
    return max(ranks, key=lambda key: (ranks[key], len(flows[key])))


def _take(key: str, left: list[list[_Trouble]]) -> tuple[Cause, list[list[_Trouble]]]:
    """Return the cause with this key, and the remaining failures."""
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
    """Return whether there is a noteworthy verdict."""
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
    """Yield suspicious checks of a step, then its first worst failure.

    Other failures of the step count as consequences.
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
