"""Guards: checks that may refuse an event in the right state."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from contracts.problems import Problem
from mock_oms.domain.errors import OrderRefusedError
from mock_oms.domain.registry import Registry
from mock_oms.domain.sentences import pieces
from mock_oms.engine.command import Move, is_everything
from mock_oms.engine.shelves import another_store, free, wanted

Guard = Callable[[Move], None]

GUARDS: Registry[Guard] = Registry(
    "guard", "contracts/lifecycle/table.py", "@guard def {name} in mock_oms/engine/guards.py"
)
"""Guards by the name that rows of the table use."""
guard = GUARDS.own_name


@guard
def all_that_is_left(move: Move) -> None:
    """Requires all pieces that were not cancelled."""
    if is_everything(move.shipment, move.command):
        return
    left = {item.id: item.left for item in move.shipment.items if item.left}
    for item_id, quantity in move.picked.items():
        if left.get(item_id) != quantity:
            raise _quantity(move, item_id, quantity, left.get(item_id, 0))
    missing = next(item_id for item_id in left if item_id not in move.picked)
    raise _quantity(move, missing, 0, left[missing])


@guard
def enough_stock(move: Move) -> None:
    """Requires enough free stock, if the profile guards stock."""
    if not move.tx.settings.profile.stock_guard:
        return
    for sku, quantity in wanted(move.shipment).items():
        if quantity > free(move.tx, move.shipment.location, sku):
            stock = move.tx.stock(move.shipment.location, sku)
            raise OrderRefusedError(
                Problem.STOCK,
                move.shipment,
                move.row.event,
                sku=sku,
                wanted=pieces(quantity),
                location=move.shipment.location,
                on_hand=stock.on_hand,
                reserved=stock.reserved,
            )


@guard
def fits_another_store(move: Move) -> None:
    """Requires another store with all goods free."""
    if another_store(move.tx, move.shipment) is None:
        raise OrderRefusedError(Problem.STOCK, move.shipment, move.row.event)


@guard
def some_left_over(move: Move) -> None:
    """Requires no more pieces of an item than are left."""
    _at_most(move, {item.id: item.left for item in move.shipment.items})


@guard
def within_sold(move: Move) -> None:
    """Requires that all returns together stay within the sold pieces."""
    if not move.picked:
        raise OrderRefusedError(Problem.QUANTITY, move.shipment, move.row.event)
    _at_most(move, {item.id: item.returnable for item in move.shipment.items})


@guard
def in_the_return(move: Move) -> None:
    """Requires no more pieces than the return holds."""
    _at_most(move, {item.id: item.left for item in move.shipment.items})


def _at_most(move: Move, available: Mapping[str, int]) -> None:
    for item_id, quantity in move.picked.items():
        if quantity > available[item_id]:
            raise _quantity(move, item_id, quantity, available[item_id])


def _quantity(move: Move, item: str, sent: int, left: int) -> OrderRefusedError:
    facts = {"item": item, "sent": pieces(sent), "left": pieces(left)} | (
        {"most": pieces(left)} if left else {}
    )
    return OrderRefusedError(Problem.QUANTITY, move.shipment, move.row.event, **facts)
