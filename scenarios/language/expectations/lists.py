"""Expectations of lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from contracts.evidence import Evidence
from scenarios.language.expectations.answers import AnswerExpectation
from scenarios.language.expectations.base import Names, WordExpectation


@dataclass(frozen=True, slots=True)
class ListedUnder(WordExpectation):
    """The filter `word` lists the shipment, in the target's time."""

    phrase = "is listed under {self.word}"
    waits = True


@dataclass(frozen=True, slots=True)
class NotListedUnder(WordExpectation):
    """The filter `word` does not list the shipment."""

    phrase = "is not listed under {self.word}"


@dataclass(frozen=True, slots=True)
class OnlyListed(AnswerExpectation):
    """Of this flow's shipments the step's list holds exactly those of `of`."""

    phrase = "listed, and no other of this flow"


@dataclass(frozen=True, slots=True)
class EachListedOnce(AnswerExpectation):
    """Read page after page, every shipment of `of` came exactly once."""

    phrase = "listed exactly once over all pages"


@dataclass(frozen=True, slots=True)
class AllInStatus(AnswerExpectation):
    """Everything in the step's list shows one of `words`."""

    words: Names

    def says(self) -> str:
        """`lists only shipments in CREATED`."""
        return f"lists only shipments in {' or '.join(self.words)}"


@dataclass(frozen=True, slots=True)
class InOrder(AnswerExpectation):
    """The step's list is sorted by `orderDate`, oldest first."""

    phrase = "listed oldest first"
    usual_grade = Evidence.ASSUMED


@dataclass(frozen=True, slots=True)
class ListHolds(AnswerExpectation):
    """The step's list holds `count` shipments, of whichever flow.

    `at_most` names a field of `contracts.profile` that caps the count, where the profile is known.
    """

    count: int
    at_most: str = ""

    phrase = "lists {self.count} shipments"

    def says(self) -> str:
        """`lists 3 shipments`."""
        return f"lists {self.count} shipments" + (", or a full page" if self.at_most else "")


@dataclass(frozen=True, slots=True)
class PagesHold(AnswerExpectation):
    """Read page after page, each held `count` shipments but the last, which held fewer."""

    count: int

    phrase = "comes in pages of {self.count}"


@dataclass(frozen=True, slots=True)
class ListAgrees(AnswerExpectation):
    """The list shows the shipments as GET by id does, in every field that both have."""

    phrase = "looks the same in the list as by its id"
    usual_grade = Evidence.ASSUMED


listed_under = ListedUnder
list_holds = ListHolds
pages_hold = PagesHold
list_agrees = ListAgrees
not_listed_under = NotListedUnder
in_order = InOrder


def only_listed(*of: str, grade: Evidence | None = None, unless: tuple[str, Any] | None = None) -> OnlyListed:
    """Of this flow's shipments the list holds exactly these."""
    return OnlyListed(of=of, grade=grade, unless=unless)


def each_listed_once(*of: str, grade: Evidence | None = None) -> EachListedOnce:
    """Each of these came once over all pages."""
    return EachListedOnce(of=of, grade=grade)


def all_in_status(
    *words: str, grade: Evidence | None = None, unless: tuple[str, Any] | None = None
) -> AllInStatus:
    """Nothing in the list shows another word."""
    return AllInStatus(words, grade=grade, unless=unless)
