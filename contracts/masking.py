"""Masking of secrets in journals, answers, errors, records of runs and terminals.

Two ways, used together: every value under the name of a secret is masked, and a value known to be secret is
masked wherever it appears: plain, in base64, and escaped for JSON, URLs or HTML, also several times.
"""

from __future__ import annotations

import base64
import html
import json
import re
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache, wraps
from typing import Any, NamedTuple, TypeVar

MASK = "***"
_NAME = re.compile(
    r"(?i:passw|passphrase|passcode|pwd|secret|token|authorization|(api|control|access|private)[-_]?key"
    r"|credential|cookie)|((?<![A-Za-z])|(?<=[a-z0-9])(?=[PO]))(?i:pass|pin|otp)\d*$"
)
"""Short words only at the end of a name: `userPin`, not `pinCode`."""
_ABOUT = re.compile(r"_(s|status|field|limit|sha256)$", re.IGNORECASE)
"""Suffixes of names that only describe a secret, for instance its lifetime."""
_SHORTEST = 4
"""Shortest value that is searched for in text; masking shorter ones would hide unrelated words."""
_SHORTEST_INSIDE = 6
"""Shortest part of a secret that is searched for inside longer base64."""
_SHORTEST_CUT = 12
"""Shortest secret of which a beginning is searched for, where a text was cut."""
_CUT = 8
"""Shortest beginning of a secret that is masked."""
_LAYERS = 4
"""Times that a text is unescaped, for instance JSON inside a URL inside JSON."""
_GROWTH = 12
"""Bytes that one byte of a secret may take when it is escaped twice."""
_ESCAPE = re.compile(
    rb'\\u[0-9a-fA-F]{4}(?:\\u[dD][c-fC-F][0-9a-fA-F]{2})?|\\["\\/bfnrt]|%[0-9a-fA-F]{2}'
    rb"|\\x[0-9a-fA-F]{2}|\\[0-3][0-7]{2}|\\'|(?:\\u\{[0-9a-fA-F]{1,6}\}|\\U[0-9a-fA-F]{8}|%u[0-9a-fA-F]{4})"
    rb"|&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,31});"
)
"""Escapes of JSON, URLs and HTML, and those of C, JavaScript and Python that servers print in their logs."""
_KINDS = b"\\%&"
_BACKSLASH, _PERCENT, _AMPERSAND = _KINDS
_BASE64 = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+")
_ENDS = (b'"', b"'", b"\\", "…".encode())
"""What follows a text that was cut."""


CACHED_MAX = 128
"""Characters of the longest text that is cached: clients choose the texts, and memory is bounded."""
_T = TypeVar("_T")


def cached_if_short(function: Callable[[str], _T]) -> Callable[[str], _T]:
    """Cache the results of a function for the last 1,024 short texts."""
    cached = lru_cache(maxsize=1024)(function)

    @wraps(function)
    def call(text: str) -> _T:
        return cached(text) if len(text) <= CACHED_MAX else function(text)

    return call


@cached_if_short
def is_secret_name(name: str) -> bool:
    """Whether a header, field or parameter of this name is secret."""
    return bool(_NAME.search(name)) and not _ABOUT.search(name)


def mask_value(value: Any, secret_names: Iterable[str] = ()) -> Any:
    """Copy a JSON value; mask everything under the name of a secret.

    `secret_names` are further names, for instance the token field of a profile.
    """
    extra = frozenset(secret_names)
    if isinstance(value, Mapping):
        return {
            name: MASK
            if (is_secret_name(str(name)) or name in extra) and inner not in (None, "")
            else mask_value(inner, extra)
            for name, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [mask_value(inner, extra) for inner in value]
    return value


class _Spelling(NamedTuple):
    text: bytes
    is_base64: bool


@cached_if_short
def _spellings(secret: str) -> tuple[_Spelling, ...]:
    """List the spellings of a secret that unescaping does not find."""
    written = {secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    written |= {text.replace(" ", "+") for text in written}
    found = {_Spelling(_raw(text), False) for text in written if len(text) >= _SHORTEST}
    if found:
        found |= {_Spelling(text.encode(), True) for text in _base64_spellings(_raw(secret))}
        found |= {
            _Spelling(text.encode(), False) for text in (_raw(secret).hex(), _raw(secret).hex().upper())
        }
    return tuple(sorted(found))


def _raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _base64_spellings(raw: bytes) -> list[str]:
    """List the base64 spellings of `raw`, in both alphabets.

    Inside a longer text they depend on the offset modulo 3; of each the part that never changes is listed.
    """
    found = [base64.b64encode(raw).decode().rstrip("=")]
    for before in range(3):
        bits = 8 * (before + len(raw))
        whole = base64.b64encode(bytes(before) + raw).decode()[: bits // 6]
        inner = whole[-(-8 * before // 6) :]
        if len(inner) >= _SHORTEST_INSIDE:
            found.append(inner)
    return found + [text.replace("+", "-").replace("/", "_") for text in found]


class _Layer:
    """A text with its escapes replaced, and the way back.

    `kinds` are the first characters of the escapes to replace.
    """

    def __init__(self, before: bytes, kinds: bytes = _KINDS) -> None:
        pieces: list[bytes] = []
        self._here, self._there, self._escaped = [0], [0], [False]
        end = length = 0
        for escape in _ESCAPE.finditer(before):
            if escape[0][0] not in kinds:
                continue
            meant = _unescaped(escape[0])
            pieces += (before[end : escape.start()], meant)
            length += escape.start() - end
            self._here += (length, length + len(meant))
            self._there += (escape.start(), escape.end())
            self._escaped += (True, False)
            length, end = length + len(meant), escape.end()
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
} | {b"\\'": b"'"}
"""Escapes of two characters, with their meaning."""


def _unescaped(escape: bytes) -> bytes:
    if len(escape) == 2:
        return _SHORT_ESCAPES[escape]
    if escape.startswith(b"&"):
        return _raw(html.unescape(escape.decode()))
    if escape.startswith((b"\\u{", b"\\U", b"%u")):
        return _letter(int(escape[2:].strip(b"{}"), 16))
    if escape.startswith((b"%", b"\\x")):
        return bytes.fromhex(escape[-2:].decode())
    if escape.startswith(b"\\u"):
        return _raw(json.loads(b'"' + escape + b'"'))
    return bytes((int(escape[1:], 8),))


def _letter(code: int) -> bytes:
    return _raw(chr(code)) if code <= sys.maxunicode else b"?"


def _is_escaped(raw: bytes) -> bool:
    """Whether a text has escapes.

    The first characters of escapes are looked for first, which is fast.
    """
    return (_BACKSLASH in raw or _PERCENT in raw or _AMPERSAND in raw) and _ESCAPE.search(raw) is not None


class Secrets:
    """Secrets that are masked wherever they appear, in each spelling."""

    def __init__(self, known: Iterable[str]) -> None:
        secrets = set(known)
        self._spellings = [spelling for secret in secrets for spelling in _spellings(secret)]
        self._beginnings = [_raw(secret) for secret in secrets if len(secret) >= _SHORTEST_CUT]
        texts = (spelling.text for spelling in self._spellings)
        searched = {text[:_CUT] if len(text) >= _SHORTEST_CUT else text for text in texts}
        self._searched = tuple(text.decode("latin-1") for text in searched)
        self._longest = max((len(_raw(secret)) for secret in secrets), default=0)

    def are_in(self, raw: bytes) -> bool:
        """Whether a text shows a secret."""
        return (self._may_be_in(raw) or _is_escaped(raw)) and bool(self._spans(raw))

    def _may_be_in(self, raw: bytes) -> bool:
        """Whether a text shows the beginning of a secret without unescaping."""
        text = raw.decode("latin-1")  # a text is searched in a third of the time of bytes
        for beginning in self._searched:  # noqa: SIM110 - runs in every call; half the time of any()
            if beginning in text:
                return True
        return False

    def mask(self, text: str) -> str:
        """Mask the secrets in a text."""
        return self.mask_bytes(_raw(text)).decode("utf-8", "surrogatepass")

    def mask_bytes(self, raw: bytes, keep: int | None = None) -> bytes:
        """Mask the secrets in the first `keep` bytes.

        One that goes on behind them is masked too.
        """
        kept = len(raw) if keep is None else min(keep, len(raw))
        pieces: list[bytes] = []
        place = 0
        for start, end in _joined(self._spans(raw[: kept + _GROWTH * self._longest])):
            if start >= kept:
                break
            pieces += (raw[place:start], MASK.encode())
            place = end
        return b"".join([*pieces, raw[place:kept]]) if pieces else raw[:kept]

    def _spans(self, raw: bytes) -> list[tuple[int, int]]:
        """Return the places of all secrets, in any order."""
        found = list(self._plain_spans(raw)) if self._may_be_in(raw) else []
        layers: list[_Layer] = []
        if self._searched and sum(kind in raw for kind in _KINDS) > 1:
            found += self._spans_of_one_kind(raw)
        while self._searched and len(layers) < _LAYERS and _is_escaped(raw):
            layers.append(_Layer(raw))
            raw = layers[-1].text
            for start, end in self._plain_spans(raw) if self._may_be_in(raw) else ():
                place = start, end
                for layer in reversed(layers):
                    place = layer.back(*place)
                found.append(place)
        return found

    def _spans_of_one_kind(self, raw: bytes) -> Iterator[tuple[int, int]]:
        """Yield the places of secrets that hold what looks like another escape."""
        for kind in _KINDS:
            layer = _Layer(raw, bytes((kind,)))
            for start, end in self._plain_spans(layer.text) if self._may_be_in(layer.text) else ():
                yield layer.back(start, end)

    def _plain_spans(self, raw: bytes) -> Iterator[tuple[int, int]]:
        for text, is_base64 in self._spellings:
            start = raw.find(text)
            while start >= 0:
                end = start + len(text)
                yield _base64_span(raw, start, end) if is_base64 else (start, end)
                start = raw.find(text, end)
        for secret in self._beginnings:
            start = raw.find(secret[:_CUT])
            while start >= 0:
                end = start + _CUT
                while end < len(raw) and end - start < len(secret) and raw[end] == secret[end - start]:
                    end += 1
                if end == len(raw) or raw.startswith(_ENDS, end):
                    yield start, end
                start = raw.find(secret[:_CUT], end)


def _base64_span(raw: bytes, start: int, end: int) -> tuple[int, int]:
    """Return the whole base64 text around a part of it."""
    while start > 0 and raw[start - 1] in _BASE64:
        start -= 1
    while end < len(raw) and raw[end] in _BASE64:
        end += 1
    while end < len(raw) and raw.startswith(b"=", end):
        end += 1
    return start, end


def _joined(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield spans in order; overlapping ones as one."""
    pending: tuple[int, int] | None = None
    for start, end in sorted(spans):
        if pending and start < pending[1]:
            pending = pending[0], max(end, pending[1])
            continue
        if pending:
            yield pending
        pending = start, end
    if pending:
        yield pending


def mask_text(text: str, known: Iterable[str]) -> str:
    """Mask the known secrets in a text, in all their spellings."""
    return Secrets(known).mask(text)
