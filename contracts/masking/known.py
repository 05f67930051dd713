"""Known secrets, masked wherever they appear."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import chain

from contracts.masking.escapes import KINDS, RUNS, Layer, is_escaped, is_wrapped, utf_8
from contracts.masking.names import MASK
from contracts.masking.spellings import encoded, in_utf_16, shortest_encoded, written

_SHORTEST = 4
"""Shortest value that is searched for in text; masking shorter ones would hide unrelated words."""
_SHORTEST_CUT = 12
"""Shortest secret of which a beginning is searched for, where a text was cut."""
_CUT = 8
"""Shortest beginning of a secret that is masked."""
_LAYERS = 4
"""Times that a text is unescaped, for instance JSON inside a URL inside JSON."""
_GROWTH = 12
"""Bytes that one byte of a secret may take when it is escaped twice."""
_AROUND = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+\0"
"""Characters that belong to a secret in base64, hex or UTF-16 when they stand beside a part of it."""
_REST = re.compile(rb"[A-Za-z0-9+\0]*=*")
"""The rest of an encoded text behind a part of it."""
_ELLIPSIS = "…".encode()
_ENDS = (b'"', b"'", b"\\", _ELLIPSIS)
"""What follows a text that was cut."""
_CUT_END = re.compile(rb"(?:[\\%%&][0-9A-Za-z{#]{0,9}|\0)?(?:\r?\n)?(?:%b|\Z)" % _ELLIPSIS)
"""The end of a cut text, also one that was cut inside an escape."""


class Secrets:
    """Secrets that are masked wherever they appear, in each spelling."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = sorted({secret for secret in known if len(secret) >= _SHORTEST}, key=shortest_encoded)
        self._beginnings = [utf_8(secret) for secret in self._known if len(secret) >= _SHORTEST_CUT]
        self._written = tuple(text for secret in self._known for text in written(secret))
        searched = {text[:_CUT] if len(text) >= _SHORTEST_CUT else text for text in self._written}
        self._searched = tuple(text.decode("latin-1") for text in searched)
        self._longest = max((len(utf_8(secret)) for secret in self._known), default=0)
        self._run = b"a" * (shortest_encoded(self._known[0]) if self._known else _GROWTH)

    @cached_property
    def _by_run(self) -> list[tuple[bytes, list[str]]]:
        """Spellings in hex and base64, after their shortest run of letters."""
        found: dict[int, list[str]] = {}
        for secret in self._known:
            found.setdefault(shortest_encoded(secret), []).extend(encoded(secret))
        return [(b"a" * length, spellings) for length, spellings in found.items()]

    @cached_property
    def _in_utf_16(self) -> list[str]:
        return [text.decode("latin-1") for secret in self._known for text in in_utf_16(secret)]

    def are_in(self, raw: bytes) -> bool:
        """Whether a text shows a secret."""
        text = raw.decode("latin-1")  # a text is searched in a third of the time of bytes
        runs = raw.translate(RUNS) if len(text) >= len(self._run) or "\n" in text else b""
        may_be = self._may_be_in(text, runs) or is_escaped(raw, text) or ("\n" in text and is_wrapped(runs))
        return may_be and bool(self._spans(raw))

    def _may_be_in(self, text: str, runs: bytes) -> bool:
        """Whether a text shows the beginning of a secret without unescaping."""
        for beginning in self._searched:  # runs in every call; half the time of any()
            if beginning in text:
                return True
        if not text.isascii() and _ELLIPSIS.decode("latin-1") in text:
            return True
        return bool("\0" in text or (runs and self._run in runs)) and bool(self._encoded_in(text, runs))

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
        return self.mask_bytes(utf_8(text)).decode("utf-8", "surrogatepass")

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
        layers: list[Layer] = []
        if sum(kind in raw for kind in KINDS) > 1:
            found += self._spans_of_one_kind(raw)
        while len(layers) < _LAYERS and is_escaped(raw, raw.decode("latin-1")):
            layers.append(Layer(raw))
            raw = layers[-1].text
            found += (self._back(layers, *place) for place in self._shown_spans(raw))
        return found

    def _back(self, layers: list[Layer], start: int, end: int) -> tuple[int, int]:
        for layer in reversed(layers):
            start, end = layer.back(start, end)
        return start, end

    def _spans_of_one_kind(self, raw: bytes) -> Iterator[tuple[int, int]]:
        """Yield the places of secrets that hold what looks like another escape."""
        for kind in KINDS:
            layer = Layer(raw, bytes((kind,)))
            yield from (layer.back(*place) for place in self._plain_spans(layer.text))

    def _shown_spans(self, raw: bytes) -> Iterator[tuple[int, int]]:
        """Yield the places of secrets, also of those in lines of base64."""
        yield from self._plain_spans(raw)
        if b"\n" in raw and is_wrapped(raw.translate(RUNS)):
            layer = Layer(raw, b"")
            yield from (layer.back(*place) for place in self._plain_spans(layer.text))

    def _plain_spans(self, raw: bytes) -> Iterator[tuple[int, int]]:
        text, runs = raw.decode("latin-1"), raw.translate(RUNS)
        if not self._may_be_in(text, runs):
            return
        for plain in self._written:
            yield from ((start, start + len(plain)) for start in _places(raw, plain))
        for spelling in self._encoded_in(text, runs):
            yield from _encoded_spans(raw, spelling.encode("latin-1"))
        for secret in self._beginnings:
            yield from _cut_spans(raw, secret)
        if _ELLIPSIS in raw:
            spellings = chain(self._in_utf_16, *(spellings for _, spellings in self._by_run))
            for spelling in spellings:
                for start, end in _cut_spans(raw, spelling.encode("latin-1")):
                    yield len(raw[:start].rstrip(_AROUND)), end


def _encoded_spans(raw: bytes, spelling: bytes) -> Iterator[tuple[int, int]]:
    """Yield the places of encoded texts that hold a spelling."""
    start = raw.find(spelling)
    while start >= 0:
        rest = _REST.match(raw, start + len(spelling))
        end = rest.end() if rest else start + len(spelling)
        yield len(raw[:start].rstrip(_AROUND)), end
        start = raw.find(spelling, end)


def _cut_spans(raw: bytes, secret: bytes) -> Iterator[tuple[int, int]]:
    """Yield the places of beginnings of a secret, cut there."""
    for start in _places(raw, secret[:_CUT]):
        end = start + _CUT
        while end < len(raw) and end - start < len(secret) and raw[end] == secret[end - start]:
            end += 1
        if raw.startswith(_ENDS, end) or _CUT_END.match(raw, end):
            yield start, end


def _places(raw: bytes, text: bytes) -> Iterator[int]:
    """Yield the places of a text, which do not overlap."""
    start = raw.find(text)
    while start >= 0:
        yield start
        start = raw.find(text, start + len(text))


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
