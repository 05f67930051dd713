"""The whole way of an order, sale and return, in all four mode pairs."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.lifecycle.table import TABLE, Event
from tests.conftest import NewWorld
from tests.support.mock_client import World, pushed, refused

pytestmark = pytest.mark.every_store

AGGREGATOR, FYND = "aggregator", "fynd"
MODE_PAIRS = [(sale, note) for sale in (AGGREGATOR, FYND) for note in (AGGREGATOR, FYND)]


@pytest.mark.parametrize(("invoice_mode", "credit_note_mode"), MODE_PAIRS)
def test_an_order_goes_all_the_way_in_every_mode(
    new_world: NewWorld, invoice_mode: str, credit_note_mode: str
) -> None:
    world = new_world(invoice_mode=invoice_mode, credit_note_mode=credit_note_mode)
    order = world.place()
    assert (world.state(order), world.word(order)) == ("placed", "CREATED")

    world.confirm(order)
    if invoice_mode == AGGREGATOR:
        assert (world.state(order), world.word(order)) == ("bag_confirmed", "CONFIRMED")
        world.push_invoice(order, "S-1")
    assert (world.state(order), world.word(order)) == ("bag_invoiced", "PROCESSING")

    world.hand_over(order)
    assert (world.state(order), world.word(order)) == ("handed_over_to_customer", "DELIVERED")
    assert world.listed("DELIVERED") == [order]
    (light,) = world.get({"orderId": order}, path="/info").json["orders"]
    assert light["orderStatus"] == "DELIVERED"

    back = world.start_return(order)
    assert (world.state(back), world.word(back)) == ("return_initiated", "RETURN_PROCESSING")
    world.accept_return(back)
    if credit_note_mode == AGGREGATOR:
        assert (world.state(back), world.word(back)) == ("return_accepted", "RETURN_ACCEPTED")
        world.push_credit_note(back, "C-1")
    assert (world.state(back), world.word(back)) == ("return_completed", "RETURN_COMPLETED")
    assert world.word(order) == "DELIVERED"


@pytest.mark.parametrize(("invoice_mode", "credit_note_mode"), MODE_PAIRS)
def test_the_trail_tells_every_step_and_who_took_it(
    new_world: NewWorld, invoice_mode: str, credit_note_mode: str
) -> None:
    world = new_world(invoice_mode=invoice_mode, credit_note_mode=credit_note_mode)
    back = world.place(state="return_completed")
    sale = world.look(back)["forwardId"]
    steps = [(step["event"], step["actor"]) for step in world.look(sale)["trail"]]
    pushed_sale, pushed_note = ("push_invoice", "aggregator"), ("push_credit_note", "aggregator")
    assert steps == [
        ("place", "customer"),
        ("confirm", "aggregator"),
        pushed_sale if invoice_mode == AGGREGATOR else ("issue_invoice", "oms"),
        ("hand_over", "store"),
        ("start_return", "store"),
    ]
    assert [(step["event"], step["actor"]) for step in world.look(back)["trail"]] == [
        ("open_return", "store"),
        ("accept_return", "aggregator"),
        pushed_note if credit_note_mode == AGGREGATOR else ("issue_credit_note", "oms"),
        ("complete_return", "oms"),
    ]


def test_a_changed_invoice_mode_affects_later_orders_only(world: World) -> None:
    before = world.place()
    world.change(invoice_mode="fynd")
    after = world.place()
    world.confirm(before, after)
    assert world.state(before) == "bag_confirmed"
    assert world.state(after) == "bag_invoiced"
    world.push_invoice(before)
    refused(world.post("invoiceUpdate", [pushed(after, "S-2")]), "IN453", "cannot push_invoice")
    assert world.look(before)["modes"]["invoice"] == "aggregator"
    assert world.look(after)["modes"]["invoice"] == "fynd"


def test_a_changed_credit_note_mode_affects_later_returns_only(world: World) -> None:
    first, second = world.place_many(2, state="handed_over_to_customer")
    before = world.start_return(first)
    world.change(credit_note_mode="fynd")
    after = world.start_return(second)
    world.accept_return(before)
    world.accept_return(after)
    assert world.state(before) == "return_accepted"
    assert world.state(after) == "return_completed"


def test_a_return_of_an_old_sale_takes_the_mode_of_the_day_it_is_opened(world: World) -> None:
    sale = world.place(state="handed_over_to_customer")
    first = world.start_return(sale, dict([next(iter(world.items(sale).items()))]))
    world.change(credit_note_mode="fynd")
    second = world.start_return(sale)
    assert world.look(first)["modes"]["credit_note"] == "aggregator"
    assert world.look(second)["modes"]["credit_note"] == "fynd"


def test_a_pushed_invoice_where_the_oms_issues_them_is_refused_before_and_after(new_world: NewWorld) -> None:
    world = new_world(invoice_mode="fynd", pace={"issue_invoice": "held"})
    order = world.place()
    for state in ("placed", "bag_confirmed", "bag_invoiced", "handed_over_to_customer"):
        if state == "bag_confirmed":
            world.confirm(order)
        elif state == "bag_invoiced":
            world.fire(order, "issue_invoice")
        elif state == "handed_over_to_customer":
            world.hand_over(order)
        assert world.state(order) == state
        with world.unchanged():
            refused(world.post("invoiceUpdate", [pushed(order, "S-9")]), "IN453", f"while {state} (mode)")


def test_what_was_pushed_is_kept_as_pushed(world: World) -> None:
    order = world.place(items=[{"sku": "PHONE-128-BLK", "quantity": 2}], state="bag_confirmed")
    (item,) = world.items(order)
    world.push_invoice(
        order,
        "GST/25-26/0042",
        irnNumber="a5c1",
        ackNumber="112",
        ackDate="05/01/2026",
        invoiceQrCode="qr",
        signedInvoice="signed",
        orderItems=[{"orderItemId": item, "quantity": 2, "imeiSerialNumber": ["356", "357"]}],
        packages=[{"packageId": "P1", "packageLengthCm": 10, "packageWeightGms": 250.5}, {"packageId": "P2"}],
    )
    (shown,) = world.get({"orderId": order}).json
    assert shown["marketplaceInvoiceNumber"] == "GST/25-26/0042"
    assert shown["documents"] == [
        {
            "type": "invoice",
            "number": "GST/25-26/0042",
            "date": "2026-01-05T10:00:00+00:00",
            "irnNumber": "a5c1",
            "ackNumber": "112",
            "ackDate": "05/01/2026",
        }
    ]
    assert shown["orderItems"][0]["imeiSerialNumber"] == ["356", "357"]
    assert [package["packageId"] for package in shown["packages"]] == ["P1", "P2"]
    assert shown["packages"][0]["packageWeightGms"] == 250.5
    assert shown["multiPackShipment"] is True


REACHABLE: dict[str, dict[str, Any]] = {
    "placed": {},
    "bag_confirmed": {},
    "bag_invoiced": {},
    "handed_over_to_customer": {},
    "cancelled_customer": {},
    "cancelled_fynd": {},
    "return_initiated": {},
    "return_bag_delivered": {
        "profile": {"return_passes_bag_delivered": True},
        "pace": {"deliver_return": "held"},
    },
    "return_accepted": {},
    "return_rejected_by_store": {},
    "credit_note_generated": {"pace": {"complete_return": "held"}},
    "return_completed": {},
}


@pytest.mark.parametrize("state", sorted(REACHABLE))
def test_an_order_can_be_placed_in_any_state(new_world: NewWorld, state: str) -> None:
    world = new_world(**REACHABLE[state])
    assert world.state(world.place(state=state)) == state


def test_every_state_of_the_table_is_tried() -> None:
    assert set(REACHABLE) == {str(row.target) for row in TABLE}


def test_driving_takes_steps_that_the_pace_holds_back(new_world: NewWorld) -> None:
    world = new_world(invoice_mode="fynd", credit_note_mode="fynd", pace={"*": "held"})
    assert world.state(world.place(state="return_completed")) == "return_completed"


def test_the_control_plane_offers_what_it_then_does(new_world: NewWorld) -> None:
    world = new_world(pace={"*": "held"}, invoice_mode="fynd", credit_note_mode="fynd")
    for state in ("placed", "bag_confirmed", "bag_invoiced", "handed_over_to_customer", "return_initiated"):
        for event in world.look(world.place(state=state))["next"]:
            order = world.place(state=state)
            assert event in tuple(Event)
            world.fire(order, event)


def test_an_order_handed_over_without_an_invoice_stays_without_one(new_world: NewWorld) -> None:
    world = new_world(profile={"hand_over_before_invoice": True})
    order = world.place(state="bag_confirmed")
    world.hand_over(order)
    with world.unchanged():
        refused(world.post("invoiceUpdate", [pushed(order, "S-1")]), "IN453", "already")
        refused(world.post("invoice", [{"orderId": order}]), "IN403", "no invoice yet")
        refused(world.post("labels", [{"orderId": order}]), "L403", "no invoice yet")
    assert world.listed("DELIVERED") == [order]
    assert world.state(world.start_return(order)) == "return_initiated"


def test_an_order_handed_over_early_is_not_invoiced_by_the_oms_later(new_world: NewWorld) -> None:
    world = new_world(
        invoice_mode="fynd", pace={"*": {"after_s": 60}}, profile={"hand_over_before_invoice": True}
    )
    order = world.place(state="bag_confirmed")
    world.hand_over(order)
    world.advance(3600)
    assert world.state(order) == "handed_over_to_customer"
    assert world.look(order)["documents"] == []
