"""Tests of the checks of single calls."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contracts.checks.answers import CHECKS
from contracts.checks.shape import Shapes
from contracts.checks.violations import JSON, PDF, CheckTerms, ObservedCall, Orders, Violation
from contracts.evidence import Evidence
from contracts.openapi import konnect
from contracts.profile import parse

ORDER, OTHER = "17954020917926700417", "17954020917926700418"
BY_NAME = {check.__name__: check for check in CHECKS}
SHAPES = Shapes(konnect.document())


def bulk(taken: int = 1, refused: int = 0, **more: Any) -> dict[str, Any]:
    """A bulk answer that is right unless `more` says otherwise."""
    word = "SUCCESS" if not refused else "PARTIAL_SUCCESS" if taken else "FAILED"
    errors = [error() for _ in range(refused)]
    counts = {"payloadCount": taken + refused, "successCount": taken, "failedCount": refused}
    return {**counts, "status": word, "errors": errors} | more


def error(order: str | None = ORDER, code: str | None = "O422", item: str | None = None) -> dict[str, Any]:
    """An item of errors in the assumed shape."""
    return {"orderId": order, "orderItemId": item, "errorCode": code, "errorMessage": "no"}


def seen(
    told: Any,
    sent: Any = None,
    *,
    operation: str = "confirm",
    status: int = 200,
    media: str = JSON,
    query: tuple[tuple[str, str], ...] = (),
    token: str = "",
) -> ObservedCall:
    """A call and its answer."""
    content = told if isinstance(told, bytes) else json.dumps(told).encode()
    body = [{"orderId": ORDER}] if sent is None else sent
    return ObservedCall(operation, "POST", "/oms", query, body, status, media, content, {}, token)


def found(name: str, call: ObservedCall, terms: CheckTerms | None = None) -> list[Violation]:
    """What one check finds."""
    return list(BY_NAME[name](call, terms or CheckTerms()))


def one(name: str, call: ObservedCall, terms: CheckTerms | None = None) -> Violation:
    """The only fault that it finds."""
    (fault,) = found(name, call, terms)
    return fault


UNKNOWN = CheckTerms(made_up=lambda order_id: order_id == ORDER)
THERE = {"id": ORDER, "state": "placed", "orderItems": [{"orderItemId": "7", "quantity": 1}]}


def known(before: Any, after: Any) -> CheckTerms:
    """Returns terms with the order before and after the call."""
    return CheckTerms(orders=Orders({ORDER: before}, {ORDER: after}))


def test_a_right_answer_meets_every_check() -> None:
    for check in CHECKS:
        assert list(check(seen(bulk()), CheckTerms())) == []
        assert list(check(seen(bulk(0, 1)), UNKNOWN)) == []


@pytest.mark.parametrize(
    ("told", "says", "grade"),
    [
        (bulk(payloadCount=2), "payloadCount is the sum of the others", Evidence.DOCUMENTED),
        (bulk(2), "payloadCount is the number of sent orders", Evidence.DOCUMENTED),
        (bulk(successCount="1"), "counts are whole numbers", Evidence.DOCUMENTED),
        (bulk(successCount=-1), "counts are whole numbers", Evidence.DOCUMENTED),
        (bulk(errors=None), "errors is an array", Evidence.DOCUMENTED),
        (bulk(errors=[error()]), "errors is empty just when nothing was refused", Evidence.DOCUMENTED),
        (bulk(0, 1, errors=[]), "errors is empty just when nothing was refused", Evidence.DOCUMENTED),
        (bulk(0, 1, errors=[error()] * 2), "errors has one item per refused order", Evidence.ASSUMED),
        (bulk(status="OK"), "status is that of the call's result", Evidence.DOCUMENTED),
        (bulk(0, 1, status="SUCCESS"), "status is that of the call's result", Evidence.ASSUMED),
    ],
)
def test_counts_errors_and_status_keep_in_step(told: dict[str, Any], says: str, grade: Evidence) -> None:
    violations = found("batch_adds_up", seen(told))

    assert (says, grade) in [(fault.says, fault.evidence) for fault in violations]


def test_the_http_status_of_refusals_is_the_profiles() -> None:
    call = seen(bulk(0, 1), status=422)

    assert one("batch_adds_up", call).evidence is Evidence.ASSUMED
    assert found("batch_adds_up", call, CheckTerms(parse({"refused_status": 422}))) == []


@pytest.mark.parametrize("size", [20, 21])
def test_more_than_twenty_orders_are_not_worked_through(size: int) -> None:
    sent = [{"orderId": ORDER}] * size
    worked = found("batch_is_limited", seen(bulk(size), sent))
    printed = found("batch_is_limited", seen(b"%PDF", sent, operation="fetch_labels", media=PDF))

    assert [len(worked), len(printed)] == ([1, 1] if size > 20 else [0, 0])
    assert found("batch_is_limited", seen({"status": "FAILED"}, sent, status=400)) == []


def test_a_code_is_one_of_the_touchpoint_or_of_the_profile() -> None:
    odd = seen(bulk(0, 1, errors=[error(code="X1")]))

    assert one("codes_are_of_the_touchpoint", odd).evidence is Evidence.ASSUMED
    assert (
        found("codes_are_of_the_touchpoint", odd, CheckTerms(parse({"codes": {"confirm.already": "X1"}})))
        == []
    )


def test_invoice_and_credit_note_of_one_call_have_codes_of_their_own() -> None:
    sent = [{"orderId": ORDER, "invoiceType": "return"}, {"orderId": OTHER, "invoiceType": "sale"}]
    told = bulk(0, 2, errors=[error(ORDER, "IN403"), error(OTHER, "O422")])
    fault = one("codes_are_of_the_touchpoint", seen(told, sent, operation="invoice_update"))

    assert fault.seen == "O422"


@pytest.mark.parametrize(
    ("operation", "right", "grade"),
    [
        ("confirm", "O422", Evidence.DOCUMENTED),
        ("fetch_labels", "L400", Evidence.DOCUMENTED),
        ("cancel", "CN422", Evidence.ASSUMED),
    ],
)
def test_an_order_that_is_not_there_is_refused_with_the_code_for_it(
    operation: str, right: str, grade: Evidence
) -> None:
    def told(code: str) -> list[Violation]:
        call = seen(bulk(0, 1, errors=[error(code=code)]), operation=operation)
        return found("codes_say_why", call, UNKNOWN)

    assert told(right) == []
    assert [fault.evidence for fault in told("O400")] == [grade]
    accepted = found("codes_say_why", seen(bulk(), operation=operation), UNKNOWN)
    assert [fault.seen for fault in accepted] == ["accepted"]


def test_the_right_code_may_stand_in_an_error_of_another_shape() -> None:
    told = bulk(0, 1, errors=[{"shipment": ORDER, "reasons": [{"code": "O422"}]}])

    assert found("codes_say_why", seen(told), UNKNOWN) == []


def test_a_cancelled_order_is_refused_as_such_unless_it_may_be_for_its_items() -> None:
    terms = known(THERE | {"state": "cancelled_fynd"}, None)
    wrong = bulk(0, 1)
    with_items = [{"orderId": ORDER, "orderItems": [{"orderItemId": "1", "quantity": 1}]}]

    assert one("codes_say_why", seen(wrong), terms).expected == "O400"
    assert found("codes_say_why", seen(wrong, with_items), terms) == []


def test_a_refused_order_is_afterwards_as_it_was() -> None:
    changed = known(THERE, THERE | {"state": "bag_confirmed"})

    assert one("refusal_changes_nothing", seen(bulk(0, 1)), changed).evidence is Evidence.DOCUMENTED
    assert len(found("refusal_changes_nothing", seen({"status": "FAILED"}, status=400), changed)) == 1
    assert found("refusal_changes_nothing", seen(bulk(0, 1)), known(THERE, THERE)) == []
    assert found("refusal_changes_nothing", seen(bulk()), changed) == []


def test_an_order_named_twice_may_be_taken_once() -> None:
    changed = known(THERE, THERE | {"state": "bag_confirmed"})
    twice = [{"orderId": ORDER}, {"orderId": ORDER}]

    assert found("refusal_changes_nothing", seen(bulk(1, 1), twice), changed) == []


def test_errors_name_orders_and_items_of_the_call() -> None:
    sent = [{"orderId": ORDER, "orderItems": [{"orderItemId": "7", "quantity": 1}]}]

    assert found("ids_are_echoed", seen(bulk(0, 1, errors=[error(item="7")]), sent)) == []
    assert one("ids_are_echoed", seen(bulk(0, 1, errors=[error(item="8")]), sent)).seen == "8"
    assert OTHER in one("ids_are_echoed", seen(bulk(0, 1, errors=[error(OTHER)]), sent)).seen


def test_a_shipment_asked_for_by_its_id_has_that_id() -> None:
    asked = (("orderId", ORDER),)
    right = seen([{"id": ORDER}], operation="get_shipments", query=asked)
    wrong = seen({"orders": [{"id": OTHER}]}, operation="get_shipment_info", query=asked)

    assert found("ids_are_echoed", right) == []
    assert one("ids_are_echoed", wrong).seen == OTHER


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4 and nothing else", b"<html>"])
def test_what_is_called_a_pdf_is_one(content: bytes) -> None:
    call = seen(content, operation="fetch_invoice", media=PDF)

    assert one("pdf_is_one", call).evidence is Evidence.DOCUMENTED
    assert found("pdf_is_one", seen(bulk(), operation="fetch_invoice")) == []


SECRET = "s3cret-Pass/word+1"


@pytest.mark.parametrize(
    "told", [SECRET, "s3cret-Pass%2Fword%2B1", "czNjcmV0LVBhc3Mvd29yZCsx", "s3cret-Pass\\/word+1"]
)
def test_no_answer_tells_a_secret_in_any_spelling(told: str) -> None:
    content = b'{"message": "' + told.encode() + b'"}'
    violations = found("no_secret_is_shown", seen(content), CheckTerms(secrets=frozenset({SECRET})))

    assert len(violations) == 1
    assert SECRET not in str(violations)


def test_what_a_call_carried_in_secret_is_not_told_back() -> None:
    query = (("username", "somebody"), ("password", SECRET))

    assert found("no_secret_is_shown", seen({"message": SECRET}, query=query))
    assert found("no_secret_is_shown", seen({"message": "somebody"}, query=query)) == []
    assert found("no_secret_is_shown", seen({"message": "token-of-mine"}, token="token-of-mine"))


def test_the_calls_that_issue_secrets_tell_them_once() -> None:
    terms = CheckTerms(secrets=frozenset({SECRET}))

    assert found("no_secret_is_shown", seen({"accessToken": SECRET}, operation="generate_token"), terms) == []
    refused = seen({"message": SECRET}, operation="generate_token", status=401)
    assert found("no_secret_is_shown", refused, terms)


def shape(operation: str, told: Any, status: int = 200) -> dict[str, Evidence]:
    """What differs in an answer, with the grade."""
    violations = SHAPES.violations(seen(told, operation=operation, status=status))
    return {f"{fault.expected} {fault.seen}": fault.evidence for fault in violations}


def test_every_deviation_of_a_shape_is_told_with_its_own_grade() -> None:
    told = bulk(0, 1, errors=[{"id": ORDER, "code": "O422"}], failedCount="1")
    grades = shape("confirm", told)

    assert {grade for name, grade in grades.items() if "failedCount" in name} == {Evidence.DOCUMENTED}
    assert {grade for name, grade in grades.items() if "errorCode" in name} == {Evidence.ASSUMED}
    assert {grade for name, grade in grades.items() if "errors[].code" in name} == {Evidence.ASSUMED}


def test_a_list_that_is_wrapped_and_another_token_field_are_told_apart_by_grade() -> None:
    assert set(shape("get_shipments", {"orders": []}).values()) == {Evidence.DOCUMENTED}
    token = shape("generate_token", {"access_token": "x", "status": "SUCCESS"})
    assert set(token.values()) == {Evidence.LEGACY, Evidence.ASSUMED}


def test_the_body_of_a_refused_call_is_only_assumed() -> None:
    assert set(shape("confirm", {"error": "no"}, 400).values()) == {Evidence.ASSUMED}
    assert shape("confirm", {"error": "no"}, 418) == {}
