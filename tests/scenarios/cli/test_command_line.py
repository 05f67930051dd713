"""The command `oms-scenarios`, as it is typed."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scenarios.cli.main import COMMANDS, load_command, main
from scenarios.flows import FLOWS
from scenarios.language.flow import cases, single_steps
from tests.support.mock_client import Transport, control
from tests.support.server import ROOT, start_server


def typed(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_list_shows_every_flow() -> None:
    ran = typed("list")
    assert ran.exit_code == 0
    assert all(flow.id in ran.output for flow in FLOWS)


def test_list_prints_whole_lines_where_no_terminal_is() -> None:
    lines = typed("list").output.splitlines()
    assert len(lines) == len(FLOWS) + 1
    assert "\N{HORIZONTAL ELLIPSIS}" not in "".join(lines)
    for flow, line in zip(FLOWS, lines[1:], strict=True):
        assert flow.title in line
        assert all(name in line for name in (*flow.varies_by, *flow.abilities))


def test_list_as_json_has_every_flow_and_case() -> None:
    shown = json.loads(typed("list", "--format", "json", "--steps").output)
    assert [row["id"] for row in shown] == [flow.id for flow in FLOWS]
    assert shown[0]["cases"] == [case.id for case in cases(FLOWS[0])]
    assert [step["says"] for step in shown[0]["steps"]] == [step.says for step in single_steps(FLOWS[0])]


def test_the_version_is_that_of_the_package() -> None:
    assert typed("--version").output == f"oms-scenarios, version {metadata.version('mock-oms')}\n"


def test_help_names_every_command_as_the_command_does_and_keeps_the_lines_of_the_examples() -> None:
    shown = typed("--help").output
    for name, (_, summary) in COMMANDS.items():
        command = load_command(name)
        assert command.name == name
        assert (command.help or "").partition("\n")[0] == summary
        assert f"  {name} " in shown
    assert "    oms-scenarios run\n    oms-scenarios run PAS-S-01 --target" in shown


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("list",), ("run", "--help")])
def test_commands_that_run_nothing_import_no_large_library(arguments: tuple[str, ...]) -> None:
    code = (
        "import sys\nfrom scenarios.cli.main import main\n"
        f"main({list(arguments)!r}, standalone_mode=False)\n"
        "print(sorted({'pydantic', 'requests', 'jinja2', 'rich'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.splitlines()[-1] == "[]"


def test_list_shows_steps_in_the_words_of_the_flow() -> None:
    ran = typed("list", "PAS-S-01", "--steps")
    assert "aggregator confirms the order: is accepted; reaches CONFIRMED" in ran.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("rnu",), "Did you mean 'run'"),
        (("run", "--target", "mok"), "did you mean 'mock'"),
        (("run", "--invoice-mode", "find"), "'find' is not one of 'aggregator', 'fynd'"),
        (("run", "--grade", "strickt"), "'strickt' is not one of 'strict', 'evidence'"),
        (("run", "--format", "json"), "'json' is not one of 'text', 'jsonl'"),
        (("run", "--cast", "stor=person"), "did you mean 'store'"),
        (("run", "--cast", "store=robot"), "unknown player 'robot'; use suite, person or system"),
        (("run", "PAS-Z-01"), "no flow matches 'PAS-Z-01'; did you mean 'PAS-"),
        (("run", "NOPE-1"), f"no flow matches 'NOPE-1'; oms-scenarios list shows all {len(FLOWS)} flows"),
        (("run", "--tenant", "x"), "aggregator=system"),
        (("run", "--parallel", "0"), "range"),
        (("list", "XYZ"), "no flow matches"),
        (("resume", "nowhere"), "there is no run 'nowhere'"),
        (("answer", "nowhere", "1", "--order-id", "17"), "there is no run 'nowhere'"),
    ],
)
def test_wrong_use_is_answered_with_what_is_right_and_status_2(arguments: tuple[str, ...], said: str) -> None:
    ran = typed(*arguments)
    assert ran.exit_code == 2
    assert said in ran.output


def test_a_dry_run_counts_the_skipped_flows_by_their_reason() -> None:
    ran = typed("run", "PAS-S-0[12]", "--invoice-mode", "fynd", "--dry-run")
    lines = ran.stdout.splitlines()
    skipped = sum(line.startswith("skip ") for line in lines)
    assert skipped > 1
    assert f"skipped: {skipped} flows, because: needs invoice=aggregator" in lines


def test_a_dry_run_tells_what_would_be_run_and_writes_nothing(tmp_path: Path) -> None:
    out = tmp_path / "out"
    ran = typed("run", "PAS-S-01", "--invoice-mode", "fynd", "--dry-run", "--out", str(out))
    assert ran.exit_code == 0
    assert "run  PAS-S-01[invoice=fynd]" in ran.output
    assert "aggregator]" not in ran.output
    assert not out.exists()


def test_a_run_leaves_records_and_reports_and_prints_the_path_last(tmp_path: Path) -> None:
    ran = typed("run", "PAS-S-01", "--out", str(tmp_path), "--seed", "7")
    assert ran.exit_code == 0, ran.output
    assert ran.output.rstrip().endswith(f"report: {tmp_path / 'report.html'}")
    kept = {path.name for path in tmp_path.iterdir()}
    assert {"run.jsonl", "settings.json", "report.html", "report.json", "junit.xml"} <= kept


def test_what_a_command_writes_is_for_its_owner_only(tmp_path: Path) -> None:
    out = tmp_path / "runs" / "first"
    assert typed("run", "PAS-S-01[invoice=fynd]", "--out", str(out)).exit_code == 0

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*")}
    assert modes.pop("runs") == modes.pop("first") == 0o700
    assert set(modes.values()) == {0o600}


def test_one_case_of_a_flow_can_be_run(tmp_path: Path) -> None:
    ran = typed("run", "PAS-S-01[invoice=fynd]", "--out", str(tmp_path), "--format", "jsonl")
    first = json.loads(ran.output.splitlines()[0])
    assert [flow["id"] for flow in first["flows"]] == ["PAS-S-01[invoice=fynd]"]


def test_with_format_jsonl_nothing_but_json_lines_comes(tmp_path: Path) -> None:
    ran = typed("run", "PAS-S-01", "--out", str(tmp_path), "--format", "jsonl")
    kinds = [json.loads(line)["type"] for line in ran.output.splitlines()]
    assert kinds[0] == "run"
    assert kinds[-1] == "run_finished"


def test_a_mode_that_a_flow_cannot_have_skips_it_with_the_reason(tmp_path: Path) -> None:
    arguments = ("run", "PAS-S-02", "PAS-S-01", "--invoice-mode", "fynd", "--out")
    ran = typed(*arguments, str(tmp_path / "skips"))
    assert ran.exit_code == 0
    assert "needs invoice=aggregator; here it is invoice=fynd" in ran.output
    assert typed(*arguments, str(tmp_path / "none"), "--no-skips").exit_code == 1


def test_no_secret_of_the_run_is_written_or_shown(tmp_path: Path) -> None:
    ran = typed("run", "PAS-J-01", "--out", str(tmp_path), "--format", "jsonl")
    written = "".join(path.read_text(encoding="utf-8") for path in tmp_path.iterdir())
    for text in (ran.output, written):
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
        ran = control(over_http, "GET", "/tenants").json["tenants"]
        return [tenant["tenant"] for tenant in ran]

    before = tenants()
    typed("run", "PAS-J-01", "PAS-X-26", "--target", server_url, "--out", str(tmp_path / "good"))
    assert tenants() == before

    with start_server("--mutant", "last-of-twenty-lost") as wrong:
        typed("run", "PAS-S-02", "--target", wrong.url, "--out", str(tmp_path / "bad"))
        assert len(json.loads(wrong.get("/_control/tenants")[1])["tenants"]) > 1


def test_coverage_tells_what_is_untouched() -> None:
    ran = typed("coverage", "--all")
    assert "PAS-CNF-01: PAS-J-01" in ran.output
    assert "statements not covered" in ran.output
