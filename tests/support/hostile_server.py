"""A server on a raw socket whose answers never end, by kind."""

from __future__ import annotations

import gzip
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain, repeat

DRIP_EVERY_S = 0.01
END_S = 60.0
"""When an answer ends after all, so that a client without a deadline fails its test."""
_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
_MEGABYTE = b" " * 1_000_000

Pieces = Iterator[bytes]

SLOW: dict[str, Callable[[], Pieces]] = {
    "silence": lambda: repeat(b""),
    "dripping status line": lambda: chain([b"HTTP/1.1 200 "], repeat(b"O")),
    "dripping head": lambda: chain([_HEAD, b"x-long: "], repeat(b"x")),
    "interim answers": lambda: repeat(b"HTTP/1.1 100 Continue\r\n\r\n"),
    "dripping body": lambda: chain([_HEAD, b"content-length: 100000\r\n\r\n"], repeat(b" ")),
    "dripping body without length": lambda: chain([_HEAD, b"\r\n"], repeat(b" ")),
    "dripping chunks": lambda: chain([_HEAD, b"transfer-encoding: chunked\r\n\r\n"], repeat(b"1\r\n \r\n")),
    "dripping chunk size": lambda: chain([_HEAD, b"transfer-encoding: chunked\r\n\r\n"], repeat(b"0")),
}
"""Answers that come a byte or a line at a time."""

LARGE: dict[str, Callable[[], Pieces]] = {
    "body": lambda: chain([_HEAD, b"content-length: 4000000000\r\n\r\n"], repeat(_MEGABYTE)),
    "body without length": lambda: chain([_HEAD, b"\r\n"], repeat(_MEGABYTE)),
    "chunks": lambda: chain(
        [_HEAD, b"transfer-encoding: chunked\r\n\r\n"], repeat(b"f4240\r\n" + _MEGABYTE + b"\r\n")
    ),
    "interim answers": lambda: repeat(b"HTTP/1.1 100 %s\r\n\r\n" % (b"x" * 60_000)),
}
"""Answers of gigabytes."""


BROKEN: dict[str, Callable[[], Pieces]] = {
    "closed at once": lambda: iter(()),
    "closed in the head": lambda: iter([_HEAD[:40]]),
    "closed in the body": lambda: iter([_HEAD, b'content-length: 1000\r\n\r\n{"token']),
    "mail server": lambda: iter([b"220 mail.test ESMTP\r\n"]),
    "TLS alert": lambda: iter([bytes((21, 3, 1, 0, 2, 2, 70))]),
    "two lengths": lambda: iter([_HEAD, b"content-length: 2\r\ncontent-length: 9\r\n\r\n{}"]),
    "status of four digits": lambda: iter([b"HTTP/1.1 2000 OK\r\n\r\n{}"]),
    "another protocol": lambda: iter([b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n\r\n\x81"]),
    "no gzip": lambda: iter([_HEAD, b"content-encoding: gzip\r\ncontent-length: 2\r\n\r\n{}"]),
}
"""Answers that break off, or are none."""


def long_chunk_size() -> Pieces:
    """Return a chunk whose size is a line without end."""
    return chain([_HEAD, b"transfer-encoding: chunked\r\n\r\n1;"], repeat(_MEGABYTE))


def broken_chunk() -> Pieces:
    """Return a chunk that ends before its size."""
    return iter([_HEAD, b"connection: close\r\ntransfer-encoding: chunked\r\n\r\n9\r\n{"])


def packed() -> Pieces:
    """Return a small gzip answer with 100 million characters."""
    content = gzip.compress(_MEGABYTE) * 100
    head = b"content-encoding: gzip\r\ncontent-length: %d\r\n\r\n" % len(content)
    return iter([_HEAD, head, content])


@contextmanager
def hostile_server(answer: Callable[[], Pieces], *, slow: bool = False) -> Iterator[str]:
    """Yield the address of a server that gives each caller this answer."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(DRIP_EVERY_S)
        thread = threading.Thread(target=_serve, args=(listener, answer, DRIP_EVERY_S if slow else 0, over))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            over.set()
            thread.join()


def _serve(
    listener: socket.socket, answer: Callable[[], Pieces], pause_s: float, over: threading.Event
) -> None:
    callers: list[threading.Thread] = []
    while not over.is_set():
        with suppress(TimeoutError):
            line, _ = listener.accept()
            callers.append(threading.Thread(target=_answer, args=(line, answer(), pause_s, over)))
            callers[-1].start()
    for caller in callers:
        caller.join()


def _answer(line: socket.socket, pieces: Pieces, pause_s: float, over: threading.Event) -> None:
    ends = time.monotonic() + END_S
    with line, suppress(OSError):  # the client hangs up
        line.settimeout(END_S)
        line.recv(65_536)
        for piece in pieces:
            line.sendall(piece)
            if over.wait(pause_s) or time.monotonic() > ends:
                return


EVIL = "\x1b]0;title\x07\x1b[31mred\x9b2J\x85\u202egpj.\u2028\u200b\ufeff\r end"
"""Controls of a terminal, C1, bidi and other invisible characters."""
_NAMES = (
    "message", "error", "field", "allowed", "errors", "tenant", "company", "locations", "tenants",
    "shipments", "next_cursor", "token", "status", "items", "id", "state", "invoice_mode", "credit_note_mode",
)  # fmt: skip


def _of_all(value: object) -> bytes:
    return json.dumps(dict.fromkeys(_NAMES, value)).encode()


def _mock_like() -> bytes:
    """Return an answer with the fields of a mock and foreign text."""
    login = {"code": EVIL, "username": EVIL, "password": EVIL}
    shipment = {"id": EVIL, "state": EVIL, "location": EVIL, "items": [{"sku": EVIL, "quantity": EVIL}]}
    tenant = {"tenant": EVIL, "invoice_mode": EVIL, "credit_note_mode": EVIL, "shipments": EVIL}
    lists = {"tenants": [tenant], "shipments": [shipment], "locations": [login], "allowed": [EVIL]}
    errors = {"message": EVIL, "error": EVIL, "field": EVIL, "errors": [{"field": EVIL, "expected": EVIL}]}
    return json.dumps(
        {**errors, **shipment, **tenant, **lists, "company": login, "next_cursor": EVIL}
    ).encode()


BODIES: dict[str, bytes] = {
    "foreign text": _mock_like(),
    "no JSON": EVIL.encode(),
    "empty": b"",
    "null": b"null",
    "number": b"5",
    "text": json.dumps(EVIL).encode(),
    "list": b"[]",
    "object": b"{}",
    "numbers": _of_all(5),
    "lists of null": _of_all([None]),
    "lists of objects": _of_all([{}]),
    "names": json.dumps({EVIL: EVIL}).encode(),
    "half a pair": b'{"message": "\\ud800", "token": "\\ud800"}',
    "deep": b"[" * 100_000,
    "nested": b"[" * 400 + b"]" * 400,
    "large number": b'{"tenants": ' + b"9" * 5_000 + b"}",
    "bytes": b"\xff\xfe\x00",
}
"""Complete answers that are not those of a mock, or carry foreign text."""


@contextmanager
def answering_server(body: bytes, status: int = 200, reason: str = "OK") -> Iterator[str]:
    """Yield the address of a server with one complete answer."""
    head = f"HTTP/1.1 {status} {reason}\r\ncontent-type: application/json\r\nconnection: close\r\n"
    whole = head.encode() + b"content-length: %d\r\n\r\n" % len(body) + body
    with hostile_server(lambda: iter([whole])) as url:
        yield url
