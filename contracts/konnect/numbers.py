"""Whole numbers in JSON."""

from __future__ import annotations


def whole(value: object) -> object:
    """Converts 2.0 to 2, because JSON Schema counts both as integers."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
