"""Values that stand for more than one: what a field may hold where its very value is not known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Like:
    """Stands in `shows` for any text that `pattern` matches from end to end; `words` says what that is."""

    words: str
    pattern: str

    def __str__(self) -> str:
        """The words."""
        return self.words


PRESENT = Like("of any kind", "")
"""Stands in `shows` for any value at all, also for null: the field is there."""


def spelled(fields: Mapping[str, Any]) -> str:
    """Names and values in a sentence."""
    return ", ".join(f"{name} {_value(value)}" for name, value in fields.items())


def _value(value: Any) -> str:
    return str(value) if isinstance(value, Like) else str(getattr(value, "__name__", repr(value)))
