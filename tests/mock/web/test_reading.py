"""GET shipment and GET shipment info: filters, dates, pages, order."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.conftest import NewTenant
from tests.support.mock_client import Tenant, rejected

LISTED = {
    "placed": {"CREATED"},
    "bag_confirmed": {"CONFIRMED"},
    "bag_invoiced": {"PROCESSING"},
    "handed_over_to_customer": {"DELIVERED", "HANDED_OVER_TO_CUSTOMER"},
    "cancelled_customer": {"CANCELLED"},
    "cancelled_fynd": {"CANCELLED"},
    "return_initiated": {"RETURN_PROCESSING"},
    "return_bag_delivered": {"RETURN_DELIVERED"},
    "return_accepted": {"RETURN_ACCEPTED", "RETURN_COMPLETED"},
    "return_rejected_by_store": {"RETURN_REJECTED"},
    "credit_note_generated": {"RETURN_COMPLETED", "CREDIT_NOTE_GENERATED"},
    "return_completed": {"RETURN_COMPLETED", "CREDIT_NOTE_GENERATED"},
}
"""State -> every filter that lists it, from the fact sheet (2.2 and section 8)."""
NEVER = {"COMPLETED", "TRANSIT"}
FILTERS = sorted(set().union(*LISTED.values()) | NEVER)


@pytest.fixture
def everything(new_tenant: NewTenant) -> tuple[Tenant, dict[str, str]]:
    """Create one shipment in each state (plus the sales of returns)."""
    tenant = new_tenant(
        pace={"deliver_return": "held", "complete_return": "held"},
        profile={"return_passes_bag_delivered": True},
    )
    return tenant, {state: tenant.place(state=state) for state in LISTED}


@pytest.mark.parametrize("path", ["", "/info"])
@pytest.mark.every_store
def test_every_filter_lists_exactly_its_states(everything: tuple[Tenant, dict[str, str]], path: str) -> None:
    tenant, ids = everything
    sales = {tenant.look(order)["forwardId"] for order in ids.values()} - set(ids.values())
    for name in FILTERS:
        found = tenant.get({"orderStatus": name}, "STORE-1", path).json
        shown = {one["id"] for one in (found["orders"] if path else found)}
        expected = {ids[state] for state, filters in LISTED.items() if name in filters}
        if name in ("DELIVERED", "HANDED_OVER_TO_CUSTOMER"):
            expected |= sales
        assert shown == expected, name


@pytest.mark.parametrize("path", ["", "/info"])
@pytest.mark.parametrize(
    ("name", "near"), [("DELIVERD", "DELIVERED"), ("created", "CREATED"), ("bag_packed", "")]
)
def test_an_unknown_filter_is_refused_with_the_known_ones(
    tenant: Tenant, path: str, name: str, near: str
) -> None:
    reply = tenant.get({"orderStatus": name}, "STORE-1", path)
    rejected(
        reply, 400, "orderStatus", "CREATED", "RETURN_COMPLETED", name, near and f"did you mean '{near}'?"
    )


@pytest.mark.parametrize("path", ["", "/info"])
def test_a_status_or_an_id_is_required(tenant: Tenant, path: str) -> None:
    rejected(tenant.get((), "STORE-1", path), 400, "orderStatus or orderId")


# Dates


def shifted(days: float) -> dict[str, str]:
    return {
        "freeze_at": (datetime.fromisoformat("2026-01-05T00:00:00+05:30") + timedelta(days=days)).isoformat()
    }


@pytest.fixture
def week(new_tenant: NewTenant) -> tuple[Tenant, list[str]]:
    """Place orders on 5 January 00:00 and 23:59:59.5 in India, and later.

    The later ones are placed on 6 January 00:00 and 7 January 12:00.
    """
    tenant = new_tenant(clock=shifted(0))
    orders = [tenant.place()]
    for moment in (1 - 0.5 / 86400, 1, 2.5):
        tenant.control("POST", "/clock", shifted(moment))
        orders.append(tenant.place())
    return tenant, orders


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        ({}, [0, 1, 2, 3]),
        ({"orderDateFrom": "2026-01-05"}, [0, 1, 2, 3]),
        ({"orderDateFrom": "06-01-2026"}, [2, 3]),
        ({"orderDateFrom": "2026-01-06T00:00:00"}, [2, 3]),
        ({"orderDateFrom": "2026-01-06T00:00:01"}, [3]),
        ({"orderDateTo": "05-01-2026"}, [0, 1]),
        ({"orderDateTo": "2026-01-05"}, [0, 1]),
        ({"orderDateTo": "2026-01-05T23:59:59"}, [0, 1]),
        ({"orderDateTo": "2026-01-05T23:59:58"}, [0]),
        ({"orderDateTo": "2026-01-04"}, []),
        ({"orderDateFrom": "2026-01-05", "orderDateTo": "05-01-2026"}, [0, 1]),
        ({"orderDateFrom": "06-01-2026", "orderDateTo": "2026-01-07"}, [2, 3]),
        ({"orderDateFrom": "2026-01-07T12:00:00", "orderDateTo": "2026-01-07T12:00:00"}, [3]),
        ({"orderDateFrom": "0001-01-01", "orderDateTo": "9999-12-31"}, [0, 1, 2, 3]),
    ],
)
@pytest.mark.every_store
def test_a_window_of_dates_is_inclusive_in_all_three_spellings(
    week: tuple[Tenant, list[str]], window: dict[str, str], expected: list[int]
) -> None:
    tenant, orders = week
    assert tenant.listed("CREATED", **window) == [orders[n] for n in expected]


@pytest.mark.parametrize(
    ("zone", "expected"),
    [("+05:30", [0, 1]), ("UTC", [1, 2]), ("+11:00", [0]), ("-08:00", [1, 2]), ("+00:00", [1, 2])],
)
@pytest.mark.every_store
def test_days_begin_and_end_in_the_profiles_zone(
    week: tuple[Tenant, list[str]], zone: str, expected: list[int]
) -> None:
    tenant, orders = week
    tenant.change(profile={"date_zone": zone})
    day = {"orderDateFrom": "2026-01-05", "orderDateTo": "2026-01-05"}
    assert tenant.listed("CREATED", **day) == [orders[n] for n in expected]


@pytest.mark.parametrize(
    "text",
    ["2026-13-01", "31-02-2026", "2026/01/05", "5-1-2026", "2026-01-05T10:00", "2026-01-05T10:00:00Z",
     "2026-01-05T10:00:00+05:30", "yesterday", " 2026-01-05", "1767607200",
     "\u0662\u0660\u0662\u0666-01-05"],
)  # fmt: skip
@pytest.mark.parametrize("name", ["orderDateFrom", "orderDateTo"])
def test_any_other_date_is_refused(tenant: Tenant, name: str, text: str) -> None:
    reply = tenant.get({"orderStatus": "CREATED", name: text}, "STORE-1")
    rejected(reply, 400, name, "dd-mm-yyyy, yyyy-mm-dd or yyyy-mm-ddThh:mm:ss")


def test_a_window_that_ends_before_it_begins_is_refused(tenant: Tenant) -> None:
    window = {"orderDateFrom": "2026-01-06", "orderDateTo": "2026-01-05"}
    rejected(tenant.get({"orderStatus": "CREATED", **window}, "STORE-1"), 400, "orderDateTo", "not before")


# Pages


@pytest.mark.every_store
def test_lists_are_sorted_by_date_then_id(new_tenant: NewTenant) -> None:
    tenant = new_tenant()
    orders = tenant.place_many(30)
    tenant.advance(1)
    later = tenant.place_many(30)
    assert tenant.listed("CREATED") == sorted(orders) + sorted(later)


@pytest.mark.parametrize("window", [{}, {"orderDateFrom": "2026-01-05"}])
@pytest.mark.every_store
def test_pages_lead_to_the_end_without_loss_or_repetition(tenant: Tenant, window: dict[str, str]) -> None:
    for channel in ("FYND-STORE", "FYND", "ECOMM"):
        tenant.place_many(9, ordering_channel=channel)
        tenant.advance(1)
    everything = tenant.listed("CREATED", **window)
    assert len(everything) == 27
    seen: list[str] = []
    for page in range(1, 12):
        part = tenant.listed("CREATED", pageNumber=str(page), pageSize="4", **window)
        seen += part
        if len(part) < 4:
            break
    assert seen == everything
    assert tenant.listed("CREATED", pageNumber="99", pageSize="4") == []


@pytest.mark.every_store
def test_page_zero_is_the_first(tenant: Tenant) -> None:
    tenant.place_many(3)
    first = tenant.listed("CREATED", pageNumber="1", pageSize="2")
    assert tenant.listed("CREATED", pageNumber="0", pageSize="2") == first
    assert tenant.listed("CREATED", pageSize="2") == first


@pytest.mark.every_store
def test_a_page_holds_at_most_a_hundred_and_that_many_by_default(tenant: Tenant) -> None:
    tenant.place_many(120)
    assert len(tenant.listed("CREATED")) == 100
    assert len(tenant.listed("CREATED", pageSize="1000")) == 100
    assert len(tenant.listed("CREATED", pageNumber="2")) == 20
    assert len(tenant.get({"orderStatus": "CREATED"}, path="/info").json["orders"]) == 120


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pageSize", "0"), ("pageSize", "-1"), ("pageSize", "100001"), ("pageSize", "ten"),
        ("pageSize", "1.5"),
        ("pageSize", ""), ("pageSize", "+5"), ("pageSize", " 5"), ("pageSize", "\u0665"),
        ("pageSize", "9" * 30),
        ("pageNumber", "-1"), ("pageNumber", "x"), ("pageNumber", "1e3"), ("pageNumber", "1000001"),
    ],
)  # fmt: skip
def test_odd_pages_are_refused(tenant: Tenant, name: str, text: str) -> None:
    rejected(tenant.get({"orderStatus": "CREATED", name: text}, "STORE-1"), 400, name)


# Channel, and filters together


@pytest.mark.every_store
def test_a_channel_lists_its_orders_only(tenant: Tenant) -> None:
    store, web = tenant.place(), tenant.place(ordering_channel="ECOMM")
    assert tenant.listed("CREATED", orderingChannel="FYND-STORE") == [store]
    assert tenant.listed("CREATED", orderingChannel="ECOMM") == [web]
    assert tenant.listed("CREATED", orderingChannel="NYKAA") == []
    (shown,) = tenant.get({"orderId": web}).json
    assert shown["orderingChannel"] == "ECOMM"


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({"orderStatus": "CREATED"}, True),
        ({"orderStatus": "CONFIRMED"}, False),
        ({"locationCode": "STORE-1"}, True),
        ({"locationCode": "STORE-2"}, False),
        ({"orderingChannel": "FYND-STORE"}, True),
        ({"orderingChannel": "FYND"}, False),
        ({"orderDateFrom": "2026-01-05", "orderDateTo": "2026-01-05"}, True),
        ({"orderDateFrom": "2026-01-06"}, False),
        ({"orderDateTo": "2026-01-04"}, False),
        ({"pageNumber": "1", "pageSize": "1"}, True),
    ],
)
def test_other_filters_narrow_a_read_by_id(tenant: Tenant, more: dict[str, str], found: bool) -> None:
    order = tenant.place()
    shown = tenant.get({"orderId": order, **more}).json
    assert [one["id"] for one in shown] == ([order] if found else [])


@pytest.mark.every_store
def test_info_by_id_and_status_needs_both_to_fit(tenant: Tenant) -> None:
    order = tenant.place()
    fits = tenant.get({"orderId": order, "orderStatus": "CREATED"}, path="/info").json["orders"]
    assert [one["id"] for one in fits] == [order]
    assert tenant.get({"orderId": order, "orderStatus": "DELIVERED"}, path="/info").json == {"orders": []}


def test_info_tells_status_lock_and_deadlines(tenant: Tenant) -> None:
    order = tenant.place()
    (shown,) = tenant.get({"orderId": order}, path="/info").json["orders"]
    assert shown == {
        "id": order,
        "forwardId": order,
        "orderStatus": "CREATED",
        "orderType": "PickAtStore",
        "sla": "2026-01-05T16:30:00+00:00",
        "lockStatus": "",
        "processingDue": "2026-01-05T16:30:00+00:00",
    }


@pytest.mark.parametrize("unknown", ["1", "x" * 64, "../shipment", "' or 1=1", "\u0000", "शिप"])
def test_an_unknown_order_is_an_empty_list(tenant: Tenant, unknown: str) -> None:
    assert tenant.get({"orderId": unknown}).json == []
    assert tenant.get({"orderId": unknown}, path="/info").json == {"orders": []}


def test_an_id_of_more_than_64_characters_is_refused(tenant: Tenant) -> None:
    rejected(tenant.get({"orderId": "1" * 65}), 400, "orderId", "at most 64 characters")


def test_an_order_shows_the_fields_of_the_published_example(tenant: Tenant) -> None:
    (shown,) = tenant.get({"orderId": tenant.place(items=[{"sku": "MUG-STN-350", "quantity": 2}])}).json
    published: dict[str, Any] = {
        "marketplaceReturnId": None,
        "marketplaceInvoiceNumber": None,
        "multiPackShipment": False,
        "fulfillmentType": "marketplaceFulfilled",
        "sellerInvoiced": True,
        "awbNumber": [],
        "orderStatus": "CREATED",
        "orderDate": "2026-01-05T15:30:00+00:00",
        "orderingChannel": "FYND-STORE",
        "is_self_ship": False,
        "order_type": "PickAtStore",
        "lockStatus": "",
    }
    assert shown | published == shown
    assert shown["orderPrice"]["totalPrepaidAmount"] == 698.0
    assert shown["marketplaceOrderId"].startswith("FY")
    names = {"shippingAddress", "billingAddress", "packages", "courierName", "courierCode", "additionalInfo"}
    assert names | {"orderPrice", "orderItems", "id", "forwardId", "sla", "documents"} <= set(shown)
