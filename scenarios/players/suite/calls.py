"""Calls of the suite as aggregator, for all groups."""

from __future__ import annotations

import json
from typing import Any

from contracts.konnect.operations import operation
from scenarios.language import actions as a
from scenarios.players.suite.outcome import Outcome, perform
from scenarios.session.context import FlowContext

EXPIRY_MARGIN_S = 1
AGE_MARGIN_S = 30
"""Remaining lifetime of an aged token."""
UNKNOWN_ITEM = "999999999"
"""Id of an order item that no order has, for an index outside the basket."""


def bulk(context: FlowContext, action: a.KonnectAction, name: str, body: Any) -> Outcome:
    """Record one bulk call, then send it."""
    ids = context.memory.of(action.names)
    row = operation(name)
    ready_token(context, action.by)
    if action.writes:
        context.target.wire.pacer.write()
    key = context.recorder.sending(row.method, row.path, tuple(ids)) if action.writes else None
    reply = context.konnect.call(name, action.touchpoint, by=action.by, body=body, key=key)
    return Outcome([reply], ids)


def ready_token(context: FlowContext, by: a.Caller) -> None:
    """Fetch the token before a write is recorded.

    For an aged or expired caller the clock advances.
    """
    if by is a.Caller.NOBODY:
        return
    context.konnect.token(by)
    ttl = context.profile.token_ttl_s if context.profile else 3600
    if by is a.Caller.EXPIRED:
        context.advance(ttl + EXPIRY_MARGIN_S)
    elif by is a.Caller.AGED:
        context.advance(max(ttl - AGE_MARGIN_S, ttl / 2))


def places(context: FlowContext, order_id: str, pieces: a.Pieces | None) -> dict[str, tuple[int, int]]:
    """Return order item -> its index in the basket and its pieces."""
    context.known(order_id)
    items = context.memory.items.get(order_id, [])
    wanted = context.memory.pieces(order_id) if pieces is None else pieces
    return {
        (items[place] if place < len(items) else UNKNOWN_ITEM): (place, count)
        for place, count in wanted.items()
        if count > 0 or pieces is not None
    }


def plain_items(context: FlowContext, order_id: str, pieces: a.Pieces | None) -> list[dict[str, Any]]:
    """Return order items with their quantities."""
    meant = places(context, order_id, pieces)
    return [{"orderItemId": item, "quantity": count} for item, (_, count) in meant.items()]


@perform.register
def _send_body(action: a.SendBody, context: FlowContext) -> Outcome:
    return bulk(context, action, action.operation, _own_body(context, action))


def _own_body(context: FlowContext, action: a.SendBody) -> Any:
    """Return the body of the action, with `{id}` and `{item}` replaced."""
    ids = context.memory.of(action.names)
    if not ids:
        return action.body
    context.known(ids[0])
    items = context.memory.items.get(ids[0]) or [UNKNOWN_ITEM]
    return json.loads(json.dumps(action.body).replace("{id}", ids[0]).replace("{item}", items[0]))
