"""Wrong input to the control plane: a word, a sentence, the field, what is allowed; nothing changed."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.control import CALLS
from mock_oms.app import create_app
from tests.conftest import NewWorld
from tests.mock_client import InProcess, Transport, World, control, told

ITEMS = [{"orderItemId": "1", "quantity": 1}]


@pytest.fixture
def shop(world: World) -> World:
    """A world in which something could be changed."""
    world.place()
    return world


@pytest.mark.parametrize(
    "call", [call for call in CALLS if "{tenant}" in call.path], ids=lambda call: call.name
)
def test_an_unknown_tenant_is_told_by_every_call(transport: Transport, call: Any) -> None:
    path = call.path.removeprefix("/_control").format(tenant="nobody", shipment="1", event="hand_over")
    body = told(control(transport, call.method, path), 404, "unknown_tenant", "'nobody'")
    assert body["field"] == "tenant"


@pytest.mark.parametrize("path", ["/nothing", "", "/tenants/x/y/z", "/Health", "/health/"])
def test_an_unknown_call_is_told_the_known_ones(transport: Transport, path: str) -> None:
    told(control(transport, "GET", path), 404, "unknown_path", "/_control/tenants/{tenant}/orders")


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
    told(reply, 405, "wrong_method", path, *allowed.split(", "))
    assert set(allowed.split(", ")) <= set(reply.headers["allow"].split(", "))


def test_another_content_type_is_told(shop: World) -> None:
    with shop.unchanged():
        path = f"/_control/tenants/{shop.name}/orders"
        reply = shop.transport.send("POST", path, (), b"{}", {"Content-Type": "text/plain"})
        told(reply, 415, "wrong_content_type", "application/json", "text/plain")


def test_a_body_over_one_mebibyte_is_told(shop: World) -> None:
    with shop.unchanged():
        path = f"/_control/tenants/{shop.name}/orders"
        body = b"{}" + b" " * (1024 * 1024)
        reply = shop.transport.send("POST", path, (), body, {"Content-Type": "application/json"})
        told(reply, 413, "too_large", "1048576")


@pytest.mark.parametrize("body", [b"{", b"[]", b"null", b'"x"', b"\xff", b'{"count": NaN}', b"[" * 5000])
def test_what_is_no_json_object_is_told(shop: World, body: bytes) -> None:
    with shop.unchanged():
        path = f"/_control/tenants/{shop.name}/orders"
        reply = shop.transport.send("POST", path, (), body, {"Content-Type": "application/json"})
        told(reply, 400, "bad_request", "expected")


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
    ({"items": [{"sku": "MUG-STN-351"}]}, "items[0].sku", "did you mean MUG-STN-350?"),
    ({"items": [{"sku": "MUG-STN-350", "quantity": 0}]}, "items[0].quantity", "at least 1"),
    ({"items": [{"sku": "MUG-STN-350", "quantity": 10_001}]}, "items[0].quantity", "at most 10000"),
    ({"items": [{"sku": "MUG-STN-350", "quantity": 1.5}]}, "items[0].quantity", "a whole number"),
    ({"items": [{"quantity": 1}]}, "items[0].sku", "the field to be there"),
    ({"items": [{"sku": "MUG-STN-350"}] * 201}, "items", "at most 200 elements"),
    ({"state": "packed"}, "state", "placed"),
    ({"state": "bag_packed"}, "state", "bag_confirmed"),
    ({"customer": {"name": ""}}, "customer.name", "at least 1 character"),
    ({"customer": {"gstin": "x" * 16}}, "customer.gstin", "at most 15 characters"),
    ({"customer": {"nmae": "x"}}, "customer.nmae", "did you mean name?"),
    ({"quantity": 3}, "quantity", "no field of this name"),
    ({"cuont": 3}, "cuont", "did you mean count?"),
]


@pytest.mark.parametrize(("body", "field", "says"), ORDERS, ids=[f"{n}" for n in range(len(ORDERS))])
def test_an_odd_order_is_refused_with_its_field(
    shop: World, body: dict[str, Any], field: str, says: str
) -> None:
    with shop.unchanged():
        answer = told(shop.control_reply("POST", "/orders", body), 400, "bad_request", says)
        assert answer["field"] == field


def test_an_order_that_cannot_get_where_it_should_is_not_placed(shop: World) -> None:
    with shop.unchanged():
        reply = shop.control_reply("POST", "/orders", {"state": "return_bag_delivered", "count": 3})
        told(reply, 409, "not_allowed", "no order gets to return_bag_delivered")


def test_orders_are_placed_all_or_none(new_world: NewWorld) -> None:
    world = new_world(profile={"stock_guard": True})
    world.control("PUT", "/stock", {"stock": [{"location": "STORE-1", "sku": "MUG-STN-350", "on_hand": 3}]})
    wish = {"state": "bag_confirmed", "count": 2, "items": [{"sku": "MUG-STN-350", "quantity": 2}]}
    with world.unchanged():
        told(world.control_reply("POST", "/orders", wish), 409, "not_allowed", "3 on hand")
    first, second = world.place_many(2)
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
    ({"profile": {"zzz": 5}}, "profile", "known fields: token_field"),
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
    ({"nmae": "x"}, "nmae", "did you mean name?"),
]


def names(world: World) -> list[str]:
    return [one["tenant"] for one in control(world.transport, "GET", "/tenants").json["tenants"]]


@pytest.mark.parametrize(("body", "field", "says"), TENANTS, ids=[f"{n}" for n in range(len(TENANTS))])
def test_an_odd_tenant_is_refused_with_its_field(
    world: World, body: dict[str, Any], field: str, says: str
) -> None:
    before = names(world)
    answer = told(control(world.transport, "POST", "/tenants", body), 400, "bad_request", says)
    assert answer["field"] == field
    assert names(world) == before


CHANGES = [row for row in TENANTS if set(row[0]) <= {"invoice_mode", "credit_note_mode", "pace", "profile"}]


@pytest.mark.parametrize(("body", "field", "says"), CHANGES, ids=[f"{n}" for n in range(len(CHANGES))])
def test_an_odd_change_is_refused_with_its_field(
    shop: World, body: dict[str, Any], field: str, says: str
) -> None:
    with shop.unchanged():
        answer = told(shop.control_reply("PATCH", "", body), 400, "bad_request", says)
        assert answer["field"] == field


@pytest.mark.parametrize("name", ["name", "seed", "locations", "clock"])
def test_what_a_tenant_was_born_with_is_not_changed(shop: World, name: str) -> None:
    with shop.unchanged():
        told(shop.control_reply("PATCH", "", {name: "x"}), 400, "bad_request", "no field of this name")


def test_a_name_is_taken_once(world: World) -> None:
    reply = control(world.transport, "POST", "/tenants", {"name": world.name})
    assert told(reply, 409, "tenant_exists", world.name)["field"] == "name"
    assert world.get({"orderId": "1"}).status == 200


def test_the_default_tenant_stays(transport: Transport) -> None:
    told(control(transport, "DELETE", "/tenants/default"), 409, "default_tenant", "cannot be removed")


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
    ({"freeze_at": "2026-01-05T09:59:59Z"}, "freeze_at", "not before the world's now"),
    ({"freeze_at": "2026-02-30T00:00:00Z"}, "freeze_at", "datetime"),
    ({"freeze_at": "2200-01-01T00:00:00Z"}, "freeze_at", "a time from 1970 to 2199"),
    ({"back_s": 5}, "back_s", "no field of this name"),
]


@pytest.mark.parametrize(("body", "field", "says"), CLOCKS, ids=[f"{n}" for n in range(len(CLOCKS))])
def test_an_odd_move_of_the_clock_is_refused(
    shop: World, body: dict[str, Any], field: str | None, says: str
) -> None:
    with shop.unchanged():
        answer = told(shop.control_reply("POST", "/clock", body), 400, "bad_request", says)
        assert answer.get("field") == field


STOCK: list[tuple[dict[str, Any], str, str]] = [
    ({}, "stock", "the field to be there"),
    ({"stock": []}, "stock", "at least 1 element"),
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
    shop: World, body: dict[str, Any], field: str, says: str
) -> None:
    with shop.unchanged():
        answer = told(shop.control_reply("PUT", "/stock", body), 400, "bad_request", says)
        assert answer["field"] == field


# Events


@pytest.mark.parametrize(
    ("name", "near"), [("handover", "hand_over"), ("hand-over", "hand_over"), ("zzz", "")]
)
def test_an_unknown_event_is_told_the_known_ones(shop: World, name: str, near: str) -> None:
    order = shop.place()
    with shop.unchanged():
        reply = shop.control_reply("POST", f"/shipments/{order}/events/{name}")
        body = told(reply, 404, "unknown_event", repr(name), near and f"did you mean '{near}'?")
    assert body["field"] == "event"
    assert {"hand_over", "start_return", "reject_return", "cancel_by_customer"} <= set(body["allowed"])


AGGREGATORS = ["confirm", "push_invoice", "cancel", "cancel_items", "accept_return", "push_credit_note"]


@pytest.mark.parametrize("name", [*AGGREGATORS, "place", "open_return"])
def test_the_aggregators_events_are_not_played(shop: World, name: str) -> None:
    order = shop.place()
    with shop.unchanged():
        reply = shop.control_reply("POST", f"/shipments/{order}/events/{name}")
        told(reply, 409, "not_allowed", name, "not the store's or the customer's to do")


@pytest.mark.parametrize("path", ["/shipments/17", "/shipments/17/events/hand_over"])
def test_an_unknown_shipment_is_told(shop: World, path: str) -> None:
    with shop.unchanged():
        method = "POST" if "events" in path else "GET"
        body = told(shop.control_reply(method, path), 404, "unknown_shipment", shop.name, "'17'")
        assert body["field"] == "shipment"


def test_a_refused_event_tells_what_could_happen_instead(world: World) -> None:
    order = world.place()
    with world.unchanged():
        reply = world.control_reply("POST", f"/shipments/{order}/events/hand_over")
        body = told(reply, 409, "not_allowed", "cannot hand_over while placed (too early)")
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
    world: World, body: dict[str, Any], field: str, says: str
) -> None:
    sale = world.place(state="handed_over_to_customer")
    with world.unchanged():
        reply = world.control_reply("POST", f"/shipments/{sale}/events/start_return", body)
        assert told(reply, 400, "bad_request", says)["field"] == field


@pytest.mark.parametrize(
    ("body", "field"), [({"items": ITEMS}, "items"), ({"initiator": "erp"}, "initiator")]
)
def test_details_of_other_events_are_refused(world: World, body: dict[str, Any], field: str) -> None:
    order = world.place(state="bag_invoiced")
    with world.unchanged():
        reply = world.control_reply("POST", f"/shipments/{order}/events/hand_over", body)
        assert told(reply, 400, "bad_request", "only with")["field"] == field


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
        ("/journal", [("tenant", "x")], "tenant", "order, limit"),
        ("/stock", [("sku", "x")], "sku", "no query parameter"),
    ],
)
def test_an_odd_query_is_refused_with_its_field(
    shop: World, path: str, query: list[tuple[str, str]], field: str, says: str
) -> None:
    answer = told(shop.control_reply("GET", path, query=query), 400, "bad_request", says)
    assert answer["field"] == field


def test_shipments_come_in_pages(world: World) -> None:
    placed = sorted(world.place_many(450))
    seen: list[str] = []
    query: dict[str, str] = {"state": "placed"}
    for expected in (200, 200, 50):
        page = world.control("GET", "/shipments", query=query)
        assert len(page["shipments"]) == expected
        seen += [shipment["id"] for shipment in page["shipments"]]
        query["cursor"] = page["next_cursor"] or ""
    assert seen == placed
    assert query["cursor"] == ""


def test_shipments_are_found_by_state_and_location(world: World) -> None:
    here, there = world.place(), world.place(location="STORE-2", state="bag_invoiced")
    for query, expected in (
        ({"state": "placed"}, [here]),
        ({"location": "STORE-2"}, [there]),
        ({"state": "placed", "location": "STORE-2"}, []),
    ):
        found = world.control("GET", "/shipments", query=query)["shipments"]
        assert [shipment["id"] for shipment in found] == expected


def test_many_new_products_are_set_in_one_call(world: World) -> None:
    rows = [{"location": "STORE-1", "sku": f"S{n}", "on_hand": 1} for n in range(9000)]
    world.control("PUT", "/stock", {"stock": rows})
    assert world.stock("S8999") == (1, 0)


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
