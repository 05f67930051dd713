"""Option types and errors that the commands share."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from contracts.lifecycle.table import Actor, DocumentMode
from contracts.suggest import listed, suggest_or_list
from scenarios.choices import CASTABLE, Format, Grade, Player
from scenarios.errors import UsageError
from scenarios.interruption import interruptible


class WrongUseError(click.ClickException):
    """Wrong use or configuration."""

    exit_code = 2


class RunFailedError(click.ClickException):
    """A run that broke, was interrupted, or lost its target."""

    exit_code = 3


@contextmanager
def exit_statuses() -> Iterator[None]:
    """End with 2 after a `UsageError`, with 3 after an interruption."""
    with interruptible() as stop:
        try:
            yield
        except UsageError as error:
            raise WrongUseError(str(error)) from None
        except KeyboardInterrupt as error:
            raise RunFailedError(str(error) or stop.reason or "Interrupted") from None


@contextmanager
def private_files() -> Iterator[None]:
    """Make new files for their owner only: they hold customers' data."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


class CastList(click.ParamType[Mapping[Actor, Player]]):
    """`store=person,aggregator=system`."""

    name = "cast"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """Return the form of the value."""
        return "ACTOR=PLAYER[,...]"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Mapping[Actor, Player]:
        """Return the player of each actor; name the expected words."""
        found: dict[Actor, Player] = {}
        for part in str(value).split(","):
            actor, _, player = part.strip().partition("=")
            if actor not in CASTABLE:
                self.fail(f"unknown actor {actor!r}{suggest_or_list(actor, CASTABLE)}", param, ctx)
            if player not in tuple(Player):
                self.fail(f"unknown player {player!r}; use {listed(Player)}", param, ctx)
            found[Actor(actor)] = Player(player)
        return found


MODE = click.Choice(DocumentMode, case_sensitive=False)
GRADE = click.Choice(Grade, case_sensitive=False)

folder_option = click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Folder for records and reports."
)
grade_option = click.option(
    "--grade",
    type=GRADE,
    help="strict: each miss fails; evidence: only misses of documented statements.",
)
format_option = click.option(
    "--format",
    "form",
    type=click.Choice(Format, case_sensitive=False),
    default=Format.TEXT,
    show_default="text",
    help="text, or jsonl: the records as JSON lines.",
)
production_option = click.option(
    "--allow-production", is_flag=True, help="Go ahead on a host that looks like production."
)
