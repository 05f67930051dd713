"""Where tenants live. Nothing else in the mock holds state between requests.

`Store.read` and `Store.write` are the only ways to a tenant's state. A write holds the tenant's lock from
entry to exit and is kept whole or, when the block raises, undone whole. Values are frozen: the engine
decides first and puts afterwards, so that a refused order has changed nothing.
Finding shipments (status, location, channel, dates, page) is done here, by index.

There are two stores that do the same: in memory (`mock_oms.store.memory`), and in an SQL database
(`mock_oms.store.sql`), where everything is kept and several processes and hosts share it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    """Which shipments to find, oldest first.

    None means any; the window is inclusive; `after` is the key of the last shipment seen, for cursors;
    `limit` is required, so that no answer is unbounded.
    """

    limit: int
    offset: int = 0
    buckets: frozenset[Bucket] | None = None
    location: str | None = None
    channel: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    after: Key | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """An automatic step to come: due at `due`, or held when that is None; counted from `since`."""

    event: Event
    since: datetime
    due: datetime | None


class Transaction(Protocol):
    """One visit to a tenant's state, under its lock. `now` stands still during the visit."""

    now: datetime

    @property
    def settings(self) -> TenantSettings:
        """Settings of the tenant."""
        ...

    def set_settings(self, settings: TenantSettings) -> None:
        """Replaces the settings; a changed clock counts from here on."""
        ...

    def get(self, shipment_id: str) -> Shipment | None:
        """The shipment with this id."""
        ...

    def count(self) -> int:
        """How many shipments there are."""
        ...

    def put(self, shipment: Shipment) -> None:
        """Keeps a new shipment, or a new version of one."""
        ...

    def find(self, query: Query) -> list[Shipment]:
        """The shipments that `query` describes, ordered by `ordered_at` and id."""
        ...

    def next_number(self, series: str) -> int:
        """The next number of a series, counting from 1 without gaps."""
        ...

    def number_owner(self, number: str) -> str | None:
        """Id of the shipment whose document has this number."""
        ...

    def claim_number(self, number: str, shipment_id: str) -> None:
        """Notes that a document number is used."""
        ...

    def stock(self, location: str, sku: str) -> Stock:
        """Stock of a product at a location; none when it was never set."""
        ...

    def set_stock(self, location: str, sku: str, stock: Stock) -> None:
        """Replaces a stock level."""
        ...

    def all_stock(self) -> list[tuple[str, str, Stock]]:
        """Every stock level: location, SKU, stock; sorted."""
        ...

    def wait(self, shipment_id: str, waiting: Waiting | None) -> None:
        """Notes (or, with None, forgets) the automatic step that a shipment waits for."""
        ...

    def all_waiting(self) -> list[tuple[str, Waiting]]:
        """Every automatic step to come, by shipment id."""
        ...

    def next_due(self) -> tuple[str, Waiting] | None:
        """The earliest automatic step that is due by now."""
        ...

    def empty(self, settings: TenantSettings, stock: StockLevels) -> None:
        """Forgets all orders, numbers and journal entries; comes last: not every store can undo it."""
        ...


class Store(Protocol):
    """All tenants."""

    waits: bool
    """Whether a visit waits for a disk or a network, so that the thread that receives requests makes none."""

    def directory(self) -> UserStore:
        """Users and tokens."""
        ...

    def create(self, settings: TenantSettings, stock: StockLevels, users: Sequence[User]) -> None:
        """Adds a tenant with its users; raises `TenantExistsError` when the name is taken."""
        ...

    def delete(self, name: str) -> None:
        """Removes a tenant with its users, tokens and journal; raises `UnknownTenantError`."""
        ...

    def names(self) -> list[str]:
        """Names of all tenants, in the order of their making."""
        ...

    def settings(self, name: str) -> TenantSettings:
        """A tenant's settings as they are now; raises `UnknownTenantError`."""
        ...

    def read(self, name: str) -> AbstractContextManager[Transaction]:
        """A visit that changes nothing; raises `UnknownTenantError`."""
        ...

    def write(self, name: str) -> AbstractContextManager[Transaction]:
        """A visit that may change things: kept whole, or undone when the block raises."""
        ...

    def journal(self, name: str | None) -> Journal:
        """The journal of a tenant; of None, and of a tenant that is gone, the one for calls of nobody."""
        ...

    def check(self) -> None:
        """Raises `StoreUnavailableError` when the store does not answer."""
        ...

    def close(self) -> None:
        """Gives back what the store holds open."""
        ...
