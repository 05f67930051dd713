"""Defects in the stored values and the JSON of a shipment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from contracts.lifecycle.table import Journey
from mock_oms.domain.shipment import Shipment
from mock_oms.domain.tenant import TenantSettings
from mock_oms.engine.command import Move
from mock_oms.mutants.hooks import Body, effect, shown
from mock_oms.mutants.patch import Apply, Defects, Kind, replaced
from mock_oms.web.konnect import rendering

_ORDER_TYPES = ("order_type", "orderType")
_NAIVE = len("2026-01-05T10:00:00")
_NUMBER = "marketplaceInvoiceNumber"


def _pushed_without(name: str) -> Apply:
    """Drops a field of pushed documents."""

    def change(right: Callable[[Move], None], move: Move) -> None:
        pushed = move.command.document
        if pushed is not None:
            lost: dict[str, Any] = {name: None}
            move.command = replace(move.command, document=replace(pushed, **lost))
        right(move)

    return effect("record_document", change)


def _serials_lost(right: Callable[[Move], None], move: Move) -> None:
    items = tuple(replace(pick, serials=()) for pick in move.command.items)
    move.command = replace(move.command, items=items)
    right(move)


def _same_number(right: Callable[[Move], None], move: Move) -> None:
    """Gives every issued document the first number of its series."""
    right(move)
    document = move.shipment.document
    if document is not None:
        number = document.number[:-6] + "000001"
        move.shipment = replace(move.shipment, document=replace(document, number=number))


def _number_lost(body: Body, value: Shipment, _settings: TenantSettings) -> Body:
    return {**body, _NUMBER: None, "documents": []} if value.journey is Journey.SALE else body


def _credit_note_number_lost(body: Body, value: Shipment, settings: TenantSettings) -> Body:
    key = settings.profile.credit_note_number_key
    return {**body, key: None, "documents": []} if value.journey is Journey.RETURN else body


def _number_cut(body: Body, _value: Shipment, _settings: TenantSettings) -> Body:
    number = body.get(_NUMBER)
    return {**body, _NUMBER: number[1:]} if number else body


def _without(*names: str) -> Apply:
    return shown(lambda body, *_: {name: value for name, value in body.items() if name not in names})


def _other_order_type(body: Body, _value: Shipment, _settings: TenantSettings) -> Body:
    return {name: "HomeDelivery" if name in _ORDER_TYPES else value for name, value in body.items()}


def _total_of_one_each(body: Body, value: Shipment, _settings: TenantSettings) -> Body:
    total = sum((item.product.selling_price for item in value.items if item.left), Decimal(0))
    return {**body, "orderPrice": {**body["orderPrice"], "totalPrepaidAmount": rendering.money(total)}}


def _discount_of_one_each(body: Body, value: Shipment, _settings: TenantSettings) -> Body:
    discount = sum((item.product.discount for item in value.items if item.left), Decimal(0))
    return {**body, "orderPrice": {**body["orderPrice"], "totalDiscount": rendering.money(discount)}}


def _price_doubled(body: Body, value: Shipment, _settings: TenantSettings) -> Body:
    def doubled(item: Body, price: Decimal) -> Body:
        return {
            **item,
            "orderItemPrice": {**item["orderItemPrice"], "totalItemPrice": rendering.money(2 * price)},
        }

    pairs = zip(body["orderItems"], value.items, strict=True)
    return {**body, "orderItems": [doubled(item, kept.product.price * kept.left) for item, kept in pairs]}


def _new_item_ids(right: Callable[[Move], None], move: Move) -> None:
    right(move)
    if move.opened is not None:
        items = tuple(replace(item, id=f"9{item.id}") for item in move.opened.items)
        move.opened = replace(move.opened, items=items)


def _order_date_in_utc(body: Body, value: Shipment, settings: TenantSettings) -> Body:
    due = value.ordered_at + timedelta(seconds=settings.profile.sla_s)
    return {
        **body,
        "orderDate": value.ordered_at.isoformat(timespec="seconds"),
        "sla": due.isoformat(timespec="seconds"),
    }


DEFECTS: Defects = {
    Kind.RECORD: {
        "invoice-number-lost: an invoiced order shows no invoice number": shown(_number_lost),
        "document-number-cut: document numbers lose their first character": shown(_number_cut),
        "credit-note-number-lost: a return shows no credit-note number": shown(_credit_note_number_lost),
        "imei-lost: IMEIs of a pushed invoice are lost": effect("record_document", _serials_lost),
        "irn-lost: the IRN of a pushed e-invoice is lost": _pushed_without("irn"),
        "ack-lost: the acknowledgement of a pushed e-invoice is lost": _pushed_without("ack_number"),
        "issued-number-repeats: all issued documents share a number": effect("issue_document", _same_number),
    },
    Kind.SHOWN: {
        "forward-id-own: a return shows its own id as forwardId": shown(
            lambda body, value, _: {**body, "forwardId": value.id}
        ),
        "return-item-ids-new: the items of a return get new ids": effect("open_return", _new_item_ids),
        "order-type-missing: shipments show no order type": _without(*_ORDER_TYPES),
        "order-type-wrong: Pick-At-Store orders show HomeDelivery": shown(_other_order_type),
        "billing-address-missing: shipments have no billingAddress": _without("billingAddress"),
        "fulfillment-missing: shipments have no fulfillmentType": _without("fulfillmentType"),
        "order-date-naive: orderDate has no offset from UTC": shown(
            lambda body, *_: {**body, "orderDate": body["orderDate"][:_NAIVE]}
        ),
        "order-date-in-utc: orderDate is in UTC": shown(_order_date_in_utc),
        "total-of-one-each: the total counts one piece of each item": shown(_total_of_one_each),
        "discount-of-one-each: the discount of an order counts one piece of each item": shown(
            _discount_of_one_each
        ),
        "item-price-doubled: items show twice the price of a piece": shown(_price_doubled),
        "info-lags: shipment info always shows CREATED": replaced(
            rendering, "info", lambda right, *given: {**right(*given), "orderStatus": "CREATED"}
        ),
    },
}
