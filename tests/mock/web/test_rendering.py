"""Rendered answers fit the contract; served documents are the checked-in ones."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from pydantic import BaseModel, TypeAdapter

from contracts.control import calls as control_contract
from contracts.control import models as control_models
from contracts.konnect.authorization import TokenAnswer
from contracts.konnect.operations import OPERATIONS
from contracts.konnect.orders import InfoAnswer
from contracts.konnect.shared import BulkAnswer, ErrorAnswer
from contracts.konnect.shipment import Shipment
from mock_oms import context
from mock_oms.app import create_app
from tests.conftest import NewTenant
from tests.mock.engine.test_journey import REACHABLE
from tests.support.mock_client import InProcess, Tenant, Transport, control
from tests.support.mock_client import new_tenant as make_tenant
from tests.support.server import ROOT


def fits(model: type[BaseModel], answer: object) -> None:
    """Assert that `answer` fits `model` and has no other field."""
    value = TypeAdapter(model).validate_python(answer)
    unnamed = set(value.model_extra or {})
    assert not unnamed, unnamed


@pytest.mark.parametrize("state", sorted(REACHABLE))
def test_a_shipment_is_as_described_in_every_state(new_tenant: NewTenant, state: str) -> None:
    tenant = new_tenant(**REACHABLE[state])
    order = tenant.place(state=state)
    (shown,) = tenant.get({"orderId": order}).json
    fits(Shipment, shown)
    assert datetime.fromisoformat(shown["orderDate"]).tzinfo
    assert {item["facilityCode"] for item in shown["orderItems"]} == {tenant.look(order)["location"]}
    light = tenant.get({"orderId": order}, path="/info").json
    fits(InfoAnswer, light)
    told_alike = ("id", "forwardId", "orderStatus", "sla", "lockStatus")
    assert [light["orders"][0][name] for name in told_alike] == [shown[name] for name in told_alike]


def test_the_control_plane_shows_the_same_shipment_and_more(tenant: Tenant) -> None:
    order = tenant.place(state="bag_invoiced")
    (shown,) = tenant.get({"orderId": order}).json
    seen = tenant.look(order)
    more = {"state", "modes", "initiator", "location", "next", "trail"}
    assert {name: value for name, value in seen.items() if name not in more} == shown
    assert set(seen) == set(shown) | more


def test_answers_of_calls_are_as_described(tenant: Tenant) -> None:
    fits(TokenAnswer, tenant.transport.send("GET", "/aggregator/v1/token", tenant.credentials()).json)
    fits(BulkAnswer, tenant.post("confirm", [{"orderId": "1"}, {"orderId": tenant.place()}]).json)
    for reply in (tenant.post("confirm", []), tenant.get(()), tenant.transport.send("GET", "/nowhere")):
        fits(ErrorAnswer, reply.json)


def test_answers_of_the_control_plane_are_as_described(tenant: Tenant) -> None:
    order = tenant.place(state="handed_over_to_customer")
    tenant.fire(order, "start_return")
    tenant.get({"orderId": order})
    path = f"/tenants/{tenant.name}"
    for name, method, where, body in [
        ("health", "GET", "/health", None),
        ("profile", "GET", "/profile", None),
        ("tenants", "GET", "/tenants", None),
        ("tenant", "GET", path, None),
        ("change_tenant", "PATCH", path, {}),
        ("place_orders", "POST", f"{path}/orders", {}),
        ("shipments", "GET", f"{path}/shipments", None),
        ("shipment", "GET", f"{path}/shipments/{order}", None),
        ("clock", "GET", f"{path}/clock", None),
        ("move_clock", "POST", f"{path}/clock", {"advance_s": 1}),
        ("stock", "GET", f"{path}/stock", None),
        ("journal", "GET", f"{path}/journal", None),
        ("stray_journal", "GET", "/journal", None),
        ("reset_tenant", "POST", f"{path}/reset", None),
    ]:
        call = next(call for call in control_contract.CALLS if call.name == name)
        reply = control(tenant.transport, method, where, body)
        assert reply.status == call.success, reply.body
        TypeAdapter(call.answer).validate_json(reply.body)
    TypeAdapter(control_models.NewTenantAnswer).validate_python(tenant.facts)


@pytest.mark.parametrize(
    ("path", "name"),
    [("/openapi.json", "konnect.openapi.json"), ("/_control/openapi.json", "control.openapi.json")],
)
def test_the_served_document_is_the_one_checked_in(transport: Transport, path: str, name: str) -> None:
    reply = transport.send("GET", path)
    assert (reply.status, reply.media) == (200, "application/json")
    assert reply.body == (Path(ROOT) / "contracts" / name).read_bytes()


def test_routes_and_rows_are_the_same_in_both_directions() -> None:
    app = create_app()
    routes = {
        (method, str(rule).replace("<", "{").replace(">", "}"))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD"}
    }
    rows = {(row.method, row.path) for row in OPERATIONS}
    rows |= {(call.method, call.path) for call in control_contract.CALLS}
    assert routes == rows | {("GET", "/"), ("GET", "/home.css"), ("GET", "/openapi.json")}


def test_the_documents_describe_exactly_the_rows(transport: Transport) -> None:
    for path, rows in (
        ("/openapi.json", {(row.method, row.path) for row in OPERATIONS}),
        ("/_control/openapi.json", {(call.method, call.path) for call in control_contract.CALLS}),
    ):
        document = json.loads(transport.send("GET", path).body)
        described = {
            (method.upper(), where)
            for where, methods in document["paths"].items()
            for method in methods
            if method in ("get", "post", "put", "patch", "delete")
        }
        assert described == rows


def test_money_has_two_decimals_and_adds_up(tenant: Tenant) -> None:
    entry = {"location": "STORE-1", "sku": "ODD", "on_hand": 9, "price": 0.1}
    tenant.control("PUT", "/stock", {"stock": [entry]})
    order = tenant.place(items=[{"sku": "ODD", "quantity": 3}, {"sku": "JEANS-IND-32", "quantity": 2}])
    (shown,) = tenant.get({"orderId": order}).json
    odd, jeans = (item["orderItemPrice"] for item in shown["orderItems"])
    assert (odd["totalMarkedPrice"], odd["discount"], odd["totalItemPrice"]) == (0.3, 0.0, 0.3)
    assert (jeans["totalMarkedPrice"], jeans["discount"], jeans["totalItemPrice"]) == (4598.0, 600.0, 3998.0)
    assert shown["orderPrice"]["totalPrepaidAmount"] == 3998.3
    assert shown["orderPrice"]["totalDiscount"] == 600.0


def test_who_issues_the_document_is_told_per_shipment(new_tenant: NewTenant) -> None:
    tenant = new_tenant(invoice_mode="fynd", credit_note_mode="aggregator")
    back = tenant.place(state="return_accepted")
    (returned,) = tenant.get({"orderId": back}).json
    (sold,) = tenant.get({"orderId": returned["forwardId"]}).json
    assert (sold["sellerInvoiced"], returned["sellerInvoiced"]) == (False, True)


@pytest.mark.parametrize("path", ["/oms/v3/shipment", "/openapi.json", "/_control/health"])
def test_head_gives_the_head_of_get(tenant: Tenant, path: str) -> None:
    headers = {"x-access-token": tenant.token()}
    query = {"orderId": "1"} if path.startswith("/oms") else ()
    head = tenant.transport.send("HEAD", path, query, b"", headers)
    assert (head.status, head.body) == (200, b"")


def test_the_cache_drops_the_orders_of_an_emptied_or_deleted_tenant() -> None:
    app = create_app()
    tenants = [make_tenant(InProcess(app), seed=number) for number in range(3)]
    orders = [tenant.place() for tenant in tenants]
    for tenant, order in zip(tenants, orders, strict=True):
        assert tenant.get({"orderId": order}).json

    tenants[0].control("POST", "/reset", {})
    tenants[1].control("DELETE", "")

    assert _cached(app) == orders[2:]


def test_the_orders_shown_last_are_cached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context, "RENDERED_LIMIT", 2)
    app = create_app()
    tenant = make_tenant(InProcess(app))
    orders = [tenant.place() for _ in range(3)]
    for order in orders:
        assert [one["id"] for one in tenant.get({"orderId": order}).json] == [order]

    assert _cached(app) == orders[1:]


def test_tenants_with_the_same_order_ids_are_cached_apart() -> None:
    app = create_app()
    tenants = [make_tenant(InProcess(app), seed=7) for _ in range(2)]
    for tenant in tenants:
        assert tenant.get({"orderId": tenant.place()}).json

    assert len(_cached(app)) == 2


def _cached(app: Flask) -> list[str]:
    server: context.AppContext = app.extensions["mock_oms"]
    return [order for _, order in server.rendered._known]
