"""Limits that the mock sets for a server and a tenant.

Limits of one control call (orders, locations, ...) are in `contracts.control.calls`; limits that Konnect
documents are in `contracts.konnect.base`.
"""

from __future__ import annotations

from dataclasses import dataclass

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
