"""The journal in memory."""

from __future__ import annotations

import threading
from collections import deque

from mock_oms.domain.journal import ENTRIES_LIMIT, Entry, Wanted, last_entries


class MemoryJournal:
    """The last calls of one tenant."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=ENTRIES_LIMIT)
        self._count = 0
        self._lock = threading.Lock()

    def append(self, entry: Entry) -> None:
        with self._lock:
            self._count += 1
            entry.number = self._count
            self._entries.append(entry)

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
            self._count = 0

    def read(self, wanted: Wanted) -> tuple[list[Entry], int]:
        with self._lock:
            entries = list(self._entries)
            dropped = self._count - len(entries)
        return last_entries(entries, wanted), dropped
