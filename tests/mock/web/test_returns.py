"""Returns: of some items or pieces, several of one sale, never more than was sold."""

from __future__ import annotations

import pytest

from tests.conftest import NewWorld
from tests.support.mock_client import Reply, World, accepted, picks, refused, told
from tests.support.refusal_recipes import HELD_DELIVERY

pytestmark = pytest.mark.every_store

BASKET = [{"sku": "MUG-STN-350", "quantity": 3}, {"sku": "LAMP-DSK-LED", "quantity": 1}]


@pytest.fixture
def sale(world: World) -> str:
    """Three mugs and a lamp, handed over."""
    return world.place(items=BASKET, state="handed_over_to_customer")


def start(world: World, sale: str, items: dict[str, int] | None = None) -> Reply:
    details = {"items": picks(items)} if items else {}
    return world.control_reply("POST", f"/shipments/{sale}/events/start_return", details)


def test_a_return_is_a_shipment_of_its_own(world: World, sale: str) -> None:
    back = world.start_return(sale, reason="too small")
    shown, sold = world.look(back), world.look(sale)
    assert back != sale
    assert (shown["forwardId"], sold["forwardId"]) == (sale, sale)
    assert shown["marketplaceOrderId"] == sold["marketplaceOrderId"]
    assert shown["marketplaceReturnId"]
    assert sold["marketplaceReturnId"] is None
    assert shown["marketplaceInvoiceNumber"] is None
    assert sold["state"] == "handed_over_to_customer"
    assert shown["location"] == sold["location"]
    assert {item["returnReason"] for item in shown["orderItems"]} == {"too small"}
    assert world.listed("RETURN_PROCESSING") == [back]


@pytest.mark.parametrize("initiator", ["store_os", "erp", "fynd_oms"])
def test_where_a_return_was_started_is_kept(world: World, sale: str, initiator: str) -> None:
    back = world.start_return(sale, initiator=initiator)
    assert world.look(back)["initiator"] == initiator
    world.accept_return(back)
    assert world.look(back)["initiator"] == initiator
    assert world.look(sale)["initiator"] is None


def test_a_return_started_without_a_word_was_started_in_store_os(world: World, sale: str) -> None:
    assert world.look(world.start_return(sale))["initiator"] == "store_os"


@pytest.mark.parametrize("state", ["placed", "bag_confirmed", "bag_invoiced", "cancelled_fynd"])
def test_only_what_was_handed_over_is_returned(world: World, state: str) -> None:
    order = world.place(state=state)
    with world.unchanged():
        told(start(world, order), 409, "not_allowed", f"cannot start_return while {state}")


def test_a_return_is_not_returned(world: World) -> None:
    back = world.place(state="return_completed")
    told(start(world, back), 409, "not_allowed", "wrong type")


def test_items_come_back_one_after_the_other_until_all_are_back(world: World, sale: str) -> None:
    mug, lamp = world.items(sale)
    for items in ({mug: 1}, {lamp: 1}, {mug: 2}):
        back = world.start_return(sale, items)
        assert world.items(back) == items
        world.accept_return(back)
        world.push_credit_note(back)
        assert world.state(back) == "return_completed"
    returned = {item["orderItemId"]: item["returnedQuantity"] for item in world.look(sale)["orderItems"]}
    assert returned == {mug: 3, lamp: 1}
    with world.unchanged():
        told(start(world, sale), 409, "not_allowed", "nothing is left to return")
    assert world.state(sale) == "handed_over_to_customer"


def test_open_and_accepted_returns_never_exceed_what_was_sold(world: World, sale: str) -> None:
    mug, lamp = world.items(sale)
    world.start_return(sale, {mug: 1})
    world.accept_return(world.start_return(sale, {mug: 1}))
    with world.unchanged():
        reply = start(world, sale, {mug: 2})
        told(reply, 409, "not_allowed", f"quantity of item {mug} is 2; 1 can still be returned")
    assert world.items(world.start_return(sale)) == {mug: 1, lamp: 1}


def test_a_rejected_return_frees_its_quantity(world: World, sale: str) -> None:
    mug, lamp = world.items(sale)
    back = world.start_return(sale)
    world.fire(back, "reject_return", reason="worn")
    assert (world.state(back), world.word(back)) == ("return_rejected_by_store", "RETURN_REJECTED")
    assert world.listed("RETURN_REJECTED") == [back]
    assert world.items(world.start_return(sale)) == {mug: 3, lamp: 1}


def test_a_rejected_return_is_neither_accepted_nor_credited(world: World, sale: str) -> None:
    back = world.start_return(sale)
    world.fire(back, "reject_return")
    with world.unchanged():
        refused(world.post("return", [{"orderId": back}]), "R403", "too late")
        note = [{"orderId": back, "invoiceNumber": "C-1", "invoiceType": "return"}]
        refused(world.post("invoiceUpdate", note), "IN403", "too late")


def test_an_accepted_return_is_not_rejected(world: World, sale: str) -> None:
    back = world.start_return(sale)
    world.accept_return(back)
    with world.unchanged():
        reply = world.control_reply("POST", f"/shipments/{back}/events/reject_return")
        told(reply, 409, "not_allowed", "cannot reject_return while return_accepted")


def test_cancelled_pieces_are_not_returned(world: World) -> None:
    order = world.place(items=BASKET)
    mug, lamp = world.items(order)
    world.cancel(order, {mug: 2, lamp: 1})
    world.confirm(order)
    world.push_invoice(order)
    world.hand_over(order)
    with world.unchanged():
        told(start(world, order, {mug: 2}), 409, "not_allowed", "1 can still be returned")
        told(start(world, order, {lamp: 1}), 409, "not_allowed", "0 can still be returned")
    assert world.items(world.start_return(order)) == {mug: 1}


def test_quality_control_is_noted_per_item(world: World, sale: str) -> None:
    mug, lamp = world.items(sale)
    back = world.start_return(sale)
    world.accept_return(back, [(mug, 1, "tag_missing"), (mug, 1, "lost")])
    shown = {item["orderItemId"]: item["returnReason"] for item in world.look(back)["orderItems"]}
    assert shown == {mug: "lost, tag_missing", lamp: None}


@pytest.mark.parametrize(
    "reason",
    [
        "tag_missing", "package_damaged", "refinish_damaged", "refinish_for_pressing", "seal_opened",
        "wrong_product_received", "lost", "short_received", "empty_box_received", "free_gift_missing",
        "component_missing", "fully_damaged", "", None,
    ],
)  # fmt: skip
def test_the_documented_results_are_taken(world: World, sale: str, reason: str | None) -> None:
    mug, _ = world.items(sale)
    back = world.start_return(sale)
    world.accept_return(back, [(mug, 3, reason)])
    assert world.state(back) == "return_accepted"


def test_quality_control_is_about_no_more_than_came_back(world: World, sale: str) -> None:
    mug, _ = world.items(sale)
    back = world.start_return(sale, {mug: 2})
    named = [pick | {"reasonCode": ""} for pick in [*picks({mug: 2}), *picks({mug: 1})]]
    with world.unchanged():
        reply = world.post("return", [{"orderId": back, "orderItems": named}])
        refused(reply, "R425", f"quantity of item {mug} is 3; 2 are in the return")


def test_an_item_that_is_not_in_the_return_is_unknown(world: World, sale: str) -> None:
    mug, lamp = world.items(sale)
    back = world.start_return(sale, {mug: 1})
    refused(world.post("return", [{"orderId": back, "orderItems": picks({lamp: 1})}]), "R400", lamp)


def test_a_profile_lets_returns_pass_the_delivered_state(new_world: NewWorld) -> None:
    world = new_world(**HELD_DELIVERY)
    back = world.place(state="return_initiated")
    refused(world.post("return", [{"orderId": back}]), "R403", "too early")
    world.fire(back, "deliver_return")
    assert (world.state(back), world.word(back)) == ("return_bag_delivered", "RETURN_DELIVERED")
    assert world.listed("RETURN_DELIVERED") == [back]
    accepted(world.post("return", [{"orderId": back}]))
    assert world.state(back) == "return_accepted"


def test_an_accepted_return_is_listed_where_credit_notes_are_due(world: World) -> None:
    back = world.place(state="return_accepted")
    assert world.listed("RETURN_ACCEPTED") == [back]
    assert world.listed("RETURN_COMPLETED") == [back]
    assert world.listed("CREDIT_NOTE_GENERATED") == []
    world.push_credit_note(back)
    assert world.listed("RETURN_ACCEPTED") == []
    assert world.listed("RETURN_COMPLETED") == [back]
    assert world.listed("CREDIT_NOTE_GENERATED") == [back]


def test_a_generated_credit_note_is_listed_under_both_names(new_world: NewWorld) -> None:
    world = new_world(pace={"complete_return": "held"})
    back = world.place(state="credit_note_generated")
    assert world.listed("RETURN_COMPLETED") == [back]
    assert world.listed("CREDIT_NOTE_GENERATED") == [back]
    assert world.word(back) == "CREDIT_NOTE_GENERATED"


def test_the_sale_of_a_returned_order_stays_delivered(world: World, sale: str) -> None:
    back = world.start_return(sale)
    world.accept_return(back)
    world.push_credit_note(back)
    assert world.listed("DELIVERED") == [sale]
    assert world.listed("HANDED_OVER_TO_CUSTOMER") == [sale]
