"""Examples for the control plane; a test proves that each is valid against its schema and its model."""

from __future__ import annotations

from typing import Any

from contracts.konnect.base import example
from contracts.konnect.shared import BAG, ORDER
from contracts.konnect.shipment import SHIPMENT

_AT = "2025-01-25T12:19:38Z"

_TENANT: dict[str, Any] = {
    "tenant": "my-test",
    "invoice_mode": "aggregator",
    "credit_note_mode": "fynd",
    "locations": ["STORE-1", "STORE-2"],
    "seed": 7,
    "clock": {"now": _AT, "frozen": False},
    "pace": {"complete_return": "held"},
    "profile": {"token_ttl_s": 60},
    "shipments": 0,
}
_NEW_TENANT = _TENANT | {
    "company": {"username": "my-test/company", "password": "pw-7d1f0a5c"},
    "locations": [
        {"code": "STORE-1", "username": "my-test/STORE-1", "password": "pw-0b6e2c44"},
        {"code": "STORE-2", "username": "my-test/STORE-2", "password": "pw-91c3a7de"},
    ],
}
_SHIPMENT = SHIPMENT | {
    "state": "placed",
    "modes": {"invoice": "aggregator", "credit_note": "fynd"},
    "initiator": None,
    "location": "STORE-1",
    "next": ["cancel_by_customer"],
    "trail": [{"event": "place", "from": None, "to": "placed", "actor": "customer", "at": _AT}],
}

REQUESTS: dict[str, dict[str, dict[str, Any]]] = {
    "create_tenant": {
        "default": example("Everything at its default", {}),
        "chosen": example(
            "A tenant with chosen modes, standing still in time",
            {
                "name": "my-test",
                "invoice_mode": "fynd",
                "credit_note_mode": "fynd",
                "locations": ["STORE-1", "STORE-2"],
                "seed": 7,
                "clock": {"freeze_at": _AT},
                "pace": {"issue_invoice": {"after_s": 30}},
                "profile": {"token_ttl_s": 60},
            },
        ),
    },
    "change_tenant": {"modes": example("Fynd makes the invoices from now on", {"invoice_mode": "fynd"})},
    "place_orders": {
        "default": example("A sensible order", {}),
        "chosen": example(
            "Two shirts at STORE-2, already invoiced",
            {
                "location": "STORE-2",
                "items": [{"sku": "SHIRT-BLU-M", "quantity": 2}],
                "customer": {"name": "Asha Rao", "phone": "9800000001"},
                "state": "bag_invoiced",
            },
        ),
    },
    "fire_event": {
        "plain": example("Nothing more to say", {}),
        "return": example(
            "One piece comes back",
            {"items": [{"orderItemId": BAG, "quantity": 1}], "reason": "too small", "initiator": "erp"},
        ),
    },
    "move_clock": {
        "advance": example("An hour on", {"advance_s": 3600}),
        "freeze": example("Stop at a moment", {"freeze_at": _AT}),
        "resume": example("Run again", {"resume": True}),
    },
    "set_stock": {
        "level": example(
            "Five left", {"stock": [{"location": "STORE-1", "sku": "SHIRT-BLU-M", "on_hand": 5}]}
        ),
        "product": example(
            "A new product",
            {
                "stock": [
                    {
                        "location": "STORE-1",
                        "sku": "SCARF-RED",
                        "on_hand": 12,
                        "title": "Red scarf",
                        "price": 499.0,
                        "hsn": "6214",
                        "gst_percent": 5,
                    }
                ]
            },
        ),
    },
}

ANSWERS: dict[str, dict[str, dict[str, Any]]] = {
    "health": {"up": example("Up", {"status": "ok", "version": "0.1.0"})},
    "tenants": {"one": example("One tenant", {"tenants": [_TENANT]})},
    "tenant": {"tenant": example("A tenant", _TENANT)},
    "change_tenant": {"tenant": example("A tenant", _TENANT)},
    "reset_tenant": {"tenant": example("A tenant", _TENANT)},
    "create_tenant": {"new": example("A new tenant", _NEW_TENANT)},
    "place_orders": {"one": example("One order", {"shipments": [_SHIPMENT]})},
    "shipments": {"page": example("The last page", {"shipments": [_SHIPMENT], "next_cursor": None})},
    "shipment": {"placed": example("A new order", _SHIPMENT)},
    "fire_event": {"placed": example("A shipment", _SHIPMENT)},
    "clock": {"running": example("Running", {"now": _AT, "frozen": False})},
    "move_clock": {"frozen": example("Standing still", {"now": _AT, "frozen": True})},
    "stock": {
        "level": example(
            "One product",
            {"stock": [{"location": "STORE-1", "sku": "SHIRT-BLU-M", "on_hand": 500, "reserved": 2}]},
        )
    },
}


def _refused(error: str, message: str, **more: Any) -> dict[str, Any]:
    return {error: example(message, {"error": error, "message": message, **more})}


REFUSALS: dict[int, dict[str, dict[str, Any]]] = {
    400: _refused("bad_request", "body field count: expected at least 1, received 0", field="count"),
    401: _refused("key_needed", "header x-control-key: expected the control key of this server"),
    404: {
        **_refused("unknown_tenant", "there is no tenant 'my-tset'", field="tenant"),
        **_refused("unknown_shipment", f"tenant default has no shipment '{ORDER}'", field="shipment"),
    },
    409: {
        **_refused(
            "not_allowed",
            f"order {ORDER} was placed at 09:58:00 and is not confirmed; it is too early to hand it over."
            " Next: confirm it (POST /oms/v3/shipment/confirm)",
            allowed=["cancel_by_customer", "cancel_items_by_customer"],
        ),
        **_refused("tenant_exists", "there is a tenant my-test", field="name"),
        **_refused(
            "limit_reached",
            "tenant my-test has room for 250000 orders and returns and holds 250000: POST .../reset empties "
            "it, --orders-max of the server allows more",
            field="count",
        ),
    },
    413: _refused("too_large", "body: expected at most 1048576 bytes, received more"),
    414: _refused("too_long", "path: expected at most 1024 characters, received 1136 characters"),
    415: _refused(
        "wrong_content_type", "header Content-Type: expected application/json, received text/plain"
    ),
    503: _refused("store_unavailable", "the disk of the database is full"),
}
