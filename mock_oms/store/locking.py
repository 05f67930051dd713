"""Non-blocking locks for the receiving thread.

If that thread waited, every client would. It declares this once; a lock that is taken then raises
`WouldWaitError`, and another thread repeats the call. Nothing has happened by then: a visit to a tenant takes
its lock first.

The others let it in sooner while they work: see `Turns`.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Protocol, TypeVar

T = TypeVar("T")

SWITCH_S = 0.001
"""While a pool works, its threads let the receiving thread in after so long. With the usual 5 ms a call
beside two threads that print takes twice as long; with half of this they print a sixth less. While it does
nothing the usual is right: taking turns costs, also between the threads of the server itself."""


class WouldWaitError(Exception):
    """This thread must not wait, and would have to."""


class Lock(Protocol):
    """A lock as `threading` makes them."""

    def acquire(self, blocking: bool = True, /) -> bool:
        """Takes the lock; tells whether it did."""
        ...

    def release(self) -> None:
        """Gives it back."""
        ...


class _Thread(threading.local):
    never_waits = False


_thread = _Thread()


def never_wait() -> None:
    """From now on this thread does not wait for locks."""
    _thread.never_waits = True


def take(lock: Lock) -> None:
    """Takes a lock; raises `WouldWaitError` in a thread that must not wait and would have to."""
    if not lock.acquire(False):
        if _thread.never_waits:
            raise WouldWaitError
        lock.acquire()


class Turns:
    """How soon threads take turns: sooner while one of a pool works."""

    def __init__(self) -> None:
        self._usual = sys.getswitchinterval()
        self._working = 0
        self._lock = threading.Lock()

    def taken(self, work: Callable[[], T]) -> T:
        """Works, and meanwhile lets others in sooner."""
        self._count(1)
        try:
            return work()
        finally:
            self._count(-1)

    def _count(self, more: int) -> None:
        with self._lock:
            self._working += more
            sys.setswitchinterval(SWITCH_S if self._working else self._usual)
