"""Client commands show any answer of a hostile server as text."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest

from mock_oms.cli import main
from tests.support.hostile_server import BODIES, answering_server
from tests.support.plain_runs import Ran, run_plainly


def commands(group: click.Command, *path: str) -> Iterator[tuple[str, ...]]:
    """Yield each command below a group, with its required arguments."""
    if isinstance(group, click.Group):
        for name, command in group.commands.items():
            yield from commands(command, *path, name)
    elif path != ("serve",):
        wanted = [p for p in group.params if isinstance(p, click.Argument) and p.required]
        yield (*path, *("/oms/v3/shipment" if path == ("get",) else "x" for _ in wanted))


CLIENT = [command for command in commands(main) if command[0] != "wait"]
MORE = [("get", "/_control/tenants"), ("order", "list", "--json")]


def must_be_text(ran: Ran) -> None:
    """Check the status, and that neither output controls a terminal."""
    assert ran.status in (0, 1)
    for text in (ran.out, ran.err):
        assert all(char.isprintable() or char == "\n" for char in text), text
        assert "Traceback" not in text
    assert bool(ran.status) == ("Error: " in ran.err)


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("status", [200, 201, 404])
def test_any_answer_is_shown_as_text(body: str, status: int) -> None:
    with answering_server(BODIES[body], status, "\x1b[31m\x9b") as url:
        for command in [*CLIENT, *MORE]:
            must_be_text(run_plainly(main, [*command, "--url", url]))


@pytest.mark.parametrize("body", BODIES)
def test_waiting_for_any_answer_is_text(body: str) -> None:
    with answering_server(BODIES[body]) as url:
        must_be_text(run_plainly(main, ["wait", url, "--timeout-s", "0"]))


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "ascii", "cp437"])
def test_foreign_text_is_shown_escaped_in_every_encoding(encoding: str) -> None:
    with answering_server(BODIES["foreign text"]) as url:
        ran = run_plainly(main, ["tenant", "list", "--url", url], encoding)
    assert ran.status == 0
    assert "\\u009b2J\\u0085\\u202egpj" in ran.out


def test_an_answer_of_another_shape_names_the_server() -> None:
    with answering_server(b"[]") as url:
        ran = run_plainly(main, ["tenant", "list", "--url", url])
    assert ran.status == 1
    assert f"Error: {url} sent an answer of another shape (" in ran.err
    assert ran.err.endswith("is this a mock-oms?\n")


def test_foreign_text_on_the_command_line_is_shown_escaped() -> None:
    ran = run_plainly(main, ["get", "\x1b[31m\u202e"])
    assert ran.status == 2
    assert "\x1b" not in ran.err
    assert "\u202e" not in ran.err
