"""People play the shop of a target file; interrupted runs are resumed."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from scenarios.records import Note, Verdict, fold, read_records
from tests.support.shop_robot import PERSON
from tests.support.standin import ROBOT, WRITES, StandIn, stand_in, wait_for

FLOWS = ("PAS-J-01", "PAS-R-01")
KILLS_LIMIT = 6


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    with stand_in(tmp_path_factory.mktemp("standin")) as found:
        yield found


@pytest.mark.parametrize("tells", ["", "1"], ids=["silent robot", "robot that tells ids"])
def test_the_flows_pass_uncut_with_people_as_customer_and_store(
    sandbox: StandIn, tmp_path: Path, tells: str
) -> None:
    out = tmp_path / "out"
    status, told = sandbox.run(
        "run", *FLOWS, "--target", str(sandbox.target), "--out", str(out), extra={"ROBOT_TELLS": tells}
    )
    assert status == 0, told
    view = fold(read_records(out / "run.jsonl"))
    assert {flow.verdict for flow in view.flows.values()} == {Verdict.PASS, Verdict.SKIP}
    assert "In Store OS, as staff of STORE-1: create an order with 1 x " in told


def test_what_the_target_was_met_to_do_is_written_down(sandbox: StandIn, tmp_path: Path) -> None:
    sandbox.run("run", "PAS-S-01", "--target", str(sandbox.target), "--out", str(tmp_path))
    met = {
        n.about: n.met.value for n in read_records(tmp_path / "run.jsonl") if isinstance(n, Note) and n.met
    }
    assert met["token_field"] == "access_token"
    assert met["list_envelope"] == "orders"
    assert met["handed_over_word"] == "HANDED_OVER_TO_CUSTOMER"


@pytest.mark.parametrize("seed", [1, 2])
def test_a_killed_run_is_taken_up_with_the_same_verdicts_and_the_same_writes(
    sandbox: StandIn, tmp_path: Path, seed: int
) -> None:
    slow = {"ROBOT_SLOW_S": "0.3"}
    arguments = ("run", *FLOWS, "--target", str(sandbox.target), "--out")
    sandbox.reset()
    assert sandbox.run(*arguments, str(tmp_path / "whole"), extra=slow)[0] == 0
    whole = sandbox.writes()

    sandbox.reset()
    cut, dice = tmp_path / "cut", random.Random(seed)
    command: tuple[str, ...] = (*arguments, str(cut))
    kills = 0
    while kills < KILLS_LIMIT and sandbox.killed(*command, after_s=1 + dice.random() * 2, extra=slow):
        kills += 1
        command = ("resume", str(cut)) if (cut / "run.jsonl").exists() else command
    begun = (cut / "run.jsonl").exists()  # on a busy machine it may have been killed before every beginning
    status, told = sandbox.run(*(("resume", str(cut)) if begun else command), extra=slow)
    assert kills > 0
    assert status == 0, told
    assert sandbox.writes() == whole


def test_a_person_who_does_not_come_blocks_the_flow(tmp_path: Path) -> None:
    with stand_in(tmp_path, give_up_after_s=0.5, robot=[]) as sandbox:
        out = tmp_path / "out"
        _, told = sandbox.run("run", "PAS-S-01", "--target", str(sandbox.target), "--out", str(out))
    assert "blocked  PAS-S-01[invoice=aggregator]" in told
    assert "waited for 1 new shipment(s) that match" in told


def test_a_person_whose_command_fails_blocks_the_rest_of_the_flow(sandbox: StandIn, tmp_path: Path) -> None:
    refusing = {"ROBOT_REFUSES": "hand_over"}
    arguments = ("run", "PAS-S-01", "--target", str(sandbox.target), "--out", str(tmp_path))
    status, told = sandbox.run(*arguments, extra=refusing)
    assert status == 4, told
    assert "the person's command ended with status 1" in told


def test_a_flow_that_lacked_a_person_is_taken_up_again_without_a_second_write(
    sandbox: StandIn, tmp_path: Path
) -> None:
    sandbox.reset()
    arguments = ("run", "PAS-S-01", "--target", str(sandbox.target), "--out", str(tmp_path / "out"))
    status, told = sandbox.run(*arguments, extra={"ROBOT_REFUSES": "hand_over"})
    assert status == 4, told
    assert "1 flow lacked writes or a person. Try again: oms-scenarios resume RUN" in told
    before = sandbox.writes()
    status, told = sandbox.run("resume", str(tmp_path / "out"))
    assert status == 0, told
    assert "planned  1 flow, 0 writes, 1 task for people (done by the command)" in told
    assert sandbox.writes() == before
    view = fold(read_records(tmp_path / "out" / "run.jsonl"))
    assert [flow.verdict for flow in view.flows.values()] == [Verdict.PASS, Verdict.SKIP]


def test_a_person_who_comes_late_is_found_when_the_run_is_resumed(tmp_path: Path) -> None:
    with stand_in(tmp_path, give_up_after_s=0.5, robot=[]) as sandbox:
        out = tmp_path / "out"
        absent = sandbox.run("run", "PAS-X-23", "--target", str(sandbox.target), "--out", str(out))
        assert "blocked  PAS-X-23, step 1" in absent[1]
        assert "blocked  PAS-X-23, step 1" in sandbox.run("resume", str(out))[1]
        text = sandbox.target.read_text(encoding="utf-8")
        with_robot = text.replace("command = []", f"command = {json.dumps(ROBOT)}").replace("= 0.5", "= 20")
        sandbox.target.write_text(with_robot, encoding="utf-8")
        status, told = sandbox.run("resume", str(out))
    assert status == 0, told


def test_a_run_with_too_few_writes_is_refused_before_the_first(tmp_path: Path, sandbox: StandIn) -> None:
    sandbox.reset()
    few = tmp_path / "few.toml"
    text = sandbox.target.read_text(encoding="utf-8")
    few.write_text(text.replace("writes_max = 500", "writes_max = 2"), encoding="utf-8")
    (tmp_path / "profile.toml").write_text("", encoding="utf-8")
    arguments = ("run", "PAS-S-0*", "--target", str(few), "--out", str(tmp_path / "out"))
    status, told = sandbox.run(*arguments)
    assert status == 2, told
    needed = re.search(r"need (\d+)\. Set writes_max = (\d+) or more", told)
    assert needed
    assert needed[1] == needed[2]
    assert not (tmp_path / "out").exists()
    assert not sandbox.writes()
    few.write_text(text.replace("writes_max = 500", f"writes_max = {needed[1]}"), encoding="utf-8")
    status, told = sandbox.run(*arguments)
    assert status == 0, told
    assert sum(sandbox.writes()[name] for name in WRITES) <= int(needed[1])


def test_any_of_several_like_orders_will_do(tmp_path: Path) -> None:
    with stand_in(tmp_path, robot=ROBOT) as sandbox:
        out = tmp_path / "out"
        status, told = sandbox.run(
            "run", "PAS-S-01", "--target", str(sandbox.target), "--out", str(out), extra={"ROBOT_EXTRA": "3"}
        )
    assert status == 0, told


def test_when_only_other_orders_are_new_the_run_asks_and_goes_on_with_the_answer(tmp_path: Path) -> None:
    with stand_in(tmp_path, robot=ROBOT) as sandbox:
        out = tmp_path / "out"
        process = sandbox.start(
            "run", "PAS-S-01", "--target", str(sandbox.target), "--out", str(out), extra={"ROBOT_PIECES": "3"}
        )
        wait_for(out / "run.jsonl", "New shipments do not match")
        asked = (out / "run.jsonl").read_text(encoding="utf-8").partition("New shipments do not match: ")[2]
        chosen = asked.partition(".")[0]
        status, told = sandbox.run("answer", str(out), "1", "--order-id", chosen)
        assert status == 0, told
        told, _ = process.communicate(timeout=60)
    assert process.returncode == 0, told
    assert fold(read_records(out / "run.jsonl")).flows["PAS-S-01[invoice=aggregator]"].orders == {
        "order": chosen
    }


def test_only_the_simulated_person_finds_the_control_plane(sandbox: StandIn) -> None:
    where = f"{sandbox.url}/_control/tenants/default"
    assert requests.get(where, timeout=30).status_code == 404
    assert requests.get(where, headers=PERSON, timeout=30).status_code == 200
