"""The command `oms-scenarios`, as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scenarios.cli.main import main
from scenarios.flows import FLOWS
from tests.support.mock_client import Transport, control
from tests.support.server import start_server


def typed(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_list_shows_every_flow() -> None:
    told = typed("list")
    assert told.exit_code == 0
    assert all(flow.id in told.output for flow in FLOWS)


def test_list_shows_steps_in_the_words_of_the_flow() -> None:
    told = typed("list", "PAS-S-01", "--steps")
    assert "aggregator confirms the order: is accepted; reaches CONFIRMED" in told.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("rnu",), "did you mean 'run'"),
        (("run", "--target", "mok"), "did you mean 'mock'"),
        (("run", "--invoice-mode", "find"), "did you mean 'fynd'"),
        (("run", "--grade", "strickt"), "did you mean 'strict'"),
        (("run", "--format", "json"), "did you mean 'jsonl'"),
        (("run", "--cast", "stor=person"), "did you mean 'store'"),
        (("run", "--cast", "store=persons"), "did you mean 'person'"),
        (("run", "PAS-Z-01"), "no flow matches 'PAS-Z-01'; did you mean 'PAS-"),
        (("run", "NOPE-1"), "no flow matches 'NOPE-1'; oms-scenarios list shows all flows"),
        (("run", "--tenant", "x"), "aggregator=system"),
        (("run", "--parallel", "0"), "range"),
        (("list", "XYZ"), "no flow matches"),
        (("resume", "nowhere"), "there is no run 'nowhere'"),
        (("answer", "nowhere", "1", "--order-id", "17"), "there is no run 'nowhere'"),
    ],
)
def test_wrong_use_is_answered_with_what_is_right_and_status_2(arguments: tuple[str, ...], said: str) -> None:
    told = typed(*arguments)
    assert told.exit_code == 2
    assert said in told.output


def test_a_dry_run_tells_what_would_be_run_and_writes_nothing(tmp_path: Path) -> None:
    out = tmp_path / "out"
    told = typed("run", "PAS-S-01", "--invoice-mode", "fynd", "--dry-run", "--out", str(out))
    assert told.exit_code == 0
    assert "run  PAS-S-01[invoice=fynd]" in told.output
    assert "aggregator]" not in told.output
    assert not out.exists()


def test_a_run_leaves_records_and_reports_and_prints_the_path_last(tmp_path: Path) -> None:
    told = typed("run", "PAS-S-01", "--out", str(tmp_path), "--seed", "7")
    assert told.exit_code == 0, told.output
    assert told.output.rstrip().endswith(f"report: {tmp_path / 'report.html'}")
    kept = {path.name for path in tmp_path.iterdir()}
    assert {"run.jsonl", "settings.json", "report.html", "report.json", "junit.xml"} <= kept


def test_one_case_of_a_flow_can_be_run(tmp_path: Path) -> None:
    told = typed("run", "PAS-S-01[invoice=fynd]", "--out", str(tmp_path), "--format", "jsonl")
    first = json.loads(told.output.splitlines()[0])
    assert [flow["id"] for flow in first["flows"]] == ["PAS-S-01[invoice=fynd]"]


def test_with_format_jsonl_nothing_but_json_lines_comes(tmp_path: Path) -> None:
    told = typed("run", "PAS-S-01", "--out", str(tmp_path), "--format", "jsonl")
    kinds = [json.loads(line)["type"] for line in told.output.splitlines()]
    assert kinds[0] == "run"
    assert kinds[-1] == "run_finished"


def test_a_mode_that_a_flow_cannot_have_skips_it_with_the_reason(tmp_path: Path) -> None:
    arguments = ("run", "PAS-S-02", "PAS-S-01", "--invoice-mode", "fynd", "--out", str(tmp_path))
    told = typed(*arguments)
    assert told.exit_code == 0
    assert "needs invoice=aggregator; here it is invoice=fynd" in told.output
    assert typed(*arguments, "--no-skips").exit_code == 1


def test_no_secret_of_the_run_is_written_or_shown(tmp_path: Path) -> None:
    told = typed("run", "PAS-J-01", "--out", str(tmp_path), "--format", "jsonl")
    written = "".join(path.read_text(encoding="utf-8") for path in tmp_path.iterdir())
    for text in (told.output, written):
        assert '"x-access-token":"***"' in text.replace(" ", "") or "x-access-token" not in text
        assert "password=***" in text
    answers = [json.loads(line) for line in (tmp_path / "run.jsonl").read_text().splitlines()]
    made = [r for r in answers if r["type"] == "exchange" and r["url"].endswith("/_control/tenants")]
    assert made
    assert {place["password"] for r in made for place in r["answer"]["body"]["locations"]} == {"***"}


def test_a_flow_that_passed_leaves_no_tenants_and_another_leaves_its_own(
    server_url: str, over_http: Transport, tmp_path: Path
) -> None:
    def tenants() -> list[str]:
        told = control(over_http, "GET", "/tenants").json["tenants"]
        return [tenant["tenant"] for tenant in told]

    before = tenants()
    typed("run", "PAS-J-01", "PAS-X-26", "--target", server_url, "--out", str(tmp_path / "good"))
    assert tenants() == before

    with start_server("--mutant", "last-of-twenty-lost") as wrong:
        typed("run", "PAS-S-02", "--target", wrong.url, "--out", str(tmp_path / "bad"))
        assert len(json.loads(wrong.get("/_control/tenants")[1])["tenants"]) > 1


def test_coverage_tells_what_is_untouched() -> None:
    told = typed("coverage", "--all")
    assert "PAS-CNF-01: PAS-J-01" in told.output
    assert "untouched statements" in told.output
