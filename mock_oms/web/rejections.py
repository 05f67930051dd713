"""The one way to refuse an order of a call, or a call as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong with the shape of a call: where, which rule, what was expected, what came."""

    field: str
    rule: str
    expected: str
    received: str


@dataclass(frozen=True, slots=True)
class CallRefusal:
    """A call refused as a whole: HTTP status, message, findings, and headers that belong to the refusal."""

    status: int
    message: str
    findings: Sequence[FieldError] = ()
    headers: dict[str, str] = field(default_factory=dict)


class CallRefusedError(Exception):
    """Carries a `CallRefusal` to the one place that answers it."""

    def __init__(self, rejection: CallRefusal) -> None:
        super().__init__(rejection.message)
        self.rejection = rejection
