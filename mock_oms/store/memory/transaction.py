"""Transactions on a tenant in memory; they apply changes at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Any

from sortedcontainers import SortedList  # type: ignore[import-untyped] # it ships no types

from mock_oms.domain.shipment import NO_STOCK, Shipment, Stock
from mock_oms.domain.tenant import TenantSettings
from mock_oms.store import Key, Query, StockLevels, Waiting
from mock_oms.store.memory.tenant import Tenant

Restore = Callable[[Tenant, Any, Any], None]
"""Restores one value of a tenant, given its key and the former value."""


class MemoryTransaction:
    """A transaction on a tenant's state, under its lock; `now` is constant.

    For undoing it keeps the first value of each key, not every version.
    """

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._before: dict[tuple[Restore, Any], Any] = {}
        self.now = tenant.now()

    @property
    def settings(self) -> TenantSettings:
        """The tenant's settings."""
        return self._tenant.settings

    def set_settings(self, settings: TenantSettings) -> None:
        """Replaces the settings; a changed clock applies at once."""
        self._before.setdefault((_put_settings, None), (self._tenant.settings, self._tenant.latest))
        self._tenant.settings = settings
        self.now = self._tenant.now()

    # Shipments

    def get(self, shipment_id: str) -> Shipment | None:
        """Returns the shipment with this id, or None."""
        return self._tenant.shipments.get(shipment_id)

    def count(self) -> int:
        """Returns the number of shipments."""
        return len(self._tenant.shipments)

    def put(self, shipment: Shipment) -> None:
        """Stores a new shipment, or a new version of one."""
        before = self._tenant.shipments.get(shipment.id)
        self._before.setdefault((_put_shipment, shipment.id), before)
        self._tenant.put(shipment.id, before, shipment)

    def find(self, query: Query) -> list[Shipment]:
        """Returns the matching shipments, ordered by `ordered_at` and id."""
        lists = list(self._lists(query))
        stop = query.offset + query.limit
        if len(lists) == 1 and query.after is None and query.start is None and query.end is None:
            keys: Iterable[Key] = lists[0][query.offset : stop]
        else:
            keys = islice(merge(*(_window(keys, query) for keys in lists)), query.offset, stop)
        return [self._tenant.shipments[shipment_id] for _, shipment_id in keys]

    def _lists(self, query: Query) -> Iterator[SortedList[Key]]:
        index = self._tenant.index
        for bucket in index if query.buckets is None else query.buckets:
            for (location, channel), keys in index.get(bucket, {}).items():
                if query.location in (None, location) and query.channel in (None, channel):
                    yield keys

    # Numbers

    def next_number(self, series: str) -> int:
        """Returns the next number of a series: from 1, without gaps."""
        before = self._tenant.series.get(series, 0)
        self._before.setdefault((_put_series, series), before)
        self._tenant.series[series] = before + 1
        return before + 1

    def number_owner(self, number: str) -> str | None:
        """Returns the id of the shipment whose document has this number."""
        return self._tenant.numbers.get(number)

    def claim_number(self, number: str, shipment_id: str) -> None:
        """Marks a document number as used."""
        self._before.setdefault((_put_number, number), self._tenant.numbers.get(number))
        self._tenant.numbers[number] = shipment_id

    # Stock

    def stock(self, location: str, sku: str) -> Stock:
        """Returns the stock of a product at a location; zero by default."""
        return self._tenant.stock.get((location, sku), NO_STOCK)

    def set_stock(self, location: str, sku: str, stock: Stock) -> None:
        """Replaces a stock level."""
        where = (location, sku)
        self._before.setdefault((_put_stock, where), self._tenant.stock.get(where))
        self._tenant.stock[where] = stock

    def all_stock(self) -> list[tuple[str, str, Stock]]:
        """Returns every stock level, sorted: location, SKU, stock."""
        return sorted((location, sku, stock) for (location, sku), stock in self._tenant.stock.items())

    # Automatic steps

    def wait(self, shipment_id: str, waiting: Waiting | None) -> None:
        """Schedules the automatic step of a shipment; None removes it."""
        before = self._tenant.waiting.get(shipment_id)
        if before == waiting:
            return
        self._before.setdefault((_put_waiting, shipment_id), before)
        self._tenant.set_waiting(shipment_id, waiting)

    def all_waiting(self) -> list[tuple[str, Waiting]]:
        """Returns every scheduled automatic step, by shipment id."""
        return list(self._tenant.waiting.items())

    def next_due(self) -> tuple[str, Waiting] | None:
        """Returns the earliest automatic step that is due, or None."""
        waiting = self._tenant.waiting
        if not waiting:
            return None
        due = self._tenant.due
        if not due or due[0][0] > self.now:
            return None
        shipment_id = due[0][1]
        return shipment_id, waiting[shipment_id]

    # The whole tenant

    def empty(self, settings: TenantSettings, stock: StockLevels) -> None:
        """Deletes all orders, numbers and entries; cannot be undone everywhere."""
        self._tenant.empty(settings, stock)
        self._tenant.journal.clear()
        self._before.clear()
        self.now = self._tenant.now()

    def undo(self) -> None:
        """Restores every value that this transaction changed."""
        for (put, key), before in self._before.items():
            put(self._tenant, key, before)
        self._before.clear()

    def done(self) -> None:
        """Drops the former values, as callers may keep the transaction."""
        self._before.clear()


def _put_settings(tenant: Tenant, _: None, before: tuple[TenantSettings, datetime]) -> None:
    tenant.settings, tenant.latest = before


def _put_shipment(tenant: Tenant, shipment_id: str, before: Shipment | None) -> None:
    tenant.put(shipment_id, tenant.shipments.get(shipment_id), before)


def _put_series(tenant: Tenant, series: str, before: int) -> None:
    tenant.series[series] = before


def _put_number(tenant: Tenant, number: str, before: str | None) -> None:
    _put(tenant.numbers, number, before)


def _put_stock(tenant: Tenant, where: tuple[str, str], before: Stock | None) -> None:
    _put(tenant.stock, where, before)


def _put_waiting(tenant: Tenant, shipment_id: str, before: Waiting | None) -> None:
    tenant.set_waiting(shipment_id, before)


def _put(kept: dict[Any, Any], key: object, before: object) -> None:
    if before is None:
        kept.pop(key, None)
    else:
        kept[key] = before


_HIGHEST_ID = "\U0010ffff"


def _window(keys: SortedList[Key], query: Query) -> Iterator[Key]:
    low = (query.start, "") if query.start else None
    if query.after is not None and (low is None or query.after > low):
        low = query.after
    high = (query.end, _HIGHEST_ID) if query.end else None
    include_low = query.after is None or low != query.after
    found: Iterator[Key] = keys.irange(low, high, inclusive=(include_low, True))
    return found
