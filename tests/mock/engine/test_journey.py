"""Whole sales and returns, in all four mode pairs."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.lifecycle.table import TABLE, Event
from tests.conftest import NewTenant
from tests.support.mock_client import Tenant, pushed, refused

pytestmark = pytest.mark.every_store

AGGREGATOR, FYND = "aggregator", "fynd"
MODE_PAIRS = [(sale, note) for sale in (AGGREGATOR, FYND) for note in (AGGREGATOR, FYND)]


@pytest.mark.parametrize(("invoice_mode", "credit_note_mode"), MODE_PAIRS)
def test_an_order_goes_all_the_way_in_every_mode(
    new_tenant: NewTenant, invoice_mode: str, credit_note_mode: str
) -> None:
    tenant = new_tenant(invoice_mode=invoice_mode, credit_note_mode=credit_note_mode)
    order = tenant.place()
    assert (tenant.state(order), tenant.word(order)) == ("placed", "CREATED")

    tenant.confirm(order)
    if invoice_mode == AGGREGATOR:
        assert (tenant.state(order), tenant.word(order)) == ("bag_confirmed", "CONFIRMED")
        tenant.push_invoice(order, "S-1")
    assert (tenant.state(order), tenant.word(order)) == ("bag_invoiced", "PROCESSING")

    tenant.hand_over(order)
    assert (tenant.state(order), tenant.word(order)) == ("handed_over_to_customer", "DELIVERED")
    assert tenant.listed("DELIVERED") == [order]
    (light,) = tenant.get({"orderId": order}, path="/info").json["orders"]
    assert light["orderStatus"] == "DELIVERED"

    back = tenant.start_return(order)
    assert (tenant.state(back), tenant.word(back)) == ("return_initiated", "RETURN_PROCESSING")
    tenant.accept_return(back)
    if credit_note_mode == AGGREGATOR:
        assert (tenant.state(back), tenant.word(back)) == ("return_accepted", "RETURN_ACCEPTED")
        tenant.push_credit_note(back, "C-1")
    assert (tenant.state(back), tenant.word(back)) == ("return_completed", "RETURN_COMPLETED")
    assert tenant.word(order) == "DELIVERED"


@pytest.mark.parametrize(("invoice_mode", "credit_note_mode"), MODE_PAIRS)
def test_the_trail_tells_every_step_and_who_took_it(
    new_tenant: NewTenant, invoice_mode: str, credit_note_mode: str
) -> None:
    tenant = new_tenant(invoice_mode=invoice_mode, credit_note_mode=credit_note_mode)
    back = tenant.place(state="return_completed")
    sale = tenant.look(back)["forwardId"]
    steps = [(step["event"], step["actor"]) for step in tenant.look(sale)["trail"]]
    pushed_sale, pushed_note = ("push_invoice", "aggregator"), ("push_credit_note", "aggregator")
    assert steps == [
        ("place", "customer"),
        ("confirm", "aggregator"),
        pushed_sale if invoice_mode == AGGREGATOR else ("issue_invoice", "oms"),
        ("hand_over", "store"),
        ("start_return", "store"),
    ]
    assert [(step["event"], step["actor"]) for step in tenant.look(back)["trail"]] == [
        ("open_return", "store"),
        ("accept_return", "aggregator"),
        pushed_note if credit_note_mode == AGGREGATOR else ("issue_credit_note", "oms"),
        ("complete_return", "oms"),
    ]


def test_a_changed_invoice_mode_affects_later_orders_only(tenant: Tenant) -> None:
    before = tenant.place()
    tenant.change(invoice_mode="fynd")
    after = tenant.place()
    tenant.confirm(before, after)
    assert tenant.state(before) == "bag_confirmed"
    assert tenant.state(after) == "bag_invoiced"
    tenant.push_invoice(before)
    refused(tenant.post("invoiceUpdate", [pushed(after, "S-2")]), "IN453", "Fynd OMS issues the invoice of")
    assert tenant.look(before)["modes"]["invoice"] == "aggregator"
    assert tenant.look(after)["modes"]["invoice"] == "fynd"


def test_a_changed_credit_note_mode_affects_later_returns_only(tenant: Tenant) -> None:
    first, second = tenant.place_many(2, state="handed_over_to_customer")
    before = tenant.start_return(first)
    tenant.change(credit_note_mode="fynd")
    after = tenant.start_return(second)
    tenant.accept_return(before)
    tenant.accept_return(after)
    assert tenant.state(before) == "return_accepted"
    assert tenant.state(after) == "return_completed"


def test_a_return_of_an_old_sale_takes_the_mode_of_the_day_it_is_opened(tenant: Tenant) -> None:
    sale = tenant.place(state="handed_over_to_customer")
    first = tenant.start_return(sale, dict([next(iter(tenant.items(sale).items()))]))
    tenant.change(credit_note_mode="fynd")
    second = tenant.start_return(sale)
    assert tenant.look(first)["modes"]["credit_note"] == "aggregator"
    assert tenant.look(second)["modes"]["credit_note"] == "fynd"


def test_a_pushed_invoice_where_the_oms_issues_them_is_refused_before_and_after(
    new_tenant: NewTenant,
) -> None:
    tenant = new_tenant(invoice_mode="fynd", pace={"issue_invoice": "held"})
    order = tenant.place()
    for state in ("placed", "bag_confirmed", "bag_invoiced", "handed_over_to_customer"):
        if state == "bag_confirmed":
            tenant.confirm(order)
        elif state == "bag_invoiced":
            tenant.fire(order, "issue_invoice")
        elif state == "handed_over_to_customer":
            tenant.hand_over(order)
        assert tenant.state(order) == state
        with tenant.unchanged():
            refused(
                tenant.post("invoiceUpdate", [pushed(order, "S-9")]),
                "IN453",
                f"Fynd OMS issues the invoice of order {order} (invoice mode fynd, set when",
            )


def test_what_was_pushed_is_kept_as_pushed(tenant: Tenant) -> None:
    order = tenant.place(items=[{"sku": "PHONE-128-BLK", "quantity": 2}], state="bag_confirmed")
    (item,) = tenant.items(order)
    tenant.push_invoice(
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
    (shown,) = tenant.get({"orderId": order}).json
    assert shown["marketplaceInvoiceNumber"] == "GST/25-26/0042"
    assert shown["documents"] == [
        {
            "type": "invoice",
            "number": "GST/25-26/0042",
            "date": "2026-01-05T15:30:00+00:00",
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
    "store_reassigned": {"profile": {"reassign_on_seller_cancel": True}},
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
def test_an_order_can_be_placed_in_any_state(new_tenant: NewTenant, state: str) -> None:
    tenant = new_tenant(**REACHABLE[state])
    assert tenant.state(tenant.place(state=state)) == state


def test_every_state_of_the_table_is_tried() -> None:
    assert set(REACHABLE) == {str(row.target) for row in TABLE}


def test_driving_takes_steps_that_the_pace_holds_back(new_tenant: NewTenant) -> None:
    tenant = new_tenant(invoice_mode="fynd", credit_note_mode="fynd", pace={"*": "held"})
    assert tenant.state(tenant.place(state="return_completed")) == "return_completed"


def test_the_control_plane_offers_what_it_then_does(new_tenant: NewTenant) -> None:
    tenant = new_tenant(pace={"*": "held"}, invoice_mode="fynd", credit_note_mode="fynd")
    for state in ("placed", "bag_confirmed", "bag_invoiced", "handed_over_to_customer", "return_initiated"):
        for event in tenant.look(tenant.place(state=state))["next"]:
            order = tenant.place(state=state)
            assert event in tuple(Event)
            tenant.fire(order, event)


def test_an_order_handed_over_without_an_invoice_stays_without_one(new_tenant: NewTenant) -> None:
    tenant = new_tenant(profile={"hand_over_before_invoice": True})
    order = tenant.place(state="bag_confirmed")
    tenant.hand_over(order)
    with tenant.unchanged():
        refused(
            tenant.post("invoiceUpdate", [pushed(order, "S-1")]),
            "IN453",
            "without an invoice; it can no longer be invoiced",
        )
        refused(tenant.post("invoice", [{"orderId": order}]), "IN403", "no invoice or credit note to print")
        refused(
            tenant.post("labels", [{"orderId": order}]), "L403", "a label is printed only with an invoice"
        )
    assert tenant.listed("DELIVERED") == [order]
    assert tenant.state(tenant.start_return(order)) == "return_initiated"


def test_an_order_handed_over_early_is_not_invoiced_by_the_oms_later(new_tenant: NewTenant) -> None:
    tenant = new_tenant(
        invoice_mode="fynd", pace={"*": {"after_s": 60}}, profile={"hand_over_before_invoice": True}
    )
    order = tenant.place(state="bag_confirmed")
    tenant.hand_over(order)
    tenant.advance(3600)
    assert tenant.state(order) == "handed_over_to_customer"
    assert tenant.look(order)["documents"] == []
