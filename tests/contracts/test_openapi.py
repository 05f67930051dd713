"""The OpenAPI documents are current, valid, complete and strict."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from contracts import problems
from contracts.control import calls
from contracts.konnect import operations as endpoints
from contracts.openapi import building
from contracts.openapi.__main__ import main
from tests.support.openapi_documents import Json, Operation, examples, load, operations, resolve, violations

KONNECT = load("konnect")
CONTROL = load("control")
BOTH = pytest.mark.parametrize("document", [KONNECT, CONTROL], ids=["konnect", "control"])
OPERATIONS = {operation.id: operation for operation in operations(KONNECT)}


def _each(document: Json) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("operation", operations(document), ids=lambda operation: operation.id)


# The checked-in files


def test_the_checked_in_documents_are_current() -> None:
    assert building.stale() == []
    assert main(["--check"]) == 0


@pytest.mark.parametrize("name", building.DOCUMENTS)
def test_a_document_that_is_not_current_is_found(name: str, tmp_path: Path) -> None:
    building.write(tmp_path)
    assert building.stale(tmp_path) == []

    file = tmp_path / name
    file.write_text(file.read_text(encoding="utf-8").replace('"maximum"', '"minimum"', 1), encoding="utf-8")

    assert building.stale(tmp_path) == [name]


@pytest.mark.parametrize("name", building.DOCUMENTS)
def test_a_document_that_is_missing_is_found(name: str, tmp_path: Path) -> None:
    building.write(tmp_path)
    (tmp_path / name).unlink()

    assert building.stale(tmp_path) == [name]


def test_a_failed_check_names_the_file_and_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(building.DOCUMENTS, "konnect.openapi.json", dict)

    assert main(["--check"]) == 1
    assert capsys.readouterr().err == "contracts/konnect.openapi.json is not current: run make openapi\n"


@pytest.mark.parametrize("build", building.DOCUMENTS.values(), ids=building.DOCUMENTS)
def test_building_twice_gives_the_same_bytes(build: object) -> None:
    assert callable(build)

    assert building.render(build()) == building.render(build())
    assert building.render(build()).endswith("}\n")


# Validity


@BOTH
def test_a_document_is_valid_openapi(document: Json) -> None:
    assert document["openapi"] == "3.1.0"
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


def test_a_document_that_is_not_valid_is_found() -> None:
    broken = KONNECT | {"paths": {"/x": {"get": {"responses": {"200": {}}}}}}

    assert list(OpenAPIV31SpecValidator(broken).iter_errors())


@pytest.mark.parametrize(
    ("document", "schema", "value"),
    [
        pytest.param(document, schema, value, id=f"{name}-{where}")
        for name, document in (("konnect", KONNECT), ("control", CONTROL))
        for where, schema, value in examples(document)
    ],
)
def test_an_example_fits_its_schema(document: Json, schema: Json, value: object) -> None:
    assert violations(document, schema, value) == []


def test_an_example_that_does_not_fit_is_found() -> None:
    schema = OPERATIONS["confirm"].body["requestBody"]["content"]["application/json"]["schema"]

    assert violations(
        KONNECT, schema, [{"orderId": "1", "orderItems": [{"orderItemId": "2", "quantity": "3"}]}]
    )


@BOTH
def test_every_reference_leads_somewhere_and_no_schema_is_unused(document: Json) -> None:
    told = building.render(document)
    named = set(re.findall(r'"\$ref": "(#[^"]+)"', told))

    for reference in named:
        assert resolve(document, {"$ref": reference})
    schemas = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert schemas <= named


# Completeness


def test_the_touchpoints_of_the_document_are_the_rows() -> None:
    rows = {row.name: (row.method, row.path) for row in endpoints.OPERATIONS}

    assert building.routes(KONNECT) == rows


def test_the_documented_paths_are_those_of_the_pages() -> None:
    assert set(building.routes(KONNECT).values()) == {
        ("GET", "/aggregator/v1/token"),
        ("GET", "/oms/v3/shipment"),
        ("GET", "/oms/v3/shipment/info"),
        ("POST", "/oms/v3/shipment/confirm"),
        ("POST", "/oms/v3/shipment/cancel"),
        ("POST", "/oms/v3/shipment/invoiceUpdate"),
        ("POST", "/oms/v3/shipment/invoice"),
        ("POST", "/oms/v3/shipment/labels"),
        ("POST", "/oms/v3/shipment/return"),
    }


def test_the_control_calls_of_the_document_are_the_rows() -> None:
    rows = {call.name: (call.method, call.path) for call in calls.CALLS}

    assert building.routes(CONTROL) == rows
    assert len(rows) == len(calls.CALLS)


@pytest.mark.parametrize("operation", [*operations(KONNECT), *operations(CONTROL)], ids=lambda o: o.id)
def test_every_operation_is_described_and_tagged(operation: Operation) -> None:
    assert operation.body["summary"]
    assert operation.body["description"]
    assert len(operation.body["tags"]) == 1


@_each(KONNECT)
def test_every_operation_tells_evidence_and_touchpoints(operation: Operation) -> None:
    row = endpoints.operation(operation.id)
    told = operation.body["x-evidence"]

    assert (told["grade"], told["source"]) == (row.origin.evidence, row.origin.url)
    assert [use["name"] for use in told["touchpoints"]] == [use.name for use in row.touchpoints]
    for use in row.touchpoints:
        assert use.title in operation.body["description"]


@_each(KONNECT)
def test_every_operation_tells_each_code_with_its_meaning_and_grade(operation: Operation) -> None:
    for use in endpoints.operation(operation.id).touchpoints:
        for row in problems.rows_of(use.name):
            line = f"| {row.code} | {row.meaning} | {row.origin.evidence} |"
            assert line in operation.body["description"]


@_each(KONNECT)
def test_every_operation_tells_the_statuses_that_the_mock_can_give(operation: Operation) -> None:
    bulk = {"200", "400", "401", "413", "414", "415"}
    expected = bulk if operation.method == "POST" else {"200", "400", "401", "414"}

    assert set(operation.body["responses"]) == expected


CONTROL_REFUSALS = {
    **dict.fromkeys(("health", "profile", "control_document", "tenants", "stray_journal"), ()),
    **dict.fromkeys(("tenant", "reset_tenant", "shipments", "shipment", "explain", "clock", "stock"), (404,)),
    **dict.fromkeys(("journal", "clear_journal"), (404,)),
    "verify": (404, 409),
    **dict.fromkeys(("change_tenant", "move_clock"), (404, 413, 415)),
    **dict.fromkeys(("place_orders", "fire_event", "set_stock"), (404, 409, 413, 415)),
    "create_tenant": (409, 413, 415),
    "delete_tenant": (404, 409),
}
"""Control call -> its refusals besides those of every call."""


@_each(CONTROL)
def test_every_control_call_tells_the_statuses_of_its_row(operation: Operation) -> None:
    call = next(row for row in calls.CALLS if row.name == operation.id)
    own = CONTROL_REFUSALS[operation.id]
    expected = {str(status) for status in (call.success, 400, 401, 414, 503, *own)}

    never = ({"401"} if call.name == "health" else set()) | (set() if call.stored else {"503"})
    assert set(operation.body["responses"]) == expected - never


def test_a_bulk_call_tells_its_limit_of_twenty() -> None:
    for operation in operations(KONNECT):
        if operation.method == "POST":
            schema = operation.body["requestBody"]["content"]["application/json"]["schema"]
            assert (schema["minItems"], schema["maxItems"]) == (1, 20)
            assert "Up to 20 orders" in operation.body["description"]


def test_documents_come_as_pdf_or_as_counts() -> None:
    for name in ("fetch_invoice", "fetch_labels"):
        answers = OPERATIONS[name].body["responses"]["200"]["content"]
        assert set(answers) == {"application/pdf", "application/json"}
        assert answers["application/json"]["schema"] == {"$ref": "#/components/schemas/BulkAnswer"}


def test_the_token_is_asked_for_everywhere_but_where_it_is_fetched() -> None:
    scheme = KONNECT["components"]["securitySchemes"]["ApiKeyAuth"]

    assert (scheme["type"], scheme["in"], scheme["name"]) == ("apiKey", "header", "x-access-token")
    assert KONNECT["security"] == [{"ApiKeyAuth": []}]
    assert [o.id for o in operations(KONNECT) if o.body.get("security") == []] == ["generate_token"]


def test_the_control_key_is_optional() -> None:
    scheme = CONTROL["components"]["securitySchemes"]["ControlKey"]

    assert (scheme["type"], scheme["in"], scheme["name"]) == ("apiKey", "header", "x-control-key")
    assert CONTROL["security"] == [{}, {"ControlKey": []}]


@BOTH
def test_every_link_leads_to_an_operation(document: Json) -> None:
    known = set(building.routes(document))
    links = [
        link
        for operation in operations(document)
        for response in operation.body["responses"].values()
        for link in response.get("links", {}).values()
    ]

    assert links
    assert {link["operationId"] for link in links} <= known


def test_a_list_leads_to_confirming_its_first_order() -> None:
    links = OPERATIONS["get_shipments"].body["responses"]["200"]["links"]

    assert links["confirm"]["requestBody"] == [{"orderId": "$response.body#/0/id"}]


# Evidence of fields


def test_every_wire_model_and_no_unknown_field_has_evidence() -> None:
    schemas = KONNECT["components"]["schemas"]
    queries = {row.query.__name__ for row in endpoints.OPERATIONS if row.query}

    assert {model.__name__ for model in endpoints.FIELDS} == set(schemas) | queries
    for model, known in endpoints.FIELDS.items():
        assert set(known.exceptions) <= set(model.model_fields), model.__name__


@pytest.mark.parametrize("name", sorted(KONNECT["components"]["schemas"]))
def test_every_field_of_a_schema_tells_its_evidence(name: str) -> None:
    for field, schema in KONNECT["components"]["schemas"][name]["properties"].items():
        assert schema["x-evidence"]["grade"] in {"documented", "platform", "legacy", "assumed"}, field


@pytest.mark.parametrize(
    ("schema", "field", "grade"),
    [
        ("Shipment", "id", "documented"),
        ("Shipment", "is_self_ship", "documented"),
        ("Shipment", "documents", "assumed"),
        ("OrderItem", "sku", "legacy"),
        ("OrderItem", "returnReason", "assumed"),
        ("TokenAnswer", "accessToken", "legacy"),
        ("BulkAnswer", "failedCount", "documented"),
        ("Refusal", "errorCode", "assumed"),
        ("ShipmentInfo", "lockStatus", "documented"),
        ("ShipmentInfo", "processingDue", "assumed"),
        ("InvoiceUpdate", "irnNumber", "documented"),
    ],
)
def test_a_field_has_the_grade_of_what_was_read(schema: str, field: str, grade: str) -> None:
    told = KONNECT["components"]["schemas"][schema]["properties"][field]["x-evidence"]

    assert told["grade"] == grade


def test_the_profile_in_the_control_document_tells_choices_and_evidence() -> None:
    choice = CONTROL["components"]["schemas"]["Profile"]["properties"]["unknown_order"]

    assert choice["enum"] == ["empty", "not_found"]
    assert choice["x-evidence"]["grade"] == "assumed"


@BOTH
def test_what_is_said_to_be_null_sometimes_may_be(document: Json) -> None:
    """A `const` or `enum` beside a nullable type must allow null."""
    contradictory = [schema for schema in _schemas(document) if "null" in schema.get("type", ())]
    contradictory = [schema for schema in contradictory if not _allows_null(schema)]

    assert contradictory == []


def _allows_null(schema: Json) -> bool:
    return schema.get("const") is None and None in schema.get("enum", [None])


def _schemas(part: Any) -> Iterator[Json]:
    """Every object below `part` that says a type or several."""
    if isinstance(part, dict):
        if isinstance(part.get("type"), list):
            yield part
        for inner in part.values():
            yield from _schemas(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _schemas(inner)
