"""The suite shows any answer of a hostile server as text."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from rich.table import Table
from rich.text import Text

from scenarios.cli.main import main
from scenarios.report.console.safe import SafeConsole
from tests.support.hostile_server import BODIES, EVIL, answering_server
from tests.support.plain_runs import Ran, run_plainly
from tests.support.report_sample import realistic_run, written

COLOURS = re.compile(r"\x1b\[[0-9;]*m")
COMMANDS = {
    "run": ("run", "PAS-S-01*", "--out"),
    "run beside a system": ("run", "PAS-S-01*", "--cast", "aggregator=system", "--out"),
    "contract": ("contract", "--phase", "examples", "--examples", "1", "--only", "confirm", "--out"),
}


def must_be_text(ran: Ran, *statuses: int) -> None:
    """Check the status, and that neither output controls a terminal."""
    for text in (ran.out, ran.err):
        assert all(char.isprintable() or char == "\n" for char in text), text
        assert "Traceback" not in text
    assert ran.status in statuses, ran


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("command", COMMANDS)
def test_any_answer_of_a_target_is_shown_as_text(command: str, body: str, tmp_path: Path) -> None:
    with answering_server(BODIES[body], reason="\x1b[31m\x9b") as url:
        ran = run_plainly(main, [*COMMANDS[command], str(tmp_path / "out"), "--target", url])
    must_be_text(ran, 1, 2, 3)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "ascii", "cp437"])
def test_foreign_text_of_a_target_is_shown_escaped_in_every_encoding(encoding: str, tmp_path: Path) -> None:
    with answering_server(BODIES["foreign text"], 404) as url:
        ran = run_plainly(
            main, ["run", "PAS-S-01*", "--target", url, "--out", str(tmp_path / "out")], encoding
        )
    must_be_text(ran, 1, 3)
    assert "\\u009b2J\\u0085\\u202egpj" in ran.out


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "ascii", "cp437"])
@pytest.mark.parametrize(
    "command", [("list",), ("list", "--steps"), ("coverage", "--all"), ("report", "RUN")]
)
def test_commands_without_a_target_print_text_in_every_encoding(
    command: tuple[str, ...], encoding: str, tmp_path: Path
) -> None:
    written(realistic_run(), tmp_path)
    arguments = [str(tmp_path) if part == "RUN" else part for part in command]
    must_be_text(run_plainly(main, arguments, encoding), 0)


@pytest.mark.parametrize("command", ["run", "list", "report", "resume", "contract", "load"])
def test_foreign_text_on_the_command_line_is_shown_escaped(command: str) -> None:
    must_be_text(run_plainly(main, [command, f"{EVIL}/x", "--nothing"]), 2)


def test_a_table_on_a_terminal_has_the_colours_of_rich_only() -> None:
    drawn = io.StringIO()
    table = Table(title=EVIL, title_style="bold")
    table.add_column(EVIL, header_style="red")
    table.add_row(EVIL)
    SafeConsole(drawn, force_terminal=True, width=200).print(table, Text(EVIL, "red"), EVIL)
    text = drawn.getvalue()
    assert COLOURS.search(text)
    assert all(char.isprintable() or char == "\n" for char in COLOURS.sub("", text))
    assert text.count("\\u009b2J") >= 3
