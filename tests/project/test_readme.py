"""The README: generated parts are current, and the commands that it names exist."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from contracts.docs import readme
from contracts.konnect.operations import touchpoints
from contracts.profile import Profile
from mock_oms.cli import main as mock_oms
from tests.support.server import ROOT

TEXT = (ROOT / "README.md").read_text(encoding="utf-8")


def _copy(folder: Path, text: str) -> Path:
    path = folder / "README.md"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_generated_parts_are_current() -> None:
    assert readme.main(["--check"]) == 0


def test_a_part_that_is_not_current_is_found_and_renewed(tmp_path: Path) -> None:
    path = _copy(tmp_path, TEXT.replace("`O422`", "`O999`"))

    assert readme.main(["--check"], path) == 1
    assert readme.main([], path) == 0
    assert path.read_text(encoding="utf-8") == TEXT


def test_a_check_changes_nothing(tmp_path: Path) -> None:
    stale = TEXT.replace("`O422`", "`O999`")
    path = _copy(tmp_path, stale)

    readme.main(["--check"], path)

    assert path.read_text(encoding="utf-8") == stale


@pytest.mark.parametrize("name", readme.PARTS)
def test_a_part_without_its_markers_is_told(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = _copy(tmp_path, TEXT.replace(f"<!-- generated: {name} -->", ""))

    assert readme.main([], path) == 1
    assert name in capsys.readouterr().err


def test_the_tables_name_every_touchpoint_and_every_profile_field() -> None:
    for operation, use in touchpoints():
        assert f"| {use.title} | `{operation.method} {operation.path}` |" in TEXT
    for field in Profile.model_fields:
        assert f"| `{field}` |" in TEXT


def test_a_bar_in_a_cell_does_not_break_the_table() -> None:
    assert readme.table(("a", "b"), [("x|y", "z")]) == "| a | b |\n| --- | --- |\n| x&#124;y | z |"


def test_every_make_target_that_the_readme_names_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"`make ([a-z-]+)`", TEXT))

    assert {"run", "test", "serve", "setup"} <= named <= targets


def _command_lines() -> str:
    section = TEXT.split("\n## Command lines\n", 1)[1]
    return section.split("```text\n", 1)[1].split("```", 1)[0]


def test_every_command_that_the_readme_names_exists() -> None:
    named = re.findall(r"^mock-oms ([a-z]+)(?: ([a-z|-]+))?", _command_lines(), re.MULTILINE)

    assert {name for name, _ in named} == set(mock_oms.commands)
    for name, subcommands in named:
        command = mock_oms.commands[name]
        if isinstance(command, click.Group):
            assert set(subcommands.split("|")) <= set(command.commands)


def test_every_flag_of_serve_that_the_readme_names_exists() -> None:
    flags = {flag for parameter in mock_oms.commands["serve"].params for flag in parameter.opts}
    named = set(re.findall(r"--[a-z-]+", _command_lines().split("mock-oms wait")[0]))

    assert "--port" in named
    assert named <= flags


def test_the_links_of_the_readme_lead_to_files() -> None:
    linked = re.findall(r"\]\(([^)#:]+)\)", TEXT)

    assert linked
    assert [path for path in linked if not (ROOT / path).exists()] == []
