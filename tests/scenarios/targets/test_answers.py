"""Answers are read by the profile, or in any possible shape."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.konnect.operations import operation
from contracts.profile import DEFAULT, Profile, parse
from scenarios.language.actions import Caller
from scenarios.targets.answers import Meeting, Reading, UnreadableError
from scenarios.targets.open_points import Call

SHIPMENT = {"id": "17", "forwardId": "17", "orderStatus": "CREATED"}


def noting(profile: Profile | None = None) -> tuple[Reading, list[Meeting]]:
    met: list[Meeting] = []
    return Reading(profile, met.append), met


@pytest.mark.parametrize("name", ["accessToken", "access_token", "token", "sessionToken"])
def test_a_token_is_found_under_any_likely_name_and_reported_once(name: str) -> None:
    reading, met = noting()
    assert reading.token({name: "secret-value", "status": "SUCCESS"}) == "secret-value"
    reading.token({name: "other", "status": "SUCCESS"})
    assert [(one.point, one.value) for one in met] == [("token_field", name)]


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


def test_a_token_outside_the_field_of_the_profile_is_found_and_differs() -> None:
    reading, met = noting(DEFAULT)
    assert reading.token({"access_token": "x"}) == "x"
    assert met[0].differs
    assert met[0].says() == 'token_field = "access_token"; the profile says "accessToken"'
    assert reading.token({"access_token": "x", "accessToken": "y"}) == "y"


@pytest.mark.parametrize("profile", [None, DEFAULT])
@pytest.mark.parametrize("body", [[SHIPMENT], {"orders": [SHIPMENT]}, {"data": [SHIPMENT], "page": 1}])
def test_lists_may_be_bare_or_wrapped(body: Any, profile: Profile | None) -> None:
    assert noting(profile)[0].shipments(body) == [SHIPMENT]


@pytest.mark.parametrize("status", [400, 404])
def test_an_unknown_order_may_be_refused(status: int) -> None:
    assert noting()[0].order(status, {"message": "no"}, "17") is None
    assert noting()[0].order(200, [], "17") is None


def test_a_value_is_noted_once_and_each_step_that_meets_a_difference_keeps_it() -> None:
    reading, met = noting(parse({"shape_status": 422}))
    for step in (1, 2):
        reading.at("flow", step).meet("shape_status", 400)
        reading.at("flow", step).meet("refused_status", 200)
    assert [(one.point, one.differs, one.place) for one in met] == [
        ("shape_status", True, ("flow", 1)),
        ("refused_status", False, ("flow", 1)),
    ]
    assert {place: list(found) for place, found in reading.differences.items()} == {
        ("flow", 1): ["shape_status"],
        ("flow", 2): ["shape_status"],
    }


def test_without_a_profile_nothing_differs_and_the_assumption_is_said() -> None:
    reading, met = noting()
    reading.meet("shape_status", 422)
    reading.meet("codes", {"confirm.already": "X1"})
    reading.meet("money_type", "text")
    assert [one.says() for one in met] == [
        "shape_status = 422; assumed is 400",
        'codes = {"confirm.already": "X1"}; assumed is {"confirm.already": "CF409"}',
        'money_type = "text"',
    ]
    assert reading.differences == {}


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
    assert noting()[0].word({"orderStatus": "HANDED_OVER_TO_CUSTOMER"}) == "DELIVERED"
    own = parse({"handed_over_word": "GONE", "rejected_return_word": "RETURN_NO"})
    assert Reading(own).word({"orderStatus": "GONE"}) == "DELIVERED"
    assert Reading(own).word({"orderStatus": "RETURN_NO"}) == "RETURN_REJECTED"


def seen(profile: Profile | None = None, status: int = 200, answer: Any = (), **query: str) -> dict[str, Any]:
    """Return the open points that a list of new orders shows."""
    reading, met = noting(profile)
    asked = {"orderStatus": "CREATED", "locationCode": "A", **query}
    reading.see(Call(operation("get_shipments"), Caller.COMPANY, asked, None, status, {}, answer))
    return {one.point: one.differs or one.value for one in met}


def test_a_refused_page_zero_says_nothing_about_large_pages() -> None:
    found = seen(status=400, pageNumber="0", pageSize="2")
    assert (found["page_zero"], found.get("page_size_over_max")) == ("reject", None)
    assert seen(status=400, pageSize="500")["page_size_over_max"] == "reject"


def test_the_extra_fields_of_the_profile_are_no_difference() -> None:
    own = parse({"extra_fields": {"new": 1}, "credit_note_number_key": "noteNumber"})
    assert seen(own, answer=[{**SHIPMENT, "new": 2, "noteNumber": "7"}])["extra_fields"] == [
        "new",
        "noteNumber",
    ]
    assert seen(own, answer=[{**SHIPMENT, "other": 2}])["extra_fields"] is True
