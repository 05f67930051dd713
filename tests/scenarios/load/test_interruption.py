"""Interrupted load runs: never green, never without a report."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from socket import create_server

import click
import psutil
import pytest
from click.testing import CliRunner

from scenarios.cli.chain_day import chain_day
from scenarios.cli.main import main
from scenarios.load.results import Numbers, read
from scenarios.load.server import Served
from tests.support.hostile_server import BROKEN, LARGE, SLOW, answering_server, hostile_server
from tests.support.server import ROOT, Server, clean_environment, start_server

UNUSABLE = "The target cannot be used"
NOT_READY = "The target had no company ready in the time of the run"

pytestmark = pytest.mark.xdist_group("processes")

LIMIT_S = 60
SIGNALS = {signal.SIGINT: "Interrupted by Ctrl-C", signal.SIGTERM: "Interrupted by SIGTERM"}
LOAD = ("scenarios", "load", "--for", "1h", "--users", "2", "--processes", "1")
CHAIN_DAY = ("scenarios.cli.chain_day", "--orders", "1000000", "--shops", "2", "--documents", "0")

each_signal = pytest.mark.parametrize("number", SIGNALS, ids=[number.name for number in SIGNALS])


@contextmanager
def process(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Start a module, and end it and its children after the block."""
    started = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        env=clean_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield started
    finally:
        for child in _children(started):
            with suppress(psutil.NoSuchProcess):
                child.kill()
        started.kill()
        started.communicate()


def _children(started: subprocess.Popen[str]) -> list[psutil.Process]:
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(started.pid).children(recursive=True)
    return []


def wait_until(holds: Callable[[], object], started: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + LIMIT_S
    while not holds():
        assert started.poll() is None, started.communicate()[0]
        assert time.monotonic() < deadline
        time.sleep(0.05)


def orders(server: Server) -> int:
    tenants = json.loads(server.get("/_control/tenants")[1])["tenants"]
    return sum(tenant["shipments"] for tenant in tenants)


def is_called(started: subprocess.Popen[str]) -> bool:
    """Whether the mock of a run has a connection."""
    with suppress(psutil.NoSuchProcess):
        return any(
            one.status == psutil.CONN_ESTABLISHED
            for child in _children(started)
            for one in child.net_connections("tcp")
        )
    return False


def ended(started: subprocess.Popen[str], folder: Path, reason: str) -> Numbers:
    """Check exit status, numbers and page of an interrupted run."""
    told, _ = started.communicate(timeout=LIMIT_S)
    assert started.returncode == 3, told
    assert f"{reason}, unfinished: " in told
    assert f"{reason}, unfinished: " in (folder / "report.html").read_text(encoding="utf-8")
    shown = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert (shown["complete"], shown["exit_status"], shown["message"]) == (False, 3, reason)
    assert f"{reason}, unfinished: " in (folder / "junit.xml").read_text(encoding="utf-8")
    numbers = read(folder / "load.json")
    assert numbers.interrupted == reason
    return numbers


@each_signal
def test_an_interrupted_load_run_ends_with_3_and_the_numbers_so_far(
    number: signal.Signals, tmp_path: Path
) -> None:
    with start_server() as server:
        with process(*LOAD, "--target", server.url, "--out", str(tmp_path)) as started:
            wait_until(lambda: orders(server), started)
            started.send_signal(number)
            assert ended(started, tmp_path, SIGNALS[number]).total.calls > 0
        assert [t["tenant"] for t in json.loads(server.get("/_control/tenants")[1])["tenants"]] == ["default"]


def test_a_load_run_without_a_company_is_unfinished(tmp_path: Path) -> None:
    options = ("scenarios", "load", "--for", "1s", "--users", "1", "--processes", "1", "--out", str(tmp_path))
    with (
        hostile_server(SLOW["dripping body"], slow=True) as url,
        process(*options, "--target", url) as started,
    ):
        ended(started, tmp_path, NOT_READY)


@pytest.mark.parametrize("processes", ["1", "2"])
def test_a_load_run_on_answers_of_gigabytes_is_unfinished(processes: str, tmp_path: Path) -> None:
    options = ("scenarios", "load", "--for", "1m", "--users", "2", "--processes", processes)
    with (
        hostile_server(LARGE["body"]) as url,
        process(*options, "--target", url, "--out", str(tmp_path)) as started,
    ):
        ended(started, tmp_path, f"{UNUSABLE}: POST /_control/tenants: an answer of more than 16000000 bytes")


@pytest.mark.parametrize("kind", [*LARGE, *BROKEN])
def test_a_day_of_a_chain_on_a_mock_that_gives_no_answers_is_unfinished(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hostile_server({**LARGE, **BROKEN}[kind]) as url:
        monkeypatch.setattr(
            "scenarios.cli.chain_day.served", lambda *_: nullcontext(Served(url, os.getpid()))
        )
        told = CliRunner().invoke(chain_day, ["--orders", "10", "--shops", "1", "--out", str(tmp_path)])
    must_be_unusable(told.exit_code, tmp_path)


def test_a_day_of_a_chain_on_something_else_than_a_mock_is_unfinished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with answering_server(b'{"tenant": 5, "company": null}', 201, "Created") as url:
        monkeypatch.setattr(
            "scenarios.cli.chain_day.served", lambda *_: nullcontext(Served(url, os.getpid()))
        )
        told = CliRunner().invoke(chain_day, ["--orders", "10", "--shops", "1", "--out", str(tmp_path)])
    message = must_be_unusable(told.exit_code, tmp_path)
    assert message == (
        f"{UNUSABLE}: the answer to POST /_control/tenants is not a mock's: tenant is missing or wrong"
    )


def must_be_unusable(status: int, folder: Path) -> str:
    """Return the reason of a run that must be unfinished."""
    shown = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert (status, shown["complete"], shown["exit_status"]) == (3, False, 3)
    assert shown["message"].startswith(UNUSABLE)
    assert all((folder / name).exists() for name in ("report.html", "junit.xml"))
    return str(shown["message"])


@each_signal
def test_a_load_run_is_interrupted_before_its_first_call(number: signal.Signals, tmp_path: Path) -> None:
    with create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with process(*LOAD, "--target", url, "--out", str(tmp_path)) as started:
            silent.settimeout(LIMIT_S)
            connection, _ = silent.accept()
            started.send_signal(number)
            assert ended(started, tmp_path, SIGNALS[number]).total.calls == 0
            connection.close()


def test_a_load_run_without_a_target_ends_with_3(tmp_path: Path) -> None:
    with create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    with process(*LOAD, "--target", url, "--out", str(tmp_path)) as started:
        ended(started, tmp_path, f"Nothing answers at {url} (connection refused)")


def test_a_load_run_that_loses_its_target_ends(tmp_path: Path) -> None:
    with start_server() as server, process(*LOAD, "--target", server.url, "--out", str(tmp_path)) as started:
        wait_until(lambda: orders(server), started)
        server.end(signal.SIGKILL)
        ended(started, tmp_path, f"Nothing answers at {server.url} (connection refused)")


@each_signal
def test_an_interrupted_day_of_a_chain_ends_with_3(number: signal.Signals, tmp_path: Path) -> None:
    with process(*CHAIN_DAY, "--out", str(tmp_path)) as started:
        wait_until(lambda: is_called(started), started)
        started.send_signal(number)
        ended(started, tmp_path, SIGNALS[number])


def test_a_day_of_a_chain_that_loses_its_mock_ends(tmp_path: Path) -> None:
    with process(*CHAIN_DAY, "--out", str(tmp_path)) as started:
        wait_until(lambda: is_called(started), started)
        for child in _children(started):
            child.kill()
        ended(started, tmp_path, "The mock of this run has ended")


@pytest.mark.parametrize(
    ("command", "arguments"),
    [(main, ("load",)), (main, ("run", "PAS-S-01")), (main, ("contract",)), (chain_day, ())],
    ids=["load", "run", "contract", "chain-day"],
)
def test_numbers_of_an_earlier_load_run_are_not_overwritten(
    command: click.Command, arguments: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "load.json").write_text("{}", encoding="utf-8")
    told = CliRunner().invoke(command, [*arguments, "--out", str(tmp_path)])

    assert told.exit_code == 2, told.output
    assert f"{tmp_path} holds a load run of " in told.output
    assert [path.name for path in tmp_path.iterdir()] == ["load.json"]
