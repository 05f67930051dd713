"""Stock: confirming reserves, hand-over consumes, cancelling releases, good returns restock."""

from __future__ import annotations

import pytest

from tests.conftest import NewTenant
from tests.support.mock_client import Tenant, accepted, denied, refused

MUG, LAMP = "MUG-STN-350", "LAMP-DSK-LED"
BASKET = [{"sku": MUG, "quantity": 3}, {"sku": LAMP, "quantity": 1}]


@pytest.fixture
def shop(tenant: Tenant) -> Tenant:
    """A tenant with ten of each at both locations."""
    rows = [{"location": f"STORE-{n}", "sku": sku, "on_hand": 10} for n in (1, 2) for sku in (MUG, LAMP)]
    tenant.control("PUT", "/stock", {"stock": rows})
    return tenant


def levels(tenant: Tenant, location: str = "STORE-1") -> tuple[tuple[int, int], tuple[int, int]]:
    return tenant.stock(MUG, location), tenant.stock(LAMP, location)


def test_a_new_tenant_has_ample_stock_of_every_product_everywhere(tenant: Tenant) -> None:
    rows = tenant.control("GET", "/stock")["stock"]
    assert {row["location"] for row in rows} == {"STORE-1", "STORE-2"}
    assert len({row["sku"] for row in rows}) >= 8
    assert all(row["on_hand"] >= 100_000 and row["reserved"] == 0 for row in rows)


def test_stock_follows_a_sale(shop: Tenant) -> None:
    order = shop.place(items=BASKET)
    assert levels(shop) == ((10, 0), (10, 0))
    shop.confirm(order)
    assert levels(shop) == ((10, 3), (10, 1))
    shop.push_invoice(order)
    assert levels(shop) == ((10, 3), (10, 1))
    shop.hand_over(order)
    assert levels(shop) == ((7, 0), (9, 0))
    assert levels(shop, "STORE-2") == ((10, 0), (10, 0))


@pytest.mark.parametrize("state", ["placed", "bag_confirmed", "bag_invoiced"])
def test_cancelling_releases_what_was_reserved(shop: Tenant, state: str) -> None:
    order = shop.place(items=BASKET, state=state)
    shop.cancel(order)
    assert levels(shop) == ((10, 0), (10, 0))


def test_cancelling_items_releases_just_these(shop: Tenant) -> None:
    order = shop.place(items=BASKET, state="bag_confirmed")
    mug, lamp = shop.items(order)
    shop.cancel(order, {mug: 2})
    assert levels(shop) == ((10, 1), (10, 1))
    shop.cancel(order, {lamp: 1})
    assert levels(shop) == ((10, 1), (10, 0))
    shop.push_invoice(order)
    shop.hand_over(order)
    assert levels(shop) == ((9, 0), (10, 0))


def test_items_cancelled_before_confirming_are_never_reserved(shop: Tenant) -> None:
    order = shop.place(items=BASKET)
    mug, _ = shop.items(order)
    shop.cancel(order, {mug: 2})
    shop.confirm(order)
    assert levels(shop) == ((10, 1), (10, 1))
    shop.cancel(order)
    assert levels(shop) == ((10, 0), (10, 0))


def test_a_customer_who_cancels_late_releases_too(new_tenant: NewTenant) -> None:
    tenant = new_tenant(profile={"customer_cancels_after_confirm": True})
    before = levels(tenant)
    order = tenant.place(items=BASKET, state="bag_confirmed")
    mug, _ = tenant.items(order)
    tenant.fire(order, "cancel_by_customer", items=[{"orderItemId": mug, "quantity": 1}])
    assert tenant.stock(MUG)[1] == 2
    tenant.fire(order, "cancel_by_customer")
    assert levels(tenant) == before


def test_good_pieces_are_restocked_and_bad_ones_are_not(shop: Tenant) -> None:
    sale = shop.place(items=BASKET, state="handed_over_to_customer")
    mug, lamp = shop.items(sale)
    back = shop.start_return(sale)
    assert levels(shop) == ((7, 0), (9, 0))
    shop.accept_return(back, [(mug, 1, "tag_missing"), (mug, 1, ""), (lamp, 1, "lost")])
    assert levels(shop) == ((9, 0), (9, 0))
    shop.push_credit_note(back)
    assert levels(shop) == ((9, 0), (9, 0))


def test_a_return_without_results_is_all_good(shop: Tenant) -> None:
    back = shop.place(items=BASKET, location="STORE-2", state="return_initiated")
    shop.accept_return(back)
    assert levels(shop, "STORE-2") == ((10, 0), (10, 0))


def test_a_rejected_return_restocks_nothing(shop: Tenant) -> None:
    back = shop.place(items=BASKET, state="return_initiated")
    shop.fire(back, "reject_return")
    assert levels(shop) == ((7, 0), (9, 0))


def test_an_early_hand_over_consumes_what_confirming_reserved(new_tenant: NewTenant) -> None:
    tenant = new_tenant(profile={"hand_over_before_invoice": True})
    on_hand, _ = tenant.stock(MUG)
    order = tenant.place(items=BASKET, state="bag_confirmed")
    tenant.hand_over(order)
    assert tenant.stock(MUG) == (on_hand - 3, 0)


def test_without_the_guard_more_can_be_confirmed_than_there_is(shop: Tenant) -> None:
    shop.confirm(shop.place(items=[{"sku": MUG, "quantity": 11}]))
    assert shop.stock(MUG) == (10, 11)


def test_the_guard_counts_what_others_reserved(shop: Tenant) -> None:
    shop.change(profile={"stock_guard": True})
    first, second = (shop.place(items=[{"sku": MUG, "quantity": 6}]) for _ in range(2))
    shop.confirm(first)
    with shop.unchanged():
        refused(
            shop.post("confirm", [{"orderId": second}]), "CF423", "STORE-1 has 10 on hand, 6 of them reserved"
        )
    shop.cancel(first)
    shop.confirm(second)


def test_the_guard_adds_up_lines_of_one_product(shop: Tenant) -> None:
    shop.change(profile={"stock_guard": True})
    order = shop.place(items=[{"sku": MUG, "quantity": 6}, {"sku": MUG, "quantity": 5}])
    refused(shop.post("confirm", [{"orderId": order}]), "CF423", "needs 11 pieces of MUG-STN-350")
    shop.cancel(order, {next(iter(shop.items(order))): 1})
    accepted(shop.post("confirm", [{"orderId": order}]))


def test_the_guard_looks_at_the_orders_own_location(shop: Tenant) -> None:
    shop.change(profile={"stock_guard": True})
    rows = [{"location": "STORE-2", "sku": MUG, "on_hand": 0}]
    shop.control("PUT", "/stock", {"stock": rows})
    elsewhere = shop.place(location="STORE-2", items=[{"sku": MUG}])
    refused(shop.post("confirm", [{"orderId": elsewhere}]), "CF423", "STORE-2 has 0 on hand")
    shop.confirm(shop.place(items=[{"sku": MUG}]))


def test_setting_stock_keeps_what_is_reserved_and_all_other_levels(shop: Tenant) -> None:
    shop.confirm(shop.place(items=BASKET))
    answer = shop.control("PUT", "/stock", {"stock": [{"location": "STORE-1", "sku": MUG, "on_hand": 99}]})
    assert answer == shop.control("GET", "/stock")
    assert levels(shop) == ((99, 3), (10, 1))
    assert levels(shop, "STORE-2") == ((10, 0), (10, 0))


def test_a_new_sku_joins_the_catalogue_and_can_be_bought(tenant: Tenant) -> None:
    entry = {
        "location": "STORE-2",
        "sku": "SARI-RED",
        "on_hand": 3,
        "title": "Silk sari, red",
        "price": 5250.5,
        "hsn": "5007",
        "gst_percent": 12,
    }
    tenant.control("PUT", "/stock", {"stock": [entry]})
    assert tenant.stock("SARI-RED", "STORE-2") == (3, 0)
    order = tenant.place(location="STORE-2", items=[{"sku": "SARI-RED", "quantity": 2}])
    (item,) = tenant.look(order)["orderItems"]
    assert (item["title"], item["sku"]) == ("Silk sari, red", "SARI-RED")
    assert item["orderItemPrice"]["totalItemPrice"] == 10501.0
    tenant.confirm(order)
    assert tenant.stock("SARI-RED", "STORE-2") == (3, 2)


def test_a_refused_setting_of_stock_sets_nothing(tenant: Tenant) -> None:
    rows: list[dict[str, object]] = [
        {"location": "STORE-1", "sku": MUG, "on_hand": 1},
        {"location": "STORE-1", "sku": "NEW-1", "on_hand": 1},
        {"location": "STORE-1", "sku": LAMP, "on_hand": 1, "title": "another name"},
    ]
    with tenant.unchanged():
        body = denied(
            tenant.control_reply("PUT", "/stock", {"stock": rows}), 400, "bad_request", "only with a SKU"
        )
        assert body["field"] == "stock[2].title"
        rows[2] = {"location": "STORE-9", "sku": LAMP, "on_hand": 1}
        body = denied(
            tenant.control_reply("PUT", "/stock", {"stock": rows}), 400, "bad_request", "STORE-1, STORE-2"
        )
        assert body["field"] == "stock[2].location"
    denied(
        tenant.control_reply("POST", "/orders", {"items": [{"sku": "NEW-1"}]}), 400, "bad_request", "NEW-1"
    )
