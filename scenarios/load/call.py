"""One measured call: what is asked, what came, and a judge who says whether that is right.

Journeys are written against `Sender`, so that the same text runs in Locust, where it measures, and anywhere
else. A judge raises `WrongError` with words that name no order: equal failures are counted together.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from contracts.konnect.operations import touchpoints

T = TypeVar("T")

TITLES = {touchpoint.name: touchpoint.title for _, touchpoint in touchpoints()}
"""Names under which calls of Konnect are counted."""


class WrongError(Exception):
    """An answer that should not have come; the message names no order and no secret."""


@dataclass(frozen=True, slots=True)
class LoadRequest:
    """A call. `name` is what it is counted under; `headers` may hold a token, `path` a password."""

    name: str
    method: str
    path: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; status 0 when nothing did."""

    status: int
    content: bytes

    def json(self, status: int) -> Any:
        """The JSON value of an answer with this status; raises `WrongError`."""
        try:
            value = json.loads(self.content or b"null")
        except ValueError:
            raise WrongError(f"HTTP {self.status} with something that is no JSON came") from None
        if self.status != status:
            raise WrongError(f"HTTP {self.status} came, not {status}{_said(value)}")
        return value


def _said(value: Any) -> str:
    """The stable words of an error; its message may hold ids."""
    words = [str(value[key]) for key in ("error", "rule") if isinstance(value, dict) and value.get(key)]
    return f" ({', '.join(words)})" if words else ""


class Sender(Protocol):
    """A way to send that measures."""

    def send(self, request: LoadRequest, judge: Callable[[Answer], T]) -> T:
        """Send, and give what the judge makes of the answer; a `WrongError` is counted and goes on."""
        ...


def json_body(value: Any) -> bytes:
    """A value as the body of a call."""
    return json.dumps(value, separators=(",", ":")).encode()


JSON_HEADERS = {"Content-Type": "application/json"}
