"""The refusal of a whole call, and the exception that carries it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class FieldError:
    """An error in one field of a call; `field` is its path."""

    field: str
    rule: str
    expected: str
    received: str


@dataclass(frozen=True, slots=True)
class CallRefusal:
    """The refusal of a whole call.

    `word` is the control plane's name of the error; empty, it follows from the status. `members` are further
    members of its answer. Touchpoints show neither.
    """

    status: int
    message: str
    errors: Sequence[FieldError] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    word: str = ""
    members: Mapping[str, object] = field(default_factory=dict)


class CallRefusedError(Exception):
    """An exception with the `CallRefusal` that `mock_oms.web.dispatch` answers."""

    def __init__(self, rejection: CallRefusal) -> None:
        super().__init__(rejection.message)
        self.rejection = rejection


def refuse(status: int, message: str, word: str = "", **members: object) -> CallRefusedError:
    """Makes the exception that refuses a call to the control plane."""
    return CallRefusedError(CallRefusal(status, message, word=word, members=members))
