"""The state of a tenant in memory."""

from __future__ import annotations

import threading
from datetime import datetime

from sortedcontainers import SortedList  # type: ignore[import-untyped] # it ships no types

from contracts.lifecycle.table import State
from contracts.vocabulary import Bucket
from mock_oms.domain.shipment import Shipment
from mock_oms.domain.tenant import TenantSettings
from mock_oms.store import Key, StockLevels, Waiting
from mock_oms.store.memory.journal import MemoryJournal


class Tenant:
    """The state and the lock of one tenant."""

    def __init__(self, settings: TenantSettings, stock: StockLevels) -> None:
        self.lock = threading.RLock()
        self.journal = MemoryJournal()
        self.settings = settings
        self.latest = settings.clock.now()
        self.empty(settings, stock)

    def empty(self, settings: TenantSettings, stock: StockLevels) -> None:
        """Replaces the whole state by that of a new tenant."""
        self.settings = settings
        self.latest = settings.clock.now()
        self.stock = dict(stock)
        self.shipments: dict[str, Shipment] = {}
        self.index: dict[Bucket, dict[tuple[str, str], SortedList[Key]]] = {}
        self.series: dict[str, int] = {}
        self.numbers: dict[str, str] = {}
        self.waiting: dict[str, Waiting] = {}
        self.due: SortedList[tuple[datetime, str]] = SortedList()

    def now(self) -> datetime:
        """Returns the tenant's time, which never goes back."""
        self.latest = max(self.latest, self.settings.clock.now())
        return self.latest

    def put(self, shipment_id: str, old: Shipment | None, new: Shipment | None) -> None:
        """Replaces `old` by `new`, in the index too; None means no shipment."""
        left = _place(old) if old is not None else None
        entered = _place(new) if new is not None else None
        if left != entered:
            if old is not None and left is not None:
                self._list(*left).remove((old.ordered_at, shipment_id))
            if new is not None and entered is not None:
                self._list(*entered).add((new.ordered_at, shipment_id))
        if new is not None:
            self.shipments[shipment_id] = new
        else:
            self.shipments.pop(shipment_id, None)

    def _list(self, bucket: Bucket, where: tuple[str, str]) -> SortedList[Key]:
        lists = self.index.get(bucket)
        if lists is None:
            lists = self.index[bucket] = {}
        found = lists.get(where)
        if found is None:
            found = lists[where] = SortedList()
        return found

    def set_waiting(self, shipment_id: str, waiting: Waiting | None) -> None:
        """Schedules the automatic step of a shipment; None removes it."""
        before = self.waiting.pop(shipment_id, None)
        if before and before.due:
            self.due.remove((before.due, shipment_id))
        if waiting:
            self.waiting[shipment_id] = waiting
            if waiting.due:
                self.due.add((waiting.due, shipment_id))


_BUCKETS = {(state, invoiced): Bucket(state, invoiced) for state in State for invoiced in (False, True)}


def _place(shipment: Shipment) -> tuple[Bucket, tuple[str, str]]:
    bucket = _BUCKETS[shipment.state, shipment.document is not None]
    return bucket, (shipment.location, shipment.channel)
