"""Runs the application on granian: one parent that watches, one worker (or several) that answers.

The parent takes the port, starts the workers, asks the health call until it answers, says so (on the terminal
and in the ready file) and stops the workers at Ctrl-C or SIGTERM. It never imports the application.
"""

from __future__ import annotations

import json
import logging
import multiprocessing
import multiprocessing.process
import os
import resource
import secrets
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from granian import _signals as granian_signals
from granian._granian import WorkerSignal
from granian._loops import loops
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

from mock_oms import bundle
from mock_oms.server.banner import ready_facts, welcome
from mock_oms.server.granian_quirks import Receiver
from mock_oms.server.options import DEFAULT_TENANT, ServerOptions
from mock_oms.server.port import Address, PortError, held
from mock_oms.server.ready import ReadyFile, asked, ready_file, wait_until_answers
from mock_oms.store import opening

if TYPE_CHECKING:
    from mock_oms.server.front import Front

START_LIMIT_S = 30.0
"""A server that has not answered its health call by then is stopped."""
STOP_LIMIT_S = 5
"""A worker that is still busy that long after it was asked to stop is killed. Whole seconds, for granian."""

HEAD_BYTES_MAX = 64 * 1024
"""About so much of a request is taken in before its headers have ended; granian answers more with 431."""

STOPPED = 0
"""Exit status after Ctrl-C or SIGTERM: stopping is what was asked for."""
BROKEN = 1
WRONG_USE = 2
"""Exit status when the options, the port or the profile cannot be used."""

FILES_KEPT = 256
"""Open files of a worker that are no connections: modules, databases, the listening socket."""
KEY_BYTES = 24
DEFAULT_TENANT_PATH = f"/_control/tenants/{DEFAULT_TENANT}"

loops.register("auto")(cast(Any, Receiver))
"""granian's way to give its workers another loop than its own choice; each makes one as it starts."""

LOGGING = {
    "handlers": {
        "console": {"formatter": "generic", "class": "logging.StreamHandler", "stream": "ext://sys.stderr"},
        "access": {"formatter": "access", "class": "logging.StreamHandler", "stream": "ext://sys.stderr"},
    }
}


def load_app(options: Mapping[str, object], threads: int) -> Front:
    """Runs in the worker: the application. What it refuses is said in one line, and ends the worker."""
    _obey_the_parent()
    try:
        bundle.activate()
        os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"  # those of the environment are for other programs
        from mock_oms.server import garbage, malloc

        garbage.pause()
        malloc.give_back()
        from mock_oms.app import create_app
        from mock_oms.server.front import Front

        gateway = Front(create_app(options), threads, at_once="mutant" in options)
        garbage.install()
        return gateway
    except (ValueError, OSError) as reason:
        sys.stderr.write(f"mock-oms: {reason}\n")
        sys.exit(WRONG_USE)


def _obey_the_parent() -> None:
    """Leave Ctrl-C to the parent, stop at its SIGTERM also while starting, and never outlive it.

    Both signals are blocked, here and in every thread to come, and a thread waits for the SIGTERM: granian's
    own way passes every signal on through a queue of one place, and locks up when more come, as after a
    Ctrl-C that reaches parent and worker.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a forked worker has the parent's handler
    stopping = _Stopping()
    granian_signals.set_loop_signals = stopping.granted  # looked up when the worker starts to serve
    threading.Thread(target=stopping.wait, name="stop", daemon=True).start()
    threading.Thread(target=_stop_without_parent, name="parent-watch", daemon=True).start()


class _Stopping:
    """What a SIGTERM does to a worker: one that starts ends at once, later granian ends what is under way."""

    def __init__(self) -> None:
        self._serving: WorkerSignal | None = None

    def granted(self, _: object) -> WorkerSignal:
        """Called when the worker starts to serve; granian waits for the signal that this gives."""
        self._serving = WorkerSignal()
        return self._serving

    def wait(self) -> None:
        """Wait for the SIGTERM, for as long as the worker lives."""
        signal.sigwait({signal.SIGTERM})
        if self._serving is None:
            os._exit(STOPPED)
        self._serving.set()


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
    """granian with a hook that comes after the workers were started: threads and fork do not mix."""

    def __init__(self, address: Address, settings: ServerOptions, started: Callable[[], None]) -> None:
        super().__init__(
            target="mock_oms.app:create_app",
            address=address.host,
            port=address.port,
            interface=Interfaces.RSGI,
            http=HTTPModes.http1,
            http1_settings=HTTP1Settings(max_buffer_size=HEAD_BYTES_MAX),
            websockets=False,
            workers=settings.workers,
            backpressure=_connections(settings),
            workers_kill_timeout=STOP_LIMIT_S,
            log_level=LogLevels.error,
            log_dictconfig=LOGGING,
        )
        self._settings = settings
        self._started = started

        # The worker configures its own logging; what granian says in the parent is said better below.
        logging.getLogger("_granian").setLevel(logging.CRITICAL + 1)
        self.processes: list[multiprocessing.process.BaseProcess] = []

    def startup(self, spawn_target: Any, target_loader: Any) -> None:
        """Open the port and start the workers, then call the hook."""
        super().startup(spawn_target, target_loader)  # type: ignore[no-untyped-call]  # granian has no types here
        self.processes = [worker.inner for worker in self.wrks]
        self._started()

    def run(self) -> None:
        """Serve until stopped or until a worker ends; granian exits in the second case, this returns."""
        load = partial(load_app, self._settings.app_options(), self._settings.threads)
        with suppress(SystemExit):
            self.serve(target_loader=load, wrap_loader=False)


class _Announced:
    """A server, and the thread of the parent that tells the tenant once it answers."""

    def __init__(self, settings: ServerOptions, address: Address, file: ReadyFile) -> None:
        self._settings = _with_key(settings, address)
        self._key_is_new = self._settings.control_key != settings.control_key
        self._address = address
        self._file = file
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="announcer", daemon=True)
        self.server = _Server(address, self._settings, self._thread.start)
        self.failure: str | None = None

    def _run(self) -> None:
        try:
            self._announce_when_ready()
        except OSError as error:
            self._give_up(f"the ready file cannot be written: {error}")

    def _announce_when_ready(self) -> None:
        url, key = self._address.url, self._settings.control_key
        if wait_until_answers(url, START_LIMIT_S, control_key=key, go_on=self._goes_on):
            print(welcome(self._as_it_is(), self._address, key_is_new=self._key_is_new), flush=True)
            self._file.write(ready_facts(url))  # last: who waits for the file finds everything said
        elif self._goes_on():
            self._give_up(f"the server did not answer its health call within {START_LIMIT_S:g} s")

    def _as_it_is(self) -> ServerOptions:
        """The settings with the modes of tenant default: a store that kept it kept them too."""
        told = asked(self._address.url, DEFAULT_TENANT_PATH, self._settings.control_key)
        if told is None:
            return self._settings
        kept = json.loads(told)
        return replace(
            self._settings, invoice_mode=kept["invoice_mode"], credit_note_mode=kept["credit_note_mode"]
        )

    def _goes_on(self) -> bool:
        processes = self.server.processes
        return not self._over.is_set() and bool(processes) and all(one.is_alive() for one in processes)

    def _give_up(self, reason: str) -> None:
        self.failure = reason
        self.server.signal_handler_interrupt()  # type: ignore[no-untyped-call]  # granian has no types here

    def run(self) -> None:
        """Serve until the end; no announcement comes after this."""
        self.server.run()
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(STOP_LIMIT_S)


def serve(settings: ServerOptions) -> int:
    """Serve until Ctrl-C or SIGTERM; gives the exit status, after saying on stderr what went wrong."""
    try:
        _check_profile(settings)
        _check_workers(settings)
        _allow_many_files()
        with held(settings.host, settings.port) as address, ready_file(settings.ready_file) as file:
            return _serve(settings, address, file)
    except (PortError, ValueError) as error:
        return _say(str(error), WRONG_USE)


def _check_profile(settings: ServerOptions) -> None:
    """Refuse a bad profile before anything is started; raises ValueError."""
    if settings.profile is not None:
        from contracts import profile

        profile.load(settings.profile)


def _check_workers(settings: ServerOptions) -> None:
    """Refuse several processes of which each would have a state of its own; raises ValueError."""
    if settings.workers > 1 and not settings.store_is_shared:
        raise ValueError(
            f"--workers {settings.workers} needs a store that processes share, and what is in memory belongs "
            f"to one: add --store sqlite:///FILE or --store postgresql+psycopg://USER@HOST/DATABASE"
        )


def _allow_many_files() -> None:
    """Every connection is an open file; this process and its workers may have as many as is allowed."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _connections(settings: ServerOptions) -> int:
    """Connections of each worker: its share, but never so many that no file could be opened any more."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    possible = settings.connections if files == resource.RLIM_INFINITY else files - FILES_KEPT
    return max(1, min(settings.connections // settings.workers, possible))


def _with_key(settings: ServerOptions, address: Address) -> ServerOptions:
    """A control plane that others can reach asks for a key; it is made up when none was given.

    One that they cannot reach answers to names of this machine only: see `mock_oms.web.screening`.
    """
    if address.is_loopback:
        return replace(settings, allowed_hosts=(*(settings.allowed_hosts or ()), settings.host))
    if settings.control_key is not None:
        return settings
    return replace(settings, control_key=secrets.token_urlsafe(KEY_BYTES))


def _serve(settings: ServerOptions, address: Address, file: ReadyFile) -> int:
    served = _Announced(settings, address, file)
    served.run()
    if settings.workers > 1:
        opening.checkpoint(settings.store)
    if served.failure:
        return _say(served.failure, BROKEN)
    if served.server.interrupt_signal:
        return STOPPED
    return _explain([process.exitcode for process in served.server.processes])


def _explain(statuses: Sequence[int | None]) -> int:
    """Exit status after a worker ended by itself; a refusal has already said why."""
    if WRONG_USE in statuses:
        return WRONG_USE
    status = next((status for status in statuses if status), STOPPED)  # the others were asked to stop then
    end = f"signal {-status}" if status < 0 else f"exit status {status}"
    return _say(f"a process that answers requests ended by itself ({end})", BROKEN)


def _say(reason: str, status: int) -> int:
    sys.stderr.write(f"mock-oms: {reason}\n")
    return status
