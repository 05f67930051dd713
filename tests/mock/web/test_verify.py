"""The journal is filtered, and verified by the number of matching calls."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.konnect.base import DRY_RUN_HEADER
from mock_oms.cli.journal import line
from mock_oms.domain import journal as journals
from tests.conftest import NewTenant
from tests.support.mock_client import Reply, Tenant


@pytest.fixture
def tenant(new_tenant: NewTenant) -> Tenant:
    return new_tenant()


def played(tenant: Tenant) -> tuple[str, str]:
    """Confirms one order twice, and reads another; returns both."""
    first, second = tenant.place(), tenant.place()
    for _ in range(2):
        tenant.post("confirm", [{"orderId": first}])
    tenant.post("confirm", [{"orderId": first}], **{DRY_RUN_HEADER: "1"})
    tenant.get({"orderId": second})
    tenant.post("cancel", [{"orderId": second}, {"orderId": "1"}])
    return first, second


def numbers(tenant: Tenant, **query: str) -> list[tuple[str, int]]:
    """Operations and numbers of the found entries."""
    entries = tenant.control("GET", "/journal", query=query)["entries"]
    return [(entry["operation"], entry["number"]) for entry in entries]


def verified(tenant: Tenant, **query: str) -> Reply:
    """The answer to a verification."""
    return tenant.control_reply("GET", "/journal/verify", query=query)


def test_filters_find_the_matching_calls(tenant: Tenant) -> None:
    first, second = played(tenant)
    every = numbers(tenant)
    assert [name for name, _ in every] == ["generate_token", *["confirm"] * 3, "get_shipments", "cancel"]
    last = every[-1][1]
    assert numbers(tenant, operation="confirm") == every[1:4]
    assert numbers(tenant, order=second) == every[4:]
    assert numbers(tenant, order=second, outcome="accepted") == every[4:]
    assert numbers(tenant, order=first, outcome="accepted") == every[1:2]
    assert numbers(tenant, outcome="refused") == [every[2], every[3], every[5]]
    assert numbers(tenant, code="CF409") == every[2:4]
    assert numbers(tenant, operation="get_order_by_id") == every[4:5]
    assert numbers(tenant, after=str(last - 2)) == every[-2:]
    assert numbers(tenant, after=str(last - 2), limit="1") == every[-2:-1]
    assert numbers(tenant, after=str(last)) == []


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"operation": "confirm"}, 2),
        ({"operation": "confirm", "times": "2"}, 2),
        ({"operation": "confirm", "outcome": "accepted", "times": "1"}, 1),
        ({"operation": "return", "times": "0"}, 0),
        ({"operation": "return", "at_most": "3"}, 0),
        ({"at_least": "2", "at_most": "5"}, 5),
    ],
)
def test_as_many_calls_as_expected_are_a_200(tenant: Tenant, query: dict[str, str], count: int) -> None:
    played(tenant)
    reply = verified(tenant, **query)
    assert (reply.status, reply.json) == (
        200,
        {"ok": True, "count": count, "dropped": 0, "dropped_writes": 0},
    )


def test_another_number_is_a_409_with_the_nearest_calls(tenant: Tenant) -> None:
    first, _ = played(tenant)
    reply = verified(tenant, operation="confirm", order=first, times="1")
    assert (reply.status, reply.json["error"], reply.json["count"]) == (409, "not_verified", 2)
    assert reply.json["message"] == f"expected 1 call to confirm about order {first}, found 2"
    assert [entry["operation"] for entry in reply.json["nearest"]] == ["confirm", "confirm"]


def test_a_call_that_never_came_shows_what_came_instead(tenant: Tenant) -> None:
    first, _ = played(tenant)
    reply = verified(tenant, operation="update_invoice", order=first)
    assert reply.status == 409
    assert "expected at least 1 call to update_invoice" in reply.json["message"]
    assert {entry["operation"] for entry in reply.json["nearest"]} == {"confirm"}


def test_dropped_reads_are_said_where_reads_are_counted(tenant: Tenant) -> None:
    first, _ = played(tenant)
    for _ in range(journals.ENTRIES_LIMIT):
        tenant.get({"orderId": first})
    assert verified(tenant, operation="confirm", times="2").json["dropped"] == 2  # two reads
    reply = verified(tenant, operation="get_shipments", times="1")
    assert reply.status == 409
    assert "2 older calls were dropped from the journal and are not counted" in reply.json["message"]


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"operation": "confrim"}, "query field operation: expected a touchpoint or an operation; did"),
        ({"outcome": "ok"}, "query field outcome: expected accepted or refused"),
        ({"after": "-1"}, "query field after: expected a whole number from 0"),
        ({"times": "many"}, "query field times: expected a whole number from 0"),
        ({"time": "1"}, "query field time"),
    ],
)
def test_a_wrong_filter_is_refused(tenant: Tenant, query: dict[str, str], says: str) -> None:
    reply = verified(tenant, **query)
    assert reply.status == 400
    assert says in reply.json["message"]


def test_an_entry_is_a_line_of_text() -> None:
    entry: dict[str, Any] = {
        "at": "2026-01-05T10:11:12+00:00",
        "method": "POST",
        "operation": "confirm",
        "path": "/oms/v3/shipment/confirm",
        "status": 200,
        "took_ms": 1.25,
        "caller": "default",
        "outcomes": [{"code": None}, {"code": "O409"}],
    }
    assert line(entry) == "10:11:12  POST confirm          200  2 orders, 1 refused O409  1.2 ms  default"
