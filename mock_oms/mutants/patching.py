"""How a mutant makes the mock wrong: by replacing attributes and entries, and putting them back."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What a seeded defect breaks."""

    CODE = "code"
    STATUS = "status"
    TRANSITION = "transition"
    READING = "reading"
    DOCUMENT = "document"
    ACCESS = "access"
    QUANTITY = "quantity"
    BATCH = "batch"


class Patch:
    """Replacements that can be taken back."""

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
