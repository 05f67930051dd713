"""The model of a tenant, computed from the table.

The model is independent of any OMS. Ids and issued numbers, which it cannot predict, come from the answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from contracts.control.models import ANY_EVENT
from contracts.konnect.orders import CANCEL_REASONS
from contracts.konnect.returns import RETURN_REASONS
from contracts.lifecycle.table import (
    CANCELLED_STATES,
    ITEMS_VARIANT,
    PICK_AT_STORE,
    Actor,
    Event,
    State,
    Transition,
)
from contracts.machine.driver import LOCATIONS, PRICES, Order, Pieces, Setting
from contracts.machine.records import Conditions, Line, Record, Step, row_for, summed

PUSHED = {"sale": Event.PUSH_INVOICE, "return": Event.PUSH_CREDIT_NOTE}
"""`invoiceType` -> event."""
NUMBER_LIMIT = 64
HOLDING = frozenset({State.BAG_CONFIRMED, State.BAG_INVOICED})
"""States in which the pieces of a sale are reserved."""
_WHOLE = {part: whole for whole, part in ITEMS_VARIANT.items()}
_QUALITY = frozenset(slug for slugs in RETURN_REASONS.values() for slug in slugs)


class Model:
    """The expected state of a tenant."""

    def __init__(self, setting: Setting, now: datetime) -> None:
        self.now = now
        self.paced_at = now
        self.setting = setting
        self.modes = {"invoice_mode": setting.invoice_mode, "credit_note_mode": setting.credit_note_mode}
        self.pace: Mapping[str, Any] = setting.pace
        self.records: dict[str, Record] = {}
        self.numbers: dict[str, str] = {}
        """Used document numbers, each with its shipment's id."""
        self.delivered = {(place, sku): setting.on_hand for place in LOCATIONS for sku in PRICES}
        """All pieces that were ever delivered, by location and SKU."""

    # Stock

    def sold(self, location: str, sku: str) -> int:
        """Returns the handed-over pieces, without good returned ones."""
        here = [record for record in self.records.values() if record.location == location]
        gone = sum(_of(record, sku) for record in here if record.state is State.HANDED_OVER)
        return gone - sum(record.good.get(sku, 0) for record in here)

    def reserved(self, location: str, sku: str) -> int:
        """Returns the pieces of confirmed orders."""
        return sum(
            _of(record, sku)
            for record in self.records.values()
            if record.location == location and record.state in HOLDING
        )

    def on_hand(self, location: str, sku: str) -> int:
        """Returns the pieces in stock."""
        return self.delivered[location, sku] - self.sold(location, sku)

    def _enough(self, record: Record) -> bool:
        return not self.setting.stock_guard or self._fits(record, record.location)

    def _fits(self, record: Record, place: str) -> bool:
        skus = {line.sku for line in record.lines.values()}
        return all(_of(record, s) <= self.on_hand(place, s) - self.reserved(place, s) for s in skus)

    # Calls of the aggregator: each returns whether it is accepted, and applies it

    def confirm(self, order: Order, who: str | None) -> bool:
        """Decides whether the order is accepted; applies an accepted one."""
        record = self._seen(order, who)
        if record is None or not self._all_of_it(record, order.items):
            return False
        row = row_for(Event.CONFIRM, record.state, record.conditions)
        return bool(row and self._enough(record) and self._take(record, row))

    def cancel(self, order: Order, who: str | None) -> bool:
        """Decides whether the order is accepted; applies an accepted one."""
        record = self._seen(order, who)
        if record is None or any(piece.reason not in CANCEL_REASONS for piece in order.items):
            return False
        return self._cancelled(record, Event.CANCEL, order.items)

    def push(self, order: Order, who: str | None) -> bool:
        """Decides whether the order is accepted; applies an accepted one."""
        record = self._seen(order, who)
        event = PUSHED.get(order.kind)
        if record is None or event is None or not self._all_of_it(record, order.items):
            return False
        row = row_for(event, record.state, record.conditions)
        if row is None or not self._usable(order.number):
            return False
        record.number = order.number
        self.numbers[order.number] = record.id
        return self._take(record, row)

    def accept_return(self, order: Order, who: str | None) -> bool:
        """Decides whether the order is accepted; applies an accepted one."""
        record = self._seen(order, who)
        if record is None or any(piece.reason and piece.reason not in _QUALITY for piece in order.items):
            return False
        row = row_for(Event.ACCEPT_RETURN, record.state, record.conditions)
        if row is None or not _within(summed(order.items), record.left):
            return False
        record.good = _good(record, order.items)
        return self._take(record, row)

    def _seen(self, order: Order, who: str | None) -> Record | None:
        record = self.records.get(order.id)
        if record is None or who not in (None, record.location) or record.state in CANCELLED_STATES:
            return None
        return record if all(piece.item in record.left for piece in order.items) else None

    def _all_of_it(self, record: Record, items: Sequence[Pieces]) -> bool:
        return not items or summed(items) == record.left

    def _usable(self, number: str) -> bool:
        plain = 0 < len(number) <= NUMBER_LIMIT and number == number.strip() and number.isprintable()
        return plain and number not in self.numbers

    # Events of the other actors

    def fire(self, record: Record, event: Event, items: Sequence[Pieces]) -> bool:
        """Applies an event; returns whether the table allows the event."""
        if _WHOLE.get(event, event) is Event.CANCEL_BY_CUSTOMER:
            return self._cancelled(record, Event.CANCEL_BY_CUSTOMER, items)
        row = row_for(event, record.state, record.conditions)
        if row is None or row.actor is Actor.AGGREGATOR:
            return False
        if event is Event.START_RETURN:
            return self._sent_back(record, row, summed(items) or record.open)
        return self._take(record, row)

    def _cancelled(self, record: Record, event: Event, items: Sequence[Pieces]) -> bool:
        pieces = summed(items)
        part = bool(pieces) and pieces != record.left
        if event is Event.CANCEL and not part and self._reassigned(record):
            return True
        row = row_for(ITEMS_VARIANT[event] if part else event, record.state, record.conditions)
        if row is None or (part and not _within(pieces, record.left)):
            return False
        for item in pieces if part else ():
            record.lines[item].cancelled += pieces[item]
        return self._take(record, row)

    def _reassigned(self, record: Record) -> bool:
        """Moves a cancelled order to another store with its goods."""
        row = row_for(Event.REASSIGN, record.state, record.conditions)
        tried = (record.location, *record.declined_by)
        fitting = (place for place in LOCATIONS if place not in tried and self._fits(record, place))
        store = next(fitting, None)
        if row is None or store is None:
            return False
        record.declined_by.append(record.location)
        record.location = store
        return self._take(record, row)

    def _sent_back(self, record: Record, row: Transition, pieces: dict[str, int]) -> bool:
        if not pieces or not _within(pieces, record.open):
            return False
        for item, count in pieces.items():
            record.lines[item].returning += count
        return self._take(record, row)

    # New shipments

    def placed(self, shown: Mapping[str, Any], location: str, bought: Sequence[tuple[str, int]]) -> Record:
        """Adds a new order, with the ids of the OMS."""
        conditions = {"order_type": PICK_AT_STORE, **self.modes, **self.setting.switches}
        items = [str(item["orderItemId"]) for item in shown["orderItems"]]
        lines = {item: Line(item, sku, count) for item, (sku, count) in zip(items, bought, strict=True)}
        new_id = str(shown["id"])
        return self._add(
            Record(new_id, new_id, location, conditions, lines, *self._first_step(Event.PLACE, conditions))
        )

    def opened(self, return_id: str, sale: Record, pieces: Mapping[str, int]) -> Record:
        """Adds a return of these pieces of `sale`."""
        conditions = {**sale.conditions, "credit_note_mode": self.modes["credit_note_mode"]}
        lines = {
            item: Line(item, line.sku, pieces[item]) for item, line in sale.lines.items() if item in pieces
        }
        birth = self._first_step(Event.OPEN_RETURN, conditions)
        return self._add(Record(return_id, sale.id, sale.location, conditions, lines, *birth))

    def _first_step(self, event: Event, conditions: Conditions) -> tuple[State, list[Step]]:
        row = row_for(event, None, conditions)
        if row is None:
            raise LookupError(f"the table has no {event}")
        return row.target, [Step(event, None, row.target, row.actor, self.now)]

    def _add(self, record: Record) -> Record:
        self.records[record.id] = record
        self.settle()
        return record

    def _take(self, record: Record, row: Transition, at: datetime | None = None) -> bool:
        record.state = row.target
        record.trail.append(Step(row.event, row.source, row.target, row.actor, at or self.now))
        if row.event in (Event.ACCEPT_RETURN, Event.REJECT_RETURN):
            self._come_back(record, kept=row.event is Event.REJECT_RETURN)
        if at is None:
            self.settle()
        return True

    def _come_back(self, record: Record, *, kept: bool) -> None:
        sale = self.records[record.forward_id]
        for item, line in record.lines.items():
            sale.lines[item].returning -= line.left
            sale.lines[item].returned += 0 if kept else line.left

    # Time

    def advance(self, seconds: int) -> None:
        """Moves the clock and takes the steps that fall due."""
        self.now += timedelta(seconds=seconds)
        self.settle()

    def change(self, **settings: Any) -> None:
        """Changes the modes of later shipments, or the pace from now on."""
        self.modes |= {name: settings[name] for name in self.modes if name in settings}
        if "pace" in settings:
            self.pace, self.paced_at = settings["pace"], self.now
        self.settle()

    def settle(self) -> None:
        """Takes every automatic step that is due."""
        for record in self.records.values():
            for _ in State:  # automatic rows never form a cycle
                row, due = record.automatic(), self._due(record)
                if row is None or due is None or due > self.now:
                    break
                self._take(record, row, due)

    def _due(self, record: Record) -> datetime | None:
        row = record.automatic()
        delay = self._delay_s(row.event) if row else None
        if delay is None:
            return None
        return max(record.trail[-1].at + timedelta(seconds=delay), self.paced_at)

    def learn(self, shipment_id: str, number: str) -> None:
        """Records the number that the OMS gave to a document."""
        self.records[shipment_id].number = number
        self.numbers[number] = shipment_id

    def _delay_s(self, event: Event) -> float | None:
        pace = self.pace.get(event, self.pace.get(ANY_EVENT, "immediate"))
        if pace == "held":
            return None
        return 0.0 if pace == "immediate" else float(pace["after_s"])


def _within(pieces: Mapping[str, int], most: Mapping[str, int]) -> bool:
    return all(count <= most.get(item, 0) for item, count in pieces.items())


def _of(record: Record, sku: str) -> int:
    return sum(line.left for line in record.lines.values() if line.sku == sku)


def _good(record: Record, items: Sequence[Pieces]) -> dict[str, int]:
    bad = summed(piece for piece in items if piece.reason)
    good: dict[str, int] = {}
    for line in record.lines.values():
        good[line.sku] = good.get(line.sku, 0) + line.left - bad.get(line.id, 0)
    return good
