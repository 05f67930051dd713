"""The one way to refuse an order of a call, or a call as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from contracts.problems import Problem


class Refused(Exception):
    """One order is refused: the kind of problem, what was wrong, and the order item it is about, if one is.

    The place that answers turns it into an item of a bulk answer (with the touchpoint's code) or, on the
    control plane, into a 409.
    """

    def __init__(self, problem: Problem, message: str, item: str | None = None) -> None:
        super().__init__(message)
        self.problem = problem
        self.message = message
        self.item = item


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with the shape of a call: where, which rule, what was expected, what came."""

    field: str
    rule: str
    expected: str
    received: str


@dataclass(frozen=True, slots=True)
class Rejection:
    """A call refused as a whole: HTTP status, message, findings, and headers that belong to the refusal."""

    status: int
    message: str
    findings: Sequence[Finding] = ()
    headers: dict[str, str] = field(default_factory=dict)


class Rejected(Exception):
    """Carries a `Rejection` to the one place that answers it."""

    def __init__(self, rejection: Rejection) -> None:
        super().__init__(rejection.message)
        self.rejection = rejection
