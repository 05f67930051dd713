"""Runs calls on few threads, one caller after the other."""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock, get_native_id
from typing import Any, TypeVar

T = TypeVar("T")
Waiting = tuple[Future[Any], Callable[[], object]]


NICE = 4
"""How much lower the priority of these threads is, where the system knows one per thread.

Beside two printing clients on two cores, 99 % of GETs took up to 2.5 ms, and up to 7 ms without it."""


class LaneFullError(Exception):
    """A caller has as many waiting calls as it may have."""


def _yield_to_others() -> None:
    """Give this thread, and those that it starts, less priority."""
    if sys.platform == "linux":
        thread = get_native_id()
        os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + NICE)


class Lanes:
    """A pool of threads with a queue for each caller.

    A free thread takes the first call of the caller that has waited longest, so that a caller with a hundred
    calls delays the next call of another by one. A cancelled call is skipped.
    """

    def __init__(self, threads: int, each_max: int, name: str) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name, initializer=_yield_to_others)
        self._each_max = each_max
        self._lanes: dict[str, deque[Waiting]] = {}
        self._lock = Lock()

    def submit(self, caller: str, work: Callable[[], T]) -> Future[T]:
        """Add a call to the caller's queue; raises `LaneFullError`."""
        future: Future[T] = Future()
        with self._lock:
            lane = self._lanes.setdefault(caller, deque())
            if len(lane) >= self._each_max:
                raise LaneFullError
            lane.append((future, work))
            self._pool.submit(self._run_next)
        return future

    def shutdown(self) -> None:
        """Cancel the calls that wait."""
        with self._lock:
            left = [future for lane in self._lanes.values() for future, _ in lane]
        self._pool.shutdown(wait=False, cancel_futures=True)
        for future in left:
            future.cancel()

    def _next(self) -> Waiting:
        """Take a call of the first queue.

        The queue then becomes the last.
        """
        with self._lock:
            caller = next(iter(self._lanes))
            lane = self._lanes.pop(caller)
            found = lane.popleft()
            if lane:
                self._lanes[caller] = lane
        return found

    def _run_next(self) -> None:
        future, work = self._next()
        if not future.set_running_or_notify_cancel():
            return
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - as a pool does it: the waiting caller raises it
            future.set_exception(error)
