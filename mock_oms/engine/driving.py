"""Drives shipments to a state by firing the events on the path."""

from __future__ import annotations

from contracts.lifecycle.queries import journey_of, path, reachable, switch_to
from contracts.lifecycle.table import Event, Journey, State
from contracts.problems import Problem
from mock_oms.domain.errors import OrderRefusedError
from mock_oms.domain.shipment import Shipment
from mock_oms.domain.tenant import conditions
from mock_oms.engine.firing import fire
from mock_oms.store import Transaction


def drive(tx: Transaction, shipment: Shipment, target: State) -> Shipment:
    """Drives a new order to `target`; returns the shipment in that state.

    For a state of a return it opens one of all pieces, and returns that. Held automatic steps on the path are
    fired too; steps that are due at once may lead beyond the target. Raises `OrderRefusedError` when the
    target cannot be reached.
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
        switch = switch_to(target, shipment.state, facts)
        known = {"switch": switch} if switch else {}
        raise OrderRefusedError(Problem.MODE, shipment, Event.PLACE, target=target, **known)
    for _ in State:  # the path never enters a state twice
        if shipment.state == target or target not in reachable(shipment.state, facts):
            break  # steps that were due at once may have passed the target
        row = path(shipment.state, target, facts)[0]
        shipment = fire(tx, shipment, row.event).shipment
    return shipment
