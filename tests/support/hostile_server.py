"""A server on a raw socket whose answers never end, by kind."""

from __future__ import annotations

import gzip
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


def long_chunk_size() -> Pieces:
    """Return a chunk whose size is a line without end."""
    return chain([_HEAD, b"transfer-encoding: chunked\r\n\r\n1;"], repeat(_MEGABYTE))


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
