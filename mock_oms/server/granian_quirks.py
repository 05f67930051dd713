"""granian's private names, and the event loop that its workers run.

granian runs each request as an asyncio task. Both the start of the task and the arrival of its body wake
another thread, which costs more than answering a short call. The loop here runs requests synchronously on
granian's own thread, the receiving thread, which stays the same while the server runs.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Callable, Coroutine, Generator
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from multiprocessing.process import BaseProcess
from typing import Any, cast

from granian import _signals as granian_signals
from granian._granian import WorkerSignal
from granian._loops import loops
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

HEAD_BYTES_MAX = 64 * 1024
"""Approximate limit of a request's head; granian refuses a longer one with 431."""
STOP_LIMIT_S = 5
"""Time that a worker has to stop before it is killed; granian takes whole seconds."""
LOGGING = {
    "handlers": {
        "console": {"formatter": "generic", "class": "logging.StreamHandler", "stream": "ext://sys.stderr"},
        "access": {"formatter": "access", "class": "logging.StreamHandler", "stream": "ext://sys.stderr"},
    }
}

Callback = Callable[..., object]


class ReadCancelledError(Exception):
    """An awaited result was cancelled."""


class Done:
    """An awaitable for a future of a thread pool or of granian.

    Both kinds have the same methods.
    The coroutine continues in the thread that completes the future.

    Raises `ReadCancelledError` when the future was cancelled. Its exception is not raised here: granian keeps
    a reference to a raised exception, and its traceback would form a reference cycle that is never collected.
    """

    __slots__ = ("_future",)

    def __init__(self, future: Future[Any]) -> None:
        self._future = future

    def __await__(self) -> Generator[Future[Any], None, None]:
        """Yield the future unless the future is done."""
        if not self._future.done():
            yield self._future
        if self._future.cancelled():
            raise ReadCancelledError


class Receiver:
    """Event loop with the methods that granian calls.

    An asyncio loop behind it runs the timers and waits for the end of the server.
    """

    def __init__(self) -> None:
        self._real = asyncio.new_event_loop()

    def call_soon_threadsafe(self, callback: Callback, *arguments: object, **context: object) -> None:
        """Run a callback: with a context at once, else later."""
        if context:
            callback(*arguments)
        else:
            self._real.call_soon_threadsafe(callback, *arguments)

    def call_soon(self, callback: Callback, *arguments: object, **_: object) -> None:
        """Run a callback at once."""
        callback(*arguments)

    def create_task(self, request: Coroutine[Future[Any], None, object]) -> object:
        """Start a request; granian keeps the result until it is answered."""
        _resume(request)
        return request

    def later(self, seconds: float, callback: Callable[[], object]) -> None:
        """Run a callback after a time; only for the main thread."""
        self._real.call_later(seconds, callback)

    def run_until_complete(self, end: Coroutine[Any, Any, None]) -> None:
        """Wait for the end of the server."""
        self._real.run_until_complete(end)

    def is_running(self) -> bool:
        """Whether the asyncio loop runs."""
        return self._real.is_running()

    def is_closed(self) -> bool:
        """Whether the asyncio loop is closed."""
        return self._real.is_closed()

    def close(self) -> None:
        """Close the asyncio loop."""
        self._real.close()


def _resume(request: Coroutine[Future[Any], None, object], _: object = None) -> None:
    """Run a request to its next pending future, then resume it."""
    try:
        awaited = request.send(None)
    except StopIteration:
        return
    awaited.add_done_callback(partial(_resume, request))


loops.register("auto")(cast(Any, Receiver))
"""A worker looks up its loop before it calls `load_app`, so the import registers the loop."""


class Server(MPServer):
    """granian, with a callback after its workers have started.

    Threads of the parent may start only then, since they do not survive a fork.
    """

    def __init__(
        self, host: str, port: int, *, workers: int, connections: int, started: Callable[[], None]
    ) -> None:
        super().__init__(
            target="mock_oms.app:create_app",
            address=host,
            port=port,
            interface=Interfaces.RSGI,
            http=HTTPModes.http1,
            http1_settings=HTTP1Settings(max_buffer_size=HEAD_BYTES_MAX),
            websockets=False,
            workers=workers,
            backpressure=connections,
            workers_kill_timeout=STOP_LIMIT_S,
            log_level=LogLevels.error,
            log_dictconfig=LOGGING,
        )
        self._started = started
        self._hangup = signal.getsignal(signal.SIGHUP)
        # Workers configure their own logging; the parent reports the same events in its own messages.
        logging.getLogger("_granian").setLevel(logging.CRITICAL + 1)
        self.processes: list[BaseProcess] = []

    def startup(self, spawn_target: Any, target_loader: Any) -> None:
        """Open the port, start the workers, call back."""
        super().startup(spawn_target, target_loader)  # type: ignore[no-untyped-call]  # granian has no types here
        if self._hangup is signal.SIG_IGN:  # started by nohup
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
        self.processes = [worker.inner for worker in self.wrks]
        self._started()

    def run(self, load: Callable[[], Callable[..., Any]]) -> None:
        """Serve until stopped, or until a worker ends."""
        with suppress(SystemExit):
            self.serve(target_loader=load, wrap_loader=False)

    def signal_handler_reload(self, *_: object) -> None:
        """Stop at SIGHUP, unless it is ignored.

        granian would start other workers beside the present ones, and a store in memory would be empty.
        """
        if self._hangup is not signal.SIG_IGN:
            self.stop()

    def stop(self) -> None:
        """Stop the workers."""
        self.signal_handler_interrupt()  # type: ignore[no-untyped-call]  # granian has no types here


class SigtermWaiter:
    """Handler of SIGTERM in a worker.

    A worker that starts exits at once; one that serves completes its open requests first.
    granian's own handler passes signals through a queue of length one. It deadlocks when further signals
    follow, as after a Ctrl-C that reaches both the parent and the worker.
    """

    def __init__(self) -> None:
        self._serving: WorkerSignal | None = None

    def start(self) -> None:
        """Block SIGHUP, SIGINT and SIGTERM; wait for SIGTERM in a thread."""
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP, signal.SIGINT, signal.SIGTERM})
        signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a forked worker has the parent's handler
        granian_signals.set_loop_signals = self._begin_serving  # granian calls it when it starts to serve
        threading.Thread(target=self._wait, name="stop", daemon=True).start()

    def _begin_serving(self, _: object) -> WorkerSignal:
        """Return the signal that ends granian's worker."""
        self._serving = WorkerSignal()
        return self._serving

    def _wait(self) -> None:
        signal.sigwait({signal.SIGTERM})
        if self._serving is None:
            os._exit(0)
        self._serving.set()
