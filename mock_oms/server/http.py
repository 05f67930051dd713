"""Small HTTP client on the standard library, which loads fast."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote, urlsplit

CALL_LIMIT_S = 30.0
"""Default timeout of a call; placing a thousand orders is the slowest."""
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

    Raises OSError where no answer comes in time, `HTTPException` or ValueError for a malformed one.
    """
    import http.client  # a starting server imports it while its worker starts

    address = urlsplit(url)
    connect = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    connection = connect(address.hostname or "", address.port, timeout=limit_s)
    body, kind = (
        (None, {}) if content is None else (json.dumps(content), {"content-type": "application/json"})
    )
    target = address.path + (f"?{address.query}" if address.query else "")
    try:
        connection.request(method, quote(target, safe=_KEPT), body, {**kind, **(headers or {})})
        answer = connection.getresponse()
        return Reply(answer.status, answer.read())
    finally:
        connection.close()
