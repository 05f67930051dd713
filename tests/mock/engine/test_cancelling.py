"""Cancelling by aggregator and customer, of orders and items."""

from __future__ import annotations

import pytest

from tests.conftest import NewTenant
from tests.support.mock_client import Tenant, accepted, denied, picks, pushed, refused

pytestmark = pytest.mark.every_store

TWO_MUGS_AND_A_LAMP = [{"sku": "MUG-STN-350", "quantity": 2}, {"sku": "LAMP-DSK-LED"}]


@pytest.mark.parametrize("state", ["placed", "bag_confirmed", "bag_invoiced"])
def test_the_aggregator_cancels_whole_orders_until_hand_over(tenant: Tenant, state: str) -> None:
    order = tenant.place(state=state)
    tenant.cancel(order)
    assert (tenant.state(order), tenant.word(order)) == ("cancelled_fynd", "CANCELLED")
    assert tenant.listed("CANCELLED") == [order]


def test_nobody_cancels_after_hand_over(new_tenant: NewTenant) -> None:
    tenant = new_tenant(profile={"customer_cancels_after_confirm": True})
    order = tenant.place(state="handed_over_to_customer")
    with tenant.unchanged():
        refused(tenant.post("cancel", [{"orderId": order}]), "CN403", "only until hand-over. Start a return")
        denied(
            tenant.control_reply("POST", f"/shipments/{order}/events/cancel_by_customer"),
            409,
            "not_allowed",
            f"order {order} was handed over to the customer at 15:30:00; the customer can no longer",
        )


@pytest.mark.parametrize("state", ["placed", "bag_confirmed"])
def test_the_aggregator_cancels_items_until_invoicing(tenant: Tenant, state: str) -> None:
    order = tenant.place(items=TWO_MUGS_AND_A_LAMP, state=state)
    mug, lamp = tenant.items(order)
    tenant.cancel(order, {mug: 1})
    assert (tenant.state(order), tenant.items(order)) == (state, {mug: 1, lamp: 1})
    tenant.cancel(order, {lamp: 1})
    assert tenant.items(order) == {mug: 1, lamp: 0}
    shown = {item["orderItemId"]: item for item in tenant.look(order)["orderItems"]}
    assert (shown[mug]["cancelledQuantity"], shown[lamp]["cancelledQuantity"]) == (1, 1)
    assert shown[lamp]["status"] == "CANCELLED"


def test_items_are_not_cancelled_after_invoicing_but_the_whole_is(tenant: Tenant) -> None:
    order = tenant.place(items=TWO_MUGS_AND_A_LAMP, state="bag_invoiced")
    mug, lamp = tenant.items(order)
    part = [pick | {"reasonCode": "6"} for pick in picks({mug: 1})]
    with tenant.unchanged():
        refused(
            tenant.post("cancel", [{"orderId": order, "orderItems": part}]),
            "CN403",
            "single items can be cancelled only before",
        )
    tenant.cancel(order, {mug: 2, lamp: 1})
    assert tenant.state(order) == "cancelled_fynd"


def test_naming_every_piece_cancels_the_order(tenant: Tenant) -> None:
    order = tenant.place(items=TWO_MUGS_AND_A_LAMP)
    mug, lamp = tenant.items(order)
    named = [pick | {"reasonCode": "9"} for pick in [*picks({mug: 1}), *picks({mug: 1}), *picks({lamp: 1})]]
    accepted(tenant.post("cancel", [{"orderId": order, "orderItems": named}]))
    assert tenant.state(order) == "cancelled_fynd"


def test_naming_what_is_left_cancels_the_order(tenant: Tenant) -> None:
    order = tenant.place(items=TWO_MUGS_AND_A_LAMP)
    mug, lamp = tenant.items(order)
    tenant.cancel(order, {mug: 2})
    tenant.cancel(order, {lamp: 1})
    assert tenant.state(order) == "cancelled_fynd"


@pytest.mark.parametrize("reason", ["6", "7", "8", "9", "NA", 6])
def test_the_documented_reasons_are_taken_as_text_or_number(tenant: Tenant, reason: object) -> None:
    order = tenant.place(items=TWO_MUGS_AND_A_LAMP)
    tenant.cancel(order, {next(iter(tenant.items(order))): 1}, reason)


@pytest.mark.parametrize("by", ["aggregator", "customer"])
def test_what_survives_is_confirmed_invoiced_handed_over_and_returned(tenant: Tenant, by: str) -> None:
    order = tenant.place(items=TWO_MUGS_AND_A_LAMP)
    mug, lamp = tenant.items(order)
    if by == "aggregator":
        tenant.cancel(order, {mug: 1})
    else:
        tenant.fire(order, "cancel_by_customer", items=picks({mug: 1}))
    assert tenant.items(order) == {mug: 1, lamp: 1}
    all_of_it = [{"orderId": order, "orderItems": picks({mug: 2, lamp: 1})}]
    refused(tenant.post("confirm", all_of_it), "CF422", "all that is left")
    accepted(tenant.post("confirm", [{"orderId": order, "orderItems": picks({mug: 1, lamp: 1})}]))
    accepted(tenant.post("invoiceUpdate", [pushed(order, "S-1") | {"orderItems": picks({mug: 1, lamp: 1})}]))
    tenant.hand_over(order)
    back = tenant.start_return(order)
    assert tenant.items(back) == {mug: 1, lamp: 1}


def test_an_item_with_nothing_left_may_be_left_out_of_the_confirmation(tenant: Tenant) -> None:
    order = tenant.place(items=TWO_MUGS_AND_A_LAMP)
    mug, lamp = tenant.items(order)
    tenant.cancel(order, {lamp: 1})
    named = [{"orderId": order, "orderItems": picks({mug: 2, lamp: 1})}]
    refused(tenant.post("confirm", named), "O400", f"item {lamp} of order {order} was cancelled")
    accepted(tenant.post("confirm", [{"orderId": order, "orderItems": picks({mug: 2})}]))


def test_a_confirmed_order_loses_items_and_is_then_invoiced(tenant: Tenant) -> None:
    order = tenant.place(items=TWO_MUGS_AND_A_LAMP, state="bag_confirmed")
    mug, _ = tenant.items(order)
    before = tenant.look(order)["orderPrice"]["totalPrepaidAmount"]
    tenant.cancel(order, {mug: 2})
    tenant.push_invoice(order)
    assert tenant.state(order) == "bag_invoiced"
    assert before - tenant.look(order)["orderPrice"]["totalPrepaidAmount"] == 698.0


def test_the_customer_cancels_before_confirmation_only(tenant: Tenant) -> None:
    order, confirmed, invoiced = tenant.place(), tenant.place(state="bag_confirmed"), tenant.place()
    tenant.confirm(invoiced)
    tenant.push_invoice(invoiced)
    tenant.fire(order, "cancel_by_customer", reason="changed my mind")
    assert tenant.state(order) == "cancelled_customer"
    for late in (confirmed, invoiced):
        with tenant.unchanged():
            reply = tenant.control_reply("POST", f"/shipments/{late}/events/cancel_by_customer")
            body = denied(reply, 409, "not_allowed", f"order {late} was ", "only until confirmation")
            assert body["allowed"] == (["hand_over"] if late == invoiced else [])


@pytest.mark.parametrize("state", ["placed", "bag_confirmed", "bag_invoiced"])
def test_a_profile_lets_the_customer_cancel_until_hand_over(new_tenant: NewTenant, state: str) -> None:
    tenant = new_tenant(profile={"customer_cancels_after_confirm": True})
    order = tenant.place(state=state)
    tenant.fire(order, "cancel_by_customer")
    assert tenant.state(order) == "cancelled_customer"


def test_confirming_what_the_customer_cancelled_is_refused(tenant: Tenant) -> None:
    order = tenant.place()
    tenant.fire(order, "cancel_by_customer")
    with tenant.unchanged():
        refused(
            tenant.post("confirm", [{"orderId": order}]), "O400", "was cancelled by the customer at 15:30:00"
        )


@pytest.mark.parametrize("event", ["cancel_by_customer", "cancel_items_by_customer"])
@pytest.mark.parametrize("named", [True, False])
def test_a_customer_who_cancels_everything_cancels_the_order(tenant: Tenant, event: str, named: bool) -> None:
    order = tenant.place(items=TWO_MUGS_AND_A_LAMP)
    tenant.fire(order, event, **({"items": picks(tenant.items(order))} if named else {}))
    assert tenant.state(order) == "cancelled_customer"


def test_a_customer_cannot_cancel_more_than_there_is(tenant: Tenant) -> None:
    order = tenant.place(items=TWO_MUGS_AND_A_LAMP)
    mug, _ = tenant.items(order)
    with tenant.unchanged():
        path = f"/shipments/{order}/events/cancel_items_by_customer"
        reply = tenant.control_reply("POST", path, {"items": picks({mug: 3})})
        denied(reply, 409, "not_allowed", "has 2 pieces left, and the call names 3 pieces")


@pytest.mark.parametrize("by", ["aggregator", "customer"])
def test_cancelled_after_invoicing_shows_among_the_returns_too(new_tenant: NewTenant, by: str) -> None:
    tenant = new_tenant(profile={"customer_cancels_after_confirm": True})
    early, late = tenant.place(state="bag_confirmed"), tenant.place(state="bag_invoiced")
    for order in (early, late):
        if by == "aggregator":
            tenant.cancel(order)
        else:
            tenant.fire(order, "cancel_by_customer")
    assert tenant.listed("CANCELLED") == sorted([early, late])
    assert tenant.listed("RETURN_DELIVERED") == [late]
    tenant.change(profile={"cancelled_after_invoice_in_returns": False})
    assert tenant.listed("CANCELLED") == sorted([early, late])
    assert tenant.listed("RETURN_DELIVERED") == []


def test_returns_are_not_cancelled(tenant: Tenant) -> None:
    back = tenant.place(state="return_initiated")
    refused(tenant.post("cancel", [{"orderId": back}]), "CN403", "a return cannot be cancelled")


# Reassignment


MOVING = {"reassign_on_seller_cancel": True}


@pytest.mark.parametrize("state", ["placed", "bag_confirmed"])
def test_an_order_that_a_store_cancels_goes_to_another_store(new_tenant: NewTenant, state: str) -> None:
    tenant = new_tenant(profile=MOVING)
    order = tenant.place(items=TWO_MUGS_AND_A_LAMP, state=state)
    bought = tenant.items(order)
    accepted(tenant.post("cancel", [{"orderId": order}], who="STORE-1"))
    assert (tenant.state(order), tenant.word(order)) == ("store_reassigned", "CREATED")
    assert tenant.items(order) == bought
    assert tenant.look(order)["trail"][-1] | {"at": ""} == {
        "event": "reassign",
        "from": state,
        "to": "store_reassigned",
        "actor": "aggregator",
        "at": "",
    }
    assert tenant.listed("CREATED", "STORE-2") == [order]
    assert tenant.listed("CREATED") == []
    assert tenant.get({"orderId": order}, who="STORE-1").json == []
    refused(tenant.post("confirm", [{"orderId": order}], who="STORE-1"), "O422", "not known to store STORE-1")
    assert all(level["reserved"] == 0 for level in tenant.control("GET", "/stock")["stock"])
    accepted(tenant.post("confirm", [{"orderId": order}], who="STORE-2"))
    assert tenant.word(order) == "CONFIRMED"


def test_each_store_gets_an_order_once_and_the_last_one_cancels_it(new_tenant: NewTenant) -> None:
    tenant = new_tenant(profile=MOVING, locations=["A", "B", "C"])
    order = tenant.place(location="B")
    seen = []
    for _ in range(3):
        tenant.cancel(order)
        seen.append((tenant.state(order), tenant.look(order)["location"]))
    assert seen == [("store_reassigned", "A"), ("store_reassigned", "C"), ("cancelled_fynd", "C")]
    refused(tenant.post("cancel", [{"orderId": order}]), "CN400", "was cancelled by the aggregator")


def test_only_a_store_with_all_goods_free_gets_the_order(new_tenant: NewTenant) -> None:
    tenant = new_tenant(profile=MOVING, locations=["A", "B", "C"])
    levels = [{"location": "B", "sku": "MUG-STN-350", "on_hand": 3}]
    tenant.control("PUT", "/stock", {"stock": levels})
    tenant.place(location="B", items=TWO_MUGS_AND_A_LAMP, state="bag_confirmed")
    order = tenant.place(location="A", items=TWO_MUGS_AND_A_LAMP)
    tenant.cancel(order)
    assert tenant.look(order)["location"] == "C"


def test_without_another_store_that_has_the_goods_the_order_is_cancelled(new_tenant: NewTenant) -> None:
    tenant = new_tenant(profile=MOVING)
    levels = [{"location": "STORE-2", "sku": "LAMP-DSK-LED", "on_hand": 0}]
    tenant.control("PUT", "/stock", {"stock": levels})
    order = tenant.place(items=TWO_MUGS_AND_A_LAMP)
    tenant.cancel(order)
    assert (tenant.state(order), tenant.listed("CANCELLED")) == ("cancelled_fynd", [order])
    body = {"items": TWO_MUGS_AND_A_LAMP, "state": "store_reassigned"}
    denied(tenant.control_reply("POST", "/orders", body), 409, "not_allowed", "no other store of this tenant")


def test_single_items_an_invoiced_order_and_what_the_customer_cancels_stay(new_tenant: NewTenant) -> None:
    tenant = new_tenant(profile=MOVING)
    order, invoiced, given_up = (
        tenant.place(items=TWO_MUGS_AND_A_LAMP, state=s) for s in ("placed", "bag_invoiced", "placed")
    )
    mug, lamp = tenant.items(order)
    tenant.cancel(order, {mug: 1})
    tenant.cancel(invoiced)
    tenant.fire(given_up, "cancel_by_customer")
    assert (tenant.state(order), tenant.items(order)) == ("placed", {mug: 1, lamp: 1})
    assert (tenant.state(invoiced), tenant.state(given_up)) == ("cancelled_fynd", "cancelled_customer")
    assert {tenant.look(one)["location"] for one in (order, invoiced, given_up)} == {"STORE-1"}


def test_a_reassigned_order_is_invoiced_by_its_new_store(new_tenant: NewTenant) -> None:
    tenant = new_tenant(profile=MOVING, invoice_mode="fynd")
    order = tenant.place(state="store_reassigned")
    accepted(tenant.post("confirm", [{"orderId": order}]))
    assert tenant.look(order)["marketplaceInvoiceNumber"] == "I00014001A000001"
