"""How a mutant makes the mock wrong: by replacing attributes and entries, and putting them back.

Only what belongs to the mock is replaced, never what is in `contracts`: whoever tests the mock in the same
process reads the contract too, and must not be made wrong with it.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What a seeded defect breaks."""

    CODE = "code"
    """The code of a refusal."""
    STATUS = "status"
    """The HTTP status of an answer."""
    TRANSITION = "transition"
    """Where an event leads."""
    AUTOMATIC = "automatic"
    """What the OMS does by itself."""
    GATE = "gate"
    """Something is let through that must be refused."""
    RECORD = "record"
    """What was sent is not kept."""
    SHOWN = "shown"
    """What a shipment shows."""
    QUANTITY = "quantity"
    """How many pieces are meant, left, or back."""
    STOCK = "stock"
    """What the store has, and what of it is reserved."""
    BATCH = "batch"
    """The answer of a bulk call, or how it treats its orders."""
    READING = "reading"
    """Filters, windows and pages of lists."""
    DOCUMENT = "document"
    """PDFs."""
    ACCESS = "access"
    """Who may see and do what."""
    RACE = "race"
    """Calls at the same moment."""
    TELLING = "telling"
    """What an answer tells besides the story; found by generated calls, not by flows."""


class Patch:
    """Replacements that can be taken back."""

    def __init__(self) -> None:
        self._undo: list[Callable[[], None]] = []

    def attribute(self, owner: Any, name: str, value: Any) -> None:
        """Replaces an attribute of a module or class."""
        before = getattr(owner, name)
        self._undo.append(lambda: setattr(owner, name, before))
        setattr(owner, name, value)

    def wrap(self, owner: Any, name: str, around: Callable[[Any], Any]) -> None:
        """Replaces a function by what `around` makes of it."""
        self.attribute(owner, name, around(getattr(owner, name)))

    def entry(self, mapping: MutableMapping[Any, Any], key: Any, value: Any) -> None:
        """Replaces an entry of a mapping."""
        before = mapping[key]
        self._undo.append(lambda: mapping.__setitem__(key, before))
        mapping[key] = value

    def undo(self) -> None:
        """Puts everything back, last first."""
        while self._undo:
            self._undo.pop()()


@dataclass(frozen=True, slots=True)
class Mutant:
    """One seeded defect: its name, what is wrong in plain words, and how to make it so."""

    name: str
    says: str
    kind: Kind
    apply: Callable[[Patch], None]


Apply = Callable[[Patch], None]
"""Makes the mock wrong."""
