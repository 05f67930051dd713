"""Bodies as readable text: indented, shortened, compared."""

from __future__ import annotations

import json
from dataclasses import dataclass
from difflib import SequenceMatcher

from pydantic import JsonValue

LENGTH_LIMIT = 6_000
"""Characters of one body in a report; run.jsonl holds it completely."""
CALM_LENGTH_LIMIT = 2_000
"""Characters of one body in a passed step."""
LINES_COMPARED = 400
"""Longest texts, in lines, whose differences are marked."""


@dataclass(frozen=True, slots=True)
class Clipped:
    """A shortened text; `length` is that of the original."""

    text: str
    length: int

    @property
    def left_out(self) -> int:
        """Number of characters left out."""
        return self.length - len(self.text)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a value; `differs` if the other has none."""

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
    """Convert a value to indented JSON of at most `limit` characters.

    A text stays as it is.
    """
    text = value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
    return Clipped(text[:limit], len(text))


def in_one_line(value: JsonValue, limit: int) -> str:
    """Convert a value to one line of at most `limit` characters.

    An ellipsis marks a shortened one.
    """
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    line = " ".join(text[: limit * 2].split())
    return line if len(line) <= limit and len(text) <= limit * 2 else f"{line[:limit]} …"


def side_by_side(expected: JsonValue, seen: JsonValue) -> tuple[list[Line], list[Line]]:
    """Compare two values line by line, and mark the differences."""
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
