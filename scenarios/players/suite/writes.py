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


def bulk(stage: FlowContext, action: a.KonnectAction, name: str, body: Any) -> Outcome:
    """One bulk call, announced before it is sent."""
    ids = stage.story.of(action.names)
    row = operation(name)
    ready_token(stage, action.by)
    key = stage.scribe.sending(row.method, row.path, tuple(ids)) if action.writes else None
    if action.writes:
        stage.target.wire.pacer.write()
    reply = stage.konnect.call(name, action.touchpoint, by=action.by, body=body, key=key)
    return Outcome([reply], ids)


def ready_token(stage: FlowContext, by: a.Caller) -> None:
    """Ask for the token before a write is announced; let it grow too old where that is meant."""
    if by is a.Caller.NOBODY:
        return
    stage.konnect.token(by)
    ttl = stage.profile.token_ttl_s if stage.profile else 3600
    if by is a.Caller.EXPIRED:
        stage.advance(ttl + EXPIRY_MARGIN_S)
    elif by is a.Caller.AGED:
        stage.advance(max(ttl - AGE_MARGIN_S, ttl / 2))


@perform.register
def _confirm(action: a.Confirm, stage: FlowContext) -> Outcome:
    return bulk(stage, action, "confirm", confirm_body(stage, action))


@perform.register
def _cancel(action: a.Cancel, stage: FlowContext) -> Outcome:
    return bulk(stage, action, "cancel", cancel_body(stage, action))


@perform.register
def _push_invoice(action: a.PushInvoice, stage: FlowContext) -> Outcome:
    body = invoice_body(stage, action)
    deed = bulk(stage, action, "invoice_update", body)
    learn_numbers(stage, body, deed.replies[0])
    return deed


def learn_numbers(stage: FlowContext, body: list[dict[str, Any]], reply: Reply) -> None:
    """Remember the document numbers that were taken."""
    for row in body:
        if reply.status == 200 and not stage.reading.errors_about(reply.body, row["orderId"]):
            stage.story.numbers[row["orderId"]] = row["invoiceNumber"]


@perform.register
def _accept_return(action: a.AcceptReturn, stage: FlowContext) -> Outcome:
    return bulk(stage, action, "accept_return", return_body(stage, action))


@perform.register
def _send_body(action: a.SendBody, stage: FlowContext) -> Outcome:
    return bulk(stage, action, action.operation, own_body(stage, action))
