"""`python -m tests.tools.bad_input.inside serve ...`: mock-oms that reports its objects and threads.

Memory that a process holds says little about a leak: what was freed stays with it, in pieces. Objects that
are alive after everything was given back are counted exactly, and must be as many as before. So are threads:
a pool makes each of its threads when none is free, thus by chance, and counts as if it had all of them.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import wraps
from pathlib import Path
from socket import AF_UNIX, SOCK_DGRAM, socket
from typing import Any
from weakref import WeakSet

from mock_oms.entry_points import run_mock_oms

ASKED = signal.SIGURG
"""Sent to a process that should count; one that does not know of it is not harmed by it."""
_pools: WeakSet[ThreadPoolExecutor] = WeakSet()
LISTENER = "BAD_INPUT_LISTENER"
"""Environment variable: address of the local socket to which a process sends its count."""


def tell_when_asked() -> None:
    """Count on each `ASKED` signal from now on, also in forked processes."""
    remember_pools()
    signal.pthread_sigmask(signal.SIG_BLOCK, {ASKED})
    _wait_in_a_thread()
    os.register_at_fork(after_in_child=_wait_in_a_thread)


def remember_pools() -> None:
    """Remember each pool that this process makes from now on."""
    make = ThreadPoolExecutor.__init__

    @wraps(make)
    def remembered(pool: ThreadPoolExecutor, *arguments: Any, **named: Any) -> None:
        make(pool, *arguments, **named)
        _pools.add(pool)

    ThreadPoolExecutor.__init__ = remembered  # type: ignore[method-assign, assignment]


def threads() -> Counter[str]:
    """Count this process's threads by name.

    Every pool counts as if it were full.
    """
    alive = threading.enumerate()
    found = Counter(thread.name for thread in alive)
    for pool in (pool for pool in list(_pools) if not pool._shutdown):
        for thread in pool._threads:
            found[thread.name] -= 1
        found[f"pool {pool._thread_name_prefix}"] += pool._max_workers
    native = {int(task.name) for task in Path("/proc/self/task").iterdir()}
    found["native"] = len(native - {thread.native_id for thread in alive})
    return +found


def _wait_in_a_thread() -> None:
    threading.Thread(target=_wait, name="count", daemon=True).start()


def _wait() -> None:
    with socket(AF_UNIX, SOCK_DGRAM) as telling:  # opened once: open files are counted too
        while True:
            signal.sigwait({ASKED})
            gc.collect()
            counts = {"objects": sys.getallocatedblocks(), "threads": threads()}
            telling.sendto(json.dumps(counts).encode(), os.environ[LISTENER])


if __name__ == "__main__":
    tell_when_asked()
    run_mock_oms()
