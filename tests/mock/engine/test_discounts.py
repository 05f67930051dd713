"""Gifts, discounts and GST, from the till to the invoice."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from mock_oms.domain.pricing import price_of, spread
from mock_oms.domain.shipment import Product
from tests.conftest import NewTenant
from tests.support.mock_client import Tenant, denied

MUG, SHIRT = "MUG-STN-350", "SHIRT-BLU-M"


def prices(tenant: Tenant, order: str) -> list[tuple[str, int, float, float]]:
    return [
        (
            item["sku"],
            item["quantity"],
            item["orderItemPrice"]["discount"],
            item["orderItemPrice"]["totalItemPrice"],
        )
        for item in tenant.look(order)["orderItems"]
    ]


def paper(tenant: Tenant, order: str) -> str:
    reply = tenant.post("invoice", [{"orderId": order}])
    return " ".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(reply.body)).pages).split())


def test_a_discount_of_an_item_is_for_each_piece(tenant: Tenant) -> None:
    order = tenant.place(items=[{"sku": MUG, "quantity": 3, "discount": 49}])
    assert prices(tenant, order) == [(MUG, 3, 147.0, 900.0)]
    assert tenant.look(order)["orderPrice"]["totalPrepaidAmount"] == 900.0


def test_a_discount_of_the_order_is_spread_in_proportion_to_the_prices(tenant: Tenant) -> None:
    order = tenant.place(items=[{"sku": SHIRT}, {"sku": MUG, "quantity": 3}], discount=100)
    assert prices(tenant, order) == [
        (SHIRT, 1, 58.88, 1440.12),
        (MUG, 2, 27.42, 670.58),
        (MUG, 1, 13.7, 335.3),
    ]
    price = tenant.look(order)["orderPrice"]
    assert (price["totalPrepaidAmount"], price["totalDiscount"]) == (2446.0, 100.0)


@given(
    st.lists(st.tuples(st.integers(0, 500_000), st.integers(1, 50)), min_size=1, max_size=8),
    st.decimals(0, 1, places=4),
)
def test_a_spread_discount_is_exact_and_no_piece_costs_less_than_nothing(
    goods: list[tuple[int, int]], share: Decimal
) -> None:
    lines = tuple(
        (Product(f"P{place}", "", "6205", Decimal(5), Decimal(paise) / 100), pieces)
        for place, (paise, pieces) in enumerate(goods)
    )
    off = Decimal(int(price_of(lines) * 100 * share)) / 100

    reduced = spread(off, lines)

    assert price_of(lines) - price_of(reduced) == off
    assert sum(pieces for _, pieces in reduced) == sum(pieces for _, pieces in goods)
    assert all(product.selling_price >= 0 for product, _ in reduced)
    assert all((product.selling_price * 100) % 1 == 0 for product, _ in reduced)


def test_a_gift_that_does_not_come_back_is_reported_as_missing(tenant: Tenant) -> None:
    order = tenant.place(items=[{"sku": SHIRT}, {"sku": MUG, "free": True}], state="handed_over_to_customer")
    assert prices(tenant, order) == [(SHIRT, 1, 0.0, 1499.0), (MUG, 1, 349.0, 0.0)]
    _, gift = tenant.items(order)

    back = tenant.start_return(order)
    tenant.accept_return(back, [(gift, 1, "free_gift_missing")])

    assert [item["returnReason"] for item in tenant.look(back)["orderItems"]] == [None, "free_gift_missing"]
    assert tenant.look(back)["orderPrice"]["totalPrepaidAmount"] == 1499.0


@pytest.mark.parametrize(
    ("body", "field", "says"),
    [
        (
            {"items": [{"sku": MUG, "discount": 349.01}]},
            "items[0].discount",
            "at most the price of a piece, 349",
        ),
        ({"items": [{"sku": MUG}], "discount": 350}, "discount", "at most the price of the items, 349"),
        ({"discount": 1}, "discount", "it only with items"),
        ({"items": [{"sku": MUG}], "discount": -1}, "discount", "at least 0"),
    ],
)
def test_more_than_the_price_is_not_taken_off(
    tenant: Tenant, body: dict[str, Any], field: str, says: str
) -> None:
    found = denied(tenant.control_reply("POST", "/orders", body), 400, "bad_request", says)
    assert found["field"] == field


@pytest.mark.parametrize(
    ("customer", "place", "tax"),
    [
        (None, "Karnataka", ("CGST", "SGST")),
        ({"name": "Ravi"}, "Karnataka", ("CGST", "SGST")),
        ({"state": " KARNATAKA "}, "KARNATAKA", ("CGST", "SGST")),
        ({"state": "Kerala"}, "Kerala", ("IGST",)),
        ({"state": "Kerala", "gstin": "32AAAAA0000A1Z5"}, "Kerala", ("IGST",)),
        ({"state": ""}, "Karnataka", ("CGST", "SGST")),
    ],
)
def test_the_place_of_supply_is_the_customers_state_and_decides_the_tax(
    tenant: Tenant, customer: dict[str, str] | None, place: str, tax: tuple[str, ...]
) -> None:
    order = tenant.place(items=[{"sku": MUG}], customer=customer, state="bag_invoiced")
    printed = paper(tenant, order)
    assert f"Place of supply {place}" in printed
    assert {name for name in ("CGST", "SGST", "IGST") if name in printed} == set(tax)


def test_an_invented_customer_lives_in_the_city_of_the_store(new_tenant: NewTenant) -> None:
    tenant = new_tenant()
    here, there = tenant.place(), tenant.place(location="STORE-2")
    cities = [
        (tenant.look(order)["shippingAddress"]["city"], tenant.look(order)["shippingAddress"]["state"])
        for order in (here, there)
    ]
    assert cities == [("Bengaluru", "Karnataka"), ("Mumbai", "Maharashtra")]


def test_a_buyer_who_is_a_business_shows_its_gstin(tenant: Tenant) -> None:
    business = tenant.place(customer={"gstin": "29AAAAA0000A1Z5"})
    person = tenant.place()
    assert [tenant.look(order)["gstin"] for order in (business, person)] == ["29AAAAA0000A1Z5", None]


def test_printed_dates_are_indian_in_any_profile(new_tenant: NewTenant) -> None:
    tenant = new_tenant(clock={"freeze_at": "2026-01-05T20:00:00+00:00"}, profile={"date_zone": "UTC"})
    order = tenant.place(state="bag_invoiced")
    assert "06-Jan-2026" in paper(tenant, order)
