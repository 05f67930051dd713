"""Guards: what may refuse a row of the table although the state is right."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from contracts.problems import Problem
from mock_oms.domain.errors import OrderRefusedError
from mock_oms.engine.command import Move, is_everything

Guard = Callable[[Move], None]


def all_that_is_left(move: Move) -> None:
    """Confirming and documents are about the whole of what was not cancelled."""
    if is_everything(move.shipment, move.command):
        return
    left = {item.id: item.left for item in move.shipment.items if item.left}
    for item_id, quantity in move.picked.items():
        if left.get(item_id) != quantity:
            raise OrderRefusedError(
                Problem.QUANTITY,
                f"item {item_id}: {quantity} pieces; expected {left.get(item_id, 0)}, all that is left",
                item_id,
            )
    missing = next(item_id for item_id in left if item_id not in move.picked)
    raise OrderRefusedError(
        Problem.QUANTITY, f"item {missing} is left out; expected all {len(left)} items that are left", missing
    )


def enough_stock(move: Move) -> None:
    """With the stock guard on, no more may be confirmed than the location has."""
    if not move.tx.settings.profile.stock_guard:
        return
    wanted: dict[str, int] = {}
    for item in move.shipment.items:
        wanted[item.product.sku] = wanted.get(item.product.sku, 0) + item.left
    for sku, quantity in wanted.items():
        stock = move.tx.stock(move.shipment.location, sku)
        if quantity > stock.on_hand - stock.reserved:
            raise OrderRefusedError(
                Problem.STOCK,
                f"{quantity} of {sku} wanted; {move.shipment.location} has {stock.on_hand} on hand,"
                f" {stock.reserved} of them reserved",
            )


def some_left_over(move: Move) -> None:
    """No more can be cancelled of an item than is left of it."""
    _at_most(move, {item.id: item.left for item in move.shipment.items}, "are left")


def within_sold(move: Move) -> None:
    """Open and accepted returns together never exceed what was sold."""
    if not move.picked:
        raise OrderRefusedError(Problem.QUANTITY, "nothing is left to return")
    _at_most(move, {item.id: item.returnable for item in move.shipment.items}, "can still be returned")


def in_the_return(move: Move) -> None:
    """Quality control cannot be about more than came back."""
    _at_most(move, {item.id: item.left for item in move.shipment.items}, "are in the return")


def _at_most(move: Move, available: Mapping[str, int], words: str) -> None:
    for item_id, quantity in move.picked.items():
        if quantity > available[item_id]:
            raise OrderRefusedError(
                Problem.QUANTITY,
                f"quantity of item {item_id} is {quantity}; {available[item_id]} {words}",
                item_id,
            )


GUARDS: dict[str, Guard] = {
    guard.__name__: guard
    for guard in (all_that_is_left, enough_stock, some_left_over, within_sold, in_the_return)
}
