"""The spellings of a secret that unescaping does not find."""

from __future__ import annotations

import base64
import json
from itertools import chain

from contracts.masking.escapes import utf_8
from contracts.masking.names import cached_if_short

_SHORTEST_INSIDE = 6
"""Shortest part of a secret that is searched for inside longer base64."""
_URL_ALPHABET = bytes.maketrans(b"+/", b"-_")


@cached_if_short
def written(secret: str) -> frozenset[bytes]:
    """Return the plain spellings of a secret that unescaping does not find."""
    written = {secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    return frozenset(utf_8(text) for text in written | {text.replace(" ", "+") for text in written})


@cached_if_short
def encoded(secret: str) -> tuple[str, ...]:
    """Return the spellings of a secret in hex and base64."""
    raws = (utf_8(secret), *in_utf_16(secret))
    based = [_base64_spellings(raw) for raw in raws]
    found = {*chain(*based), *(twice for once in based[0] for twice in _base64_spellings(once))}
    hexed = {text for raw in raws for text in (raw.hex(), raw.hex().upper())}
    return *sorted(text.decode() for text in found), *sorted(hexed)


def shortest_encoded(secret: str) -> int:
    """Return a length that no spelling in hex or base64 stays below."""
    return max(_SHORTEST_INSIDE, len(utf_8(secret)) * 4 // 3 - 2)


def in_utf_16(secret: str) -> set[bytes]:
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
