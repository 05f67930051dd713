"""Whole numbers as JSON has them."""

from __future__ import annotations


def whole(value: object) -> object:
    """JSON has one kind of number: 2.0 is a whole one, as JSON Schema has it."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
