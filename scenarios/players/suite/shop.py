"""The suite as customer and store, through the control plane."""

from __future__ import annotations

from typing import Any

from contracts.lifecycle.table import Event
from scenarios.language import actions as a
from scenarios.players.suite.calls import plain_items
from scenarios.players.suite.outcome import Outcome, bind, perform
from scenarios.session.context import FlowContext
from scenarios.targets.control import ControlRefusedError


@perform.register
def _place_order(action: a.PlaceOrder, context: FlowContext) -> Outcome:
    items = action.lines(context.skus(len(action.basket)))
    body: dict[str, Any] = {"location": context.location(action.at), "items": items, "count": action.count}
    body |= {"discount": action.discount} if action.discount else {}
    body["ordering_channel"] = action.channel or context.target.ordering_channel
    key = context.recorder.sending("POST", "the till")
    placed = context.shop.place(body, key)
    bind(context, action.births, [str(entry["id"]) for entry in placed], action.basket)
    return Outcome()


@perform.register
def _count_shelf(action: a.CountShelf, context: FlowContext) -> Outcome:
    context.memory.shelf |= stock_of(context, context.location(action.at))
    return Outcome()


def stock_of(context: FlowContext, location: str) -> dict[tuple[str, str], tuple[int, int]]:
    """Return pieces on hand and reserved, by store and SKU."""
    levels = context.shop.call("stock")["stock"]
    return {
        (location, str(level["sku"])): (int(level["on_hand"]), int(level["reserved"]))
        for level in levels
        if level["location"] == location
    }


@perform.register
def _cancel_by_customer(action: a.CancelByCustomer, context: FlowContext) -> Outcome:
    return _fire_each(context, action, Event.CANCEL_BY_CUSTOMER, action.pieces)


@perform.register
def _hand_over(action: a.HandOver, context: FlowContext) -> Outcome:
    return _fire_each(context, action, Event.HAND_OVER, a.ALL)


@perform.register
def _reject_return(action: a.RejectReturn, context: FlowContext) -> Outcome:
    return _fire_each(context, action, Event.REJECT_RETURN, a.ALL)


@perform.register
def _start_return(action: a.StartReturn, context: FlowContext) -> Outcome:
    opened: list[str] = []
    extra = {"initiator": str(action.started_in)}
    outcome = _fire_each(context, action, Event.START_RETURN, action.pieces, extra=extra, born=opened)
    if opened:
        bind(context, action.named, opened)
    return outcome


def _fire_each(
    context: FlowContext,
    action: a.Action,
    event: Event,
    pieces: a.Pieces | None,
    *,
    extra: dict[str, Any] | None = None,
    born: list[str] | None = None,
) -> Outcome:
    """Fire an event on every shipment; new shipment ids go into `born`."""
    outcome = Outcome(order_ids=context.memory.of(action.names))
    for order_id in outcome.order_ids:
        body: dict[str, Any] = dict(extra or {})
        if pieces is not None:
            body["items"] = plain_items(context, order_id, pieces)
        key = context.recorder.sending("POST", str(event), (order_id,))
        try:
            after = context.shop.fire(order_id, str(event), body, key)
        except ControlRefusedError as refusal:
            outcome.refusal = refusal
            break
        if born is not None:
            born.append(str(after["id"]))
    return outcome
