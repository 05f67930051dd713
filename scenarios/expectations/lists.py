"""Expectations of lists."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.evidence import Evidence
from scenarios.expectations.answers import AnswerExpectation
from scenarios.expectations.base import Names, WordExpectation


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


listed_under = ListedUnder
not_listed_under = NotListedUnder
in_order = InOrder


def only_listed(*of: str, grade: Evidence | None = None) -> OnlyListed:
    """Of this flow's shipments the list holds exactly these."""
    return OnlyListed(of=of, grade=grade)


def each_listed_once(*of: str, grade: Evidence | None = None) -> EachListedOnce:
    """Each of these came once over all pages."""
    return EachListedOnce(of=of, grade=grade)


def all_in_status(*words: str, grade: Evidence | None = None) -> AllInStatus:
    """Nothing in the list shows another word."""
    return AllInStatus(words, grade=grade)
