"""`python -m tests.tools.bad_input.inside serve ...`: mock-oms that reports its object count.

Memory that a process holds says little about a leak: what was freed stays with it, in pieces. Objects that
are alive after everything was given back are counted exactly, and must be as many as before.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from socket import AF_UNIX, SOCK_DGRAM, socket

from mock_oms.entry_points import run_mock_oms

ASKED = signal.SIGURG
"""Sent to a process that should count; one that does not know of it is not harmed by it."""
LISTENER = "BAD_INPUT_LISTENER"
"""Environment variable: address of the local socket to which a process sends its count."""


def tell_when_asked() -> None:
    """Count on each `ASKED` signal from now on, also in forked processes."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {ASKED})
    _wait_in_a_thread()
    os.register_at_fork(after_in_child=_wait_in_a_thread)


def _wait_in_a_thread() -> None:
    threading.Thread(target=_wait, name="count", daemon=True).start()


def _wait() -> None:
    with socket(AF_UNIX, SOCK_DGRAM) as telling:  # opened once: open files are counted too
        while True:
            signal.sigwait({ASKED})
            gc.collect()
            telling.sendto(str(sys.getallocatedblocks()).encode(), os.environ[LISTENER])


if __name__ == "__main__":
    tell_when_asked()
    run_mock_oms()
