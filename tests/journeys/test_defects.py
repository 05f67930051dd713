"""Seeded defects fail flows, each as one root cause."""

from __future__ import annotations

from functools import cache

import pytest

from scenarios.choices import Grade
from scenarios.flows import FLOWS
from scenarios.records import Interrupted, StepFinished, Verdict
from scenarios.targets.opening import open_target
from tests.support.flow_runs import Played, play

pytestmark = pytest.mark.xdist_group("defects")  # one process plays each defect once

SUPPORT = "app:tests.support.flow_runs:"
SOME = [flow for flow in FLOWS if flow.id in ("PAS-J-01", "PAS-S-01", "PAS-S-02", "PAS-R-01")]
"""Enough to meet each defect in several flows and modes."""


@cache
def played_on(defect: str, grade: Grade = Grade.STRICT) -> Played:
    return play(SOME, open_target(SUPPORT + defect), grade=grade)


@pytest.mark.parametrize(
    ("defect", "named"),
    [
        ("never_invoiced", "reaches PROCESSING"),
        ("unlinked", "points to its sale with forwardId"),
        ("wrong_total", "shows a total that is the sum of its items"),
        ("crashing", "HTTP 500"),
    ],
)
def test_a_defect_turns_flows_red_and_shows_as_one_root_cause(defect: str, named: str) -> None:
    played = played_on(defect)
    assert played.exit_status == 1
    assert len(played.view.causes) == 1
    cause = played.view.causes[0]
    assert cause.verdict is Verdict.FAIL
    assert named in cause.sentence or named in cause.key


def test_a_failure_that_makes_later_steps_meaningless_blocks_them_by_its_number() -> None:
    played = played_on("crashing")
    ends = [r for r in played.records if isinstance(r, StepFinished) and r.flow == "PAS-S-02"]
    assert [end.verdict for end in ends] == [Verdict.PASS, Verdict.FAIL, Verdict.BLOCKED, Verdict.BLOCKED]
    assert {end.blocked_by for end in ends[2:]} == {2}


def test_a_failure_that_leaves_the_story_whole_lets_it_go_on() -> None:
    played = played_on("wrong_total")
    flow = next(flow for name, flow in played.view.flows.items() if name.startswith("PAS-J-01"))
    verdicts = [step.verdict for step in flow.steps.values()]
    assert Verdict.FAIL in verdicts
    assert verdicts[-1] is Verdict.PASS


def test_with_grade_evidence_a_weak_statement_that_is_missed_is_a_warning() -> None:
    played = played_on("wrong_total", Grade.EVIDENCE)
    assert played.exit_status == 0
    assert {check.verdict for check in played.missed()} == {Verdict.WARN}


def test_with_grade_evidence_a_documented_statement_that_is_missed_still_fails() -> None:
    assert played_on("never_invoiced", Grade.EVIDENCE).exit_status == 1


def test_a_target_that_is_lost_leaves_its_flows_unfinished() -> None:
    played = played_on("unreachable")
    assert played.exit_status == 3
    assert set(played.verdicts.values()) == {None}
    assert played.view.finished is None


def test_a_run_on_a_lost_target_says_why_without_the_address() -> None:
    last = played_on("unreachable").records[-1]
    assert isinstance(last, Interrupted)
    assert last.reason.startswith("The target cannot be used: ")
    assert "ConnectionResetError" in last.reason
    assert "lost" not in last.reason


def test_nothing_asserted_is_never_green() -> None:
    assert play(SOME, plans=[]).exit_status == 1
