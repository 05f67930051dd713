"""Bodies as text that a person reads: indented, cut to a length that a page bears, and set side by side."""

from __future__ import annotations

import json
from dataclasses import dataclass
from difflib import SequenceMatcher

from pydantic import JsonValue

LENGTH_LIMIT = 6_000
"""Characters of one body that a report shows; the whole of it stands in run.jsonl."""
CALM_LENGTH_LIMIT = 2_000
"""The same for a step in which nothing went wrong: there are many, and few are read."""
LINES_COMPARED = 400
"""Longest texts, in lines, whose differences are marked."""


@dataclass(frozen=True, slots=True)
class Clipped:
    """A text, cut off; `length` is that of the whole."""

    text: str
    length: int

    @property
    def left_out(self) -> int:
        """Characters that are not shown."""
        return self.length - len(self.text)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an expected or seen value; `differs` when the other side has no such line."""

    whole: str
    differs: bool

    @property
    def text(self) -> str:
        """The line without its indentation."""
        return self.whole.lstrip(" ")

    @property
    def indent(self) -> str:
        """The spaces before the text."""
        return self.whole[: len(self.whole) - len(self.text)]


def clip(value: JsonValue, limit: int = LENGTH_LIMIT) -> Clipped:
    """`value` as indented JSON, or as it is when it is a text; no more than `limit` characters."""
    text = value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
    return Clipped(text[:limit], len(text))


def in_one_line(value: JsonValue, limit: int) -> str:
    """`value` in one line of at most `limit` characters, and a mark when something is left out."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    line = " ".join(text[: limit * 2].split())
    return line if len(line) <= limit and len(text) <= limit * 2 else f"{line[:limit]} …"


def side_by_side(expected: JsonValue, seen: JsonValue) -> tuple[list[Line], list[Line]]:
    """Two values line by line, each line marked when the other side has none like it there."""
    left, right = (_lines(value) for value in (expected, seen))
    if max(len(left), len(right)) > LINES_COMPARED:
        return [Line(text, False) for text in left], [Line(text, False) for text in right]
    same_left, same_right = set[int](), set[int]()
    for at, other, size in SequenceMatcher(a=left, b=right, autojunk=False).get_matching_blocks():
        same_left.update(range(at, at + size))
        same_right.update(range(other, other + size))
    return _marked(left, same_left), _marked(right, same_right)


def _marked(lines: list[str], same: set[int]) -> list[Line]:
    return [Line(text, number not in same) for number, text in enumerate(lines)]


def _lines(value: JsonValue) -> list[str]:
    cut = clip(value)
    note = [f"… {cut.left_out:,} of {cut.length:,} characters left out"] if cut.left_out else []
    return [*cut.text.splitlines(), *note] or [""]
