"""What the machine needs of an OMS with a control plane: one small protocol for every way to it.

The machine speaks to an engine without HTTP, to an application in the same process and to a server in the
same words. A driver translates; it predicts nothing and checks nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

LOCATIONS = ("STORE-1", "STORE-2")
"""Stores of the machine's tenant."""
FROZEN_AT = "2026-01-05T10:00:00+00:00"
"""Where the tenant's time stands at first."""
PRICES: Mapping[str, str] = {"MACHINE-A": "100.50", "MACHINE-B": "19.99", "MACHINE-C": "7.00"}
"""What is sold: SKU -> rupees per piece, tax included, without discount."""
AMPLE = 100_000
"""Pieces on hand where stock is not meant to run out."""
TOKEN_TTL_S = 31_536_000
"""So long a token must live: the machine moves the clock and is not about tokens."""

Shown = Mapping[str, Any]
"""A shipment as the control plane shows it: the Konnect object with state, modes, location and trail."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A tenant's settings.

    `switches` are profile fields that the table names, `pace` is as the control plane takes it, `on_hand` the
    pieces of every SKU at every location at first.
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
    """Pieces of an order item in a request; `reason` is sent where the call takes one."""

    item: str
    quantity: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """One order of a bulk call. `number` and `kind` (`sale` or `return`) belong to a pushed document."""

    id: str
    items: tuple[Pieces, ...] = ()
    number: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class BulkReply:
    """The answer to a bulk call: its counts, and order and code of each refusal as they came."""

    payload: int
    success: int
    failed: int
    refusals: tuple[tuple[str, str], ...] = ()


class DrivenTenant(Protocol):
    """One tenant, played by everybody. `who` is a store's code, or None for the company's token."""

    def confirm(self, orders: Sequence[Order], who: str | None) -> BulkReply:
        """POST confirm."""
        ...

    def cancel(self, orders: Sequence[Order], who: str | None) -> BulkReply:
        """POST cancel; every item carries a reason code."""
        ...

    def push(self, orders: Sequence[Order], who: str | None) -> BulkReply:
        """POST invoiceUpdate: invoices and credit notes."""
        ...

    def accept_return(self, orders: Sequence[Order], who: str | None) -> BulkReply:
        """POST return; an item without reason is good."""
        ...

    def place(self, location: str, lines: Sequence[tuple[str, int]]) -> Shown:
        """The customer buys so many pieces of these SKUs; the new shipment."""
        ...

    def fire(self, shipment: str, event: str, items: Sequence[Pieces]) -> Shown | None:
        """An event by the control plane: the shipment (of start_return: the return), None when refused."""
        ...

    def advance(self, seconds: int) -> None:
        """Time passes."""
        ...

    def change(self, **settings: Any) -> None:
        """Other modes or pace."""
        ...

    def deliver(self, location: str, sku: str, on_hand: int) -> None:
        """Sets what a store has of a SKU."""
        ...

    def shipments(self) -> list[Shown]:
        """Every shipment, as the control plane lists them."""
        ...

    def stock(self) -> dict[tuple[str, str], tuple[int, int]]:
        """On hand and reserved of the machine's SKUs, by location and SKU."""
        ...

    def get(self, shipment: str, who: str | None) -> list[Shown]:
        """GET shipment by id."""
        ...

    def listed(self, status: str, location: str) -> list[str]:
        """Ids that GET shipment lists under a filter at a location, in the order shown."""
        ...

    def light(self, status: str) -> list[str]:
        """Ids that GET shipment info lists under a filter in the whole company."""
        ...

    def close(self) -> None:
        """The tenant is not needed any more."""
        ...


class Driver(Protocol):
    """One way to an OMS."""

    def open(self, setting: Setting) -> DrivenTenant:
        """A tenant of its own, its time standing still at `FROZEN_AT`, `PRICES` on sale at `LOCATIONS`."""
        ...
