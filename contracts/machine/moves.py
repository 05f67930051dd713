"""Applies acts to a tenant and its model, and compares them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from contracts import vocabulary
from contracts.lifecycle.table import ITEMS_VARIANT, Actor, Event
from contracts.machine.driver import (
    FROZEN_AT,
    LOCATIONS,
    BulkReply,
    DrivenTenant,
    Driver,
    Order,
    Pieces,
    Setting,
)
from contracts.machine.invariants import BrokenInvariantsError, broken_invariants
from contracts.machine.model import PUSHED, Model
from contracts.machine.observation import CallGroup, Observation
from contracts.machine.records import Record, summed
from contracts.profile import DEFAULT

HISTORY_LIMIT = 60
"""Last acts in the message of a failure."""
BYSTANDER_EVERY = 5
"""Steps between two checks of the other tenant."""

FILTERS = vocabulary.filters(DEFAULT)
TOUCHPOINT = {"confirm": "confirm", "cancel": "cancel", "accept_return": "return"}
"""Bulk call -> touchpoint; for a pushed document it depends on the kind."""


class Player:
    """A tenant with its model; `reached` counts (state, event, accepted)."""

    def __init__(self, driver: Driver, setting: Setting, reached: Counter[tuple[str, str, bool]]) -> None:
        self._reached = reached
        self._history: list[str] = [str(setting)]
        self._steps = 0
        self.setting = setting
        self.model = Model(setting, datetime.fromisoformat(FROZEN_AT))
        self.last: tuple[str, Sequence[Order], str | None] | None = None
        self.bystander = driver.open(setting)
        self._own = [self.bystander.place(LOCATIONS[0], [("MACHINE-A", 2)])["id"] for _ in range(2)]
        self._bystander_before = _all_of(self.bystander)
        self.tenant = driver.open(setting)
        self._observed = Observation(self.model, {}, {}, self.tenant.stock(), {})
        self._calls: list[CallGroup] = []
        self._restocked = False
        self._prints = self._fingerprints()

    # Acts

    def place(self, location: str, lines: Sequence[tuple[str, int]]) -> None:
        """Places an order."""
        shown = self.tenant.place(location, lines)
        record = self.model.placed(shown, location, lines)
        self._note(f"placed {record.id} at {location}: {list(lines)}")
        self._reached["", Event.PLACE, True] += 1

    def bulk(self, call: str, orders: Sequence[Order], who: str | None) -> None:
        """Makes a bulk call; orders take effect one by one."""
        predict: Callable[[Order, str | None], bool] = getattr(self.model, call)
        verdicts = tuple(self._predicted(predict, call, order, who) for order in orders)
        reply: BulkReply = getattr(self.tenant, call)(orders, who)
        says = f"{call} {list(orders)} by {who or 'the company'}"
        touchpoints = [_touchpoint(call, order) for order in orders]
        self._calls.append(CallGroup(says, verdicts, reply, orders, touchpoints))
        self._note(f"{says} -> {reply}")
        self.last = (call, orders, who)

    def _predicted(
        self, predict: Callable[[Order, str | None], bool], call: str, order: Order, who: str | None
    ) -> bool:
        record = self.model.records.get(order.id)
        state = record.state if record else "unknown"
        event, past = _event_of(call, order, record), len(record.trail) if record else 0
        accepted = predict(order, who)
        if accepted and record:
            event = record.trail[past].event  # a cancel may have become a reassignment
        self._reached[state, event, accepted] += 1
        return accepted

    def fire(self, record: Record, event: Event, items: Sequence[Pieces] = ()) -> None:
        """Fires an event by the control plane."""
        state, precise = record.state, _precise(event, record, items)
        pieces = summed(items) or record.open
        accepted = self.model.fire(record, event, items)
        shown = self.tenant.fire(record.id, event, items)
        if accepted and shown and event is Event.START_RETURN:
            self.model.opened(str(shown["id"]), record, pieces)
            self._reached["", Event.OPEN_RETURN, True] += 1
        says = f"{event} of {record.id} {list(items)}"
        self._calls.append(CallGroup(says, (accepted,), shown is not None))
        self._note(f"{says} -> {'accepted' if shown else 'refused'}")
        self._reached[state, precise, accepted] += 1

    def advance(self, seconds: int) -> None:
        """Moves the clock."""
        self.tenant.advance(seconds)
        self.model.advance(seconds)
        self._note(f"{seconds} s pass")

    def change(self, **settings: Any) -> None:
        """Changes modes or pace."""
        self.tenant.change(**settings)
        self.model.change(**settings)
        self._note(f"changed {settings}")

    def deliver(self, location: str, sku: str, pieces: int) -> None:
        """Adds pieces to the stock of a store."""
        self.tenant.deliver(location, sku, self.model.on_hand(location, sku) + pieces)
        self.model.delivered[location, sku] += pieces
        self._restocked = True
        self._note(f"{pieces} of {sku} delivered to {location}")

    def _note(self, sentence: str) -> None:
        self._history.append(sentence)

    # Checks

    def check(self, *, everything: bool = False) -> None:
        """Compares tenant and model; raises `BrokenInvariantsError`."""
        self._steps += 1
        prints, before = self._fingerprints(), self._observed
        observed = Observation(
            model=self.model,
            shown={str(shown["id"]): shown for shown in self.tenant.shipments()},
            before=before.shown,
            stock=self.tenant.stock(),
            stock_before=before.stock,
            calls=self._calls,
            touched=frozenset(i for i, p in prints.items() if self._prints.get(i) != p),
            restocked=self._restocked,
        )
        self._observe_lists(observed, before, everything=everything)
        found = broken_invariants(observed)
        if found:
            raise BrokenInvariantsError(found, self._history[-HISTORY_LIMIT:])
        self._learn(observed)
        self._observed, self._calls, self._restocked = observed, [], False
        self._prints = self._fingerprints()

    def _fingerprints(self) -> dict[str, object]:
        return {
            record.id: (len(record.trail), tuple((x.cancelled, x.returned) for x in record.lines.values()))
            for record in self.model.records.values()
        }

    def _learn(self, observed: Observation) -> None:
        for shipment, shown in observed.shown.items():
            if self.model.records[shipment].number is None and shown["documents"]:
                self.model.learn(shipment, shown["documents"][0]["number"])

    def _observe_lists(self, observed: Observation, before: Observation, *, everything: bool) -> None:
        everywhere = [(status, location) for status in FILTERS for location in LOCATIONS]
        turn = self._steps % len(everywhere)
        for status, location in everywhere if everything else {everywhere[turn], *_about(observed, before)}:
            observed.lists[status, location] = self.tenant.listed(status, location)
        filters = FILTERS if everything else (FILTERS[self._steps % len(FILTERS)],)
        observed.info_lists = {status: self.tenant.info_list(status) for status in filters}
        if everything or self._steps % BYSTANDER_EVERY == 0:
            observed.bystander = (self._bystander_before, _all_of(self.bystander))
        turns = range(len(_VIEWS)) if everything else (self._steps % len(_VIEWS),)
        records = list(self.model.records.values())
        for number in turns if records else ():
            observed.leaks += _VIEWS[number](self, records[self._steps // 3 % len(records)])

    def _other_store(self, record: Record) -> list[str]:
        other = next(place for place in LOCATIONS if place != record.location)
        return [f"{other} sees {record.id}"] if self.tenant.get(record.id, other) else []

    def _other_tenant(self, record: Record) -> list[str]:
        hidden = record.id not in self._own
        return [f"another tenant sees {record.id}"] if hidden and self.bystander.get(record.id, None) else []

    def _own_store(self, record: Record) -> list[str]:
        ids = [shown["id"] for shown in self.tenant.get(record.id, record.location)]
        return [] if ids == [record.id] else [f"{record.location} sees {ids} for its own {record.id}"]

    def close(self) -> None:
        """Closes both tenants; automatic steps count as reached."""
        for record in self.model.records.values():
            own = (step for step in record.trail if step.actor is Actor.OMS)
            self._reached.update((str(step.source), str(step.event), True) for step in own)
        self.tenant.close()
        self.bystander.close()


_VIEWS = (Player._other_store, Player._other_tenant, Player._own_store)
"""Checks of the visibility of a shipment to others and to its store."""


def _about(observed: Observation, before: Observation) -> set[tuple[str, str]]:
    """Returns the lists that hold, or held, the step's shipments."""
    seen = [then.shown[i] for then in (before, observed) for i in observed.touched if i in then.shown]
    return {(shown["orderStatus"], shown["location"]) for shown in seen}


def _all_of(tenant: DrivenTenant) -> tuple[object, ...]:
    return list(tenant.shipments()), tenant.stock()


def _touchpoint(call: str, order: Order) -> str:
    pushed = "credit_note" if order.kind == "return" else "update_invoice"
    return TOUCHPOINT.get(call, pushed)


_CALLED = {"confirm": Event.CONFIRM, "cancel": Event.CANCEL, "accept_return": Event.ACCEPT_RETURN}


def _event_of(call: str, order: Order, record: Record | None) -> str:
    event = _CALLED.get(call) or PUSHED.get(order.kind)
    if event is None or record is None:
        return event or "neither"
    return _precise(event, record, order.items)


def _precise(event: Event, record: Record, items: Sequence[Pieces]) -> Event:
    part = bool(items) and summed(items) != record.left
    whole = next((one for one, other in ITEMS_VARIANT.items() if other is event), event)
    return ITEMS_VARIANT[whole] if whole in ITEMS_VARIANT and part else whole
