"""Runs on targets whose answers cannot be used: unfinished, with all reports."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner, Result

from scenarios.cli.main import main
from scenarios.runner.run import LOST_MAX, Engine
from scenarios.targets.http import Reply, Wire
from tests.support.hostile_server import BROKEN, LARGE, answering_server, hostile_server, packed

KINDS = {**LARGE, **BROKEN, "packed": packed}
REPORTS = {"report.html", "junit.xml", "report.json"}
PERSONS = """
[target]
url = "{url}"
locations = ["STORE-1"]
ordering_channel = "FYND-STORE"
invoice_mode = "aggregator"
credit_note_mode = "aggregator"
[credentials]
company = {{ username = "USER", password = "PASSWORD" }}
[cast]
customer = "person"
store = "person"
[person]
command = ["true"]
"""


def typed(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, env={"USER": "u", "PASSWORD": "p"})


def break_down(*_: object) -> None:
    raise KeyError("nothing")


def unfinished(ended: Result, folder: Path) -> dict[str, Any]:
    """Return the report of a run that must be unfinished."""
    assert ended.exit_code == 3, ended.output
    assert {path.name for path in folder.iterdir()} >= REPORTS
    shown: dict[str, Any] = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert (shown["complete"], shown["exit_status"], shown["verdict"]) == (False, 3, None)
    return shown


@pytest.mark.parametrize("command", ["run", "contract"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_mock_whose_answers_cannot_be_used_ends_the_run_before_the_first_flow(
    kind: str, command: str, tmp_path: Path
) -> None:
    with hostile_server(KINDS[kind]) as url:
        ended = typed(command, "--target", url, "--out", str(tmp_path))
    shown = unfinished(ended, tmp_path)
    assert shown["message"].startswith((f"Nothing answers at {url} (", "The target cannot be used: "))
    assert shown["unfinished"] == len(shown["flows"])
    assert not shown["causes"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html>", "the answer to GET /_control/profile is not a mock's: digest is missing or wrong"),
        (
            b'{"digest": "x", "fields": [], "values": {"token_ttl_s": "soon"}}',
            "the profile of the control plane is wrong: profile field 'token_ttl_s'",
        ),
    ],
    ids=["no JSON", "wrong profile"],
)
def test_a_control_plane_of_another_kind_is_named_with_the_call(
    body: bytes, reason: str, tmp_path: Path
) -> None:
    with answering_server(body) as url:
        ended = typed("run", "PAS-S-01", "--target", url, "--out", str(tmp_path))
    assert unfinished(ended, tmp_path)["message"].startswith(f"The target cannot be used: {reason}")


def test_flows_in_a_row_without_an_answer_end_the_run(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.toml"
    with hostile_server(LARGE["body"]) as url:
        file.write_text(PERSONS.format(url=url), encoding="utf-8")
        ended = typed("run", "PAS-L-*", "--target", str(file), "--out", str(tmp_path / "out"))
    shown = unfinished(ended, tmp_path / "out")
    assert shown["message"].startswith("The target cannot be used: GET ")
    assert sum(flow["started_at"] is not None for flow in shown["flows"]) == LOST_MAX
    assert (shown["totals"]["error"], shown["unfinished"] > LOST_MAX) == (0, True)


def test_flows_that_broke_with_their_target_are_played_by_the_resumption(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange = Wire.exchange

    def lost(self: Wire, request: requests.PreparedRequest) -> tuple[Reply | None, str | None]:
        creates = (request.method, request.path_url) == ("POST", "/_control/tenants")
        return (None, "no answer") if creates else exchange(self, request)

    with monkeypatch.context() as broken:
        broken.setattr(Wire, "exchange", lost)
        ended = typed("run", "PAS-S-0*", "--out", str(tmp_path))
    shown = unfinished(ended, tmp_path)
    assert (shown["totals"]["error"], shown["unfinished"]) == (0, len(shown["flows"]))

    again = typed("resume", str(tmp_path))
    assert again.exit_code == 0, again.output
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["totals"]["error"] == 0


def test_one_flow_without_an_answer_is_an_error_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange, made = Wire.exchange, count(1)

    def lost(self: Wire, request: requests.PreparedRequest) -> tuple[Reply | None, str | None]:
        creates = (request.method, request.path_url) == ("POST", "/_control/tenants")
        return (None, "no answer") if creates and next(made) == 1 else exchange(self, request)

    monkeypatch.setattr(Wire, "exchange", lost)
    ended = typed("run", "PAS-S-01", "--out", str(tmp_path))
    assert ended.exit_code == 3, ended.output
    totals = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["totals"]
    assert (totals["error"], totals["pass"]) == (1, 1)


def test_calls_in_a_row_without_an_answer_end_a_contract_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange, sent = Wire.exchange, count(1)

    def lost(self: Wire, request: requests.PreparedRequest) -> tuple[Reply | None, str | None]:
        return (None, "no answer") if next(sent) > 40 else exchange(self, request)

    monkeypatch.setattr(Wire, "exchange", lost)
    ended = typed("contract", "--phase", "examples", "--out", str(tmp_path))
    shown = unfinished(ended, tmp_path)
    assert shown["message"].startswith("The target cannot be used: ")
    assert (shown["totals"]["error"], shown["causes"]) == (0, [])


def test_an_internal_error_leaves_the_reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Engine, "_run_all", break_down)
    ended = typed("run", "PAS-S-01", "--out", str(tmp_path))
    assert unfinished(ended, tmp_path)["message"].startswith(
        "Internal error: KeyError: 'nothing' (break_down, line "
    )


def test_an_internal_error_of_a_contract_run_leaves_the_reports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scenarios.contract.run._explore", break_down)
    ended = typed("contract", "--only", "confirm", "--out", str(tmp_path))
    assert unfinished(ended, tmp_path)["message"].startswith(
        "Internal error: KeyError: 'nothing' (break_down, line "
    )
