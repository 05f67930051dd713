"""Runs the application on granian: one parent that watches, one worker that answers.

The parent takes the port, starts the worker, asks the health call until it answers, says so (on the terminal
and in the ready file) and stops the worker at Ctrl-C or SIGTERM. It never imports the application.
"""

from __future__ import annotations

import logging
import multiprocessing
import multiprocessing.process
import os
import secrets
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer

from mock_oms import bundle
from mock_oms.listening import Address, CannotListen, held
from mock_oms.readiness import ReadyFile, ready_file, wait_until_answers
from mock_oms.settings import ServerSettings
from mock_oms.welcome import ready_facts, welcome

if TYPE_CHECKING:
    from flask import Flask

START_LIMIT_S = 30.0
"""A server that has not answered its health call by then is stopped."""
STOP_LIMIT_S = 5
"""A worker that is still busy that long after it was asked to stop is killed. Whole seconds, for granian."""

STOPPED = 0
"""Exit status after Ctrl-C or SIGTERM: stopping is what was asked for."""
BROKEN = 1
WRONG_USE = 2
"""Exit status when the options, the port or the profile cannot be used."""

KEY_BYTES = 24

LOGGING = {
    "handlers": {
        "console": {"formatter": "generic", "class": "logging.StreamHandler", "stream": "ext://sys.stderr"},
        "access": {"formatter": "access", "class": "logging.StreamHandler", "stream": "ext://sys.stderr"},
    }
}


def load_app(options: Mapping[str, object]) -> Flask:
    """Runs in the worker: the application. What it refuses is said in one line, and ends the worker."""
    _obey_the_parent()
    try:
        bundle.activate()
        from mock_oms import collecting
        from mock_oms.app import create_app

        app = create_app(options)
        collecting.install()
        return app
    except (ValueError, OSError) as reason:
        sys.stderr.write(f"mock-oms: {reason}\n")
        sys.exit(WRONG_USE)


def _obey_the_parent() -> None:
    """Leave Ctrl-C to the parent, stop at its SIGTERM also while starting, and never outlive it.

    Both signals are blocked, here and in every thread to come, and a thread waits for the SIGTERM: granian's
    own way, a handler in the main thread, locks up when a second signal comes while it handles the first,
    as after a Ctrl-C that reaches parent and worker.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a forked worker has the parent's handler
    threading.Thread(target=_stop_when_told, name="stop", daemon=True).start()
    threading.Thread(target=_stop_without_parent, name="parent-watch", daemon=True).start()


def _stop_when_told() -> None:
    """Wait for the SIGTERM, for as long as the worker lives, and have granian finish what is under way."""
    signal.sigwait({signal.SIGTERM})
    handler = signal.getsignal(signal.SIGTERM)
    if not callable(handler):  # still starting
        os._exit(STOPPED)
    handler(signal.SIGTERM, None)


def _stop_without_parent() -> None:
    """Wait for the parent's end, and stop as if asked to; by force when that does not help."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(STOP_LIMIT_S)
    os._exit(BROKEN)


class _Server(MPServer):
    """granian with a hook that comes after the worker was started: threads and fork do not mix."""

    def __init__(self, address: Address, threads: int, started: Callable[[], None]) -> None:
        super().__init__(
            target="mock_oms.app:create_app",
            address=address.host,
            port=address.port,
            interface=Interfaces.WSGI,
            http=HTTPModes.http1,
            workers=1,
            blocking_threads=threads,
            workers_kill_timeout=STOP_LIMIT_S,
            log_level=LogLevels.error,
            log_dictconfig=LOGGING,
        )
        self._started = started

        # The worker configures its own logging; what granian says in the parent is said better below.
        logging.getLogger("_granian").setLevel(logging.CRITICAL + 1)
        self.worker: multiprocessing.process.BaseProcess | None = None

    def startup(self, spawn_target: Any, target_loader: Any) -> None:
        """Open the port and start the worker, then call the hook."""
        super().startup(spawn_target, target_loader)  # type: ignore[no-untyped-call]  # granian has no types here
        self.worker = self.wrks[0].inner
        self._started()

    def run(self, options: Mapping[str, object]) -> None:
        """Serve until stopped or until the worker ends; granian exits in the second case, this returns."""
        with suppress(SystemExit):
            self.serve(target_loader=partial(load_app, options), wrap_loader=False)


class _Announced:
    """A server, and the thread of the parent that tells the world once it answers."""

    def __init__(self, settings: ServerSettings, address: Address, file: ReadyFile) -> None:
        self._settings = _with_key(settings, address)
        self._key_is_new = self._settings.control_key != settings.control_key
        self._address = address
        self._file = file
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="announcer", daemon=True)
        self.server = _Server(address, settings.threads, self._thread.start)
        self.failure: str | None = None

    def _run(self) -> None:
        try:
            self._announce_when_ready()
        except OSError as error:
            self._give_up(f"the ready file cannot be written: {error}")

    def _announce_when_ready(self) -> None:
        url, key = self._address.url, self._settings.control_key
        if wait_until_answers(url, START_LIMIT_S, control_key=key, go_on=self._goes_on):
            self._file.write(ready_facts(url))
            print(welcome(self._settings, self._address, key_is_new=self._key_is_new), flush=True)
        elif self._goes_on():
            self._give_up(f"the server did not answer its health call within {START_LIMIT_S:g} s")

    def _goes_on(self) -> bool:
        worker = self.server.worker
        return not self._over.is_set() and worker is not None and worker.is_alive()

    def _give_up(self, reason: str) -> None:
        self.failure = reason
        self.server.signal_handler_interrupt()  # type: ignore[no-untyped-call]  # granian has no types here

    def run(self) -> None:
        """Serve until the end; no announcement comes after this."""
        self.server.run(self._settings.app_options())
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(STOP_LIMIT_S)


def serve(settings: ServerSettings) -> int:
    """Serve until Ctrl-C or SIGTERM; gives the exit status, after saying on stderr what went wrong."""
    try:
        _check_profile(settings)
        with held(settings.host, settings.port) as address, ready_file(settings.ready_file) as file:
            return _serve(settings, address, file)
    except (CannotListen, ValueError) as error:
        return _say(str(error), WRONG_USE)


def _check_profile(settings: ServerSettings) -> None:
    """Refuse a bad profile before anything is started; raises ValueError."""
    if settings.profile is not None:
        from contracts import profile

        profile.load(settings.profile)


def _with_key(settings: ServerSettings, address: Address) -> ServerSettings:
    """A control plane that others can reach asks for a key; it is made up when none was given."""
    if settings.control_key is not None or address.is_loopback:
        return settings
    return replace(settings, control_key=secrets.token_urlsafe(KEY_BYTES))


def _serve(settings: ServerSettings, address: Address, file: ReadyFile) -> int:
    served = _Announced(settings, address, file)
    served.run()
    if served.failure:
        return _say(served.failure, BROKEN)
    if served.server.interrupt_signal:
        return STOPPED
    return _explain(served.server.worker)


def _explain(worker: multiprocessing.process.BaseProcess | None) -> int:
    """Exit status after the worker ended by itself; a refusal has already said why."""
    status = None if worker is None else worker.exitcode
    if status == WRONG_USE:
        return WRONG_USE
    end = f"signal {-status}" if status is not None and status < 0 else f"exit status {status}"
    return _say(f"the process that answers requests ended by itself ({end})", BROKEN)


def _say(reason: str, status: int) -> int:
    sys.stderr.write(f"mock-oms: {reason}\n")
    return status
