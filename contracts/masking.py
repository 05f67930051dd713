"""Masking of secrets, for the mock's journal and for the scenario runner's evidence.

Two ways, used together: values under names that hold secrets are masked whatever they are, and values
known to be secret are masked wherever they stand, also URL-encoded or in base64.
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
"""Ends of names that tell something about a secret, such as how long it lives, and hold none."""
_SHORTEST = 4
"""Shorter values are not searched for in text: they would blot out unrelated words."""
_SHORTEST_INSIDE = 6
"""The same for the part of a secret that can be told inside longer base64."""
_PERCENT = re.compile(r"%[0-9A-F]{2}")


REMEMBERED = 128
"""Characters of a text up to which what was found out about it is remembered; callers send longer ones."""
_T = TypeVar("_T")


def _remembers(count: int) -> Callable[[Callable[[str], _T]], Callable[[str], _T]]:
    """What a function says of the last `count` short texts is remembered."""

    def around(look: Callable[[str], _T]) -> Callable[[str], _T]:
        known = lru_cache(maxsize=count)(look)

        @wraps(look)
        def remembering(text: str) -> _T:
            return known(text) if len(text) <= REMEMBERED else look(text)

        return remembering

    return around


@_remembers(1024)
def is_secret_name(name: str) -> bool:
    """Whether a header, field or parameter of this name holds a secret."""
    return bool(_NAME.search(name)) and not _ABOUT.search(name)


def mask_value(value: Any, secret_names: Iterable[str] = ()) -> Any:
    """A copy of a JSON value in which everything under a secret's name is masked.

    `secret_names` are further names, such as the token field of a profile.
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


@_remembers(1024)
def spellings(secret: str) -> tuple[str, ...]:
    """How `secret` may stand in a text: plain, in JSON, URL-encoded in several ways, and in base64."""
    encoded = [quote(secret, safe=""), quote_plus(secret), quote(secret)]
    found = [secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], *encoded]
    found += [_PERCENT.sub(lambda match: match[0].lower(), text) for text in encoded]
    found += _base64_spellings(secret.encode())
    return tuple(
        sorted({text for text in found if len(text) >= _SHORTEST}, key=lambda text: (-len(text), text))
    )


def _base64_spellings(raw: bytes) -> list[str]:
    """What stays the same of `raw` in base64 wherever in a longer text it begins, in both alphabets."""
    found = [base64.b64encode(raw).decode(), base64.b64encode(raw).decode().rstrip("=")]
    for before in range(3):
        bits = 8 * (before + len(raw))
        whole = base64.b64encode(bytes(before) + raw).decode()[: bits // 6]
        inner = whole[-(-8 * before // 6) :]
        if len(inner) >= _SHORTEST_INSIDE:
            found.append(inner)
    return found + [text.replace("+", "-").replace("/", "_") for text in found]


def mask_text(text: str, known: Iterable[str]) -> str:
    """`text` without the known secrets, in any of their spellings."""
    every = {spelling for secret in known for spelling in spellings(secret)}
    for spelling in sorted(every, key=len, reverse=True):
        text = text.replace(spelling, MASK)
    return text
