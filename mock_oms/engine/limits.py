"""What one server, one tenant and one call may hold: every limit that the mock itself sets, by name.

Limits of what is sent in one call to the control plane (how many orders, locations, ...) stand in its rows,
`contracts.control.calls`; those that the documentation of Konnect sets, in `contracts.konnect.base`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mock_oms.store import Transaction

TENANTS_MAX = 1_000
"""Tenants of one server, unless it is started with another number."""
ORDERS_MAX = 250_000
"""Orders and returns of one tenant, unless the server is started with another number."""
STOCK_LEVELS_MAX = 100_000
"""Stock levels (product and location) of one tenant."""
PROFILE_BYTES_MAX = 16 * 1024
"""Bytes of a tenant's behaviour profile as JSON, all choices together; part of it is in every shipment."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits that whoever starts the server may choose."""

    tenants_max: int = TENANTS_MAX
    orders_max: int = ORDERS_MAX


DEFAULT_LIMITS = Limits()


class LimitReachedError(Exception):
    """There is no room for what a control call wants; the message says how to make some.

    `field` is the field of the call that wanted too much.
    """

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


@contextmanager
def room_for_orders(tx: Transaction, limits: Limits, field: str | None = None) -> Iterator[None]:
    """Refuses a block after which the tenant holds too many orders; its transaction is then undone.

    A tenant that holds too many already, since the limit was lowered, goes on with those it has.
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
    """Refuses a tenant that came when the server was full; `names` are all, in the order of their making.

    Asked after it was made: of several that come at once for the last place, one stays.
    """
    if name in names[limits.tenants_max :]:
        raise LimitReachedError(
            f"this server has room for {limits.tenants_max} tenants: DELETE one that is no longer needed, "
            f"--tenants-max of the server allows more"
        )


def check_stock_levels(count: int, tenant: str) -> None:
    """Refuses more stock levels than a tenant may have."""
    if count > STOCK_LEVELS_MAX:
        raise LimitReachedError(
            f"tenant {tenant} has room for {STOCK_LEVELS_MAX} stock levels (product and location): "
            f"POST .../reset takes away those that were added, another tenant has room of its own",
            "stock",
        )


def check_products(count: int, most: int, tenant: str) -> None:
    """Refuses more products than a tenant's catalogue may have."""
    if count > most:
        raise LimitReachedError(
            f"tenant {tenant} has room for {most} products: POST .../reset takes away those that were added, "
            f"another tenant has room of its own",
            "stock",
        )
