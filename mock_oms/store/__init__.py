"""The state of tenants, in memory or in an SQL database.

`Store.read` and `Store.write` are the only access to a tenant's state. A write holds the tenant's lock
from entry to exit; it is committed whole or, when the block raises, undone whole. Values are frozen, and the
engine decides before it writes, so a refused order has changed nothing. Shipments are found by index.

`mock_oms.store.memory` and `mock_oms.store.sql` behave alike; an SQL database is durable, and several
processes and hosts can share it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, Protocol

from contracts.lifecycle.table import Event
from contracts.vocabulary import Bucket
from mock_oms.domain.shipment import Shipment, Stock
from mock_oms.domain.tenant import TenantSettings
from mock_oms.domain.users import User, UserStore

if TYPE_CHECKING:
    from mock_oms.domain.journal import Journal

Key = tuple[datetime, str]
"""Order of lists: by `ordered_at`, then by id."""
StockLevels = Mapping[tuple[str, str], Stock]
"""Stock by location and SKU."""


class Query(NamedTuple):
    """A search for shipments, oldest first.

    None means any; `start` and `end` are inclusive; `after` is the last key of the page before.
    """

    limit: int
    offset: int = 0
    buckets: frozenset[Bucket] | None = None
    location: str | None = None
    channel: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    after: Key | None = None


Unit = Callable[[], AbstractContextManager[None]]
"""Makes what a thread does in its block one transaction."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A scheduled automatic step; held if `due` is None; counted from `since`."""

    event: Event
    since: datetime
    due: datetime | None


class Transaction(Protocol):
    """A transaction on a tenant's state, under its lock; `now` is constant."""

    now: datetime

    @property
    def settings(self) -> TenantSettings:
        """The tenant's settings."""

    def set_settings(self, settings: TenantSettings) -> None:
        """Replaces the settings; a changed clock applies at once."""

    def get(self, shipment_id: str) -> Shipment | None:
        """Returns the shipment with this id, or None."""

    def count(self) -> int:
        """Returns the number of shipments."""

    def put(self, shipment: Shipment) -> None:
        """Stores a new shipment, or a new version of one."""

    def find(self, query: Query) -> list[Shipment]:
        """Returns the matching shipments, ordered by `ordered_at` and id."""

    def next_number(self, series: str) -> int:
        """Returns the next number of a series: from 1, without gaps."""

    def number_owner(self, number: str) -> str | None:
        """Returns the id of the shipment whose document has this number."""

    def claim_number(self, number: str, shipment_id: str) -> None:
        """Marks a document number as used."""

    def stock(self, location: str, sku: str) -> Stock:
        """Returns the stock of a product at a location; zero by default."""

    def set_stock(self, location: str, sku: str, stock: Stock) -> None:
        """Replaces a stock level."""

    def all_stock(self) -> list[tuple[str, str, Stock]]:
        """Returns every stock level, sorted: location, SKU, stock."""

    def wait(self, shipment_id: str, waiting: Waiting | None) -> None:
        """Schedules the automatic step of a shipment; None removes it."""

    def all_waiting(self) -> list[tuple[str, Waiting]]:
        """Returns every scheduled automatic step, by shipment id."""

    def next_due(self) -> tuple[str, Waiting] | None:
        """Returns the earliest automatic step that is due, or None."""

    def empty(self, settings: TenantSettings, stock: StockLevels) -> None:
        """Deletes all orders, numbers and entries; cannot be undone everywhere."""


class Store(Protocol):
    """All tenants."""

    waits: bool
    """Whether transactions wait for a network."""
    unit: Unit | None
    """Makes a call one transaction that does not wait, or raises `WouldWaitError`; None if a call is cheap
    without it."""

    def directory(self) -> UserStore:
        """Returns the store of users and tokens."""

    def create(self, settings: TenantSettings, stock: StockLevels, users: Sequence[User]) -> None:
        """Adds a tenant with its users; raises `TenantExistsError`."""

    def delete(self, name: str) -> None:
        """Deletes a tenant with all its data; raises `UnknownTenantError`."""

    def names(self) -> list[str]:
        """Returns the names of all tenants, oldest first."""

    def settings(self, name: str) -> TenantSettings:
        """Returns the current settings of a tenant; raises `UnknownTenantError`."""

    def read(self, name: str) -> AbstractContextManager[Transaction]:
        """Opens a read transaction; raises `UnknownTenantError`."""

    def write(self, name: str) -> AbstractContextManager[Transaction]:
        """Opens a write transaction; it is undone when the block raises."""

    def journal(self, name: str | None) -> Journal:
        """Returns a tenant's journal, or that of unattributed calls."""

    def check(self) -> None:
        """Raises `StoreUnavailableError` when the store does not answer."""

    def close(self) -> None:
        """Closes connections and files."""
