"""Root causes: failures with the same cause, with all their places."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from contracts.evidence import Evidence
from contracts.konnect.operations import DOCUMENT_TOUCHPOINTS
from scenarios.choices import Aspect
from scenarios.records.lines import Check
from scenarios.records.verdicts import Verdict, worst
from scenarios.records.view import FlowView, StepView

NOTEWORTHY = (Verdict.WARN, Verdict.BLOCKED, Verdict.FAIL, Verdict.ERROR)
"""Verdicts that need a reader's attention."""
CODES_SHOWN = 6
"""Codes that the sentence of a cause lists."""
_CODE = re.compile(r"\b[A-Z]{1,2}\d{3}\b")
_ANY = "…"
"""Stands in a sentence for what differs from place to place."""


@dataclass(frozen=True, slots=True)
class Place:
    """Place of a failure; `step` is None for the whole flow.

    `call` is the touchpoint that was violated. `follows`: a consequence, with another key.
    """

    flow: str
    step: int | None
    sentence: str
    check: Check | None = None
    call: str = ""
    follows: bool = False


@dataclass(frozen=True, slots=True)
class Cause:
    """Failures with the same key, and their worst verdict.

    Consequences come last.
    """

    key: str
    verdict: Verdict
    places: tuple[Place, ...]

    @property
    def own(self) -> tuple[Place, ...]:
        """Places with this key, without consequences."""
        return tuple(place for place in self.places if not place.follows)

    @property
    def sentence(self) -> str:
        """Statement that is broken at each place with this key.

        It is that of the check if all are equal, else what they share, with the codes that differ.
        """
        texts = list(dict.fromkeys(place.sentence for place in self.own))
        rules = list(dict.fromkeys(place.check.rule for place in self.own if place.check))
        if not rules or not all(rules):
            return texts[0]
        if len(texts) == 1 and texts[0].endswith(rules[0]):
            return texts[0]
        shared = rules[0] if len(rules) == 1 else self._shared_rule()
        found = [_CODE.findall(text) for text in texts]
        codes = list(dict.fromkeys(code for each in found for code in each))
        differ = all(found) and len(codes) > 1 and not _CODE.search(shared)
        return f"{shared} ({_list_codes(codes)})" if differ else shared

    def _shared_rule(self) -> str:
        """Return the middle of the key: the rule without ids and numbers."""
        return self.key.split(" | ")[1].replace("#", _ANY) if self.key.count(" | ") > 1 else self.key

    @property
    def calls(self) -> tuple[str, ...]:
        """Touchpoints at which it shows, each once, in order."""
        return tuple(dict.fromkeys(place.call for place in self.own if place.call))

    @property
    def grades(self) -> dict[Evidence, int]:
        """Number of places with this key, by their evidence."""
        counted = Counter(place.check.evidence for place in self.own if place.check)
        return {grade: counted[grade] for grade in Evidence if counted[grade]}

    @property
    def flows(self) -> tuple[str, ...]:
        """Ids of the flows, each once, in order."""
        return tuple(dict.fromkeys(place.flow for place in self.places))


def _list_codes(codes: list[str]) -> str:
    more = len(codes) - CODES_SHOWN
    shown = ", ".join(codes[:CODES_SHOWN])
    return f"{len(codes)} codes: {shown}" + (f" and {more} more" if more > 0 else "")


@dataclass(frozen=True, slots=True)
class _Trouble:
    """A failure; those of one `look` do not explain each other.

    `of` is a key of `_EXPLAINS`.
    """

    key: str
    verdict: Verdict
    place: Place
    of: str = Aspect.EFFECT
    look: int = 0


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
        first = next((trouble for trouble in troubles if trouble.key == key), None)
        mine = [t for t in troubles if t.key == key]
        later = [t for t in troubles if first and t.key != key and _explains(first, t)]
        own += mine
        followed += later
        rest.append([t for t in troubles if t not in mine and t not in later])
    rows = [row.place for row in _worst_first(own) if row.verdict in NOTEWORTHY]
    after = [replace(row.place, follows=True) for row in followed if row.verdict in NOTEWORTHY]
    places = (*rows, *after)
    return Cause(key, worst(row.verdict for row in own), places), list(filter(_any_bad, rest))


_DOCUMENT = "document"
_EXPLAINS = {
    Aspect.EFFECT: (*Aspect, _DOCUMENT),
    Aspect.FIELD: (Aspect.FIELD, Aspect.VALUE),
    Aspect.VALUE: (Aspect.FIELD, Aspect.VALUE, _DOCUMENT),
    _DOCUMENT: (_DOCUMENT,),
}
"""What is wrong -> what it may explain later.

A document prints the values of the order; what is only shown changes nothing.
"""


def _explains(first: _Trouble, later: _Trouble) -> bool:
    """Return whether a failure may be a consequence of an earlier one."""
    return later.look > first.look and later.of in _EXPLAINS[first.of]


def _any_bad(troubles: list[_Trouble]) -> bool:
    """Return whether there is a noteworthy verdict."""
    return any(trouble.verdict in NOTEWORTHY for trouble in troubles)


def _worst_first(rows: list[_Trouble]) -> list[_Trouble]:
    return sorted(rows, key=lambda row: -row.verdict.rank)


def _in_flow(flow: FlowView) -> Iterator[_Trouble]:
    """Yield the failures of a flow; looks are numbered."""
    looks = [look for step in flow.steps.values() for look in _in_step(flow.id, step)]
    for number, look in enumerate(looks):
        yield from (replace(trouble, look=number) for trouble in look)
    end = flow.finished
    in_steps = {step.finished.verdict for step in flow.steps.values() if step.finished}
    in_checks = {check.verdict for step in flow.steps.values() for check in step.checks}
    if end and end.verdict in NOTEWORTHY and end.verdict not in in_steps | in_checks:
        place = Place(flow.id, None, end.message or flow.planned.title)
        key = f"{end.verdict} | {end.message}" if end.message else flow.id
        yield _Trouble(key, end.verdict, place, look=len(looks))


def _in_step(flow: str, step: StepView) -> Iterator[list[_Trouble]]:
    """Yield the look with the first worst failure of a step.

    Suspicious checks and milder misses before it come first, as possible causes. Other failures of the step
    count as consequences.
    """
    end, number = step.finished, step.planned.number
    if end and end.blocked_by is not None:
        return
    own = f"{flow}/{number}"
    bad = [check for check in step.checks if check.verdict in NOTEWORTHY]
    first = max(bad, key=lambda check: check.verdict.rank, default=None)
    for check in itertools.takewhile(lambda check: check is not first, step.checks):
        if check.cause:
            yield [replace(_trouble(flow, number, check), verdict=Verdict.PASS)]
    if end and end.verdict in NOTEWORTHY and (first is None or end.verdict.rank > first.verdict.rank):
        call = next((each.touchpoint for each in reversed(step.exchanges) if each.touchpoint), "")
        place = Place(flow, number, end.message or step.planned.says, call=call)
        yield [_Trouble(end.cause or own, end.verdict, place, Aspect.VALUE)]  # it ends the flow
    elif first:
        look = next(look for look in _looks(step.checks) if first in look)
        seen = [first, *(check for check in look if check in bad and check is not first)]
        yield [_trouble(flow, number, check) for check in seen]


def _trouble(flow: str, number: int, check: Check) -> _Trouble:
    place = Place(flow, number, check.sentence, check, check.call)
    is_printed = check.aspect is Aspect.VALUE and check.call in DOCUMENT_TOUCHPOINTS
    return _Trouble(
        check.cause or f"{flow}/{number}", check.verdict, place, _DOCUMENT if is_printed else check.aspect
    )


def _looks(checks: Iterable[Check]) -> list[list[Check]]:
    """Group the checks of each answer by `beside`."""
    found: list[list[Check]] = []
    for check in checks:
        if not check.beside or not found:
            found.append([])
        found[-1].append(check)
    return found
