"""The journal: what was called, by whom, with what outcome. Bounded, masked, one per tenant.

Entries are kept as they came and put into words only when somebody reads them, so that journalling costs
a call next to nothing. Secrets are not kept at all: the token header and the values of secret parameters
are masked before the entry is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from pydantic_core import from_json

from contracts.masking import mask_text, mask_value

ENTRIES_LIMIT = 1000
"""Entries kept per tenant; the oldest go first."""
BODY_KEPT = 16 * 1024
"""Bytes of a request or answer that are kept."""


class Outcome(NamedTuple):
    """What became of one order of a call; `code` is None when it was accepted."""

    order_id: str
    code: str | None = None
    message: str | None = None
    item_id: str | None = None
    touchpoint: str = ""


@dataclass(slots=True)  # not frozen: a frozen one of this size takes several times as long to make
class Entry:
    """One call. `caller` is a user's name, `location` what the token is bound to; a journal sets `number`."""

    at: datetime
    took_ms: float
    operation: str | None
    method: str
    path: str
    query: Mapping[str, str]
    caller: str | None
    location: str | None
    status: int
    request: bytes
    answer: bytes
    media: str
    outcomes: Sequence[Outcome]
    crash: str | None = None
    number: int = 0

    def about(self, order_id: str) -> bool:
        """Whether the call names this order, also in a body whose shape was refused."""
        named = order_id in self.query.values() or any(o.order_id == order_id for o in self.outcomes)
        return named or (not self.outcomes and order_id.encode("utf-8", "replace") in self.request)


class Journal(Protocol):
    """The last calls of one tenant, or of nobody; stores say where they are kept."""

    def append(self, entry: Entry) -> None:
        """Keeps an entry and gives it its number, counting from 1; the oldest goes when there are too many.

        What cannot be kept is lost: the answer that the entry is about has been decided.
        """
        ...

    def clear(self) -> None:
        """Forgets all entries."""
        ...

    def read(self, order_id: str | None, limit: int) -> tuple[list[Entry], int]:
        """The newest `limit` entries, oldest first (about an order, if named), and how many were dropped."""
        ...


def newest(entries: Sequence[Entry], order_id: str | None, limit: int) -> list[Entry]:
    """The last `limit` of `entries`, which are in order, about an order if one is named."""
    found = [entry for entry in entries if order_id is None or entry.about(order_id)]
    return found[-limit:]


def shortened(body: bytes) -> bytes:
    """What is kept of a body: its beginning."""
    return body[:BODY_KEPT]


def without(entry: Entry, secret: str) -> Entry:
    """`entry` with a secret masked wherever it stands: some clients put their token into other places too."""

    def clean(text: str) -> str:
        return mask_text(text, [secret])

    def clean_body(body: bytes) -> bytes:
        return clean(body.decode("utf-8", "replace")).encode()

    return replace(
        entry,
        path=clean(entry.path),
        query={clean(name): clean(value) for name, value in entry.query.items()},
        request=clean_body(entry.request),
        answer=clean_body(entry.answer),
        outcomes=tuple(_clean_outcome(outcome, clean) for outcome in entry.outcomes),
    )


def _clean_outcome(outcome: Outcome, clean: Callable[[str], str]) -> Outcome:
    message, item_id = outcome.message, outcome.item_id
    return outcome._replace(
        order_id=clean(outcome.order_id),
        message=None if message is None else clean(message),
        item_id=None if item_id is None else clean(item_id),
    )


def shown(entry: Entry, secret_names: Sequence[str]) -> dict[str, Any]:
    """An entry as the control plane shows it."""
    return {
        "number": entry.number,
        "at": entry.at.isoformat(),
        "took_ms": round(entry.took_ms, 3),
        "operation": entry.operation,
        "method": entry.method,
        "path": entry.path,
        "query": dict(entry.query),
        "caller": entry.caller,
        "location": entry.location,
        "status": entry.status,
        "request": _body(entry.request, "application/json", secret_names),
        "answer": _body(entry.answer, entry.media, secret_names),
        "outcomes": [_outcome(outcome) for outcome in entry.outcomes],
        **({"crash": entry.crash} if entry.crash else {}),
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "orderId": outcome.order_id,
        "orderItemId": outcome.item_id,
        "touchpoint": outcome.touchpoint,
        "outcome": "refused" if outcome.code else "accepted",
        "code": outcome.code,
        "message": outcome.message,
    }


def _body(body: bytes, media: str, secret_names: Sequence[str]) -> Any:
    if not body:
        return None
    if media == "application/pdf":
        return f"PDF of {body.decode()}"
    try:
        return mask_value(from_json(body, allow_inf_nan=False), secret_names)
    except ValueError:  # also what the touchpoints take for no JSON: NaN, half a character, endless depth
        return _excerpt(body)


def _excerpt(body: bytes) -> str:
    from contracts.masking import is_secret_name

    text = body[:200].decode("utf-8", "replace")
    return "(holds a secret's name; not shown)" if is_secret_name(text) else text
