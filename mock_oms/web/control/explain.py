"""Explains a shipment: what may happen next, what not, and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.control.sentences import SENTENCES
from contracts.konnect.operations import DOCUMENT_TOUCHPOINTS, Operation, operation_of
from contracts.lifecycle.queries import automatic_from
from contracts.lifecycle.table import ITEMS_VARIANT, TABLE, Actor, Event
from mock_oms import engine
from mock_oms.domain.errors import OrderRefusedError
from mock_oms.domain.journal import ENTRIES_LIMIT, Outcome, Wanted, as_json
from mock_oms.domain.sentences import sentence
from mock_oms.domain.shipment import Shipment
from mock_oms.domain.tenant import HELD, TenantSettings, conditions
from mock_oms.domain.users import Session
from mock_oms.web.answers import Answer, json_answer
from mock_oms.web.call import Call
from mock_oms.web.control.call import ControlCall, handles_control
from mock_oms.web.control.queries import unknown_shipment
from mock_oms.web.control.shop import PLAYABLE
from mock_oms.web.konnect import rendering
from mock_oms.web.konnect.registry import HANDLERS
from mock_oms.web.request import Request

Row = dict[str, Any]

_PUSHED = {"update_invoice": ("INV", "sale"), "credit_note": ("CN", "return")}
"""Touchpoint -> beginning of a document number, and `invoiceType`."""
_TOUCHPOINTS = ("confirm", "update_invoice", "invoice", "labels", "cancel", "return", "credit_note")


@handles_control("explain")
def explain(call: ControlCall) -> Answer:
    """Says what may happen next, what not, and why.

    Each touchpoint is tried with a plain body, and each event of another side without details; everything is
    undone.
    """
    shipment_id = call.path["shipment"]
    with engine.ReadVisit(call.server.store, call.tenant) as tx:
        shipment, settings = tx.get(shipment_id), tx.settings
    if shipment is None:
        raise unknown_shipment(call)
    rows = [*_of_aggregator(call, shipment, settings), *_of_others(call, shipment, settings)]
    body = {
        "shipment": shipment.id,
        "state": shipment.state,
        "orderStatus": rendering.shipment(shipment, settings)["orderStatus"],
        "modes": {"invoice": shipment.invoice_mode, "credit_note": shipment.credit_note_mode},
        "next": [row for row in rows if "because" not in row],
        "impossible": [row for row in rows if "because" in row],
        "last_refusal": _last_refusal(call, shipment.id, settings),
    }
    return json_answer(body)


def _of_aggregator(call: ControlCall, shipment: Shipment, settings: TenantSettings) -> Iterator[Row]:
    for touchpoint in _TOUCHPOINTS:
        row = operation_of(touchpoint)
        body = _body(touchpoint, shipment.id)
        shown: Row = {"who": Actor.AGGREGATOR, "does": touchpoint}
        printed = touchpoint in DOCUMENT_TOUCHPOINTS and shipment.invoiced  # not printed to be tried
        refused = None if printed else _refused(call, row, body, settings)
        if refused is None:
            yield shown | {"call": {"method": row.method, "path": row.path, "body": [body]}}
        else:
            yield shown | {"code": refused.code, "because": refused.message}


def _body(touchpoint: str, shipment_id: str) -> Row:
    """Returns a plain request; its number fits the GST rules."""
    if touchpoint not in _PUSHED:
        return {"orderId": shipment_id}
    beginning, kind = _PUSHED[touchpoint]
    return {
        "orderId": shipment_id,
        "invoiceNumber": f"{beginning}/{shipment_id[-12:]}",
        "invoiceType": kind,
    }


def _refused(call: ControlCall, row: Operation, body: Row, settings: TenantSettings) -> Outcome | None:
    """Tries a call of the company; returns its refusal."""
    tried = Call(call.server, Request(row.method, row.path, "", {}), call.started, row, dry_run=True)
    tried.tenant, tried.profile = call.tenant, settings.profile
    tried.session = Session("", call.tenant, None, settings.clock.now(), settings)
    tried.orders = (row.item.model_validate(body),) if row.item else ()
    HANDLERS[row.name](tried)
    return next((outcome for outcome in tried.outcomes if outcome.code), None)


def _of_others(call: ControlCall, shipment: Shipment, settings: TenantSettings) -> Iterator[Row]:
    automatic = automatic_from(shipment.state, conditions(shipment, settings.profile))
    for event in (Event(name) for name in PLAYABLE if name not in ITEMS_VARIANT.values()):
        shown: Row = {"who": _actor(event), "does": event}
        problem = _fired(call, shipment.id, event)
        if problem is not None:
            yield shown | {"because": problem}
            continue
        path = f"/_control/tenants/{call.tenant}/shipments/{shipment.id}/events/{event}"
        shown["call"] = {"method": "POST", "path": path, "body": {}}
        if automatic and automatic.event is event:
            delay = settings.delay_s(event)
            shown["after_s"] = "held" if delay is HELD else delay
        yield shown


def _actor(event: Event) -> Actor:
    return next(row.actor for row in TABLE if row.event is event and row.actor is not Actor.AGGREGATOR)


def _fired(call: ControlCall, shipment_id: str, event: Event) -> str | None:
    """Tries an event; returns the reason of its refusal."""
    with engine.undone(call.server.store, call.tenant) as tx:
        shipment = engine.visible(tx, shipment_id, None)
        try:
            engine.fire(tx, shipment, event)
        except OrderRefusedError as refused:
            return sentence(SENTENCES[refused.event, refused.problem], refused, tx.settings, tx.now)
    return None


def _last_refusal(call: ControlCall, shipment_id: str, settings: TenantSettings) -> Row | None:
    """Returns the newest refusal of a shipment that the journal still has."""
    entries, _ = call.server.store.journal(call.tenant).read(
        Wanted(ENTRIES_LIMIT, shipment_id, outcome="refused")
    )
    for entry in reversed(entries):
        refused = next((one for one in entry.outcomes if one.order_id == shipment_id and one.code), None)
        if refused is not None and not entry.dry_run:
            shown = as_json(entry, (settings.profile.token_field,))
            kept = {name: shown[name] for name in ("number", "at", "method", "path", "request")}
            return kept | {"code": refused.code, "message": refused.message}
    return None
