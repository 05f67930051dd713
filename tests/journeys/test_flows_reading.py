"""Reading flows pass on the mock and fail on each seeded defect."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from mock_oms.web.konnect import queries as mock_reading
from scenarios.flows import reading
from scenarios.language.words import (
    CREATED,
    aggregator,
    customer,
    each_listed_once,
    flow,
    place_order,
    read_all_pages,
)
from scenarios.records import Verdict
from scenarios.targets.opening import open_target
from tests.gauges import mutants
from tests.support.flow_runs import altered, assert_green, first_message, play, shipments_rewritten

FLOWS = {flow.id: flow for flow in reading.FLOWS}
OTHER_CHOICES = {
    "list_envelope": "orders",
    "info_envelope": "bare",
    "page_size_default": 10,
    "page_size_max": 50,
    "page_size_over_max": "reject",
    "page_zero": "reject",
    "page_after_end": "reject",
    "date_zone": "UTC",
    "date_offset": "zone",
    "return_order_date": "sale",
    "handed_over_word": "HANDED_OVER_TO_CUSTOMER",
    "rejected_return_word": "RETURN_NOT_ACCEPTED",
    "cancelled_after_invoice_in_returns": False,
    "order_type_key": "orderType",
    "unknown_fields": "accept",
    "automatic_after_s": 5,
    "shape_status": 422,
    "extra_fields": {"colour": "blue"},
}
"""A profile with another choice in each open field."""
SUPPORT = "app:tests.journeys.test_flows_reading:"


def test_every_flow_of_reading_is_green_on_the_mock() -> None:
    played = play(reading.FLOWS)
    assert played.missed() == []
    assert_green(played)


def test_ids_of_reading_follow_each_other() -> None:
    assert list(FLOWS) == [f"PAS-L-{number:02}" for number in range(1, len(FLOWS) + 1)]


@pytest.mark.parametrize(
    "more", [{}, {"return_passes_bag_delivered": True, "date_zone": "-11:00", "automatic_after_s": 0}]
)
def test_lists_are_read_through_the_profile_where_it_chose_otherwise(more: dict[str, Any]) -> None:
    assert_green(play(reading.FLOWS, open_target("mock", options={"profile": {**OTHER_CHOICES, **more}})))


CAUGHT = [
    ("pages-repeat", "PAS-L-01", "listed exactly once over all pages", "2 times"),
    ("pages-lose", "PAS-L-01", "listed exactly once over all pages", "0 times"),
    ("pages-backwards", "PAS-L-03", "oldest first", "another order"),
    ("pages-backwards", "PAS-L-08", "oldest first", "another order"),
    ("pages-repeat", "PAS-L-02", "listed exactly once over all pages", "2 times"),
    ("window-misses-first-day", "PAS-L-05", '["order"]', "[]"),
    ("window-takes-day-before", "PAS-L-05", "[]", '["order"]'),
    ("window-misses-last-day", "PAS-L-06", '["order"]', "[]"),
    ("window-takes-day-after", "PAS-L-06", "[]", '["order"]'),
    ("window-misses-last-day", "PAS-L-08", '["early"]', "[]"),
    ("created-lists-confirmed", "PAS-L-10", '["new"]', '["confirmed", "new"]'),
    ("processing-lists-handed-over", "PAS-L-10", '["invoiced"]', '["delivered", "invoiced"]'),
    ("delivered-empty", "PAS-L-19", "DELIVERED", "not listed"),
    ("handed-over-alias-missing", "PAS-L-10", '["delivered"]', "[]"),
    ("cancelled-misses-customers", "PAS-L-10", '["regretted", "withdrawn"]', '["withdrawn"]'),
    ("return-completed-misses-accepted", "PAS-L-12", '["paid", "taken"]', '["paid"]'),
    ("return-completed-misses-completed", "PAS-L-12", '["paid", "taken"]', '["taken"]'),
    ("cancelled-invoiced-not-among-returns", "PAS-L-13", '["invoiced"]', "[]"),
    ("filters-in-utc", "PAS-L-23", '["order"]', "[]"),
    ("order-date-in-utc", "PAS-L-23", '["order"]', "[]"),
    ("channel-ignored", "PAS-L-14", "[]", '["order"]'),
    ("location-ignored", "PAS-L-16", '["order"]', '["elsewhere", "order"]'),
    ("info-lags", "PAS-L-18", "CONFIRMED", "CREATED"),
    ("forward-id-own", "PAS-L-19", "points to its sale with forwardId", ""),
]
"""Seeded defect, a flow that it turns red, what was expected and what was seen in its message."""


@pytest.mark.parametrize(
    ("defect", "flow", "expected", "seen"), CAUGHT, ids=[f"{c[0]} {c[1]}" for c in CAUGHT]
)
def test_a_seeded_defect_turns_a_reading_red_and_its_message_names_it(
    defect: str, flow: str, expected: str, seen: str
) -> None:
    message = first_message(mutants.play(defect, (flow,)).flows[flow])
    assert expected in message.partition("saw ")[0]
    assert seen in message.partition("saw ")[2]


def test_pages_of_another_size_than_asked_for_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mock_reading, "_size", lambda asked, profile: 2 if asked == 3 else asked or 100)
    flow = play([FLOWS["PAS-L-01"]]).view.flows["PAS-L-01"]
    assert "saw pages of 2, 2, 2, 1" in first_message(flow)


def test_a_page_without_an_end_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mock_reading, "_size", lambda asked, profile: 100)
    flow = play([FLOWS["PAS-L-03"]]).view.flows["PAS-L-03"]
    assert "lists 2 shipments" in first_message(flow)


def stale_lists(options: Any) -> Any:
    """An OMS whose lists show other items than GET by id."""
    rewrite = shipments_rewritten(lambda shipment: {"marketplaceOrderId": "FY-OLD"})
    return altered(
        lambda path, body: rewrite(path, body) if isinstance(body, list) and len(body) > 1 else body
    )


def test_a_list_that_shows_something_else_than_get_by_id_is_noticed() -> None:
    flow = play([FLOWS["PAS-L-01"]], open_target(SUPPORT + "stale_lists")).view.flows["PAS-L-01"]
    assert "looks the same in the list as by its id" in first_message(flow)
    assert "FY-OLD" in first_message(flow)


def repeating(*, moves: bool) -> Any:
    """An OMS that shows the first order on every page.

    The other order of a page is someone else's; it changes with each call if the list moves.
    """
    calls = count()

    def rewrite(path: str, body: Any) -> Any:
        if path != "/oms/v3/shipment" or len(body) < 2:
            return body
        first.setdefault("id", body[0]["id"])
        return [{**body[0], **first}, {**body[1], "id": f"other-{next(calls) if moves else 0}"}]

    first: dict[str, str] = {}
    return altered(rewrite)


def still(options: Any) -> Any:
    """An OMS whose pages overlap, while nothing moves."""
    return repeating(moves=False)


def moving(options: Any) -> Any:
    """An OMS whose pages overlap, while others come and go."""
    return repeating(moves=True)


PAGED = flow(
    "PAS-L-99",
    "Pages overlap",
    customer("buys four shirts, one by one", place_order(count=4)),
    aggregator("reads pages of two", read_all_pages(CREATED, page_size=2), each_listed_once("order")),
)


def test_an_order_on_two_pages_is_a_fault_of_a_list_that_stands_still() -> None:
    read = play([PAGED], open_target(SUPPORT + "still")).view.flows["PAS-L-99"]
    assert "listed exactly once over all pages" in first_message(read)


def test_an_order_on_two_pages_is_no_fault_of_a_list_that_moves() -> None:
    played = play([PAGED], open_target(SUPPORT + "moving"))
    (check,) = played.view.checks
    assert check.verdict is Verdict.PASS
    assert [note.partition(" in each")[0] for note in check.notes] == [
        "not judged: other orders came and went"
    ]


def bare_info(options: Any) -> Any:
    """Make shipment info omit lock and deadline."""

    def rewrite(path: str, body: Any) -> Any:
        if not path.endswith("/info") or "orders" not in body:
            return body
        hidden = ("lockStatus", "sla")
        return {"orders": [{k: v for k, v in entry.items() if k not in hidden} for entry in body["orders"]]}

    return altered(rewrite)


def test_a_light_view_without_lock_and_deadline_is_noticed() -> None:
    flow = play([FLOWS["PAS-L-18"]], open_target(SUPPORT + "bare_info")).view.flows["PAS-L-18"]
    assert "lockStatus" in first_message(flow)
