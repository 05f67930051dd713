"""The protocol between the machine and an OMS with a control plane.

Drivers exist for the engine without HTTP, an application in the same process, and a server. A driver only
translates; it predicts and checks nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

LOCATIONS = ("STORE-1", "STORE-2", "STORE-3")
"""Stores of the machine's tenant."""
FROZEN_AT = "2026-01-05T10:00:00+00:00"
"""The initial time of the tenant."""
PRICES: Mapping[str, str] = {"MACHINE-A": "100.50", "MACHINE-B": "19.99", "MACHINE-C": "7.00"}
"""The products: SKU -> rupees per piece, tax included, without discount."""
AMPLE = 100_000
"""Pieces on hand if the stock must not run out."""
TOKEN_TTL_S = 31_536_000
"""Lifetime of tokens: none may expire while the machine moves the clock."""

Shown = Mapping[str, Any]
"""A shipment of the control plane: the Konnect object with state, modes, location and trail."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Settings of a tenant.

    `switches` are the profile fields that the table names, `pace` has the form of the control plane,
    `on_hand` is the initial stock of every SKU at every location.
    """

    invoice_mode: str = "aggregator"
    credit_note_mode: str = "aggregator"
    switches: Mapping[str, bool] = field(default_factory=dict)
    pace: Mapping[str, Any] = field(default_factory=dict)
    stock_guard: bool = False
    on_hand: int = AMPLE
    seed: int = 0

    @property
    def profile(self) -> dict[str, Any]:
        """Choices of the behaviour profile."""
        return {**self.switches, "stock_guard": self.stock_guard, "token_ttl_s": TOKEN_TTL_S}


@dataclass(frozen=True, slots=True)
class Pieces:
    """Pieces of an order item in a request."""

    item: str
    quantity: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """One order of a bulk call.

    `number` and `kind` (`sale` or `return`) belong to a pushed document.
    """

    id: str
    items: tuple[Pieces, ...] = ()
    number: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class BulkReply:
    """The answer to a bulk call; refusals are order and code."""

    payload: int
    success: int
    failed: int
    refusals: tuple[tuple[str, str], ...] = ()


class DrivenTenant(Protocol):
    """One tenant; `who` is the token's store, or None."""

    def confirm(self, orders: Sequence[Order], who: str | None) -> BulkReply:
        """POST confirm."""

    def cancel(self, orders: Sequence[Order], who: str | None) -> BulkReply:
        """POST cancel; every item carries a reason code."""

    def push(self, orders: Sequence[Order], who: str | None) -> BulkReply:
        """POST invoiceUpdate: invoices and credit notes."""

    def accept_return(self, orders: Sequence[Order], who: str | None) -> BulkReply:
        """POST return; an item without reason is good."""

    def place(self, location: str, lines: Sequence[tuple[str, int]]) -> Shown:
        """Places an order of SKUs and pieces; returns the new shipment."""

    def fire(self, shipment: str, event: str, items: Sequence[Pieces]) -> Shown | None:
        """Fires an event by the control plane.

        Returns the shipment, for `start_return` the return, or None when refused.
        """

    def advance(self, seconds: int) -> None:
        """Moves the clock."""

    def change(self, **settings: Any) -> None:
        """Changes modes or pace."""

    def deliver(self, location: str, sku: str, on_hand: int) -> None:
        """Sets the stock of a SKU at a store."""

    def shipments(self) -> list[Shown]:
        """Lists every shipment of the control plane."""

    def stock(self) -> dict[tuple[str, str], tuple[int, int]]:
        """Returns pieces on hand and reserved, by location and SKU."""

    def get(self, shipment: str, who: str | None) -> list[Shown]:
        """GET shipment by id."""

    def listed(self, status: str, location: str) -> list[str]:
        """Lists the ids of GET shipment with a filter at a location."""

    def info_list(self, status: str) -> list[str]:
        """Lists the ids of GET shipment info with a filter."""

    def close(self) -> None:
        """Deletes the tenant."""


class Driver(Protocol):
    """A connection to an OMS."""

    def open(self, setting: Setting) -> DrivenTenant:
        """Creates a tenant that sells `PRICES`, at `FROZEN_AT`."""
