"""Times in which no flow of this run changes an order."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

QUIET_LIMIT_S = 30.0
"""Longest time that one flow keeps the others from changes, and that it waits for running ones."""


@dataclass(slots=True)
class Quiet:
    """Lets flows change orders, or read lists that stand still.

    Several flows may read at a time. `limit_s` bounds each wait, so that no flow stops the others for long.
    """

    limit_s: float = QUIET_LIMIT_S
    _changes: int = 0
    _ends: dict[int, float] = field(default_factory=dict)
    """Holder -> when its quiet time ends at the latest."""
    _turn: threading.Condition = field(default_factory=threading.Condition)

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Change orders in the block, after the quiet times of other flows."""
        with self._turn:
            while (left := max(self._ends.values(), default=0.0) - time.monotonic()) > 0:
                self._turn.wait(left)
            self._changes += 1
        try:
            yield
        finally:
            with self._turn:
                self._changes -= 1
                self._turn.notify_all()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Stop changes by other flows in the block, up to the limit."""
        holder = object()
        with self._turn:
            self._ends[id(holder)] = time.monotonic() + 2 * self.limit_s
            self._turn.wait_for(lambda: not self._changes, self.limit_s)
            self._ends[id(holder)] = time.monotonic() + self.limit_s
        try:
            yield
        finally:
            with self._turn:
                del self._ends[id(holder)]
                self._turn.notify_all()
