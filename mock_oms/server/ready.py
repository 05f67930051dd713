"""Knows when a server answers: asks its health call until it does, and keeps the ready file."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

HEALTH_PATH = "/_control/health"
POLL_EVERY_S = 0.01
CALL_LIMIT_S = 5.0
"""How long one health call may take."""


def asked(url: str, path: str, control_key: str | None = None) -> bytes | None:
    """What the server at `url` answers to a GET with 200; None when it answers otherwise, or not at all."""
    import http.client  # takes its time, and a server that starts has that while its worker starts

    address = urlsplit(url)
    connect = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    connection = connect(address.hostname or "", address.port, timeout=CALL_LIMIT_S)
    headers = {"x-control-key": control_key} if control_key else {}
    try:
        connection.request("GET", address.path.rstrip("/") + path, headers=headers)
        answer = connection.getresponse()
        return answer.read() if answer.status == http.client.OK else None
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def answers(url: str, control_key: str | None = None) -> bool:
    """Whether the server at `url` answers its health call with 200."""
    return asked(url, HEALTH_PATH, control_key) is not None


def wait_until_answers(
    url: str,
    limit_s: float,
    *,
    control_key: str | None = None,
    go_on: Callable[[], bool] = lambda: True,
    poll_every_s: float = POLL_EVERY_S,
) -> bool:
    """Ask until the server answers (True), `limit_s` has passed, or `go_on` says that waiting is in vain."""
    deadline = time.monotonic() + limit_s
    while go_on():
        if answers(url, control_key):
            return True
        if time.monotonic() >= deadline:
            return False
        time.sleep(poll_every_s)
    return False


class ReadyFile:
    """A file that is there exactly while the server answers; without a path it does nothing."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def write(self, facts: Mapping[str, object]) -> None:
        """Make it appear at once and whole: readers never see half of it."""
        if self._path is None:
            return
        draft = self._path.with_name(f".{self._path.name}.{facts['pid']}")
        draft.write_text(json.dumps(facts) + "\n", encoding="utf-8")
        draft.replace(self._path)

    def remove(self) -> None:
        """Take it away; it may be gone already."""
        if self._path is not None:
            self._path.unlink(missing_ok=True)


@contextmanager
def ready_file(path: Path | None) -> Iterator[ReadyFile]:
    """The ready file for as long as the server runs; one left by an earlier server is removed first."""
    file = ReadyFile(path)
    file.remove()
    try:
        yield file
    finally:
        file.remove()
