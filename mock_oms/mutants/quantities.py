"""Defects in how many pieces are meant, left, or back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contracts.lifecycle.table import ITEMS_VARIANT, Event, State
from mock_oms.domain.shipment import Shipment
from mock_oms.engine import firing
from mock_oms.engine.command import Command, Move, picked
from mock_oms.engine.effects import free_returned_quantity
from mock_oms.mutants.hooks import effect, per_order, unguarded, without_effect
from mock_oms.mutants.patch import Apply, Kind, Mutant, Patch
from mock_oms.web.konnect import orders

_WHOLE = {part: whole for whole, part in ITEMS_VARIANT.items()}


def _part_is_whole(patch: Patch) -> None:
    """The aggregator's cancelling of some items of a new order is cancelling all."""

    def around(precise: Callable[..., Event]) -> Callable[..., Event]:
        def changed(event: Event, shipment: Shipment, command: Command) -> Event:
            right = precise(event, shipment, command)
            left = {item.id: item.left for item in shipment.items}
            items = all(pieces == left.get(item) for item, pieces in picked(shipment, command).items())
            meant = items and right is Event.CANCEL_ITEMS and shipment.state is State.PLACED
            return _WHOLE[right] if meant else right

        return changed

    patch.wrap(firing, "_precise", around)


def _returns_all(right: Callable[[Move], None], move: Move) -> None:
    move.command = replace(move.command, items=())
    move._picked = None
    right(move)


def _cancels_whole_items(right: Callable[[Move], None], move: Move) -> None:
    move._picked = {item.id: item.left for item in move.shipment.items if item.id in move.picked}
    right(move)


def _foreign_items_dropped(confirm: Callable[..., None]) -> Callable[..., None]:
    def changed(tx: Any, call: Any, order: Any) -> None:
        shipment = tx.get(order.orderId)
        known = [item for item in order.orderItems if shipment and shipment.item(item.orderItemId)]
        confirm(tx, call, order.model_copy(update={"orderItems": type(order.orderItems)(known)}))

    return changed


def _restocks_all(_right: Callable[[Move], None], move: Move) -> None:
    """Everything that came back is put on the shelf, in whatever condition."""
    for item in move.shipment.items:
        location, sku = move.shipment.location, item.product.sku
        stock = move.tx.stock(location, sku)
        move.tx.set_stock(location, sku, replace(stock, on_hand=stock.on_hand + item.left))


def _keeps_reserved(right: Callable[[Move], None], move: Move) -> None:
    """What is handed over leaves the shelf and stays reserved."""
    before = {
        item.product.sku: move.tx.stock(move.shipment.location, item.product.sku)
        for item in move.shipment.items
    }
    right(move)
    for sku, stock in before.items():
        now = move.tx.stock(move.shipment.location, sku)
        move.tx.set_stock(move.shipment.location, sku, replace(now, reserved=stock.reserved))


def _mutant(name: str, says: str, apply: Apply, kind: Kind = Kind.QUANTITY) -> Mutant:
    return Mutant(name, says, kind, apply)


MUTANTS: tuple[Mutant, ...] = (
    _mutant("return-more-than-sold", "more pieces can be returned than were sold", unguarded("within_sold")),
    _mutant(
        "rejected-return-keeps-quantity",
        "pieces of a rejected return cannot be returned again",
        without_effect("free_returned_quantity"),
    ),
    _mutant(
        "accepted-return-frees-quantity",
        "pieces of an accepted return can be returned once more",
        effect("count_as_returned", lambda _right, move: free_returned_quantity(move)),
    ),
    _mutant(
        "partial-return-returns-all",
        "a return of some pieces becomes a return of everything",
        effect("open_return", _returns_all),
    ),
    _mutant(
        "cancelled-pieces-stay",
        "cancelled pieces stay in the order and are confirmed and invoiced",
        without_effect("cancel_quantities"),
    ),
    _mutant(
        "cancel-takes-whole-items",
        "cancelling some pieces of an item cancels all of them",
        effect("cancel_quantities", _cancels_whole_items),
    ),
    _mutant(
        "partial-cancel-cancels-all",
        "cancelling some items of a new order cancels the whole order",
        _part_is_whole,
    ),
    _mutant(
        "partial-confirm-accepted",
        "another quantity than what is left can be confirmed",
        unguarded("all_that_is_left", Event.CONFIRM),
    ),
    _mutant(
        "partial-invoice-accepted",
        "another quantity than what is left can be invoiced",
        unguarded("all_that_is_left", Event.PUSH_INVOICE),
    ),
    _mutant(
        "cancel-more-than-left", "more pieces can be cancelled than are left", unguarded("some_left_over")
    ),
    _mutant(
        "qc-more-than-back", "quality control accepts more pieces than came back", unguarded("in_the_return")
    ),
    _mutant(
        "foreign-item-confirmed",
        "an item of another order is ignored when confirming, instead of refused",
        per_order(orders, "_confirm", _foreign_items_dropped),
    ),
    # Stock
    _mutant("not-reserved", "confirming reserves nothing", without_effect("reserve_stock"), Kind.STOCK),
    _mutant("not-released", "cancelling releases nothing", without_effect("release_stock"), Kind.STOCK),
    _mutant(
        "not-consumed", "handing over leaves the goods in stock", without_effect("consume_stock"), Kind.STOCK
    ),
    _mutant(
        "stays-reserved",
        "what was handed over stays reserved",
        effect("consume_stock", _keeps_reserved),
        Kind.STOCK,
    ),
    _mutant(
        "not-restocked",
        "goods that came back in good condition are not put back",
        without_effect("restock_good_items"),
        Kind.STOCK,
    ),
    _mutant(
        "damaged-restocked",
        "goods are put back in stock whatever quality control found",
        effect("restock_good_items", _restocks_all),
        Kind.STOCK,
    ),
)
