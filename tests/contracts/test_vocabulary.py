"""States, filters and words: complete, with the documented aliases."""

from __future__ import annotations

import pytest

from contracts import vocabulary
from contracts.lifecycle.table import State
from contracts.profile import DEFAULT, Profile
from contracts.vocabulary import LISTINGS, STATE_ALIASES, WORDS, Bucket, Filter

DOCUMENTED_FILTERS = {
    "CREATED", "CONFIRMED", "PROCESSING", "COMPLETED", "TRANSIT", "DELIVERED", "HANDED_OVER_TO_CUSTOMER",
    "CANCELLED", "RETURN_PROCESSING", "RETURN_DELIVERED", "RETURN_ACCEPTED", "RETURN_COMPLETED",
    "CREDIT_NOTE_GENERATED",
}  # fmt: skip


def _states(name: str, profile: Profile = DEFAULT) -> set[str]:
    return {str(bucket.state) for bucket in vocabulary.buckets(name, profile)}


def test_the_filters_are_those_of_the_pages() -> None:
    assert {str(name) for name in Filter} == DOCUMENTED_FILTERS


@pytest.mark.parametrize("state", State)
def test_every_state_has_one_word_and_is_listed_somewhere(state: State) -> None:
    assert [row.state for row in WORDS].count(state) == 1
    assert vocabulary.word(state, DEFAULT)
    assert vocabulary.listed_under(state, False, DEFAULT)


@pytest.mark.parametrize("state", State)
def test_every_state_is_listed_under_the_word_that_it_shows(state: State) -> None:
    assert vocabulary.word(state, DEFAULT) in vocabulary.listed_under(state, False, DEFAULT)


@pytest.mark.parametrize(
    ("name", "states"),
    [
        ("CREATED", {"placed", "store_reassigned"}),
        ("CONFIRMED", {"bag_confirmed"}),
        ("PROCESSING", {"bag_invoiced"}),
        ("COMPLETED", set()),
        ("TRANSIT", set()),
        ("DELIVERED", {"handed_over_to_customer"}),
        ("HANDED_OVER_TO_CUSTOMER", {"handed_over_to_customer"}),
        ("CANCELLED", {"cancelled_customer", "cancelled_fynd"}),
        ("RETURN_PROCESSING", {"return_initiated"}),
        ("RETURN_DELIVERED", {"return_bag_delivered", "cancelled_customer", "cancelled_fynd"}),
        ("RETURN_ACCEPTED", {"return_accepted"}),
        ("RETURN_COMPLETED", {"return_accepted", "credit_note_generated", "return_completed"}),
        ("CREDIT_NOTE_GENERATED", {"credit_note_generated", "return_completed"}),
        ("RETURN_REJECTED", {"return_rejected_by_store"}),
    ],
)
def test_a_filter_lists_just_its_states(name: str, states: set[str]) -> None:
    assert _states(name) == states


@pytest.mark.parametrize(
    ("state", "word"),
    [
        ("placed", "CREATED"),
        ("bag_confirmed", "CONFIRMED"),
        ("bag_invoiced", "PROCESSING"),
        ("handed_over_to_customer", "DELIVERED"),
        ("cancelled_customer", "CANCELLED"),
        ("cancelled_fynd", "CANCELLED"),
        ("return_initiated", "RETURN_PROCESSING"),
        ("return_bag_delivered", "RETURN_DELIVERED"),
        ("return_accepted", "RETURN_ACCEPTED"),
        ("return_rejected_by_store", "RETURN_REJECTED"),
        ("credit_note_generated", "CREDIT_NOTE_GENERATED"),
        ("return_completed", "RETURN_COMPLETED"),
    ],
)
def test_a_state_shows_as_one_word(state: str, word: str) -> None:
    assert vocabulary.word(State(state), DEFAULT) == word


def test_a_handed_over_order_is_found_by_both_of_its_filters() -> None:
    assert _states("DELIVERED") == _states("HANDED_OVER_TO_CUSTOMER") == {"handed_over_to_customer"}


def test_the_two_names_of_an_accepted_return_are_one_state() -> None:
    assert STATE_ALIASES["return_bag_accepted"] is State.RETURN_ACCEPTED


def test_an_accepted_return_is_found_by_both_of_its_filters() -> None:
    assert vocabulary.listed_under(State.RETURN_ACCEPTED, False, DEFAULT) == (
        "RETURN_ACCEPTED",
        "RETURN_COMPLETED",
    )


def test_a_completed_return_is_found_by_both_of_its_filters() -> None:
    for state in (State.CREDIT_NOTE_GENERATED, State.RETURN_COMPLETED):
        assert vocabulary.listed_under(state, False, DEFAULT) == (
            "RETURN_COMPLETED",
            "CREDIT_NOTE_GENERATED",
        )


def test_only_an_order_that_was_invoiced_shows_among_the_returns_when_cancelled() -> None:
    found = vocabulary.buckets("RETURN_DELIVERED", DEFAULT)

    assert Bucket(State.CANCELLED_FYND, invoiced=True) in found
    assert Bucket(State.CANCELLED_FYND, invoiced=False) not in found


def test_a_profile_can_keep_cancelled_orders_out_of_the_returns() -> None:
    profile = Profile(cancelled_after_invoice_in_returns=False)

    assert _states("RETURN_DELIVERED", profile) == {"return_bag_delivered"}
    assert _states("CANCELLED", profile) == {"cancelled_customer", "cancelled_fynd"}


def test_a_profile_chooses_the_word_of_a_rejected_return_and_its_filter() -> None:
    profile = Profile(rejected_return_word="RETURN_DECLINED")

    assert vocabulary.word(State.RETURN_REJECTED, profile) == "RETURN_DECLINED"
    assert _states("RETURN_DECLINED", profile) == {"return_rejected_by_store"}
    assert "RETURN_REJECTED" not in vocabulary.filters(profile)


def test_a_rejected_return_may_share_a_documented_filter() -> None:
    profile = Profile(rejected_return_word="RETURN_PROCESSING")

    assert _states("RETURN_PROCESSING", profile) == {"return_initiated", "return_rejected_by_store"}
    assert list(vocabulary.filters(profile)).count("RETURN_PROCESSING") == 1


def test_a_profile_chooses_the_word_of_a_handed_over_order() -> None:
    profile = Profile(handed_over_word="HANDED_OVER_TO_CUSTOMER")

    assert vocabulary.word(State.HANDED_OVER, profile) == "HANDED_OVER_TO_CUSTOMER"


def test_a_filter_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(KeyError):
        vocabulary.buckets("created", DEFAULT)


def test_every_row_says_where_it_was_read() -> None:
    assert all(row.origin.url or row.origin.note or row.origin.page == "summaries" for row in LISTINGS)
    assert all(row.origin.url or row.origin.note or row.origin.page == "summaries" for row in WORDS)


def test_switches_and_choices_are_fields_of_the_profile() -> None:
    named = {row.switch for row in LISTINGS} | {row.choice for row in WORDS}

    assert named - {""} <= set(Profile.model_fields)
