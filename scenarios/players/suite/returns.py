"""The suite as aggregator: group returns."""

from __future__ import annotations

from typing import Any

from scenarios.language import actions as a
from scenarios.players.suite.calls import bulk, places
from scenarios.players.suite.outcome import Outcome, perform
from scenarios.session.context import FlowContext


@perform.register
def _accept_return(action: a.AcceptReturn, context: FlowContext) -> Outcome:
    return bulk(context, action, "accept_return", _return_body(context, action))


def _return_body(context: FlowContext, action: a.AcceptReturn) -> list[dict[str, Any]]:
    """Return one row per return, with reason codes of bad items."""
    rows = []
    for order_id in context.memory.of(action.names):
        items = []
        meant = places(context, order_id, action.pieces) if action.named_items else {}
        for item, (place, count) in meant.items():
            slug = action.found.get(place)
            found = {"reasonCode": slug} if slug is not None else {}
            items.append({"orderItemId": item, "quantity": count, **found})
        rows.append({"orderId": order_id, **({"orderItems": items} if items else {})})
    return rows
