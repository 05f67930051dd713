"""Small HTTP client on the standard library, which loads fast."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote, urlsplit

CALL_LIMIT_S = 30.0
"""Default timeout of a call; placing a thousand orders is the slowest."""
LEAST_LIMIT_S = 0.001
"""Timeout of an answer when the rest of the call took all the time."""
CHUNK_BYTES = 65_536
_KEPT = "/?:@!$&'()*+,;=%~[]"
"""Characters of a path and query that are not encoded."""


class Reply(NamedTuple):
    """Status and body of an answer."""

    status: int
    body: bytes


def send(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    content: object = None,
    limit_s: float = CALL_LIMIT_S,
) -> Reply:
    """Send one request, with `content` as JSON; ignores proxies.

    The answer is complete within `limit_s`, connecting included. Raises OSError where none comes in
    time, `HTTPException` or ValueError for a malformed or too large one. Follows no redirect.
    """
    import http.client  # a starting server imports it while its worker starts

    from contracts.bounded_response import BoundedResponse

    address = urlsplit(url)
    connect = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    connection = connect(address.hostname or "", address.port, timeout=limit_s)
    connection.response_class = BoundedResponse
    body, kind = (
        (None, {}) if content is None else (json.dumps(content), {"content-type": "application/json"})
    )
    target = address.path + (f"?{address.query}" if address.query else "")
    deadline = time.monotonic() + limit_s
    try:
        connection.request(method, quote(target, safe=_KEPT), body, {**kind, **(headers or {})})
        connection.sock.settimeout(max(deadline - time.monotonic(), LEAST_LIMIT_S))
        with connection.getresponse() as answer:  # an open answer keeps the socket when a read fails
            # by pieces: a single read reserves as many bytes as the head promises
            return Reply(answer.status, b"".join(iter(lambda: answer.read(CHUNK_BYTES), b"")))
    finally:
        connection.close()
