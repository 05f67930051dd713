"""A request as it came, whoever received it: the server's front (`mock_oms.server.front`) or Flask."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import flask
from werkzeug.exceptions import HTTPException

from mock_oms.web.rejections import CallRefusal, CallRefusedError
from mock_oms.web.validation import BODY_LIMIT

REQUEST_KEY = "mock_oms.web.request"
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
class Request:
    """Method, decoded path, raw query string, headers and body.

    `body` holds the bytes that arrived. If they are incomplete or too large, `body_problem` says why and
    `require_body` raises it. The body is always read before the answer: a server closes a connection on which
    something is left unread, and the client's next call on it would fail.
    """

    method: str
    path: str
    query: str
    headers: Headers
    body: bytes = b""
    body_problem: CallRefusal | None = None

    @property
    def media(self) -> str:
        """The media type of the body, without parameters, in lower case; empty when none was named."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def require_body(self) -> bytes:
        """The body; raises `CallRefusedError` when it could not be read whole."""
        if self.body_problem:
            raise CallRefusedError(self.body_problem)
        return self.body


def too_large() -> CallRefusal:
    """The refusal of a body over the limit."""
    return CallRefusal(413, f"body: expected at most {BODY_LIMIT} bytes, received more")


def cut_short() -> CallRefusal:
    """The refusal of a body that did not come whole."""
    return CallRefusal(400, "body: the connection ended before it was there whole")


def read_request(request: flask.Request) -> Request:
    """The request that Flask is answering."""
    before: Request | None = request.environ.get(REQUEST_KEY)
    if before is not None:
        return before
    query = request.environ.get("QUERY_STRING", "")
    sent = Request(request.method, request.path, query, request.headers)
    try:
        # Of a chunked body the framework reads no more than its limit, which is one byte higher than ours.
        sent.body = request.get_data(cache=False)
    except HTTPException as error:
        sent.body_problem = (
            too_large() if error.code == 413 else CallRefusal(400, error.description or error.name)
        )
    if len(sent.body) > BODY_LIMIT:
        sent.body, sent.body_problem = b"", too_large()
    request.environ[REQUEST_KEY] = sent  # a body can be read once
    return sent


def present_request() -> Request:
    """The request that Flask is answering."""
    return read_request(flask.request)
