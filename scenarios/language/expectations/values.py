"""Values that accept more than one actual value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Like:
    """Accepts each text that `pattern` matches completely; `words` describes it."""

    words: str
    pattern: str

    def __str__(self) -> str:
        """Return the description."""
        return self.words


PRESENT = Like("of any kind", "")
"""Accepts each value, also null: the field exists."""


def spelled(fields: Mapping[str, Any]) -> str:
    """Describe names and values in a sentence."""
    return ", ".join(f"{name} {_value(value)}" for name, value in fields.items())


def _value(value: Any) -> str:
    return str(value) if isinstance(value, Like) else str(getattr(value, "__name__", repr(value)))
