"""Starts `mock-oms serve` as a separate process, and stops it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent.parent
COMMAND = (sys.executable, "-m", "mock_oms")
START_LIMIT_S = 30.0
STOP_LIMIT_S = 15.0
CALL_LIMIT_S = 10.0
POLL_EVERY_S = 0.005
OUTPUT = "output.txt"


class DidNotStartError(AssertionError):
    """A process ended or was not ready in time; shows its output."""


@dataclass
class Server:
    """A running server.

    `process` is the parent process; `folder` contains its ready file and its output.
    """

    url: str
    username: str
    password: str
    process: subprocess.Popen[bytes]
    folder: tempfile.TemporaryDirectory[str]

    @property
    def ready_file(self) -> Path:
        """Where its ready file is while it runs."""
        return Path(self.folder.name) / "ready.json"

    def get(self, path: str, **headers: str) -> tuple[int, bytes]:
        """Return status and body of a GET, which ignores proxies."""
        address = urlsplit(self.url)
        connection = HTTPConnection(address.hostname or "", address.port, timeout=CALL_LIMIT_S)
        try:
            connection.request(
                "GET", path, headers={name.replace("_", "-"): headers[name] for name in headers}
            )
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def output(self) -> str:
        """What it printed so far, both streams."""
        return _text(Path(self.folder.name) / OUTPUT)

    def end(self, by: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal, return the exit status; `output` stays readable."""
        self.process.send_signal(by)
        return wait_for_end(self.process)

    def stop(self) -> None:
        """Stop the server, by force if necessary; delete its folder."""
        if self.process.poll() is None:
            self.end()
        self.folder.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            print(f"--- output of the server ---\n{self.output()}")
        self.stop()


def start_server(
    *flags: str,
    command: Sequence[str] = COMMAND,
    cwd: Path = ROOT,
    environment: Mapping[str, str] | None = None,
) -> Server:
    """Start a server on a free port; raises `DidNotStartError`."""
    folder = tempfile.TemporaryDirectory(prefix="mock-oms-test-")
    ready = Path(folder.name) / "ready.json"
    try:
        process = launch(
            [*command, "serve", "--port", "0", "--ready-file", str(ready), *flags],
            ready.exists,
            output=Path(folder.name) / OUTPUT,
            cwd=cwd,
            environment=clean_environment(environment),
        )
    except DidNotStartError:
        folder.cleanup()
        raise
    facts = json.loads(ready.read_text(encoding="utf-8"))
    return Server(facts["url"], facts["username"], facts["password"], process, folder)


def launch(
    command: Sequence[str],
    is_ready: Callable[[], bool],
    *,
    output: Path,
    cwd: Path,
    environment: Mapping[str, str],
    limit_s: float = START_LIMIT_S,
) -> subprocess.Popen[bytes]:
    """Start a process and wait until it is ready.

    Raises `DidNotStartError` with its output. The process leads a process group: a test can signal it as a
    terminal does, and check that all processes ended.
    """
    with output.open("wb") as file:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    deadline = time.monotonic() + limit_s
    while not is_ready():
        if process.poll() is not None or time.monotonic() > deadline:
            status = process.poll()
            process.kill()
            process.wait(STOP_LIMIT_S)
            raise DidNotStartError(f"not ready (exit status {status}): {' '.join(command)}\n{_text(output)}")
        time.sleep(POLL_EVERY_S)
    return process


def clean_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment without variables of mock-oms."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MOCK_OMS_")}
    return {**kept, **(extra or {})}


def wait_for_end(process: subprocess.Popen[bytes]) -> int:
    """Return the exit status of a process that ends.

    Kills a process that does not, and raises `TimeoutExpired`.
    """
    try:
        return process.wait(STOP_LIMIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(STOP_LIMIT_S)
        raise


def _text(output: Path) -> str:
    return output.read_text(encoding="utf-8", errors="replace")
