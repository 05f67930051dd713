"""Bodies and queries as real clients write them."""

from __future__ import annotations

import codecs
import gzip
import json
import zlib
from typing import Any

import pytest

from mock_oms.web.validation import BODY_LIMIT
from tests.conftest import NewTenant
from tests.support.mock_client import Tenant, rejected

MARK = codecs.BOM_UTF8


@pytest.fixture
def tenant(new_tenant: NewTenant) -> Tenant:
    return new_tenant()


def _confirmation(tenant: Tenant) -> tuple[str, bytes]:
    order = tenant.place()
    return order, json.dumps([{"orderId": order}]).encode()


def test_a_byte_order_mark_before_json_is_ignored(tenant: Tenant) -> None:
    order, body = _confirmation(tenant)
    assert tenant.post_raw("confirm", MARK + body).json["successCount"] == 1
    assert tenant.state(order) == "bag_confirmed"


def test_two_byte_order_marks_are_no_json(tenant: Tenant) -> None:
    rejected(tenant.post_raw("confirm", MARK + MARK + b"[]"), 400, "body: expected JSON")


@pytest.mark.parametrize("mark", ["utf-16-le", "utf-16-be"])
def test_a_body_in_utf_16_is_refused_with_its_name(shop: Tenant, mark: str) -> None:
    with shop.unchanged():
        body = ("\ufeff" + '[{"orderId": "1"}]').encode(mark)
        rejected(shop.post_raw("confirm", body), 400, "body: expected JSON as UTF-8, received UTF-16")


@pytest.mark.parametrize(
    ("coding", "pack"),
    [("gzip", gzip.compress), ("GZIP", gzip.compress), ("x-gzip", gzip.compress), ("deflate", zlib.compress)],
)
def test_a_compressed_body_is_read(tenant: Tenant, coding: str, pack: Any) -> None:
    order, body = _confirmation(tenant)
    assert tenant.post_raw("confirm", pack(body), content_encoding=coding).json["successCount"] == 1
    assert tenant.state(order) == "bag_confirmed"


def test_the_journal_shows_a_compressed_body_as_text(tenant: Tenant) -> None:
    order, body = _confirmation(tenant)
    tenant.post_raw("confirm", gzip.compress(body), content_encoding="gzip")
    entry = tenant.control("GET", "/journal")["entries"][-1]
    assert entry["request"] == [{"orderId": order}]


def test_a_compressed_control_call_is_read(tenant: Tenant) -> None:
    body = gzip.compress(b'{"items": [{"sku": "MUG-STN-350"}]}')
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    path = f"/_control/tenants/{tenant.name}/orders"
    assert tenant.transport.send("POST", path, (), body, headers).status == 201


BAD_CODINGS: list[tuple[str, bytes, int, str]] = [
    ("br", b"[]", 415, "header Content-Encoding: expected gzip, deflate or none, received br"),
    ("gzip, gzip", b"[]", 415, "expected gzip, deflate or none, received gzip, gzip"),
    ("gzip", b"[]", 400, "body: expected gzip as header Content-Encoding says, received other bytes"),
    ("gzip", b"", 400, "expected gzip as header Content-Encoding says"),
    ("gzip", gzip.compress(b"[]")[:-1], 400, "expected gzip as header Content-Encoding says"),
    ("gzip", gzip.compress(b"[]") + b"x", 400, "expected gzip as header Content-Encoding says"),
    ("deflate", gzip.compress(b"[]"), 400, "body: expected deflate as header Content-Encoding says"),
    ("gzip", gzip.compress(b" " * (BODY_LIMIT + 1)), 413, f"expected at most {BODY_LIMIT} bytes"),
    ("gzip", gzip.compress(b" " * (64 * BODY_LIMIT)), 413, f"expected at most {BODY_LIMIT} bytes"),
]


@pytest.mark.parametrize(
    ("coding", "body", "status", "says"), BAD_CODINGS, ids=[f"{n}" for n in range(len(BAD_CODINGS))]
)
def test_a_wrong_compression_is_refused(
    shop: Tenant, coding: str, body: bytes, status: int, says: str
) -> None:
    with shop.unchanged():
        rejected(shop.post_raw("confirm", body, content_encoding=coding), status, says)


OPTIONAL: list[tuple[str, dict[str, Any]]] = [
    ("confirm", {"orderItems": None}),
    ("cancel", {"orderItems": None}),
    ("invoiceUpdate", {"invoiceNumber": "1", "invoiceType": "sale", "packages": None, "orderItems": None}),
    (
        "invoiceUpdate",
        {
            "invoiceNumber": "1",
            "invoiceType": "sale",
            "orderItems": [{"orderItemId": "1", "quantity": 1, "imeiSerialNumber": None}],
        },
    ),
]


@pytest.mark.parametrize(("touchpoint", "more"), OPTIONAL)
def test_null_in_an_optional_field_is_refused_with_a_way_out(
    shop: Tenant, touchpoint: str, more: dict[str, Any]
) -> None:
    with shop.unchanged():
        reply = shop.post(touchpoint, [{"orderId": "1", **more}])
        rejected(reply, 400, "or no field, received null")


@pytest.mark.parametrize(("touchpoint", "more"), OPTIONAL)
def test_null_in_an_optional_field_can_mean_no_field(
    new_tenant: NewTenant, touchpoint: str, more: dict[str, Any]
) -> None:
    tenant = new_tenant(profile={"null_fields": "accept"})
    reply = tenant.post(touchpoint, [{"orderId": "1", **more}])
    assert reply.status == 200, reply.body
    assert reply.json["failedCount"] == 1  # the order is unknown; the shape is right


def test_null_in_a_required_field_is_always_refused(new_tenant: NewTenant) -> None:
    tenant = new_tenant(profile={"null_fields": "accept"})
    with tenant.unchanged():
        sent = [{"orderId": None, "orderItems": None}]
        rejected(tenant.post("confirm", sent), 400, "[0].orderId: expected text, received null")


@pytest.mark.parametrize("name", ["orderDateFrom", "pageSize", "orderingChannel", "locationCode"])
def test_an_empty_parameter_is_refused_with_a_way_out(shop: Tenant, name: str) -> None:
    reply = shop.get({"orderStatus": "CREATED", name: ""}, "STORE-1")
    says = f"query field {name}: expected a value, or no parameter, received an empty parameter"
    rejected(reply, 400, says)


def test_an_empty_parameter_can_mean_none(new_tenant: NewTenant) -> None:
    tenant = new_tenant(profile={"empty_parameters": "ignore"})
    tenant.place()
    sent = {"orderStatus": "CREATED", "orderDateFrom": "", "pageNumber": "", "orderingChannel": ""}
    assert len(tenant.get(sent, "STORE-1").json) == 1
    rejected(tenant.get({"orderStatus": ""}, "STORE-1"), 400, "orderStatus or orderId")


def test_a_signed_e_invoice_of_200_items_is_taken(tenant: Tenant) -> None:
    order = tenant.place(state="bag_confirmed")
    sent = {
        "orderId": order,
        "invoiceNumber": "GST/26-27/1",
        "invoiceType": "sale",
        "signedInvoice": "e" * 143_000,
    }
    assert tenant.post("invoiceUpdate", [sent]).json["successCount"] == 1


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        (
            "2026-01-25T10:00:00Z",
            "without an offset, in the zone of the profile",
        ),
        ("2026-01-25T10:00:00.000Z", "hh:mm:ss, without an offset"),
        ("2026-01-25T10:00:00%2B05:30", "hh:mm:ss, without an offset"),
        ("2026-01-25T10:00:00-0530", "hh:mm:ss, without an offset"),
        ("2026-01-25T10:00:00+05:30", "a + in a query is a space unless it is written %2B"),
        ("2026-02-30T10:00:00Z", "a date as dd-mm-yyyy"),
        ("2026-01-25+05:30", "a date as dd-mm-yyyy"),
    ],
)
def test_an_offset_of_a_time_is_refused_with_a_way_out(shop: Tenant, sent: str, says: str) -> None:
    query = f"orderStatus=CREATED&orderDateFrom={sent}"
    path = f"/oms/v3/shipment?{query}"
    headers = {"x-access-token": shop.token("STORE-1")}
    rejected(shop.transport.send("GET", path, (), b"", headers), 400, says)


def test_a_program_that_sends_an_order_date_back_finds_the_order_with_offsets_ignored(
    new_tenant: NewTenant,
) -> None:
    tenant = new_tenant(profile={"date_offsets": "ignore"})
    order = tenant.place()
    (shown,) = tenant.get({"orderId": order}).json
    window = {"orderDateFrom": shown["orderDate"], "orderDateTo": shown["orderDate"]}
    assert [one["id"] for one in tenant.get({"orderStatus": "CREATED"} | window, "STORE-1").json] == [order]
