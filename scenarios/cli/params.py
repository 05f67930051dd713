"""Values of the command line; a wrong one is answered with the right ones and the nearest."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Generic, TypeVar

import click

from contracts.lifecycle.table import Actor, DocumentMode
from contracts.suggest import suggest_or_list
from scenarios.records import Grade, Player, fold, read_records
from scenarios.report.console import Format
from scenarios.targets.opening import CASTABLE

Value = TypeVar("Value", bound=StrEnum)


class Usage(click.ClickException):
    """Wrong use or configuration."""

    exit_code = 2


class Interrupted(click.ClickException):
    """The run was stopped from the keyboard; it can be taken up again."""

    exit_code = 3

    def __init__(self, run: object) -> None:
        super().__init__(f"interrupted; take it up with: oms-scenarios resume {run}")


class NearestGroup(click.Group):
    """A group whose unknown commands are answered with the known ones."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command named first; raises `Usage`."""
        if args and not args[0].startswith("-") and args[0] not in self.commands:
            raise Usage(f"{args[0]!r} is not a command{suggest_or_list(args[0], self.commands)}")
        return super().resolve_command(ctx, args)


class OneOf(click.ParamType[Value], Generic[Value]):
    """One word of an enumeration."""

    name = "word"

    def __init__(self, values: type[Value]) -> None:
        self._values = values

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """`aggregator|fynd`."""
        return "|".join(self._values)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Value:
        """The member; fails with the right words."""
        try:
            return self._values(value)
        except ValueError:
            self.fail(f"{value!r} is not one{suggest_or_list(str(value), self._values)}", param, ctx)


class CastList(click.ParamType[Mapping[Actor, Player]]):
    """`store=person,aggregator=system`."""

    name = "cast"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """The form of the value."""
        return "ACTOR=PLAYER[,...]"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Mapping[Actor, Player]:
        """Who plays whom; fails with the right words."""
        if isinstance(value, Mapping):
            return value
        found: dict[Actor, Player] = {}
        for part in str(value).split(","):
            actor, _, player = part.strip().partition("=")
            if actor not in CASTABLE:
                self.fail(f"{actor!r} is not an actor{suggest_or_list(actor, CASTABLE)}", param, ctx)
            if player not in tuple(Player):
                self.fail(f"{player!r} is not a player{suggest_or_list(player, Player)}", param, ctx)
            found[Actor(actor)] = Player(player)
        return found


MODE = OneOf(DocumentMode)
GRADE = OneOf(Grade)
FORMAT = OneOf(Format)
CAST = CastList()


def step_of(records: Path, named: str) -> tuple[str, int]:
    """The flow and step that `FLOW/STEP` names, or `STEP` where only one flow waits; raises `Usage`."""
    flow, _, number = named.rpartition("/")
    view = fold(read_records(records))
    waiting = [
        f"{each.id}/{step.planned.number}"
        for each in view.unfinished
        for step in each.steps.values()
        if step.changed is not None and step.finished is None
    ]
    matching = [place for place in waiting if place == named or (not flow and place.endswith(f"/{number}"))]
    if len(matching) != 1:
        known = suggest_or_list(named, waiting) if waiting else "; no step waits"
        raise Usage(f"{named!r} is not a waiting step{known}")
    found, _, place = matching[0].rpartition("/")
    return found, int(place)
