"""Non-blocking locks for the receiving thread.

If that thread waited, every client would. It calls `never_wait` once; a lock that is taken then raises
`WouldWaitError`, and another thread repeats the call. Nothing has changed by then: a transaction on a tenant
takes its lock first.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Protocol, TypeVar

T = TypeVar("T")

SWITCH_S = 0.001
"""Switch interval of the GIL while pool threads are busy, instead of the usual 5 ms.

With 5 ms a call beside two threads that print takes twice as long; with 0.5 ms they print a sixth less. With
idle pools the usual interval is cheaper."""


class WouldWaitError(Exception):
    """The lock is taken, and this thread must not wait."""


class Lock(Protocol):
    """A lock with the interface of `threading.Lock`."""

    def acquire(self, blocking: bool = True, /) -> bool:
        """Takes the lock; returns whether it succeeded."""

    def release(self) -> None:
        """Releases the lock."""


class _Thread(threading.local):
    never_waits = False


_thread = _Thread()


def never_wait() -> None:
    """Makes `take` raise instead of wait in this thread."""
    _thread.never_waits = True


def take(lock: Lock) -> None:
    """Takes a lock; raises `WouldWaitError` instead of waiting, after `never_wait`."""
    if not lock.acquire(False):
        if _thread.never_waits:
            raise WouldWaitError
        lock.acquire()


class SwitchInterval:
    """A short GIL switch interval while pool threads are busy."""

    def __init__(self) -> None:
        self._usual = sys.getswitchinterval()
        self._working = 0
        self._lock = threading.Lock()

    def shortened(self, work: Callable[[], T]) -> T:
        """Calls `work` with the short interval."""
        self._count(1)
        try:
            return work()
        finally:
            self._count(-1)

    def _count(self, more: int) -> None:
        with self._lock:
            self._working += more
            sys.setswitchinterval(SWITCH_S if self._working else self._usual)
