"""Expectations about lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from contracts.evidence import Evidence
from scenarios.choices import Aspect
from scenarios.language.expectations.answers import AnswerExpectation
from scenarios.language.expectations.base import Names, WordExpectation
from scenarios.language.statuses import LISTED_ONLY_IF


@dataclass(frozen=True, slots=True)
class ListedUnder(WordExpectation):
    """The filter `word` lists the shipment, within the target's patience.

    `others` are filters of which any may list it instead.
    """

    others: Names = ()

    only_with = LISTED_ONLY_IF
    aspect = Aspect.VALUE
    waits = True

    def says(self) -> str:
        """Return `is listed under RETURN_PROCESSING or RETURN_DELIVERED`."""
        return f"is listed under {' or '.join((self.word, *self.others))}"


@dataclass(frozen=True, slots=True)
class NotListedUnder(WordExpectation):
    """The filter `word` does not list the shipment.

    A list may lag, so a listed one may still leave it within the target's patience.
    """

    phrase = "is not listed under {self.word}"
    aspect = Aspect.VALUE
    waits = True


@dataclass(frozen=True, slots=True)
class OnlyListed(AnswerExpectation):
    """Of this flow's shipments, the list holds exactly those of `of`."""

    phrase = "listed, and no other of this flow"
    usual_grade = Evidence.DOCUMENTED
    aspect = Aspect.VALUE
    reads_again = True


@dataclass(frozen=True, slots=True)
class EachListedOnce(AnswerExpectation):
    """Over all pages, each shipment of `of` is listed once.

    None of another flow is listed twice.
    """

    phrase = "listed exactly once over all pages"
    usual_grade = Evidence.DOCUMENTED
    aspect = Aspect.VALUE
    reads_again = True


@dataclass(frozen=True, slots=True)
class AllInStatus(AnswerExpectation):
    """All shipments in the step's list show one of `words`."""

    words: Names

    usual_grade = Evidence.DOCUMENTED
    aspect = Aspect.VALUE
    reads_again = True

    def says(self) -> str:
        """Return `lists only shipments in CREATED`."""
        return f"lists only shipments in {' or '.join(self.words)}"


@dataclass(frozen=True, slots=True)
class InOrder(AnswerExpectation):
    """The step's list is sorted by `orderDate`, oldest first."""

    phrase = "listed oldest first"
    usual_grade = Evidence.ASSUMED
    aspect = Aspect.VALUE


@dataclass(frozen=True, slots=True)
class ListHolds(AnswerExpectation):
    """The step's list holds `count` shipments, of any flow.

    `at_most` names a field of `contracts.profile` that limits the count, if the profile is known.
    """

    count: int
    at_most: str = ""

    phrase = "lists {self.count} shipments"
    usual_grade = Evidence.DOCUMENTED
    aspect = Aspect.VALUE

    def says(self) -> str:
        """Return `lists 3 shipments`."""
        return f"lists {self.count} shipments" + (", or a full page" if self.at_most else "")


@dataclass(frozen=True, slots=True)
class PagesHold(AnswerExpectation):
    """Each page holds `count` shipments; the last may hold fewer."""

    count: int

    phrase = "comes in pages of {self.count}"
    usual_grade = Evidence.DOCUMENTED
    aspect = Aspect.VALUE
    reads_again = True


@dataclass(frozen=True, slots=True)
class SameInLargerPages(AnswerExpectation):
    """The step's pages hold all shipments that larger pages hold.

    This includes shipments of other people.
    """

    phrase = "in a list that holds the same orders in larger pages"
    usual_grade = Evidence.DOCUMENTED
    aspect = Aspect.VALUE
    reads_again = True


@dataclass(frozen=True, slots=True)
class ListAgrees(AnswerExpectation):
    """List and GET by id agree in all fields that both have."""

    phrase = "looks the same in the list as by its id"
    usual_grade = Evidence.ASSUMED
    aspect = Aspect.VALUE
    reads_again = True


listed_under = ListedUnder
list_holds = ListHolds
pages_hold = PagesHold
same_in_larger_pages = SameInLargerPages
list_agrees = ListAgrees
not_listed_under = NotListedUnder
in_order = InOrder


def only_listed(
    *of: str,
    grade: Evidence | None = None,
    unless: tuple[str, Any] | None = None,
    only_if: tuple[str, Any] | None = None,
) -> OnlyListed:
    """Expect exactly these shipments of the flow in the list."""
    return OnlyListed(of=of, grade=grade, unless=unless, only_if=only_if)


def each_listed_once(*of: str, grade: Evidence | None = None) -> EachListedOnce:
    """Expect each of these shipments once over all pages."""
    return EachListedOnce(of=of, grade=grade)


def all_in_status(
    *words: str, grade: Evidence | None = None, unless: tuple[str, Any] | None = None
) -> AllInStatus:
    """Expect no other status in the list."""
    return AllInStatus(words, grade=grade, unless=unless)
