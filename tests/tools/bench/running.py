"""Starting servers that are measured, and stopping them."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.server import ROOT, clean_environment
from tests.tools.bench.calls import Sample, WrongAnswerError
from tests.tools.bench.contenders import Contender

START_LIMIT_S = 60.0
STOP_LIMIT_S = 15.0
POLL_EVERY_S = 0.005


@dataclass(frozen=True, slots=True)
class Running:
    """A server that has given its first right answer, `started_s` after its process was started."""

    url: str
    pid: int
    started_s: float


@contextmanager
def running(contender: Contender, sample: Sample) -> Iterator[Running]:
    """Starts a server on a free port and stops it at the end; raises RuntimeError with what it printed."""
    with TemporaryDirectory(prefix="mock-oms-bench-") as name:
        folder = Path(name)
        for path, content in contender.files(sample).items():
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_text(json.dumps(content), encoding="utf-8")
        port = _free_port()
        with (folder / "output.txt").open("wb") as output:
            begun = time.monotonic()
            process = subprocess.Popen(
                contender.start(port, folder),
                cwd=folder,  # some write files where they are
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(contender, url, process, folder)
            yield Running(url, process.pid, time.monotonic() - begun)
        finally:
            _stop(process)


@cache
def _bytecode() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="mock-oms-bench-bytecode-")


def _environment() -> dict[str, str]:
    """The environment of servers: Python keeps the bytecode of all modules, as after an installation."""
    kept = {"PYTHONPYCACHEPREFIX": _bytecode().name, "PYTHONPATH": str(ROOT)}
    environment = clean_environment(kept)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _wait(contender: Contender, url: str, process: subprocess.Popen[bytes], folder: Path) -> None:
    until = time.monotonic() + START_LIMIT_S
    seen: Exception | None = None
    while process.poll() is None and time.monotonic() < until:
        try:
            contender.answers(url)
        except (OSError, WrongAnswerError) as error:  # not listening, or its stubs are not loaded, yet
            seen = error
            time.sleep(POLL_EVERY_S)
        else:
            return
    printed = (folder / "output.txt").read_text(encoding="utf-8", errors="replace")
    raise RuntimeError(f"{contender.name} gives no right answer ({seen}):\n{printed[-2000:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_LIMIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(STOP_LIMIT_S)
