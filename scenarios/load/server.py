"""Runs `mock-oms serve` for a load run, and measures its memory."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from scenarios.errors import UsageError

START_LIMIT_S = 60.0
STOP_LIMIT_S = 30.0
POLL_EVERY_S = 0.05
MOCK_ENDED = "The mock of this run has ended"
OUTPUT_SHOWN = 600
"""Characters of the output of a mock that did not start, shown in the error."""


@dataclass(frozen=True, slots=True)
class Served:
    """A running mock."""

    url: str
    pid: int

    def why(self, reason: str) -> str:
        """Return why a run stops: its mock has ended, or the reason."""
        return reason if self.memory_mb() else MOCK_ENDED

    def memory_mb(self) -> float:
        """Return the resident memory of all its processes, 0 after its end."""
        import psutil

        found = 0
        with suppress(psutil.NoSuchProcess):
            parent = psutil.Process(self.pid)
            for process in (parent, *parent.children(recursive=True)):
                with suppress(psutil.NoSuchProcess):
                    found += process.memory_info().rss
        return found / 2**20


@contextmanager
def served(store: str = "", mutant: str = "") -> Iterator[Served]:
    """Run a mock on a free port; raises `UsageError` with its output."""
    with tempfile.TemporaryDirectory(prefix="oms-load-") as folder:
        ready, output = Path(folder) / "ready.json", Path(folder) / "output.txt"
        command = [sys.executable, "-P", "-m", "mock_oms", "serve", "--port", "0", "--ready-file", str(ready)]
        options = {"--store": store, "--mutant": mutant}
        flags = [text for flag, value in options.items() if value for text in (flag, value)]
        with output.open("wb") as file:
            process = subprocess.Popen(  # noqa: S603 - the command is ours
                [*command, *flags],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C ends the run first
            )
        try:
            deadline = time.monotonic() + START_LIMIT_S
            while not ready.exists():
                if process.poll() is not None or time.monotonic() > deadline:
                    text = output.read_text(encoding="utf-8", errors="replace").strip()[:OUTPUT_SHOWN]
                    raise UsageError(f"the mock for this run did not start: {text}")
                time.sleep(POLL_EVERY_S)
            yield Served(json.loads(ready.read_text(encoding="utf-8"))["url"], process.pid)
        finally:
            _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_LIMIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
