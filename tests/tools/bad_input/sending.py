"""Sends the bytes of a plan and reads the answers with h11."""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import h11

from tests.tools.bad_input.messages import Plan

ANSWER_LIMIT_S = 30.0
"""A plan whose answers are known has failed when they have not come by then."""
QUIET_S = 0.03
"""Where nobody knows whether an answer will come: how long to listen before our side of the line ends."""
FIRST_LIMIT_S = 2.0
"""How long to listen for a first answer, where one should come: some servers close the line instead."""
GONE_LIMIT_S = 30.0
"""How long the server may then take to end its own side."""
BETWEEN_PIECES_S = 0.002
RECEIVED_AT_ONCE = 65_536


class ServerGoneError(Exception):
    """Nobody listens at the server's address any more."""


class End(StrEnum):
    """State of the connection after the last answer."""

    KEPT = "kept"
    CLOSED = "closed"
    RESET = "reset"
    SILENT = "silent"
    MALFORMED = "malformed"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class Exchange:
    """The answers to a plan; `trouble` describes a breach of HTTP."""

    answers: list[Answer] = field(default_factory=list)
    end: End = End.KEPT
    trouble: str = ""
    took_s: float = 0.0


class _Reader:
    """A parser of answers that arrive in pieces."""

    def __init__(self, plan: Plan) -> None:
        self.answers: list[Answer] = []
        self._methods = iter(plan.methods)
        self._begin(b"")

    def _begin(self, rest: bytes) -> None:
        self._parser = h11.Connection(h11.CLIENT, max_incomplete_event_size=1_000_000)
        method = next(self._methods, "GET")
        self._parser.send(h11.Request(method=method, target="/", headers=[("Host", "x")]))
        self._parser.send(h11.EndOfMessage())
        self._head: h11.Response | None = None
        self._body = b""
        self.begun = bool(rest)
        if rest:
            self._parser.receive_data(rest)

    def take(self, data: bytes) -> None:
        """Read further bytes, b"" at the end; raise h11.RemoteProtocolError for invalid HTTP."""
        if not data and not self.begun:
            return
        self.begun = True
        self._parser.receive_data(data)
        while not isinstance(event := self._parser.next_event(), type(h11.NEED_DATA)):
            if isinstance(event, h11.Response):
                self._head = event
            elif isinstance(event, h11.Data):
                self._body += bytes(event.data)
            elif isinstance(event, h11.EndOfMessage):
                self._finish()
                if not self.begun:
                    return
            elif isinstance(event, h11.ConnectionClosed):
                return

    def _finish(self) -> None:
        if self._head is not None:
            headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in self._head.headers}
            self.answers.append(Answer(self._head.status_code, headers, self._body))
        self._begin(self._parser.trailing_data[0])


class Line:
    """Connections of one thread: a new one per plan, or kept."""

    def __init__(self, host: str, port: int) -> None:
        self._address = (host, port)
        self._kept: socket.socket | None = None

    def close(self) -> None:
        """End the connection that is kept."""
        if self._kept is not None:
            self._kept.close()
            self._kept = None

    def send(self, plan: Plan, wire: bytes) -> Exchange:
        """Send one plan; `wire` are its bytes with real secrets."""
        began = time.perf_counter()
        used = self._kept if plan.kept else None
        exchange, line = self._once(used, plan, wire)
        if used is not None and not exchange.answers and exchange.end in (End.CLOSED, End.RESET):
            exchange, line = self._once(None, plan, wire)  # it was closed since the call before
        exchange.took_s = time.perf_counter() - began
        if plan.kept:
            self._kept = line if exchange.end is End.KEPT else None
        if self._kept is not line:
            line.close()
        return exchange

    def _connected(self) -> socket.socket:
        try:
            return socket.create_connection(self._address, ANSWER_LIMIT_S)
        except ConnectionRefusedError as error:
            raise ServerGoneError(str(error)) from None

    def _once(self, line: socket.socket | None, plan: Plan, wire: bytes) -> tuple[Exchange, socket.socket]:
        if line is None:
            line = self._connected()
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return _exchange(line, plan, wire), line


def _exchange(line: socket.socket, plan: Plan, wire: bytes) -> Exchange:
    reader = _Reader(plan)
    exchange = Exchange(reader.answers)
    try:
        _write(line, plan, wire)
        exchange.end = _read(line, plan, reader)
    except h11.RemoteProtocolError as error:
        exchange.end, exchange.trouble = End.MALFORMED, str(error)
    except TimeoutError:
        exchange.end = End.SILENT
    except OSError:  # reset, or no longer connected
        exchange.end = End.RESET
    return exchange


def _write(line: socket.socket, plan: Plan, wire: bytes) -> None:
    line.settimeout(ANSWER_LIMIT_S)
    step = -(-len(wire) // plan.pieces)
    try:
        for at in range(0, len(wire), step):
            if at:
                time.sleep(BETWEEN_PIECES_S)
            line.sendall(wire[at : at + step])
    except (ConnectionResetError, BrokenPipeError):
        pass  # the server has heard enough; its answer may have come all the same


def _read(line: socket.socket, plan: Plan, reader: _Reader) -> End:
    if plan.answers is None:
        try:
            if not plan.cut:
                line.settimeout(FIRST_LIMIT_S)
                if _listen(line, reader, 1):
                    return End.CLOSED
            line.settimeout(QUIET_S)
            if _listen(line, reader, None):
                return End.CLOSED
        except TimeoutError:
            line.shutdown(socket.SHUT_WR)
        line.settimeout(GONE_LIMIT_S)
    return End.CLOSED if _listen(line, reader, plan.answers) else End.KEPT


def _listen(line: socket.socket, reader: _Reader, wanted: int | None) -> bool:
    """Read the wanted number of answers; return whether the connection ended."""
    while wanted is None or len(reader.answers) < wanted or reader.begun:
        data = line.recv(RECEIVED_AT_ONCE)
        reader.take(data)
        if not data:
            return True
    return False
