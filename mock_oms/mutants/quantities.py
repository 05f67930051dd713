"""Defects in numbers of pieces and in the stock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contracts.lifecycle.table import ITEMS_VARIANT, Event, State
from mock_oms.domain.shipment import Shipment
from mock_oms.engine import firing
from mock_oms.engine.command import Command, Move, picked
from mock_oms.engine.effects import free_returned_quantity
from mock_oms.mutants.hooks import Work, effect, unguarded, without_effect
from mock_oms.mutants.patch import Defects, Kind, replaced
from mock_oms.web.konnect import orders

_WHOLE = {part: whole for whole, part in ITEMS_VARIANT.items()}


def _part_is_whole(
    precise: Callable[..., Event], event: Event, shipment: Shipment, command: Command
) -> Event:
    """Cancels a new order when whole items are cancelled."""
    right = precise(event, shipment, command)
    left = {item.id: item.left for item in shipment.items}
    items = all(pieces == left.get(item) for item, pieces in picked(shipment, command).items())
    meant = items and right is Event.CANCEL_ITEMS and shipment.state is State.PLACED
    return _WHOLE[right] if meant else right


def _returns_all(right: Callable[[Move], None], move: Move) -> None:
    move.command = replace(move.command, items=())
    move._picked = None
    right(move)


def _cancels_whole_items(right: Callable[[Move], None], move: Move) -> None:
    move._picked = {item.id: item.left for item in move.shipment.items if item.id in move.picked}
    right(move)


def _foreign_items_dropped(confirm: Work, tx: Any, call: Any, order: Any) -> None:
    shipment = tx.get(order.orderId)
    known = [item for item in order.orderItems if shipment and shipment.item(item.orderItemId)]
    confirm(tx, call, order.model_copy(update={"orderItems": type(order.orderItems)(known)}))


def _restocks_all(_right: Callable[[Move], None], move: Move) -> None:
    for item in move.shipment.items:
        location, sku = move.shipment.location, item.product.sku
        stock = move.tx.stock(location, sku)
        move.tx.set_stock(location, sku, replace(stock, on_hand=stock.on_hand + item.left))


def _keeps_reserved(right: Callable[[Move], None], move: Move) -> None:
    location = move.shipment.location
    before = {sku: move.tx.stock(location, sku) for sku in (item.product.sku for item in move.shipment.items)}
    right(move)
    for sku, stock in before.items():
        move.tx.set_stock(location, sku, replace(move.tx.stock(location, sku), reserved=stock.reserved))


DEFECTS: Defects = {
    Kind.QUANTITY: {
        "return-more-than-sold: more pieces can be returned than were sold": unguarded("within_sold"),
        "rejected-return-keeps-quantity: rejected pieces cannot be returned again": without_effect(
            "free_returned_quantity"
        ),
        "accepted-return-frees-quantity: pieces of an accepted return can be returned again": effect(
            "count_as_returned", lambda _right, move: free_returned_quantity(move)
        ),
        "partial-return-returns-all: a return of some pieces becomes a return of all": effect(
            "open_return", _returns_all
        ),
        "cancelled-pieces-stay: cancelled pieces are still confirmed and invoiced": without_effect(
            "cancel_quantities"
        ),
        "cancel-takes-whole-items: cancelling some pieces of an item cancels all of them": effect(
            "cancel_quantities", _cancels_whole_items
        ),
        "partial-cancel-cancels-all: cancelling some items of a new order cancels the whole order": replaced(
            firing, "_precise", _part_is_whole
        ),
        "partial-confirm-accepted: another quantity than the remaining one can be confirmed": unguarded(
            "all_that_is_left", Event.CONFIRM
        ),
        "partial-invoice-accepted: another quantity than the remaining one can be invoiced": unguarded(
            "all_that_is_left", Event.PUSH_INVOICE
        ),
        "cancel-more-than-left: more pieces can be cancelled than are left": unguarded("some_left_over"),
        "qc-more-than-back: quality control accepts more pieces than came back": unguarded("in_the_return"),
        "foreign-item-confirmed: confirming ignores an item of another order": replaced(
            orders, "_confirm", _foreign_items_dropped
        ),
    },
    Kind.STOCK: {
        "not-reserved: confirming reserves nothing": without_effect("reserve_stock"),
        "not-released: cancelling releases nothing": without_effect("release_stock"),
        "not-consumed: handing over leaves the goods in stock": without_effect("consume_stock"),
        "stays-reserved: handed-over pieces stay reserved": effect("consume_stock", _keeps_reserved),
        "not-restocked: good returned pieces are not put back": without_effect("restock_good_items"),
        "damaged-restocked: damaged pieces are put back too": effect("restock_good_items", _restocks_all),
    },
}
