"""Runs the application on granian: a parent process and its workers.

The parent reserves the port, starts the workers and polls the health call. Once that succeeds, the parent
prints the banner and writes the ready file. At Ctrl-C or SIGTERM it stops the workers. The parent never
imports the application.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import secrets
import signal
import sys
import threading
import time
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from contracts.control.defaults import DEFAULT_TENANT
from mock_oms import bundle
from mock_oms.server.banner import ready_facts, welcome
from mock_oms.server.granian_quirks import STOP_LIMIT_S, Server, SigtermWaiter
from mock_oms.server.options import ServerOptions
from mock_oms.server.port import Address, PortError, held
from mock_oms.server.ready import ReadyFile, ReadyFileError, asked, ready_file, trouble, wait_until_answers
from mock_oms.store import opening

if TYPE_CHECKING:
    from mock_oms.server.front import Front

START_LIMIT_S = 30.0
"""A server that does not answer its health call in this time is stopped."""

STOPPED = 0
"""Exit status after Ctrl-C or SIGTERM."""
BROKEN = 1
WRONG_USE = 2
"""Exit status when the options, the port or the profile cannot be used."""

FILES_KEPT = 256
"""Open files of a worker that are no connections: modules, databases, the listening socket."""
KEY_BYTES = 24
DEFAULT_TENANT_PATH = f"/_control/tenants/{DEFAULT_TENANT}"


def load_app(options: ServerOptions) -> Front:
    """Make the application in a worker; a refusal ends it."""
    SigtermWaiter().start()
    threading.Thread(target=_stop_without_parent, name="parent-watch", daemon=True).start()
    try:
        bundle.activate()
        from mock_oms.server import garbage, malloc

        garbage.pause()
        malloc.give_back()
        from mock_oms.app import create_app
        from mock_oms.server.front import Front

        front = Front(create_app(options), options.threads, at_once=options.mutant is not None)
        garbage.install()
        return front
    except (ValueError, OSError) as reason:
        sys.exit(_say(str(reason), WRONG_USE))


def _stop_without_parent() -> None:
    """Stop this worker once the parent has ended, by force if necessary."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(STOP_LIMIT_S)
    os._exit(BROKEN)


class _Announced:
    """A server, and a thread in the parent that announces it."""

    def __init__(self, options: ServerOptions, address: Address, file: ReadyFile) -> None:
        self._options = _with_key(options, address)
        self._key_is_new = self._options.control_key != options.control_key
        self._address = address
        self._file = file
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="announcer", daemon=True)
        self.server = Server(
            address.host,
            address.port,
            workers=options.workers,
            connections=_connections(options),
            started=self._thread.start,
        )
        self.failure: str | None = None

    def _run(self) -> None:
        try:
            self._announce_when_ready()
        except (OSError, ReadyFileError) as error:
            self._give_up(f"the ready file cannot be written: {error}")

    def _announce_when_ready(self) -> None:
        url, key = self._address.url, self._options.control_key
        if wait_until_answers(url, START_LIMIT_S, control_key=key, go_on=self._goes_on):
            print(welcome(self._as_it_is(), self._address, key_is_new=self._key_is_new), flush=True)
            self._file.write(ready_facts(url))  # last: a program that waits for the file finds all output
        elif self._goes_on():
            reason = trouble(url)
            late = f"the server did not answer its health call within {START_LIMIT_S:g} s"
            self._give_up(f"{late}: {reason}" if reason else late)

    def _as_it_is(self) -> ServerOptions:
        """Return the options with the modes that tenant default really has."""
        answer = asked(self._address.url, DEFAULT_TENANT_PATH, self._options.control_key)
        if answer is None:
            return self._options
        kept = json.loads(answer)
        modes = {name: kept[name] for name in ("invoice_mode", "credit_note_mode")}
        return self._options.model_copy(update=modes)

    def _goes_on(self) -> bool:
        processes = self.server.processes
        return not self._over.is_set() and bool(processes) and all(one.is_alive() for one in processes)

    def _give_up(self, reason: str) -> None:
        self.failure = reason
        self.server.stop()

    def run(self) -> None:
        """Serve until the end; nothing is announced after it."""
        self.server.run(partial(load_app, self._options))
        self._over.set()
        if self._thread.is_alive():
            self._thread.join(STOP_LIMIT_S)


def serve(options: ServerOptions) -> int:
    """Serve until Ctrl-C or SIGTERM; return the exit status.

    Failures are printed to stderr.
    """
    try:
        options.load_profile()
        _check_workers(options)
        _allow_many_files()
        with held(options.host, options.port) as address, ready_file(options.ready_file) as file:
            return _serve(options, address, file)
    except (PortError, ValueError) as error:
        return _say(str(error), WRONG_USE)


def _check_workers(options: ServerOptions) -> None:
    """Refuse several workers on a store that they cannot share; raises ValueError."""
    if options.workers > 1 and not options.store_is_shared:
        raise ValueError(
            f"--workers {options.workers} needs a store that processes can share, and the store in memory "
            f"belongs to one process: add --store sqlite:///FILE or "
            f"--store postgresql+psycopg://USER@HOST/DATABASE"
        )


def _allow_many_files() -> None:
    """Raise the limit of open files, as every connection is one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _connections(options: ServerOptions) -> int:
    """Return the limit of connections of one worker.

    It leaves room for other open files.
    """
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    possible = options.connections if files == resource.RLIM_INFINITY else files - FILES_KEPT
    return max(1, min(options.connections // options.workers, possible))


def _with_key(options: ServerOptions, address: Address) -> ServerOptions:
    """Protect the control plane by a key or by allowed hosts.

    Where other machines can reach the address, a key is needed. Elsewhere `mock_oms.web.screening` checks the
    `Host` header.
    """
    if address.is_loopback:
        hosts = {*(options.allowed_hosts or ()), options.host.lower()}
        return options.model_copy(update={"allowed_hosts": frozenset(hosts)})
    if options.control_key is not None:
        return options
    return options.model_copy(update={"control_key": secrets.token_urlsafe(KEY_BYTES)})


def _serve(options: ServerOptions, address: Address, file: ReadyFile) -> int:
    served = _Announced(options, address, file)
    served.run()
    if options.workers > 1:
        opening.checkpoint(options.store)
    if served.failure:
        return _say(served.failure, BROKEN)
    if served.server.interrupt_signal:
        return STOPPED
    return _explain([process.exitcode for process in served.server.processes])


def _explain(statuses: Sequence[int | None]) -> int:
    """Return the exit status after a worker ended unexpectedly."""
    if WRONG_USE in statuses:
        return WRONG_USE  # the worker has printed the reason
    status = next((status for status in statuses if status), STOPPED)  # the parent then stopped the others
    end = f"signal {-status}" if status < 0 else f"exit status {status}"
    return _say(f"a worker process ended unexpectedly ({end})", BROKEN)


def _say(reason: str, status: int) -> int:
    sys.stderr.write(f"Error: {reason}\n")
    return status
