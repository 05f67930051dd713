"""Bodies of the aggregator's calls, from actions."""

from __future__ import annotations

import json
from typing import Any

from scenarios.language import actions as a
from scenarios.session.context import FlowContext

UNKNOWN_ITEM = "999999999"
"""An order item that no order has: for places outside the basket."""
FIRST_IMEI = 350_000_000_000_000


def _places(context: FlowContext, order_id: str, pieces: a.Pieces | None) -> dict[str, tuple[int, int]]:
    """Order item -> its place in the basket and the pieces meant."""
    context.known(order_id)
    items = context.memory.items.get(order_id, [])
    wanted = context.memory.pieces(order_id) if pieces is None else pieces
    return {
        (items[place] if place < len(items) else UNKNOWN_ITEM): (place, count)
        for place, count in wanted.items()
        if count > 0 or pieces is not None
    }


def plain_items(context: FlowContext, order_id: str, pieces: a.Pieces | None) -> list[dict[str, Any]]:
    """Order items with quantities."""
    meant = _places(context, order_id, pieces)
    return [{"orderItemId": item, "quantity": count} for item, (_, count) in meant.items()]


def confirm_body(context: FlowContext, action: a.Confirm) -> list[dict[str, Any]]:
    """Without `orderItems` unless pieces are named: they may be left out."""
    rows = []
    for order_id in context.memory.of(action.names):
        row: dict[str, Any] = {"orderId": order_id}
        if action.pieces is not None:
            row["orderItems"] = plain_items(context, order_id, action.pieces)
        rows.append(row)
    return rows


def cancel_body(context: FlowContext, action: a.Cancel) -> list[dict[str, Any]]:
    """Every item with its reason, also when all is cancelled: a reason must accompany each."""
    rows = []
    for order_id in context.memory.of(action.names):
        items = plain_items(context, order_id, action.pieces) if action.named_items else []
        row: dict[str, Any] = {"orderId": order_id}
        if items:
            row["orderItems"] = [{**item, "reasonCode": action.reason} for item in items]
        rows.append(row)
    return rows


def invoice_body(context: FlowContext, action: a.PushInvoice) -> list[dict[str, Any]]:
    """A document for each order, with a number of its own unless the action names one."""
    prefix = "CN" if action.kind == "return" else "INV"
    rows = []
    for order_id in context.memory.of(action.names):
        number = action.number or context.fresh_number(prefix)
        if action.same_number_as:
            number = context.memory.numbers[context.memory.of((action.same_number_as,))[0]]
        row: dict[str, Any] = {"orderId": order_id, "invoiceNumber": number, "invoiceType": action.kind}
        row |= action.fields
        if action.serials or action.pieces is not None:
            row["orderItems"] = _invoice_items(context, order_id, action)
        rows.append(row)
    return rows


def _invoice_items(context: FlowContext, order_id: str, action: a.PushInvoice) -> list[dict[str, Any]]:
    found = []
    for item, (place, count) in _places(context, order_id, action.pieces).items():
        row: dict[str, Any] = {"orderItemId": item, "quantity": count}
        if action.serials:
            row["imeiSerialNumber"] = [str(FIRST_IMEI + place * 1000 + n) for n in range(count)]
        found.append(row)
    return found


def return_body(context: FlowContext, action: a.AcceptReturn) -> list[dict[str, Any]]:
    """Every item of the return, with the slug of what was found; good ones have none."""
    rows = []
    for order_id in context.memory.of(action.names):
        items = []
        meant = _places(context, order_id, action.pieces) if action.named_items else {}
        for item, (place, count) in meant.items():
            slug = action.found.get(place)
            found = {"reasonCode": slug} if slug is not None else {}
            items.append({"orderItemId": item, "quantity": count, **found})
        rows.append({"orderId": order_id, **({"orderItems": items} if items else {})})
    return rows


def own_body(context: FlowContext, action: a.SendBody) -> Any:
    """The action's own body, with the first shipment's id for `{id}` and its first item's for `{item}`."""
    ids = context.memory.of(action.names)
    if not ids:
        return action.body
    context.known(ids[0])
    items = context.memory.items.get(ids[0]) or [UNKNOWN_ITEM]
    return json.loads(json.dumps(action.body).replace("{id}", ids[0]).replace("{item}", items[0]))
