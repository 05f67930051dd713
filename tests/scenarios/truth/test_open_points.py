"""Open points that a run meets are noted with their fields."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import Any

import pytest

from contracts.profile import Profile, parse
from scenarios.choices import Grade
from scenarios.flows.refusals.openings import PLACED_HERE
from scenarios.language.actions import list_orders, read_all_pages
from scenarios.language.expectations import all_in_status, list_holds, should
from scenarios.language.flow import aggregator, flow
from scenarios.language.statuses import CREATED
from scenarios.records import Note, RunView, Verdict
from scenarios.targets.open_points import NEVER_SHOWN, ROWS
from tests.support.other_oms import ALTERNATIVES, OtherOms
from tests.tools.truth.cases import Case
from tests.tools.truth.playing import play

pytestmark = pytest.mark.xdist_group("open points")  # one process plays each round once

FLOWS = (
    "PAS-R-01", "PAS-R-35", "PAS-S-06", "PAS-S-43", "PAS-S-45", "PAS-X-15", "PAS-X-18", "PAS-X-23",
    "PAS-X-26", "PAS-X-29", "PAS-X-31", "PAS-X-35", "PAS-X-54",
)  # fmt: skip
"""Flows that together meet the points of a round."""
PAGES = flow(
    "PAS-L-90",
    "Pages of several sizes",
    PLACED_HERE,
    aggregator("reads all pages", read_all_pages(CREATED, page_size=100), all_in_status(CREATED)),
    aggregator("reads a page without size", list_orders(CREATED), all_in_status(CREATED)),
    aggregator("reads page 0", list_orders(CREATED, pageNumber=0), should(all_in_status(CREATED))),
    aggregator("asks for a page of five hundred", list_orders(CREATED, pageSize=500), should(list_holds(0))),
)
LONG_S = 20.0
"""Patience on a busy machine; nothing waits so long that comes."""
ORDERS = 30
"""Orders that the store has before `PAGES`."""

SAME: dict[str, str] = {
    name: name
    for name in (
        "token_field", "bad_credentials_status", "unauthorized_status", "shape_status", "unknown_fields",
        "refused_status", "error_order_key", "error_item_key", "error_code_key", "confirm_again", "page_zero",
        "unknown_reasons", "partly_printed", "handed_over_word", "order_type_key",
    )
}  # fmt: skip
SAME |= {
    "partly_status": "partly_refused_status",
    "word_partial": "status_partial",
    "word_failed": "status_failed",
    "error_reason_key": "error_message_key",
    "unknown_reasons": "unknown_reason_codes",
    "rejected_word": "rejected_return_word",
    "credit_note_key": "credit_note_number_key",
    "lock": "unlocked_word",
    "return_passes_delivered": "return_passes_bag_delivered",
    "cancelled_in_returns": "cancelled_after_invoice_in_returns",
    "page_default": "page_size_default",
    "page_max": "page_size_max",
    "page_over": "page_size_over_max",
    "milliseconds": "date_fraction",
    "date_suffix": "date_offset",
    "hand_over_filter": "hand_over_filter",
    "one_token_per_user": "newer_login_ends_token",
    "error_nested": "error_items_nested",
    "return_id_kind": "return_id_type",
    "money": "money_type",
}
"""Choice of the second OMS -> the point that shows the same value."""
OTHER: dict[tuple[str, Any], tuple[str, Any]] = {
    ("token_nested", True): ("token_path", "data.accessToken"),
    ("shape_body", "message"): ("shape_body", ["message"]),
    ("shape_body", "text"): ("shape_body", "no JSON object"),
    ("strings_for_numbers", False): ("strings_for_numbers", "reject"),
    ("item_key_absent", True): ("error_item_key", None),
    ("own_codes", "numbers"): ("codes", {"cancel.quantity": "4009"}),
    ("list_wrapped", "orders"): ("list_envelope", "orders"),
    ("list_wrapped", "data"): ("list_envelope", "data"),
    ("info_wrapped", ""): ("info_envelope", "bare"),
    ("info_wrapped", "data"): ("info_envelope", "data"),
    ("order", "descending"): ("list_order", "newest first"),
    ("order", "by_id"): ("list_order", "another order"),
    ("unknown_order", "404"): ("unknown_order", "not_found"),
    ("unknown_order", "400"): ("unknown_order", "HTTP 400"),
    ("page_after_end", "404"): ("page_after_end", "reject"),
    ("page_after_end", "422"): ("page_after_end", "reject"),
    ("zone", "utc"): ("date_zone", "UTC"),
    ("sla", "epoch"): ("sla_s", "a number"),
    ("sla", "absent"): ("sla_s", None),
    ("sla_key", "slaDeadline"): ("extra_fields", ["slaDeadline"]),
    ("price_names", "lineage"): ("item_price_names", "lineage"),
    ("extra", True): ("extra_fields", ["meta"]),
    ("item_ids", "long"): ("item_id_length", 18),
    ("address", "none"): ("address_fields", []),
    ("completes", False): ("return_completes", False),
    ("cancel_window", "pre_invoiced"): ("cancel_after_invoice", False),
    ("nothing_printed", "404"): ("nothing_printed_status", 404),
}
ALONE = (
    "token_nested", "one_token_per_user", "error_nested", "item_key_absent", "sla_key", "unknown_order",
    "page_zero", "page_after_end", "page_default", "page_max", "page_over", "order", "nothing_printed",
    "cancel_window",
)  # fmt: skip
"""Choices that hide others, or that only `PAGES` meets."""
NOT_NOTED = {
    "return_order_date": "test_choices.py has it: it takes time",
    "token_ttl_s": "test_konnect.py has it: it takes time",
    "all_or_nothing": "shows as a warning: no field says it",
    "list_lag_s": "a wait, no value",
    "end_of_day": "shows as a warning: no field says it",
    "unknown_location": "the look at the set-up stops the run there",
    "strangers": "other people's orders",
    "colleagues": "other people's orders",
    "stale_entries": "a wait, no value",
    "documents": "the fields of an order show it only together with its invoice",
    "document_after_s": "test_choices.py has it: automatic_after_s",
    "na_reason": "shows as a warning",
    "paper_text": "shows as a warning",
    "gzip": "not Konnect but HTTP",
    "upper_headers": "not Konnect but HTTP",
}
"""Choices of the second OMS that leave no note, and why."""


def wanted(choice: str, value: Any) -> tuple[str, Any]:
    return OTHER.get((choice, value)) or (SAME[choice], value)


NOTED = [
    (choice, value) for choice, others in ALTERNATIVES.items() for value in others if choice not in NOT_NOTED
]


def rounds() -> list[dict[str, Any]]:
    """Return choices that are played together, by place in their row."""
    together = {name: others for name, others in ALTERNATIVES.items() if name in {c for c, _ in NOTED}}
    free = {name: others for name, others in together.items() if name not in ALONE}
    return [{n: others[k] for n, others in free.items() if len(others) > k} for k in range(3)]


@cache
def played(choices: tuple[tuple[str, Any], ...]) -> RunView:
    """Play the flows that meet these choices."""
    case = Case("open points", dict(choices))
    oms = OtherOms(case.build().choices)
    alone = len(choices) == 1 and choices[0][0] in ALONE
    if alone and (choices[0][0].startswith("page") or choices[0][0] == "order"):
        for number in range(ORDERS):
            oms.ledger.place("BLR-01", [("MUG-WHT", 1)], "FYND-STORE").at -= timedelta(minutes=number)
        return play(case, flows=[PAGES], oms=oms, patience_s=LONG_S)
    few = {"one_token_per_user": "PAS-X-27", "unknown_order": "PAS-X-29", "nothing_printed": "PAS-X-12"}
    few["cancel_window"] = "PAS-S-43"
    return play(case, [few.get(choices[0][0], "PAS-S-45")] if alone else FLOWS, patience_s=LONG_S)


def met(choice: str, value: Any) -> list[Note]:
    fitting = (each for each in rounds() if each.get(choice, rounds) == value)
    whole = {choice: value} if choice in ALONE else next(fitting)
    return played(tuple(whole.items())).met


@pytest.mark.parametrize(("choice", "value"), NOTED)
def test_a_choice_of_the_target_is_noted_with_its_profile_field(choice: str, value: Any) -> None:
    point, seen = wanted(choice, value)
    notes = [note for note in met(choice, value) if note.about == point]
    assert seen in [note.met.value for note in notes if note.met]
    assert all(note.flow and note.step for note in notes)
    assert {note.met.field for note in notes if note.met} == {point in Profile.model_fields}


def test_each_choice_of_the_second_oms_is_noted_or_has_a_reason() -> None:
    noted = {choice for choice, _ in NOTED}
    assert noted | set(NOT_NOTED) == set(ALTERNATIVES)
    assert not noted & set(NOT_NOTED)


def test_each_field_of_the_profile_has_a_row_or_a_reason() -> None:
    elsewhere = {
        "token_field", "token_ttl_s", "page_size_max", "date_zone", "return_order_date", "automatic_after_s",
        "codes", "confirm_again", "unknown_reason_codes", "cancelled_after_invoice_in_returns",
        "customer_cancels_after_confirm", "partly_printed", "cancel_after_invoice",
    }  # fmt: skip
    assert set(Profile.model_fields) == {
        *(name for name in ROWS if name in Profile.model_fields), *elsewhere, *NEVER_SHOWN
    }  # fmt: skip


AS_IT_IS = {
    "error_code_key": "code",
    "error_message_key": "reason",
    "date_zone": "+05:30",
    "unknown_fields": "accept",
    "strings_for_numbers": "accept",
}
"""The second OMS, in the words of a profile."""


@pytest.mark.parametrize("grade", Grade)
@pytest.mark.parametrize("field", ["list_envelope", "date_zone", ""])
def test_a_strict_run_fails_where_the_target_is_not_as_its_profile_says(field: str, grade: Grade) -> None:
    profile = parse(AS_IT_IS | ({field: "UTC" if field == "date_zone" else "orders"} if field else {}))
    view = play(Case("strict"), ["PAS-S-45"], grade=grade, profile=profile, patience_s=LONG_S)
    failed = {cause.key for cause in view.causes if cause.verdict is Verdict.FAIL}
    differs = {note.about for note in view.met if note.met and note.met.differs}
    assert differs == {field} - {""}
    assert len(failed) == (1 if field and grade is Grade.STRICT else 0)
    assert all(field in key for key in failed)
