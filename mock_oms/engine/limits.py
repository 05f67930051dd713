"""Checks of the limits of a server and of a tenant."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mock_oms.domain.limits import LimitReachedError, Limits

if TYPE_CHECKING:
    from mock_oms.store import Transaction


@contextmanager
def room_for_orders(tx: Transaction, limits: Limits, field: str | None = None) -> Iterator[None]:
    """Refuses a block that leaves the tenant with too many orders.

    The error undoes the transaction. A tenant above a lowered limit keeps the orders it has.
    """
    before = tx.count()
    yield
    if before < tx.count() > limits.orders_max:
        raise LimitReachedError(
            f"tenant {tx.settings.tenant} has room for {limits.orders_max} orders and returns and holds "
            f"{before}: POST .../reset empties it, --orders-max of the server allows more",
            field,
        )


def check_tenants(name: str, names: list[str], limits: Limits) -> None:
    """Refuses a tenant beyond the limit; `names` are all tenants, oldest first.

    The check follows the creation: of several simultaneous calls for the last place, one succeeds.
    """
    if name in names[limits.tenants_max :]:
        raise LimitReachedError(
            f"this server has room for {limits.tenants_max} tenants: DELETE one that is no longer needed, "
            f"--tenants-max of the server allows more"
        )


def check_stock(count: int, most: int, things: str, tenant: str) -> None:
    """Refuses more stock levels, or more products, than a tenant may have."""
    if count > most:
        raise LimitReachedError(
            f"tenant {tenant} has room for {most} {things}: POST .../reset removes the added ones, "
            f"another tenant has separate room",
            "stock",
        )
