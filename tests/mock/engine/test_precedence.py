"""Precedence of refusals when several apply."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import NewTenant
from tests.support.mock_client import Tenant, picks, pushed, refused
from tests.support.refusal_recipes import UNKNOWN_ID, path, request

FOREIGN = {"orderItemId": "999", "quantity": 1, "reasonCode": "6"}
CANCELLED = ("cancelled_customer", "cancelled_fynd")


def without_reason(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in item.items() if name != "reasonCode"} for item in items]


def about(touchpoint: str, order: str, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    kept = items if touchpoint in ("cancel", "return") else without_reason(items)
    return [request(touchpoint, order, kept)]


@pytest.mark.parametrize("state", CANCELLED)
@pytest.mark.parametrize(
    ("touchpoint", "code"),
    [
        ("confirm", "O422"),
        ("cancel", "CN422"),
        ("update_invoice", "IN400"),
        ("credit_note", "IN400"),
        ("return", "R400"),
    ],
)
def test_an_unknown_item_comes_before_a_cancelled_order(
    tenant: Tenant, state: str, touchpoint: str, code: str
) -> None:
    order = tenant.place(state=state)
    refused(tenant.post(path(touchpoint), about(touchpoint, order, [FOREIGN])), code, "item 999 is not")


@pytest.mark.parametrize(
    ("touchpoint", "code"),
    [
        ("confirm", "O422"),
        ("cancel", "CN422"),
        ("update_invoice", "IN400"),
        ("credit_note", "IN400"),
        ("invoice", "IN400"),
        ("labels", "L400"),
        ("return", "R422"),
    ],
)
def test_another_location_comes_before_everything_else(tenant: Tenant, touchpoint: str, code: str) -> None:
    order = tenant.place(location="STORE-2", state="cancelled_fynd")
    plain = [request(touchpoint, order)]
    refused(tenant.post(path(touchpoint), plain, "STORE-1"), code, "is not known to store STORE-1")


@pytest.mark.parametrize(("touchpoint", "code"), [("confirm", "O422"), ("cancel", "CN422")])
def test_an_unknown_item_comes_before_a_cancelled_one_whatever_their_order(
    tenant: Tenant, touchpoint: str, code: str
) -> None:
    order = tenant.place()
    first = dict([next(iter(tenant.items(order).items()))])
    tenant.cancel(order, first)
    named = [pick | {"reasonCode": "6"} for pick in picks(first)]
    reply = tenant.post(path(touchpoint), about(touchpoint, order, [*named, FOREIGN]))
    refused(reply, code, "item 999 is not")


Prepare = Callable[[Tenant], dict[str, Any]]


def cancelled_and_of_no_type(tenant: Tenant) -> dict[str, Any]:
    return pushed(tenant.place(state="cancelled_fynd"), "S-1", "invoice")


def cancelled_sale_as_a_return(tenant: Tenant) -> dict[str, Any]:
    return pushed(tenant.place(state="cancelled_fynd"), "S-1", "return")


def cancelled_with_a_used_number(tenant: Tenant) -> dict[str, Any]:
    tenant.push_invoice(tenant.place(state="bag_confirmed"), "S-1")
    return pushed(tenant.place(state="cancelled_fynd"), "S-1")


def return_with_a_used_number(tenant: Tenant) -> dict[str, Any]:
    tenant.push_invoice(tenant.place(state="bag_confirmed"), "S-1")
    return pushed(tenant.place(state="return_accepted"), "S-1")


def invoiced_with_a_used_number(tenant: Tenant) -> dict[str, Any]:
    tenant.push_invoice(tenant.place(state="bag_confirmed"), "S-1")
    return pushed(tenant.place(state="bag_invoiced"), "S-1")


def own_number_again(tenant: Tenant) -> dict[str, Any]:
    order = tenant.place(state="bag_confirmed")
    tenant.push_invoice(order, "S-1")
    return pushed(order, "S-1")


def own_credit_note_number_again(tenant: Tenant) -> dict[str, Any]:
    order = tenant.place(state="return_accepted")
    tenant.push_credit_note(order, "C-1")
    return pushed(order, "C-1", "return")


def unconfirmed_with_no_number(tenant: Tenant) -> dict[str, Any]:
    return pushed(tenant.place(), "")


def unconfirmed_and_only_a_part(tenant: Tenant) -> dict[str, Any]:
    order = tenant.place()
    return pushed(order, "S-1") | {"orderItems": picks(tenant.items(order))[:1]}


def invoiced_and_only_a_part(tenant: Tenant) -> dict[str, Any]:
    order = tenant.place(state="bag_invoiced")
    return pushed(order, "S-1") | {"orderItems": picks(tenant.items(order))[:1]}


@pytest.mark.parametrize(
    ("prepare", "code", "says"),
    [
        (cancelled_and_of_no_type, "IN401", "was cancelled by the aggregator"),
        (cancelled_sale_as_a_return, "IN401", "was cancelled by the aggregator"),
        (cancelled_with_a_used_number, "IN401", "was cancelled by the aggregator"),
        (return_with_a_used_number, "IN422", "send invoiceType return"),
        (invoiced_with_a_used_number, "IN422", "used by another"),
        (own_number_again, "IN453", "already has invoice S-1"),
        (own_credit_note_number_again, "IN453", "already has credit note C-1"),
        (unconfirmed_with_no_number, "IN422", "1 to 64"),
        (unconfirmed_and_only_a_part, "IN403", "confirm it first"),
        (invoiced_and_only_a_part, "IN453", "already has invoice"),
    ],
)
def test_invoices_are_refused_for_the_first_reason(
    tenant: Tenant, prepare: Prepare, code: str, says: str
) -> None:
    order = prepare(tenant)
    with tenant.unchanged():
        refused(tenant.post("invoiceUpdate", [order]), code, says)


def test_confirming_again_comes_before_a_wrong_quantity(tenant: Tenant) -> None:
    order = tenant.place(state="bag_confirmed")
    part = picks(tenant.items(order))[:1]
    refused(
        tenant.post("confirm", [{"orderId": order, "orderItems": part}]),
        "CF409",
        "a second confirmation is refused",
    )


def test_a_wrong_quantity_comes_before_missing_stock(new_tenant: NewTenant) -> None:
    tenant = new_tenant(profile={"stock_guard": True})
    tenant.control("PUT", "/stock", {"stock": [{"location": "STORE-1", "sku": "MUG-STN-350", "on_hand": 0}]})
    order = tenant.place(items=[{"sku": "MUG-STN-350", "quantity": 2}])
    (item,) = tenant.items(order)
    named = picks({item: 1})
    refused(tenant.post("confirm", [{"orderId": order, "orderItems": named}]), "CF422", "all that is left")


CANCEL_ODDLY = {"quantity": 99, "reasonCode": "nope"}
CANCEL_TOO_MUCH = {"quantity": 99, "reasonCode": "6"}


@pytest.mark.parametrize(
    ("state", "detail", "code", "says"),
    [
        ("return_initiated", CANCEL_ODDLY, "CN403", "a return cannot be cancelled"),
        ("handed_over_to_customer", CANCEL_ODDLY, "CN424", "reasonCode"),
        ("handed_over_to_customer", CANCEL_TOO_MUCH, "CN403", "only until hand-over"),
        ("bag_invoiced", CANCEL_TOO_MUCH, "CN403", "only before the invoice"),
        ("placed", CANCEL_ODDLY, "CN424", "reasonCode"),
    ],
)
def test_cancelling_is_refused_for_the_first_reason(
    tenant: Tenant, state: str, detail: dict[str, Any], code: str, says: str
) -> None:
    order = tenant.place(state=state)
    named = [{"orderItemId": next(iter(tenant.items(order)))} | detail]
    refused(tenant.post("cancel", [{"orderId": order, "orderItems": named}]), code, says)


@pytest.mark.parametrize(
    ("state", "detail", "code", "says"),
    [
        ("handed_over_to_customer", CANCEL_ODDLY, "R400", "is a sale"),
        ("return_accepted", CANCEL_ODDLY, "R424", "reasonCode"),
        ("return_accepted", {"quantity": 99}, "R409", "accepted only once"),
        ("return_rejected_by_store", {"quantity": 99}, "R403", "a rejected return"),
        ("return_initiated", CANCEL_ODDLY, "R424", "reasonCode"),
    ],
)
def test_accepting_is_refused_for_the_first_reason(
    tenant: Tenant, state: str, detail: dict[str, Any], code: str, says: str
) -> None:
    order = tenant.place(state=state)
    named = [{"orderItemId": next(iter(tenant.items(order)))} | detail]
    refused(tenant.post("return", [{"orderId": order, "orderItems": named}]), code, says)


def test_an_order_that_nobody_knows_is_not_asked_for_its_items(tenant: Tenant) -> None:
    refused(
        tenant.post("confirm", about("confirm", UNKNOWN_ID, [FOREIGN])),
        "O422",
        "is not known to this company",
    )
