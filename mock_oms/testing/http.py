"""Control calls of a test."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

LIMIT_S = 30.0
"""Timeout of a call; placing a thousand orders is the slowest."""


class MockOmsError(Exception):
    """The mock refused a call of the test, or did not answer.

    `status` is None without an answer; `answer` is the JSON of a refusal.
    """

    def __init__(self, message: str, status: int | None = None, answer: Any = None) -> None:
        super().__init__(message)
        self.status = status
        self.answer = answer


class Control:
    """The control plane of a mock.

    Each call has a new connection, and uses no proxy.
    """

    def __init__(self, url: str, key: str | None = None) -> None:
        self.url = url.rstrip("/")
        self._key = key

    def call(self, method: str, path: str, body: Any = None, query: Mapping[str, Any] | None = None) -> Any:
        """Send a call below `/_control` and return its JSON; raises `MockOmsError`."""
        address = urlsplit(self.url)
        kind = HTTPSConnection if address.scheme == "https" else HTTPConnection
        connection = kind(address.hostname or "", address.port, timeout=LIMIT_S)
        target = f"{address.path}/_control{path}" + (f"?{urlencode(query)}" if query else "")
        headers = {"content-type": "application/json"} if body is not None else {}
        if self._key:
            headers["x-control-key"] = self._key
        try:
            connection.request(method, target, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            status, content = answer.status, answer.read()
        except (OSError, HTTPException) as error:
            raise MockOmsError(
                f"the mock at {self.url} does not answer ({type(error).__name__}); is it running?"
            ) from None
        finally:
            connection.close()
        return _read(method, path, status, content)


def _read(method: str, path: str, status: int, content: bytes) -> Any:
    try:
        found = json.loads(content) if content else None
    except ValueError:
        message = f"{method} {path} answered {status} without JSON: is this a mock?"
        raise MockOmsError(message, status) from None
    if status < 400:
        return found
    said = found.get("message") if isinstance(found, dict) else None
    raise MockOmsError(f"{method} {path}: {status} {said or found}", status, found)
