"""Masking of secrets in the journal and in the records of runs.

Two ways, used together: every value under the name of a secret is masked, and a value known to be secret is
masked wherever it appears, also URL-encoded or in base64.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache, wraps
from typing import Any, TypeVar
from urllib.parse import quote, quote_plus

MASK = "***"
_NAME = re.compile(
    r"passw|secret|token|authorization|api[-_]?key|control[-_]?key|credential|cookie", re.IGNORECASE
)
_ABOUT = re.compile(r"_(s|status|field|limit|sha256)$", re.IGNORECASE)
"""Suffixes of names that only describe a secret, for instance its lifetime."""
_SHORTEST = 4
"""Shortest value that is searched for in text; masking shorter ones would hide unrelated words."""
_SHORTEST_INSIDE = 6
"""Shortest part of a secret that is searched for inside longer base64."""
_PERCENT = re.compile(r"%[0-9A-F]{2}")


CACHED_MAX = 128
"""Characters of the longest text that is cached: clients choose the texts, and memory is bounded."""
_T = TypeVar("_T")


def _cached_if_short(function: Callable[[str], _T]) -> Callable[[str], _T]:
    cached = lru_cache(maxsize=1024)(function)

    @wraps(function)
    def call(text: str) -> _T:
        return cached(text) if len(text) <= CACHED_MAX else function(text)

    return call


@_cached_if_short
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


@_cached_if_short
def spellings(secret: str) -> tuple[str, ...]:
    """List the spellings of a secret: plain, JSON, URL-encoded and base64."""
    encoded = [quote(secret, safe=""), quote_plus(secret), quote(secret)]
    found = [secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], *encoded]
    found += [_PERCENT.sub(lambda match: match[0].lower(), text) for text in encoded]
    found += _base64_spellings(secret.encode())
    return tuple(
        sorted({text for text in found if len(text) >= _SHORTEST}, key=lambda text: (-len(text), text))
    )


def _base64_spellings(raw: bytes) -> list[str]:
    """List the base64 spellings of `raw`, in both alphabets.

    Inside a longer text they depend on the offset modulo 3; of each the part that never changes is listed.
    """
    found = [base64.b64encode(raw).decode(), base64.b64encode(raw).decode().rstrip("=")]
    for before in range(3):
        bits = 8 * (before + len(raw))
        whole = base64.b64encode(bytes(before) + raw).decode()[: bits // 6]
        inner = whole[-(-8 * before // 6) :]
        if len(inner) >= _SHORTEST_INSIDE:
            found.append(inner)
    return found + [text.replace("+", "-").replace("/", "_") for text in found]


def mask_text(text: str, known: Iterable[str]) -> str:
    """Mask the known secrets in a text, in all their spellings."""
    every = {spelling for secret in known for spelling in spellings(secret)}
    for spelling in sorted(every, key=len, reverse=True):
        text = text.replace(spelling, MASK)
    return text
