"""Finds out when a server is ready, and writes the ready file."""

from __future__ import annotations

import fcntl
import json
import os
import stat
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
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


def trouble(url: str) -> str:
    """Return the server's reason for a failed health call, or nothing."""
    from http.client import HTTPException

    try:
        content = json.loads(send("GET", url + HEALTH_PATH, limit_s=CALL_LIMIT_S).body)
        return str(content["message"])
    except (OSError, HTTPException, ValueError, LookupError, TypeError):
        return ""


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


class ReadyFileError(ValueError):
    """A ready file that cannot be used; the message says why."""


class ReadyFile:
    """A file that exists while the server answers, or none.

    Only one server at a time uses it: the server locks a draft beside it, and later renames the draft. The
    lock ends with the process, also when it is killed.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._draft: int | None = None
        """Descriptor of the draft; after the rename, of the ready file."""

    def reserve(self) -> None:
        """Lock the draft; remove the file of a server that was killed.

        Raises `ReadyFileError` for a running server's file, for a file of any other kind, and where none can
        be made.
        """
        if self._path is None:
            return
        try:
            self._draft = _locked(self._draft_path, self._path)
            if _may_be_replaced(self._path):
                left = _locked(self._path, self._path)
                self._path.unlink()
                os.close(left)
        except OSError as error:
            raise ReadyFileError(f"the ready file {self._path} cannot be made: {error.strerror}") from None

    def write(self, facts: Mapping[str, object]) -> None:
        """Make the complete file appear.

        Raises `ReadyFileError` if its place was taken.
        """
        if self._path is None or self._draft is None:
            return
        os.truncate(self._draft, 0)
        os.write(self._draft, (json.dumps(facts) + "\n").encode())
        if os.path.lexists(self._path):
            raise ReadyFileError(f"{self._path} was made by another program meanwhile; it is left as it is")
        self._draft_path.replace(self._path)

    def remove(self) -> None:
        """Remove draft and file, unless another file has taken their place."""
        if self._path is None or self._draft is None:
            return
        for path in (self._draft_path, self._path):
            with suppress(FileNotFoundError):
                if os.path.samestat(path.lstat(), os.fstat(self._draft)):
                    path.unlink()
        os.close(self._draft)
        self._draft = None

    @property
    def _draft_path(self) -> Path:
        path = self._path or Path()
        return path.with_name(f".{path.name}.draft")


def _locked(path: Path, ready_file: Path) -> int:
    """Open and lock a file.

    Raises `ReadyFileError` if another server has locked it.
    """
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
        try:
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)  # a forked worker does not inherit it
            if os.path.samestat(path.lstat(), os.fstat(descriptor)):
                return descriptor
        except FileNotFoundError:  # its server has ended and removed it since it was opened
            pass
        except (BlockingIOError, PermissionError):  # "the lock is held", by system
            os.close(descriptor)
            raise ReadyFileError(
                f"another server uses the ready file {ready_file}; name another --ready-file"
            ) from None
        os.close(descriptor)


def _may_be_replaced(path: Path) -> bool:
    """Whether an old ready file is there.

    Raises `ReadyFileError` for any other file.
    """
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return False
    if not stat.S_ISREG(mode) or not _is_ready_file(path.read_bytes()):
        kind = "a symbolic link" if stat.S_ISLNK(mode) else "no ready file of a server"
        raise ReadyFileError(f"{path} exists and is {kind}; remove it, or name another --ready-file")
    return True


def _is_ready_file(content: bytes) -> bool:
    """Whether a file is what a server wrote, or is empty."""
    try:
        facts = json.loads(content) if content else None
    except ValueError:
        return False
    return not content or (isinstance(facts, dict) and facts.keys() >= {"url", "pid", "version", "tenant"})


@contextmanager
def ready_file(path: Path | None) -> Iterator[ReadyFile]:
    """Reserve the ready file; remove it at the end. Raises `ReadyFileError`."""
    file = ReadyFile(path)
    try:
        file.reserve()
        yield file
    finally:
        file.remove()
