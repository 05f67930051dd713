"""Removes secrets from records."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import Enum
from threading import Lock
from typing import Any

from pydantic import BaseModel

from contracts.masking import MASK, Secrets, is_secret_name, mask_value
from scenarios.records.lines import Record

_SHORT = 100
_SEEN_LIMIT = 20_000
"""Entries of the cache of masked texts, each of at most `_SHORT` characters."""
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
"""JSON may hold half a character; UTF-8 cannot."""
_USER_INFO = re.compile(r"(://)[^/?#\s@]{1,500}@")
_PARAMETER = re.compile(r"([?&;])([^=&;#\s]{1,100})=([^&;#\s]*)")
_MEMBER = re.compile(r'"([^"\\]{1,100})"(\s*:\s*)"((?:[^"\\]|\\.)*)')
"""A member of a JSON object inside a text, also of an incomplete one."""
_FROM_TARGET = frozenset({"headers", "body", "expected", "seen"})
"""Fields with data of the target; the names inside identify secrets."""
_WORDS = frozenset({"type", "schema_version"})
"""Fields that hold our own words."""


class Masking:
    """Secret field names and values of a run.

    `secret_names` are names besides the usual ones, such as a profile's token field. Values may be added
    during the run, by several threads.
    """

    def __init__(self, known: Iterable[str] = (), secret_names: Iterable[str] = ()) -> None:
        self._names = frozenset(secret_names)
        self._known: set[str] = set()
        self._secrets = Secrets(())
        self._seen: dict[str, str] = {}
        self._lock = Lock()
        self.hide(*known)

    def hide(self, *secrets: str) -> None:
        """Mask these values from now on, in each spelling."""
        with self._lock:
            fresh = {secret for secret in secrets if secret} - self._known
            if fresh:
                self._known |= fresh
                self._look_anew()

    def forget(self, *secrets: str) -> None:
        """Stop searching for expired secrets, to keep long runs fast."""
        with self._lock:
            self._known -= set(secrets)
            self._look_anew()

    def _look_anew(self) -> None:
        self._secrets = Secrets(self._known)
        self._seen = {}

    def text(self, text: str) -> str:
        """Mask known values, user info in addresses, and named secrets."""
        seen = self._seen  # the same short words come thousands of times
        masked = seen.get(text)
        if masked is None:
            masked = self._masked(text)
            if len(text) <= _SHORT and len(seen) < _SEEN_LIMIT:
                seen[text] = masked
        return masked

    def _masked(self, text: str) -> str:
        whole = _LONE_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)
        anonymous = _USER_INFO.sub(rf"\g<1>{MASK}@", whole)
        named = _MEMBER.sub(self._member, _PARAMETER.sub(self._parameter, anonymous))
        return self._secrets.mask(named)

    def record(self, record: Record) -> Record:
        """Return a masked copy of a record."""
        masked: Record = self._part(record)
        return masked

    def _is_secret(self, name: str) -> bool:
        return is_secret_name(name) or name in self._names

    def _parameter(self, found: re.Match[str]) -> str:
        lead, name, value = found.groups()
        return f"{lead}{name}={MASK}" if value and self._is_secret(name) else found.group()

    def _member(self, found: re.Match[str]) -> str:
        name, colon, value = found.groups()
        return f'"{name}"{colon}"{MASK}' if value and self._is_secret(name) else found.group()

    def _part(self, part: Any) -> Any:
        fields = part.model_fields_set - _WORDS
        return part.model_copy(update={name: self._field(name, getattr(part, name)) for name in fields})

    def _field(self, name: str, value: Any) -> Any:
        if name in _FROM_TARGET:
            value = mask_value(value, self._names)
        return self._value(value)

    def _value(self, value: Any) -> Any:
        match value:
            case Enum():
                return value
            case str():
                return self.text(value)
            case BaseModel():
                return self._part(value)
            case Mapping():
                return {self._value(name): self._value(inner) for name, inner in value.items()}
            case tuple() | list():
                return type(value)(map(self._value, value))
            case _:
                return value
