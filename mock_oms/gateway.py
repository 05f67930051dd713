"""The server's front: receives requests for the application, so that a slow client holds up nobody.

One thread receives everything. A request is worked on only when its body is there; until then it costs no
thread. Touchpoints that neither wait nor print are answered by the receiving thread itself: they take less
time than handing them over. Everything else is worked on by a pool of threads.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, TypeVar

from contracts.endpoints import OPERATIONS, Reply
from mock_oms.calls import Answer, Server
from mock_oms.dispatch import VIEWS, View, headers_of
from mock_oms.patience import WouldWait, never_wait
from mock_oms.refusals import Rejection
from mock_oms.sent import SENT, Sent, cut_short, too_large
from mock_oms.shapes import BODY_LIMIT

if TYPE_CHECKING:
    from flask import Flask

BODY_WAIT_S = 30.0
"""A body that has not come by then is given up."""
READ_ON = 16 * BODY_LIMIT
"""Bytes of a body over the limit that are read and dropped, so that its sender gets to read the answer."""

ENDS = 1
"""Empty pieces at the end of a body that is whole; where the connection ended before, there is one more."""

_ELSEWHERE = {"content-type", "content-length", "transfer-encoding", "connection", "upgrade"}
"""Headers that a WSGI environment has under other names, or that are the business of the connection."""

P = ParamSpec("P")
T = TypeVar("T")
Pairs = list[tuple[str, str]]


class Scope(Protocol):
    """What the server tells of a request."""

    method: str
    path: str
    query_string: str
    http_version: str
    scheme: str
    server: str
    client: str
    headers: Any


class Exchange(Protocol):
    """Where the body of a request is read and its answer given."""

    async def __call__(self) -> bytes:
        """The whole body; raises when it was cut short."""
        ...

    def __aiter__(self) -> Any:
        """The body's pieces."""
        ...

    def response_bytes(self, status: int, headers: Pairs, body: bytes) -> None:
        """Answers."""
        ...


class Gateway:
    """An application behind granian's RSGI interface.

    `threads` work on what may wait. With `at_once` no call is left to the receiving thread, so that calls
    really happen at the same time: for seeded defects that show only then.
    """

    def __init__(self, app: Flask, threads: int, *, at_once: bool = False) -> None:
        server: Server = app.extensions["mock_oms"]
        self.app = app
        self._store = server.store
        named: Mapping[str, View] = app.extensions[VIEWS]
        self._views = {(row.method, row.path): named[row.name] for row in OPERATIONS}
        waits = at_once or server.store.waits
        self._quick = {
            (row.method, row.path) for row in OPERATIONS if not waits and row.reply is not Reply.PDF
        }
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="call")

    def __rsgi_init__(self, _: asyncio.AbstractEventLoop) -> None:
        """Called in the receiving thread before the first request."""
        never_wait()

    def __rsgi_del__(self, _: asyncio.AbstractEventLoop) -> None:
        """Called there after the last: the store puts its files in order."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._store.close()

    async def __call__(self, scope: Scope, exchange: Exchange) -> None:
        """Answers one request."""
        headers, method = scope.headers, scope.method
        sent = Sent(method, scope.path, _latin(scope.query_string), headers)
        if method != "GET" or "content-length" in headers or "transfer-encoding" in headers:
            await _read(sent, exchange)
        called = (method, sent.path)
        view = self._views.get(called)
        if view is None:
            exchange.response_bytes(*await self._later(self._by_flask, sent, scope))
            return
        answer = self._now(view, sent) if called in self._quick else None
        if answer is None:
            answer = await self._later(view, sent)
        exchange.response_bytes(answer.status, headers_of(answer), answer.body)

    def _now(self, view: View, sent: Sent) -> Answer | None:
        try:
            return view(sent)
        except WouldWait:
            return None

    async def _later(self, work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        return await asyncio.get_running_loop().run_in_executor(
            self._pool, partial(work, *arguments, **named)
        )

    def _by_flask(self, sent: Sent, scope: Scope) -> tuple[int, Pairs, bytes]:
        """Whatever is no touchpoint: the control plane, documents, wrong paths and methods."""
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


def _latin(text: str) -> str:
    """A raw query as WSGI has it: a character per byte."""
    return text if text.isascii() else text.encode("utf-8", "surrogatepass").decode("latin-1")


async def _read(sent: Sent, exchange: Exchange) -> None:
    """Reads the body, or notes why it cannot be read whole."""
    told = sent.headers.get("content-length", "")
    try:
        async with asyncio.timeout(BODY_WAIT_S):
            if told.isdecimal() and int(told) <= BODY_LIMIT:
                sent.body = await exchange() if told != "0" else b""
            elif told.isdecimal() and int(told) > READ_ON:
                sent.spoilt = too_large()
            elif told or sent.headers.get("transfer-encoding", ""):
                await _read_in_pieces(sent, exchange)
    except TimeoutError:
        sent.spoilt = Rejection(408, f"body: expected within {BODY_WAIT_S:g} s")
    except RuntimeError:  # the server's word for a connection that ended
        sent.spoilt = cut_short()


async def _read_in_pieces(sent: Sent, exchange: Exchange) -> None:
    """Reads a body whose length is not told, or too large, keeping no more of it than is allowed."""
    pieces: list[bytes] = []
    size = empty = 0
    async for piece in exchange:
        size += len(piece)
        empty += not piece
        if size <= BODY_LIMIT:
            pieces.append(piece)
        elif size > READ_ON:
            break
    if size > BODY_LIMIT:
        sent.spoilt = too_large()
    elif empty > ENDS:
        sent.spoilt = cut_short()
    else:
        sent.body = b"".join(pieces)


def _environment(sent: Sent, scope: Scope) -> dict[str, Any]:
    """The request as WSGI has it. Its body was read before and lies under `SENT`."""
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
        SENT: sent,
    }
    for name, value in scope.headers.items():
        if name not in _ELSEWHERE:
            key = f"HTTP_{name.upper().replace('-', '_')}"
            environ[key] = f"{environ[key]},{value}" if key in environ else value
    return environ
