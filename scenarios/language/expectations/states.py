"""Expectations about statuses and fields of shipments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.evidence import Evidence
from scenarios.choices import Aspect
from scenarios.language.expectations.base import Expectation, Names, WordExpectation
from scenarios.language.expectations.values import spelled
from scenarios.language.statuses import LISTED_ONLY_IF, SHOWN_GRADES, SHOWN_ONLY_IF


@dataclass(frozen=True, slots=True)
class Reaches(WordExpectation):
    """The shipment reaches `word`, or a later one, within the patience."""

    grades = SHOWN_GRADES
    only_with = SHOWN_ONLY_IF
    phrase = "reaches {self.word}"
    waits = True
    decisive = True


@dataclass(frozen=True, slots=True)
class Leaves(WordExpectation):
    """The shipment no longer shows `word`, within the patience."""

    phrase = "leaves {self.word}"
    waits = True
    decisive = True


@dataclass(frozen=True, slots=True)
class IsNow(WordExpectation):
    """The shipment shows exactly `word`, immediately."""

    grades = SHOWN_GRADES
    only_with = SHOWN_ONLY_IF | LISTED_ONLY_IF
    phrase = "is now {self.word}"
    decisive = True


@dataclass(frozen=True, slots=True)
class Unchanged(Expectation):
    """The shipments look as before the step."""

    phrase = "is unchanged"
    usual_grade = Evidence.DOCUMENTED
    decisive = True


@dataclass(frozen=True, slots=True)
class Shows(Expectation):
    """Fields of the shipment, in Konnect's spelling.

    Nested names have dots (`orderItems.0.quantity`). A type (`str`) accepts each value of it, a `Like` each
    text that fits.
    """

    fields: Mapping[str, Any] = field(default_factory=dict)

    usual_grade = Evidence.DOCUMENTED
    aspect = Aspect.VALUE

    def says(self) -> str:
        """Return `shows order_type 'PickAtStore'`."""
        return f"shows {spelled(self.fields)}"


@dataclass(frozen=True, slots=True)
class InfoAgrees(Expectation):
    """GET shipment info shows the same status as GET by id."""

    phrase = "shows the same status in shipment info"
    usual_grade = Evidence.DOCUMENTED
    aspect = Aspect.VALUE


@dataclass(frozen=True, slots=True)
class InfoShows(Expectation):
    """GET shipment info has these fields, with any value."""

    fields: Names

    usual_grade = Evidence.DOCUMENTED
    aspect = Aspect.VALUE

    def says(self) -> str:
        """Return `has lockStatus, sla in shipment info`."""
        return f"has {', '.join(self.fields)} in shipment info"


@dataclass(frozen=True, slots=True)
class HasPieces(Expectation):
    """The pieces of each order item, by position in the basket."""

    pieces: Mapping[int, int]

    usual_grade = Evidence.LEGACY

    def says(self) -> str:
        """Return `holds 2 of item 1, 1 of item 2`."""
        return "holds " + ", ".join(f"{n} of item {place + 1}" for place, n in self.pieces.items())


@dataclass(frozen=True, slots=True)
class TotalAddsUp(Expectation):
    """The shipment's total is the sum of its items."""

    phrase = "shows a total that is the sum of its items"
    usual_grade = Evidence.ASSUMED
    aspect = Aspect.VALUE


@dataclass(frozen=True, slots=True)
class Linked(Expectation):
    """A return has the sale's id as `forwardId`, a sale its own.

    `to` names the sale; the id of the return itself differs from it.
    """

    to: str = field(default="", kw_only=True)

    usual_grade = Evidence.DOCUMENTED

    def says(self) -> str:
        """Return `points to its sale with forwardId`."""
        return "points to its sale with forwardId" if self.to else "has its own id as forwardId"


@dataclass(frozen=True, slots=True)
class HasNumber(Expectation):
    """The shipment shows its document number.

    It is the pushed one, or one of the OMS that never changes.
    """

    phrase = "shows the number of its document"
    usual_grade = Evidence.ASSUMED
    aspect = Aspect.VALUE


@dataclass(frozen=True, slots=True)
class NumbersDiffer(Expectation):
    """No two of the shipments show the same document number."""

    phrase = "show document numbers that differ"
    usual_grade = Evidence.ASSUMED
    aspect = Aspect.VALUE


@dataclass(frozen=True, slots=True)
class Impossible(Expectation):
    """The shop's action is refused, and nothing changes."""

    phrase = "is not possible"
    usual_grade = Evidence.PLATFORM
    decisive = True


@dataclass(frozen=True, slots=True)
class Should(Expectation):
    """An optional expectation: a miss is a warning."""

    expectation: Expectation

    @property
    def names(self) -> Names:
        """Names of the optional expectation."""
        return self.expectation.names

    @property
    def evidence(self) -> Evidence:
        """Grade of the optional expectation."""
        return self.expectation.evidence

    def says(self) -> str:
        """Return `should: is listed under DELIVERED`."""
        return f"should: {self.expectation.says()}"


reaches = Reaches
leaves = Leaves
is_now = IsNow
unchanged = Unchanged
info_agrees = InfoAgrees
has_pieces = HasPieces
total_adds_up = TotalAddsUp
linked = Linked
has_number = HasNumber
numbers_differ = NumbersDiffer
impossible = Impossible
should = Should


def info_shows(*fields: str, grade: Evidence | None = None) -> InfoShows:
    """Expect these fields in shipment info."""
    return InfoShows(fields, grade=grade)


def shows(
    fields: Mapping[str, Any] | None = None,
    *,
    of: str | Names = (),
    grade: Evidence | None = None,
    **more: Any,
) -> Shows:
    """Expect these fields of the shipment; dotted names need the mapping."""
    return Shows({**(fields or {}), **more}, of=of, grade=grade)


def bare(expectation: Expectation) -> Expectation:
    """Return the expectation itself, without `Should`."""
    return expectation.expectation if isinstance(expectation, Should) else expectation
