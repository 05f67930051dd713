"""Interruption of a run: Ctrl-C, SIGTERM or a lost target."""

from __future__ import annotations

import signal
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

INTERRUPTED_EXIT_STATUS = 3
"""Exit status of an interrupted run; that of an error."""
_REASONS = {
    signal.SIGINT: "Interrupted by Ctrl-C",
    signal.SIGTERM: "Interrupted by SIGTERM",
    signal.SIGHUP: "Interrupted by SIGHUP",
}


class StoppedError(KeyboardInterrupt):
    """A run that stops, raised in each of its threads.

    No handler of `Exception` catches it, as with Ctrl-C.
    """


class SetupError(StoppedError):
    """A wrong target file, account or command.

    The message says what to do.
    """


def internal_error(error: Exception) -> str:
    """Say of an unexpected error what and where it is."""
    where = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({where.name}, line {where.lineno})"


@dataclass(slots=True)
class Interruption:
    """The reason why a run stops; all its threads look at it."""

    reason: str = ""

    def stop(self, reason: str) -> None:
        """Stop the run; the first reason counts."""
        self.reason = self.reason or reason

    def check(self) -> None:
        """Raise `StoppedError` in a run that stops."""
        if self.reason:
            raise StoppedError(self.reason)


@contextmanager
def interruptible() -> Iterator[Interruption]:
    """Raise KeyboardInterrupt at SIGINT, SIGTERM and SIGHUP, with the reason noted.

    The note stays where a library swallows the exception. While the run writes its reports, a second signal
    is ignored, except Ctrl-C. `nohup` stays in force.
    """
    stop = Interruption()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def interrupt(number: int, _frame: FrameType | None) -> None:
        again = bool(stop.reason)
        stop.stop(_REASONS[signal.Signals(number)])
        if number == signal.SIGINT or not again:
            raise KeyboardInterrupt

    nohup = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    numbers = [number for number in _REASONS if not (nohup and number == signal.SIGHUP)]
    before = {number: signal.signal(number, interrupt) for number in numbers}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
