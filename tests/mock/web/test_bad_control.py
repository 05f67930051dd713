"""Wrong input to the control plane: refused with a reason, nothing changed."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.control.calls import CALLS
from tests.conftest import NewTenant
from tests.support.mock_client import Tenant, Transport, control, denied


@pytest.mark.parametrize(
    "call", [call for call in CALLS if "{tenant}" in call.path], ids=lambda call: call.name
)
def test_an_unknown_tenant_is_told_by_every_call(transport: Transport, call: Any) -> None:
    path = call.path.removeprefix("/_control").format(tenant="nobody", shipment="1", event="hand_over")
    body = denied(control(transport, call.method, path), 404, "unknown_tenant", "'nobody'")
    assert body["field"] == "tenant"


@pytest.mark.parametrize("path", ["/nothing", "", "/tenants/x/y/z", "/Health", "/health/"])
def test_an_unknown_call_is_told_the_known_ones(transport: Transport, path: str) -> None:
    denied(control(transport, "GET", path), 404, "unknown_path", "/_control/tenants/{tenant}/orders")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/health", "GET"),
        ("PUT", "/tenants", "GET, POST"),
        ("GET", "/tenants/default/reset", "POST"),
    ],
)
def test_another_method_is_told_the_right_ones(
    transport: Transport, method: str, path: str, allowed: str
) -> None:
    reply = control(transport, method, path)
    denied(reply, 405, "wrong_method", path, *allowed.split(", "))
    assert set(allowed.split(", ")) <= set(reply.headers["allow"].split(", "))


def test_another_content_type_is_told(shop: Tenant) -> None:
    with shop.unchanged():
        path = f"/_control/tenants/{shop.name}/orders"
        reply = shop.transport.send("POST", path, (), b"{}", {"Content-Type": "text/plain"})
        denied(reply, 415, "wrong_content_type", "application/json", "text/plain")


def test_a_body_over_one_mebibyte_is_told(shop: Tenant) -> None:
    with shop.unchanged():
        path = f"/_control/tenants/{shop.name}/orders"
        body = b"{}" + b" " * (1024 * 1024)
        reply = shop.transport.send("POST", path, (), body, {"Content-Type": "application/json"})
        denied(reply, 413, "too_large", "1048576")


@pytest.mark.parametrize("body", [b"{", b"[]", b"null", b'"x"', b"\xff", b'{"count": NaN}', b"[" * 5000])
def test_what_is_no_json_object_is_told(shop: Tenant, body: bytes) -> None:
    with shop.unchanged():
        path = f"/_control/tenants/{shop.name}/orders"
        reply = shop.transport.send("POST", path, (), body, {"Content-Type": "application/json"})
        denied(reply, 400, "bad_request", "expected")


ORDERS: list[tuple[dict[str, Any], str, str]] = [
    ({"count": 1001}, "count", "at most 1000"),
    ({"count": 0}, "count", "at least 1"),
    ({"count": "5"}, "count", "a whole number"),
    ({"count": True}, "count", "a whole number"),
    ({"location": "STORE-9"}, "location", "STORE-1, STORE-2"),
    ({"location": "STORE 1"}, "location", "pattern"),
    ({"order_type": "HomeDelivery"}, "order_type", "PickAtStore"),
    ({"ordering_channel": ""}, "ordering_channel", "at least 1 character"),
    ({"items": []}, "items", "at least 1 element"),
    ({"items": [{"sku": "MUG-STN-351"}]}, "items[0].sku", "did you mean 'MUG-STN-350'?"),
    ({"items": [{"sku": "MUG-STN-350", "quantity": 0}]}, "items[0].quantity", "at least 1"),
    ({"items": [{"sku": "MUG-STN-350", "quantity": 10_001}]}, "items[0].quantity", "at most 10000"),
    ({"items": [{"sku": "MUG-STN-350", "quantity": 1.5}]}, "items[0].quantity", "a whole number"),
    ({"items": [{"quantity": 1}]}, "items[0].sku", "the field to be there"),
    ({"items": [{"sku": "MUG-STN-350"}] * 201}, "items", "at most 200 elements"),
    ({"state": "packed"}, "state", "placed"),
    ({"state": "bag_packed"}, "state", "bag_confirmed"),
    ({"customer": {"name": ""}}, "customer.name", "at least 1 character"),
    ({"customer": {"gstin": "x" * 16}}, "customer.gstin", "at most 15 characters"),
    ({"customer": {"nmae": "x"}}, "customer.nmae", "did you mean 'name'?"),
    ({"quantity": 3}, "quantity", "no field of this name"),
    ({"cuont": 3}, "cuont", "did you mean 'count'?"),
]


@pytest.mark.parametrize(("body", "field", "says"), ORDERS, ids=[f"{n}" for n in range(len(ORDERS))])
def test_an_odd_order_is_refused_with_its_field(
    shop: Tenant, body: dict[str, Any], field: str, says: str
) -> None:
    with shop.unchanged():
        answer = denied(shop.control_reply("POST", "/orders", body), 400, "bad_request", says)
        assert answer["field"] == field


def test_an_order_that_cannot_get_where_it_should_is_not_placed(shop: Tenant) -> None:
    with shop.unchanged():
        reply = shop.control_reply("POST", "/orders", {"state": "return_bag_delivered", "count": 3})
        denied(
            reply,
            409,
            "not_allowed",
            "state return_bag_delivered is reached by no order of this tenant",
            "No order was placed",
        )


def test_orders_are_placed_all_or_none(new_tenant: NewTenant) -> None:
    tenant = new_tenant(profile={"stock_guard": True})
    tenant.control("PUT", "/stock", {"stock": [{"location": "STORE-1", "sku": "MUG-STN-350", "on_hand": 3}]})
    wish = {"state": "bag_confirmed", "count": 2, "items": [{"sku": "MUG-STN-350", "quantity": 2}]}
    with tenant.unchanged():
        denied(
            tenant.control_reply("POST", "/orders", wish),
            409,
            "not_allowed",
            "STORE-1 has 3 on hand of MUG-STN-350",
            "an order needs 2 pieces",
        )
    first, second = tenant.place_many(2)
    assert len({first, second}) == 2


TENANTS: list[tuple[dict[str, Any], str, str]] = [
    ({"name": "a b"}, "name", "pattern"),
    ({"name": ""}, "name", "pattern"),
    ({"name": "x/company"}, "name", "pattern"),
    ({"name": "x" * 65}, "name", "pattern"),
    ({"invoice_mode": "auto"}, "invoice_mode", "'aggregator' or 'fynd'"),
    ({"credit_note_mode": ""}, "credit_note_mode", "'aggregator' or 'fynd'"),
    ({"locations": []}, "locations", "at least 1 element"),
    ({"locations": ["A", "B", "A"]}, "locations[2]", "differ"),
    ({"locations": ["company"]}, "locations[0]", "differ"),
    ({"locations": ["A/B"]}, "locations[0]", "pattern"),
    ({"locations": [f"S{n}" for n in range(501)]}, "locations", "at most 500"),
    ({"seed": -1}, "seed", "at least 0"),
    ({"seed": 2**63}, "seed", "at most"),
    ({"seed": "1"}, "seed", "a whole number"),
    ({"clock": {}}, "clock.freeze_at", "the field to be there"),
    ({"clock": {"freeze_at": "2026-01-05T10:00:00"}}, "clock.freeze_at", "timezone"),
    ({"clock": {"freeze_at": "now"}}, "clock.freeze_at", "datetime"),
    ({"clock": {"freeze_at": 0}}, "clock.freeze_at", "datetime"),
    ({"clock": {"freeze_at": "1969-12-31T23:59:59Z"}}, "clock.freeze_at", "a time from 1970 to 2199"),
    ({"clock": {"freeze_at": "0001-01-01T00:00:00+14:00"}}, "clock.freeze_at", "a time from 1970 to 2199"),
    ({"clock": {"freeze_at": "9999-12-31T23:59:59-14:00"}}, "clock.freeze_at", "a time from 1970 to 2199"),
    ({"pace": {"issue_invoices": "held"}}, "pace", "is not an automatic event"),
    ({"pace": {"issue_invoice": "never"}}, "pace.issue_invoice", "'immediate' or 'held'"),
    ({"pace": {"confirm": "held"}}, "pace", "is not an automatic event"),
    ({"pace": {"issue_invoice": 5}}, "pace.issue_invoice", "'immediate' or 'held', received 5"),
    ({"pace": {"issue_invoice": {"after_s": -1}}}, "pace.issue_invoice.after_s", "at least 0"),
    ({"pace": {"issue_invoice": {"after_s": 1e12}}}, "pace.issue_invoice.after_s", "at most"),
    ({"pace": {"issue_invoice": {}}}, "pace.issue_invoice.after_s", "the field to be there"),
    ({"profile": {"page_sise_max": 5}}, "profile", "did you mean 'page_size_max'?"),
    ({"profile": {"zzz": 5}}, "profile", "expected one of token_field"),
    ({"profile": {"page_size_max": 0}}, "profile", "'page_size_max'"),
    ({"profile": {"page_size_max": "5"}}, "profile", "'page_size_max'"),
    ({"profile": {"page_size_max": 10}}, "profile", "page_size_default must not be above"),
    ({"profile": {"paper_size": "A5"}}, "profile", "'A4' or 'A6'"),
    ({"profile": {"date_zone": "+24:00"}}, "profile", "'date_zone'"),
    ({"profile": {"date_zone": "Asia/Kolkata"}}, "profile", "'date_zone'"),
    ({"profile": {"codes": {"confirm.unknown": "X"}}}, "profile", "is not a refusal whose code is open"),
    ({"profile": {"codes": {"confirm.alredy": "X"}}}, "profile", "did you mean 'confirm.already'?"),
    ({"profile": {"extra_fields": {"x": float("nan")}}}, "profile", "extra_fields"),
    ({"profile": {"unauthorized_status": 200}}, "profile", "'unauthorized_status'"),
    ({"nmae": "x"}, "nmae", "did you mean 'name'?"),
]


def names(tenant: Tenant) -> list[str]:
    return [one["tenant"] for one in control(tenant.transport, "GET", "/tenants").json["tenants"]]


@pytest.mark.parametrize(("body", "field", "says"), TENANTS, ids=[f"{n}" for n in range(len(TENANTS))])
def test_an_odd_tenant_is_refused_with_its_field(
    tenant: Tenant, body: dict[str, Any], field: str, says: str
) -> None:
    before = names(tenant)
    answer = denied(control(tenant.transport, "POST", "/tenants", body), 400, "bad_request", says)
    assert answer["field"] == field
    assert names(tenant) == before


CHANGES = [row for row in TENANTS if set(row[0]) <= {"invoice_mode", "credit_note_mode", "pace", "profile"}]


@pytest.mark.parametrize(("body", "field", "says"), CHANGES, ids=[f"{n}" for n in range(len(CHANGES))])
def test_an_odd_change_is_refused_with_its_field(
    shop: Tenant, body: dict[str, Any], field: str, says: str
) -> None:
    with shop.unchanged():
        answer = denied(shop.control_reply("PATCH", "", body), 400, "bad_request", says)
        assert answer["field"] == field


@pytest.mark.parametrize("name", ["name", "seed", "locations", "clock"])
def test_what_a_tenant_was_born_with_is_not_changed(shop: Tenant, name: str) -> None:
    with shop.unchanged():
        denied(shop.control_reply("PATCH", "", {name: "x"}), 400, "bad_request", "no field of this name")


def test_a_name_is_taken_once(tenant: Tenant) -> None:
    reply = control(tenant.transport, "POST", "/tenants", {"name": tenant.name})
    assert denied(reply, 409, "tenant_exists", tenant.name)["field"] == "name"
    assert tenant.get({"orderId": "1"}).status == 200


def test_the_default_tenant_stays(transport: Transport) -> None:
    denied(control(transport, "DELETE", "/tenants/default"), 409, "default_tenant", "cannot be removed")


CLOCKS: list[tuple[dict[str, Any], str | None, str]] = [
    ({}, None, "exactly one of advance_s, freeze_at and resume, received none"),
    ({"advance_s": 1, "resume": True}, None, "received advance_s, resume"),
    ({"advance_s": 1, "freeze_at": "2026-02-01T00:00:00Z"}, None, "received advance_s, freeze_at"),
    ({"advance_s": 0}, "advance_s", "more than 0"),
    ({"advance_s": -5}, "advance_s", "more than 0"),
    ({"advance_s": 366 * 86400 + 1}, "advance_s", "at most 31622400"),
    ({"advance_s": "60"}, "advance_s", "a number"),
    ({"advance_s": float("inf")}, "advance_s", "finite"),
    ({"advance_s": float("nan")}, "advance_s", "finite"),
    ({"resume": False}, "resume", "true"),
    ({"freeze_at": "2026-01-05T09:59:59Z"}, "freeze_at", "not before the tenant's now"),
    ({"freeze_at": "2026-02-30T00:00:00Z"}, "freeze_at", "datetime"),
    ({"freeze_at": "2200-01-01T00:00:00Z"}, "freeze_at", "a time from 1970 to 2199"),
    ({"back_s": 5}, "back_s", "no field of this name"),
]


@pytest.mark.parametrize(("body", "field", "says"), CLOCKS, ids=[f"{n}" for n in range(len(CLOCKS))])
def test_an_odd_move_of_the_clock_is_refused(
    shop: Tenant, body: dict[str, Any], field: str | None, says: str
) -> None:
    with shop.unchanged():
        answer = denied(shop.control_reply("POST", "/clock", body), 400, "bad_request", says)
        assert answer.get("field") == field


STOCK: list[tuple[dict[str, Any], str, str]] = [
    ({}, "stock", "the field to be there"),
    ({"stock": []}, "stock", "at least 1 element"),
    (
        {"stock": [{"location": "STORE-1", "sku": "X", "on_hand": 1}] * 10_001},
        "stock",
        "at most 10000 element",
    ),
    ({"stock": [{"location": "STORE-1", "sku": "X"}]}, "stock[0].on_hand", "the field to be there"),
    ({"stock": [{"location": "STORE-9", "sku": "X", "on_hand": 1}]}, "stock[0].location", "STORE-1"),
    ({"stock": [{"location": "STORE-1", "sku": " X", "on_hand": 1}]}, "stock[0].sku", "pattern"),
    ({"stock": [{"location": "STORE-1", "sku": "", "on_hand": 1}]}, "stock[0].sku", "at least 1"),
    ({"stock": [{"location": "STORE-1", "sku": "X", "on_hand": -1}]}, "stock[0].on_hand", "at least 0"),
    ({"stock": [{"location": "STORE-1", "sku": "X", "on_hand": 10**8}]}, "stock[0].on_hand", "at most"),
    (
        {"stock": [{"location": "STORE-1", "sku": "X", "on_hand": 1, "price": 0}]},
        "stock[0].price",
        "more than 0",
    ),
    ({"stock": [{"location": "STORE-1", "sku": "X", "on_hand": 1, "hsn": "62"}]}, "stock[0].hsn", "pattern"),
    (
        {"stock": [{"location": "STORE-1", "sku": "X", "on_hand": 1, "gst_percent": 41}]},
        "stock[0].gst_percent",
        "40",
    ),
    (
        {"stock": [{"location": "STORE-1", "sku": "X", "on_hand": 1, "reserved": 1}]},
        "stock[0].reserved",
        "no field",
    ),
]


@pytest.mark.parametrize(("body", "field", "says"), STOCK, ids=[f"{n}" for n in range(len(STOCK))])
def test_an_odd_stock_is_refused_with_its_field(
    shop: Tenant, body: dict[str, Any], field: str, says: str
) -> None:
    with shop.unchanged():
        answer = denied(shop.control_reply("PUT", "/stock", body), 400, "bad_request", says)
        assert answer["field"] == field
