"""Returns: partial, several per sale, never more pieces than were sold."""

from __future__ import annotations

import pytest

from tests.conftest import NewTenant
from tests.support.mock_client import Reply, Tenant, accepted, denied, picks, refused
from tests.support.refusal_recipes import HELD_DELIVERY

pytestmark = pytest.mark.every_store

BASKET = [{"sku": "MUG-STN-350", "quantity": 3}, {"sku": "LAMP-DSK-LED", "quantity": 1}]


@pytest.fixture
def sale(tenant: Tenant) -> str:
    """Three mugs and a lamp, handed over."""
    return tenant.place(items=BASKET, state="handed_over_to_customer")


def start(tenant: Tenant, sale: str, items: dict[str, int] | None = None) -> Reply:
    details = {"items": picks(items)} if items else {}
    return tenant.control_reply("POST", f"/shipments/{sale}/events/start_return", details)


def test_a_return_is_a_shipment_of_its_own(tenant: Tenant, sale: str) -> None:
    back = tenant.start_return(sale, reason="too small")
    shown, sold = tenant.look(back), tenant.look(sale)
    assert back != sale
    assert (shown["forwardId"], sold["forwardId"]) == (sale, sale)
    assert shown["marketplaceOrderId"] == sold["marketplaceOrderId"]
    assert shown["marketplaceReturnId"]
    assert sold["marketplaceReturnId"] is None
    assert shown["marketplaceInvoiceNumber"] is None
    assert sold["state"] == "handed_over_to_customer"
    assert shown["location"] == sold["location"]
    assert {item["returnReason"] for item in shown["orderItems"]} == {"too small"}
    assert tenant.listed("RETURN_PROCESSING") == [back]


@pytest.mark.parametrize("initiator", ["store_os", "erp", "fynd_oms"])
def test_where_a_return_was_started_is_kept(tenant: Tenant, sale: str, initiator: str) -> None:
    back = tenant.start_return(sale, initiator=initiator)
    assert tenant.look(back)["initiator"] == initiator
    tenant.accept_return(back)
    assert tenant.look(back)["initiator"] == initiator
    assert tenant.look(sale)["initiator"] is None


def test_a_return_started_without_a_word_was_started_in_store_os(tenant: Tenant, sale: str) -> None:
    assert tenant.look(tenant.start_return(sale))["initiator"] == "store_os"


@pytest.mark.parametrize(
    ("state", "done"),
    [
        ("placed", "placed"),
        ("bag_confirmed", "confirmed"),
        ("bag_invoiced", "invoiced"),
        ("cancelled_fynd", "cancelled by the aggregator"),
    ],
)
def test_only_what_was_handed_over_is_returned(tenant: Tenant, state: str, done: str) -> None:
    order = tenant.place(state=state)
    with tenant.unchanged():
        denied(start(tenant, order), 409, "not_allowed", f"order {order} was {done} at 15:30:00")


def test_a_return_is_not_returned(tenant: Tenant) -> None:
    back = tenant.place(state="return_completed")
    denied(start(tenant, back), 409, "not_allowed", f"return {back} is itself a return")


def test_items_come_back_one_after_the_other_until_all_are_back(tenant: Tenant, sale: str) -> None:
    mug, lamp = tenant.items(sale)
    for items in ({mug: 1}, {lamp: 1}, {mug: 2}):
        back = tenant.start_return(sale, items)
        assert tenant.items(back) == items
        tenant.accept_return(back)
        tenant.push_credit_note(back)
        assert tenant.state(back) == "return_completed"
    returned = {item["orderItemId"]: item["returnedQuantity"] for item in tenant.look(sale)["orderItems"]}
    assert returned == {mug: 3, lamp: 1}
    with tenant.unchanged():
        denied(start(tenant, sale), 409, "not_allowed", f"order {sale} has no pieces left to return")
    assert tenant.state(sale) == "handed_over_to_customer"


def test_open_and_accepted_returns_never_exceed_what_was_sold(tenant: Tenant, sale: str) -> None:
    mug, lamp = tenant.items(sale)
    tenant.start_return(sale, {mug: 1})
    tenant.accept_return(tenant.start_return(sale, {mug: 1}))
    with tenant.unchanged():
        reply = start(tenant, sale, {mug: 2})
        denied(
            reply,
            409,
            "not_allowed",
            f"item {mug} of order {sale} has 1 piece that can still be returned, and the call names 2 pieces",
        )
    assert tenant.items(tenant.start_return(sale)) == {mug: 1, lamp: 1}


def test_a_rejected_return_frees_its_quantity(tenant: Tenant, sale: str) -> None:
    mug, lamp = tenant.items(sale)
    back = tenant.start_return(sale)
    tenant.fire(back, "reject_return", reason="worn")
    assert (tenant.state(back), tenant.word(back)) == ("return_rejected_by_store", "RETURN_REJECTED")
    assert tenant.listed("RETURN_REJECTED") == [back]
    assert tenant.items(tenant.start_return(sale)) == {mug: 3, lamp: 1}


def test_a_rejected_return_is_neither_accepted_nor_credited(tenant: Tenant, sale: str) -> None:
    back = tenant.start_return(sale)
    tenant.fire(back, "reject_return")
    with tenant.unchanged():
        refused(
            tenant.post("return", [{"orderId": back}]), "R403", "a rejected return can no longer be accepted"
        )
        note = [{"orderId": back, "invoiceNumber": "C-1", "invoiceType": "return"}]
        refused(tenant.post("invoiceUpdate", note), "IN403", "a rejected return gets no credit note")


def test_an_accepted_return_is_not_rejected(tenant: Tenant, sale: str) -> None:
    back = tenant.start_return(sale)
    tenant.accept_return(back)
    with tenant.unchanged():
        reply = tenant.control_reply("POST", f"/shipments/{back}/events/reject_return")
        denied(
            reply, 409, "not_allowed", f"return {back} was accepted at 15:30:00", "only until it is accepted"
        )


def test_cancelled_pieces_are_not_returned(tenant: Tenant) -> None:
    order = tenant.place(items=BASKET)
    mug, lamp = tenant.items(order)
    tenant.cancel(order, {mug: 2, lamp: 1})
    tenant.confirm(order)
    tenant.push_invoice(order)
    tenant.hand_over(order)
    with tenant.unchanged():
        denied(start(tenant, order, {mug: 2}), 409, "not_allowed", "has 1 piece that can still be returned")
        denied(
            start(tenant, order, {lamp: 1}),
            409,
            "not_allowed",
            f"item {lamp} of order {order} has no pieces left to return",
        )
    assert tenant.items(tenant.start_return(order)) == {mug: 1}


def test_quality_control_is_noted_per_item(tenant: Tenant, sale: str) -> None:
    mug, lamp = tenant.items(sale)
    back = tenant.start_return(sale)
    tenant.accept_return(back, [(mug, 1, "tag_missing"), (mug, 1, "lost")])
    shown = {item["orderItemId"]: item["returnReason"] for item in tenant.look(back)["orderItems"]}
    assert shown == {mug: "lost, tag_missing", lamp: None}


@pytest.mark.parametrize(
    "reason",
    [
        "tag_missing", "package_damaged", "refinish_damaged", "refinish_for_pressing", "seal_opened",
        "wrong_product_received", "lost", "short_received", "empty_box_received", "free_gift_missing",
        "component_missing", "fully_damaged", "customer_abuse", "refinish_package_damaged",
        "refinish_tag_missing", "", None,
    ],
)  # fmt: skip
def test_the_documented_results_are_taken(tenant: Tenant, sale: str, reason: str | None) -> None:
    mug, _ = tenant.items(sale)
    back = tenant.start_return(sale)
    tenant.accept_return(back, [(mug, 3, reason)])
    assert tenant.state(back) == "return_accepted"


def test_quality_control_is_about_no_more_than_came_back(tenant: Tenant, sale: str) -> None:
    mug, _ = tenant.items(sale)
    back = tenant.start_return(sale, {mug: 2})
    named = [pick | {"reasonCode": ""} for pick in [*picks({mug: 2}), *picks({mug: 1})]]
    with tenant.unchanged():
        reply = tenant.post("return", [{"orderId": back, "orderItems": named}])
        refused(reply, "R425", f"item {mug} of return {back} has 2 pieces, and the call names 3 pieces")


def test_an_item_that_is_not_in_the_return_is_unknown(tenant: Tenant, sale: str) -> None:
    mug, lamp = tenant.items(sale)
    back = tenant.start_return(sale, {mug: 1})
    refused(tenant.post("return", [{"orderId": back, "orderItems": picks({lamp: 1})}]), "R400", lamp)


def test_a_profile_lets_returns_pass_the_delivered_state(new_tenant: NewTenant) -> None:
    tenant = new_tenant(**HELD_DELIVERY)
    back = tenant.place(state="return_initiated")
    refused(tenant.post("return", [{"orderId": back}]), "R403", "only after its goods came back")
    tenant.fire(back, "deliver_return")
    assert (tenant.state(back), tenant.word(back)) == ("return_bag_delivered", "RETURN_DELIVERED")
    assert tenant.listed("RETURN_DELIVERED") == [back]
    accepted(tenant.post("return", [{"orderId": back}]))
    assert tenant.state(back) == "return_accepted"


def test_an_accepted_return_is_listed_where_credit_notes_are_due(tenant: Tenant) -> None:
    back = tenant.place(state="return_accepted")
    assert tenant.listed("RETURN_ACCEPTED") == [back]
    assert tenant.listed("RETURN_COMPLETED") == [back]
    assert tenant.listed("CREDIT_NOTE_GENERATED") == []
    tenant.push_credit_note(back)
    assert tenant.listed("RETURN_ACCEPTED") == []
    assert tenant.listed("RETURN_COMPLETED") == [back]
    assert tenant.listed("CREDIT_NOTE_GENERATED") == [back]


def test_a_generated_credit_note_is_listed_under_both_names(new_tenant: NewTenant) -> None:
    tenant = new_tenant(pace={"complete_return": "held"})
    back = tenant.place(state="credit_note_generated")
    assert tenant.listed("RETURN_COMPLETED") == [back]
    assert tenant.listed("CREDIT_NOTE_GENERATED") == [back]
    assert tenant.word(back) == "CREDIT_NOTE_GENERATED"


def test_the_sale_of_a_returned_order_stays_delivered(tenant: Tenant, sale: str) -> None:
    back = tenant.start_return(sale)
    tenant.accept_return(back)
    tenant.push_credit_note(back)
    assert tenant.listed("DELIVERED") == [sale]
    assert tenant.listed("HANDED_OVER_TO_CUSTOMER") == [sale]
