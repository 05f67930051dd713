"""A visit to a tenant in memory: changes are made at once, and each notes how it is undone."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import TYPE_CHECKING

from sortedcontainers import SortedList  # type: ignore[import-untyped] # it ships no types

from contracts.lifecycle import State
from contracts.vocabulary import Bucket
from mock_oms.shipments import NO_STOCK, Shipment, Stock
from mock_oms.store import Key, Query, StockLevels, Waiting
from mock_oms.store.memory.journal import MemoryJournal
from mock_oms.world import World

if TYPE_CHECKING:
    from collections.abc import Iterable


class Tenant:
    """Everything of one tenant, in memory."""

    def __init__(self, world: World, stock: StockLevels) -> None:
        self.lock = threading.RLock()
        self.journal = MemoryJournal()
        self.world = world
        self.latest = world.clock.now()
        self.empty(world, stock)

    def empty(self, world: World, stock: StockLevels) -> None:
        """Begins anew."""
        self.world = world
        self.latest = world.clock.now()
        self.stock = dict(stock)
        self.shipments: dict[str, Shipment] = {}
        self.index: dict[Bucket, dict[tuple[str, str], SortedList[Key]]] = {}
        self.series: dict[str, int] = {}
        self.numbers: dict[str, str] = {}
        self.waiting: dict[str, Waiting] = {}
        self.due: SortedList[tuple[datetime, str]] = SortedList()

    def now(self) -> datetime:
        """The world's time; never earlier than it was."""
        self.latest = max(self.latest, self.world.clock.now())
        return self.latest


class MemoryTransaction:
    """One visit to a tenant's state, under its lock. `now` stands still during the visit."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._undo: list[Callable[[], None]] = []
        self.now = tenant.now()

    @property
    def world(self) -> World:
        """Settings of the tenant."""
        return self._tenant.world

    def set_world(self, world: World) -> None:
        """Replaces the settings; a changed clock counts from here on."""
        before, latest = self._tenant.world, self._tenant.latest
        self._undo.append(lambda: setattr(self._tenant, "world", before))
        self._undo.append(lambda: setattr(self._tenant, "latest", latest))
        self._tenant.world = world
        self.now = self._tenant.now()

    # Shipments

    def get(self, shipment_id: str) -> Shipment | None:
        """The shipment with this id."""
        return self._tenant.shipments.get(shipment_id)

    def count(self) -> int:
        """How many shipments there are."""
        return len(self._tenant.shipments)

    def put(self, shipment: Shipment) -> None:
        """Keeps a new shipment, or a new version of one."""
        before = self._tenant.shipments.get(shipment.id)
        self._undo.append(lambda: self._replace(shipment, before))
        self._replace(before, shipment)

    def _replace(self, old: Shipment | None, new: Shipment | None) -> None:
        left = _place(old) if old is not None else None
        entered = _place(new) if new is not None else None
        if left != entered:
            if old is not None and left is not None:
                self._list(*left).remove((old.ordered_at, old.id))
            if new is not None and entered is not None:
                self._list(*entered).add((new.ordered_at, new.id))
        if new is not None:
            self._tenant.shipments[new.id] = new
        elif old is not None:
            del self._tenant.shipments[old.id]

    def _list(self, bucket: Bucket, where: tuple[str, str]) -> SortedList[Key]:
        lists = self._tenant.index.get(bucket)
        if lists is None:
            lists = self._tenant.index[bucket] = {}
        found = lists.get(where)
        if found is None:
            found = lists[where] = SortedList()
        return found

    def find(self, query: Query) -> list[Shipment]:
        """The shipments that `query` describes, ordered by `ordered_at` and id."""
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
        """The next number of a series, counting from 1 without gaps."""
        before = self._tenant.series.get(series, 0)
        self._undo.append(lambda: self._tenant.series.__setitem__(series, before))
        self._tenant.series[series] = before + 1
        return before + 1

    def number_owner(self, number: str) -> str | None:
        """Id of the shipment whose document has this number."""
        return self._tenant.numbers.get(number)

    def claim_number(self, number: str, shipment_id: str) -> None:
        """Notes that a document number is used."""
        self._undo.append(lambda: self._tenant.numbers.__delitem__(number))
        self._tenant.numbers[number] = shipment_id

    # Stock

    def stock(self, location: str, sku: str) -> Stock:
        """Stock of a product at a location; none when it was never set."""
        return self._tenant.stock.get((location, sku), NO_STOCK)

    def set_stock(self, location: str, sku: str, stock: Stock) -> None:
        """Replaces a stock level."""
        before = self._tenant.stock.get((location, sku))
        self._undo.append(lambda: self._restock((location, sku), before))
        self._tenant.stock[location, sku] = stock

    def _restock(self, where: tuple[str, str], before: Stock | None) -> None:
        if before is None:
            del self._tenant.stock[where]
        else:
            self._tenant.stock[where] = before

    def all_stock(self) -> list[tuple[str, str, Stock]]:
        """Every stock level: location, SKU, stock; sorted."""
        return sorted((location, sku, stock) for (location, sku), stock in self._tenant.stock.items())

    # Automatic steps

    def wait(self, shipment_id: str, waiting: Waiting | None) -> None:
        """Notes (or, with None, forgets) the automatic step that a shipment waits for."""
        before = self._tenant.waiting.get(shipment_id)
        if before == waiting:
            return
        self._undo.append(lambda: self._set_waiting(shipment_id, before))
        self._set_waiting(shipment_id, waiting)

    def _set_waiting(self, shipment_id: str, waiting: Waiting | None) -> None:
        before = self._tenant.waiting.pop(shipment_id, None)
        if before and before.due:
            self._tenant.due.remove((before.due, shipment_id))
        if waiting:
            self._tenant.waiting[shipment_id] = waiting
            if waiting.due:
                self._tenant.due.add((waiting.due, shipment_id))

    def all_waiting(self) -> list[tuple[str, Waiting]]:
        """Every automatic step to come, by shipment id."""
        return list(self._tenant.waiting.items())

    def next_due(self) -> tuple[str, Waiting] | None:
        """The earliest automatic step that is due by now."""
        waiting = self._tenant.waiting
        if not waiting:
            return None
        due = self._tenant.due
        if not due or due[0][0] > self.now:
            return None
        shipment_id = due[0][1]
        return shipment_id, waiting[shipment_id]

    # The whole tenant

    def empty(self, world: World, stock: StockLevels) -> None:
        """Forgets all orders, numbers and journal entries; cannot be undone, so it comes last."""
        self._tenant.empty(world, stock)
        self._tenant.journal.clear()
        self._undo.clear()
        self.now = self._tenant.now()

    def undo(self) -> None:
        """Takes back everything that was done in this transaction."""
        while self._undo:
            self._undo.pop()()

    def done(self) -> None:
        """Forgets how to take things back: that refers to the transaction, which would live on in a cycle."""
        self._undo.clear()


_BUCKETS = {(state, invoiced): Bucket(state, invoiced) for state in State for invoiced in (False, True)}


def _place(shipment: Shipment) -> tuple[Bucket, tuple[str, str]]:
    bucket = _BUCKETS[shipment.state, shipment.document is not None]
    return bucket, (shipment.location, shipment.channel)


_HIGHEST_ID = "\U0010ffff"


def _window(keys: SortedList[Key], query: Query) -> Iterator[Key]:
    low = (query.start, "") if query.start else None
    if query.after is not None and (low is None or query.after > low):
        low = query.after
    high = (query.end, _HIGHEST_ID) if query.end else None
    include_low = query.after is None or low != query.after
    found: Iterator[Key] = keys.irange(low, high, inclusive=(include_low, True))
    return found
