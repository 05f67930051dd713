"""Starting servers that are measured, and stopping them."""

from __future__ import annotations

import json
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.server import OUTPUT, ROOT, clean_environment, launch, wait_for_end
from tests.tools.bench.calls import Sample, WrongAnswerError
from tests.tools.bench.contenders import Contender

START_LIMIT_S = 60.0


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answered correctly, `started_s` after its start."""

    url: str
    pid: int
    started_s: float


@contextmanager
def running(contender: Contender, sample: Sample) -> Iterator[Running]:
    """Run a server on a free port; raises `DidNotStartError` with its output."""
    with TemporaryDirectory(prefix="mock-oms-bench-") as name:
        folder = Path(name)
        for path, content in contender.files(sample).items():
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_text(json.dumps(content), encoding="utf-8")
        port = _free_port()
        url = f"http://127.0.0.1:{port}"
        begun = time.monotonic()
        process = launch(
            contender.start(port, folder),
            partial(_answers, contender, url),
            output=folder / OUTPUT,
            cwd=folder,  # some servers write files to their working directory
            environment=_environment(),
            limit_s=START_LIMIT_S,
        )
        try:
            yield Running(url, process.pid, time.monotonic() - begun)
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):  # it was killed then
                wait_for_end(process)


def _answers(contender: Contender, url: str) -> bool:
    try:
        contender.answers(url)
    except (OSError, WrongAnswerError):  # not listening, or its stubs are not loaded, yet
        return False
    return True


@cache
def _bytecode() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="mock-oms-bench-bytecode-")


def _environment() -> dict[str, str]:
    """Return the environment of servers.

    Python keeps the bytecode of all modules, as after an installation.
    """
    kept = {"PYTHONPYCACHEPREFIX": _bytecode().name, "PYTHONPATH": str(ROOT)}
    environment = clean_environment(kept)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
