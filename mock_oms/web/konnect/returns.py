"""POST return: the aggregator accepts returns with their quality-check result."""

from __future__ import annotations

from itertools import chain

from contracts.konnect.returns import RETURN_REASONS, ReturnOrder
from contracts.lifecycle.table import Event
from contracts.problems import Problem
from contracts.profile import Profile
from mock_oms import engine
from mock_oms.domain.errors import OrderRefusedError
from mock_oms.engine import Command, Pick
from mock_oms.store import Transaction
from mock_oms.web.call import Answer, Call
from mock_oms.web.konnect import bulk
from mock_oms.web.konnect.registry import handles


@handles("accept_return")
def accept_return(call: Call) -> Answer:
    """Accepts returns; items without a reason code came back in good condition and are restocked."""
    return bulk.run(call, _accept, lambda _: "return")


def _accept(tx: Transaction, call: Call, order: ReturnOrder) -> None:
    command = Command(items=bulk.picks(order.orderItems))
    shipment = engine.locate(tx, order.orderId, call.caller.location, command)
    engine.check_journey(shipment, Event.ACCEPT_RETURN)
    for pick in command.items:
        _check_reason(pick, call.profile)
    engine.fire(tx, shipment, Event.ACCEPT_RETURN, command)


def _check_reason(pick: Pick, profile: Profile) -> None:
    known = (*chain.from_iterable(RETURN_REASONS.values()), *profile.extra_return_reasons)
    if pick.reason and pick.reason not in known and profile.unknown_reason_codes == "refuse":
        raise OrderRefusedError(
            Problem.REASON,
            f"reasonCode {pick.reason[:60]!r} of item {pick.item_id} is not one of {', '.join(known)}",
            pick.item_id,
        )
