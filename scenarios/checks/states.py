"""Checks of statuses and fields of shipments."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from contracts.evidence import Evidence
from contracts.lifecycle.table import Actor
from scenarios.checks.base import ANOTHER_TOTAL, BY_ID, STATUS, CheckContext, CheckResult, check
from scenarios.choices import Player
from scenarios.language import expectations as e
from scenarios.language.actions import Cancel, CancelByCustomer, KonnectAction
from scenarios.language.statuses import CANCELLED, Progress, progress, went_too_far
from scenarios.session.memory import fingerprint, items_of, quantity_of
from scenarios.targets.answers import Shipment, UnreadableError, number_of
from scenarios.targets.polling import watch

CENT = 0.005
INFO = "get_shipment_info"
NOT_THERE = "no such shipment"
NOT_CANCELLED = "is not cancelled"
EACH_OF_CALL = "acts on each accepted order of the call"
REFUSED_STAYS = "leaves a refused order unchanged"
BAD_REQUEST = 400


def _words(context: CheckContext, ids: list[str]) -> dict[str, str]:
    """Return the status of each shipment."""
    found = {}
    for order_id in ids:
        shipment = context.flow.look(order_id)
        found[order_id] = context.flow.reading.word(shipment) if shipment is not None else NOT_THERE
    return found


@check.register
def _reaches(expectation: e.Reaches, context: CheckContext) -> CheckResult:
    flow, wanted = context.flow, expectation.word
    late = context.ids(expectation)
    seen: dict[str, str] = {}

    def look() -> list[str]:
        seen.update(_words(context, late))
        late[:] = [i for i in late if progress(seen[i], wanted) is not Progress.THERE]
        return late

    def enough(still: list[str]) -> bool:
        lost = [i for i in still if progress(seen[i], wanted) is Progress.NEVER and seen[i] != NOT_THERE]
        return not still or bool(lost)

    watch(look, enough, flow.pause(), context.patience)
    shown = sorted({seen[i] for i in late}) or sorted(set(seen.values()))
    if not late and not acts_by_itself(context):
        too_far = [word for word in shown if went_too_far(word, wanted, flow.case.modes)]
        about = e.is_now(wanted).says() if too_far else ""
        return CheckResult(
            True, wanted, " and ".join(shown), STATUS, expected_group=about, suspicious=bool(too_far)
        )
    if late and {seen[i] for i in late} == {CANCELLED} and not _cancels_all(context):
        return CheckResult(False, wanted, CANCELLED, STATUS, CANCELLED, expected_group=NOT_CANCELLED)
    if late and _acted_on_another(context, late, wanted):
        seen_now = " and ".join(shown)
        return CheckResult(False, wanted, seen_now, "", "some", expected_group=EACH_OF_CALL)
    if len(context.outcomes) > 1 and any(refused_by_answer(context, order_id) for order_id in late):
        seen_now = " and ".join(shown)
        return CheckResult(False, wanted, seen_now, "", "changed", expected_group=REFUSED_STAYS)
    return CheckResult(not late, wanted, " and ".join(shown), STATUS, "elsewhere" if late else "")


def cancelled_meanwhile(context: CheckContext, ids: list[str]) -> CheckResult | None:
    """Find an order that was cancelled since it was last read.

    Returns None if there is none.
    """
    seen_before = context.flow.memory.shipments
    known = {i: str(seen_before[i].get("orderStatus")) for i in ids if i in seen_before}
    lost = [i for i, word in _words(context, list(known)).items() if word == CANCELLED]
    lost = [i for i in lost if known[i] != CANCELLED]
    if not lost or (_cancels_all(context) and not any(refused_by_answer(context, i) for i in lost)):
        return None
    return CheckResult(False, known[lost[0]], CANCELLED, STATUS, CANCELLED, expected_group=NOT_CANCELLED)


def _cancels_all(context: CheckContext) -> bool:
    action = context.step.action
    return isinstance(action, Cancel | CancelByCustomer) and action.pieces is None


def _acted_on_another(context: CheckContext, late: list[str], wanted: str) -> bool:
    """Return whether the call has moved another of its orders to `wanted`."""
    others = [i for i in dict.fromkeys(context.outcome.order_ids) if i not in late]
    moved = _words(context, others).values() if isinstance(context.step.action, KonnectAction) else ()
    return any(progress(word, wanted) is Progress.THERE for word in moved)


@check.register
def _leaves(expectation: e.Leaves, context: CheckContext) -> CheckResult:
    flow, ids = context.flow, context.ids(expectation)

    def look() -> set[str]:
        return set(_words(context, ids).values())

    seen = watch(look, lambda words: expectation.word not in words, flow.pause(), context.patience)
    stayed = expectation.word in seen
    return CheckResult(
        not stayed, f"no longer {expectation.word}", " and ".join(sorted(seen)), STATUS, "stayed"
    )


@check.register
def _is_now(expectation: e.IsNow, context: CheckContext) -> CheckResult:
    seen = sorted(set(_words(context, context.ids(expectation)).values()))
    passed = seen == [expectation.word] or (
        acts_by_itself(context) and all(progress(word, expectation.word) is Progress.THERE for word in seen)
    )
    shown = " and ".join(seen)
    return CheckResult(
        passed, expectation.word, shown, STATUS, expected_group=_stays(expectation.word, shown)
    )


def _stays(word: str, seen: str) -> str:
    """Return the statement that a wrong status breaks."""
    return NOT_CANCELLED if seen == CANCELLED else e.is_now(word).says()


def acts_by_itself(context: CheckContext) -> bool:
    """Return whether a system under test plays the aggregator.

    It may be ahead, so a later status passes as well.
    """
    return context.flow.player(Actor.AGGREGATOR) is Player.SYSTEM


@check.register
def _unchanged(expectation: e.Unchanged, context: CheckContext) -> CheckResult:
    if acts_by_itself(context) and not set(expectation.names) <= set(context.step.action.names):
        return CheckResult(True, "unchanged", "left open", notes=("the system may already have continued",))
    return check_unchanged(context, context.ids(expectation))


def check_unchanged(context: CheckContext, ids: list[str]) -> CheckResult:
    """Check that shipments look as before the step."""
    for order_id in ids:
        if order_id not in context.before:
            continue
        now, before = fingerprint(context.flow.look(order_id)), context.before[order_id]
        if now != before and refused_by_answer(context, order_id) and _stays_so(context, order_id, before):
            return CheckResult(
                False,
                f"unchanged: {_print(before)}",
                _print(now),
                "",
                "changed",
                expected_group=REFUSED_STAYS,
            )
        if now and before and now[0] != before[0]:
            about = _stays(str(before[0]), str(now[0]))
            return CheckResult(False, _print(before), _print(now), STATUS, str(now[0]), expected_group=about)
        if now and before and now[:2] == before[:2] and now != before:
            about = e.has_number().says()
            seen = "another number" if now[2] else "no number"
            return CheckResult(False, _print(before), _print(now), BY_ID, seen, expected_group=about)
        if now != before:
            return CheckResult(False, f"unchanged: {_print(before)}", _print(now), group_key="changed")
    return CheckResult(True, "unchanged", "unchanged")


def _stays_so(context: CheckContext, order_id: str, before: tuple[Any, ...]) -> bool:
    """Return whether a changed shipment still differs when it is read again."""
    return fingerprint(context.flow.look(order_id)) != before


def refused_by_answer(context: CheckContext, order_id: str) -> bool:
    """Return whether an answer of the step refuses the order."""
    about = context.flow.reading.errors_about
    return any(
        reply.status >= BAD_REQUEST or about(reply.body, order_id)
        for outcome in (context.outcomes or (context.outcome,))
        for reply in outcome.replies
    )


def _print(mark: tuple[Any, ...]) -> str:
    if not mark:
        return NOT_THERE
    pieces = ", ".join(str(count) for _, count in mark[1]) or "none"
    return f"{mark[0]}; pieces of its items: {pieces}; document number: {mark[2] or 'none'}"


@check.register
def _shows(expectation: e.Shows, context: CheckContext) -> CheckResult:
    for order_id in context.ids(expectation):
        shipment = context.flow.look(order_id) or {}
        for name, wanted in expectation.fields.items():
            seen = value_at(context, shipment, name)
            if wanted is e.PRESENT and name not in shipment:
                return CheckResult(False, f"the field {name}", "no such field", BY_ID)
            if not _same(wanted, seen):
                return CheckResult(False, {name: wanted}, {name: seen}, BY_ID, expected_group=f"shows {name}")
    return CheckResult(True, dict(expectation.fields), dict(expectation.fields), BY_ID)


def value_at(context: CheckContext, shipment: Shipment, name: str) -> Any:
    """Return the value under a dotted name.

    The order type is found under any of its spellings.
    """
    if name in ("order_type", "orderType"):
        return context.flow.reading.order_type(shipment)
    value: Any = shipment
    for part in name.split("."):
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value


def _same(wanted: Any, seen: Any) -> bool:
    """Compare a value with an expected one.

    Numbers may be given as text. A type or a `Like` accepts each value that fits.
    """
    if isinstance(wanted, e.Like):
        return wanted is e.PRESENT or (isinstance(seen, str) and bool(re.fullmatch(wanted.pattern, seen)))
    if isinstance(wanted, type):
        return isinstance(seen, wanted)
    if isinstance(wanted, int | float) and not isinstance(wanted, bool):
        return number_of(seen) == float(wanted)
    return bool(wanted == seen)


@check.register
def _has_pieces(expectation: e.HasPieces, context: CheckContext) -> CheckResult:
    wanted = dict(expectation.pieces)
    for order_id in context.ids(expectation):
        context.flow.look(order_id)
        seen = context.flow.memory.pieces(order_id)
        if Counter(seen) != Counter(wanted):  # an item without pieces may be shown or not
            return CheckResult(
                False, _keyed(wanted), _keyed(seen), BY_ID, "other pieces", expected_group="holds its pieces"
            )
    return CheckResult(True, _keyed(wanted), _keyed(wanted), BY_ID)


def _keyed(pieces: dict[int, int]) -> dict[str, int]:
    return {f"item {place + 1}": count for place, count in sorted(pieces.items())}


@check.register
def _total(expectation: e.TotalAddsUp, context: CheckContext) -> CheckResult:
    for order_id in context.ids(expectation):
        shipment = context.flow.look(order_id) or {}
        total = number_of(value_at(context, shipment, "orderPrice.totalPrepaidAmount"))
        lines = [_line_total(item) for item in items_of(shipment)]
        if total is None or any(line is None for line in lines):
            return CheckResult(False, "a total and prices", "no total, or an item without price", BY_ID)
        wanted = sum(line or 0 for line in lines)
        if abs(total - wanted) > CENT:
            return CheckResult(False, round(wanted, 2), total, BY_ID, ANOTHER_TOTAL)
    return CheckResult(True, "the sum of the items", "the sum of the items", BY_ID)


def _line_total(item: dict[str, Any]) -> float | None:
    price = item.get("orderItemPrice")
    if not isinstance(price, dict):
        return None
    each = number_of(price.get("sellingPrice"))
    return number_of(price.get("totalItemPrice")) if each is None else each * quantity_of(item)


@check.register
def _linked(expectation: e.Linked, context: CheckContext) -> CheckResult:
    ids = context.ids(expectation)
    sales = context.flow.memory.of((expectation.to,)) if expectation.to else ids
    for order_id, wanted in zip(ids, sales, strict=True):
        shipment = context.flow.look(order_id) or {}
        seen = shipment.get("forwardId")
        if str(seen) != wanted:
            return CheckResult(False, wanted, seen, BY_ID, "another forwardId")
        if expectation.to and order_id == wanted:
            return CheckResult(False, "another id", order_id, BY_ID, "the sale's id")
    return CheckResult(True, "linked", "linked", BY_ID)


@check.register
def _has_number(expectation: e.HasNumber, context: CheckContext) -> CheckResult:
    for order_id in context.ids(expectation):
        seen = context.flow.reading.number(context.flow.look(order_id) or {})
        pushed = context.flow.memory.numbers.get(order_id)
        if not seen or (pushed is not None and seen != pushed):
            cause = "another number" if seen else "no number"
            grade = Evidence.DOCUMENTED if seen else None  # whether a number is shown is not documented
            return CheckResult(False, pushed or "a number", seen or None, BY_ID, cause, grade=grade)
        context.flow.memory.numbers.setdefault(order_id, seen)  # also one that the OMS issued must stay
    return CheckResult(True, "the document's number", "the document's number", BY_ID)


@check.register
def _numbers_differ(expectation: e.NumbersDiffer, context: CheckContext) -> CheckResult:
    seen = [context.flow.reading.number(context.flow.look(i) or {}) for i in context.ids(expectation)]
    passed = len(set(seen)) == len(seen) and "" not in seen
    return CheckResult(passed, "numbers that differ", seen, BY_ID, "" if passed else "not all different")


def _info(context: CheckContext, order_id: str) -> Shipment | None:
    """Read GET shipment info of a shipment; None if it is unknown."""
    reply = context.flow.konnect.call(INFO, INFO, query={"orderId": order_id})
    if reply.status != 200:
        raise UnreadableError(f"shipment info was answered HTTP {reply.status}")
    infos = context.flow.reading.infos(reply.body)
    return next((info for info in infos if str(info.get("id")) == order_id), None)


READINGS = 4
"""Most comparisons of two answers between which a system may act."""


@check.register
def _info_agrees(expectation: e.InfoAgrees, context: CheckContext) -> CheckResult:
    for order_id in context.ids(expectation):
        wanted = seen = ""
        for _ in range(READINGS if acts_by_itself(context) else 1):
            info = _info(context, order_id)
            wanted = _words(context, [order_id])[order_id]
            seen = NOT_THERE if info is None else context.flow.reading.word(info)
            if seen == wanted:
                break
        else:
            return CheckResult(False, wanted, seen, INFO)
    return CheckResult(True, "the same status", "the same status", INFO)


@check.register
def _info_shows(expectation: e.InfoShows, context: CheckContext) -> CheckResult:
    wanted = list(expectation.fields)
    for order_id in context.ids(expectation):
        info = _info(context, order_id) or {}
        missing = [name for name in wanted if name not in info]
        if missing:
            return CheckResult(False, wanted, f"without {', '.join(missing)}", INFO)
    return CheckResult(True, wanted, wanted, INFO)


@check.register
def _impossible(expectation: e.Impossible, context: CheckContext) -> CheckResult:
    if context.flow.player(context.step.actor) is not Player.SUITE:
        return CheckResult(True, "not possible", "reported by a person", notes=("not verified",))
    refusal = context.outcome.refusal
    if refusal is None or refusal.status != 409:
        return CheckResult(False, "not possible", str(refusal) if refusal else "it was done")
    kept = check_unchanged(context, list(context.before))
    return kept if not kept.passed else CheckResult(True, "not possible", str(refusal))
