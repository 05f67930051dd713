"""What all expectations have in common."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from contracts.evidence import Evidence
from scenarios.language.statuses import GRADES

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Expectation:
    """A statement that can be checked; data only.

    `of` names the shipments meant; left out, they are those of the step's action. `grade` is how sure the
    documentation makes us of the statement; left out, it is `usual_grade`. `phrase` is the statement without
    its subject; the expectation's own fields are filled in. `unless` names a field of `contracts.profile` and
    a value of it: where the target's profile makes that choice, the statement is not asserted.
    """

    of: str | Names = field(default=(), kw_only=True)
    grade: Evidence | None = field(default=None, kw_only=True)
    unless: tuple[str, Any] | None = field(default=None, kw_only=True)

    phrase: ClassVar[str] = ""
    usual_grade: ClassVar[Evidence] = Evidence.DOCUMENTED
    waits: ClassVar[bool] = False
    """Whether it is waited for with the target's patience."""
    about_answer: ClassVar[bool] = False
    """Whether it is about what a call was answered, not about what the shipment shows."""
    decisive: ClassVar[bool] = False
    """Whether a miss makes the later steps meaningless."""

    @property
    def names(self) -> Names:
        """The shipments meant, by the flow's names; empty for those of the action."""
        if isinstance(self.of, str):
            return (self.of,) if self.of else ()
        return self.of

    @property
    def evidence(self) -> Evidence:
        """Grade of the statement."""
        return self.grade or self.usual_grade

    def says(self) -> str:
        """The statement as words without subject: `reaches CONFIRMED`."""
        return self.phrase.format(self=self)


@dataclass(frozen=True, slots=True)
class WordExpectation(Expectation):
    """An expectation about a status or a filter, which brings its own grade."""

    word: str

    @property
    def evidence(self) -> Evidence:
        """Grade of the statement: that of the word, when it is not given."""
        return self.grade or GRADES[self.word]
