"""Defects in what a shipment shows."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from mock_oms.domain.shipment import Shipment
from mock_oms.domain.tenant import TenantSettings
from mock_oms.mutants.hooks import shown
from mock_oms.mutants.patch import Apply, Kind, Mutant, Patch
from mock_oms.web.konnect import rendering

Body = dict[str, Any]
_ORDER_TYPES = ("order_type", "orderType")
_NAIVE = len("2026-01-05T10:00:00")


def _own_forward_id(body: Body, value: Shipment, _settings: TenantSettings) -> Body:
    return {**body, "forwardId": value.id}


def _without(*names: str) -> Callable[[Body, Shipment, TenantSettings], Body]:
    return lambda body, _value, _settings: {name: v for name, v in body.items() if name not in names}


def _other_order_type(body: Body, _value: Shipment, _settings: TenantSettings) -> Body:
    return {name: "HomeDelivery" if name in _ORDER_TYPES else value for name, value in body.items()}


def _naive_date(body: Body, _value: Shipment, _settings: TenantSettings) -> Body:
    return {**body, "orderDate": body["orderDate"][:_NAIVE]}


def _total_of_one_each(body: Body, value: Shipment, _settings: TenantSettings) -> Body:
    total = sum((item.product.selling_price for item in value.items if item.left), Decimal(0))
    return {**body, "orderPrice": {**body["orderPrice"], "totalPrepaidAmount": rendering.money(total)}}


def _price_doubled(body: Body, value: Shipment, _settings: TenantSettings) -> Body:
    items = [
        {
            **shown,
            "orderItemPrice": {
                **shown["orderItemPrice"],
                "sellingPrice": rendering.money(2 * item.product.price),
            },
        }
        for shown, item in zip(body["orderItems"], value.items, strict=True)
    ]
    return {**body, "orderItems": items}


def _info_lags(patch: Patch) -> None:
    def around(right: Callable[..., Body]) -> Callable[..., Body]:
        return lambda value, settings: {**right(value, settings), "orderStatus": "CREATED"}

    patch.wrap(rendering, "info", around)


def _mutant(name: str, says: str, apply: Apply) -> Mutant:
    return Mutant(name, says, Kind.SHOWN, apply)


MUTANTS: tuple[Mutant, ...] = (
    _mutant("forward-id-own", "a return shows its own id as forwardId", shown(_own_forward_id)),
    _mutant("order-type-missing", "shipments show no order type", shown(_without(*_ORDER_TYPES))),
    _mutant(
        "order-type-wrong", "Pick-At-Store orders show order type HomeDelivery", shown(_other_order_type)
    ),
    _mutant("billing-address-missing", "shipments have no billingAddress", shown(_without("billingAddress"))),
    _mutant("fulfillment-missing", "shipments have no fulfillmentType", shown(_without("fulfillmentType"))),
    _mutant("order-date-naive", "orderDate has no offset from UTC", shown(_naive_date)),
    _mutant("total-of-one-each", "the total counts one piece of each item", shown(_total_of_one_each)),
    _mutant("item-price-doubled", "items show twice the price of a piece", shown(_price_doubled)),
    _mutant("info-lags", "shipment info shows CREATED, whatever happened", _info_lags),
)
