"""`python -m tests.bench`: the mock beside a bare one-route Flask application under the same server.

Needs wrk. Prints requests per second, percentiles and ratios of GET order by id among 10,000 orders and of
confirming one placed order per call, start-up to the first answer, and resident memory. Only right answers
count; the two servers are measured in turn, several rounds, and the median round is shown.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests
from rich.console import Console
from rich.table import Table

from tests.server import ROOT, start_server

LOAD = Path(__file__).with_name("load.lua")
ORDERS = 10_000
PLACE_AT_ONCE = 1000
START_LIMIT_S = 30.0
CONNECTIONS = 16


@dataclass(frozen=True, slots=True)
class Served:
    """A server under load: its address and the process at the head of its tree."""

    url: str
    pid: int


@dataclass(frozen=True, slots=True)
class Load:
    """One run of wrk."""

    right_per_s: float
    wrong: int
    p50_ms: float
    p99_ms: float


def memory_mb(pid: int) -> float:
    """Resident memory of a process and its children."""
    pids = [pid, *_children(pid)]
    return sum(_resident_kb(one) for one in pids) / 1024


def _children(pid: int) -> list[int]:
    path = Path(f"/proc/{pid}/task/{pid}/children")
    direct = [int(one) for one in path.read_text().split()]
    return direct + [grand for child in direct for grand in _children(child)]


def _resident_kb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))


@contextmanager
def bare(threads: int) -> Iterator[Served]:
    """The yardstick, served by granian with as many threads as ours."""
    port = _free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port)]
    command += ["--blocking-threads", str(threads), "--log-level", "error", "tests.bench.bare:app"]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        _wait(f"http://127.0.0.1:{port}/oms/v3/shipment")
        yield Served(f"http://127.0.0.1:{port}", process.pid)
    finally:
        process.terminate()
        process.wait(START_LIMIT_S)


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _wait(url: str) -> None:
    until = time.monotonic() + START_LIMIT_S
    while time.monotonic() < until:
        try:
            requests.get(url, timeout=1)
        except requests.ConnectionError:
            time.sleep(0.005)
        else:
            return
    raise TimeoutError(f"{url} did not answer within {START_LIMIT_S:g} s")


def place(url: str, count: int) -> list[str]:
    """Ids of `count` newly placed orders of tenant `default`."""
    ids: list[str] = []
    while len(ids) < count:
        body = {"count": min(PLACE_AT_ONCE, count - len(ids))}
        answer = requests.post(f"{url}/_control/tenants/default/orders", json=body, timeout=60)
        answer.raise_for_status()
        ids += [shipment["id"] for shipment in answer.json()["shipments"]]
    return ids


def token(url: str) -> str:
    """A company-level token of tenant `default`."""
    credentials = {"username": "default", "password": "default"}
    answer = requests.get(f"{url}/aggregator/v1/token", params=credentials, timeout=10)
    return str(answer.json()["accessToken"])


def wrk(url: str, mode: str, ids: list[str], key: str, seconds: int) -> Load:
    """One run of wrk against `url`; raises when an answer was wrong."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "ids").write_text("\n".join(ids) + "\n")
        Path(folder, "token").write_text(key + "\n")
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}", "-s", str(LOAD), url, "--"]
        command += [mode, f"{folder}/ids", f"{folder}/token"]
        out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    seen = json.loads(next(line for line in out.splitlines() if line.startswith("RESULT"))[7:])
    if seen["wrong"] or seen["exhausted"]:
        raise RuntimeError(
            f"{mode} at {url}: {seen}; wrong answers or not enough orders make the numbers void"
        )
    return Load(seen["right"] / seen["seconds"], seen["wrong"], seen["p50_ms"], seen["p99_ms"])


def start_up_s() -> float:
    """Seconds from starting our command to its first right answer."""
    begun = time.monotonic()
    with start_server():  # its ready file appears once the health call was answered
        return time.monotonic() - begun


def measure(seconds: int, rounds: int, threads: int) -> dict[str, object]:
    """Everything, as one mapping."""
    starts = [start_up_s() for _ in range(rounds)]
    with start_server("--threads", str(threads)) as ours, bare(threads) as yardstick:
        mine = Served(ours.url, ours.process.pid)
        idle = memory_mb(mine.pid)
        key = token(mine.url)
        known = place(mine.url, ORDERS)
        result: dict[str, object] = {"start_s": starts, "idle_mb": idle, "bare_mb": memory_mb(yardstick.pid)}
        result["GET by id"] = [
            (wrk(mine.url, "get", known, key, seconds), wrk(yardstick.url, "get", known, key, seconds))
            for _ in range(rounds)
        ]
        result["POST confirm"] = [_confirm_round(mine, yardstick, key, seconds) for _ in range(rounds)]
        result["after_mb"] = memory_mb(mine.pid)
    return result


ENOUGH_PER_S = 12_000
"""More orders per second than any server here confirms."""


def _confirm_round(mine: Served, yardstick: Served, key: str, seconds: int) -> tuple[Load, Load]:
    requests.post(f"{mine.url}/_control/tenants/default/reset", timeout=60).raise_for_status()
    ids = place(mine.url, ENOUGH_PER_S * seconds)
    theirs = wrk(yardstick.url, "confirm", ids * 3, key, seconds)
    return wrk(mine.url, "confirm", ids, key, seconds), theirs


def show(result: dict[str, object]) -> None:
    """The table, and the numbers as one line of JSON."""
    table = Table("call", "mock-oms /s", "bare Flask /s", "ratio", "p99 ms", "bare p99 ms")
    summary: dict[str, object] = {}
    for call in ("GET by id", "POST confirm"):
        pairs: list[tuple[Load, Load]] = result[call]  # type: ignore[assignment] # filled by measure
        ratio = statistics.median(mine.right_per_s / theirs.right_per_s for mine, theirs in pairs)
        mine = sorted((pair[0] for pair in pairs), key=lambda load: load.right_per_s)[len(pairs) // 2]
        theirs = sorted((pair[1] for pair in pairs), key=lambda load: load.right_per_s)[len(pairs) // 2]
        table.add_row(
            call,
            f"{mine.right_per_s:,.0f}",
            f"{theirs.right_per_s:,.0f}",
            f"{ratio:.2f}",
            f"{mine.p99_ms:.1f}",
            f"{theirs.p99_ms:.1f}",
        )
        summary[call] = {"ratio": round(ratio, 3), "per_s": round(mine.right_per_s)}
    starts: list[float] = result["start_s"]  # type: ignore[assignment] # filled by measure
    summary |= {"start_s": round(statistics.median(starts), 3), "cores": os.cpu_count()}
    summary |= {name: round(float(str(result[name])), 1) for name in ("idle_mb", "after_mb", "bare_mb")}
    Console().print(table)
    print(json.dumps(summary))


def main() -> None:
    """Measures and shows."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--seconds", type=int, default=5, help="length of each run of wrk")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each, in turn")
    parser.add_argument("--threads", type=int, default=64, help="blocking threads of both servers")
    chosen = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("wrk is not installed; Debian has it as package wrk")
    show(measure(chosen.seconds, chosen.rounds, chosen.threads))


if __name__ == "__main__":
    main()
