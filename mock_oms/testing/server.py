"""A server for tests: a process on a free port."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from mock_oms.testing.http import MockOmsError

START_LIMIT_S = 30.0
STOP_LIMIT_S = 10.0
POLL_EVERY_S = 0.01


class Server:
    """A running server; `flags` are options of `mock-oms serve`.

    Variables `MOCK_OMS_...` of the environment do not reach it. Raises `MockOmsError` with the output of a
    server that does not start.
    """

    def __init__(self, *flags: str) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="mock-oms-")
        folder = Path(self._folder.name)
        ready, self._output = folder / "ready.json", folder / "output.txt"
        serve = [sys.executable, "-m", "mock_oms", "serve", "--port", "0"]
        command = [*serve, "--ready-file", str(ready), *flags]
        environment = {name: text for name, text in os.environ.items() if not name.startswith("MOCK_OMS_")}
        with self._output.open("wb") as output:
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
            )
        try:
            self._wait(ready, command)
        except BaseException:
            self.stop()
            raise
        self.url = str(json.loads(ready.read_text(encoding="utf-8"))["url"])

    def _wait(self, ready: Path, command: Sequence[str]) -> None:
        until = time.monotonic() + START_LIMIT_S
        while not ready.exists():
            status = self._process.poll()
            if status is not None or time.monotonic() > until:
                how = f"ended with exit status {status}" if status is not None else "is not ready in time"
                raise MockOmsError(f"{' '.join(command)} {how}\n{self.output()}")
            time.sleep(POLL_EVERY_S)

    def output(self) -> str:
        """Return what the server has printed."""
        return self._output.read_text(encoding="utf-8", errors="replace")

    def stop(self) -> None:
        """Stop the server, by force if necessary."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(STOP_LIMIT_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._folder.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
