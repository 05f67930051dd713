"""Answers are read by the profile, or in any possible shape."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.profile import DEFAULT, parse
from scenarios.targets.answers import Reading, UnreadableError

SHIPMENT = {"id": "17", "forwardId": "17", "orderStatus": "CREATED"}


def noting() -> tuple[Reading, list[tuple[str, str]]]:
    met: list[tuple[str, str]] = []
    return Reading(None, lambda about, text: met.append((about, text))), met


@pytest.mark.parametrize("name", ["accessToken", "access_token", "token", "sessionToken"])
def test_without_a_profile_a_token_is_found_under_any_likely_name_and_reported_once(name: str) -> None:
    reading, met = noting()
    assert reading.token({name: "secret-value", "status": "SUCCESS"}) == "secret-value"
    reading.token({name: "other", "status": "SUCCESS"})
    assert met == [("token_field", f"the token stands in {name!r}")]


@pytest.mark.parametrize(
    "body",
    [
        {"status": "SUCCESS", "data": {"token": "secret-value-of-sixteen-1"}},
        {"status": "SUCCESS", "jwt": "secret-value-of-sixteen-1"},
        {"status": "SUCCESS", "result": {"auth": {"bearer": "secret-value-of-sixteen-1"}}},
    ],
)
def test_without_a_profile_a_token_is_found_anywhere_in_the_answer(body: Any) -> None:
    assert noting()[0].token(body) == "secret-value-of-sixteen-1"


def test_an_answer_of_words_holds_no_token() -> None:
    with pytest.raises(UnreadableError, match="no token in the fields status, message"):
        noting()[0].token({"status": "SUCCESS", "message": "you are logged in as acme"})


def test_with_a_profile_a_token_under_another_name_is_unreadable() -> None:
    with pytest.raises(UnreadableError, match="no token in the fields access_token"):
        Reading(DEFAULT).token({"access_token": "x"})


@pytest.mark.parametrize("body", [[SHIPMENT], {"orders": [SHIPMENT]}, {"data": [SHIPMENT], "page": 1}])
def test_without_a_profile_lists_may_be_bare_or_wrapped(body: Any) -> None:
    assert noting()[0].shipments(body) == [SHIPMENT]


def test_with_a_profile_a_list_of_the_other_kind_is_unreadable() -> None:
    with pytest.raises(UnreadableError, match="a wrapped list came"):
        Reading(DEFAULT).shipments({"orders": [SHIPMENT]})
    wrapped = parse({"list_envelope": "orders"})
    with pytest.raises(UnreadableError, match="a bare list came"):
        Reading(wrapped).shipments([SHIPMENT])


@pytest.mark.parametrize(("status", "body"), [(200, []), (404, {"message": "no"})])
def test_without_a_profile_an_unknown_order_may_be_an_empty_list_or_404(status: int, body: Any) -> None:
    reading, met = noting()
    assert reading.order(status, body, "17") is None
    assert met[0][0] == "unknown_order"


@pytest.mark.parametrize(
    "item",
    [
        {"orderId": "17", "errorCode": "IN453"},
        {"shipment": {"id": "17"}, "why": {"text": "IN453: invoiced before"}},
        "17: IN453",
    ],
)
def test_without_a_profile_a_code_is_found_anywhere_in_an_error_item(item: Any) -> None:
    reading, _ = noting()
    about = reading.errors_about({"errors": [item]}, "17")
    assert about == [item]
    assert reading.has_code(item, "IN453")
    assert not reading.has_code(item, "IN45")


def test_an_error_about_another_order_is_not_taken_for_this_one() -> None:
    reading, _ = noting()
    assert reading.errors_about({"errors": [{"orderId": "171", "errorCode": "IN453"}]}, "17") == []


def test_a_handed_over_order_may_be_called_either_way() -> None:
    reading, met = noting()
    assert reading.word({"orderStatus": "HANDED_OVER_TO_CUSTOMER"}) == "DELIVERED"
    assert met[0][0] == "handed_over_word"
    own = parse({"handed_over_word": "GONE", "rejected_return_word": "RETURN_NO"})
    assert Reading(own).word({"orderStatus": "GONE"}) == "DELIVERED"
    assert Reading(own).word({"orderStatus": "RETURN_NO"}) == "RETURN_REJECTED"
