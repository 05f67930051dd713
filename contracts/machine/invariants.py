"""Invariants after every step; each yields one sentence per fault."""

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

Violations = Iterator[str]
Invariant = Callable[[Observation], Violations]


class BrokenInvariantsError(AssertionError):
    """Invariants were violated; `names` are theirs."""

    def __init__(self, violations: Mapping[str, Sequence[str]], history: Sequence[str]) -> None:
        self.names = frozenset(violations)
        lines = [
            f"{name}: {sentence}" for name, sentences in violations.items() for sentence in sentences[:3]
        ]
        super().__init__("\n".join([*lines, "what happened before, oldest first:", *history]))


def answers_follow_the_table(observed: Observation) -> Violations:
    """Exactly the allowed events are accepted; codes are the touchpoint's."""
    for call in observed.calls:
        if not isinstance(call.reply, bool):
            yield from _bulk_violations(call, call.reply)
        elif call.reply is not call.verdicts[0]:
            yield f"{call.says} was {_verb(call.reply)} and should be {_verb(call.verdicts[0])}"


def _verb(accepted: bool) -> str:
    return "accepted" if accepted else "refused"


def _bulk_violations(call: CallGroup, reply: BulkReply) -> Violations:
    counts = (reply.payload, reply.success, reply.failed)
    good = sum(call.verdicts)
    if counts != (len(call.orders), good, len(call.orders) - good):
        yield f"{call.says}: counts {counts}, expected {good} of {len(call.orders)} accepted"
    refused = [place for place, good in enumerate(call.verdicts) if not good]
    if [order for order, _ in reply.refusals] != [call.orders[place].id for place in refused]:
        yield f"{call.says}: refused {reply.refusals}, expected {[call.orders[p].id for p in refused]}"
        return
    for place, (order, code) in zip(refused, reply.refusals, strict=True):
        if code not in {row.code for row in rows_of(call.touchpoints[place])}:
            yield f"{call.says}: {order} refused with {code}, which {call.touchpoints[place]} does not have"


def states_are_the_tables(observed: Observation) -> Violations:
    """Every shipment shows its state, status word and next events."""
    for shipment, shown, record in _pairs(observed):
        if shown["state"] != record.state:
            yield f"{shipment} is {shown['state']}, expected {record.state}"
        if shown["orderStatus"] != vocabulary.word(record.state, DEFAULT):
            yield f"{shipment} in {record.state} shows {shown['orderStatus']}"
        if list(shown["next"]) != playable(record):
            yield f"{shipment} in {record.state} offers {shown['next']}, expected {playable(record)}"


def playable(record: Record) -> list[str]:
    """Returns the possible events that are not the aggregator's, in table order."""
    rows = (row for row in TABLE if row.source is record.state and row.actor is not Actor.AGGREGATOR)
    return [str(row.event) for row in rows if row.applies(record.conditions)]


def _pairs(observed: Observation) -> Iterator[tuple[str, Shown, Record]]:
    """Yields the shipments that this step changed, or should have."""
    for shipment, record in observed.model.records.items():
        shown = observed.shown.get(shipment)
        if shown is not None and (shipment in observed.touched or shown != observed.before.get(shipment)):
            yield shipment, shown, record


def refused_changes_nothing(observed: Observation) -> Violations:
    """Shipments of no accepted request are unchanged; none appears or vanishes."""
    for shipment in observed.shown.keys() ^ observed.model.records.keys():
        yield f"{shipment} is {'shown' if shipment in observed.shown else 'gone'} and should not be"
    for shipment, before in observed.before.items():
        now = observed.shown.get(shipment)
        if shipment not in observed.touched and now is not None and now != before:
            changed = [name for name in now if now[name] != before.get(name)]
            yield f"{shipment} changed although nothing was accepted about it: {', '.join(changed)}"
    if not observed.touched and not observed.restocked and observed.stock != observed.stock_before:
        yield f"stock changed from {observed.stock_before} to {observed.stock} although nothing was accepted"


def quantities_add_up(observed: Observation) -> Violations:
    """Ordered pieces are left or cancelled; sold ones kept, returning or returned."""
    for shipment, shown, record in _pairs(observed):
        items = {str(item["orderItemId"]): item for item in shown["orderItems"]}
        if items.keys() != record.lines.keys():
            yield f"{shipment} holds items {list(items)}, expected {list(record.lines)}"
        for item, line in ((items[i], record.lines[i]) for i in items.keys() & record.lines.keys()):
            counts = (item["quantity"], item["cancelledQuantity"], item["returnedQuantity"])
            if counts != (line.left, line.cancelled, line.returned) or item["sku"] != line.sku:
                yield f"{shipment} item {line.id}: {counts} left, cancelled, returned; expected {line}"
            if min(counts) < 0 or line.kept < 0:
                yield f"{shipment} item {line.id}: below zero: {item}"
    yield from _return_violations(observed)


_REJECTED = (State.RETURN_REJECTED,)
_UNDER_WAY = (State.RETURN_INITIATED, State.RETURN_BAG_DELIVERED)


def _return_violations(observed: Observation) -> Violations:
    back: dict[tuple[str, str], int] = {}
    coming: dict[tuple[str, str], int] = {}
    for shown in observed.shown.values():
        if shown["forwardId"] != shown["id"] and shown["state"] not in _REJECTED:
            count = coming if shown["state"] in _UNDER_WAY else back
            for item in shown["orderItems"]:
                key = (shown["forwardId"], item["orderItemId"])
                count[key] = count.get(key, 0) + item["quantity"]
    for shown in observed.shown.values():
        if shown["forwardId"] == shown["id"]:
            for item in shown["orderItems"]:
                key = (shown["id"], item["orderItemId"])
                if item["returnedQuantity"] != back.get(key, 0):
                    yield f"{key}: {item['returnedQuantity']} returned, its returns say {back.get(key, 0)}"
                if back.get(key, 0) + coming.get(key, 0) > item["quantity"]:
                    yield f"{key}: {item['quantity']} sold, {back.get(key, 0)} back, {coming[key]} coming"


def money_adds_up(observed: Observation) -> Violations:
    """Prices are sums of pieces; credit notes never exceed the sale."""
    for shipment, shown, _ in _pairs(observed):
        due = sum((_price(item) for item in shown["orderItems"]), Decimal(0))
        price = shown["orderPrice"]
        if {_money(price["totalPrepaidAmount"]), _money(price["orderTotalAmount"])} != {due}:
            yield f"{shipment} costs {price}, its pieces {due}"
        for item in shown["orderItems"]:
            prices = item["orderItemPrice"]
            total = _money(prices["totalMarkedPrice"]) - _money(prices["discount"])
            if (total, _money(prices["totalItemPrice"])) != (_price(item), _price(item)):
                yield f"{shipment} item {item['orderItemId']}: {prices}, expected {_price(item)}"
    yield from _credit_violations(observed)


def _credit_violations(observed: Observation) -> Violations:
    credited: dict[str, Decimal] = {}
    for shown in observed.shown.values():
        if shown["forwardId"] != shown["id"] and shown["documents"]:
            amount = _money(shown["orderPrice"]["totalPrepaidAmount"])
            credited[shown["forwardId"]] = credited.get(shown["forwardId"], Decimal(0)) + amount
    for sale, amount in credited.items():
        paid = (
            _money(observed.shown[sale]["orderPrice"]["totalPrepaidAmount"]) if sale in observed.shown else 0
        )
        if amount > paid:
            yield f"credit notes of {amount} for sale {sale} of {paid}"


def _money(number: float) -> Decimal:
    return Decimal(str(number))


def _price(item: Mapping[str, Any]) -> Decimal:
    return Decimal(PRICES[item["sku"]]) * int(item["quantity"])


def stock_adds_up(observed: Observation) -> Violations:
    """On hand is delivered - sold + restocked; nothing is below zero."""
    for (location, sku), (on_hand, reserved) in observed.stock.items():
        expected = (observed.model.on_hand(location, sku), observed.model.reserved(location, sku))
        if (on_hand, reserved) != expected:
            yield f"{sku} at {location}: on hand and reserved {(on_hand, reserved)}, expected {expected}"
        if on_hand < 0 or reserved < 0:
            yield f"{sku} at {location} is below zero: {(on_hand, reserved)}"
        if observed.model.setting.stock_guard and reserved > on_hand:
            yield f"{sku} at {location}: {reserved} promised and {on_hand} there"


_NUMBER = re.compile(rf"^((?:{'|'.join(ISSUED.values())})\d{{8}}A)(\d{{6}})$")
"""A series (document, store and letter) and a number in it."""


def numbers_are_unique_and_consecutive(observed: Observation) -> Violations:
    """Documents have the pushed number, or the next of their series."""
    for shipment, shown, record in _pairs(observed):
        yield from _document_violations(shipment, shown, record)
    used = [document["number"] for shown in observed.shown.values() for document in shown["documents"]]
    for number in sorted({number for number in used if used.count(number) > 1}):
        yield f"document number {number} is used {used.count(number)} times"
    issued = [found for number in _issued(observed) if (found := _NUMBER.match(number))]
    for series in sorted({found[1] for found in issued}):
        highest = max(int(found[2]) for found in issued if found[1] == series)
        missing = [n for n in range(1, highest + 1) if f"{series}{n:06d}" not in used]
        if missing:
            yield f"series {series} goes to {highest} and lacks {missing}"


def _issued(observed: Observation) -> list[str]:
    return [
        document["number"]
        for shipment, shown in observed.shown.items()
        if (record := observed.model.records.get(shipment)) and record.documented in ISSUED
        for document in shown["documents"]
    ]


def _document_violations(shipment: str, shown: Shown, record: Record) -> Violations:
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


def lists_match_the_vocabulary(observed: Observation) -> Violations:
    """A filter lists exactly the shipments of the vocabulary, oldest first."""
    for (status, location), ids in observed.lists.items():
        expected = expected_list(observed.model, status, location)
        if ids != expected:
            yield f"{status} at {location} lists {ids}, expected {expected}"
    for status, ids in observed.info_lists.items():
        expected = expected_list(observed.model, status, None)
        if ids != expected:
            yield f"shipment info lists {ids} under {status}, expected {expected}"


def expected_list(model: Model, status: str, location: str | None) -> list[str]:
    """Returns the ids that a filter must list, in order."""
    buckets = vocabulary.buckets(status, DEFAULT)
    found = [
        record
        for record in model.records.values()
        if location in (None, record.location)
        and Bucket(record.state, record.documented is not None) in buckets
    ]
    return [record.id for record in sorted(found, key=lambda record: (record.created_at, record.id))]


def trails_are_complete_and_ordered(observed: Observation) -> Violations:
    """A trail holds exactly the events that happened, with actor and time."""
    for shipment, shown, record in _pairs(observed):
        for fault in trail_violations(shown["trail"], record.conditions, shown["state"]):
            yield f"{shipment}: {fault}"
        trail = [(s["event"], s["from"], s["to"], s["actor"], s["at"]) for s in shown["trail"]]
        due = [(s.event, s.source, s.target, s.actor, s.at.isoformat()) for s in record.trail]
        if trail != due:
            first = next(
                (n for n, both in enumerate(zip(trail, due, strict=False)) if both[0] != both[1]), -1
            )
            yield f"{shipment}: trail differs at entry {first} of {len(trail)}: {trail[first]}, {due[first]}"


def trail_violations(
    trail: Sequence[Mapping[str, Any]], conditions: Mapping[str, object], state: str
) -> Violations:
    """Yields violations of the table in a trail that ends in `state`."""
    known = {(r.event, r.source, r.target, r.actor) for r in TABLE if r.applies(conditions)}
    for step in trail:
        if (step["event"], step["from"], step["to"], step["actor"]) not in known:
            yield f"the table has no {step}"
    if not trail or trail[0]["from"] is not None or trail[-1]["to"] != state:
        yield f"trail of {len(trail)} entries does not lead from the creation to {state}"
    for earlier, later in pairwise(trail):
        if earlier["to"] != later["from"]:
            yield f"{later['event']} starts from {later['from']}, not from {earlier['to']}"
        if datetime.fromisoformat(earlier["at"]) > datetime.fromisoformat(later["at"]):
            yield f"{later['event']} is dated before {earlier['event']}"


def others_saw_nothing(observed: Observation) -> Violations:
    """No other tenant or store sees the shipments, or changes."""
    yield from observed.leaks
    if observed.bystander and observed.bystander[0] != observed.bystander[1]:
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


def broken_invariants(observed: Observation) -> dict[str, list[str]]:
    """Returns the violations by violated invariant."""
    found = {name: list(invariant(observed)) for name, invariant in INVARIANTS.items()}
    return {name: sentences for name, sentences in found.items() if sentences}
