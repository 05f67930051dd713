"""One measured call: request, answer and the judge of the answer.

Journeys use `Sender`, so the same code runs in Locust and outside. A judge raises `WrongError` with a
message that names no order, so that equal failures are counted together.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from contracts.konnect.operations import touchpoints

T = TypeVar("T")

TITLES = {touchpoint.name: touchpoint.title for _, touchpoint in touchpoints()}
"""Names under which Konnect calls are counted."""

NO_ANSWER_IN_TIME = "no complete answer in time"


class WrongError(Exception):
    """A wrong answer; the message holds no order id and no secret."""


class NoAnswerError(WrongError):
    """A call without a complete answer of a usable size."""


@dataclass(frozen=True, slots=True)
class LoadRequest:
    """A call, counted under `name`.

    `headers` may hold a token, `path` a password.
    """

    name: str
    method: str
    path: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a call; status 0 if none came."""

    status: int
    content: bytes

    def json(self, status: int) -> Any:
        """Return the JSON value of an answer with this status; raises `WrongError`."""
        try:
            value = json.loads(self.content or b"null")
        except (ValueError, RecursionError):
            raise WrongError(f"HTTP {self.status} with something that is no JSON came") from None
        if self.status != status:
            raise WrongError(f"HTTP {self.status} came, not {status}{_said(value)}")
        return value


def _said(value: Any) -> str:
    """Return the stable words of an error; its message may hold ids."""
    words = [str(value[key]) for key in ("error", "rule") if isinstance(value, dict) and value.get(key)]
    return f" ({', '.join(words)})" if words else ""


class Sender(Protocol):
    """A sender that measures its calls."""

    def send(self, request: LoadRequest, judge: Callable[[Answer], T]) -> T:
        """Send a call and return the judge's value.

        A `WrongError` is counted and raised again.
        """
        ...


def json_body(value: Any) -> bytes:
    """Encode a JSON body."""
    return json.dumps(value, separators=(",", ":")).encode()


JSON_HEADERS = {"Content-Type": "application/json"}
