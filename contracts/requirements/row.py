"""Requirements, and how the groups write them: statements under their source."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

from contracts.evidence import Source


@dataclass(frozen=True, slots=True)
class Requirement:
    """One statement that can be proved or disproved.

    `id` is area and number (`PAS-CNF-01`), `touchpoint` a name of `contracts.konnect.operations`, None when
    the statement is about no single one.
    """

    id: str
    text: str
    source: Source
    touchpoint: str | None = None

    @property
    def area(self) -> str:
        """The area of the id, without its number: `PAS-CNF`."""
        return "-".join(self.id.split("-")[:2])


@dataclass(frozen=True, slots=True)
class Cited:
    """A source of statements about one touchpoint, or about no single one."""

    source: Source
    touchpoint: str | None = None

    def says(self, *statements: str) -> tuple[Requirement, ...]:
        """Returns one requirement for each statement, which is written `id: text`."""
        pairs = (statement.split(": ", 1) for statement in statements)
        return tuple(Requirement(id, text, self.source, self.touchpoint) for id, text in pairs)


def in_order(*groups: Iterable[Requirement]) -> tuple[Requirement, ...]:
    """Returns the requirements of one area, sorted by id."""
    return tuple(sorted((row for group in groups for row in group), key=attrgetter("id")))
