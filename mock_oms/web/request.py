"""A received request, independent of the receiver: the server's front or Flask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

import flask
from werkzeug.exceptions import HTTPException

from mock_oms.web.answers import JSON
from mock_oms.web.rejections import CallRefusal, CallRefusedError
from mock_oms.web.validation import BODY_LIMIT

REQUEST_KEY = "mock_oms.web.request"
"""Key of a WSGI environment for a request that was read before it came to Flask."""


class Headers(Protocol):
    """Header values by name in lower case."""

    def get(self, name: str, default: str, /) -> str:
        """Returns the value of a header, or `default`."""

    def values(self) -> Iterable[str]:
        """Lists all values."""

    def __len__(self) -> int: ...


@dataclass(slots=True)
class Request:
    """Method, decoded path, raw query string, headers and body.

    `body` holds the bytes that arrived. If they are incomplete or too large, `body_problem` says why and
    `require_body` raises it. The body is always read before the answer: a server closes a connection with
    unread bytes, and the client's next call on it would fail.
    `path_values` are the parts of the path that its route names; None until Flask has routed the request.
    """

    method: str
    path: str
    query: str
    headers: Headers
    body: bytes = b""
    body_problem: CallRefusal | None = None
    path_values: Mapping[str, str] | None = None

    @property
    def media(self) -> str:
        """Media type in lower case, without parameters; empty if not given."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def require_body(self) -> bytes:
        """Returns the body; raises `CallRefusedError` when it is incomplete or too large."""
        if self.body_problem:
            raise CallRefusedError(self.body_problem)
        return self.body

    def require_json(self) -> bytes:
        """Returns a JSON body; raises `CallRefusedError` for any other."""
        if self.media != JSON:
            received = self.media or "nothing"
            raise CallRefusedError(
                CallRefusal(415, f"header Content-Type: expected {JSON}, received {received}")
            )
        return self.require_body()


def too_large() -> CallRefusal:
    """Makes the refusal of a body over the limit."""
    return CallRefusal(413, f"body: expected at most {BODY_LIMIT} bytes, received more")


def cut_short() -> CallRefusal:
    """Makes the refusal of an incomplete body."""
    return CallRefusal(400, "body: the connection ended before it was there whole")


def present_request() -> Request:
    """Returns the request that Flask is answering, read once."""
    request = flask.request
    before: Request | None = request.environ.get(REQUEST_KEY)
    if before is not None:
        return before
    read = Request(request.method, request.path, request.environ.get("QUERY_STRING", ""), request.headers)
    try:
        # Of a chunked body the framework reads no more than its limit, which is one byte higher than ours.
        read.body = request.get_data(cache=False)
    except HTTPException as error:
        too_long = error.code == 413
        read.body_problem = too_large() if too_long else CallRefusal(400, error.description or error.name)
    if len(read.body) > BODY_LIMIT:
        read.body, read.body_problem = b"", too_large()
    request.environ[REQUEST_KEY] = read
    return read
