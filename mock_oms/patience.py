"""Threads that must not wait: the one that receives all requests would hold up everybody.

Such a thread says so once. A lock that it would have to wait for then raises `WouldWait`, and the call is
taken up again by a thread that may wait. Nothing has happened by then: a visit to a tenant takes its lock
first.
"""

from __future__ import annotations

import threading
from typing import Protocol


class WouldWait(Exception):
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


class held:  # noqa: N801 - it is used like a function: with held(lock)
    """The lock, for as long as the body runs; raises `WouldWait` in a thread that must not wait for it."""

    __slots__ = ("_lock",)

    def __init__(self, lock: Lock) -> None:
        self._lock = lock

    def __enter__(self) -> None:
        if not self._lock.acquire(False):
            if _thread.never_waits:
                raise WouldWait
            self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()
