"""The suite as aggregator: the calls that change something."""

from __future__ import annotations

from typing import Any

from contracts.konnect.operations import operation
from scenarios.language import actions as a
from scenarios.players.suite.outcome import Outcome, perform
from scenarios.players.suite.payloads import cancel_body, confirm_body, invoice_body, own_body, return_body
from scenarios.session.context import FlowContext
from scenarios.targets.http import Reply

EXPIRY_MARGIN_S = 1
AGE_MARGIN_S = 30
"""How long before its end a token is called aged."""


def bulk(context: FlowContext, action: a.KonnectAction, name: str, body: Any) -> Outcome:
    """One bulk call, announced before it is sent."""
    ids = context.memory.of(action.names)
    row = operation(name)
    ready_token(context, action.by)
    key = context.recorder.sending(row.method, row.path, tuple(ids)) if action.writes else None
    if action.writes:
        context.target.wire.pacer.write()
    reply = context.konnect.call(name, action.touchpoint, by=action.by, body=body, key=key)
    return Outcome([reply], ids)


def ready_token(context: FlowContext, by: a.Caller) -> None:
    """Ask for the token before a write is announced; let it grow too old where that is meant."""
    if by is a.Caller.NOBODY:
        return
    context.konnect.token(by)
    ttl = context.profile.token_ttl_s if context.profile else 3600
    if by is a.Caller.EXPIRED:
        context.advance(ttl + EXPIRY_MARGIN_S)
    elif by is a.Caller.AGED:
        context.advance(max(ttl - AGE_MARGIN_S, ttl / 2))


@perform.register
def _confirm(action: a.Confirm, context: FlowContext) -> Outcome:
    return bulk(context, action, "confirm", confirm_body(context, action))


@perform.register
def _cancel(action: a.Cancel, context: FlowContext) -> Outcome:
    return bulk(context, action, "cancel", cancel_body(context, action))


@perform.register
def _push_invoice(action: a.PushInvoice, context: FlowContext) -> Outcome:
    body = invoice_body(context, action)
    outcome = bulk(context, action, "invoice_update", body)
    learn_numbers(context, body, outcome.replies[0])
    return outcome


def learn_numbers(context: FlowContext, body: list[dict[str, Any]], reply: Reply) -> None:
    """Remember the document numbers that were taken."""
    for row in body:
        if reply.status == 200 and not context.reading.errors_about(reply.body, row["orderId"]):
            context.memory.numbers[row["orderId"]] = row["invoiceNumber"]


@perform.register
def _accept_return(action: a.AcceptReturn, context: FlowContext) -> Outcome:
    return bulk(context, action, "accept_return", return_body(context, action))


@perform.register
def _send_body(action: a.SendBody, context: FlowContext) -> Outcome:
    return bulk(context, action, action.operation, own_body(context, action))
