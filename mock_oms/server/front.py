"""Receives requests for the application, without being delayed by slow clients.

One thread receives all requests. A request is handled once its body is complete; until then it needs no
thread. The receiving thread itself answers touchpoints that neither wait nor render a PDF, because this takes
less time than passing them on. A pool of threads handles all other requests, a small pool those with a large
body, and another one those that render a PDF, tenant by tenant. Before a body is kept, the front looks
whether the token or the control key is known.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, TypeVar

from contracts.konnect.operations import OPERATIONS, TOKEN_HEADER, Operation, Reply
from mock_oms.context import AppContext
from mock_oms.documents import PARALLEL_MAX
from mock_oms.server.body import Bodies, Incoming
from mock_oms.server.granian_quirks import Done, ReadCancelledError, Receiver
from mock_oms.server.lanes import LaneFullError, Lanes
from mock_oms.store.errors import StoreUnavailableError
from mock_oms.store.locking import SwitchInterval, WouldWaitError, never_wait
from mock_oms.web.answers import Answer, headers_of
from mock_oms.web.control.call import holds_key, is_control
from mock_oms.web.dispatch import RETRY_AFTER_S, View, unavailable
from mock_oms.web.konnect import TOUCHPOINTS
from mock_oms.web.rejections import CallRefusal
from mock_oms.web.request import REQUEST_KEY, Request

if TYPE_CHECKING:
    from flask import Flask

_ELSEWHERE = {"content-type", "content-length", "transfer-encoding", "connection", "upgrade"}
"""Headers with other names in a WSGI environment, and headers of the connection."""

LARGE_BODY = 64 * 1024
"""Bodies of at least this many bytes go to the small pool, because parsing can take 40 times their size.

A full batch of orders and the stock of a thousand products stay below or near it."""
FEW = 2
"""Threads of the small pool. More would not be faster, since parsing uses one core, but two dozen large
bodies at once took 400 MB."""
WAITING_PDFS_MAX = 200
"""Document calls of one tenant that may wait for a thread."""

P = ParamSpec("P")
T = TypeVar("T")
Pairs = list[tuple[str, str]]


class Scope(Protocol):
    """Head of a request, as granian passes it."""

    method: str
    path: str
    query_string: str
    http_version: str
    scheme: str
    server: str
    client: str
    headers: Any


class Exchange(Incoming, Protocol):
    """Access to the body of a request and to its answer."""

    def response_bytes(self, status: int, headers: Pairs, body: bytes) -> None:
        """Send the answer."""

    def client_disconnect(self) -> Future[None]:
        """Return a future that ends when the client has gone."""


@dataclass(slots=True)
class _Route:
    """How a touchpoint is answered; a quick one by the receiving thread."""

    view: View
    needs_token: bool
    prints: bool
    is_quick: bool


def _route(row: Operation, view: View, quick: bool) -> _Route:
    prints = row.reply is Reply.PDF
    return _Route(view, row.needs_token, prints, quick and not prints)


class Front:
    """An application behind granian's RSGI interface.

    The pool has `threads` threads. With `at_once` it handles all calls, so that they really run in parallel:
    some seeded defects show only then.
    """

    def __init__(self, app: Flask, threads: int, *, at_once: bool = False) -> None:
        server: AppContext = app.extensions["mock_oms"]
        self.app = app
        self._store = server.store
        self._waits, self._unit = server.store.waits, server.store.unit
        quick = not (at_once or self._waits)
        self._routes = {
            (row.method, row.path): _route(row, server.views[row.method, row.path], quick)
            for row in OPERATIONS
        }
        self._served = server
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="call")
        self._printing = Lanes(PARALLEL_MAX, WAITING_PDFS_MAX, "print")
        self._few = ThreadPoolExecutor(min(FEW, threads), thread_name_prefix="large")
        self._switching = SwitchInterval()
        self._bodies = Bodies()

    def __rsgi_init__(self, receiver: Receiver) -> None:
        """Start the timeout check, in the main thread before the first request."""
        self._bodies.watch(receiver)

    def __rsgi_del__(self, _: Receiver) -> None:
        """Close pools and store, in the main thread after the last request."""
        for pool in (self._pool, self._few):
            pool.shutdown(wait=False, cancel_futures=True)
        self._printing.shutdown()
        self._store.close()

    async def __call__(self, scope: Scope, exchange: Exchange) -> None:
        """Answer one request."""
        headers, method = _first_values(scope.headers), scope.method
        sent = Request(method, scope.path, _latin(scope.query_string), headers)
        route, caller, held = self._routes.get((method, sent.path)), "", 0
        try:
            if method != "GET" or "content-length" in headers or "transfer-encoding" in headers:
                found = None if self._waits else self._now(self._caller, sent, route)
                if found is None:
                    found = await self._later(sent, self._caller, sent, route)
                caller, known = found
                held = await self._bodies.read(sent, exchange, known=known)
            quick = route is not None and route.is_quick and len(sent.body) < LARGE_BODY
            answer = self._now(route.view, sent) if route and quick else None
            if answer is None:
                await self._wait(sent, route, scope, exchange, caller)
            else:
                exchange.response_bytes(answer.status, headers_of(answer), answer.body)
        except ReadCancelledError:
            _send(exchange, TOUCHPOINTS.render(unavailable("the server is stopping")))
        finally:
            if held:
                self._bodies.release(held)

    async def _wait(
        self, sent: Request, route: _Route | None, scope: Scope, exchange: Exchange, caller: str
    ) -> None:
        """Answer a request on another thread."""
        if route is None:
            exchange.response_bytes(*await self._later(sent, self._by_flask, sent, scope))
        elif route.prints:
            _send(exchange, await self._print(sent, route.view, exchange, caller))
        else:
            _send(exchange, await self._later(sent, route.view, sent))

    def _caller(self, sent: Request, route: _Route | None) -> tuple[str, bool]:
        """Return the tenant of a request, and whether its caller is known.

        A stranger has a wrong token or control key, or calls a path that takes neither.
        """
        if route is None or not route.needs_token:
            return "", is_control(sent.path) and holds_key(sent, self._served)
        token = sent.headers.get(TOKEN_HEADER, "")
        try:
            sent.session = self._served.store.directory().session(token) if token else None
        except StoreUnavailableError:  # the call itself meets it again, and says so
            return "", True
        return (sent.session.tenant, True) if sent.session else ("", False)

    async def _print(self, sent: Request, view: View, exchange: Exchange, caller: str) -> Answer:
        """Answer a call for a PDF.

        The call of a client that has gone is dropped.
        """
        try:
            future = self._printing.submit(caller, partial(self._switching.shortened, partial(view, sent)))
        except LaneFullError:
            sent.body_problem = _too_many_prints()
            return await self._later(sent, view, sent)
        gone = exchange.client_disconnect()
        gone.add_done_callback(lambda _: future.cancel())
        try:
            await Done(future)
        finally:
            gone.cancel()  # else granian keeps this future, and with it the answer
        return future.result()

    def _now(self, work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T | None:
        """Do work on this thread; returns None where it would wait."""
        never_wait()
        try:
            if self._unit is None:
                return work(*arguments, **named)
            with self._unit():
                return work(*arguments, **named)
        except WouldWaitError:
            return None

    async def _later(self, sent: Request, work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        pool = self._few if len(sent.body) >= LARGE_BODY else self._pool
        future = pool.submit(self._switching.shortened, partial(work, *arguments, **named))
        await Done(future)
        return future.result()

    def _by_flask(self, sent: Request, scope: Scope) -> tuple[int, Pairs, bytes]:
        """Answer the control plane, documents, and wrong paths and methods."""
        started: list[tuple[int, Pairs]] = []
        written: list[bytes] = []

        def start(status: str, headers: Pairs, _: object = None) -> Callable[[bytes], object]:
            started.append((int(status[:3]), headers))
            return written.append

        pieces = self.app.wsgi_app(_environment(sent, scope), start)
        try:
            body = b"".join([*written, *pieces])
        finally:
            close = getattr(pieces, "close", None)
            if close:
                close()
        return *started[0], body


def _send(exchange: Exchange, answer: Answer) -> None:
    exchange.response_bytes(answer.status, headers_of(answer), answer.body)


def _too_many_prints() -> CallRefusal:
    """Make the refusal of a document call when too many wait."""
    message = (
        f"{WAITING_PDFS_MAX} document calls of this tenant are waiting, and no more may; repeat this call"
        " when some are answered, and fetch up to 20 orders in one call"
    )
    return CallRefusal(429, message, headers={"Retry-After": str(RETRY_AFTER_S)})


def _first_values(headers: Any) -> dict[str, str]:
    """Copy headers to a dict, with the first value of each.

    granian takes as long for three single ones as for all.
    """
    pairs = headers.items()
    found = dict(pairs)
    return found if len(found) == len(pairs) else dict(reversed(pairs))


def _latin(text: str) -> str:
    """Convert a raw query for WSGI: one character per byte."""
    return text if text.isascii() else text.encode("utf-8", "surrogatepass").decode("latin-1")


def _environment(sent: Request, scope: Scope) -> dict[str, Any]:
    """Build the WSGI environment; the request itself is under `REQUEST_KEY`."""
    host, _, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": sent.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": sent.path.encode("utf-8", "replace").decode("latin-1"),
        "QUERY_STRING": sent.query,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0],
        "CONTENT_TYPE": sent.headers.get("content-type", ""),
        "CONTENT_LENGTH": str(len(sent.body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": BytesIO(sent.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        REQUEST_KEY: sent,
    }
    for name, value in scope.headers.items():
        if name not in _ELSEWHERE:
            key = f"HTTP_{name.upper().replace('-', '_')}"
            environ[key] = f"{environ[key]},{value}" if key in environ else value
    return environ
