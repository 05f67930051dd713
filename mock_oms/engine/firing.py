"""Fires events on shipments, and the automatic steps that follow."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts.lifecycle.queries import find, journeys_of, obstacle
from contracts.lifecycle.table import CANCELLED_STATES, ITEMS_VARIANT, Event, Transition
from contracts.problems import FROM_OBSTACLE, Problem
from contracts.suggest import listed
from mock_oms.domain.errors import OrderRefusedError
from mock_oms.domain.sentences import owner, pieces
from mock_oms.domain.shipment import Shipment, Step
from mock_oms.domain.tenant import conditions
from mock_oms.engine.command import NO_DETAILS, Command, Move, is_everything
from mock_oms.engine.effects import EFFECTS
from mock_oms.engine.guards import GUARDS
from mock_oms.engine.schedule import schedule
from mock_oms.engine.shelves import another_store
from mock_oms.store import Store, Transaction

CHAIN_LIMIT = 16
"""Automatic steps of one shipment at one moment; the table's chains are far shorter."""


@dataclass(frozen=True, slots=True)
class FireResult:
    """The shipment after an event, and the opened return, if any."""

    shipment: Shipment
    opened: Shipment | None = None


class WriteVisit:
    """A write transaction on a tenant; due automatic steps are fired first."""

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
    """A read transaction on a tenant; due automatic steps are fired first.

    They are stamped with their due time.
    """

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


class _DryRunEndedError(Exception):
    """Undoes a transaction."""


@contextmanager
def undone(store: Store, tenant: str) -> Iterator[Transaction]:
    """Opens a write transaction whose changes are undone at its end."""
    with suppress(_DryRunEndedError), WriteVisit(store, tenant) as tx:
        yield tx
        raise _DryRunEndedError


def locate(
    tx: Transaction, shipment_id: str, location: str | None, command: Command = NO_DETAILS
) -> Shipment:
    """Returns the shipment and checks its items; `location` None is the company.

    Refuses, in this order: an unknown shipment, unknown items, a cancelled shipment, cancelled items.
    """
    shipment = visible(tx, shipment_id, location)
    for pick in command.items:
        if shipment.item(pick.item_id) is None:
            items = listed(one.id for one in shipment.items)
            raise OrderRefusedError(Problem.UNKNOWN_ITEM, shipment, item=pick.item_id, items=items)
    if shipment.state in CANCELLED_STATES:
        raise OrderRefusedError(Problem.CANCELLED, shipment)
    for pick in command.items:
        item = shipment.item(pick.item_id)
        if item and not item.left:
            raise OrderRefusedError(Problem.CANCELLED, shipment, item=pick.item_id)
    return shipment


def visible(tx: Transaction, shipment_id: str, location: str | None) -> Shipment:
    """Returns a shipment that `location` may see; refuses an unknown one."""
    shipment = tx.get(shipment_id)
    if shipment is None or location not in (None, shipment.location):
        raise OrderRefusedError(Problem.UNKNOWN, None, id=shipment_id, owner=owner(location))
    return shipment


def check_journey(shipment: Shipment, event: Event) -> None:
    """Refuses a sale if the event needs a return, and the reverse."""
    if shipment.journey not in journeys_of(event):
        raise OrderRefusedError(Problem.WRONG_TYPE, shipment, event)


def fire(tx: Transaction, shipment: Shipment, event: Event, command: Command = NO_DETAILS) -> FireResult:
    """Fires `event` on `shipment`, then the automatic steps that are due.

    A partial cancellation becomes the event for items, one of all remaining pieces that for the shipment. A
    cancellation of the aggregator becomes a reassignment where the table has one and another store fits.
    When it raises `OrderRefusedError`, nothing has changed.
    """
    event = _precise(event, shipment, command)
    facts = conditions(shipment, tx.settings.profile)
    row = _reassignment(tx, event, shipment, facts) or find(event, shipment.state, facts)
    if row is None:
        raise _impossible(event, shipment, facts)
    fired = _apply(tx, row, shipment, command, tx.now)
    return _after_automatic_steps(tx, fired) if settle(tx) else fired


def _reassignment(
    tx: Transaction, event: Event, shipment: Shipment, facts: Mapping[str, object]
) -> Transition | None:
    """Returns the row that moves a cancelled order to another store."""
    row = find(Event.REASSIGN, shipment.state, facts) if event is Event.CANCEL else None
    return row if row and another_store(tx, shipment) else None


_WHOLE = {part: whole for whole, part in ITEMS_VARIANT.items()}


def _impossible(event: Event, shipment: Shipment, conditions: Mapping[str, object]) -> OrderRefusedError:
    """Returns the refusal of `event`.

    The fact `whole` is set where only the whole shipment can be cancelled.
    """
    problem = FROM_OBSTACLE[obstacle(event, shipment.state, conditions)]
    if event in _WHOLE and find(_WHOLE[event], shipment.state, conditions):
        left = pieces(sum(item.left for item in shipment.items))
        return OrderRefusedError(problem, shipment, event, whole=left)
    return OrderRefusedError(problem, shipment, event)


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


def _after_automatic_steps(tx: Transaction, fired: FireResult) -> FireResult:
    now = tx.get(fired.shipment.id) or fired.shipment
    opened = tx.get(fired.opened.id) if fired.opened else None
    return FireResult(now, opened)


def settle(tx: Transaction) -> bool:
    """Fires due automatic steps with their due times; returns whether any fired."""
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
            tx.wait(shipment_id, None)  # the rules have changed meanwhile: the step no longer exists
        else:
            _apply(tx, row, shipment, NO_DETAILS, waiting.due)
        due = tx.next_due()
    return True
