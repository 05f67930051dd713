"""Transactions on a tenant in memory; they apply changes at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import islice
from typing import Any

from sortedcontainers import SortedList  # type: ignore[import-untyped] # it ships no types

from mock_oms.domain.shipment import NO_STOCK, Shipment, Stock
from mock_oms.domain.tenant import TenantSettings
from mock_oms.store import Key, Query, StockLevels, Waiting
from mock_oms.store.memory.tenant import Tenant


class MemoryTransaction:
    """A transaction on a tenant's state, under its lock; `now` is constant.

    For undoing it keeps the first value of each key, not every version.
    """

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._before: dict[tuple[str, Any], Any] = {}
        """Former values by attribute of the tenant and key."""
        self.now = tenant.now()

    @property
    def settings(self) -> TenantSettings:
        return self._tenant.settings

    def set_settings(self, settings: TenantSettings) -> None:
        self._before.setdefault(("settings", None), (self._tenant.settings, self._tenant.latest))
        self._tenant.settings = settings
        self.now = self._tenant.now()

    # Shipments

    def get(self, shipment_id: str) -> Shipment | None:
        return self._tenant.shipments.get(shipment_id)

    def count(self) -> int:
        return len(self._tenant.shipments)

    def put(self, shipment: Shipment) -> None:
        before = self._tenant.shipments.get(shipment.id)
        self._before.setdefault(("shipments", shipment.id), before)
        self._tenant.put(shipment.id, before, shipment)

    def find(self, query: Query) -> list[Shipment]:
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
        before = self._tenant.series.get(series, 0)
        self._before.setdefault(("series", series), before)
        self._tenant.series[series] = before + 1
        return before + 1

    def number_owner(self, number: str) -> str | None:
        return self._tenant.numbers.get(number)

    def claim_number(self, number: str, shipment_id: str) -> None:
        self._before.setdefault(("numbers", number), self._tenant.numbers.get(number))
        self._tenant.numbers[number] = shipment_id

    # Stock

    def stock(self, location: str, sku: str) -> Stock:
        return self._tenant.stock.get((location, sku), NO_STOCK)

    def set_stock(self, location: str, sku: str, stock: Stock) -> None:
        where = (location, sku)
        self._before.setdefault(("stock", where), self._tenant.stock.get(where))
        self._tenant.stock[where] = stock

    def all_stock(self) -> list[tuple[str, str, Stock]]:
        return sorted((location, sku, stock) for (location, sku), stock in self._tenant.stock.items())

    # Automatic steps

    def wait(self, shipment_id: str, waiting: Waiting | None) -> None:
        before = self._tenant.waiting.get(shipment_id)
        if before == waiting:
            return
        self._before.setdefault(("waiting", shipment_id), before)
        self._tenant.set_waiting(shipment_id, waiting)

    def all_waiting(self) -> list[tuple[str, Waiting]]:
        return list(self._tenant.waiting.items())

    def next_due(self) -> tuple[str, Waiting] | None:
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
        self._tenant.empty(settings, stock)
        self._tenant.journal.clear()
        self._before.clear()
        self.now = self._tenant.now()

    def undo(self) -> None:
        for (name, key), before in self._before.items():
            self._restore(name, key, before)
        self._before.clear()

    def _restore(self, name: str, key: Any, before: Any) -> None:
        tenant = self._tenant
        if name == "settings":
            tenant.settings, tenant.latest = before
        elif name == "shipments":
            tenant.put(key, tenant.shipments.get(key), before)
        elif name == "waiting":
            tenant.set_waiting(key, before)
        elif before is None:
            getattr(tenant, name).pop(key, None)
        else:
            getattr(tenant, name)[key] = before

    def done(self) -> None:
        # Callers may keep the transaction: it must not keep the former values.
        self._before.clear()


_HIGHEST_ID = "\U0010ffff"


def _window(keys: SortedList[Key], query: Query) -> Iterator[Key]:
    low = (query.start, "") if query.start else None
    if query.after is not None and (low is None or query.after > low):
        low = query.after
    high = (query.end, _HIGHEST_ID) if query.end else None
    include_low = query.after is None or low != query.after
    found: Iterator[Key] = keys.irange(low, high, inclusive=(include_low, True))
    return found
