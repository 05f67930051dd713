"""A request as it came, whoever received it: the server's front (`mock_oms.server.front`) or Flask."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from flask import Request
from werkzeug.exceptions import HTTPException

from mock_oms.web.rejections import Rejected, Rejection
from mock_oms.web.validation import BODY_LIMIT

SENT = "mock_oms.web.request"
"""Key of a WSGI environment under which a request lies that was read before it came to Flask."""


class Headers(Protocol):
    """Header values by name; names are asked for in lower case."""

    def get(self, name: str, default: str, /) -> str:
        """The value of a header, or `default`."""
        ...

    def values(self) -> Iterable[str]:
        """All values."""
        ...

    def __len__(self) -> int: ...


@dataclass(slots=True)
class Sent:
    """Method, decoded path, raw query string, headers and body.

    `body` is what came of it; where it could not be read whole, `spoilt` says why, and who asks for the body
    is refused with that. Reading comes first, whatever becomes of the call: a server closes a connection on
    which something is left unread, and the client's next call on it would fail.
    """

    method: str
    path: str
    query: str
    headers: Headers
    body: bytes = b""
    spoilt: Rejection | None = None

    @property
    def media(self) -> str:
        """The media type of the body, without parameters, in lower case; empty when none was named."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def whole_body(self) -> bytes:
        """The body; raises `Rejected` when it could not be read whole."""
        if self.spoilt:
            raise Rejected(self.spoilt)
        return self.body


def too_large() -> Rejection:
    """The refusal of a body over the limit."""
    return Rejection(413, f"body: expected at most {BODY_LIMIT} bytes, received more")


def cut_short() -> Rejection:
    """The refusal of a body that did not come whole."""
    return Rejection(400, "body: the connection ended before it was there whole")


def received(request: Request) -> Sent:
    """The request that Flask is answering."""
    before: Sent | None = request.environ.get(SENT)
    if before is not None:
        return before
    query = request.environ.get("QUERY_STRING", "")
    sent = Sent(request.method, request.path, query, request.headers)
    try:
        # Of a chunked body the framework reads no more than its limit, which is one byte higher than ours.
        sent.body = request.get_data(cache=False)
    except HTTPException as error:
        sent.spoilt = too_large() if error.code == 413 else Rejection(400, error.description or error.name)
    if len(sent.body) > BODY_LIMIT:
        sent.body, sent.spoilt = b"", too_large()
    request.environ[SENT] = sent  # a body can be read once
    return sent
