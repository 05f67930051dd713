"""POST return: the aggregator accepts returns with their quality-check result."""

from __future__ import annotations

from itertools import chain

from contracts.konnect.returns import RETURN_REASONS, ReturnOrder
from contracts.lifecycle.table import Event
from mock_oms import engine
from mock_oms.engine import Command
from mock_oms.store import Transaction
from mock_oms.web.answers import Answer
from mock_oms.web.call import Call
from mock_oms.web.konnect import bulk
from mock_oms.web.konnect.registry import handles


@handles("accept_return")
def accept_return(call: Call) -> Answer:
    """Accepts returns; items without a reason code are restocked."""
    return bulk.run(call, _accept, lambda _: "return")


def _accept(tx: Transaction, call: Call, order: ReturnOrder) -> None:
    command = Command(items=bulk.picks(order.orderItems))
    shipment = engine.locate(tx, order.orderId, call.caller.location, command)
    engine.check_journey(shipment, Event.ACCEPT_RETURN)
    known = (*chain.from_iterable(RETURN_REASONS.values()), *call.profile.extra_return_reasons)
    for pick in command.items:
        bulk.check_reason(shipment, pick, known, call.profile, needed=False)
    engine.fire(tx, shipment, Event.ACCEPT_RETURN, command)
