"""Expectations about the answers to calls."""

from __future__ import annotations

from dataclasses import dataclass, field

from contracts.evidence import Evidence
from scenarios.choices import Aspect
from scenarios.language.expectations.base import Expectation


@dataclass(frozen=True, slots=True)
class AnswerExpectation(Expectation):
    """An expectation about the answer to the step's own call."""

    about_answer = True


@dataclass(frozen=True, slots=True)
class Accepted(AnswerExpectation):
    """The bulk call accepts the orders; without `of`, all of them."""

    phrase = "is accepted"
    usual_grade = Evidence.DOCUMENTED
    decisive = True


@dataclass(frozen=True, slots=True)
class Refused(AnswerExpectation):
    """The bulk call refuses the orders with `code`; nothing changes.

    Without a code any refusal passes. The grade is that of the code at this touchpoint.
    """

    code: str = ""

    decisive = True
    usual_grade = Evidence.DOCUMENTED

    def says(self) -> str:
        """Return `is refused with IN453 and unchanged`."""
        return f"is refused with {self.code} and unchanged" if self.code else "is refused and unchanged"


@dataclass(frozen=True, slots=True)
class Counts(AnswerExpectation):
    """`payloadCount`, `successCount` and `failedCount` of the answer."""

    total: int
    succeeded: int
    failed: int

    phrase = "counts {self.total} received, {self.succeeded} taken, {self.failed} refused"
    usual_grade = Evidence.DOCUMENTED


@dataclass(frozen=True, slots=True)
class CallRefused(AnswerExpectation):
    """The whole call is refused with HTTP status 4xx; nothing changes.

    `status` is the field of `contracts.profile` with the exact status. It is asserted if the profile is
    known.
    """

    status: str = "shape_status"

    phrase = "is refused as a whole call"
    usual_grade = Evidence.ASSUMED
    decisive = True


@dataclass(frozen=True, slots=True)
class NothingTaken(AnswerExpectation):
    """The call accepts nothing, with any kind of refusal; nothing changes."""

    phrase = "is not taken"
    usual_grade = Evidence.DOCUMENTED
    decisive = True


@dataclass(frozen=True, slots=True)
class TakesAtMost(AnswerExpectation):
    """The call accepts at most `count` orders."""

    count: int

    phrase = "takes at most {self.count} orders"
    usual_grade = Evidence.DOCUMENTED


@dataclass(frozen=True, slots=True)
class NamedInErrors(AnswerExpectation):
    """An item of `errors` names the shipment, with `code`.

    The shipment may be accepted as well.
    """

    code: str = ""

    usual_grade = Evidence.DOCUMENTED

    def says(self) -> str:
        """Return `is named in errors with IN453`."""
        return f"is named in errors with {self.code}" if self.code else "is named in errors"


@dataclass(frozen=True, slots=True)
class NotServed(AnswerExpectation):
    """No call is answered with success."""

    phrase = "is not served"
    usual_grade = Evidence.DOCUMENTED


@dataclass(frozen=True, slots=True)
class NotShown(AnswerExpectation):
    """No answer of the step holds the shipment's id.

    `code` is the refusal of the same call for this shipment alone.
    """

    code: str = ""

    phrase = "is not shown"
    usual_grade = Evidence.DOCUMENTED


@dataclass(frozen=True, slots=True)
class Unauthorized(AnswerExpectation):
    """The calls are rejected for their token or credentials.

    `status` as in `CallRefused`.
    """

    status: str = "unauthorized_status"

    phrase = "is turned away as unauthorized"
    usual_grade = Evidence.DOCUMENTED


@dataclass(frozen=True, slots=True)
class GivesToken(AnswerExpectation):
    """The answer holds a token."""

    phrase = "gives a token"
    usual_grade = Evidence.DOCUMENTED


@dataclass(frozen=True, slots=True)
class IsUnknown(AnswerExpectation):
    """The answer reports an unknown shipment: an empty list or 404."""

    phrase = "is unknown: an empty list or 404"
    usual_grade = Evidence.ASSUMED
    aspect = Aspect.VALUE


@dataclass(frozen=True, slots=True)
class OneTaken(AnswerExpectation):
    """Exactly one of the concurrent calls is accepted.

    The others are refused with `code`.
    """

    code: str = ""

    phrase = "is taken exactly once"
    usual_grade = Evidence.DOCUMENTED
    decisive = True


@dataclass(frozen=True, slots=True)
class PdfNamesShipment(AnswerExpectation):
    """The PDF names each requested shipment and no other.

    That a PDF comes, for exactly these shipments, is documented; its text is not.
    """

    phrase = "comes as a PDF that names the shipment"
    usual_grade = Evidence.ASSUMED
    aspect = Aspect.VALUE


@dataclass(frozen=True, slots=True)
class PdfShowsNumber(AnswerExpectation):
    """The PDF's text holds the number of the document."""

    phrase = "comes as a PDF that shows the document's number"
    usual_grade = Evidence.ASSUMED
    aspect = Aspect.VALUE


@dataclass(frozen=True, slots=True)
class PdfShows(AnswerExpectation):
    """The PDF's text holds each of `texts`; whitespace is ignored."""

    texts: tuple[str, ...] = field(default=())

    usual_grade = Evidence.ASSUMED
    aspect = Aspect.VALUE

    def says(self) -> str:
        """Return `comes as a PDF that shows ...`."""
        return f"comes as a PDF that shows {', '.join(self.texts)}"


@dataclass(frozen=True, slots=True)
class PartlyPrinted(AnswerExpectation):
    """A document call serves `of` and refuses `but` with `code`.

    The answer is the PDF, or the counts with the refusals: `partly_printed` of the profile.
    """

    but: str
    code: str = ""

    usual_grade = Evidence.ASSUMED

    def says(self) -> str:
        """Return `is printed without early, or counts with IN403 for early`."""
        return f"is printed without {self.but}, or counted with {self.code} for {self.but}"


accepted = Accepted
refused = Refused
counts = Counts
call_refused = CallRefused
nothing_taken = NothingTaken
takes_at_most = TakesAtMost
named_in_errors = NamedInErrors
not_served = NotServed
not_shown = NotShown
unauthorized = Unauthorized
gives_token = GivesToken
is_unknown = IsUnknown
one_taken = OneTaken
partly_printed = PartlyPrinted
pdf_names_shipment = PdfNamesShipment
pdf_shows_number = PdfShowsNumber


def pdf_shows(*texts: str, grade: Evidence | None = None) -> PdfShows:
    """Expect these texts in the PDF."""
    return PdfShows(texts, grade=grade)
