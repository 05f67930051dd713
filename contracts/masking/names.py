"""Names of secrets, and masking of what stands under them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache, wraps
from typing import Any, TypeVar

MASK = "***"
_NAME = re.compile(
    r"(?i:passw|passphrase|passcode|pwd|secret|token|authorization|(api|control|access|private)[-_]?key"
    r"|credential|cookie)|((?<![A-Za-z])|(?<=[a-z0-9])(?=[PO]))(?i:pass|pin|otp)\d*$"
)
"""Short words only at the end of a name: `userPin`, not `pinCode`."""
_ABOUT = re.compile(r"_(s|status|field|limit|sha256)$", re.IGNORECASE)
"""Suffixes of names that only describe a secret, for instance its lifetime."""
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
