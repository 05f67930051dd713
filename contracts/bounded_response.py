"""HTTP responses with one deadline and a limit of bytes."""

from __future__ import annotations

import io
import socket
import time
from http.client import HTTPException, HTTPResponse
from typing import Any

ANSWER_LIMIT_BYTES = 16_000_000
"""Most bytes of one answer that a client reads, status lines and headers included."""


class AnswerTooLargeError(HTTPException):
    """An answer of more than `ANSWER_LIMIT_BYTES`."""

    def __init__(self) -> None:
        super().__init__(f"an answer of more than {ANSWER_LIMIT_BYTES} bytes")


class _BoundedReader(io.RawIOBase):
    """Reads a socket up to a deadline and a limit of bytes.

    A socket's own timeout starts again with each byte that comes.
    """

    def __init__(self, raw: io.RawIOBase, line: socket.socket) -> None:
        self._raw, self._line = raw, line
        limit_s = line.gettimeout()
        self._deadline = None if limit_s is None else time.monotonic() + limit_s
        self._left = ANSWER_LIMIT_BYTES

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Read what has come; raises `TimeoutError` or `AnswerTooLargeError`."""
        if self._deadline is not None:
            left_s = self._deadline - time.monotonic()
            if left_s <= 0:
                raise TimeoutError("timed out")
            self._line.settimeout(left_s)
        count = self._raw.readinto(buffer)
        self._left -= count or 0
        if self._left < 0:
            raise AnswerTooLargeError
        return count

    def close(self) -> None:
        """Release the socket."""
        self._raw.close()
        super().close()


class BoundedResponse(HTTPResponse):
    """A response that is complete before its socket's timeout, or fails.

    Interim answers (1xx), head and body share the timeout. Use it as `response_class` of a connection.
    """

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp: io.BufferedReader = io.BufferedReader(_BoundedReader(self.fp.detach(), sock))
