"""POST confirm and POST cancel."""

from __future__ import annotations

from contracts.konnect.orders import CANCEL_REASONS, CancelOrder, ConfirmOrder
from contracts.lifecycle.table import Event
from contracts.problems import Problem
from mock_oms import engine
from mock_oms.domain.errors import OrderRefusedError
from mock_oms.store import Transaction
from mock_oms.web.answers import Answer
from mock_oms.web.call import Call
from mock_oms.web.konnect import bulk
from mock_oms.web.konnect.registry import handles


@handles("confirm")
def confirm(call: Call) -> Answer:
    """Confirms orders and reserves their remaining pieces."""
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
    known = (*CANCEL_REASONS, *call.profile.extra_cancel_reasons)
    for pick in command.items:
        bulk.check_reason(shipment, pick, known, call.profile, needed=True)
    engine.fire(tx, shipment, Event.CANCEL, command)
