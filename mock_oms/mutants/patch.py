"""Seeded defects as values, and the replacement of parts of the mock.

A defect replaces only parts of the mock, never of `contracts`: a test in the same process reads the contract
too, and must see the right one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """The part of the behaviour that a seeded defect breaks."""

    CODE = "code"
    """The code of a refusal."""
    STATUS = "status"
    """The HTTP status of an answer."""
    TRANSITION = "transition"
    """The target state of an event."""
    AUTOMATIC = "automatic"
    """The automatic steps of the OMS."""
    GATE = "gate"
    """Acceptance of a call that must be refused."""
    RECORD = "record"
    """Storage of the sent values."""
    SHOWN = "shown"
    """The JSON of a shipment."""
    QUANTITY = "quantity"
    """Numbers of affected, remaining or returned pieces."""
    STOCK = "stock"
    """Stock and its reservations."""
    BATCH = "batch"
    """The answer of a bulk call, or its treatment of single orders."""
    READING = "reading"
    """Filters, windows and pages of lists."""
    DOCUMENT = "document"
    """PDFs."""
    ACCESS = "access"
    """Permissions."""
    RACE = "race"
    """Simultaneous calls."""
    ANSWER = "answer"
    """Details of single answers, which generated calls find and flows do not."""


class Patch:
    """Replacements that can be undone."""

    def __init__(self) -> None:
        self._undo: list[Callable[[], None]] = []

    def attribute(self, owner: Any, name: str, value: Any) -> None:
        """Replaces an attribute of a module or class."""
        before = getattr(owner, name)
        self._undo.append(lambda: setattr(owner, name, before))
        setattr(owner, name, value)

    def entry(self, mapping: MutableMapping[Any, Any], key: Any, value: Any) -> None:
        """Replaces an entry of a mapping."""
        before = mapping[key]
        self._undo.append(lambda: mapping.__setitem__(key, before))
        mapping[key] = value

    def undo(self) -> None:
        """Restores everything, last first."""
        while self._undo:
            self._undo.pop()()


Apply = Callable[[Patch], None]
"""Seeds a defect."""
Defects = Mapping[Kind, Mapping[str, Apply]]
"""Seeded defects by kind; a key is `name: sentence`."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One seeded defect; `says` is a sentence about the wrong behaviour."""

    name: str
    says: str
    kind: Kind
    apply: Apply


def replaced(owner: Any, name: str, change: Callable[..., Any]) -> Apply:
    """Replaces a function by `change`, which gets the original first.

    Raises AttributeError at once, hence when the defects are imported, if `owner` has no such function.
    """
    getattr(owner, name)

    def apply(patch: Patch) -> None:
        right = getattr(owner, name)
        patch.attribute(owner, name, lambda *given, **named: change(right, *given, **named))

    return apply


def together(*parts: Apply) -> Apply:
    """Returns one defect of several changes."""

    def apply(patch: Patch) -> None:
        for part in parts:
            part(patch)

    return apply
