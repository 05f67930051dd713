"""A mock of our own for a load run: `mock-oms serve` as a process of its own, and what memory it takes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from scenarios.errors import UsageError

START_LIMIT_S = 60.0
STOP_LIMIT_S = 30.0
POLL_EVERY_S = 0.05
OUTPUT_SHOWN = 600
"""Characters that an error quotes of what a mock said that did not start."""


@dataclass(frozen=True, slots=True)
class Served:
    """A running mock."""

    url: str
    pid: int

    def memory_mb(self) -> float:
        """Resident memory of all its processes; 0 once it is gone."""
        import psutil

        found = 0
        with suppress(psutil.NoSuchProcess):
            parent = psutil.Process(self.pid)
            for process in (parent, *parent.children(recursive=True)):
                with suppress(psutil.NoSuchProcess):
                    found += process.memory_info().rss
        return found / 2**20


@contextmanager
def served(flags: Sequence[str] = ()) -> Iterator[Served]:
    """A mock on a free port of this machine, stopped at the end; raises `UsageError` with what it said."""
    with tempfile.TemporaryDirectory(prefix="oms-load-") as folder:
        ready, output = Path(folder) / "ready.json", Path(folder) / "output.txt"
        command = [sys.executable, "-P", "-m", "mock_oms", "serve"]
        with output.open("wb") as file:
            process = subprocess.Popen(  # noqa: S603 - our own command
                [*command, "--port", "0", "--ready-file", str(ready), *flags],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                env={name: value for name, value in os.environ.items() if name != "MOCK_OMS_PORT"},
            )
        try:
            _wait(process, ready, output)
            facts = json.loads(ready.read_text(encoding="utf-8"))
            yield Served(facts["url"], process.pid)
        finally:
            _stop(process)


def _wait(process: subprocess.Popen[bytes], ready: Path, output: Path) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while not ready.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            said = output.read_text(encoding="utf-8", errors="replace").strip()[:OUTPUT_SHOWN]
            raise UsageError(f"the mock for this run did not start: {said}")
        time.sleep(POLL_EVERY_S)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_LIMIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(STOP_LIMIT_S)
