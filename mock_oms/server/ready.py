"""Finds out when a server is ready, and writes the ready file."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from mock_oms.server.http import send

HEALTH_PATH = "/_control/health"
POLL_EVERY_S = 0.01
CALL_LIMIT_S = 5.0
"""Timeout of one health call."""


def asked(url: str, path: str, control_key: str | None = None, limit_s: float = CALL_LIMIT_S) -> bytes | None:
    """Return the body of a GET with status 200, else None."""
    from http.client import HTTPException

    headers = {"x-control-key": control_key} if control_key else {}
    try:
        reply = send("GET", url.rstrip("/") + path, headers=headers, limit_s=limit_s)
    except (OSError, HTTPException):
        return None
    return reply.body if reply.status == 200 else None


def answers(url: str, control_key: str | None = None, limit_s: float = CALL_LIMIT_S) -> bool:
    """Whether the server at `url` answers its health call with 200."""
    return asked(url, HEALTH_PATH, control_key, limit_s) is not None


def wait_until_answers(
    url: str,
    limit_s: float,
    *,
    control_key: str | None = None,
    go_on: Callable[[], bool] = lambda: True,
    poll_every_s: float = POLL_EVERY_S,
) -> bool:
    """Poll the health call until it succeeds.

    Returns False after `limit_s`, or once `go_on` returns False.
    """
    deadline = time.monotonic() + limit_s
    left_s = limit_s
    while go_on():
        if answers(url, control_key, min(CALL_LIMIT_S, max(left_s, poll_every_s))):
            return True
        left_s = deadline - time.monotonic()
        if left_s <= 0:
            return False
        time.sleep(poll_every_s)
    return False


class ReadyFile:
    """A file that exists while the server answers, or none."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def write(self, facts: Mapping[str, object]) -> None:
        """Create the complete file by a rename."""
        if self._path is None:
            return
        draft = self._path.with_name(f".{self._path.name}.{facts['pid']}")
        draft.write_text(json.dumps(facts) + "\n", encoding="utf-8")
        draft.replace(self._path)

    def remove(self) -> None:
        """Remove the file if it exists."""
        if self._path is not None:
            self._path.unlink(missing_ok=True)


@contextmanager
def ready_file(path: Path | None) -> Iterator[ReadyFile]:
    """Yield the ready file; remove it at the end.

    A file that an earlier server left is removed first.
    """
    file = ReadyFile(path)
    file.remove()
    try:
        yield file
    finally:
        file.remove()
