"""Control calls that change nothing."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Any

from contracts import profile as profiles
from contracts.control.models import PAGE_LIMIT
from contracts.lifecycle.queries import events_from, find
from contracts.lifecycle.table import Actor, State
from contracts.vocabulary import buckets_of_state
from mock_oms import __version__, engine
from mock_oms.domain.shipment import Shipment
from mock_oms.domain.tenant import TenantSettings, conditions
from mock_oms.store import Key, Query
from mock_oms.web.answers import Answer, json_answer
from mock_oms.web.control.call import ControlCall, handles_control
from mock_oms.web.konnect import rendering
from mock_oms.web.pages import document
from mock_oms.web.rejections import CallRefusedError, refuse
from mock_oms.web.validation import wrong_field


@handles_control("health")
def health(call: ControlCall) -> Answer:
    """Reports that the server and its store are up."""
    call.server.store.check()
    return json_answer({"status": "ok", "version": __version__})


@handles_control("control_document")
def control_document(_: ControlCall) -> Answer:
    """Returns the OpenAPI document of the control plane."""
    return Answer(200, document("control"))


@handles_control("profile")
def profile(call: ControlCall) -> Answer:
    """Shows the server's profile with a description of every field."""
    chosen = call.server.profile
    body = {"digest": chosen.digest, "values": chosen.model_dump(mode="json"), "fields": profiles.described()}
    return json_answer(body)


@handles_control("clock")
def clock(call: ControlCall) -> Answer:
    """Shows a tenant's time."""
    with engine.ReadVisit(call.server.store, call.tenant) as tx:
        return json_answer({"now": tx.now.isoformat(), "frozen": tx.settings.clock.frozen_at is not None})


def described(shipment: Shipment, settings: TenantSettings) -> dict[str, Any]:
    """Adds state, modes, trail and possible events to the Konnect object."""
    return rendering.shipment(shipment, settings) | {
        "state": shipment.state,
        "modes": {"invoice": shipment.invoice_mode, "credit_note": shipment.credit_note_mode},
        "initiator": shipment.initiator,
        "location": shipment.location,
        "next": playable(shipment, settings),
        "trail": [
            {"event": s.event, "from": s.source, "to": s.target, "actor": s.actor, "at": s.at.isoformat()}
            for s in shipment.trail
        ],
    }


def playable(shipment: Shipment, settings: TenantSettings) -> list[str]:
    """Lists the events that the control plane can fire now."""
    facts = conditions(shipment, settings.profile)
    found = [find(event, shipment.state, facts) for event in events_from(shipment.state, facts)]
    return [str(row.event) for row in found if row and row.actor is not Actor.AGGREGATOR]


@handles_control("shipments")
def shipments(call: ControlCall) -> Answer:
    """Lists a page of shipments, oldest first."""
    query = Query(
        limit=PAGE_LIMIT + 1,
        buckets=buckets_of_state(_state(call)),
        location=_location(call),
        after=_cursor(call),
    )
    with engine.ReadVisit(call.server.store, call.tenant) as tx:
        found, settings = tx.find(query), tx.settings
    page = found[:PAGE_LIMIT]
    cursor = _cursor_after(page[-1]) if len(found) > PAGE_LIMIT else None
    return json_answer({"shipments": (described(one, settings) for one in page), "next_cursor": cursor})


def _state(call: ControlCall) -> State | None:
    name = call.query.get("state")
    if name is None:
        return None
    if name not in tuple(State):
        raise wrong_field("query", "state", "enum", f"one of {', '.join(State)}", name[:60])
    return State(name)


def _location(call: ControlCall) -> str | None:
    code = call.query.get("location")
    known = call.server.store.settings(call.tenant).locations
    if code is not None and code not in known:
        expected = f"a location of this tenant: {', '.join(known[:20])}"
        raise wrong_field("query", "location", "enum", expected, code[:60])
    return code


def _cursor_after(shipment: Shipment) -> str:
    text = f"{shipment.ordered_at.isoformat()}|{shipment.id}"
    return base64.urlsafe_b64encode(text.encode()).decode()


def _cursor(call: ControlCall) -> Key | None:
    text = call.query.get("cursor")
    if text is None:
        return None
    try:
        moment, shipment_id = base64.urlsafe_b64decode(text.encode()).decode().split("|", 1)
        at = datetime.fromisoformat(moment)
        if at.tzinfo is None:
            raise ValueError("no zone")
    except (ValueError, binascii.Error):
        expected = "next_cursor of the page before"
        raise wrong_field("query", "cursor", "cursor", expected, text[:60]) from None
    return at, shipment_id


@handles_control("shipment")
def shipment(call: ControlCall) -> Answer:
    """Shows one shipment with its trail."""
    with engine.ReadVisit(call.server.store, call.tenant) as tx:
        found, settings = tx.get(call.path["shipment"]), tx.settings
    if found is None:
        raise unknown_shipment(call)
    return json_answer(described(found, settings))


def unknown_shipment(call: ControlCall) -> CallRefusedError:
    """Makes the refusal of a shipment that the tenant does not have."""
    message = f"tenant {call.tenant} has no shipment {call.path['shipment'][:64]!r}"
    return refuse(404, message, "unknown_shipment", field="shipment")


@handles_control("stock")
def stock(call: ControlCall) -> Answer:
    """Lists stock levels by location and SKU."""
    with engine.ReadVisit(call.server.store, call.tenant) as tx:
        levels = tx.all_stock()
    rows = (
        {"location": location, "sku": sku, "on_hand": level.on_hand, "reserved": level.reserved}
        for location, sku, level in levels
    )
    return json_answer({"stock": rows})
