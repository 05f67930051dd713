"""Masking of secrets, for the mock's journal and for the scenario runner's evidence.

Two ways, used together: values under names that hold secrets are masked whatever they are, and values
known to be secret are masked wherever they stand, also URL-encoded or in base64.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

MASK = "***"
_NAME = re.compile(
    r"passw|secret|token|authorization|api[-_]?key|control[-_]?key|credential|cookie", re.IGNORECASE
)
_SHORTEST = 4
"""Shorter values are not searched for in text: they would blot out unrelated words."""


def is_secret_name(name: str) -> bool:
    """Whether a header, field or parameter of this name holds a secret."""
    return bool(_NAME.search(name))


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


def spellings(secret: str) -> list[str]:
    """How `secret` may stand in a text: plain, URL-encoded in both ways, and in base64."""
    raw = secret.encode()
    found = [secret, quote(secret, safe=""), quote_plus(secret), quote(secret)]
    found += [base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode()]
    found += [text.rstrip("=") for text in found[-2:]]
    return sorted({text for text in found if len(text) >= _SHORTEST}, key=len, reverse=True)


def mask_text(text: str, known: Iterable[str]) -> str:
    """`text` without the known secrets, in any of their spellings."""
    for secret in known:
        for spelling in spellings(secret):
            text = text.replace(spelling, MASK)
    return text
