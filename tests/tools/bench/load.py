"""One run of wrk against one server, and what it says."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.tools.bench.calls import ANY_TOKEN, WrongAnswerError
from tests.tools.bench.machine import cpu_s

SCRIPT = Path(__file__).with_name("load.lua")
CONNECTIONS = 16
PATIENCE_S = 30
"""How long wrk waits for an answer."""
_MARK = "RESULT "


@dataclass(frozen=True, slots=True)
class Seen:
    """The counts of wrk.

    `requests` were answered, `sent` went out, `refused` got no 2xx or 3xx.
    """

    requests: int
    sent: int
    seconds: float
    p50_ms: float
    p99_ms: float
    refused: int
    broken: int


@dataclass(frozen=True, slots=True)
class Load:
    """One run.

    `cpu_us` is the server's processor time per request, which other processes disturb least.
    """

    per_s: float
    p50_ms: float
    p99_ms: float
    cpu_us: float


def parse(output: str) -> Seen:
    """What our script for wrk wrote; raises `WrongAnswerError` when that is missing."""
    line = next((line for line in output.splitlines() if line.startswith(_MARK)), None)
    if line is None:
        raise WrongAnswerError(f"wrk gave no result: {output[-500:]!r}")
    return Seen(**json.loads(line.removeprefix(_MARK)))


def checked(seen: Seen) -> Seen:
    """`seen`, if every request was answered with success; else raises `WrongAnswerError`."""
    if seen.refused or seen.broken or not seen.requests:
        raise WrongAnswerError(f"not every call succeeded: {seen}")
    return seen


@dataclass(frozen=True, slots=True)
class Target:
    """A server under load: URL, root process and token."""

    url: str
    pid: int
    token: str = ANY_TOKEN


def run(target: Target, mode: str, ids: Sequence[str], seconds: int) -> Seen:
    """Calls of `mode` (get or confirm) with these ids; raises `WrongAnswerError`."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "ids").write_text("\n".join(ids) + "\n")
        Path(folder, "token").write_text(target.token + "\n")
        command = [
            "wrk",
            "-t1",
            f"-c{CONNECTIONS}",
            f"-d{seconds}",
            f"--timeout={PATIENCE_S}s",
            "-s",
            str(SCRIPT),
            target.url,
            "--",
        ]
        command += [mode, f"{folder}/ids", f"{folder}/token"]
        return checked(parse(subprocess.run(command, capture_output=True, text=True, check=True).stdout))


def measured(target: Target, mode: str, ids: Sequence[str], seconds: int) -> tuple[Load, Seen]:
    """The same, with what it cost the server."""
    before = cpu_s(target.pid)
    seen = run(target, mode, ids, seconds)
    spent_us = (cpu_s(target.pid) - before) * 1e6
    return Load(seen.requests / seen.seconds, seen.p50_ms, seen.p99_ms, spent_us / seen.requests), seen
