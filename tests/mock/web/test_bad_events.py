"""Wrong events and queries of the control plane, paging, and its key."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.control.calls import CALLS
from mock_oms.app import create_app
from tests.support.mock_client import InProcess, Tenant, denied

ITEMS = [{"orderItemId": "1", "quantity": 1}]


# Events


@pytest.mark.parametrize(
    ("name", "near"), [("handover", "hand_over"), ("hand-over", "hand_over"), ("zzz", "")]
)
def test_an_unknown_event_is_told_the_known_ones(shop: Tenant, name: str, near: str) -> None:
    order = shop.place()
    with shop.unchanged():
        reply = shop.control_reply("POST", f"/shipments/{order}/events/{name}")
        body = denied(reply, 404, "unknown_event", repr(name), near and f"did you mean '{near}'?")
    assert body["field"] == "event"
    assert {"hand_over", "start_return", "reject_return", "cancel_by_customer"} <= set(body["allowed"])


AGGREGATORS = ["confirm", "push_invoice", "cancel", "cancel_items", "accept_return", "push_credit_note"]


@pytest.mark.parametrize("name", [*AGGREGATORS, "place", "open_return"])
def test_the_aggregators_events_are_not_played(shop: Tenant, name: str) -> None:
    order = shop.place()
    with shop.unchanged():
        reply = shop.control_reply("POST", f"/shipments/{order}/events/{name}")
        denied(reply, 409, "not_allowed", f"event {name} is not fired with this call: ")


@pytest.mark.parametrize("path", ["/shipments/17", "/shipments/17/events/hand_over"])
def test_an_unknown_shipment_is_told(shop: Tenant, path: str) -> None:
    with shop.unchanged():
        method = "POST" if "events" in path else "GET"
        body = denied(shop.control_reply(method, path), 404, "unknown_shipment", shop.name, "'17'")
        assert body["field"] == "shipment"


def test_a_refused_event_tells_what_could_happen_instead(tenant: Tenant) -> None:
    order = tenant.place()
    with tenant.unchanged():
        reply = tenant.control_reply("POST", f"/shipments/{order}/events/hand_over")
        body = denied(
            reply,
            409,
            "not_allowed",
            f"order {order} was placed at 15:30:00 and is not confirmed; it is too early",
        )
    assert body["allowed"] == ["cancel_by_customer", "cancel_items_by_customer"]


EVENTS: list[tuple[dict[str, Any], str, str]] = [
    ({"items": []}, "items", "at least 1 element"),
    ({"items": ITEMS}, "items[0].orderItemId", "an item of this shipment"),
    ({"items": [{"orderItemId": "1"}]}, "items[0].quantity", "the field to be there"),
    ({"items": [{"orderItemId": "1", "quantity": 0}]}, "items[0].quantity", "at least 1"),
    ({"items": [{"orderItemId": 1, "quantity": 1}]}, "items[0].orderItemId", "text"),
    ({"initiator": "customer"}, "initiator", "'store_os', 'erp' or 'fynd_oms'"),
    ({"reason": "x" * 201}, "reason", "at most 200 characters"),
    ({"why": "x"}, "why", "no field of this name"),
]


@pytest.mark.parametrize(("body", "field", "says"), EVENTS, ids=[f"{n}" for n in range(len(EVENTS))])
def test_an_odd_event_is_refused_with_its_field(
    tenant: Tenant, body: dict[str, Any], field: str, says: str
) -> None:
    sale = tenant.place(state="handed_over_to_customer")
    with tenant.unchanged():
        reply = tenant.control_reply("POST", f"/shipments/{sale}/events/start_return", body)
        assert denied(reply, 400, "bad_request", says)["field"] == field


@pytest.mark.parametrize(
    ("body", "field"), [({"items": ITEMS}, "items"), ({"initiator": "erp"}, "initiator")]
)
def test_details_of_other_events_are_refused(tenant: Tenant, body: dict[str, Any], field: str) -> None:
    order = tenant.place(state="bag_invoiced")
    with tenant.unchanged():
        reply = tenant.control_reply("POST", f"/shipments/{order}/events/hand_over", body)
        assert denied(reply, 400, "bad_request", "only with")["field"] == field


# Queries


@pytest.mark.parametrize(
    ("path", "query", "field", "says"),
    [
        ("/shipments", [("state", "CREATED")], "state", "bag_invoiced"),
        ("/shipments", [("location", "STORE-9")], "location", "STORE-1, STORE-2"),
        ("/shipments", [("cursor", "zzz")], "cursor", "next_cursor"),
        ("/shipments", [("cursor", "MjAyNi0wMS0wNXwx")], "cursor", "next_cursor"),
        ("/shipments", [("cursor", "é%")], "cursor", "next_cursor"),
        ("/shipments", [("page", "1")], "page", "state, location, cursor"),
        ("/shipments", [("state", "placed"), ("state", "placed")], "state", "the parameter once"),
        ("/journal", [("limit", "0")], "limit", "1 to 1000"),
        ("/journal", [("limit", "1001")], "limit", "1 to 1000"),
        ("/journal", [("limit", "\u0665")], "limit", "1 to 1000"),
        ("/journal", [("tenant", "x")], "tenant", "order, operation, outcome, code, after, limit"),
        ("/stock", [("sku", "x")], "sku", "no query parameter"),
    ],
)
def test_an_odd_query_is_refused_with_its_field(
    shop: Tenant, path: str, query: list[tuple[str, str]], field: str, says: str
) -> None:
    answer = denied(shop.control_reply("GET", path, query=query), 400, "bad_request", says)
    assert answer["field"] == field


def test_shipments_come_in_pages(tenant: Tenant) -> None:
    placed = sorted(tenant.place_many(450))
    seen: list[str] = []
    query: dict[str, str] = {"state": "placed"}
    for expected in (200, 200, 50):
        page = tenant.control("GET", "/shipments", query=query)
        assert len(page["shipments"]) == expected
        seen += [shipment["id"] for shipment in page["shipments"]]
        query["cursor"] = page["next_cursor"] or ""
    assert seen == placed
    assert query["cursor"] == ""


def test_shipments_are_found_by_state_and_location(tenant: Tenant) -> None:
    here, there = tenant.place(), tenant.place(location="STORE-2", state="bag_invoiced")
    for query, expected in (
        ({"state": "placed"}, [here]),
        ({"location": "STORE-2"}, [there]),
        ({"state": "placed", "location": "STORE-2"}, []),
    ):
        found = tenant.control("GET", "/shipments", query=query)["shipments"]
        assert [shipment["id"] for shipment in found] == expected


def test_many_new_products_are_set_in_one_call(tenant: Tenant) -> None:
    rows = [{"location": "STORE-1", "sku": f"S{n}", "on_hand": 1} for n in range(9000)]
    tenant.control("PUT", "/stock", {"stock": rows})
    assert tenant.stock("S8999") == (1, 0)


# The key


def keyed(path: str, key: str | None, method: str = "GET") -> tuple[int, Any]:
    transport = InProcess(create_app({"control_key": "s3cret-key"}))
    transport.app.testing = True
    reply = transport.send(method, f"/_control{path}", (), b"", {"x-control-key": key} if key else {})
    return reply.status, reply.json


@pytest.mark.parametrize(
    "call", [call for call in CALLS if call.name != "health"], ids=lambda call: call.name
)
@pytest.mark.parametrize("key", [None, "", "wrong", "s3cret-ke", "s3cret-key2", "s3cret-k\xe9y"])
def test_where_a_key_is_set_every_call_needs_it(call: Any, key: str | None) -> None:
    path = call.path.removeprefix("/_control").format(tenant="default", shipment="1", event="hand_over")
    status, body = keyed(path, key, call.method)
    assert (status, body["error"]) == (401, "key_needed")
    assert "s3cret" not in str(body)


def test_the_key_opens_the_control_plane_and_health_needs_none() -> None:
    assert keyed("/tenants", "s3cret-key")[0] == 200
    assert keyed("/health", None)[0] == 200
