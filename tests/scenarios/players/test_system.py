"""A system under test as aggregator, watched by the runner."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from contracts.lifecycle.table import Actor
from scenarios.choices import Player
from scenarios.flows import FLOWS
from scenarios.language.flow import Flow
from scenarios.records import StepChanged, Verdict
from scenarios.runner.launch import prepare
from scenarios.runner.run_folder import Settings, load_settings
from scenarios.targets.opening import Target, open_target
from scenarios.targets.polling import Patience
from tests.support.flow_runs import Played, play
from tests.support.server import ROOT, Server, start_server

PATIENT_S = 6.0
"""Long enough for another process to make a call, also on a busy machine."""
pytestmark = pytest.mark.xdist_group("beside a system")  # one server, one run without a fault
SALES = [flow for flow in FLOWS if flow.id in ("PAS-S-01", "PAS-R-01")]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with start_server() as found:
        yield found


@contextmanager
def integrator(server: Server, fault: str) -> Iterator[None]:
    command = [sys.executable, "-m", "tests.support.integrator_system", server.url, fault]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def target(server: Server, give_up_after_s: float) -> Target:
    found = open_target(server.url, cast={Actor.AGGREGATOR: Player.SYSTEM})
    return replace(found, patience=Patience(0.05, give_up_after_s))


def played(server: Server, fault: str, give_up_after_s: float = 10, flows: Sequence[Flow] = SALES) -> Played:
    with integrator(server, fault):
        return play(flows, target(server, give_up_after_s))


@pytest.fixture(scope="module")
def faultless(server: Server) -> Played:
    """A run beside a system that does its part."""
    return played(server, "nothing")


def test_a_system_that_does_its_part_passes_in_every_mode(faultless: Played) -> None:
    found = faultless
    assert [(m.flow, m.sentence, m.seen) for m in found.missed()] == []
    assert found.exit_status == 0, {f.id: f.message for f in found.view.flows.values()}


def test_the_wait_for_a_system_names_the_call_and_the_end_of_the_patience(faultless: Played) -> None:
    records = faultless.records
    waits = [r for r in records if isinstance(r, StepChanged) and r.player is Player.SYSTEM and r.deadline]
    assert any(wait.watched_for and wait.watched_for.startswith("confirm: ") for wait in waits)


def test_a_system_that_does_not_act_fails_and_is_told_which_call_did_not_come(server: Server) -> None:
    found = played(server, "sleeps", give_up_after_s=0.5)
    assert found.exit_status == 1
    assert {flow.verdict for flow in found.view.flows.values()} == {Verdict.FAIL}
    messages = [flow.message for flow in found.view.flows.values()]
    assert all("you did not call confirm for " in message for message in messages)
    silent = ("no call of this company was seen in ", "made 1 call, 1 x GET generate_token answered 200")
    assert all(any(text in message for text in silent) for message in messages)
    assert len(found.view.causes) == 1


def test_a_system_that_only_reads_is_told_what_it_did_instead(server: Server) -> None:
    found = played(server, "only-reads", give_up_after_s=PATIENT_S, flows=SALES[:1])
    message = next(iter(found.view.flows.values())).message
    assert re.search(r"your system made \d+ calls, \d+ x GET get_shipments answered 200", message), message


def test_a_system_whose_lists_are_refused_is_told_why(server: Server) -> None:
    found = played(server, "bad-list", give_up_after_s=PATIENT_S, flows=SALES[:1])
    message = next(iter(found.view.flows.values())).message
    assert re.search(r"\d+ x GET get_shipments answered 400 \(query field pageSize: ", message), message


def test_a_system_that_calls_wrongly_is_told_what_it_sent_and_what_it_was_answered(server: Server) -> None:
    found = played(server, "bad-body", give_up_after_s=PATIENT_S, flows=SALES[:1])
    message = next(iter(found.view.flows.values())).message
    assert "you called confirm at " in message
    assert '"orderItems": []' in message
    assert "and were answered HTTP 400" in message


def test_flows_of_mistakes_are_not_asked_of_a_system(server: Server) -> None:
    found = play([flow for flow in FLOWS if flow.journey == "refusals"][:3], target(server, 1))
    assert all(verdict is Verdict.SKIP for verdict in found.verdicts.values())


def test_the_patience_of_a_run_is_an_option_that_a_resumption_keeps(tmp_path: Path) -> None:
    settings = Settings(run="r", folder=tmp_path, target="mock", patterns=("PAS-S-01",), patience=2.5)
    settings.save()
    again = load_settings(tmp_path)
    assert again.patience == 2.5
    assert prepare(again)[0].patience.give_up_after_s == 2.5
    assert prepare(replace(again, patience=None))[0].patience.give_up_after_s > 2.5
