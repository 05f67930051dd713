"""Every choice of the behaviour profile changes something on the wire."""

from __future__ import annotations

import codecs
import gzip
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from pypdf import PdfReader

from contracts.profile import DEFAULT, Profile
from mock_oms.app import create_app
from tests.conftest import NewTenant
from tests.support.mock_client import InProcess, Reply, Tenant, control, picks, pushed

Probe = Callable[[Tenant], object]


def token_names(tenant: Tenant) -> object:
    return sorted(tenant.transport.send("GET", "/aggregator/v1/token", tenant.credentials()).json)


def token_life(tenant: Tenant) -> object:
    tenant.token()
    token = tenant.tokens["company"]
    tenant.advance(10)
    return tenant.transport.send(
        "GET", "/oms/v3/shipment/info", {"orderId": "1"}, b"", {"x-access-token": token}
    ).status


def expired(tenant: Tenant) -> object:
    token = tenant.token()
    tenant.advance(86400)
    return tenant.transport.send("GET", "/oms/v3/shipment", (), b"", {"x-access-token": token}).status


def wrong_password(tenant: Tenant) -> object:
    return tenant.transport.send(
        "GET", "/aggregator/v1/token", tenant.credentials() | {"password": "x"}
    ).status


def wrong_shape(tenant: Tenant) -> object:
    odd_dates = {"orderStatus": "CREATED", "orderDateFrom": "2026-01-02", "orderDateTo": "2026-01-01"}
    return {
        tenant.post("confirm", []).status,
        tenant.post_raw("confirm", b"{").status,
        tenant.get({"orderStatus": "X"}, "STORE-1").status,
        tenant.get({"orderStatus": "CREATED"}).status,
        tenant.get((), path="/info").status,
        tenant.get(odd_dates, "STORE-1").status,
    }


def unknown_field(tenant: Tenant) -> object:
    return [
        tenant.post("confirm", [{"orderId": tenant.place(), "x": 1}]).status,
        tenant.get({"orderId": "1", "x": "1"}).status,
    ]


def text_as_number(tenant: Tenant) -> object:
    order = tenant.place(items=[{"sku": "MUG-STN-350", "quantity": 2}])
    (item,) = tenant.items(order)
    named = [{"orderItemId": item, "quantity": "2"}]
    tenant.post("confirm", [{"orderId": order, "orderItems": named}])
    return tenant.state(order)


def null_field(tenant: Tenant) -> object:
    return tenant.post("confirm", [{"orderId": tenant.place(), "orderItems": None}]).status


def empty_parameter(tenant: Tenant) -> object:
    return tenant.get({"orderStatus": "CREATED", "orderDateFrom": ""}, "STORE-1").status


def offset_in_date(tenant: Tenant) -> object:
    """Status, and number of orders since an `orderDate` sent back."""
    (shown,) = tenant.get({"orderId": tenant.place()}).json
    since = {"orderStatus": "CREATED", "orderDateFrom": shown["orderDate"].replace("+00:00", ".000Z")}
    reply = tenant.get(since, "STORE-1")
    return reply.status, len(reply.json) if reply.status == 200 else None


def marked_body(tenant: Tenant) -> object:
    body = json.dumps([{"orderId": tenant.place()}]).encode()
    return tenant.post_raw("confirm", codecs.BOM_UTF8 + body).status


def compressed_body(tenant: Tenant) -> object:
    body = gzip.compress(json.dumps([{"orderId": tenant.place()}]).encode())
    return tenant.post_raw("confirm", body, content_encoding="gzip").status


def all_refused(tenant: Tenant) -> Reply:
    return tenant.post("confirm", [{"orderId": "1"}])


def none_printed(tenant: Tenant) -> Reply:
    return tenant.post("invoice", [{"orderId": tenant.place()}])


def some_refused(tenant: Tenant) -> Reply:
    return tenant.post("confirm", [{"orderId": "1"}, {"orderId": tenant.place()}])


def some_printed(touchpoint: str) -> Probe:
    def look(tenant: Tenant) -> object:
        orders = [tenant.place(state="bag_invoiced"), tenant.place()]
        reply = tenant.post(touchpoint, [{"orderId": order} for order in orders])
        entries = control(tenant.transport, "GET", f"/tenants/{tenant.name}/journal").json["entries"]
        (entry,) = [row for row in entries if row["operation"] == f"fetch_{touchpoint}"]
        assert [row["outcome"] for row in entry["outcomes"]] == ["accepted", "refused"]
        if reply.media == "application/pdf":
            assert reply.status == 200
            return len(PdfReader(io.BytesIO(reply.body)).pages), reply.headers["x-mock-oms-refused"]
        assert [error["orderId"] for error in reply.json["errors"]] == orders[1:]
        return reply.status, reply.json["status"]

    return look


def none_refused(tenant: Tenant) -> Reply:
    return tenant.post("confirm", [{"orderId": tenant.place()}])


def error_names(tenant: Tenant) -> object:
    return sorted(all_refused(tenant).json["errors"][0])


def last_of_a_return(tenant: Tenant) -> object:
    back = tenant.place(state="credit_note_generated")
    for listed in ("RETURN_COMPLETED", "CREDIT_NOTE_GENERATED"):
        assert tenant.listed(listed) == [back]
    return tenant.word(back)


def cancelled_late(tenant: Tenant) -> object:
    order = tenant.place(state="bag_invoiced")
    reply = tenant.post("cancel", [{"orderId": order}])
    return [*(error["errorCode"] for error in reply.json["errors"]), tenant.word(order)]


def cancelled_early(tenant: Tenant) -> object:
    order = tenant.place()
    tenant.cancel(order)
    return tenant.word(order), tenant.look(order)["location"]


def price_names(tenant: Tenant) -> object:
    return sorted(tenant.look(tenant.place())["orderItems"][0]["orderItemPrice"])


def names_of_a_parser(tenant: Tenant) -> object:
    shown = tenant.look(tenant.place(items=[{"sku": "MUG-STN-350", "quantity": 2}], state="bag_confirmed"))
    (item,) = shown["orderItems"]
    fields = {
        **{name: shown.get(name) for name in ("modifiedDate", "paymentType")},
        **{name: item.get(name) for name in ("productIdentifiers", "packetNumber")},
        "orderTotalAmount": shown["orderPrice"].get("orderTotalAmount"),
    }
    return {name: value for name, value in fields.items() if value is not None}


def long_number(tenant: Tenant) -> object:
    order = tenant.place(state="bag_confirmed")
    return tenant.post("invoiceUpdate", [pushed(order, "INVOICE-2026-0000042")]).json["successCount"]


def confirmed_twice_code(tenant: Tenant) -> object:
    order = tenant.place(state="bag_confirmed")
    return [error["errorCode"] for error in tenant.post("confirm", [{"orderId": order}]).json["errors"]]


def page(size: str | None = None, number: str | None = None) -> Probe:
    def look(tenant: Tenant) -> object:
        tenant.place_many(5)
        given = {"pageSize": size, "pageNumber": number}
        query = {"orderStatus": "CREATED"} | {name: value for name, value in given.items() if value}
        reply = tenant.get(query, "STORE-1")
        return len(reply.json) if reply.status == 200 else reply.status

    return look


def unknown_order(tenant: Tenant) -> object:
    return tenant.get({"orderId": "1"}).status


def list_kind(tenant: Tenant) -> object:
    tenant.place()
    reply = tenant.get({"orderStatus": "CREATED"}, "STORE-1").json
    return sorted(reply) if isinstance(reply, dict) else type(reply).__name__


def info_kind(tenant: Tenant) -> object:
    reply = tenant.get({"orderStatus": "CREATED"}, path="/info").json
    return sorted(reply) if isinstance(reply, dict) else type(reply).__name__


def info_count(tenant: Tenant) -> object:
    tenant.place_many(5)
    return len(tenant.get({"orderStatus": "CREATED"}, path="/info").json["orders"])


def field(name: str, state: str = "placed") -> Probe:
    def look(tenant: Tenant) -> object:
        (shown,) = tenant.get({"orderId": tenant.place(state=state)}).json
        return shown.get(name, "absent")

    return look


def return_date(tenant: Tenant) -> object:
    sale = tenant.place(state="handed_over_to_customer")
    tenant.advance(60)
    return tenant.look(tenant.start_return(sale))["orderDate"]


def rejected_word(tenant: Tenant) -> object:
    back = tenant.place(state="return_rejected_by_store")
    return tenant.word(back), tenant.get({"orderStatus": "SENT_BACK"}, "STORE-1").status


def cancelled_invoiced(tenant: Tenant) -> object:
    order = tenant.place(state="bag_invoiced")
    tenant.cancel(order)
    return len(tenant.listed("RETURN_DELIVERED"))


def type_names(tenant: Tenant) -> object:
    (shown,) = tenant.get({"orderId": tenant.place()}).json
    return sorted(name for name in shown if name.lower().replace("_", "") == "ordertype")


def note_number(tenant: Tenant) -> object:
    back = tenant.place(state="return_accepted")
    tenant.push_credit_note(back, "C-1")
    (shown,) = tenant.get({"orderId": back}).json
    return sorted(name for name, value in shown.items() if value == "C-1")


def info_lock(tenant: Tenant) -> object:
    (shown,) = tenant.get({"orderId": tenant.place()}, path="/info").json["orders"]
    return shown["lockStatus"], shown["sla"]


def returned_state(tenant: Tenant) -> object:
    return tenant.state(tenant.start_return(tenant.place(state="handed_over_to_customer")))


def late_customer(tenant: Tenant) -> object:
    order = tenant.place(state="bag_confirmed")
    return tenant.control_reply("POST", f"/shipments/{order}/events/cancel_by_customer").status


def early_hand_over(tenant: Tenant) -> object:
    order = tenant.place(state="bag_confirmed")
    return tenant.control_reply("POST", f"/shipments/{order}/events/hand_over").status


def automatic(tenant: Tenant) -> object:
    tenant.change(invoice_mode="fynd")
    order = tenant.place()
    tenant.confirm(order)
    return tenant.state(order)


def no_stock(tenant: Tenant) -> object:
    tenant.control("PUT", "/stock", {"stock": [{"location": "STORE-1", "sku": "MUG-STN-350", "on_hand": 0}]})
    order = tenant.place(items=[{"sku": "MUG-STN-350"}])
    return tenant.post("confirm", [{"orderId": order}]).json["successCount"]


def reason(touchpoint: str, code: str) -> Probe:
    def look(tenant: Tenant) -> object:
        order = tenant.place(state="return_initiated" if touchpoint == "return" else "placed")
        named = [pick | {"reasonCode": code} for pick in picks(tenant.items(order))]
        return tenant.post(touchpoint, [{"orderId": order, "orderItems": named}]).json["successCount"]

    return look


def paper(tenant: Tenant) -> object:
    pdf = tenant.post("labels", [{"orderId": tenant.place(state="bag_invoiced")}]).body
    return round(float(PdfReader(io.BytesIO(pdf)).pages[0].mediabox.width))


EFFECTS: list[tuple[dict[str, Any], Probe, object, object]] = [
    ({"token_field": "access_token"}, token_names, ["accessToken", "status"], ["access_token", "status"]),
    ({"token_ttl_s": 10}, token_life, 200, 401),
    ({"unauthorized_status": 403}, expired, 401, 403),
    ({"bad_credentials_status": 422}, wrong_password, 401, 422),
    ({"shape_status": 422}, wrong_shape, {400}, {422}),
    ({"unknown_fields": "accept"}, unknown_field, [400, 400], [200, 200]),
    ({"null_fields": "accept"}, null_field, 400, 200),
    ({"empty_parameters": "ignore"}, empty_parameter, 400, 200),
    ({"date_offsets": "ignore"}, offset_in_date, (400, None), (200, 1)),
    ({"date_offsets": "apply"}, offset_in_date, (400, None), (200, 0)),
    ({"byte_order_mark": "reject"}, marked_body, 200, 400),
    ({"compressed_bodies": "reject"}, compressed_body, 200, 415),
    ({"strings_for_numbers": "accept"}, text_as_number, "placed", "bag_confirmed"),
    ({"refused_status": 422}, lambda w: all_refused(w).status, 200, 422),
    ({"nothing_printed_status": 404}, lambda w: none_printed(w).status, 200, 404),
    ({"partly_refused_status": 207}, lambda w: some_refused(w).status, 200, 207),
    ({"partly_printed": "counts"}, some_printed("invoice"), (1, "1"), (200, "PARTIAL_SUCCESS")),
    (
        {"partly_printed": "counts", "partly_refused_status": 207},
        some_printed("labels"),
        (1, "1"),
        (207, "PARTIAL_SUCCESS"),
    ),
    ({"status_success": "OK"}, lambda w: none_refused(w).json["status"], "SUCCESS", "OK"),
    ({"status_partial": "SOME"}, lambda w: some_refused(w).json["status"], "PARTIAL_SUCCESS", "SOME"),
    ({"status_failed": "NONE"}, lambda w: all_refused(w).json["status"], "FAILED", "NONE"),
    (
        {
            "error_order_key": "a",
            "error_item_key": "b",
            "error_code_key": "c",
            "error_message_key": "d",
        },
        error_names,
        ["errorCode", "errorMessage", "orderId", "orderItemId"],
        ["a", "b", "c", "d"],
    ),
    (
        {"error_reason_key": "reason"},
        lambda w: all_refused(w).json["errors"][0].get("reason"),
        None,
        "order not of the requested location",
    ),
    (
        {"item_price_names": "lineage"},
        price_names,
        ["currency", "discount", "shippingCharges", "totalItemPrice", "totalMarkedPrice", "transferPrice"],
        ["cashOnDeliveryCharges", "currency", "discount", "sellingPrice", "shippingCharges", "totalPrice"],
    ),
    (
        {"item_price_names": "lineage"},
        names_of_a_parser,
        {
            "modifiedDate": "2026-01-05T15:30:00+00:00",
            "paymentType": "PREPAID",
            "productIdentifiers": {"sku_code": "MUG-STN-350"},
            "packetNumber": 1,
            "orderTotalAmount": 698.0,
        },
        {},
    ),
    ({"invoice_numbers": "gst"}, long_number, 1, 0),
    ({"codes": {"confirm.already": "O409"}}, confirmed_twice_code, ["CF409"], ["O409"]),
    ({"page_size_default": 3}, page(), 5, 3),
    ({"page_size_max": 4, "page_size_default": 2}, page("100"), 5, 4),
    ({"page_size_over_max": "reject"}, page("101"), 5, 400),
    ({"page_zero": "reject"}, page(None, "0"), 5, 400),
    ({"page_after_end": "reject"}, page(None, "2"), 0, 400),
    ({"unknown_order": "not_found"}, unknown_order, 200, 404),
    ({"list_envelope": "orders"}, list_kind, "list", ["orders"]),
    ({"info_envelope": "bare"}, info_kind, ["orders"], "list"),
    ({"info_limit": 2}, info_count, 5, 2),
    ({"date_zone": "UTC"}, field("orderDate"), "2026-01-05T15:30:00+00:00", "2026-01-05T10:00:00+00:00"),
    ({"date_offset": "zone"}, field("orderDate"), "2026-01-05T15:30:00+00:00", "2026-01-05T15:30:00+05:30"),
    ({"return_order_date": "sale"}, return_date, "2026-01-05T15:31:00+00:00", "2026-01-05T15:30:00+00:00"),
    (
        {"handed_over_word": "HANDED_OVER_TO_CUSTOMER"},
        field("orderStatus", "handed_over_to_customer"),
        "DELIVERED",
        "HANDED_OVER_TO_CUSTOMER",
    ),
    ({"rejected_return_word": "SENT_BACK"}, rejected_word, ("RETURN_REJECTED", 400), ("SENT_BACK", 200)),
    ({"cancelled_after_invoice_in_returns": False}, cancelled_invoiced, 1, 0),
    ({"order_type_key": "orderType"}, type_names, ["order_type"], ["orderType"]),
    ({"order_type_key": "both"}, type_names, ["order_type"], ["orderType", "order_type"]),
    ({"credit_note_number_key": "creditNote"}, note_number, ["marketplaceInvoiceNumber"], ["creditNote"]),
    (
        {"unlocked_word": "open", "sla_s": 60},
        info_lock,
        ("", "2026-01-05T16:30:00+00:00"),
        ("open", "2026-01-05T15:31:00+00:00"),
    ),
    ({"unlocked_word": False}, field("lockStatus"), "", False),
    ({"extra_fields": {"tags": ["x"], "id": "mine"}}, field("tags"), "absent", ["x"]),
    ({"confirm_again": "accept"}, confirmed_twice_code, ["CF409"], []),
    ({"return_passes_bag_delivered": True}, returned_state, "return_initiated", "return_bag_delivered"),
    ({"return_completes": False}, last_of_a_return, "RETURN_COMPLETED", "CREDIT_NOTE_GENERATED"),
    ({"cancel_after_invoice": False}, cancelled_late, ["CANCELLED"], ["CN403", "PROCESSING"]),
    ({"reassign_on_seller_cancel": True}, cancelled_early, ("CANCELLED", "STORE-1"), ("CREATED", "STORE-2")),
    ({"customer_cancels_after_confirm": True}, late_customer, 409, 200),
    ({"hand_over_before_invoice": True}, early_hand_over, 409, 200),
    ({"automatic_after_s": 60}, automatic, "bag_invoiced", "bag_confirmed"),
    ({"stock_guard": True}, no_stock, 1, 0),
    ({"unknown_reason_codes": "accept"}, reason("cancel", "42"), 0, 1),
    ({"unknown_reason_codes": "accept"}, reason("return", "dirty"), 0, 1),
    ({"extra_cancel_reasons": ["42"]}, reason("cancel", "42"), 0, 1),
    ({"extra_return_reasons": ["dirty"]}, reason("return", "dirty"), 0, 1),
    ({"paper_size": "A6"}, paper, 595, 298),
]
"""Choices, where to look, what is there by default, what is there with the choices."""


@pytest.mark.parametrize(
    ("choices", "probe", "default", "chosen"), EFFECTS, ids=["-".join(row[0]) for row in EFFECTS]
)
def test_a_choice_changes_what_is_said(
    new_tenant: NewTenant, choices: dict[str, Any], probe: Probe, default: object, chosen: object
) -> None:
    assert probe(new_tenant()) == default
    assert probe(new_tenant(profile=choices)) == chosen


@pytest.mark.parametrize(("choices", "probe", "default", "chosen"), EFFECTS[::6])
def test_a_choice_made_while_it_runs_counts_at_once(
    new_tenant: NewTenant, choices: dict[str, Any], probe: Probe, default: object, chosen: object
) -> None:
    tenant = new_tenant()
    tenant.change(profile=choices)
    assert probe(tenant) == chosen


def test_every_field_of_the_profile_is_tried() -> None:
    tried = {name for choices, *_ in EFFECTS for name in choices}
    assert tried == set(Profile.model_fields)


def test_a_known_field_is_not_replaced_by_an_extra_one(new_tenant: NewTenant) -> None:
    tenant = new_tenant(profile={"extra_fields": {"id": "mine", "orderItems": 5}})
    order = tenant.place()
    (shown,) = tenant.get({"orderId": order}).json
    assert shown["id"] == order
    assert len(shown["orderItems"]) == 2


def test_confirming_again_where_that_is_fine_changes_nothing(new_tenant: NewTenant) -> None:
    tenant = new_tenant(profile={"confirm_again": "accept"})
    order = tenant.place(state="bag_invoiced")
    with tenant.unchanged():
        tenant.confirm(order)


def test_tenants_begin_with_the_servers_profile_and_differ_from_there() -> None:
    app = create_app({"profile": {"page_size_max": 50, "page_size_default": 50}})
    app.testing = True
    transport = InProcess(app)
    shown = transport.send("GET", "/_control/profile").json
    expected = Profile(page_size_max=50, page_size_default=50)
    assert shown["digest"] == expected.digest != DEFAULT.digest
    assert shown["values"]["page_size_max"] == 50
    assert {row["field"] for row in shown["fields"]} == set(Profile.model_fields)
    made = transport.send("POST", "/_control/tenants", (), b'{"profile": {"paper_size": "A6"}}', JSON).json
    assert (made["profile"]["page_size_max"], made["profile"]["paper_size"]) == (50, "A6")
    assert made["profile_digest"] == Profile(page_size_max=50, page_size_default=50, paper_size="A6").digest


JSON = {"Content-Type": "application/json"}
