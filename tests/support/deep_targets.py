"""Interruption of the deep targets: exit status 3, and what is unfinished.

As a plug-in of pytest (`-p tests.support.deep_targets`) it does the same for tests.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TypeVar

import pytest

from scenarios.interruption import INTERRUPTED_EXIT_STATUS, Interruption, interruptible

T = TypeVar("T")
R = TypeVar("R")


@dataclass
class Progress:
    """What is done of the planned work."""

    unit: str
    stop: Interruption = field(default_factory=Interruption)
    planned: int = 0
    done: int = 0

    def over(self, planned: int, parts: Iterable[T]) -> Iterator[T]:
        """Yield and count the parts.

        Stops at an interruption, also at one that a part has swallowed.
        """
        self.planned += planned
        for part in parts:
            self.stop.check()
            yield part
            self.done += 1


def until_interrupted(unit: str, work: Callable[[Progress], int]) -> int:
    """Return the exit status of work; 3 if it was interrupted."""
    with interruptible() as stop:
        progress, status = Progress(unit, stop), INTERRUPTED_EXIT_STATUS
        try:
            status = work(progress)
        except KeyboardInterrupt as error:
            stop.stop(str(error) or "Interrupted")
        if not stop.reason:
            return status
        print(f"{stop.reason}, unfinished: {progress.done:,} of {progress.planned:,} {unit} done", flush=True)
        return INTERRUPTED_EXIT_STATUS


def in_processes(work: Callable[[T], R], parts: Sequence[T], jobs: int) -> Iterator[R]:
    """Yield the results of parts in order.

    An interruption ends the processes.
    """
    context = multiprocessing.get_context("spawn")
    ignore = (signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all processes; this one decides
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=signal.signal, initargs=ignore) as pool:
        results = [pool.submit(work, part) for part in parts]
        try:
            for result in results:
                yield result.result()
        except BaseException:
            for child in multiprocessing.active_children():
                child.terminate()
            raise


_STOP = pytest.StashKey[Interruption]()


def pytest_configure(config: pytest.Config) -> None:
    """Treat SIGTERM like Ctrl-C, with the reason noted."""
    stack = ExitStack()
    config.stash[_STOP] = stack.enter_context(interruptible())
    config.add_cleanup(stack.close)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Set the exit status of an interrupted run."""
    if session.config.stash[_STOP].reason:
        session.exitstatus = INTERRUPTED_EXIT_STATUS


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say how many tests are unfinished."""
    if reason := config.stash[_STOP].reason:
        planned = terminalreporter._numcollected
        reports = [
            one for name in ("passed", "failed", "skipped") for one in terminalreporter.getreports(name)
        ]
        done = len({one.nodeid for one in reports})
        terminalreporter.write_line(f"{reason}, unfinished: {done} of {planned} tests done")
