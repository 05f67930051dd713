"""Selects flows by pattern."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable

from scenarios.language.words import *


def choose(flows: Iterable[Flow], patterns: Iterable[str]) -> tuple[list[Flow], list[str]]:
    """Return the matching flows, and the patterns that match none.

    A pattern is an id, its beginning, an id with modes, or has `*` and `?` in it. Without patterns all match.
    """
    every, wanted = list(flows), list(patterns)
    matches = {pattern: [flow for flow in every if _matches(flow, pattern)] for pattern in wanted}
    chosen = {flow.id for found in matches.values() for flow in found}
    unmatched = [pattern for pattern in wanted if not matches[pattern]]
    return [flow for flow in every if flow.id in chosen or not wanted], unmatched


def _matches(flow: Flow, pattern: str) -> bool:
    bare = pattern.partition("[")[0].upper()
    return fnmatch.fnmatchcase(flow.id, bare) or flow.id.startswith(bare)
