"""The calls of the control plane, which is no part of Konnect.

They play every side but the aggregator. Other programs build on these calls: they are kept stable and
documented like the API.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import BaseModel

from contracts.control import models
from contracts.konnect.base import Examples, example
from contracts.konnect.shared import BAG
from contracts.konnect.shipment import SHIPMENT

KEY_HEADER = "x-control-key"
TAGS = {
    "Server": "The server itself.",
    "Tenants": "Tenants: each with its own orders, settings, clock and journal.",
    "Shop": "What the customer, the store and the OMS do to shipments.",
    "Clock and stock": "Time and stock of a tenant.",
    "Journal": "What was sent to the touchpoints, and what was answered.",
}
"""Tags of the OpenAPI document, with their descriptions."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the control plane.

    `success` is the status of a good answer. `conflicts`: the state of the tenant may refuse the call with
    409. A `stored` call answers 503 while the server's database cannot be used.
    """

    name: str
    method: str
    path: str
    does: str
    answer: type[BaseModel]
    body: type[BaseModel] | None = None
    query: tuple[tuple[str, str], ...] = ()
    success: int = 200
    conflicts: bool = False
    stored: bool = True
    tag: str = ""
    """A key of `TAGS`."""
    body_optional: bool = False
    requests: Examples = field(default_factory=dict)
    answers: Examples = field(default_factory=dict)
    links: Mapping[str, object] = field(default_factory=dict)
    """Links of the OpenAPI document from the answer to further calls."""


def _link(name: str, text: str, **parameters: str) -> dict[str, object]:
    return {"operationId": name, "parameters": parameters, "description": text}


_NEW = "$response.body#/tenant"
_SAME = "$request.path.tenant"
_FIRST = "$response.body#/shipments/0/id"


# Examples

_AT = "2025-01-25T12:19:38Z"

_SHOWN_TENANT: dict[str, Any] = {
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
_NEW_TENANT = _SHOWN_TENANT | {
    "company": {"username": "my-test/company", "password": "pw-7d1f0a5c"},
    "locations": [
        {"code": "STORE-1", "username": "my-test/STORE-1", "password": "pw-0b6e2c44"},
        {"code": "STORE-2", "username": "my-test/STORE-2", "password": "pw-91c3a7de"},
    ],
}
_SHOWN_SHIPMENT = SHIPMENT | {
    "state": "placed",
    "modes": {"invoice": "aggregator", "credit_note": "fynd"},
    "initiator": None,
    "location": "STORE-1",
    "next": ["cancel_by_customer"],
    "trail": [{"event": "place", "from": None, "to": "placed", "actor": "customer", "at": _AT}],
}
_EXPLAINED: dict[str, Any] = {
    "shipment": SHIPMENT["id"],
    "state": "placed",
    "orderStatus": "CREATED",
    "modes": {"invoice": "aggregator", "credit_note": "fynd"},
    "next": [
        {
            "who": "aggregator",
            "does": "confirm",
            "call": {
                "method": "POST",
                "path": "/oms/v3/shipment/confirm",
                "body": [{"orderId": SHIPMENT["id"]}],
            },
        }
    ],
    "impossible": [
        {
            "who": "store",
            "does": "hand_over",
            "because": "the order was placed at 12:19:38 and is not confirmed; it is handed over only after"
            " its invoice. Next: confirm it (POST /oms/v3/shipment/confirm)",
        }
    ],
    "last_refusal": None,
}


# Calls

_TENANT = "/_control/tenants/{tenant}"
_SHIPMENT = _TENANT + "/shipments/{shipment}"

_SERVER = (
    Call(
        "health",
        "GET",
        "/_control/health",
        "reports that the server answers",
        models.Health,
        answers={"up": example("Up", {"status": "ok", "version": "0.1.0"})},
    ),
    Call(
        "profile",
        "GET",
        "/_control/profile",
        "shows the behaviour profile, every field described",
        models.ProfileAnswer,
        stored=False,
    ),
    Call(
        "control_document",
        "GET",
        "/_control/openapi.json",
        "this interface as OpenAPI",
        models.Nothing,
        stored=False,
    ),
)

_TENANTS = (
    Call(
        "tenants",
        "GET",
        "/_control/tenants",
        "lists the tenants",
        models.TenantsAnswer,
        answers={"one": example("One tenant", {"tenants": [_SHOWN_TENANT]})},
    ),
    Call(
        "create_tenant",
        "POST",
        "/_control/tenants",
        "creates a tenant: company, locations, credentials",
        models.NewTenantAnswer,
        body=models.NewTenant,
        success=201,
        conflicts=True,
        body_optional=True,
        requests={
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
        answers={"new": example("A new tenant", _NEW_TENANT)},
        links={
            "read": _link("tenant", "Read the new tenant.", tenant=_NEW),
            "buy": _link("place_orders", "Buy in the new tenant.", tenant=_NEW),
            "remove": _link("delete_tenant", "Remove it again.", tenant=_NEW),
        },
    ),
    Call(
        "tenant",
        "GET",
        _TENANT,
        "shows a tenant's settings",
        models.TenantAnswer,
        answers={"tenant": example("A tenant", _SHOWN_TENANT)},
    ),
    Call(
        "change_tenant",
        "PATCH",
        _TENANT,
        "changes modes, pace and profile while it runs",
        models.TenantAnswer,
        body=models.TenantChange,
        body_optional=True,
        requests={"modes": example("Fynd makes the invoices from now on", {"invoice_mode": "fynd"})},
        answers={"tenant": example("A tenant", _SHOWN_TENANT)},
    ),
    Call(
        "delete_tenant",
        "DELETE",
        _TENANT,
        "removes a tenant and everything in it",
        models.Nothing,
        conflicts=True,
    ),
    Call(
        "reset_tenant",
        "POST",
        _TENANT + "/reset",
        "empties a tenant: credentials and tokens stay, the seed restarts",
        models.TenantAnswer,
        answers={"tenant": example("A tenant", _SHOWN_TENANT)},
    ),
)

_SHOP = (
    Call(
        "place_orders",
        "POST",
        _TENANT + "/orders",
        "the customer buys at the till",
        models.ShipmentsAnswer,
        body=models.NewOrder,
        success=201,
        conflicts=True,
        body_optional=True,
        requests={
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
        answers={"one": example("One order", {"shipments": [_SHOWN_SHIPMENT]})},
        links={
            "read": _link("shipment", "Read the first new shipment.", tenant=_SAME, shipment=_FIRST),
            "cancel": _link(
                "fire_event",
                "The customer cancels it.",
                tenant=_SAME,
                shipment=_FIRST,
                event="cancel_by_customer",
            ),
        },
    ),
    Call(
        "shipments",
        "GET",
        _TENANT + "/shipments",
        "lists shipments, oldest first",
        models.ShipmentsAnswer,
        query=(
            ("state", "OMS state"),
            ("location", "store code"),
            ("cursor", "`next_cursor` of the page before"),
        ),
        answers={"page": example("The last page", {"shipments": [_SHOWN_SHIPMENT], "next_cursor": None})},
        links={"read": _link("shipment", "Read the first shipment.", tenant=_SAME, shipment=_FIRST)},
    ),
    Call(
        "shipment",
        "GET",
        _SHIPMENT,
        "shows one shipment with its trail",
        models.ControlShipment,
        answers={"placed": example("A new order", _SHOWN_SHIPMENT)},
    ),
    Call(
        "explain",
        "GET",
        _SHIPMENT + "/explain",
        "says what may happen to a shipment next, with calls that would be accepted, and what not, and why",
        models.ExplainAnswer,
        answers={"placed": example("A new order", _EXPLAINED)},
    ),
    Call(
        "fire_event",
        "POST",
        _SHIPMENT + "/events/{event}",
        "makes an event happen whose actor is not the aggregator",
        models.ControlShipment,
        body=models.EventRequest,
        conflicts=True,
        body_optional=True,
        requests={
            "plain": example("Nothing more to say", {}),
            "return": example(
                "One piece comes back",
                {"items": [{"orderItemId": BAG, "quantity": 1}], "reason": "too small", "initiator": "erp"},
            ),
        },
        answers={"placed": example("A shipment", _SHOWN_SHIPMENT)},
        links={
            "read": _link("shipment", "Read the shipment again.", tenant=_SAME, shipment="$response.body#/id")
        },
    ),
)

_CLOCK_AND_STOCK = (
    Call(
        "clock",
        "GET",
        _TENANT + "/clock",
        "shows the tenant's time",
        models.ClockAnswer,
        answers={"running": example("Running", {"now": _AT, "frozen": False})},
    ),
    Call(
        "move_clock",
        "POST",
        _TENANT + "/clock",
        "moves, stops or resumes the tenant's time",
        models.ClockAnswer,
        body=models.ClockRequest,
        requests={
            "advance": example("An hour on", {"advance_s": 3600}),
            "freeze": example("Stop at a moment", {"freeze_at": _AT}),
            "resume": example("Run again", {"resume": True}),
        },
        answers={"frozen": example("Standing still", {"now": _AT, "frozen": True})},
    ),
    Call(
        "stock",
        "GET",
        _TENANT + "/stock",
        "shows stock per location and SKU",
        models.StockAnswer,
        answers={
            "level": example(
                "One product",
                {"stock": [{"location": "STORE-1", "sku": "SHIRT-BLU-M", "on_hand": 500, "reserved": 2}]},
            )
        },
    ),
    Call(
        "set_stock",
        "PUT",
        _TENANT + "/stock",
        "sets stock, and adds products",
        models.StockAnswer,
        body=models.StockRequest,
        conflicts=True,
        requests={
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
    ),
)

_ONCE = {"ok": True, "count": 1, "dropped": 0, "dropped_writes": 0}
_ENTRIES = (
    ("order", "only calls about this shipment"),
    ("operation", "only calls to this touchpoint or operation, like `confirm`"),
    ("outcome", "`accepted` or `refused`: only calls in which an order was"),
    ("code", "only calls in which an order was refused with this code"),
    ("after", "only calls after the one with this number"),
)
_JOURNAL = (
    Call(
        "journal",
        "GET",
        _TENANT + "/journal",
        "shows the calls to the touchpoints",
        models.JournalAnswer,
        query=(*_ENTRIES, ("limit", "newest so many, 1 to 1000; with `after` the first so many")),
    ),
    Call(
        "verify",
        "GET",
        _TENANT + "/journal/verify",
        "counts calls, and answers 409 with the nearest ones if they are not as many as expected",
        models.Verified,
        query=(
            *_ENTRIES,
            ("times", "exactly so many calls"),
            ("at_least", "at least so many calls; 1 if no number is given"),
            ("at_most", "at most so many calls"),
        ),
        conflicts=True,
        answers={"once": example("As many as expected", _ONCE)},
    ),
    Call("clear_journal", "DELETE", _TENANT + "/journal", "forgets the calls so far", models.Nothing),
    Call(
        "stray_journal",
        "GET",
        "/_control/journal",
        "shows the calls that belong to no tenant",
        models.JournalAnswer,
        query=(("limit", "newest so many, 1 to 1000"),),
    ),
)

CALLS: tuple[Call, ...] = tuple(
    replace(call, tag=tag)
    for tag, rows in zip(TAGS, (_SERVER, _TENANTS, _SHOP, _CLOCK_AND_STOCK, _JOURNAL), strict=True)
    for call in rows
)
"""Every call may also answer 401 where a control key is needed."""
