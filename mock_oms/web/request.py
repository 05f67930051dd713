"""A received request, independent of the receiver: the server's front or Flask."""

from __future__ import annotations

import codecs
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

import flask
from werkzeug.exceptions import HTTPException

from contracts.profile import DEFAULT, Profile
from mock_oms.domain.users import Session
from mock_oms.web.answers import JSON
from mock_oms.web.rejections import CallRefusal, CallRefusedError, FieldError
from mock_oms.web.validation import BODY_LIMIT, refusal

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
    `session` is that of the token, if it was looked up before the body was read.
    `path_values` are the parts of the path that its route names; None until Flask has routed the request.
    """

    method: str
    path: str
    query: str
    headers: Headers
    body: bytes = b""
    body_problem: CallRefusal | None = None
    session: Session | None = None
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

    def require_json(self, profile: Profile = DEFAULT) -> bytes:
        """Returns a JSON body, decompressed; raises `CallRefusedError` for any other.

        The profile decides about compression and a byte order mark.
        """
        if self.media != JSON:
            received = self.media or "nothing"
            raise CallRefusedError(
                CallRefusal(415, f"header Content-Type: expected {JSON}, received {received}")
            )
        body, coding = self.require_body(), self.headers.get("content-encoding", "")
        if coding:
            body = _decompressed(body, coding.strip().lower(), profile)
        return _without_mark(body, profile) if body[:1] in _MARKS else body


_WINDOW_BITS = {"gzip": 31, "x-gzip": 31, "deflate": 15}
"""Content coding -> the format that zlib expects."""
_PLAIN = ("", "identity")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MARKS = {mark[:1] for mark in (codecs.BOM_UTF8, *_UTF_16)}


def _decompressed(body: bytes, coding: str, profile: Profile) -> bytes:
    """Returns a body without its content coding, within the limit.

    Raises `CallRefusedError` for another coding, a broken one, and a body that is too large.
    """
    if coding in _PLAIN:
        return body
    accepted = tuple(_WINDOW_BITS) if profile.compressed_bodies == "accept" else ()
    if coding not in accepted:
        expected = "gzip, deflate or none" if accepted else "none"
        message = f"header Content-Encoding: expected {expected}, received {coding[:60]}"
        headers = {"Accept-Encoding": "gzip, deflate" if accepted else "identity"}
        raise CallRefusedError(CallRefusal(415, message, headers=headers))
    reader = zlib.decompressobj(_WINDOW_BITS[coding])
    try:
        plain = reader.decompress(body, BODY_LIMIT + 1)
    except zlib.error:
        plain = b""
    if len(plain) > BODY_LIMIT:
        raise CallRefusedError(too_large())
    if not reader.eof or reader.unused_data:
        message = f"body: expected {coding} as header Content-Encoding says, received other bytes"
        raise CallRefusedError(CallRefusal(400, message))
    return plain


def _without_mark(body: bytes, profile: Profile) -> bytes:
    """Returns a body without its byte order mark."""
    status = profile.shape_status
    if body.startswith(_UTF_16):
        raise refusal([FieldError("", "encoding", "JSON as UTF-8", "UTF-16")], "body", status)
    if body.startswith(codecs.BOM_UTF8) and profile.byte_order_mark == "reject":
        expected = "JSON without a byte order mark"
        raise refusal([FieldError("", "byte_order_mark", expected, "one")], "body", status)
    return body.removeprefix(codecs.BOM_UTF8)


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
    more = "/" if request.environ.get("PATH_INFO", "").startswith("//") else ""
    path = more + request.path  # the framework leaves out all slashes but one
    read = Request(request.method, path, request.environ.get("QUERY_STRING", ""), request.headers)
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
