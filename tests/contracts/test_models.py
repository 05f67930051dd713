"""Wire models: documented fields exist; documents and models agree."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from contracts.control import calls
from contracts.konnect import authorization, base, documents, orders, returns, shared, shipment
from contracts.konnect import operations as endpoints
from contracts.openapi.answers import model
from tests.support.openapi_documents import load, operations, violations

KONNECT = load("konnect")
CONTROL = load("control")

EXAMPLE_FIELDS = [
    "id", "forwardId", "marketplaceOrderId", "marketplaceReturnId", "marketplaceInvoiceNumber",
    "shippingAddress", "billingAddress", "multiPackShipment", "packages", "fulfillmentType", "sellerInvoiced",
    "courierName", "courierCode", "awbNumber", "additionalInfo", "orderPrice", "orderItems", "orderStatus",
    "orderDate",
]  # fmt: skip
"""Top-level fields of the published example, in its order; typed, not computed."""
FURTHER_FIELDS = {"orderingChannel", "is_self_ship", "order_type", "lockStatus"}
"""Fields that the pages name outside the example."""

CANCEL_FIELDS = {"orderItemId", "quantity", "reasonCode"}

ITEM: dict[str, Any] = {"orderItemId": "1", "quantity": 1}


# Documented fields


def test_a_shipment_begins_with_the_fields_of_the_published_example() -> None:
    assert list(shipment.Shipment.model_fields)[: len(EXAMPLE_FIELDS)] == EXAMPLE_FIELDS
    assert set(shipment.Shipment.model_fields) >= FURTHER_FIELDS


@pytest.mark.parametrize(
    ("model", "names", "required"),
    [
        (authorization.TokenQuery, {"username", "password"}, {"username", "password"}),
        (
            orders.ShipmentQuery,
            {"orderStatus", "orderingChannel", "pageNumber", "pageSize", "locationCode", "orderDateFrom",
             "orderDateTo", "orderId"},
            set(),
        ),
        (orders.InfoQuery, {"orderId", "orderStatus"}, set()),
        (orders.ConfirmOrder, {"orderId", "orderItems"}, {"orderId"}),
        (shared.ItemQuantity, {"orderItemId", "quantity"}, {"orderItemId", "quantity"}),
        (orders.CancelOrder, {"orderId", "orderItems"}, {"orderId"}),
        (orders.CancelItem, CANCEL_FIELDS, CANCEL_FIELDS),
        (
            documents.InvoiceUpdate,
            {"orderId", "invoiceNumber", "invoiceType", "invoiceQrCode", "irnNumber", "signedInvoice",
             "ackNumber", "ackDate", "orderItems", "packages"},
            {"orderId", "invoiceNumber", "invoiceType"},
        ),
        (documents.InvoiceItem, {"orderItemId", "quantity", "imeiSerialNumber"}, {"orderItemId", "quantity"}),
        (
            documents.Package,
            {"packageId", "packageLengthCm", "packageWidthCm", "packageHeightCm", "packageWeightGms"},
            set(),
        ),
        (documents.DocumentOrder, {"orderId"}, {"orderId"}),
        (returns.ReturnOrder, {"orderId", "orderItems"}, {"orderId"}),
        (returns.ReturnItem, {"orderItemId", "quantity", "reasonCode"}, {"orderItemId", "quantity"}),
    ],
)  # fmt: skip
def test_a_request_has_the_documented_fields(
    model: type[BaseModel], names: set[str], required: set[str]
) -> None:
    assert set(model.model_fields) == names
    assert {name for name, field in model.model_fields.items() if field.is_required()} == required


def test_a_bulk_answer_has_the_documented_fields() -> None:
    assert list(shared.BulkAnswer.model_fields) == [
        "payloadCount",
        "successCount",
        "failedCount",
        "status",
        "errors",
    ]


def test_the_light_view_is_an_object_with_orders() -> None:
    assert list(orders.InfoAnswer.model_fields) == ["orders"]
    assert {"id", "lockStatus", "sla"} <= set(orders.ShipmentInfo.model_fields)


def test_the_limit_of_a_bulk_call_is_twenty() -> None:
    assert base.BULK_LIMIT == 20


def test_the_reason_codes_are_those_of_the_pages() -> None:
    assert set(orders.CANCEL_REASONS) == {"6", "7", "8", "9", "NA"}
    assert {slug for slugs in returns.RETURN_REASONS.values() for slug in slugs} == {
        "tag_missing", "package_damaged", "refinish_damaged", "refinish_for_pressing", "seal_opened",
        "wrong_product_received", "lost", "short_received", "empty_box_received", "free_gift_missing",
        "component_missing", "fully_damaged", "customer_abuse", "refinish_package_damaged",
        "refinish_tag_missing",
    }  # fmt: skip


# Examples fit the models


@pytest.mark.parametrize(
    ("name", "value"),
    [(row.name, shown["value"]) for row in endpoints.OPERATIONS for shown in row.requests.values()],
)
def test_an_example_of_a_request_fits_its_model(name: str, value: object) -> None:
    item = endpoints.operation(name).item
    assert item

    TypeAdapter(list[item]).validate_python(value)  # type: ignore[valid-type]


def _answers(row: endpoints.Operation) -> list[dict[str, Any]]:
    """Returns each example of an answer; of an array, its elements."""
    found = [shown["value"] for shown in row.answers.values()]
    return [one for value in found for one in (value if isinstance(value, list) else [value])]


@pytest.mark.parametrize(
    ("model", "value"),
    [
        *((model(row), value) for row in endpoints.OPERATIONS for value in _answers(row)),
        (shared.BulkAnswer, shared.ALL_WELL),
        (shared.BulkAnswer, shared.refused("O400", "cancelled")),
        (shared.ErrorAnswer, shared.WRONG_SHAPE),
        (shared.ErrorAnswer, shared.WRONG_QUERY),
    ],
)
def test_an_example_of_an_answer_fits_its_model(model: type[BaseModel], value: dict[str, Any]) -> None:
    assert set(model.model_validate(value).model_extra or {}) == set()


def test_an_example_of_a_shipment_holds_every_field() -> None:
    assert set(shipment.SHIPMENT) == set(shipment.Shipment.model_fields)


@pytest.mark.parametrize("call", calls.CALLS, ids=lambda call: call.name)
def test_examples_of_the_control_plane_fit_their_models(call: calls.Call) -> None:
    assert bool(call.requests) == (call.body is not None)
    for shown in call.requests.values():
        assert call.body
        call.body.model_validate_json(TypeAdapter(Any).dump_json(shown["value"]))
    for shown in call.answers.values():
        call.answer.model_validate(shown["value"])


# Documents and models judge alike


def _fits_model(name: str, value: object) -> bool:
    item = endpoints.operation(name).item
    assert item
    bulk = TypeAdapter(list[item])  # type: ignore[valid-type]
    try:
        found = bulk.validate_json(TypeAdapter(Any).dump_json(value), strict=True)
    except ValidationError:
        return False
    return 1 <= len(found) <= base.BULK_LIMIT


def _fits_document(name: str, value: object) -> bool:
    operation = next(o for o in operations(KONNECT) if o.id == name)
    schema = operation.body["requestBody"]["content"]["application/json"]["schema"]
    return not violations(KONNECT, schema, value)


GOOD: list[tuple[str, object]] = [
    ("confirm", [{"orderId": "1"}] * 20),
    ("confirm", [{"orderId": "1", "orderItems": [ITEM] * 200}]),
    ("confirm", [{"orderId": "x" * 64, "orderItems": [ITEM | {"quantity": 1_000_000}]}]),
    ("confirm", [{"orderId": "1", "orderItems": [ITEM | {"quantity": 2.0}]}]),
    ("cancel", [{"orderId": "1", "orderItems": [ITEM | {"reasonCode": "6"}]}]),
    ("cancel", [{"orderId": "1", "orderItems": [ITEM | {"reasonCode": 6.0}]}]),
    ("cancel", [{"orderId": "1", "orderItems": [ITEM | {"reasonCode": 6}]}]),
    ("invoice_update", [{"orderId": "1", "invoiceNumber": "", "invoiceType": "", "irnNumber": None}]),
    (
        "invoice_update",
        [
            {
                "orderId": "1",
                "invoiceNumber": "I",
                "invoiceType": "sale",
                "packages": [{"packageLengthCm": None}],
            }
        ],
    ),
    ("accept_return", [{"orderId": "1", "orderItems": [ITEM | {"reasonCode": None}]}]),
    ("accept_return", [{"orderId": "1", "orderItems": [ITEM | {"reasonCode": ""}]}]),
    ("fetch_labels", [{"orderId": "1"}]),
]
BAD: list[tuple[str, object]] = [
    ("confirm", []),
    ("confirm", {"orderId": "1"}),
    ("confirm", [{"orderId": "1"}] * 21),
    ("confirm", ["1"]),
    ("confirm", [None]),
    ("confirm", [{}]),
    ("confirm", [{"orderId": None}]),
    ("confirm", [{"orderId": 1}]),
    ("confirm", [{"orderId": ""}]),
    ("confirm", [{"orderId": "x" * 65}]),
    ("confirm", [{"orderId": "1", "note": "x"}]),
    ("confirm", [{"orderId": "1", "orderItems": None}]),
    ("confirm", [{"orderId": "1", "orderItems": []}]),
    ("confirm", [{"orderId": "1", "orderItems": [ITEM] * 201}]),
    ("confirm", [{"orderId": "1", "orderItems": [{"orderItemId": "1"}]}]),
    ("confirm", [{"orderId": "1", "orderItems": [ITEM | {"quantity": 0}]}]),
    ("confirm", [{"orderId": "1", "orderItems": [ITEM | {"quantity": -1}]}]),
    ("confirm", [{"orderId": "1", "orderItems": [ITEM | {"quantity": 1_000_001}]}]),
    ("confirm", [{"orderId": "1", "orderItems": [ITEM | {"quantity": "1"}]}]),
    ("confirm", [{"orderId": "1", "orderItems": [ITEM | {"quantity": 1.5}]}]),
    ("confirm", [{"orderId": "1", "orderItems": [ITEM | {"quantity": True}]}]),
    ("confirm", [{"orderId": "1", "orderItems": [ITEM | {"reasonCode": "6"}]}]),
    ("cancel", [{"orderId": "1", "orderItems": [ITEM]}]),
    ("cancel", [{"orderId": "1", "orderItems": [ITEM | {"reasonCode": 6.5}]}]),
    ("cancel", [{"orderId": "1", "orderItems": [ITEM | {"reasonCode": None}]}]),
    ("cancel", [{"orderId": "1", "orderItems": [ITEM | {"reasonCode": True}]}]),
    ("invoice_update", [{"orderId": "1", "invoiceNumber": "I"}]),
    ("invoice_update", [{"orderId": "1", "invoiceNumber": 1, "invoiceType": "sale"}]),
    ("invoice_update", [{"orderId": "1", "invoiceNumber": "x" * 201, "invoiceType": "sale"}]),
    (
        "invoice_update",
        [
            {
                "orderId": "1",
                "invoiceNumber": "I",
                "invoiceType": "sale",
                "packages": [{"packageLengthCm": -1}],
            }
        ],
    ),
    (
        "invoice_update",
        [{"orderId": "1", "invoiceNumber": "I", "invoiceType": "sale", "packages": [{"weight": 1}]}],
    ),
    (
        "invoice_update",
        [
            {
                "orderId": "1",
                "invoiceNumber": "I",
                "invoiceType": "sale",
                "orderItems": [ITEM | {"imeiSerialNumber": [1]}],
            }
        ],
    ),
    ("accept_return", [{"orderId": "1", "orderItems": [ITEM | {"reasonCode": 6}]}]),
    ("fetch_invoice", [{"orderId": "1", "orderItems": [ITEM]}]),
]


@pytest.mark.parametrize(("name", "value"), GOOD)
def test_what_a_touchpoint_takes_is_valid_in_model_and_document(name: str, value: object) -> None:
    assert _fits_model(name, value)
    assert _fits_document(name, value)


@pytest.mark.parametrize(("name", "value"), BAD)
def test_what_a_touchpoint_refuses_is_invalid_in_model_and_document(name: str, value: object) -> None:
    assert not _fits_model(name, value)
    assert not _fits_document(name, value)


@pytest.mark.parametrize(
    ("value", "fits"),
    [
        ({"advance_s": 1}, True),
        ({"resume": True}, True),
        ({}, False),
        ({"advance_s": 1, "resume": True}, False),
        ({"advance_s": None}, False),
        ({"resume": False}, False),
        ({"advance_s": 0}, False),
    ],
)
def test_the_document_takes_exactly_one_way_to_move_the_clock(value: object, fits: bool) -> None:
    schema = CONTROL["components"]["schemas"]["ClockRequest"]

    assert (not violations(CONTROL, schema, value)) is fits


@pytest.mark.parametrize(
    ("value", "fits"),
    [
        ({}, True),
        ({"pace": {"*": "held", "issue_invoice": {"after_s": 3}}}, True),
        ({"pace": {"confirm": "held"}}, False),
        ({"pace": {"*": "later"}}, False),
        ({"profile": {"token_ttl_s": 60}}, True),
        ({"profile": {"token_ttl_s": 0}}, False),
        ({"profile": {"nothing": 1}}, False),
        ({"profile": {"codes": {"confirm.unknown": "X"}}}, False),
        ({"name": "with space"}, False),
        ({"locations": []}, False),
    ],
)
def test_the_document_of_a_new_tenant_is_exact_about_pace_and_profile(value: object, fits: bool) -> None:
    schema = CONTROL["components"]["schemas"]["NewTenant"]

    assert (not violations(CONTROL, schema, value)) is fits


# Queries


@pytest.mark.parametrize(
    ("field", "text", "number"), [("pageNumber", "0", 0), ("pageNumber", "7", 7), ("pageSize", "100", 100)]
)
def test_a_number_in_a_query_is_digits(field: str, text: str, number: int) -> None:
    assert getattr(orders.ShipmentQuery.model_validate({field: text}), field) == number


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("pageNumber", "-1"),
        ("pageNumber", "1.0"),
        ("pageNumber", " 1"),
        ("pageNumber", "1_000"),
        ("pageNumber", "٣"),
        ("pageNumber", "9" * 30),
        ("pageSize", "0"),
        ("pageSize", ""),
        ("orderDateFrom", "25/01/2025"),
        ("orderDateTo", "2025-02-30"),
        ("orderId", ""),
        ("locationCode", ""),
        ("page", "1"),
    ],
)
def test_a_wrong_query_is_refused(field: str, text: str) -> None:
    with pytest.raises(ValidationError):
        orders.ShipmentQuery.model_validate({field: text})
