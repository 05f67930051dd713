"""The guides: generated parts are current, links and commands exist."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import click
import pytest

from contracts.control.calls import CALLS
from contracts.docs.tables import table
from contracts.konnect.operations import OPERATIONS, touchpoints
from contracts.profile import Profile
from mock_oms.cli import main as mock_oms
from mock_oms.server.options import rows
from scenarios.cli.main import main as oms_scenarios
from scenarios.flows import FLOWS
from scenarios.language import words
from scenarios.language.flow import cases
from scenarios.targets.file import read_target_file
from tests.project.test_layers import committed
from tests.support.server import ROOT
from tests.tools import docs
from tests.tools.bench.contenders import OURS

README_LINES_MAX = 220
PICTURE_BYTES_MAX = 150_000
COMMANDS = {"mock-oms": mock_oms, "oms-scenarios": oms_scenarios}


def text_of(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def guides() -> list[str]:
    """Every Markdown file of the repository."""
    return [path for path in committed() if path.endswith(".md")]


# Generated parts


@pytest.fixture
def copies(tmp_path: Path) -> Path:
    """A folder with a copy of every guide that has generated parts."""
    for path in docs.GUIDES:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, tmp_path / path)
    return tmp_path


PARTS = [(path, name) for path, parts in docs.GUIDES.items() for name in parts]


def test_the_generated_parts_are_current() -> None:
    assert docs.main(["--check"]) == 0


@pytest.mark.parametrize(("path", "name"), PARTS)
def test_a_part_that_is_not_current_is_found_and_renewed(path: str, name: str, copies: Path) -> None:
    marker = f"<!-- generated: {name} -->\n"
    stale = text_of(path).replace(marker, f"{marker}an old line\n")
    (copies / path).write_text(stale, encoding="utf-8")

    assert docs.main(["--check"], copies) == 1
    assert (copies / path).read_text(encoding="utf-8") == stale
    assert docs.main([], copies) == 0
    assert (copies / path).read_text(encoding="utf-8") == text_of(path)


@pytest.mark.parametrize(("path", "name"), PARTS)
def test_a_part_without_its_markers_is_reported(
    path: str, name: str, copies: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (copies / path).write_text(text_of(path).replace(f"<!-- generated: {name} -->", ""), encoding="utf-8")

    assert docs.main([], copies) == 1
    said = capsys.readouterr().err
    assert path in said
    assert name in said


def test_the_tables_name_every_touchpoint_option_and_profile_field() -> None:
    reference, server = text_of("contracts/REFERENCE.md"), text_of("mock_oms/README.md")

    for operation, use in touchpoints():
        assert f"| {use.title} | `{operation.method} {operation.path}` |" in reference
        assert use.title in " ".join(text_of("README.md").split())
    for field in Profile.model_fields:
        assert f"| `{field}` |" in reference
    for row in rows():
        metavar = row.metavar.replace("|", r"\|")
        assert f"| `{row.flag} {metavar}` | `{row.variable}` |" in server


def test_a_bar_in_a_cell_does_not_break_the_table() -> None:
    assert table(("a", "b"), [("x|y", "z")]) == "| a | b |\n| --- | --- |\n| x\\|y | z |"


# What the guides name exists


@pytest.mark.parametrize("path", guides())
def test_every_make_target_that_a_guide_names_exists(path: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))

    assert set(re.findall(r"(?:`|^)make ([a-z-]+)", text_of(path), re.MULTILINE)) <= targets


def test_the_readme_begins_with_the_commands_that_set_everything_up() -> None:
    assert {"run", "test", "serve", "setup"} <= set(re.findall(r"make ([a-z-]+)", text_of("README.md")))


def invocations(text: str) -> Iterator[tuple[str, list[str]]]:
    """Every invocation of our programs in a text: program and words."""
    for match in re.finditer(r"(?<![\w/.-])(mock-oms|oms-scenarios) +([a-z][^`\n#]*)", text):
        yield match[1], match[2].replace("$(", " ").split()


@pytest.mark.parametrize("path", guides())
def test_every_command_and_flag_that_a_guide_shows_exists(path: str) -> None:
    code = "".join(re.findall(r"```.*?```|`[^`\n]+`", text_of(path), re.DOTALL))

    assert [line for line in map(_unknown, invocations(code)) if line] == []


def _unknown(invocation: tuple[str, list[str]]) -> str | None:
    """A description of an invocation with an unknown command or flag."""
    program, words = invocation
    command: click.Command = COMMANDS[program]
    context = click.Context(command)
    while isinstance(command, click.Group) and words:
        names = words.pop(0).split("|")
        try:
            found = [command.resolve_command(context, [name])[1] for name in names]
        except click.UsageError as error:
            return f"{program}: {error.format_message()}"
        assert found[0] is not None
        command = found[0]
    flags = {flag for parameter in command.get_params(context) for flag in parameter.opts}
    wrong = {flag for word in words for flag in re.findall(r"^--[a-z-]+", word)} - flags
    return f"{program} {command.name} {wrong}" if wrong else None


@pytest.mark.parametrize("wrong", ["mock-oms fly", "mock-oms serve --wings", "mock-oms order place|throw"])
def test_a_command_or_flag_that_does_not_exist_is_found(wrong: str) -> None:
    assert all(map(_unknown, invocations(wrong)))


@pytest.mark.parametrize("path", guides())
def test_every_path_of_a_call_that_a_guide_names_exists(path: str) -> None:
    known = {_shape(call.path) for call in CALLS} | {row.path for row in OPERATIONS}
    code = "".join(re.findall(r"```.*?```|`[^`\n]+`", text_of(path), re.DOTALL))
    named = re.findall(r"(/_control(?:/[\w{}$.*]+)+|/oms/v3/\w+(?:/\w+)*|/aggregator/v1/\w+)", code)

    assert [found for found in named if _shape(found) not in known] == []


def _shape(path: str) -> str:
    """The path with `*` for each variable part."""
    parts = path.split("/")
    if parts[1] != "_control":
        return path
    return "/".join("*" if place in {3, 5, 7} else part for place, part in enumerate(parts))


# Links


def test_there_are_guides_to_look_at() -> None:
    assert {"README.md", "mock_oms/README.md", "scenarios/README.md", "contracts/REFERENCE.md"} <= set(
        guides()
    )


@pytest.mark.parametrize("path", guides())
def test_every_link_leads_to_a_file_and_a_heading(path: str) -> None:
    assert [link for link in links(text_of(path)) if not _resolves(path, link)] == []


def links(text: str) -> list[str]:
    """Targets of links and pictures, without those that leave the repository."""
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    return [link for link in re.findall(r"\]\(([^)\s]+)\)", prose) if "://" not in link]


def _resolves(path: str, link: str) -> bool:
    file, _, anchor = link.partition("#")
    target = (ROOT / path).parent / unquote(file) if file else ROOT / path
    if not target.exists():
        return False
    return not anchor or anchor in anchors(target.read_text(encoding="utf-8"))


def anchors(text: str) -> set[str]:
    """The anchors of the headings, as GitHub makes them."""
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    headings = re.findall(r"^#+ +(.+)$", prose, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("link", ["missing.md", "#no-such-heading", "mock_oms/README.md#no-such-heading"])
def test_a_link_that_leads_nowhere_is_found(link: str) -> None:
    assert not _resolves("README.md", link)


# Size, numbers


def test_the_readme_is_short() -> None:
    assert len(text_of("README.md").splitlines()) <= README_LINES_MAX


def test_the_pictures_are_small() -> None:
    pictures = [link for link in links(text_of("README.md")) if link.endswith(".png")]

    assert pictures
    assert max((ROOT / picture).stat().st_size for picture in pictures) < PICTURE_BYTES_MAX


def block_of(path: str, language: str) -> str:
    """The only code block of a guide in one language."""
    (block,) = re.findall(rf"^```{language}\n(.*?)^```", text_of(path), re.DOTALL | re.MULTILINE)
    return str(block)


def test_the_example_of_a_flow_is_a_flow() -> None:
    made = eval(block_of("scenarios/README.md", "python"), dict(vars(words)))  # noqa: S307 - our own guide

    assert [case.id for case in cases(made)] == ["PAS-S-01[invoice=aggregator]", "PAS-S-01[invoice=fynd]"]


def test_the_example_of_a_target_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "sandbox.toml").write_text(block_of("scenarios/README.md", "toml"), encoding="utf-8")

    assert read_target_file(tmp_path / "sandbox.toml").target.locations == ("BLR-01",)


def test_the_number_of_flows_is_right() -> None:
    assert f"contains {sum(len(cases(flow)) for flow in FLOWS)} flows" in text_of("README.md")


def test_the_numbers_of_speed_are_those_of_the_benchmark() -> None:
    table = text_of("tests/BENCH.md")
    row = re.search(rf"^\| {OURS} \|.*$", table, re.MULTILINE)
    assert row
    cells = [cell.strip() for cell in row[0].split("|")]
    get, post, memory = (int(cells[place].replace(",", "")) for place in (5, 8, 4))
    ratios = dict(re.findall(r"^\| WireMock tuned: (GET|POST) per second \| ([\d.]+)", table, re.MULTILINE))
    for path in ("README.md", "mock_oms/README.md"):
        text = text_of(path)
        assert f"{round(get, -3):,} GET" in text
        assert f"{round(post, -3):,} POST" in text
        assert f"{memory} MB" in text
        assert f"{float(ratios['GET']):.1f} times a tuned WireMock for GET" in text.replace("\n", " ")
        assert f"{float(ratios['POST']):.1f} times for POST" in text.replace("\n", " ")
