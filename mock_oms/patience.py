"""Threads that must not wait: the one that receives all requests would hold up everybody.

Such a thread says so once. A lock that it would have to wait for then raises `WouldWait`, and the call is
taken up again by a thread that may wait. Nothing has happened by then: a visit to a tenant takes its lock
first.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
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


@contextmanager
def held(lock: Lock) -> Iterator[None]:
    """The lock, for as long as the body runs; raises `WouldWait` in a thread that must not wait for it."""
    if not lock.acquire(False):
        if _thread.never_waits:
            raise WouldWait
        lock.acquire()
    try:
        yield
    finally:
        lock.release()
