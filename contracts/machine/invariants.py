"""What must hold after every step, each under a name. An invariant gives a sentence per fault."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

from contracts import vocabulary
from contracts.lifecycle.table import TABLE, Actor, Journey, State
from contracts.machine.driver import PRICES, BulkReply, Shown
from contracts.machine.model import Model
from contracts.machine.observation import CallGroup, Observation
from contracts.machine.records import ISSUED, Record
from contracts.problems import rows_of
from contracts.profile import DEFAULT
from contracts.vocabulary import Bucket

Faults = Iterator[str]
Invariant = Callable[[Observation], Faults]


class BrokenInvariantsError(AssertionError):
    """Something that must hold does not. `names` are the invariants that failed."""

    def __init__(self, faults: Mapping[str, Sequence[str]], story: Sequence[str]) -> None:
        self.names = frozenset(faults)
        told = [f"{name}: {sentence}" for name, sentences in faults.items() for sentence in sentences[:3]]
        super().__init__("\n".join([*told, "what happened before, oldest first:", *story]))


def answers_follow_the_table(scene: Observation) -> Faults:
    """What the table allows is accepted and nothing else; codes are those of the touchpoint."""
    for asked in scene.asked:
        if not isinstance(asked.told, bool):
            yield from _bulk_faults(asked, asked.told)
        elif asked.told is not asked.verdicts[0]:
            yield f"{asked.says} was {_verb(asked.told)} and should be {_verb(asked.verdicts[0])}"


def _verb(accepted: bool) -> str:
    return "accepted" if accepted else "refused"


def _bulk_faults(asked: CallGroup, told: BulkReply) -> Faults:
    counts = (told.payload, told.success, told.failed)
    good = sum(asked.verdicts)
    if counts != (len(asked.orders), good, len(asked.orders) - good):
        yield f"{asked.says}: counts {counts}, expected {good} of {len(asked.orders)} accepted"
    refused = [place for place, good in enumerate(asked.verdicts) if not good]
    if [order for order, _ in told.refusals] != [asked.orders[place].id for place in refused]:
        yield f"{asked.says}: refused {told.refusals}, expected {[asked.orders[p].id for p in refused]}"
        return
    for place, (order, code) in zip(refused, told.refusals, strict=True):
        if code not in {row.code for row in rows_of(asked.touchpoints[place])}:
            yield f"{asked.says}: {order} refused with {code}, which {asked.touchpoints[place]} does not have"


def states_are_the_tables(scene: Observation) -> Faults:
    """Every shipment is in the state that the table leads to, shows its word and what can happen next."""
    for shipment, shown, record in _pairs(scene):
        if shown["state"] != record.state:
            yield f"{shipment} is {shown['state']}, expected {record.state}"
        if shown["orderStatus"] != vocabulary.word(record.state, DEFAULT):
            yield f"{shipment} in {record.state} shows {shown['orderStatus']}"
        if list(shown["next"]) != playable(record):
            yield f"{shipment} in {record.state} offers {shown['next']}, expected {playable(record)}"


def playable(record: Record) -> list[str]:
    """Events possible now that are not the aggregator's, in table order."""
    rows = (row for row in TABLE if row.source is record.state and row.actor is not Actor.AGGREGATOR)
    return [str(row.event) for row in rows if row.applies(record.conditions)]


def _pairs(scene: Observation) -> Iterator[tuple[str, Shown, Record]]:
    """Shipments that this step made or changed, or should have: others are compared byte by byte."""
    for shipment, record in scene.model.records.items():
        shown = scene.shown.get(shipment)
        if shown is not None and (shipment in scene.touched or shown != scene.before.get(shipment)):
            yield shipment, shown, record


def refused_changes_nothing(scene: Observation) -> Faults:
    """What no accepted request is about is as it was, and nothing came to be or vanished."""
    for shipment in scene.shown.keys() ^ scene.model.records.keys():
        yield f"{shipment} is {'shown' if shipment in scene.shown else 'gone'} and should not be"
    for shipment, before in scene.before.items():
        now = scene.shown.get(shipment)
        if shipment not in scene.touched and now is not None and now != before:
            changed = [name for name in now if now[name] != before.get(name)]
            yield f"{shipment} changed although nothing was accepted about it: {', '.join(changed)}"
    if not scene.touched and not scene.restocked and scene.stock != scene.stock_before:
        yield f"stock changed from {scene.stock_before} to {scene.stock} although nothing was accepted"


def quantities_add_up(scene: Observation) -> Faults:
    """Pieces ordered are left or cancelled; pieces sold are kept, on their way back, or back."""
    for shipment, shown, record in _pairs(scene):
        items = {str(item["orderItemId"]): item for item in shown["orderItems"]}
        if items.keys() != record.lines.keys():
            yield f"{shipment} holds items {list(items)}, expected {list(record.lines)}"
        for item, line in ((items[i], record.lines[i]) for i in items.keys() & record.lines.keys()):
            counts = (item["quantity"], item["cancelledQuantity"], item["returnedQuantity"])
            if counts != (line.left, line.cancelled, line.returned) or item["sku"] != line.sku:
                yield f"{shipment} item {line.id}: {counts} left, cancelled, returned; expected {line}"
            if min(counts) < 0 or line.kept < 0:
                yield f"{shipment} item {line.id}: below zero: {item}"
    yield from _return_faults(scene)


_REJECTED = (State.RETURN_REJECTED,)
_UNDER_WAY = (State.RETURN_INITIATED, State.RETURN_BAG_DELIVERED)


def _return_faults(scene: Observation) -> Faults:
    back: dict[tuple[str, str], int] = {}
    coming: dict[tuple[str, str], int] = {}
    for shown in scene.shown.values():
        if shown["forwardId"] != shown["id"] and shown["state"] not in _REJECTED:
            count = coming if shown["state"] in _UNDER_WAY else back
            for item in shown["orderItems"]:
                key = (shown["forwardId"], item["orderItemId"])
                count[key] = count.get(key, 0) + item["quantity"]
    for shown in scene.shown.values():
        if shown["forwardId"] == shown["id"]:
            for item in shown["orderItems"]:
                key = (shown["id"], item["orderItemId"])
                if item["returnedQuantity"] != back.get(key, 0):
                    yield f"{key}: {item['returnedQuantity']} returned, its returns say {back.get(key, 0)}"
                if back.get(key, 0) + coming.get(key, 0) > item["quantity"]:
                    yield f"{key}: {item['quantity']} sold, {back.get(key, 0)} back, {coming[key]} coming"


def money_adds_up(scene: Observation) -> Faults:
    """A shipment costs what its pieces cost; credit notes never exceed the sale."""
    for shipment, shown, _ in _pairs(scene):
        due = sum((_price(item) for item in shown["orderItems"]), Decimal(0))
        if _money(shown["orderPrice"]["totalPrepaidAmount"]) != due:
            yield f"{shipment} costs {shown['orderPrice']['totalPrepaidAmount']}, its pieces {due}"
        for item in shown["orderItems"]:
            told = item["orderItemPrice"]
            each = Decimal(PRICES[item["sku"]])
            if (_money(told["sellingPrice"]), _money(told["totalPrice"])) != (each, _price(item)):
                yield f"{shipment} item {item['orderItemId']}: {told}, expected {each} and {_price(item)}"
    yield from _credit_faults(scene)


def _credit_faults(scene: Observation) -> Faults:
    credited: dict[str, Decimal] = {}
    for shown in scene.shown.values():
        if shown["forwardId"] != shown["id"] and shown["documents"]:
            amount = _money(shown["orderPrice"]["totalPrepaidAmount"])
            credited[shown["forwardId"]] = credited.get(shown["forwardId"], Decimal(0)) + amount
    for sale, amount in credited.items():
        paid = _money(scene.shown[sale]["orderPrice"]["totalPrepaidAmount"]) if sale in scene.shown else 0
        if amount > paid:
            yield f"credit notes of {amount} for sale {sale} of {paid}"


def _money(number: float) -> Decimal:
    return Decimal(str(number))


def _price(item: Mapping[str, Any]) -> Decimal:
    return Decimal(PRICES[item["sku"]]) * int(item["quantity"])


def stock_adds_up(scene: Observation) -> Faults:
    """On hand = delivered - sold + restocked; reserved = promised; neither is ever below zero."""
    for (location, sku), (on_hand, reserved) in scene.stock.items():
        expected = (scene.model.on_hand(location, sku), scene.model.reserved(location, sku))
        if (on_hand, reserved) != expected:
            yield f"{sku} at {location}: on hand and reserved {(on_hand, reserved)}, expected {expected}"
        if on_hand < 0 or reserved < 0:
            yield f"{sku} at {location} is below zero: {(on_hand, reserved)}"
        if scene.model.setting.stock_guard and reserved > on_hand:
            yield f"{sku} at {location}: {reserved} promised and {on_hand} there"


_NUMBER = re.compile(rf"^({'|'.join(ISSUED.values())})-(\d{{6}})$")


def numbers_are_unique_and_consecutive(scene: Observation) -> Faults:
    """A document is there when its event was, with the number pushed or the next of its series."""
    for shipment, shown, record in _pairs(scene):
        yield from _document_faults(shipment, shown, record)
    used = [document["number"] for shown in scene.shown.values() for document in shown["documents"]]
    for number in sorted({number for number in used if used.count(number) > 1}):
        yield f"document number {number} is used {used.count(number)} times"
    issued = [_NUMBER.match(number) for number in _issued(scene)]
    for prefix in ISSUED.values():
        highest = max((int(found[2]) for found in issued if found and found[1] == prefix), default=0)
        missing = [n for n in range(1, highest + 1) if f"{prefix}-{n:06d}" not in used]
        if missing:
            yield f"series {prefix} goes to {highest} and lacks {missing}"


def _issued(scene: Observation) -> list[str]:
    return [
        document["number"]
        for shipment, shown in scene.shown.items()
        if (record := scene.model.records.get(shipment)) and record.documented in ISSUED
        for document in shown["documents"]
    ]


def _document_faults(shipment: str, shown: Shown, record: Record) -> Faults:
    documents, event = shown["documents"], record.documented
    if len(documents) != (1 if event else 0):
        yield f"{shipment} has {len(documents)} documents after {record.trail[-1].event} ({record.state})"
        return
    if event is None:
        return
    number = documents[0]["number"]
    kind = "creditNote" if record.journey is Journey.RETURN else "invoice"
    if (documents[0]["type"], shown["marketplaceInvoiceNumber"]) != (kind, number):
        yield f"{shipment} shows {documents[0]} and number {shown['marketplaceInvoiceNumber']}"
    if event in ISSUED:
        if not _NUMBER.match(number) or not number.startswith(ISSUED[event]):
            yield f"{shipment}: issued number {number} is not of series {ISSUED[event]}"
    elif number != record.number:
        yield f"{shipment}: number {number}, pushed was {record.number}"


def lists_match_the_vocabulary(scene: Observation) -> Faults:
    """A filter lists exactly the shipments that the vocabulary puts there, oldest first."""
    for (status, location), ids in scene.lists.items():
        expected = expected_list(scene.model, status, location)
        if ids != expected:
            yield f"{status} at {location} lists {ids}, expected {expected}"
    for status, ids in scene.lights.items():
        expected = expected_list(scene.model, status, None)
        if ids != expected:
            yield f"shipment info lists {ids} under {status}, expected {expected}"


def expected_list(model: Model, status: str, location: str | None) -> list[str]:
    """Ids that belong under a filter (at a location), in order."""
    buckets = vocabulary.buckets(status, DEFAULT)
    found = [
        record
        for record in model.records.values()
        if location in (None, record.location)
        and Bucket(record.state, record.documented is not None) in buckets
    ]
    return [record.id for record in sorted(found, key=lambda record: (record.born_at, record.id))]


def trails_are_complete_and_ordered(scene: Observation) -> Faults:
    """A trail holds every event that happened, by whom and when, and nothing else."""
    for shipment, shown, record in _pairs(scene):
        for fault in trail_faults(shown["trail"], record.conditions, shown["state"]):
            yield f"{shipment}: {fault}"
        told = [(s["event"], s["from"], s["to"], s["actor"], s["at"]) for s in shown["trail"]]
        due = [(s.event, s.source, s.target, s.actor, s.at.isoformat()) for s in record.trail]
        if told != due:
            first = next((n for n, both in enumerate(zip(told, due, strict=False)) if both[0] != both[1]), -1)
            yield f"{shipment}: trail differs at entry {first} of {len(told)}: {told[first]}, {due[first]}"


def trail_faults(trail: Sequence[Mapping[str, Any]], conditions: Mapping[str, object], state: str) -> Faults:
    """What the table forbids in a trail, by itself; `state` is where it must end."""
    known = {(r.event, r.source, r.target, r.actor) for r in TABLE if r.applies(conditions)}
    for step in trail:
        if (step["event"], step["from"], step["to"], step["actor"]) not in known:
            yield f"the table has no {step}"
    if not trail or trail[0]["from"] is not None or trail[-1]["to"] != state:
        yield f"trail of {len(trail)} entries does not lead from a birth to {state}"
    for earlier, later in pairwise(trail):
        if earlier["to"] != later["from"]:
            yield f"{later['event']} starts from {later['from']}, not from {earlier['to']}"
        if datetime.fromisoformat(earlier["at"]) > datetime.fromisoformat(later["at"]):
            yield f"{later['event']} is dated before {earlier['event']}"


def others_saw_nothing(scene: Observation) -> Faults:
    """Neither another tenant nor another store sees, or is changed by, what happens here."""
    yield from scene.seen_elsewhere
    if scene.bystander and scene.bystander[0] != scene.bystander[1]:
        yield "another tenant changed"


INVARIANTS: dict[str, Invariant] = {
    invariant.__name__: invariant
    for invariant in (
        answers_follow_the_table,
        states_are_the_tables,
        refused_changes_nothing,
        quantities_add_up,
        money_adds_up,
        stock_adds_up,
        numbers_are_unique_and_consecutive,
        lists_match_the_vocabulary,
        trails_are_complete_and_ordered,
        others_saw_nothing,
    )
}
"""Every invariant by name."""


def broken_invariants(scene: Observation) -> dict[str, list[str]]:
    """What does not hold, by invariant."""
    found = {name: list(invariant(scene)) for name, invariant in INVARIANTS.items()}
    return {name: sentences for name, sentences in found.items() if sentences}
