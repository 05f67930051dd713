"""Wrong input to the touchpoints: status, named field, and nothing changed."""

from __future__ import annotations

import json
import socket
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.support.mock_client import CALL_LIMIT_S, SHIPMENT, OverHttp, Reply, Tenant, Transport, rejected
from tests.support.refusal_recipes import READY, path

BULK = sorted({path(touchpoint) for touchpoint in READY})
ITEM = {"orderItemId": "1", "quantity": 1}


def field_error(reply: Reply) -> dict[str, str]:
    found: dict[str, str] = reply.json["errors"][0]
    assert set(found) == {"field", "rule", "expected", "received"}
    return found


NO_JSON: list[bytes] = [
    b"", b" ", b"{", b"[", b"[{]", b"[{}", b"nul", b"'x'", b"[1,]", b'[{"orderId": "1"} x]', b"\xff\xfe[]",
    b'[{"orderId": "\xff"}]', b'[{"orderId": "\\ud800"}]', b"\x00",
    b"[" * 5000, b"[" * 500 + b"]" * 500, b'[{"orderId": "a\nb"}]', b"[{" + b'"a":{' * 3000,
    b'[{"orderId": 1' + b"0" * 5000 + b"}]",
]  # fmt: skip


@pytest.mark.parametrize("body", NO_JSON, ids=[f"{n}" for n in range(len(NO_JSON))])
@pytest.mark.parametrize("touchpoint", ["confirm", "invoiceUpdate"])
def test_what_is_no_json_is_refused(shop: Tenant, touchpoint: str, body: bytes) -> None:
    with shop.unchanged():
        reply = shop.post_raw(touchpoint, body)
        rejected(reply, 400, "body: expected JSON")
        assert field_error(reply)["field"] == ""


@pytest.mark.parametrize(
    ("body", "received"),
    [
        ({"orderId": "1"}, "an object"), ("1", '"1"'), (1, "1"), (None, "null"), (True, "true"),
        ({"orders": [{"orderId": "1"}]}, "an object"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("touchpoint", BULK)
def test_a_body_that_is_no_array_is_refused(
    shop: Tenant, touchpoint: str, body: object, received: str
) -> None:
    with shop.unchanged():
        rejected(shop.post(touchpoint, body), 400, f"body: expected an array, received {received}")


@pytest.mark.parametrize("order", [None, 1, "1", [], ["1"], True])
@pytest.mark.parametrize("touchpoint", BULK)
def test_an_order_that_is_no_object_is_refused(shop: Tenant, touchpoint: str, order: object) -> None:
    with shop.unchanged():
        reply = shop.post(touchpoint, [order])
        rejected(reply, 400, "[0]: expected an object")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1, "text"), (None, "text"), (True, "text"), (["1"], "text"), ({}, "text"),
        ("", "at least 1 character"), ("1" * 65, "at most 64 characters"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("touchpoint", BULK)
def test_an_odd_order_id_is_refused(shop: Tenant, touchpoint: str, value: object, expected: str) -> None:
    base = {"invoiceNumber": "1", "invoiceType": "sale"} if touchpoint == "invoiceUpdate" else {}
    with shop.unchanged():
        reply = shop.post(touchpoint, [{"orderId": value, **base}])
        rejected(reply, 400, f"[0].orderId: expected {expected}")


MISSING: list[tuple[str, dict[str, Any], str]] = [
    *((name, {}, "[0].orderId") for name in BULK),
    ("confirm", {"orderId": "1", "orderItems": [{"quantity": 1}]}, "[0].orderItems[0].orderItemId"),
    ("confirm", {"orderId": "1", "orderItems": [{"orderItemId": "1"}]}, "[0].orderItems[0].quantity"),
    ("cancel", {"orderId": "1", "orderItems": [ITEM]}, "[0].orderItems[0].reasonCode"),
    ("return", {"orderId": "1", "orderItems": [{"orderItemId": "1"}]}, "[0].orderItems[0].quantity"),
    ("invoiceUpdate", {"orderId": "1", "invoiceType": "sale"}, "[0].invoiceNumber"),
    ("invoiceUpdate", {"orderId": "1", "invoiceNumber": "1"}, "[0].invoiceType"),
]


@pytest.mark.parametrize(("touchpoint", "order", "field"), MISSING)
def test_a_missing_field_is_named(shop: Tenant, touchpoint: str, order: dict[str, Any], field: str) -> None:
    with shop.unchanged():
        reply = shop.post(touchpoint, [order])
        rejected(reply, 400, f"{field}: expected the field to be there, received nothing")


UNKNOWN: list[tuple[str, dict[str, Any], str, str]] = [
    ("confirm", {"orderid": "1"}, "orderid", "did you mean 'orderId'?"),
    ("confirm", {"locationCode": "S"}, "locationCode", ""),
    ("confirm", {"int": 5}, "int", ""),
    ("confirm", {"orderItems": [ITEM | {"quantty": 1}]}, "orderItems[0].quantty", "did you mean 'quantity'?"),
    ("confirm", {"orderItems": [ITEM | {"reasonCode": "6"}]}, "orderItems[0].reasonCode", ""),
    ("cancel", {"reasonCode": "6"}, "reasonCode", ""),
    ("invoiceUpdate", {"irnNumbr": "x"}, "irnNumbr", "did you mean 'irnNumber'?"),
    ("invoiceUpdate", {"packages": [{"packageWidth": 1}]}, "packages[0].packageWidth", "packageWidthCm'?"),
    ("invoice", {"size": "A6"}, "size", ""),
    ("labels", {"orderItems": [ITEM]}, "orderItems", ""),
    ("return", {"orderItem": [ITEM]}, "orderItem", "did you mean 'orderItems'?"),
]


@pytest.mark.parametrize(("touchpoint", "more", "field", "hint"), UNKNOWN)
def test_a_field_that_no_page_names_is_refused_with_the_nearest(
    shop: Tenant, touchpoint: str, more: dict[str, Any], field: str, hint: str
) -> None:
    base = {"invoiceNumber": "1", "invoiceType": "sale"} if touchpoint == "invoiceUpdate" else {}
    with shop.unchanged():
        reply = shop.post(touchpoint, [{"orderId": "1", **base, **more}])
        assert reply.status == 400, reply.body
        (told,) = [f for f in reply.json["errors"] if f["field"] == f"[0].{field}"]
        assert "no field of this name" in told["expected"]
        assert hint in told["expected"]


@pytest.mark.parametrize(
    ("quantity", "expected"),
    [
        (0, "at least 1"), (-1, "at least 1"), (-(10**30), "at least 1"), (1_000_001, "at most 1000000"),
        (10**30, "at most 1000000"), (1.5, "a whole number"), ("2", "a whole number"),
        (None, "a whole number"), (True, "a whole number"), ([1], "a whole number"), (float("nan"), "number"),
        (float("inf"), "number"), (1e308, "at most 1000000"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("touchpoint", ["confirm", "cancel", "return", "invoiceUpdate"])
def test_an_odd_quantity_is_refused(shop: Tenant, touchpoint: str, quantity: object, expected: str) -> None:
    base = {"invoiceNumber": "1", "invoiceType": "sale"} if touchpoint == "invoiceUpdate" else {}
    item = ITEM | {"quantity": quantity} | ({"reasonCode": "6"} if touchpoint == "cancel" else {})
    with shop.unchanged():
        reply = shop.post(touchpoint, [{"orderId": "1", **base, "orderItems": [item]}])
        rejected(reply, 400, "[0].orderItems[0].quantity: expected", expected)
        assert field_error(reply)["field"] == "[0].orderItems[0].quantity"


ODD: list[tuple[str, dict[str, Any], str]] = [
    ("confirm", {"orderItems": []}, "[0].orderItems: expected at least 1 element"),
    ("confirm", {"orderItems": {}}, "[0].orderItems: expected an array"),
    ("confirm", {"orderItems": None}, "[0].orderItems: expected an array"),
    ("confirm", {"orderItems": [1]}, "[0].orderItems[0]: expected an object"),
    ("confirm", {"orderItems": [ITEM | {"orderItemId": 7}]}, "[0].orderItems[0].orderItemId: expected text"),
    ("cancel", {"orderItems": [ITEM | {"reasonCode": None}]}, "[0].orderItems[0].reasonCode"),
    ("cancel", {"orderItems": [ITEM | {"reasonCode": 6.5}]}, "[0].orderItems[0].reasonCode"),
    ("cancel", {"orderItems": [ITEM | {"reasonCode": ["6"]}]}, "[0].orderItems[0].reasonCode"),
    ("return", {"orderItems": [ITEM | {"reasonCode": 6}]}, "[0].orderItems[0].reasonCode: expected text"),
    ("return", {"orderItems": [ITEM | {"reasonCode": "x" * 201}]}, "at most 200 characters"),
    ("invoiceUpdate", {"invoiceNumber": 5}, "[0].invoiceNumber: expected text"),
    ("invoiceUpdate", {"invoiceNumber": "9" * 201}, "[0].invoiceNumber: expected at most 200 characters"),
    ("invoiceUpdate", {"invoiceType": None}, "[0].invoiceType: expected text"),
    ("invoiceUpdate", {"packages": [{"packageLengthCm": -1}]}, "packageLengthCm: expected at least 0"),
    ("invoiceUpdate", {"packages": [{"packageLengthCm": float("inf")}]}, "expected a finite number"),
    ("invoiceUpdate", {"packages": [{"packageLengthCm": "12"}]}, "packageLengthCm: expected a number"),
    ("invoiceUpdate", {"signedInvoice": "x" * 200_001}, "[0].signedInvoice: expected at most 200000"),
    ("invoiceUpdate", {"orderItems": [ITEM | {"imeiSerialNumber": "356"}]}, "imeiSerialNumber: expected an"),
    ("invoiceUpdate", {"orderItems": [ITEM | {"imeiSerialNumber": [356]}]}, "SerialNumber[0]: expected text"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("touchpoint", "more", "says"), ODD, ids=[f"{n}-{row[0]}" for n, row in enumerate(ODD)]
)
def test_a_value_of_the_wrong_kind_is_refused(
    shop: Tenant, touchpoint: str, more: dict[str, Any], says: str
) -> None:
    base = {"invoiceNumber": "1", "invoiceType": "sale"} if touchpoint == "invoiceUpdate" else {}
    with shop.unchanged():
        rejected(shop.post(touchpoint, [{"orderId": "1", **base, **more}]), 400, says)


def test_all_that_is_wrong_is_told_at_once(tenant: Tenant) -> None:
    orders = [{"orderId": 1}, {"orderId": "1", "orderItems": [{"orderItemId": "", "quantity": 0}]}, {"x": 1}]
    reply = tenant.post("confirm", orders)
    assert [found["field"] for found in reply.json["errors"]] == [
        "[0].orderId",
        "[1].orderItems[0].orderItemId",
        "[1].orderItems[0].quantity",
        "[2].orderId",
        "[2].x",
    ]
    assert "(and 4 more)" in reply.json["message"]


def test_at_most_fifty_findings_are_told(tenant: Tenant) -> None:
    wrong = {"orderId": "1", "orderItems": [{"orderItemId": "", "quantity": 0}] * 200}
    reply = tenant.post("confirm", [wrong] * 20)
    assert len(reply.json["errors"]) == 50
    assert "(and 7999 more)" in reply.json["message"]


@pytest.mark.parametrize("each", ["{}", "1", '{"x": 1, "y": 2}'])
def test_a_body_of_very_many_values_is_refused_unread(tenant: Tenant, each: str) -> None:
    """A list of every error in these values would take much memory."""
    body = f'[{{"orderId": "1", "orderItems": [{",".join([each] * 10_001)}]}}]'
    reply = tenant.post_raw("confirm", body.encode())
    rejected(reply, 400, "body: expected at most 10000 values, received ")
    assert field_error(reply)["rule"] == "too_many_values"


@pytest.mark.parametrize("text", ["," * 20_000, '\\",' * 20_000, "\\\\" * 5 + "," * 10_001])
def test_commas_in_a_text_are_no_values(tenant: Tenant, text: str) -> None:
    reply = tenant.post_raw("confirm", f'[{{"orderId": "{text}"}}]'.encode())
    rejected(reply, 400, "body field [0].orderId: expected at most 64 characters")


def test_a_text_without_end_is_no_json_however_many_quotes_it_holds(tenant: Tenant) -> None:
    rejected(tenant.post_raw("confirm", b'["' + b'\\",' * 200_000), 400, "body: expected JSON")


def test_of_very_many_findings_the_first_are_told_and_all_are_counted(tenant: Tenant) -> None:
    body = f'[{{"orderId": "1", "orderItems": [{",".join(["1"] * 9000)}]}}]'
    reply = tenant.post_raw("confirm", body.encode())
    rejected(reply, 400, "[0].orderItems[0]: expected an object, received 1 (and 8999 more)")
    assert len(reply.json["errors"]) == 50


def test_among_very_many_a_finding_is_told_as_among_few(tenant: Tenant) -> None:
    odd = [
        "NaN", "-1e999", "1.50", "null", "true", '"\\u00e9\\n\\""', '"%s"' % ("y" * 500), "9" * 4300, "[]",
        "[1, 2]", '{"orderItemId": 1, "quantity": "two", "more": {}}', "{}",
    ]  # fmt: skip
    few, many = (
        tenant.post_raw("confirm", f'[{{"orderId": "1", "orderItems": [{", ".join(items)}]}}]'.encode())
        for items in (odd, odd + ["1"] * 2000)
    )
    assert len(few.json["errors"]) > len(odd)
    assert many.json["errors"][: len(few.json["errors"])] == few.json["errors"]
    assert len(many.json["errors"]) == 50


def test_a_very_long_name_of_a_field_is_shown_in_part(tenant: Tenant) -> None:
    reply = tenant.post("confirm", [{"orderId": "1", "x" * 100_000: 1}])
    rejected(reply, 400, f"body field [0].{'x' * 100}", "no field of this name")
    assert len(reply.body) < 1000


# Headers, sizes, methods, paths


@pytest.mark.parametrize("media", ["text/plain", "application/xml", "multipart/form-data; boundary=x", ""])
@pytest.mark.parametrize("touchpoint", BULK)
def test_another_content_type_is_refused(shop: Tenant, touchpoint: str, media: str) -> None:
    headers = {"x-access-token": shop.token(), "Content-Type": media}
    with shop.unchanged():
        body = json.dumps([{"orderId": "1"}]).encode()
        reply = shop.transport.send("POST", f"{SHIPMENT}/{touchpoint}", (), body, headers)
        rejected(reply, 415, "Content-Type: expected application/json", media.partition(";")[0] or "nothing")


def test_a_charset_beside_the_content_type_is_fine(tenant: Tenant) -> None:
    headers = {"x-access-token": tenant.token(), "Content-Type": "application/json; charset=utf-8"}
    body = json.dumps([{"orderId": tenant.place()}]).encode()
    assert tenant.transport.send("POST", f"{SHIPMENT}/confirm", (), body, headers).json["successCount"] == 1


def test_a_body_of_one_mebibyte_is_read_and_one_byte_more_is_refused(shop: Tenant) -> None:
    order = json.dumps([{"orderId": "1"}]).encode()
    with shop.unchanged():
        full = order + b" " * (1024 * 1024 - len(order))
        assert shop.post_raw("confirm", full).status == 200
        rejected(shop.post_raw("confirm", full + b" "), 413, "at most 1048576 bytes")


ALLOWED = {
    "/aggregator/v1/token": "GET", "/oms/v3/shipment": "GET", "/oms/v3/shipment/info": "GET",
    **{f"/oms/v3/shipment/{name}": "POST" for name in BULK},
}  # fmt: skip


@pytest.mark.parametrize("where", sorted(ALLOWED))
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_another_method_is_refused_with_the_right_one(shop: Tenant, where: str, method: str) -> None:
    if method == ALLOWED[where]:
        return
    with shop.unchanged():
        reply = shop.transport.send(method, where, (), b"", {"x-access-token": shop.token()})
        rejected(reply, 405, f"{where} takes {ALLOWED[where]}, not {method}")
        assert reply.headers["allow"] == ALLOWED[where]


@pytest.mark.parametrize(
    ("where", "near"),
    [
        ("/oms/v3/shipments", "GET /oms/v3/shipment"),
        ("/oms/v3/shipment/", "GET /oms/v3/shipment"),
        ("/oms/v3/shipment/confirmation", "POST /oms/v3/shipment/confirm"),
        ("/oms/v2/shipment/confirm", "POST /oms/v3/shipment/confirm"),
        ("/oms/v3/shipment/invoiceupdate", "POST /oms/v3/shipment/invoiceUpdate"),
        ("/oms/v3/shipment/label", "POST /oms/v3/shipment/labels"),
        ("/aggregator/v1/authToken", "GET /aggregator/v1/token"),
        ("/oms/v3/return/qc", "POST /oms/v3/shipment/return"),
        ("/home", ""),
        ("/%ff%fe", ""),
        ("/" + "x" * 1000, ""),
        ("/oms/v3/shipment%2Finfo%00", "GET /oms/v3/shipment/info"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unknown_path_names_the_nearest_touchpoint_where_one_is_near(
    transport: Transport, method: str, where: str, near: str
) -> None:
    reply = transport.send(method, where, (), b"{}", {"Content-Type": "application/json"})
    rejected(
        reply, 404, "is not a touchpoint", near and f"; did you mean '{near}'?", "; GET /openapi.json lists"
    )
    assert ("did you mean" in reply.json["message"]) == bool(near)


# Queries


@pytest.mark.parametrize(
    ("where", "name"),
    [
        ("", "orderStatus"), ("", "locationCode"), ("", "pageSize"), ("", "orderId"), ("/info", "orderId"),
        ("/info", "orderStatus"),
    ],
)  # fmt: skip
def test_a_repeated_parameter_is_refused(tenant: Tenant, where: str, name: str) -> None:
    pairs = [("orderStatus", "CREATED"), (name, "1"), (name, "1")]
    rejected(tenant.get(pairs, "STORE-1", where), 400, name, "the parameter once")


@pytest.mark.parametrize(
    ("where", "name", "hint"),
    [
        ("", "orderstatus", "did you mean 'orderStatus'?"), ("", "page_size", "did you mean 'pageSize'?"),
        ("", "foo", "no field of this name"), ("/info", "locationCode", "no field of this name"),
    ],
)  # fmt: skip
def test_an_unknown_parameter_is_refused_with_the_nearest(
    tenant: Tenant, where: str, name: str, hint: str
) -> None:
    rejected(tenant.get({"orderId": "1", name: "x"}, "STORE-1", where), 400, name, hint)


@pytest.mark.parametrize(
    "query", ["orderId=%ff%fe", "orderId=%00", "orderId=a&&&", "&orderId=%E0%A4", "orderId=+"]
)
def test_bytes_that_are_no_text_find_nothing(tenant: Tenant, query: str) -> None:
    reply = tenant.transport.send("GET", f"{SHIPMENT}?{query}", (), b"", {"x-access-token": tenant.token()})
    assert (reply.status, reply.json) == (200, [])


# Over the bare wire


def raw(url: str, request: bytes) -> bytes:
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port), CALL_LIMIT_S) as line:
        line.settimeout(CALL_LIMIT_S)
        with suppress(OSError):  # refused while still sending: the answer is there
            line.sendall(request)
        answer = b""
        while b"\r\n\r\n" not in answer:
            part = line.recv(65536)
            if not part:
                break
            answer += part
        return answer


def chunked(token: str, size: int) -> bytes:
    head = (
        f"POST {SHIPMENT}/confirm HTTP/1.1\r\nHost: x\r\nx-access-token: {token}\r\n"
        "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    )
    order = b'[{"orderId": "1"}]'
    body = order + b" " * (size - len(order))
    pieces = [body[n : n + 65536] for n in range(0, len(body), 65536)]
    return head.encode() + b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in pieces) + b"0\r\n\r\n"


def test_a_chunked_body_is_read_and_limited_too(over_http: OverHttp) -> None:
    token = over_http.send("GET", "/aggregator/v1/token", {"username": "default", "password": "default"})
    accepted_one = raw(over_http.url, chunked(token.json["accessToken"], 1000))
    assert accepted_one.startswith(b"HTTP/1.1 200")
    too_large = raw(over_http.url, chunked(token.json["accessToken"], 1024 * 1024 + 1))
    assert too_large.startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize(
    "request_line",
    [b"GET /\xff\xfe HTTP/1.1", b"GET /oms/v3/shipment?orderId=\xff HTTP/1.1",
     b"BREW /oms/v3/shipment HTTP/1.1",
     b"GET http://elsewhere/oms/v3/shipment HTTP/1.1", b"HEAD /oms/v3/shipment HTTP/1.1"],
)  # fmt: skip
@pytest.mark.parametrize(
    "header", [b"x-access-token: \xff\xfe", b"x-access-token: a\tb", b"Content-Length: 0"]
)
def test_odd_bytes_on_the_wire_are_the_clients_fault(
    over_http: OverHttp, request_line: bytes, header: bytes
) -> None:
    answer = raw(over_http.url, request_line + b"\r\nHost: x\r\nConnection: close\r\n" + header + b"\r\n\r\n")
    status = int(answer.split(b" ", 2)[1])
    assert 400 <= status < 500, answer


def test_a_whole_number_may_be_written_with_a_point(tenant: Tenant) -> None:
    order = tenant.place(items=[{"sku": "MUG-STN-350", "quantity": 2}])
    (item,) = tenant.items(order)
    named = [{"orderItemId": item, "quantity": 2.0}]
    assert tenant.post("confirm", [{"orderId": order, "orderItems": named}]).json["successCount"] == 1


@pytest.mark.parametrize(
    ("method", "where", "status"),
    [
        ("POST", "/oms/v3/shipment/confirm", 401),
        ("PUT", "/oms/v3/shipment/confirm", 405),
        ("POST", "/oms/v3/shipments", 404),
        ("GET", "/oms/v3/shipment", 401),
        ("POST", "/_control/tenants", 415),
        ("POST", "/_control/tenants/nobody/reset", 404),
    ],
)
def test_a_connection_survives_calls_that_are_refused_unread(
    over_http: OverHttp, method: str, where: str, status: int
) -> None:
    for _ in range(20):
        assert over_http.send(method, where, (), b"x" * 200_000).status == status
