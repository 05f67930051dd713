"""Masking of secrets in journals, answers, errors, records of runs and terminals.

Two ways, used together: every value under the name of a secret is masked, and a value known to be secret is
masked wherever it appears: plain, in hex, UTF-16 or base64 (also twice, also in lines), and escaped for JSON,
URLs, HTML or logs, also several times.
"""

from __future__ import annotations

import base64
import html
import json
import re
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, lru_cache, wraps
from itertools import chain
from typing import Any, TypeVar

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
    rb"|\\x[0-9a-fA-F]{2}|\\[0-3][0-7]{2}|\\0(?![0-7])|\\'|(?:\\u\{[0-9a-fA-F]{1,6}\}|\\U[0-9a-fA-F]{8}|%u[0-9a-fA-F]{4})"
    rb"|&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,31});"
)
"""Escapes of JSON, URLs and HTML, and those of C, JavaScript and Python that servers print in their logs."""
_KINDS = b"\\%&"
_BASE64 = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+")
_RUNS = bytes(
    97 if byte in _BASE64 | frozenset(b"/-_") else byte if byte in b"\r\n" else 32 for byte in range(256)
)
"""Makes `a` of each character that base64 and hex may have, and spaces of others, but for ends of lines."""
_LINE = 20
"""Shortest line of base64 that is wrapped; 64 and 76 are usual."""
_END_OF_LINE = b"a" * _LINE + b"\n"
_AROUND = _BASE64 | {0}
"""Characters that belong to a secret in base64, hex or UTF-16 when they stand beside a part of it."""
_URL_ALPHABET = bytes.maketrans(b"+/", b"-_")
_LINE_END = re.compile(
    rb"\r?\n(?:(?<=[A-Za-z0-9+/_-]{%d}\n)|(?<=[A-Za-z0-9+/_-]{%d}\r\n))[ \t]*(?=[A-Za-z0-9+/_=-])"
    % (_LINE, _LINE)
)
"""End of a line inside base64 that is wrapped, with the space before the next line."""
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


@cached_if_short
def _written(secret: str) -> frozenset[bytes]:
    """Return the plain spellings of a secret that unescaping does not find."""
    written = {secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    return frozenset(_raw(text) for text in written | {text.replace(" ", "+") for text in written})


@cached_if_short
def _encoded(secret: str) -> tuple[str, ...]:
    """Return the spellings of a secret in hex and base64."""
    raws = (_raw(secret), *_in_utf_16(secret))
    based = [_base64_spellings(raw) for raw in raws]
    found = {*chain(*based), *(twice for once in based[0] for twice in _base64_spellings(once))}
    hexed = {text for raw in raws for text in (raw.hex(), raw.hex().upper())}
    return *sorted(text.decode() for text in found), *sorted(hexed)


def _shortest_encoded(secret: str) -> int:
    """Return a length that no spelling in hex or base64 stays below."""
    return max(_SHORTEST_INSIDE, len(_raw(secret)) * 4 // 3 - 2)


def _raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _in_utf_16(secret: str) -> set[bytes]:
    """Return a secret in UTF-16.

    As bytes, and where each byte became a character; without the zeros around it, since ASCII is then the
    same in both byte orders.
    """
    raws = {secret.encode(order, "surrogatepass").strip(b"\0") for order in ("utf-16-le", "utf-16-be")}
    return raws | {raw.decode("latin-1").encode() for raw in raws}


def _base64_spellings(raw: bytes) -> list[bytes]:
    """List the base64 spellings of `raw`, in both alphabets.

    Inside a longer text they depend on the offset modulo 3; of each the part that never changes is listed.
    """
    found = []
    for before in range(3):
        whole = base64.b64encode(bytes(before) + raw)
        inner = whole[-(-8 * before // 6) : 8 * (before + len(raw)) // 6]
        if len(inner) >= _SHORTEST_INSIDE:
            found.append(inner)
        elif not before:
            found.append(whole.rstrip(b"="))
    return found + [text.translate(_URL_ALPHABET) for text in found if b"+" in text or b"/" in text]


class _Layer:
    """A text with its escapes replaced, and the way back.

    `kinds` are the first characters of the escapes to replace; without any, lines of base64 are joined.
    """

    def __init__(self, before: bytes, kinds: bytes = _KINDS) -> None:
        pieces: list[bytes] = []
        self._here, self._there, self._escaped = [0], [0], [False]
        end = length = 0
        for escape in (_ESCAPE if kinds else _LINE_END).finditer(before):
            if kinds and escape[0][0] not in kinds:
                continue
            meant = _unescaped(escape[0]) if kinds else b""
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
} | {b"\\'": b"'", b"\\0": b"\0"}
"""Escapes of two characters, with their meaning."""


def _unescaped(escape: bytes) -> bytes:
    if escape in _SHORT_ESCAPES:
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


def _is_escaped(raw: bytes, text: str) -> bool:
    """Whether a text, given twice, has escapes.

    Their characters are looked for first, which is fast.
    """
    may_be = "\\" in text or "%" in text or ("&" in text and ";" in text)
    return may_be and _ESCAPE.search(raw) is not None


def _is_wrapped(runs: bytes) -> bool:
    """Whether a text has base64 in lines."""
    return _END_OF_LINE in runs or _END_OF_LINE.replace(b"\n", b"\r\n") in runs


class Secrets:
    """Secrets that are masked wherever they appear, in each spelling."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = sorted({secret for secret in known if len(secret) >= _SHORTEST}, key=_shortest_encoded)
        self._beginnings = [_raw(secret) for secret in self._known if len(secret) >= _SHORTEST_CUT]
        self._written = tuple(text for secret in self._known for text in _written(secret))
        searched = {text[:_CUT] if len(text) >= _SHORTEST_CUT else text for text in self._written}
        self._searched = tuple(text.decode("latin-1") for text in searched)
        self._longest = max((len(_raw(secret)) for secret in self._known), default=0)
        lengths = dict.fromkeys(map(_shortest_encoded, self._known))
        self._runs = [b"a" * length for length in lengths]
        self._run = self._runs[0] if self._runs else b"a" * _GROWTH

    @cached_property
    def _by_run(self) -> list[tuple[bytes, list[str]]]:
        """Spellings in hex and base64, after their shortest run of letters."""
        return [
            (
                run,
                [
                    text
                    for secret in self._known
                    if _shortest_encoded(secret) == len(run)
                    for text in _encoded(secret)
                ],
            )
            for run in self._runs
        ]

    @cached_property
    def _in_utf_16(self) -> list[str]:
        return [text.decode("latin-1") for secret in self._known for text in _in_utf_16(secret)]

    def are_in(self, raw: bytes) -> bool:
        """Whether a text shows a secret."""
        text = raw.decode("latin-1")  # a text is searched in a third of the time of bytes
        runs = raw.translate(_RUNS) if len(text) >= len(self._run) or "\n" in text else b""
        may_be = self._may_be_in(text, runs) or _is_escaped(raw, text) or ("\n" in text and _is_wrapped(runs))
        return may_be and bool(self._spans(raw))

    def _may_be_in(self, text: str, runs: bytes) -> bool:
        """Whether a text shows the beginning of a secret without unescaping."""
        for beginning in self._searched:  # runs in every call; half the time of any()
            if beginning in text:
                return True
        if "\0" in text or (runs and self._run in runs):
            return bool(self._encoded_in(text, runs))
        return False

    def _encoded_in(self, text: str, runs: bytes) -> list[str]:
        """List the spellings in UTF-16, hex and base64 that a text shows.

        They are searched in texts with zeros or long runs of letters and digits only, which few texts have.
        """
        found = [spelling for spelling in self._in_utf_16 if spelling in text] if "\0" in text else []
        for run, spellings in self._by_run:
            if run not in runs:
                break
            found += [spelling for spelling in spellings if spelling in text]
        return found

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
        if not self._known:
            return []
        found = list(self._shown_spans(raw))
        layers: list[_Layer] = []
        if sum(kind in raw for kind in _KINDS) > 1:
            found += self._spans_of_one_kind(raw)
        while len(layers) < _LAYERS and _is_escaped(raw, raw.decode("latin-1")):
            layers.append(_Layer(raw))
            raw = layers[-1].text
            found += (self._back(layers, *place) for place in self._shown_spans(raw))
        return found

    def _back(self, layers: list[_Layer], start: int, end: int) -> tuple[int, int]:
        for layer in reversed(layers):
            start, end = layer.back(start, end)
        return start, end

    def _spans_of_one_kind(self, raw: bytes) -> Iterator[tuple[int, int]]:
        """Yield the places of secrets that hold what looks like another escape."""
        for kind in _KINDS:
            layer = _Layer(raw, bytes((kind,)))
            yield from (layer.back(*place) for place in self._plain_spans(layer.text))

    def _shown_spans(self, raw: bytes) -> Iterator[tuple[int, int]]:
        """Yield the places of secrets, also of those in lines of base64."""
        yield from self._plain_spans(raw)
        if b"\n" in raw and _is_wrapped(raw.translate(_RUNS)):
            layer = _Layer(raw, b"")
            yield from (layer.back(*place) for place in self._plain_spans(layer.text))

    def _plain_spans(self, raw: bytes) -> Iterator[tuple[int, int]]:
        text, runs = raw.decode("latin-1"), raw.translate(_RUNS)
        if not self._may_be_in(text, runs):
            return
        for written in self._written:
            yield from ((start, start + len(written)) for start in _places(raw, written))
        for spelling in self._encoded_in(text, runs):
            for start in _places(raw, spelling.encode("latin-1")):
                yield _run_span(raw, start, start + len(spelling))
        for secret in self._beginnings:
            for start in _places(raw, secret[:_CUT]):
                end = start + _CUT
                while end < len(raw) and end - start < len(secret) and raw[end] == secret[end - start]:
                    end += 1
                if end == len(raw) or raw.startswith(_ENDS, end):
                    yield start, end


def _places(raw: bytes, text: bytes) -> Iterator[int]:
    """Yield the places of a text, which do not overlap."""
    start = raw.find(text)
    while start >= 0:
        yield start
        start = raw.find(text, start + len(text))


def _run_span(raw: bytes, start: int, end: int) -> tuple[int, int]:
    """Return the encoded text around a part of it."""
    while start > 0 and raw[start - 1] in _AROUND:
        start -= 1
    while end < len(raw) and raw[end] in _AROUND:
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
