"""Bounds the bytes of one answer; geventhttpclient has no limit."""

from __future__ import annotations

from geventhttpclient import client
from geventhttpclient.response import HTTPParseError, HTTPSocketPoolResponse

from contracts.bounded_response import ANSWER_LIMIT_BYTES

UNPACKED = {"Accept-Encoding": "identity"}
"""Header of each request: an answer is read as it comes, so its size is known."""
TOO_LARGE = f"an answer of more than {ANSWER_LIMIT_BYTES} bytes"


class AnswerRefusedError(HTTPParseError):
    """An answer that is too large, or packed against the request."""


class BoundedPoolResponse(HTTPSocketPoolResponse):
    """A response of at most `ANSWER_LIMIT_BYTES`, interim answers and head included."""

    _left = ANSWER_LIMIT_BYTES

    def feed(self, data: str | bytes) -> None:
        """Parse what has come; raises `AnswerRefusedError`."""
        self._left -= len(data)
        if self._left < 0:
            raise AnswerRefusedError(TOO_LARGE)
        super().feed(data)

    def read(self, length: int | None = None) -> bytes:
        """Read the body; raises `AnswerRefusedError`, also when called again."""
        if self._left < 0:
            raise AnswerRefusedError(TOO_LARGE)
        if self.get("content-encoding", "identity") != "identity":
            self.release()
            raise AnswerRefusedError("a packed answer, which was not asked for")
        return super().read(length)


def bound_answers() -> None:
    """Let all clients of this process read bounded answers.

    The class of answers is no parameter of geventhttpclient's client.
    """
    client.HTTPSocketPoolResponse = BoundedPoolResponse  # type: ignore[attr-defined]
