"""Bodies as readable text: indented, shortened, compared."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from pydantic import JsonValue

LENGTH_LIMIT = 6_000
"""Characters of one body in a report; run.jsonl holds it completely."""
CALM_LENGTH_LIMIT = 2_000
"""Characters of one body in a passed step."""
LINES_COMPARED = 400
"""Longest texts, in lines, whose differences are marked."""
_WORD = re.compile(r"[\w.]+|\s+|[^\w\s]")


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
class Piece:
    """A part of a line; `differs` if the other value lacks it."""

    text: str
    differs: bool


Line = tuple[Piece, ...]
"""A line of a value, in parts."""


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
    """Compare two values word by word, and mark the differences.

    Nothing is marked in a sentence and an object, which differ as a whole.
    """
    left, right = (_lines(value) for value in (expected, seen))
    if max(len(left), len(right)) > LINES_COMPARED or isinstance(expected, dict) != isinstance(seen, dict):
        return [(Piece(text, False),) for text in left], [(Piece(text, False),) for text in right]
    marked: tuple[list[Line], list[Line]] = ([], [])
    for tag, a, b, c, d in SequenceMatcher(a=left, b=right, autojunk=False).get_opcodes():
        for one, other in zip_longest(left[a:b], right[c:d]):
            sides = (
                _words(one, other)
                if one and other and tag == "replace"
                else (_all(one, tag), _all(other, tag))
            )
            for lines, text, line in zip(marked, (one, other), sides, strict=True):
                if text is not None:
                    lines.append(line)
    return marked


def _all(text: str | None, tag: str) -> Line:
    """Mark a line as a whole, without its indentation."""
    if not text or tag == "equal":
        return (Piece(text or "", False),)
    bare = text.lstrip(" ")
    return (Piece(text[: len(text) - len(bare)], False), Piece(bare, True))


def _words(one: str, other: str) -> tuple[Line, Line]:
    """Mark the words of two lines that differ."""
    left, right = _WORD.findall(one), _WORD.findall(other)
    opcodes = SequenceMatcher(a=left, b=right, autojunk=False).get_opcodes()
    sides = [
        (left, [(tag, a, b) for tag, a, b, _, _ in opcodes]),
        (right, [(tag, c, d) for tag, _, _, c, d in opcodes]),
    ]
    first, second = (
        tuple(Piece("".join(words[a:b]), tag != "equal") for tag, a, b in spans if a < b)
        for words, spans in sides
    )
    return first, second


def _lines(value: JsonValue) -> list[str]:
    if isinstance(value, list) and not any(isinstance(item, list | dict) for item in value):
        value = "\n".join(item if isinstance(item, str) else json.dumps(item) for item in value) or "none"
    cut = clip(value)
    note = [f"… {cut.left_out:,} of {cut.length:,} characters left out"] if cut.left_out else []
    return [*cut.text.splitlines(), *note] or [""]
