"""Interrupted runs: never green, never without reports, settings restored."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import create_server
from typing import Any

import pytest
from click.testing import CliRunner, Result
from junitparser import JUnitXml

from contracts.checks.exploration import LINKS, PHASES
from scenarios.cli.main import main
from scenarios.contract.recording import ExplorationRecorder
from tests.support.interrupted_apps import AT, SIGNAL
from tests.support.server import ROOT, Server, clean_environment, start_server

pytestmark = pytest.mark.xdist_group("processes")

SIGNALS = {signal.SIGINT: "Interrupted by Ctrl-C", signal.SIGTERM: "Interrupted by SIGTERM"}
INTERRUPTING = ("--target", "app:tests.support.interrupted_apps:interrupting")
LIMIT_S = 60
SYSTEM = ("--cast", "aggregator=system")

each_signal = pytest.mark.parametrize("number", SIGNALS, ids=[number.name for number in SIGNALS])


def typed(*arguments: str, **variables: str) -> Result:
    return CliRunner().invoke(main, arguments, env=variables)


def interrupted(number: signal.Signals, *arguments: str, at: int = 3) -> Result:
    variables = {SIGNAL: str(int(number)), AT: str(at)}
    return typed(*arguments, *INTERRUPTING, **variables)


def report(folder: Path) -> dict[str, Any]:
    shown: dict[str, Any] = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    return shown


def must_be_unfinished(folder: Path, reason: str, *, passed: int | None = None) -> None:
    """Check that all reports say that the run is unfinished, and why."""
    shown = report(folder)
    assert (shown["complete"], shown["exit_status"], shown["verdict"]) == (False, 3, None)
    assert shown["unfinished"] > 0
    assert passed is None or shown["totals"]["pass"] == passed
    flows = len(shown["flows"])
    headline = f"{reason}: {shown['unfinished']} of {flows} flow{'s' if flows > 1 else ''} unfinished"
    assert headline in (folder / "report.html").read_text(encoding="utf-8")
    cases = {case.name: case for suite in JUnitXml.fromfile(str(folder / "junit.xml")) for case in suite}
    assert headline in (cases["run"].result[0].message or "")
    unfinished = [flow["id"] for flow in shown["flows"] if flow["verdict"] is None]
    assert all(next(c for n, c in cases.items() if n.startswith(one)).result for one in unfinished)


@contextmanager
def process(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Start `oms-scenarios` in its own process."""
    started = subprocess.Popen(
        [sys.executable, "-m", "scenarios", *arguments],
        cwd=ROOT,
        env=clean_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield started
    finally:
        started.kill()
        started.communicate()


def wait_until(holds: Callable[[], bool], started: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + LIMIT_S
    while not holds():
        assert started.poll() is None, started.communicate()[0]
        assert time.monotonic() < deadline
        time.sleep(0.02)


def wait_for_record(folder: Path, text: str, started: subprocess.Popen[str]) -> None:
    path = folder / "run.jsonl"
    wait_until(lambda: path.exists() and text in path.read_text(encoding="utf-8"), started)


def tenant(server: Server) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(server.get("/_control/tenants/default")[1])
    return found


@each_signal
@pytest.mark.parametrize("parallel", ["1", "2"])
def test_an_interrupted_run_ends_with_3_and_can_be_resumed(
    number: signal.Signals, parallel: str, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    told = interrupted(number, "run", "PAS-S-01", "PAS-S-02", "--out", str(out), "--parallel", parallel)

    assert told.exit_code == 3, told.output
    assert f"Error: {SIGNALS[number]}. Continue with: oms-scenarios resume {out}" in told.output
    # of two flows at a time one may be finished by then
    must_be_unfinished(out, SIGNALS[number], passed=0 if parallel == "1" else None)
    again = typed("resume", str(out), **{SIGNAL: "0", AT: "0"})
    assert again.exit_code == 0, again.output
    assert report(out)["complete"]


@each_signal
def test_an_interrupted_resumption_is_interrupted_too(number: signal.Signals, tmp_path: Path) -> None:
    out = tmp_path / "out"
    interrupted(signal.SIGTERM, "run", "PAS-S-01", "--out", str(out))
    told = typed("resume", str(out), **{SIGNAL: str(int(number)), AT: "2"})

    assert told.exit_code == 3, told.output
    must_be_unfinished(out, SIGNALS[number], passed=0)


@each_signal
@pytest.mark.parametrize("phase", PHASES)
def test_no_operation_passes_in_an_interrupted_phase_of_a_contract_run(
    number: signal.Signals, phase: str, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    only = () if phase == LINKS else ("--only", "confirm", "--only", "get_shipments")
    told = interrupted(number, "contract", "--phase", phase, *only, "--seed", "1", "--out", str(out), at=9)

    assert told.exit_code == 3, told.output
    assert "passed" not in told.output
    assert f"Error: {SIGNALS[number]}; start again with --seed 1" in told.output
    must_be_unfinished(out, SIGNALS[number], passed=0)
    notes = (out / "run.jsonl").read_text(encoding="utf-8")
    assert "calls were sent before the interruption" in notes
    assert (out / "reach.json").exists()


def test_after_an_interruption_no_further_call_and_no_further_part_is_begun(tmp_path: Path) -> None:
    told = interrupted(signal.SIGINT, "contract", "--seed", "1", "--out", str(tmp_path / "out"), at=20)

    assert told.exit_code == 3, told.output
    shown = report(tmp_path / "out")
    assert {flow["verdict"] for flow in shown["flows"]} == {None}
    found = re.search(r"(\d+) calls; documented codes", told.output)
    assert found
    assert 0 < int(found.group(1)) <= 20


def test_an_operation_with_too_few_calls_has_no_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ExplorationRecorder, "_floor", lambda *_given: 50)
    arguments = ("contract", "--phase", "fuzzing", "--only", "confirm", "--examples", "5")
    told = typed(*arguments, "--seed", "1", "--out", str(tmp_path / "out"))

    assert told.exit_code == 3, told.output
    assert "calls, too few for a verdict: at least 50" in told.output


def test_an_operation_without_any_planned_call_did_not_pass(tmp_path: Path) -> None:
    arguments = ("contract", "--phase", "stateful", "--only", "confirm", "--seed", "1")
    told = typed(*arguments, "--out", str(tmp_path / "out"))

    assert told.exit_code == 1, told.output
    assert report(tmp_path / "out")["totals"]["skip"] == 1


@each_signal
def test_settings_of_the_tenant_are_restored_and_the_waiting_flow_is_unfinished(
    number: signal.Signals, tmp_path: Path
) -> None:
    with start_server() as server:
        before = tenant(server)
        arguments = ("run", "PAS-S-01", "--invoice-mode", "fynd", "--target", server.url, *SYSTEM)
        with process(*arguments, "--out", str(tmp_path)) as started:
            wait_for_record(tmp_path, '"status":"waiting"', started)
            within = tenant(server)
            started.send_signal(number)
            told, _ = started.communicate(timeout=LIMIT_S)
        after = tenant(server)

    assert started.returncode == 3, told
    assert "works in tenant default: sets its modes for each flow and restores them" in told
    assert (before["invoice_mode"], within["invoice_mode"]) == ("aggregator", "fynd")
    assert {**after, "shipments": 0, "clock": None} == {**before, "shipments": 0, "clock": None}
    must_be_unfinished(tmp_path, SIGNALS[number], passed=0)


def test_settings_are_restored_after_a_kill_and_a_resumption_too(tmp_path: Path) -> None:
    with start_server() as server:
        before = tenant(server)
        arguments = ("run", "PAS-S-01", "--invoice-mode", "fynd", "--target", server.url, *SYSTEM)
        with process(*arguments, "--out", str(tmp_path)) as started:
            wait_for_record(tmp_path, '"status":"waiting"', started)
        killed = tenant(server)
        known = (tmp_path / "run.jsonl").read_text(encoding="utf-8").count('"status":"waiting"')
        with process("resume", str(tmp_path)) as started:
            records = tmp_path / "run.jsonl"
            wait_until(
                lambda: records.read_text(encoding="utf-8").count('"status":"waiting"') > known, started
            )
            started.send_signal(signal.SIGINT)
            started.communicate(timeout=LIMIT_S)
        after = tenant(server)

    assert killed["invoice_mode"] == "fynd"
    assert after["invoice_mode"] == before["invoice_mode"] == "aggregator"


@each_signal
def test_an_interruption_before_the_first_flow_leaves_a_report(
    number: signal.Signals, tmp_path: Path
) -> None:
    with create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with process("run", "PAS-S-01", "--target", url, "--out", str(tmp_path)) as started:
            silent.settimeout(LIMIT_S)
            connection, _ = silent.accept()
            started.send_signal(number)
            told, _ = started.communicate(timeout=LIMIT_S)
            connection.close()

    assert started.returncode == 3, told
    must_be_unfinished(tmp_path, SIGNALS[number], passed=0)


@pytest.mark.parametrize("command", [("run",), ("contract",)])
def test_a_target_that_is_not_there_is_one_cause_before_the_first_flow(
    command: tuple[str, ...], tmp_path: Path
) -> None:
    with create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    told = typed(*command, "--target", url, "--out", str(tmp_path / "out"))

    reason = f"Nothing answers at {url} (connection refused)"
    assert told.exit_code == 3, told.output
    assert f"Error: {reason}. Start it: mock-oms serve" in told.output
    must_be_unfinished(tmp_path / "out", reason)
    assert report(tmp_path / "out")["unfinished"] == len(report(tmp_path / "out")["flows"])
    records = (tmp_path / "out" / "run.jsonl").read_text(encoding="utf-8")
    assert records.count("connection refused") == 1


@pytest.mark.parametrize(
    ("command", "seen"),
    [
        (("run", "PAS-S-01", "PAS-S-02", *SYSTEM), '"status":"waiting"'),
        (("contract", "--phase", "fuzzing", "--seed", "1", "--examples", "500"), '"type":"flow_started"'),
    ],
    ids=["run", "contract"],
)
def test_a_target_that_is_lost_in_the_middle_stops_the_run(
    command: tuple[str, ...], seen: str, tmp_path: Path
) -> None:
    with (
        start_server() as server,
        process(*command, "--target", server.url, "--out", str(tmp_path)) as started,
    ):
        wait_for_record(tmp_path, seen, started)
        server.end(signal.SIGKILL)
        told, _ = started.communicate(timeout=LIMIT_S)

    assert started.returncode == 3, told
    assert f"Nothing answers at {server.url} (connection refused). Start it: mock-oms serve" in told
    must_be_unfinished(tmp_path, f"Nothing answers at {server.url} (connection refused)", passed=0)
    assert report(tmp_path)["causes"] == []


def test_reports_are_drawn_again_from_the_records(tmp_path: Path) -> None:
    out = tmp_path / "out"
    interrupted(signal.SIGINT, "run", "PAS-S-01", "--out", str(out))
    names = ("report.html", "junit.xml", "report.json")
    before = {name: (out / name).read_bytes() for name in names}
    for name in names:
        (out / name).unlink()

    told = typed("report", str(out))

    assert told.exit_code == 0, told.output
    assert told.output == f"report: {out / 'report.html'}\n"
    assert {name: (out / name).read_bytes() for name in names} == before


@pytest.mark.parametrize("command", [("run", "PAS-S-01"), ("contract",), ("load", "--for", "1s")])
def test_a_folder_that_holds_a_run_is_refused_and_stays_as_it_is(
    command: tuple[str, ...], tmp_path: Path
) -> None:
    assert typed("run", "PAS-S-01", "--out", str(tmp_path)).exit_code == 0
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    told = typed(*command, "--out", str(tmp_path))

    assert told.exit_code == 2, told.output
    run = report(tmp_path)
    assert f"Error: {tmp_path} holds run {run['run']} of " in told.output
    assert "(2 flows, passed). Choose another --out, or continue it with: " in told.output
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
