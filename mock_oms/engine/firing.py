"""Firing an event: find the row, ask its guards, apply its effects, keep the trail, go on by itself."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts.lifecycle.queries import find, journeys_of, obstacle
from contracts.lifecycle.table import CANCELLED_STATES, ITEMS_VARIANT, Event, Journey, Transition
from contracts.problems import FROM_OBSTACLE, Problem
from mock_oms.domain.errors import OrderRefusedError
from mock_oms.domain.shipment import Shipment, Step
from mock_oms.domain.tenant import conditions
from mock_oms.engine.command import NOTHING_SPECIAL, Command, Move, is_everything
from mock_oms.engine.effects import EFFECTS
from mock_oms.engine.guards import GUARDS
from mock_oms.engine.schedule import schedule
from mock_oms.store import Store, Transaction

CHAIN_LIMIT = 16
"""Most automatic steps of one shipment at one moment; the table's chains are far shorter."""


@dataclass(frozen=True, slots=True)
class FireResult:
    """What an event led to: the shipment as it is now, and the return that was opened, if one was."""

    shipment: Shipment
    opened: Shipment | None = None


class WriteVisit:
    """A visit to a tenant that may change things; what is due by now comes first."""

    __slots__ = ("_visit",)

    def __init__(self, store: Store, tenant: str) -> None:
        self._visit = store.write(tenant)

    def __enter__(self) -> Transaction:
        tx = self._visit.__enter__()
        try:
            settle(tx)
        except BaseException:
            self._visit.__exit__(*sys.exc_info())
            raise
        return tx

    def __exit__(self, *raised: Any) -> None:
        self._visit.__exit__(*raised)


class ReadVisit:
    """A visit that looks; what is due by now has happened before, stamped with its due time."""

    __slots__ = ("_store", "_tenant", "_visit")

    def __init__(self, store: Store, tenant: str) -> None:
        self._store, self._tenant = store, tenant
        self._visit: AbstractContextManager[Transaction] | WriteVisit = store.read(tenant)

    def __enter__(self) -> Transaction:
        tx = self._visit.__enter__()
        try:
            due = tx.next_due()
        except BaseException:
            self._visit.__exit__(*sys.exc_info())
            raise
        if due is None:
            return tx
        self._visit.__exit__(None, None, None)
        self._visit = WriteVisit(self._store, self._tenant)
        return self._visit.__enter__()

    def __exit__(self, *raised: Any) -> None:
        self._visit.__exit__(*raised)


def locate(
    tx: Transaction, shipment_id: str, location: str | None, command: Command = NOTHING_SPECIAL
) -> Shipment:
    """The shipment that a call is about, as seen from `location` (None: the whole company).

    Refuses, in this order: one that is not there, items that are not in it, one that is cancelled, items
    that are cancelled.
    """
    shipment = visible(tx, shipment_id, location)
    for pick in command.items:
        if shipment.item(pick.item_id) is None:
            raise OrderRefusedError(
                Problem.UNKNOWN_ITEM, f"item {pick.item_id} is not in order {shipment_id}", pick.item_id
            )
    if shipment.state in CANCELLED_STATES:
        raise OrderRefusedError(Problem.CANCELLED, f"order {shipment_id} is {shipment.state}")
    for pick in command.items:
        item = shipment.item(pick.item_id)
        if item and not item.left:
            raise OrderRefusedError(Problem.CANCELLED, f"item {pick.item_id} is cancelled", pick.item_id)
    return shipment


def visible(tx: Transaction, shipment_id: str, location: str | None) -> Shipment:
    """The shipment with this id as seen from `location`, whatever its state; refuses an unknown one."""
    shipment = tx.get(shipment_id)
    if shipment is None or location not in (None, shipment.location):
        raise OrderRefusedError(
            Problem.UNKNOWN,
            f"order {shipment_id} is not known at {location or 'this company'}",
        )
    return shipment


def check_journey(shipment: Shipment, event: Event) -> None:
    """Refuses a sale where only returns can be meant, and the reverse."""
    if shipment.journey not in journeys_of(event):
        kind = "a sale" if shipment.journey is Journey.SALE else "a return"
        raise OrderRefusedError(Problem.WRONG_TYPE, f"order {shipment.id} is {kind}: cannot {event}")


def fire(tx: Transaction, shipment: Shipment, event: Event, command: Command = NOTHING_SPECIAL) -> FireResult:
    """Makes `event` happen to `shipment`, and what follows by itself.

    A cancellation of only a part becomes the event for items, one of all that is left that for the whole.
    Raises `OrderRefusedError`; nothing has changed then.
    """
    event = _precise(event, shipment, command)
    facts = conditions(shipment, tx.settings.profile)
    row = find(event, shipment.state, facts)
    if row is None:
        reason = obstacle(event, shipment.state, facts)
        raise OrderRefusedError(
            FROM_OBSTACLE[reason], f"cannot {event} while {shipment.state} ({str(reason).replace('_', ' ')})"
        )
    fired = _apply(tx, row, shipment, command, tx.now)
    return _as_settled(tx, fired) if settle(tx) else fired


_WHOLE = {part: whole for whole, part in ITEMS_VARIANT.items()}


def _precise(event: Event, shipment: Shipment, command: Command) -> Event:
    whole = _WHOLE.get(event, event)
    if whole in ITEMS_VARIANT and command.items and not is_everything(shipment, command):
        return ITEMS_VARIANT[whole]
    return whole


def _apply(
    tx: Transaction, row: Transition, shipment: Shipment, command: Command, at: datetime
) -> FireResult:
    move = Move(tx, row, shipment, command, at)
    for name in row.guards:
        GUARDS[name](move)
    for name in row.effects:
        EFFECTS[name](move)
    after = move.shipment.moved(Step(row.event, row.source, row.target, row.actor, at))
    tx.put(after)
    schedule(tx, after, at)
    if move.opened:
        tx.put(move.opened)
        schedule(tx, move.opened, at)
    return FireResult(after, move.opened)


def _as_settled(tx: Transaction, fired: FireResult) -> FireResult:
    now = tx.get(fired.shipment.id) or fired.shipment
    opened = tx.get(fired.opened.id) if fired.opened else None
    return FireResult(now, opened)


def settle(tx: Transaction) -> bool:
    """Takes every automatic step that is due by now, each stamped with its due time; tells if one was."""
    due = tx.next_due()
    if due is None:
        return False
    steps: dict[str, int] = {}
    while due is not None:
        shipment_id, waiting = due
        steps[shipment_id] = steps.get(shipment_id, 0) + 1
        if steps[shipment_id] > CHAIN_LIMIT:
            raise RuntimeError(f"shipment {shipment_id} took more than {CHAIN_LIMIT} automatic steps at once")
        shipment = tx.get(shipment_id)
        row = (
            find(waiting.event, shipment.state, conditions(shipment, tx.settings.profile))
            if shipment
            else None
        )
        if shipment is None or row is None or waiting.due is None:
            tx.wait(shipment_id, None)  # the rules changed meanwhile: nothing is waited for any more
        else:
            _apply(tx, row, shipment, NOTHING_SPECIAL, waiting.due)
        due = tx.next_due()
    return True
