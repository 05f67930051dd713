"""Output is only text: escapes, encodings, full and closed outputs."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from contracts.docs.rooms import ROOT
from contracts.plain_text import Output, visible
from tests.support.hostile_server import EVIL
from tests.support.server import clean_environment

ENCODINGS = ("utf-8", "cp1252", "ascii", "cp437")
COMMANDS = (("mock_oms", "--help"), ("scenarios", "list"), ("scenarios.cli.chain_day", "--help"))
LOST = "Error: the output cannot be written: No space left on device\n"


def test_invisible_characters_are_escaped_and_others_stay() -> None:
    kept = "a\tb\nc é 漢 👩🏽 قميص"
    assert visible(kept) == kept
    assert visible("\x1b[31m\x9b\u202e\r\ud800") == "\\u001b[31m\\u009b\\u202e\\u000d\\ud800"
    assert visible(EVIL).isprintable()


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_json_stays_the_same_json_in_every_encoding(encoding: str) -> None:
    value = {"é": f"{EVIL} é 漢 👩🏽 \ud800"}
    raw = io.BytesIO()
    output = Output(io.TextIOWrapper(raw, encoding=encoding))
    output.write(json.dumps(value, ensure_ascii=False))
    output.flush()
    assert json.loads(raw.getvalue().decode(encoding)) == value


def ran(redirection: str, module: str, *arguments: str, encoding: str = "utf-8") -> tuple[int, str]:
    """Run a module with redirected output; return status and text."""
    ended = subprocess.run(
        ["/bin/bash", "-c", f'"$@" {redirection}', "bash", sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env=clean_environment({"PYTHONIOENCODING": encoding}),
        capture_output=True,
        timeout=100,
        check=False,
    )
    return ended.returncode, (ended.stdout + ended.stderr).decode(encoding)


@pytest.mark.parametrize(("command", "status"), list(zip(COMMANDS, (1, 3, 3), strict=True)))
def test_a_full_output_is_one_line_and_a_status(command: tuple[str, ...], status: int) -> None:
    assert ran("> /dev/full", *command) == (status, LOST)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    "redirection",
    [">&-", ">&- 2>&-", "2>&- > /dev/null", "| true; exit ${PIPESTATUS[0]}"],
    ids=["no output", "no streams", "no errors", "no reader"],
)
def test_a_closed_output_changes_nothing(redirection: str, command: tuple[str, ...]) -> None:
    assert ran(redirection, *command) == (0, "")


def test_full_errors_leave_the_status() -> None:
    assert ran("2> /dev/full", "mock_oms", "wait", "nowhere") == (2, "")


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("command", COMMANDS)
def test_no_encoding_ends_in_a_traceback(command: tuple[str, ...], encoding: str) -> None:
    status, said = ran("", *command, encoding=encoding)
    assert status == 0
    assert said.count("\n") > 10


def test_nothing_prints_around_the_escaped_streams() -> None:
    """Only one class opens a rich console; no code uses raw streams."""
    around = re.compile(r"rich\.console import .*\bConsole\b|sys\.__std|std(out|err)\.buffer")
    files = [
        file for package in ("contracts", "mock_oms", "scenarios") for file in (ROOT / package).rglob("*.py")
    ]
    found = {str(file.relative_to(ROOT)) for file in files if around.search(file.read_text(encoding="utf-8"))}
    assert found == {"scenarios/report/console/safe.py", "scenarios/report/console/base.py"}


def test_console_commands_run_on_escaped_streams() -> None:
    """The modules that start a command."""
    for module in ("mock_oms/entry_points.py", "scenarios/__main__.py", "scenarios/cli/chain_day.py"):
        assert "run_with_plain_output(" in Path(ROOT / module).read_text(encoding="utf-8")
