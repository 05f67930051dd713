"""Control calls that only look."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from contracts import profile as profiles
from contracts.control.models import PAGE_LIMIT
from contracts.lifecycle.queries import events_from, find
from contracts.lifecycle.table import Actor, State
from contracts.vocabulary import buckets_of_state
from mock_oms import __version__, engine
from mock_oms.domain import journal as journals
from mock_oms.domain.shipment import Shipment
from mock_oms.domain.tenant import TenantSettings, conditions
from mock_oms.store import Key, Query
from mock_oms.web.call import Answer, json_answer
from mock_oms.web.control.call import ControlCall, ControlRefusedError, whole_number
from mock_oms.web.konnect import rendering
from mock_oms.web.rejections import FieldError
from mock_oms.web.validation import refusal


def health(asked: ControlCall) -> Answer:
    """The server is up, and its store answers."""
    asked.server.store.check()
    return json_answer({"status": "ok", "version": __version__})


def profile(asked: ControlCall) -> Answer:
    """The server's profile, every field described."""
    chosen = asked.server.profile
    body = {"digest": chosen.digest, "values": chosen.model_dump(mode="json"), "fields": profiles.described()}
    return json_answer(body)


def clock(asked: ControlCall) -> Answer:
    """The tenant's time."""
    with engine.ReadVisit(asked.server.store, asked.tenant) as tx:
        return json_answer({"now": tx.now.isoformat(), "frozen": tx.settings.clock.frozen_at is not None})


def described(shipment: Shipment, settings: TenantSettings) -> dict[str, Any]:
    """The Konnect object and what only the mock knows: state, modes, trail, what can happen next."""
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
    """Events that the control plane can make happen to the shipment now."""
    facts = conditions(shipment, settings.profile)
    found = [find(event, shipment.state, facts) for event in events_from(shipment.state, facts)]
    return [str(row.event) for row in found if row and row.actor is not Actor.AGGREGATOR]


def shipments(asked: ControlCall) -> Answer:
    """A page of shipments, oldest first."""
    query = Query(
        limit=PAGE_LIMIT + 1,
        buckets=buckets_of_state(_state(asked)),
        location=_location(asked),
        after=_cursor(asked),
    )
    with engine.ReadVisit(asked.server.store, asked.tenant) as tx:
        found, settings = tx.find(query), tx.settings
    page = found[:PAGE_LIMIT]
    cursor = _cursor_after(page[-1]) if len(found) > PAGE_LIMIT else None
    return json_answer({"shipments": (described(one, settings) for one in page), "next_cursor": cursor})


def _state(asked: ControlCall) -> State | None:
    name = asked.query.get("state")
    if name is None:
        return None
    if name not in tuple(State):
        raise refusal([FieldError("state", "enum", f"one of {', '.join(State)}", name[:60])], "query", 400)
    return State(name)


def _location(asked: ControlCall) -> str | None:
    code = asked.query.get("location")
    known = asked.server.store.settings(asked.tenant).locations
    if code is not None and code not in known:
        expected = f"a location of this tenant: {', '.join(known[:20])}"
        raise refusal([FieldError("location", "enum", expected, code[:60])], "query", 400)
    return code


def _cursor_after(shipment: Shipment) -> str:
    text = f"{shipment.ordered_at.isoformat()}|{shipment.id}"
    return base64.urlsafe_b64encode(text.encode()).decode()


def _cursor(asked: ControlCall) -> Key | None:
    text = asked.query.get("cursor")
    if text is None:
        return None
    try:
        moment, shipment_id = base64.urlsafe_b64decode(text.encode()).decode().split("|", 1)
        at = datetime.fromisoformat(moment)
        if at.tzinfo is None:
            raise ValueError("no zone")
    except (ValueError, binascii.Error):
        expected = "next_cursor of the page before"
        raise refusal([FieldError("cursor", "cursor", expected, text[:60])], "query", 400) from None
    return at, shipment_id


def shipment(asked: ControlCall) -> Answer:
    """One shipment with its trail."""
    with engine.ReadVisit(asked.server.store, asked.tenant) as tx:
        found, settings = tx.get(asked.path["shipment"]), tx.settings
    if found is None:
        raise unknown_shipment(asked)
    return json_answer(described(found, settings))


def unknown_shipment(asked: ControlCall) -> ControlRefusedError:
    """The refusal for a shipment that the tenant does not have."""
    message = f"tenant {asked.tenant} has no shipment {asked.path['shipment'][:64]!r}"
    return ControlRefusedError(404, "unknown_shipment", message, field="shipment")


def stock(asked: ControlCall) -> Answer:
    """Stock per location and SKU."""
    with engine.ReadVisit(asked.server.store, asked.tenant) as tx:
        levels = tx.all_stock()
    rows = (
        {"location": location, "sku": sku, "on_hand": level.on_hand, "reserved": level.reserved}
        for location, sku, level in levels
    )
    return json_answer({"stock": rows})


JOURNAL_DEFAULT = 100
"""Journal entries in an answer when no limit is given."""


def journal(asked: ControlCall) -> Answer:
    """Calls of a tenant to the touchpoints."""
    settings = asked.server.store.settings(asked.tenant)
    return _entries(asked, asked.tenant, (settings.profile.token_field,))


def stray_journal(asked: ControlCall) -> Answer:
    """Calls that belong to no tenant."""
    return _entries(asked, None, (asked.server.profile.token_field,))


def _entries(asked: ControlCall, tenant: str | None, secret_names: Sequence[str]) -> Answer:
    limit = whole_number(asked, "limit", JOURNAL_DEFAULT, journals.ENTRIES_LIMIT)
    entries, dropped = asked.server.store.journal(tenant).read(asked.query.get("order"), limit)
    shown = (journals.as_json(entry, secret_names) for entry in entries)
    return json_answer({"entries": shown, "dropped": dropped})
