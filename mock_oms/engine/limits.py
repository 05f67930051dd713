"""Limits that the mock sets for a server and a tenant.

Limits of one control call (orders, locations, ...) are in `contracts.control.calls`; limits that Konnect
documents are in `contracts.konnect.base`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mock_oms.store import Transaction

TENANTS_MAX = 1_000
"""Tenants of one server (option `--tenants-max`)."""
ORDERS_MAX = 250_000
"""Orders and returns of one tenant (option `--orders-max`)."""
STOCK_LEVELS_MAX = 100_000
"""Stock levels (product and location) of one tenant."""
PROFILE_BYTES_MAX = 16 * 1024
"""Bytes of a tenant's behaviour profile as JSON; every shipment holds a part of the profile."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits that are options of the server."""

    tenants_max: int = TENANTS_MAX
    orders_max: int = ORDERS_MAX


DEFAULT_LIMITS = Limits()


class LimitReachedError(Exception):
    """A control call exceeds a limit; the message says the remedy.

    `field` is the field of the call that asks for too much.
    """

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


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
