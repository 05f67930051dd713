"""The journal in memory."""

from __future__ import annotations

import threading
from collections import deque
from operator import attrgetter

from mock_oms.domain import journal as journals
from mock_oms.domain.journal import Dropped, Entry, Wanted, last_entries


class MemoryJournal:
    """The last calls of one tenant."""

    def __init__(self) -> None:
        self._reads: deque[Entry] = deque(maxlen=journals.ENTRIES_LIMIT)
        self._writes: deque[Entry] = deque(maxlen=journals.ENTRIES_LIMIT)
        self._count = self._written = 0
        self._lock = threading.Lock()

    def append(self, entry: Entry) -> None:
        with self._lock:
            self._count += 1
            entry.number = self._count
            if entry.method == "GET":
                self._reads.append(entry)
            else:
                self._written += 1
                self._writes.append(entry)

    def clear(self) -> None:
        with self._lock:
            self._reads.clear()
            self._writes.clear()
            self._count = self._written = 0

    def read(self, wanted: Wanted) -> tuple[list[Entry], Dropped]:
        with self._lock:
            entries = sorted([*self._reads, *self._writes], key=attrgetter("number"))
            reads = self._count - self._written - len(self._reads)
            dropped = Dropped(reads, self._written - len(self._writes))
        return last_entries(entries, wanted), dropped
