"""Prepares texts of any script, for paper and for readers of PDFs.

A PDF names the characters of each glyph, and most readers, pypdf among them, use nothing else. In Indian and
Arabic scripts a glyph can stand for several characters, and stand elsewhere than they do, so a reader gets
other words than were printed. A text with such characters is therefore printed as a picture, made of glyphs
that no reader sees. Over it lie its characters, one by one, in a font of empty glyphs.
"""

import re
from typing import Any

TEXT_CHARS_MAX = 1000
"""Longer texts end in an ellipsis."""
ROW_CHARS_MAX = 48
"""Characters in a row of the text layer; a longer text has several rows."""
WORD_EMS_MAX = 13.0
"""Wider words may be wider than a column, and can then be broken anywhere."""

_RTL = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
_CONTROLS = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufeff\ufff0-\ufffb\ufffe\uffff\U000e0000-\U0010ffff]"
)
_SIMPLE = re.compile(
    "[ -~\xa1-\xac\xae-\u017f\u0218-\u021b\u1e00-\u1eff\u2010-\u2027\u2032-\u203a\u20ac\u20b9\u2122]*"
)
"""Characters that are one glyph each, in the order of reading."""
_SPACE = re.compile(r"\s")
_MAYBE_WIDE = re.compile(r"\S{12}")
_DIRECTIONS = re.compile(rf"(?P<R>[{_RTL}])|(?P<D>\d)|(?P<L>[^\W_])|(?P<N>.)", re.DOTALL)

_WIDTHS = {**dict.fromkeys("0123456789", 0.573), **dict.fromkeys(",.", 0.29), "-": 0.33, " ": 0.26, "%": 0.91}
_WIDTHS |= dict.fromkeys("abcdeghknopqsuvxyzABCEFKLPRSTVXYZ", 0.7) | dict.fromkeys("fijlrtIJ:;/()'", 0.47)
_WIDTHS |= dict.fromkeys("DGHNOQU", 0.82)
_WIDE = 1.0
"""Of all other characters."""
_UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u200c\u200d\u3164\uffa0\ufe00-\ufe0f]*.", re.DOTALL)
"""A character with the joiners and selectors before it: typst prints none of those alone."""

Row = list[tuple[int, str]]
"""Characters in the order of reading, each with its column from the left."""


def printable(text: str, limit: int | None = TEXT_CHARS_MAX) -> str:
    """Shorten a text and replace its control characters.

    White space becomes a space; controls, surrogates and private characters become U+FFFD. What changes the
    direction of other texts is a control here.
    """
    short = text if limit is None or len(text) <= limit else f"{text[: limit - 1]}…"
    if short.isascii() and short.isprintable():
        return short
    return _CONTROLS.sub("\ufffd", _SPACE.sub(" ", short))


def typeset(text: str, limit: int | None = TEXT_CHARS_MAX) -> Any:
    """Return a text for the templates.

    A simple text is a string. Others are a dictionary, with the widest word if that may be too wide, and with
    the rows of the text layer if a glyph may be other than one character.
    """
    shown = printable(text, limit).strip()
    word = max(shown.split(" "), key=width) if _MAYBE_WIDE.search(shown) else ""
    wide = word if width(word) > WORD_EMS_MAX else ""
    if _SIMPLE.fullmatch(shown) is None:
        return {"text": shown, "word": wide, "rows": rows(shown), "rtl": _is_rtl(shown)}
    return {"text": shown, "word": wide} if wide else shown


def width(text: str) -> float:
    """Return a width in ems with room for a bold text."""
    return sum(_WIDTHS.get(char, _WIDE) for char in text)


def rows(text: str) -> list[Row]:
    """Lay a text out in rows of single characters."""
    lines, line = [], ""
    for word in re.findall(rf"\S{{1,{ROW_CHARS_MAX}}} ?|\s", text):
        if len(line) + len(word) > ROW_CHARS_MAX and line:
            lines.append(line)
            line = ""
        line += word
    rtl = _is_rtl(text)
    return [_row(each, rtl) for each in [*lines, line]]


def _row(text: str, rtl: bool) -> Row:
    columns = _columns(text, rtl)
    return [(min(columns[found.start() : found.end()]), found[0]) for found in _UNSEEN.finditer(text)]


def _is_rtl(text: str) -> bool:
    """Return whether the first letter is read from right to left."""
    first = next(
        (found.lastgroup for found in _DIRECTIONS.finditer(text) if found.lastgroup in {"R", "L"}), "L"
    )
    return first == "R"


def _columns(text: str, rtl: bool) -> list[int]:
    """Return the column of each character, from the left.

    Levels and their reversal are those of the Unicode bidirectional algorithm; numbers and words of the other
    direction keep theirs.
    """
    levels = _levels(text, rtl)
    order = list(range(len(text)))
    for level in range(max(levels, default=0), 0, -1):
        at = 0
        while at < len(order):
            end = at
            while end < len(order) and levels[order[end]] >= level:
                end += 1
            order[at:end] = reversed(order[at:end])
            at = max(end, at + 1)
    columns = [0] * len(text)
    for column, index in enumerate(order):
        columns[index] = column
    return columns


def _levels(text: str, rtl: bool) -> list[int]:
    """Return the level of each character; odd ones read leftwards."""
    base, level = int(rtl), {"R": 1, "L": 2 if rtl else 0}
    levels: list[int] = []
    last, neutrals = "R" if rtl else "L", 0
    for found in _DIRECTIONS.finditer(text):
        kind = found.lastgroup
        if kind == "N":
            neutrals += 1
            levels.append(base)
            continue
        side = "R" if kind == "R" or (kind == "D" and last == "R") else "L"
        if side == last and neutrals:
            levels[-neutrals:] = [level[side]] * neutrals
        neutrals = 0
        levels.append(2 if kind == "D" and last == "R" else level[side])
        last = side
    return levels
