"""`python -m tests.bad_input.inside serve ...`: mock-oms, whose processes tell how many objects they hold.

Memory that a process holds says little about a leak: what was freed stays with it, in pieces. Objects that
are alive after everything was given back are counted exactly, and must be as many as before.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from pathlib import Path

from mock_oms.bundle import run_mock_oms

ASKED = signal.SIGURG
"""Sent to a process that should count; one that does not know of it is not harmed by it."""
FOLDER = "BAD_INPUT_COUNTS"
"""Environment variable: where a process leaves its count, in a file named after its pid."""


def tell_when_asked() -> None:
    """From now on this process counts whenever it is asked to; so does one forked from it."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {ASKED})
    _wait_in_a_thread()
    os.register_at_fork(after_in_child=_wait_in_a_thread)


def _wait_in_a_thread() -> None:
    threading.Thread(target=_wait, name="count", daemon=True).start()


def _wait() -> None:
    folder = Path(os.environ[FOLDER])
    while True:
        signal.sigwait({ASKED})
        gc.collect()
        unfinished = folder / f"{os.getpid()}.part"
        unfinished.write_text(str(sys.getallocatedblocks()), encoding="ascii")
        unfinished.rename(folder / str(os.getpid()))


if __name__ == "__main__":
    tell_when_asked()
    run_mock_oms()
