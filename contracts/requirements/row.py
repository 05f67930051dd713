"""The row type of requirements."""

from __future__ import annotations

from dataclasses import dataclass

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
