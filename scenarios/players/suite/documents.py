"""The suite as aggregator: group documents."""

from __future__ import annotations

from typing import Any

from scenarios.language import actions as a
from scenarios.players.suite.calls import bulk, places
from scenarios.players.suite.outcome import Outcome, perform
from scenarios.session.context import FlowContext
from scenarios.targets.http import Reply

FIRST_IMEI = 350_000_000_000_000


@perform.register
def _push_invoice(action: a.PushInvoice, context: FlowContext) -> Outcome:
    body = _invoice_body(context, action)
    outcome = bulk(context, action, "invoice_update", body)
    learn_numbers(context, body, outcome.replies[0])
    return outcome


def _invoice_body(context: FlowContext, action: a.PushInvoice) -> list[dict[str, Any]]:
    """Return one document per order, with a fresh number by default."""
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
    for item, (place, count) in places(context, order_id, action.pieces).items():
        row: dict[str, Any] = {"orderItemId": item, "quantity": count}
        if action.serials:
            row["imeiSerialNumber"] = [str(FIRST_IMEI + place * 1000 + n) for n in range(count)]
        found.append(row)
    return found


def learn_numbers(context: FlowContext, body: list[dict[str, Any]], reply: Reply) -> None:
    """Remember the document numbers that were accepted."""
    for row in body:
        if reply.status == 200 and not context.reading.errors_about(reply.body, row["orderId"]):
            context.memory.numbers[row["orderId"]] = row["invoiceNumber"]


@perform.register
def _fetch_invoice(action: a.FetchInvoice, context: FlowContext) -> Outcome:
    body = [{"orderId": order_id} for order_id in context.memory.of(action.names)]
    return bulk(context, action, "fetch_invoice", body)


@perform.register
def _fetch_labels(action: a.FetchLabels, context: FlowContext) -> Outcome:
    body = [{"orderId": order_id} for order_id in context.memory.of(action.names)]
    return bulk(context, action, "fetch_labels", body)
