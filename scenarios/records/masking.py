"""Takes secrets out of records before they go anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from pydantic import BaseModel

from contracts.secrets import MASK, is_secret_name, mask_value, spellings
from scenarios.records.lines import Record

_NEVER = re.compile(r"(?!)")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
"""JSON may carry half a character; no UTF-8 file can."""
_PARAMETER = re.compile(r"([?&;])([^=&;#]+)=([^&;#]*)")
_NAMED = frozenset({"headers", "body"})
"""Fields of a record whose value came from or went to the target: names inside them tell what is secret."""


class Masking:
    """Everything that is secret in a run: names of fields and values.

    `secret_names` are names besides the usual ones, such as a profile's token field. Values may be added while the run goes on, such as a token that was just answered.
    """

    def __init__(self, known: Iterable[str] = (), secret_names: Iterable[str] = ()) -> None:
        self._names = frozenset(secret_names)
        self._known: set[str] = set()
        self._pattern = _NEVER
        self.hide(*known)

    def hide(self, *secrets: str) -> None:
        """Mask these values from now on, in every spelling."""
        fresh = {secret for secret in secrets if secret} - self._known
        if fresh:
            self._known |= fresh
            texts = {text for secret in self._known for text in spellings(secret)}
            longest_first = sorted(texts, key=len, reverse=True)
            self._pattern = re.compile("|".join(map(re.escape, longest_first))) if texts else _NEVER

    def text(self, text: str) -> str:
        """`text` without the known values."""
        return self._pattern.sub(MASK, text)

    def url(self, url: str) -> str:
        """`url` without user and password, and without parameters whose name holds a secret."""
        bare = url.split("://", 1)
        if len(bare) == 2 and "@" in bare[1].split("/", 1)[0]:
            parts = urlsplit(url)
            url = urlunsplit(parts._replace(netloc=f"{MASK}@{parts.netloc.rpartition('@')[2]}"))
        return self.text(_PARAMETER.sub(self._parameter, url))

    def record(self, record: Record) -> Record:
        """A copy of `record` that may be shown and kept."""
        masked: Record = self._part(record)
        return masked

    def _parameter(self, found: re.Match[str]) -> str:
        lead, name, value = found.groups()
        hidden = is_secret_name(name) or name in self._names
        return f"{lead}{name}={MASK if hidden and value else value}"

    def _part(self, part: Any) -> Any:
        changed = {
            name: self._field(name, getattr(part, name))
            for name in part.model_fields_set
            if name not in {"type", "schema_version"}
        }
        return part.model_copy(update=changed)

    def _field(self, name: str, value: Any) -> Any:
        if name in _NAMED:
            value = mask_value(value, self._names)
        return self.url(value) if name in {"url", "path"} and isinstance(value, str) else self._value(value)

    def _value(self, value: Any) -> Any:
        match value:
            case Enum():
                return value
            case str():
                return self.text(_LONE_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", value))
            case BaseModel():
                return self._part(value)
            case Mapping():
                return {self._value(name): self._value(inner) for name, inner in value.items()}
            case tuple() | list():
                return type(value)(map(self._value, value))
            case _:
                return value
