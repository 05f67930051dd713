"""Meaning of escaped text and of base64 in lines; the way back."""

from __future__ import annotations

import html
import json
import re
import sys
from bisect import bisect_right
from functools import lru_cache

_ESCAPE = re.compile(
    rb'\\u[0-9a-fA-F]{4}(?:\\u[dD][c-fC-F][0-9a-fA-F]{2})?|\\["\\/bfnrt]|%[0-9a-fA-F]{2}'
    rb"|\\x[0-9a-fA-F]{2}|\\[0-3][0-7]{2}|\\0(?![0-7])|\\'|(?:\\u\{[0-9a-fA-F]{1,6}\}|\\U[0-9a-fA-F]{8}|%u[0-9a-fA-F]{4})"
    rb"|&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,31});"
)
"""Escapes of JSON, URLs and HTML, and those of C, JavaScript and Python that servers print in their logs."""
KINDS = b"\\%&"
_LETTERS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_")
RUNS = bytes(97 if byte in _LETTERS else byte if byte in b"\r\n" else 32 for byte in range(256))
"""Makes `a` of each character that base64 and hex may have, and spaces of others, but for ends of lines."""
_LINE = 20
"""Shortest line of base64 that is wrapped; 64 and 76 are usual."""
_END_OF_LINE = b"a" * _LINE + b"\n"
_LINE_END = re.compile(
    rb"\r?\n(?:(?<=[A-Za-z0-9+/_-]{%d}\n)|(?<=[A-Za-z0-9+/_-]{%d}\r\n))[ \t]*(?=[A-Za-z0-9+/_=-])"
    % (_LINE, _LINE)
)
"""End of a line inside base64 that is wrapped, with the space before the next line."""


def utf_8(text: str) -> bytes:
    """Encode a text that may have half characters, as JSON may."""
    return text.encode("utf-8", "surrogatepass")


class Layer:
    """A text with its escapes replaced, and the way back.

    `kinds` are the first characters of the escapes to replace; without any, lines of base64 are joined.
    """

    def __init__(self, before: bytes, kinds: bytes = KINDS) -> None:
        pieces: list[bytes] = []
        self._here, self._there, self._escaped = [0], [0], [False]
        end = length = 0
        for escape in (_ESCAPE if kinds else _LINE_END).finditer(before):
            written = escape[0]
            if kinds and written[0] not in kinds:
                continue
            meant = _unescaped(written) if kinds else b""
            start, stop = escape.span()
            pieces += (before[end:start], meant)
            length += start - end
            self._here += (length, length + len(meant))
            self._there += (start, stop)
            self._escaped += (True, False)
            length, end = length + len(meant), stop
        self.text = b"".join([*pieces, before[end:]]) if pieces else before

    def back(self, start: int, end: int) -> tuple[int, int]:
        """Return the span in the text before that a span came from."""
        first, last = (bisect_right(self._here, place) - 1 for place in (start, end - 1))
        begin = self._there[first] + (0 if self._escaped[first] else start - self._here[first])
        if self._escaped[last]:
            return begin, self._there[last + 1]
        return begin, self._there[last] + end - self._here[last]


_SHORT_ESCAPES: dict[bytes, bytes] = {
    f"\\{letter}".encode(): json.loads(f'"\\{letter}"').encode() for letter in '"\\/bfnrt'
} | {b"\\'": b"'", b"\\0": b"\0"}
"""Escapes of two characters, with their meaning."""


@lru_cache(maxsize=256)
def _unescaped(escape: bytes) -> bytes:
    if escape in _SHORT_ESCAPES:
        return _SHORT_ESCAPES[escape]
    if escape.startswith(b"&"):
        return utf_8(html.unescape(escape.decode()))
    if escape.startswith((b"\\u{", b"\\U", b"%u")):
        return _letter(int(escape[2:].strip(b"{}"), 16))
    if escape.startswith((b"%", b"\\x")):
        return bytes.fromhex(escape[-2:].decode())
    if escape.startswith(b"\\u"):
        return utf_8(json.loads(b'"' + escape + b'"'))
    return bytes((int(escape[1:], 8),))


def _letter(code: int) -> bytes:
    return utf_8(chr(code)) if code <= sys.maxunicode else b"?"


def is_escaped(raw: bytes, text: str) -> bool:
    """Whether a text, given twice, has escapes.

    Their characters are looked for first, which is fast.
    """
    may_be = "\\" in text or "%" in text or ("&" in text and ";" in text)
    return may_be and _ESCAPE.search(raw) is not None


def is_wrapped(runs: bytes) -> bool:
    """Whether a text has base64 in lines."""
    return _END_OF_LINE in runs or _END_OF_LINE.replace(b"\n", b"\r\n") in runs
