"""The suite as customer and store, through the control plane."""

from __future__ import annotations

from typing import Any

from contracts.lifecycle.table import Event
from scenarios.language import actions as a
from scenarios.players.suite.outcome import Outcome, bind, perform
from scenarios.players.suite.payloads import plain_items
from scenarios.session.context import FlowContext
from scenarios.targets.control import ControlRefusedError


@perform.register
def _place_order(action: a.PlaceOrder, stage: FlowContext) -> Outcome:
    skus = stage.skus(len(action.basket))
    items = [{"sku": sku, "quantity": n} for sku, n in zip(skus, action.basket, strict=True)]
    body = {"location": stage.location(action.at), "items": items, "count": action.count}
    body["ordering_channel"] = action.channel or stage.target.ordering_channel
    key = stage.scribe.sending("POST", "the till")
    placed = stage.shop.place(body, key)
    bind(stage, action.births, [str(entry["id"]) for entry in placed], action.basket)
    return Outcome()


@perform.register
def _count_shelf(action: a.CountShelf, stage: FlowContext) -> Outcome:
    stage.story.shelf |= stock_of(stage, stage.location(action.at))
    return Outcome()


def stock_of(stage: FlowContext, location: str) -> dict[tuple[str, str], tuple[int, int]]:
    """What a store has: pieces on hand and reserved, by store and SKU."""
    levels = stage.shop.call("stock")["stock"]
    return {
        (location, str(level["sku"])): (int(level["on_hand"]), int(level["reserved"]))
        for level in levels
        if level["location"] == location
    }


@perform.register
def _cancel_by_customer(action: a.CancelByCustomer, stage: FlowContext) -> Outcome:
    return _fire_each(stage, action, Event.CANCEL_BY_CUSTOMER, action.pieces)


@perform.register
def _hand_over(action: a.HandOver, stage: FlowContext) -> Outcome:
    return _fire_each(stage, action, Event.HAND_OVER, a.ALL)


@perform.register
def _reject_return(action: a.RejectReturn, stage: FlowContext) -> Outcome:
    return _fire_each(stage, action, Event.REJECT_RETURN, a.ALL)


@perform.register
def _start_return(action: a.StartReturn, stage: FlowContext) -> Outcome:
    opened: list[str] = []
    extra = {"initiator": str(action.started_in)}
    deed = _fire_each(stage, action, Event.START_RETURN, action.pieces, extra=extra, born=opened)
    if opened:
        bind(stage, action.named, opened)
    return deed


def _fire_each(
    stage: FlowContext,
    action: a.Action,
    event: Event,
    pieces: a.Pieces | None,
    *,
    extra: dict[str, Any] | None = None,
    born: list[str] | None = None,
) -> Outcome:
    """Fire an event on every shipment of the action; ids of shipments that it opened go into `born`."""
    deed = Outcome(asked=stage.story.of(action.names))
    for order_id in deed.asked:
        body: dict[str, Any] = dict(extra or {})
        if pieces is not None:
            body["items"] = plain_items(stage, order_id, pieces)
        key = stage.scribe.sending("POST", str(event), (order_id,))
        try:
            after = stage.shop.fire(order_id, str(event), body, key)
        except ControlRefusedError as refusal:
            deed.refusal = refusal
            break
        if born is not None:
            born.append(str(after["id"]))
    return deed
