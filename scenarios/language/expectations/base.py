"""Base of all expectations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from contracts.evidence import Evidence
from scenarios.choices import Aspect
from scenarios.language.statuses import GRADES

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Expectation:
    """A statement that can be checked; data only.

    `of` names the shipments; by default those of the step's action. `grade` is the evidence of the
    statement; by default `usual_grade`, which each kind of expectation states. `phrase` is the statement
    without its subject; `{self.field}` is filled in. `unless` names a field of `contracts.profile` and a
    value: with that choice the statement is not asserted. `only_if`: with another choice it is not.
    """

    of: str | Names = field(default=(), kw_only=True)
    grade: Evidence | None = field(default=None, kw_only=True)
    unless: tuple[str, Any] | None = field(default=None, kw_only=True)
    only_if: tuple[str, Any] | None = field(default=None, kw_only=True)

    phrase: ClassVar[str] = ""
    usual_grade: ClassVar[Evidence]
    waits: ClassVar[bool] = False
    """Whether a check polls until it passes, with the target's patience."""
    reads_again: ClassVar[bool] = False
    """Whether a miss is read again: a list may lag, or move while it is read."""
    about_answer: ClassVar[bool] = False
    """Whether the expectation concerns the answer to a call, not the shipment."""
    aspect: ClassVar[Aspect] = Aspect.EFFECT
    """What a miss is about: the effect of the step, or only what an answer shows."""
    decisive: ClassVar[bool] = False
    """Whether a miss blocks the later steps."""

    @property
    def names(self) -> Names:
        """The flow's names of the shipments; empty for those of the action."""
        if isinstance(self.of, str):
            return (self.of,) if self.of else ()
        return self.of

    @property
    def evidence(self) -> Evidence:
        """Grade of the statement."""
        return self.grade or self.usual_grade

    @property
    def condition(self) -> tuple[str, Any] | None:
        """The profile field and its value without which nothing is asserted."""
        return self.only_if

    def says(self) -> str:
        """Return the statement without subject: `reaches CONFIRMED`."""
        return self.phrase.format(self=self)


@dataclass(frozen=True, slots=True)
class WordExpectation(Expectation):
    """An expectation about a status or filter, which has its own grade."""

    word: str

    grades: ClassVar[Mapping[str, Evidence]] = GRADES
    """Grades of the words; the default are those of filters."""
    only_with: ClassVar[Mapping[str, tuple[str, Any]]] = {}
    """Words that are asserted only with a choice of the profile -> its field and value."""

    @property
    def condition(self) -> tuple[str, Any] | None:
        """The profile field and its value without which nothing is asserted."""
        return self.only_if or self.only_with.get(self.word)

    @property
    def evidence(self) -> Evidence:
        """Grade of the statement; by default the grade of the word."""
        return self.grade or self.grades[self.word]
