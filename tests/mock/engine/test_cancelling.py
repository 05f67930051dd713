"""Cancelling: by the aggregator or the customer, whole or some items, in the documented windows."""

from __future__ import annotations

import pytest

from tests.conftest import NewWorld
from tests.support.mock_client import World, accepted, picks, pushed, refused, told

pytestmark = pytest.mark.every_store

TWO_MUGS_AND_A_LAMP = [{"sku": "MUG-STN-350", "quantity": 2}, {"sku": "LAMP-DSK-LED"}]


@pytest.mark.parametrize("state", ["placed", "bag_confirmed", "bag_invoiced"])
def test_the_aggregator_cancels_whole_orders_until_hand_over(world: World, state: str) -> None:
    order = world.place(state=state)
    world.cancel(order)
    assert (world.state(order), world.word(order)) == ("cancelled_fynd", "CANCELLED")
    assert world.listed("CANCELLED") == [order]


def test_nobody_cancels_after_hand_over(new_world: NewWorld) -> None:
    world = new_world(profile={"customer_cancels_after_confirm": True})
    order = world.place(state="handed_over_to_customer")
    with world.unchanged():
        refused(world.post("cancel", [{"orderId": order}]), "CN403", "too late")
        told(
            world.control_reply("POST", f"/shipments/{order}/events/cancel_by_customer"),
            409,
            "not_allowed",
            "cannot cancel_by_customer while handed_over_to_customer (too late)",
        )


@pytest.mark.parametrize("state", ["placed", "bag_confirmed"])
def test_the_aggregator_cancels_items_until_invoicing(world: World, state: str) -> None:
    order = world.place(items=TWO_MUGS_AND_A_LAMP, state=state)
    mug, lamp = world.items(order)
    world.cancel(order, {mug: 1})
    assert (world.state(order), world.items(order)) == (state, {mug: 1, lamp: 1})
    world.cancel(order, {lamp: 1})
    assert world.items(order) == {mug: 1, lamp: 0}
    shown = {item["orderItemId"]: item for item in world.look(order)["orderItems"]}
    assert (shown[mug]["cancelledQuantity"], shown[lamp]["cancelledQuantity"]) == (1, 1)
    assert shown[lamp]["status"] == "CANCELLED"


def test_items_are_not_cancelled_after_invoicing_but_the_whole_is(world: World) -> None:
    order = world.place(items=TWO_MUGS_AND_A_LAMP, state="bag_invoiced")
    mug, lamp = world.items(order)
    part = [pick | {"reasonCode": "6"} for pick in picks({mug: 1})]
    with world.unchanged():
        refused(world.post("cancel", [{"orderId": order, "orderItems": part}]), "CN403", "too late")
    world.cancel(order, {mug: 2, lamp: 1})
    assert world.state(order) == "cancelled_fynd"


def test_naming_every_piece_cancels_the_order(world: World) -> None:
    order = world.place(items=TWO_MUGS_AND_A_LAMP)
    mug, lamp = world.items(order)
    named = [pick | {"reasonCode": "9"} for pick in [*picks({mug: 1}), *picks({mug: 1}), *picks({lamp: 1})]]
    accepted(world.post("cancel", [{"orderId": order, "orderItems": named}]))
    assert world.state(order) == "cancelled_fynd"


def test_naming_what_is_left_cancels_the_order(world: World) -> None:
    order = world.place(items=TWO_MUGS_AND_A_LAMP)
    mug, lamp = world.items(order)
    world.cancel(order, {mug: 2})
    world.cancel(order, {lamp: 1})
    assert world.state(order) == "cancelled_fynd"


@pytest.mark.parametrize("reason", ["6", "7", "8", "9", "NA", 6])
def test_the_documented_reasons_are_taken_as_text_or_number(world: World, reason: object) -> None:
    order = world.place(items=TWO_MUGS_AND_A_LAMP)
    world.cancel(order, {next(iter(world.items(order))): 1}, reason)


@pytest.mark.parametrize("by", ["aggregator", "customer"])
def test_what_survives_is_confirmed_invoiced_handed_over_and_returned(world: World, by: str) -> None:
    order = world.place(items=TWO_MUGS_AND_A_LAMP)
    mug, lamp = world.items(order)
    if by == "aggregator":
        world.cancel(order, {mug: 1})
    else:
        world.fire(order, "cancel_by_customer", items=picks({mug: 1}))
    assert world.items(order) == {mug: 1, lamp: 1}
    all_of_it = [{"orderId": order, "orderItems": picks({mug: 2, lamp: 1})}]
    refused(world.post("confirm", all_of_it), "CF422", "all that is left")
    accepted(world.post("confirm", [{"orderId": order, "orderItems": picks({mug: 1, lamp: 1})}]))
    accepted(world.post("invoiceUpdate", [pushed(order, "S-1") | {"orderItems": picks({mug: 1, lamp: 1})}]))
    world.hand_over(order)
    back = world.start_return(order)
    assert world.items(back) == {mug: 1, lamp: 1}


def test_an_item_with_nothing_left_may_be_left_out_of_the_confirmation(world: World) -> None:
    order = world.place(items=TWO_MUGS_AND_A_LAMP)
    mug, lamp = world.items(order)
    world.cancel(order, {lamp: 1})
    named = [{"orderId": order, "orderItems": picks({mug: 2, lamp: 1})}]
    refused(world.post("confirm", named), "O400", f"item {lamp} is cancelled")
    accepted(world.post("confirm", [{"orderId": order, "orderItems": picks({mug: 2})}]))


def test_a_confirmed_order_loses_items_and_is_then_invoiced(world: World) -> None:
    order = world.place(items=TWO_MUGS_AND_A_LAMP, state="bag_confirmed")
    mug, _ = world.items(order)
    before = world.look(order)["orderPrice"]["totalPrepaidAmount"]
    world.cancel(order, {mug: 2})
    world.push_invoice(order)
    assert world.state(order) == "bag_invoiced"
    assert before - world.look(order)["orderPrice"]["totalPrepaidAmount"] == 698.0


def test_the_customer_cancels_before_confirmation_only(world: World) -> None:
    order, confirmed, invoiced = world.place(), world.place(state="bag_confirmed"), world.place()
    world.confirm(invoiced)
    world.push_invoice(invoiced)
    world.fire(order, "cancel_by_customer", reason="changed my mind")
    assert world.state(order) == "cancelled_customer"
    for late in (confirmed, invoiced):
        with world.unchanged():
            reply = world.control_reply("POST", f"/shipments/{late}/events/cancel_by_customer")
            body = told(reply, 409, "not_allowed", "cannot cancel_by_customer while")
            assert body["allowed"] == (["hand_over"] if late == invoiced else [])


@pytest.mark.parametrize("state", ["placed", "bag_confirmed", "bag_invoiced"])
def test_a_profile_lets_the_customer_cancel_until_hand_over(new_world: NewWorld, state: str) -> None:
    world = new_world(profile={"customer_cancels_after_confirm": True})
    order = world.place(state=state)
    world.fire(order, "cancel_by_customer")
    assert world.state(order) == "cancelled_customer"


def test_confirming_what_the_customer_cancelled_is_refused(world: World) -> None:
    order = world.place()
    world.fire(order, "cancel_by_customer")
    with world.unchanged():
        refused(world.post("confirm", [{"orderId": order}]), "O400", "is cancelled_customer")


@pytest.mark.parametrize("event", ["cancel_by_customer", "cancel_items_by_customer"])
@pytest.mark.parametrize("named", [True, False])
def test_a_customer_who_cancels_everything_cancels_the_order(world: World, event: str, named: bool) -> None:
    order = world.place(items=TWO_MUGS_AND_A_LAMP)
    world.fire(order, event, **({"items": picks(world.items(order))} if named else {}))
    assert world.state(order) == "cancelled_customer"


def test_a_customer_cannot_cancel_more_than_there_is(world: World) -> None:
    order = world.place(items=TWO_MUGS_AND_A_LAMP)
    mug, _ = world.items(order)
    with world.unchanged():
        path = f"/shipments/{order}/events/cancel_items_by_customer"
        reply = world.control_reply("POST", path, {"items": picks({mug: 3})})
        told(reply, 409, "not_allowed", "is 3; 2 are left")


@pytest.mark.parametrize("by", ["aggregator", "customer"])
def test_cancelled_after_invoicing_shows_among_the_returns_too(new_world: NewWorld, by: str) -> None:
    world = new_world(profile={"customer_cancels_after_confirm": True})
    early, late = world.place(state="bag_confirmed"), world.place(state="bag_invoiced")
    for order in (early, late):
        if by == "aggregator":
            world.cancel(order)
        else:
            world.fire(order, "cancel_by_customer")
    assert world.listed("CANCELLED") == sorted([early, late])
    assert world.listed("RETURN_DELIVERED") == [late]
    world.change(profile={"cancelled_after_invoice_in_returns": False})
    assert world.listed("CANCELLED") == sorted([early, late])
    assert world.listed("RETURN_DELIVERED") == []


def test_returns_are_not_cancelled(world: World) -> None:
    back = world.place(state="return_initiated")
    refused(world.post("cancel", [{"orderId": back}]), "CN403", "is a return")
