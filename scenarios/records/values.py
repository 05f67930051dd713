"""JSON values of the target in records, limited in depth."""

from __future__ import annotations

import json
from typing import Annotated, Any

from pydantic import BeforeValidator, JsonValue

DEPTH_LIMIT = 50
"""Levels of nesting; a deeper value is recorded as its JSON text."""


def _bounded(value: Any) -> Any:
    if not _deeper_than(value, DEPTH_LIMIT):
        return value
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError:
        return "(nested too deeply to be written down)"


def _deeper_than(value: Any, limit: int) -> bool:
    level = [value]
    for _ in range(limit):
        level = [inner for outer in level for inner in _members(outer)]
        if not level:
            return False
    return True


def _members(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return list(value) if isinstance(value, list | tuple) else []


Value = Annotated[JsonValue, BeforeValidator(_bounded)]
"""A JSON value from the target or a check."""
