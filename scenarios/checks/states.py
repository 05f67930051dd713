"""Checks of where a shipment is, and of what it shows."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from contracts.lifecycle.table import Actor
from scenarios.checks.base import BY_ID, STATUS, CheckContext, CheckResult, check
from scenarios.language import expectations as e
from scenarios.language.statuses import Progress, progress, went_too_far
from scenarios.records import Player
from scenarios.session.memory import fingerprint, items_of, quantity_of
from scenarios.targets.answers import Shipment, UnreadableError, number_of
from scenarios.targets.polling import watch

CENT = 0.005
INFO = "get_shipment_info"
NOT_THERE = "no such shipment"


def _words(scene: CheckContext, ids: list[str]) -> dict[str, str]:
    """Where each shipment is now."""
    found = {}
    for order_id in ids:
        shipment = scene.stage.look(order_id)
        found[order_id] = scene.stage.reading.word(shipment) if shipment is not None else NOT_THERE
    return found


@check.register
def _reaches(expectation: e.Reaches, scene: CheckContext) -> CheckResult:
    stage, wanted = scene.stage, expectation.word
    late = scene.ids(expectation)
    seen: dict[str, str] = {}

    def look() -> list[str]:
        seen.update(_words(scene, late))
        late[:] = [i for i in late if progress(seen[i], wanted) is not Progress.THERE]
        return late

    def enough(still: list[str]) -> bool:
        lost = [i for i in still if progress(seen[i], wanted) is Progress.NEVER and seen[i] != NOT_THERE]
        return not still or bool(lost)

    watch(look, enough, stage.pause(), stage.patience)
    shown = sorted({seen[i] for i in late}) or sorted(set(seen.values()))
    if not late and not acts_by_itself(scene):
        too_far = [word for word in shown if went_too_far(word, wanted, stage.case.modes)]
        about = e.is_now(wanted).says() if too_far else ""
        return CheckResult(True, wanted, " and ".join(shown), STATUS, about=about, doubtful=bool(too_far))
    return CheckResult(not late, wanted, " and ".join(shown), STATUS, "elsewhere" if late else "")


@check.register
def _is_now(expectation: e.IsNow, scene: CheckContext) -> CheckResult:
    seen = sorted(set(_words(scene, scene.ids(expectation)).values()))
    met = seen == [expectation.word] or (
        acts_by_itself(scene) and all(progress(word, expectation.word) is Progress.THERE for word in seen)
    )
    return CheckResult(met, expectation.word, " and ".join(seen), STATUS)


def acts_by_itself(scene: CheckContext) -> bool:
    """Whether a system under test may have gone on already: then a later status will do."""
    return scene.stage.player(Actor.AGGREGATOR) is Player.SYSTEM


@check.register
def _unchanged(expectation: e.Unchanged, scene: CheckContext) -> CheckResult:
    if acts_by_itself(scene) and not set(expectation.names) <= set(scene.step.action.names):
        return CheckResult(
            True, "unchanged", "left open", notes=("the system may have gone on with it by itself",)
        )
    return changed_finding(scene, scene.ids(expectation))


def changed_finding(scene: CheckContext, ids: list[str]) -> CheckResult:
    """Whether the shipments still show what they showed before the step."""
    for order_id in ids:
        if order_id not in scene.before:
            continue
        now, before = fingerprint(scene.stage.look(order_id)), scene.before[order_id]
        if now and before and now[0] != before[0]:
            about = e.is_now(str(before[0])).says()
            return CheckResult(False, _print(before), _print(now), STATUS, str(now[0]), about=about)
        if now != before:
            return CheckResult(False, f"unchanged: {_print(before)}", _print(now), cause="changed")
    return CheckResult(True, "unchanged", "unchanged")


def _print(mark: tuple[Any, ...]) -> str:
    if not mark:
        return NOT_THERE
    return f"{mark[0]}, pieces {[n for _, n in mark[1]]}, number {mark[2]}"


@check.register
def _shows(expectation: e.Shows, scene: CheckContext) -> CheckResult:
    for order_id in scene.ids(expectation):
        shipment = scene.stage.look(order_id) or {}
        for name, wanted in expectation.fields.items():
            seen = value_at(scene, shipment, name)
            if wanted is e.PRESENT and name not in shipment:
                return CheckResult(False, f"the field {name}", "no such field", BY_ID)
            if not _same(wanted, seen):
                return CheckResult(False, {name: wanted}, {name: seen}, BY_ID, about=f"shows {name}")
    return CheckResult(True, dict(expectation.fields), dict(expectation.fields), BY_ID)


def value_at(scene: CheckContext, shipment: Shipment, name: str) -> Any:
    """The value under a dotted name; the order type under whichever key it has here."""
    if name in ("order_type", "orderType"):
        return scene.stage.reading.order_type(shipment)
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
    """Equality in which numbers may have come as text; a type or a `Like` stands for any value that fits."""
    if isinstance(wanted, e.Like):
        return wanted is e.PRESENT or (isinstance(seen, str) and bool(re.fullmatch(wanted.pattern, seen)))
    if isinstance(wanted, type):
        return isinstance(seen, wanted)
    if isinstance(wanted, int | float) and not isinstance(wanted, bool):
        return number_of(seen) == float(wanted)
    return bool(wanted == seen)


@check.register
def _has_pieces(expectation: e.HasPieces, scene: CheckContext) -> CheckResult:
    wanted = dict(expectation.pieces)
    for order_id in scene.ids(expectation):
        scene.stage.look(order_id)
        seen = scene.stage.story.pieces(order_id)
        if Counter(seen) != Counter(wanted):  # an item without pieces may be shown or not
            return CheckResult(
                False, _keyed(wanted), _keyed(seen), BY_ID, "other pieces", about="holds its pieces"
            )
    return CheckResult(True, _keyed(wanted), _keyed(wanted), BY_ID)


def _keyed(pieces: dict[int, int]) -> dict[str, int]:
    return {f"item {place + 1}": count for place, count in sorted(pieces.items())}


@check.register
def _total(expectation: e.TotalAddsUp, scene: CheckContext) -> CheckResult:
    for order_id in scene.ids(expectation):
        shipment = scene.stage.look(order_id) or {}
        total = number_of(value_at(scene, shipment, "orderPrice.totalPrepaidAmount"))
        lines = [_line_total(item) for item in items_of(shipment)]
        if total is None or any(line is None for line in lines):
            return CheckResult(False, "a total and prices", "no total, or an item without price", BY_ID)
        wanted = sum(line or 0 for line in lines)
        if abs(total - wanted) > CENT:
            return CheckResult(False, round(wanted, 2), total, BY_ID, "another total")
    return CheckResult(True, "the sum of the items", "the sum of the items", BY_ID)


def _line_total(item: dict[str, Any]) -> float | None:
    price = item.get("orderItemPrice")
    each = number_of(price.get("sellingPrice")) if isinstance(price, dict) else None
    return None if each is None else each * quantity_of(item)


@check.register
def _linked(expectation: e.Linked, scene: CheckContext) -> CheckResult:
    ids = scene.ids(expectation)
    sales = scene.stage.story.of((expectation.to,)) if expectation.to else ids
    for order_id, wanted in zip(ids, sales, strict=True):
        shipment = scene.stage.look(order_id) or {}
        seen = shipment.get("forwardId")
        if str(seen) != wanted:
            return CheckResult(False, wanted, seen, BY_ID, "another forwardId")
        if expectation.to and order_id == wanted:
            return CheckResult(False, "an id of its own", order_id, BY_ID, "the sale's id")
    return CheckResult(True, "linked", "linked", BY_ID)


@check.register
def _has_number(expectation: e.HasNumber, scene: CheckContext) -> CheckResult:
    for order_id in scene.ids(expectation):
        seen = scene.stage.reading.number(scene.stage.look(order_id) or {})
        pushed = scene.stage.story.numbers.get(order_id)
        if not seen or (pushed is not None and seen != pushed):
            cause = "another number" if seen else "no number"
            return CheckResult(False, pushed or "a number", seen or None, BY_ID, cause)
        scene.stage.story.numbers.setdefault(order_id, seen)  # also one that the OMS issued must stay
    return CheckResult(True, "the document's number", "the document's number", BY_ID)


@check.register
def _numbers_differ(expectation: e.NumbersDiffer, scene: CheckContext) -> CheckResult:
    seen = [scene.stage.reading.number(scene.stage.look(i) or {}) for i in scene.ids(expectation)]
    met = len(set(seen)) == len(seen) and "" not in seen
    return CheckResult(met, "numbers that differ", seen, BY_ID, "" if met else "not all different")


@check.register
def _info_agrees(expectation: e.InfoAgrees, scene: CheckContext) -> CheckResult:
    stage = scene.stage
    for order_id in scene.ids(expectation):
        reply = stage.konnect.call("get_shipment_info", "get_shipment_info", query={"orderId": order_id})
        if reply.status != 200:
            raise UnreadableError(f"shipment info was answered HTTP {reply.status}")
        infos = {str(entry.get("id")): entry for entry in stage.reading.infos(reply.body)}
        wanted = _words(scene, [order_id])[order_id]
        seen = stage.reading.word(infos[order_id]) if order_id in infos else NOT_THERE
        if seen != wanted:
            return CheckResult(False, wanted, seen, "get_shipment_info")
    return CheckResult(True, "the same status", "the same status", "get_shipment_info")


@check.register
def _info_shows(expectation: e.InfoShows, scene: CheckContext) -> CheckResult:
    stage, wanted = scene.stage, list(expectation.fields)
    for order_id in scene.ids(expectation):
        reply = stage.konnect.call("get_shipment_info", INFO, query={"orderId": order_id})
        if reply.status != 200:
            raise UnreadableError(f"shipment info was answered HTTP {reply.status}")
        infos = {str(entry.get("id")): entry for entry in stage.reading.infos(reply.body)}
        missing = [name for name in wanted if name not in infos.get(order_id, {})]
        if missing:
            return CheckResult(False, wanted, f"without {', '.join(missing)}", INFO)
    return CheckResult(True, wanted, wanted, INFO)


@check.register
def _impossible(expectation: e.Impossible, scene: CheckContext) -> CheckResult:
    if scene.stage.player(scene.step.actor) is not Player.SUITE:
        return CheckResult(True, "not possible", "a person was told so", notes=("taken on trust",))
    refusal = scene.deed.refusal
    if refusal is None or refusal.status != 409:
        return CheckResult(False, "not possible", str(refusal) if refusal else "it was done")
    kept = changed_finding(scene, list(scene.before))
    return kept if not kept.met else CheckResult(True, "not possible", str(refusal))
