"""Grades of expectations are stated, and follow what was assumed before."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.evidence import Evidence
from scenarios.language import expectations as e
from scenarios.language.expectations.answers import AnswerExpectation
from scenarios.language.expectations.base import Expectation, WordExpectation
from scenarios.language.statuses import RETURN_COMPLETED


def kinds(parent: type[Expectation]) -> Iterator[type[Expectation]]:
    for kind in parent.__subclasses__():
        yield kind
        yield from kinds(kind)


def test_each_kind_of_expectation_states_its_grade() -> None:
    bases = {AnswerExpectation.__name__, WordExpectation.__name__, e.Should.__name__}
    silent = {
        kind.__name__
        for kind in kinds(Expectation)
        if "usual_grade" not in vars(kind) and kind.__name__ not in bases
        if not any(base.__name__ == WordExpectation.__name__ for base in kind.__mro__)
    }
    assert silent == set()
    assert "usual_grade" not in vars(Expectation)


def test_the_last_status_of_a_return_is_assumed_and_its_filter_documented() -> None:
    assert e.reaches(RETURN_COMPLETED).evidence is Evidence.ASSUMED
    assert e.is_now(RETURN_COMPLETED).evidence is Evidence.ASSUMED
    assert e.listed_under(RETURN_COMPLETED).evidence is Evidence.DOCUMENTED
