"""POST confirm and POST cancel."""

from __future__ import annotations

from contracts.konnect.orders import CANCEL_REASONS, CancelOrder, ConfirmOrder
from contracts.lifecycle.table import Event
from contracts.problems import Problem
from contracts.profile import Profile
from mock_oms import engine
from mock_oms.domain.errors import OrderRefusedError
from mock_oms.engine import Pick
from mock_oms.store import Transaction
from mock_oms.web.call import Answer, Call
from mock_oms.web.konnect import bulk
from mock_oms.web.konnect.registry import handles


@handles("confirm")
def confirm(call: Call) -> Answer:
    """Confirms orders: all that is left of each; their items are reserved."""
    return bulk.run(call, _confirm, lambda _: "confirm")


def _confirm(tx: Transaction, call: Call, order: ConfirmOrder) -> None:
    command = bulk.command(order.orderItems)
    shipment = engine.locate(tx, order.orderId, call.caller.location, command)
    try:
        engine.fire(tx, shipment, Event.CONFIRM, command)
    except OrderRefusedError as refused:
        if refused.problem is Problem.ALREADY and call.profile.confirm_again == "accept":
            return
        raise


@handles("cancel")
def cancel(call: Call) -> Answer:
    """Cancels orders, or pieces of their items."""
    return bulk.run(call, _cancel, lambda _: "cancel")


def _cancel(tx: Transaction, call: Call, order: CancelOrder) -> None:
    command = bulk.command(order.orderItems)
    shipment = engine.locate(tx, order.orderId, call.caller.location, command)
    engine.check_journey(shipment, Event.CANCEL)
    for pick in command.items:
        _check_reason(pick, call.profile)
    engine.fire(tx, shipment, Event.CANCEL, command)


def _check_reason(pick: Pick, profile: Profile) -> None:
    known = (*CANCEL_REASONS, *profile.extra_cancel_reasons)
    if not pick.reason.strip() or (pick.reason not in known and profile.unknown_reason_codes == "refuse"):
        raise OrderRefusedError(
            Problem.REASON,
            f"reasonCode {pick.reason[:60]!r} of item {pick.item_id} is not one of {', '.join(known)}",
            pick.item_id,
        )
