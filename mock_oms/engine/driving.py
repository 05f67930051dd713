"""Driving a shipment to a state by firing every event on the way, whoever its actor is."""

from __future__ import annotations

from contracts.lifecycle.queries import journey_of, path, reachable
from contracts.lifecycle.table import Event, Journey, State
from contracts.problems import Problem
from mock_oms.domain.errors import OrderRefusedError
from mock_oms.domain.shipment import Shipment
from mock_oms.domain.tenant import conditions
from mock_oms.engine.firing import fire
from mock_oms.store import Transaction


def drive(tx: Transaction, shipment: Shipment, target: State) -> Shipment:
    """Takes a newly placed order to `target`; a state of a return opens one of everything sold.

    The answer is the shipment that is in `target` (the return's, for a return's state). Automatic steps
    that the pace holds back are taken, and none is taken beyond the target except those that are due at
    once. Raises `OrderRefusedError` when the way is barred.
    """
    if journey_of(target) is Journey.RETURN:
        sold = drive(tx, shipment, State.HANDED_OVER)
        opened = fire(tx, sold, Event.START_RETURN).opened
        if opened is None:
            raise LookupError("start_return opened no return")
        shipment = opened
    return _walk(tx, shipment, target)


def _walk(tx: Transaction, shipment: Shipment, target: State) -> Shipment:
    facts = conditions(shipment, tx.settings.profile)
    if target not in reachable(shipment.state, facts):
        raise OrderRefusedError(
            Problem.MODE, f"no order gets to {target} under this tenant's modes and profile"
        )
    for _ in State:  # every step goes to a state not seen before
        if shipment.state == target or target not in reachable(shipment.state, facts):
            break  # there, or carried past it by steps that are due at once
        row = path(shipment.state, target, facts)[0]
        shipment = fire(tx, shipment, row.event).shipment
    return shipment
