"""The mock serves its OpenAPI documents: routes, statuses and shapes of answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from contracts.control import calls
from contracts.openapi import building
from mock_oms.app import create_app
from mock_oms.web.pages import PAGES
from mock_oms.web.screening import PARAMETERS_MAX
from tests.support.mock_client import JSON, InProcess, Query, Reply, Tenant, Transport, new_tenant
from tests.support.mock_client import control as control_call
from tests.support.openapi_documents import Json, Operation, load, operations, resolve, violations

DOCUMENTS = {"konnect": load("konnect"), "control": load("control")}
_ROUTES = [
    (operation.method, re.compile(re.sub(r"{\w+}", "[^/]+", operation.path)), document, operation)
    for document in DOCUMENTS.values()
    for operation in operations(document)
]


def _described(method: str, path: str) -> tuple[Json, Operation]:
    for known, pattern, document, operation in _ROUTES:
        if known == method and pattern.fullmatch(path):
            return document, operation
    raise AssertionError(f"{method} {path} is in no document")


def breaches(method: str, path: str, reply: Reply) -> list[str]:
    """Where an answer is not what its document says."""
    document, operation = _described(method, path)
    response = operation.body["responses"].get(str(reply.status))
    if response is None:
        return [f"{operation.id} does not tell status {reply.status}"]
    content = resolve(document, response)["content"]
    if reply.media not in content:
        return [f"{operation.id} {reply.status} does not tell {reply.media}"]
    return violations(document, content[JSON]["schema"], reply.json) if reply.media == JSON else []


@dataclass
class Checked:
    """A transport that checks every answer against its document.

    `seen` has the operations and statuses so far.
    """

    inner: Transport
    seen: set[tuple[str, int]] = field(default_factory=set)

    def send(
        self, method: str, path: str, query: Query = (), body: bytes = b"", headers: Mapping[str, str] = {}
    ) -> Reply:
        """One call, its answer checked."""
        reply = self.inner.send(method, path, query, body, headers)
        assert breaches(method, path, reply) == [], (method, path, reply.body[:500])
        self.seen.add((_described(method, path)[1].id, reply.status))
        return reply


TOO_MANY = {f"a{number}": "b" for number in range(PARAMETERS_MAX + 1)}
"""More parameters than a query may have."""


@pytest.fixture
def checked() -> Checked:
    app = create_app()
    app.testing = True
    return Checked(InProcess(app))


def _walk(tenant: Tenant) -> None:
    order = tenant.place(items=[{"sku": "SHIRT-BLU-M", "quantity": 2}])
    tenant.listed("CREATED")
    tenant.confirm(order)
    tenant.push_invoice(order)
    tenant.hand_over(order)
    (item,) = tenant.items(order)
    back = tenant.start_return(order, {item: 1}, initiator="erp", reason="too small")
    tenant.accept_return(back, [(_only_item(tenant, back), 1, "tag_missing")])
    tenant.push_credit_note(back)
    assert tenant.word(back) == "RETURN_COMPLETED"
    for touchpoint in ("invoice", "labels"):
        tenant.post(touchpoint, [{"orderId": order}])
        tenant.post(touchpoint, [{"orderId": "nobody"}])
    tenant.get({"orderStatus": "CREATED"}, path="/info")
    tenant.cancel(tenant.place())


def _only_item(tenant: Tenant, order: str) -> str:
    """The only item of a return."""
    (item,) = tenant.items(order)
    return item


def test_the_routes_of_the_mock_are_those_of_the_documents() -> None:
    served = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in create_app().url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD"}
    }
    told = {route for document in DOCUMENTS.values() for route in building.routes(document).values()}

    assert served == told | {("GET", page.path) for page in PAGES}


@pytest.mark.parametrize(
    ("path", "name"), [("/openapi.json", "konnect"), ("/_control/openapi.json", "control")]
)
def test_the_documents_are_served_as_they_are_checked_in(path: str, name: str, in_process: Transport) -> None:
    reply = in_process.send("GET", path)

    assert (reply.status, reply.media) == (200, JSON)
    assert reply.json == DOCUMENTS[name]


def test_every_answer_on_the_way_through_sale_and_return_fits(checked: Checked) -> None:
    _walk(new_tenant(checked))

    touched = {name for name, status in checked.seen if status == 200}
    assert {operation.id for operation in operations(DOCUMENTS["konnect"])} <= touched


@pytest.mark.parametrize("state", ["handed_over_to_customer", "return_completed", "cancelled_fynd"])
def test_a_shipment_of_any_kind_fits_where_fynd_makes_the_documents(state: str, checked: Checked) -> None:
    tenant = new_tenant(checked, invoice_mode="fynd", credit_note_mode="fynd")
    order = tenant.place(state=state)

    assert [shipment["id"] for shipment in tenant.get({"orderId": order}).json] == [order]


def test_every_refusal_of_a_whole_call_fits(checked: Checked) -> None:
    tenant = new_tenant(checked)
    for touchpoint in ("confirm", "cancel", "invoiceUpdate", "invoice", "labels", "return"):
        path = f"/oms/v3/shipment/{touchpoint}"
        tenant.post(touchpoint, [])
        tenant.post_raw(touchpoint, b"[" + b" " * 1024 * 1024 + b"]")
        checked.send("POST", path, (), b"[]", {"Content-Type": JSON})
        checked.send("POST", path, (), b"x", tenant.headers() | {"Content-Type": "text/plain"})
        checked.send("POST", path, TOO_MANY, b"[]", tenant.headers() | {"Content-Type": JSON})
    for path in ("", "/info"):
        tenant.get({"orderStatus": "NOTHING"}, path=path)
        tenant.get(TOO_MANY, path=path)
        checked.send("GET", f"/oms/v3/shipment{path}")
    checked.send("GET", "/aggregator/v1/token", TOO_MANY)
    checked.send("GET", "/aggregator/v1/token", {"username": "default"})
    checked.send("GET", "/aggregator/v1/token", {"username": "default", "password": "wrong"})

    seen = {(name, str(status)) for name, status in checked.seen}
    told = {
        (operation.id, status)
        for operation in operations(DOCUMENTS["konnect"])
        for status in operation.body["responses"]
        if status != "200"
    }
    assert told <= seen


def test_every_answer_of_the_control_plane_fits(checked: Checked) -> None:
    tenant = new_tenant(checked)
    order = tenant.place()
    for call in calls.CALLS:
        if call.method == "GET":
            filled = call.path.format(tenant=tenant.name, shipment=order)
            assert checked.send("GET", filled, {"times": "0"} if call.name == "verify" else ()).status == 200
            assert checked.send("GET", filled, {"nonsense": "1"}).status == 400
    tenant.change(pace={"*": "held"})
    tenant.advance(60)
    tenant.control("POST", "/clock", {"resume": True})
    stock = {"location": "STORE-1", "sku": "SCARF-RED", "on_hand": 3, "title": "Red scarf", "price": 499}
    tenant.control("PUT", "/stock", {"stock": [stock]})
    tenant.fire(order, "cancel_by_customer")
    tenant.control("DELETE", "/journal")
    tenant.control("POST", "/reset")
    tenant.control("DELETE", "")

    assert {name for name, status in checked.seen if status < 300} == {call.name for call in calls.CALLS}


def test_every_refusal_of_the_control_plane_fits(checked: Checked) -> None:
    tenant = new_tenant(checked)
    order = tenant.place()
    text = {"Content-Type": "text/plain"}
    large = b'"' + b" " * 1024 * 1024 + b'"'
    for call in calls.CALLS:
        path = call.path.format(tenant=tenant.name, shipment=order, event="hand_over")
        nobody = call.path.format(tenant="nobody", shipment=order, event="hand_over")
        if nobody != path:
            assert checked.send(call.method, nobody).status == 404
        assert checked.send(call.method, path, TOO_MANY).status == 414
        if call.body:
            assert checked.send(call.method, path, (), b"{", {"Content-Type": JSON}).status == 400
            assert checked.send(call.method, path, (), b"{}", text).status == 415
            assert checked.send(call.method, path, (), large, {"Content-Type": JSON}).status == 413
    assert control_call(checked, "POST", "/tenants", {"name": tenant.name}).status == 409
    assert tenant.control_reply("POST", f"/shipments/{order}/events/hand_over", {}).status == 409
    assert tenant.control_reply("GET", "/shipments/nobody").status == 404
    assert control_call(checked, "DELETE", "/tenants/default").status == 409


def test_a_server_with_a_key_asks_for_it_everywhere_but_at_health() -> None:
    checked = Checked(InProcess(create_app({"control_key": "open-sesame"})))

    for call in calls.CALLS:
        path = call.path.format(tenant="default", shipment="1", event="hand_over")
        assert checked.send(call.method, path).status == (200 if call.name == "health" else 401)


def test_an_answer_that_breaks_its_document_is_found() -> None:
    def denied(status: int, body: bytes, media: str = JSON) -> list[str]:
        return breaches("GET", "/aggregator/v1/token", Reply(status, body, {"content-type": media}))

    assert denied(200, b'{"accessToken": "x", "status": "SUCCESS"}') == []
    assert denied(200, b'{"accessToken": 1, "status": "SUCCESS"}') != []
    assert denied(500, b"{}") == ["generate_token does not tell status 500"]
    assert denied(200, b"x", "text/html") == ["generate_token 200 does not tell text/html"]
