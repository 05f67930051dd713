"""The rows that describe Konnect: groups, operations, touchpoints, refusals.

Each group of touchpoints has one module beside this one (`orders.py`, `returns.py`), with one `GROUP`.
`contracts.konnect.operations` joins the groups; `contracts.problems` joins their refusals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from pydantic import BaseModel

from contracts.evidence import Source
from contracts.lifecycle.table import State

TOKEN_HEADER = "x-access-token"  # noqa: S105 - the header's name
DRY_RUN_HEADER = "x-mock-oms-dry-run"
"""Header of the mock; with value 1 a call is answered as usual and changes nothing."""
SUITE_AGENT = "oms-scenarios"
"""Beginning of the User-Agent header of the suite; the journal marks such calls."""
REFUSED_HEADER = "x-mock-oms-refused"
"""Header of a PDF that counts the orders of the call that it does not hold."""
BULK_LIMIT = 20
"""Most orders in one bulk call (documented on every bulk page)."""

Examples = dict[str, dict[str, Any]]
"""The `examples` object of an OpenAPI media type."""


def example(summary: str, value: Any) -> dict[str, Any]:
    """Builds one entry of an `examples` object."""
    return {"summary": summary, "value": value}


class Reply(StrEnum):
    """Kinds of successful answer."""

    TOKEN = "token"  # noqa: S105 - a kind of answer
    SHIPMENTS = "shipments"
    INFO = "info"
    BULK = "bulk"
    """Counts of accepted and refused orders, with the refusals."""
    PDF = "pdf"


@dataclass(frozen=True, slots=True)
class Touchpoint:
    """One use of an operation that has a separate documentation page.

    Two touchpoints may share an operation: invoiceUpdate carries the sale's invoice and the return's credit
    note.
    """

    name: str
    title: str
    purpose: str
    origin: Source


@dataclass(frozen=True, slots=True)
class Operation:
    """One method and path of the API.

    `query` is the model of the query string, `item` that of one element of the body's array; None when there
    is none. `writes` says whether a call can change an order.
    """

    name: str
    method: str
    path: str
    title: str
    reply: Reply
    touchpoints: tuple[Touchpoint, ...]
    query: type[BaseModel] | None = None
    item: type[BaseModel] | None = None
    writes: bool = False
    answer: type[BaseModel] | None = None
    """Model of one JSON answer, or of one element when the answer is an array; None: a bulk answer."""
    requests: Examples = field(default_factory=dict)
    """Examples of request bodies."""
    answers: Examples = field(default_factory=dict)
    """Examples of successful answers; empty for bulk calls and PDFs, which share theirs."""
    success: str = ""
    """Description of the successful answer; empty: that of the kind of reply."""
    note: str = ""
    """Paragraph about the whole operation; empty: that of the kind of reply. `{name}` stands for the
    default of a profile field."""
    ready: tuple[State, ...] = ()
    """States in which the call can succeed, for generated calls."""
    near: tuple[State, ...] = ()
    """States in which the documentation has a refusal for the call, for generated calls."""
    next_step: str = ""
    """Label of the link from a list of shipments to this operation; empty: no link."""

    @property
    def origin(self) -> Source:
        """Evidence of the operation: that of its first touchpoint."""
        return self.touchpoints[0].origin

    @property
    def needs_token(self) -> bool:
        """Whether the call must carry `x-access-token`."""
        return self.reply is not Reply.TOKEN

    @property
    def limit(self) -> int | None:
        """Most orders in one call; None when the call has no body."""
        return BULK_LIMIT if self.item else None


class Problem(StrEnum):
    """Reasons to refuse one order of a well-formed call, by precedence."""

    UNKNOWN = "unknown"
    """No such order for this token."""
    UNKNOWN_ITEM = "unknown_item"
    CANCELLED = "cancelled"
    WRONG_TYPE = "wrong_type"
    """A sale instead of a return, or the reverse, or a type that does not exist."""
    NUMBER = "number"
    """A document number that is blank, too long, or used before."""
    REASON = "reason"
    MODE = "mode"
    """The OMS issues this document itself."""
    ALREADY = "already"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    QUANTITY = "quantity"
    STOCK = "stock"


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """The error code of one touchpoint for one problem; `meaning` says when.

    `sentences` are the mock's messages: of these the first whose facts are all known. The facts, in braces,
    are listed in `contracts.konnect.sentences`.
    """

    touchpoint: str
    problem: Problem
    code: str
    meaning: str
    origin: Source
    sentences: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Name of the row in a profile's `codes`."""
        return f"{self.touchpoint}.{self.problem}"

    def says(self, *sentences: str) -> ProblemRow:
        """Returns the row with its sentences."""
        return replace(self, sentences=sentences)


@dataclass(frozen=True, slots=True)
class Fields:
    """Evidence of the fields of one model.

    `origin` holds for all fields that `exceptions` does not name.
    """

    origin: Source
    exceptions: Mapping[str, Source] = field(default_factory=dict)


FieldEvidence = Mapping[type[BaseModel], Fields]
"""Evidence of the fields of several models."""


@dataclass(frozen=True, slots=True)
class Group:
    """A documented group of touchpoints; `tag` names it in the OpenAPI document."""

    tag: str
    description: str
    operations: tuple[Operation, ...]
    fields: FieldEvidence
    problems: tuple[ProblemRow, ...] = ()
