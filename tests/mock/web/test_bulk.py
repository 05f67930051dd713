"""Bulk calls: up to 20 orders, each handled separately, in request order."""

from __future__ import annotations

import io
from typing import Any

import pytest
from pypdf import PdfReader

from tests.support.mock_client import Tenant, accepted, picks, pushed, refusals, rejected
from tests.support.refusal_recipes import READY, UNKNOWN_ID, path, request

BULK = sorted(READY)
PRINTING = ("invoice", "labels")


def good(tenant: Tenant, touchpoint: str, count: int) -> list[dict[str, Any]]:
    orders = tenant.place_many(count, state=READY[touchpoint])
    return [request(touchpoint, order) for order in orders]


def went_well(reply: Any, touchpoint: str, count: int) -> None:
    if touchpoint in PRINTING:
        assert (reply.status, reply.media) == (200, "application/pdf")
        assert len(PdfReader(io.BytesIO(reply.body)).pages) == count
    else:
        accepted(reply)
        assert reply.json["payloadCount"] == count


@pytest.mark.parametrize("count", [1, 2, 20])
@pytest.mark.parametrize("touchpoint", BULK)
def test_one_to_twenty_orders_are_taken(tenant: Tenant, touchpoint: str, count: int) -> None:
    went_well(tenant.post(path(touchpoint), good(tenant, touchpoint, count)), touchpoint, count)


@pytest.mark.parametrize("touchpoint", BULK)
def test_twenty_one_orders_are_refused_as_a_whole(tenant: Tenant, touchpoint: str) -> None:
    orders = good(tenant, touchpoint, 21)
    with tenant.unchanged():
        rejected(tenant.post(path(touchpoint), orders), 400, "at most 20 elements", "an array of 21")


@pytest.mark.parametrize("touchpoint", BULK)
def test_no_order_at_all_is_refused(tenant: Tenant, touchpoint: str) -> None:
    rejected(tenant.post(path(touchpoint), []), 400, "at least 1 element")


@pytest.mark.parametrize("touchpoint", [name for name in BULK if name not in PRINTING])
@pytest.mark.every_store
def test_a_mixed_batch_does_what_it_can_and_tells_the_rest_in_order(tenant: Tenant, touchpoint: str) -> None:
    first, second = good(tenant, touchpoint, 2)
    bad = [request(touchpoint, UNKNOWN_ID), request(touchpoint, UNKNOWN_ID[:-1] + "1")]
    before = [tenant.state(order["orderId"]) for order in (first, second)]
    reply = tenant.post(path(touchpoint), [bad[0], first, bad[1], second])
    assert [order for order, _ in refusals(reply)] == [bad[0]["orderId"], bad[1]["orderId"]]
    body = reply.json
    assert (body["payloadCount"], body["successCount"], body["failedCount"]) == (4, 2, 2)
    assert body["status"] == "PARTIAL_SUCCESS"
    assert [tenant.state(order["orderId"]) for order in (first, second)] != before


@pytest.mark.parametrize(
    ("touchpoint", "code"),
    [
        ("confirm", "CF409"),
        ("cancel", "CN400"),
        ("update_invoice", "IN453"),
        ("credit_note", "IN453"),
        ("return", "R409"),
    ],
)
@pytest.mark.every_store
def test_the_second_of_two_alike_sees_the_first(tenant: Tenant, touchpoint: str, code: str) -> None:
    (order,) = good(tenant, touchpoint, 1)
    reply = tenant.post(path(touchpoint), [order, order])
    assert refusals(reply) == [(order["orderId"], code)]
    assert reply.json["successCount"] == 1


@pytest.mark.every_store
def test_two_orders_of_one_call_cannot_have_one_number(tenant: Tenant) -> None:
    first, second = tenant.place_many(2, state="bag_confirmed")
    reply = tenant.post("invoiceUpdate", [pushed(first, "S-1"), pushed(second, "S-1")])
    assert refusals(reply) == [(second, "IN422")]
    assert (tenant.state(first), tenant.state(second)) == ("bag_invoiced", "bag_confirmed")


def test_a_sale_and_a_credit_note_of_one_call_cannot_have_one_number(tenant: Tenant) -> None:
    sale, back = tenant.place(state="bag_confirmed"), tenant.place(state="return_accepted")
    reply = tenant.post("invoiceUpdate", [pushed(back, "N-1", "return"), pushed(sale, "N-1")])
    assert refusals(reply) == [(sale, "IN422")]


@pytest.mark.every_store
def test_invoices_and_credit_notes_go_together_in_one_call(tenant: Tenant) -> None:
    sale, back = tenant.place(state="bag_confirmed"), tenant.place(state="return_accepted")
    accepted(tenant.post("invoiceUpdate", [pushed(sale, "N-1"), pushed(back, "N-2", "return")]))
    assert (tenant.state(sale), tenant.state(back)) == ("bag_invoiced", "return_completed")


@pytest.mark.every_store
def test_a_number_that_was_refused_is_still_free(tenant: Tenant) -> None:
    early, ready = tenant.place(), tenant.place(state="bag_confirmed")
    reply = tenant.post("invoiceUpdate", [pushed(early, "S-1"), pushed(ready, "S-1")])
    assert refusals(reply) == [(early, "IN403")]
    assert tenant.look(ready)["marketplaceInvoiceNumber"] == "S-1"


@pytest.mark.every_store
def test_pieces_cancelled_one_after_the_other_cancel_the_order_in_the_end(tenant: Tenant) -> None:
    order = tenant.place(items=[{"sku": "MUG-STN-350", "quantity": 2}, {"sku": "LAMP-DSK-LED"}])
    mug, lamp = tenant.items(order)

    def cancel(item: str) -> dict[str, Any]:
        return {"orderId": order, "orderItems": [{"orderItemId": item, "quantity": 1, "reasonCode": "6"}]}

    reply = tenant.post("cancel", [cancel(mug), cancel(mug), cancel(mug), cancel(lamp), cancel(lamp)])
    assert refusals(reply) == [(order, "CN400"), (order, "CN400")]
    assert tenant.state(order) == "cancelled_fynd"


@pytest.mark.every_store
def test_stock_taken_by_the_first_is_missed_by_the_second(new_tenant: Any) -> None:
    tenant = new_tenant(profile={"stock_guard": True})
    tenant.control("PUT", "/stock", {"stock": [{"location": "STORE-1", "sku": "MUG-STN-350", "on_hand": 3}]})
    orders = tenant.place_many(3, items=[{"sku": "MUG-STN-350", "quantity": 2}])
    reply = tenant.post("confirm", [{"orderId": order} for order in orders])
    assert refusals(reply) == [(orders[1], "CF423"), (orders[2], "CF423")]
    assert tenant.stock("MUG-STN-350") == (3, 2)


@pytest.mark.parametrize(("touchpoint", "code"), [("invoice", "IN4"), ("labels", "L4")])
@pytest.mark.every_store
def test_a_pdf_holds_what_could_be_printed(tenant: Tenant, touchpoint: str, code: str) -> None:
    first, second = tenant.place_many(2, state="bag_invoiced")
    early = tenant.place()
    orders = [{"orderId": order} for order in (early, second, UNKNOWN_ID, first)]
    reply = tenant.post(touchpoint, orders)
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(reply.body)).pages]
    assert len(pages) == 2
    assert second in pages[0]
    assert first in pages[1]
    assert early not in "".join(pages)


@pytest.mark.parametrize(
    ("touchpoint", "codes"), [("invoice", ["IN403", "IN400"]), ("labels", ["L403", "L400"])]
)
def test_counts_come_instead_of_a_pdf_when_nothing_could_be_printed(
    tenant: Tenant, touchpoint: str, codes: list[str]
) -> None:
    early = tenant.place()
    reply = tenant.post(touchpoint, [{"orderId": early}, {"orderId": UNKNOWN_ID}])
    assert reply.media == "application/json"
    assert refusals(reply) == [(early, codes[0]), (UNKNOWN_ID, codes[1])]
    assert (reply.json["status"], reply.json["successCount"]) == ("FAILED", 0)


def test_one_order_of_a_wrong_shape_refuses_the_whole_call(tenant: Tenant) -> None:
    order = tenant.place()
    wrong = {"orderId": order, "orderItems": picks({"1": 0})}
    with tenant.unchanged():
        rejected(tenant.post("confirm", [{"orderId": order}, wrong]), 400, "[1].orderItems[0].quantity")


def test_an_order_may_name_many_items_but_not_any_number_of_them(tenant: Tenant) -> None:
    order = tenant.place(items=[{"sku": "MUG-STN-350"}] * 200)
    items = picks(tenant.items(order))
    one_more = [{"orderId": order, "orderItems": [*items, items[0]]}]
    rejected(tenant.post("confirm", one_more), 400, "[0].orderItems: expected at most 200 elements")
    accepted(tenant.post("confirm", [{"orderId": order, "orderItems": items}]))
