"""The journal of a tenant: its last calls, with secrets masked.

Entries hold the raw bodies and become JSON only when they are read, which keeps journalling cheap. The token
header and the values of secret parameters are masked before an entry is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from pydantic_core import from_json

from contracts.masking import Secrets, is_secret_name, mask_value

ENTRIES_LIMIT = 1000
"""Reads, and writes, that a journal holds; the oldest of each are dropped first."""
BODY_KEPT = 16 * 1024
"""Bytes of a request or answer that an entry holds."""
PATH_KEPT = 500
"""Characters of a path that an entry holds."""
CRASH_KEPT = 2000
"""Characters of a crash's message that an entry holds."""
VALUE_KEPT = 200
"""Characters of a query parameter that an entry holds."""


class Outcome(NamedTuple):
    """The result for one order; `code` and `problem` are None if accepted.

    `touchpoint` and `problem` name the row of a refusal.
    """

    order_id: str
    code: str | None = None
    message: str | None = None
    item_id: str | None = None
    touchpoint: str = ""
    problem: str | None = None


@dataclass(slots=True)  # not frozen: creating a frozen one of this size takes several times as long
class Entry:
    """One call.

    `caller` is a user name, `location` that of the token; the journal sets `number`. `by_suite`: the suite of
    flows made the call, not the program under test.
    """

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
    dry_run: bool = False
    by_suite: bool = False
    number: int = 0

    @property
    def writes(self) -> bool:
        """Whether the call may have changed something; polling drops no such entry."""
        return self.method != "GET"

    def about(self, order_id: str) -> bool:
        """Whether the call names this order, also in an invalid body."""
        named = order_id in self.query.values() or any(o.order_id == order_id for o in self.outcomes)
        return named or (not self.outcomes and order_id.encode("utf-8", "replace") in self.request)


class Wanted(NamedTuple):
    """A search for entries; None means any.

    `operation` is the name of an operation or a touchpoint. `outcome` is `accepted` or `refused`, of `order`
    or of any order of the call; a call without orders counts by its status. `after` is the number of an
    entry.
    """

    limit: int
    order: str | None = None
    operation: str | None = None
    outcome: str | None = None
    code: str | None = None
    after: int = 0

    def matches(self, entry: Entry) -> bool:
        """Whether an entry is searched for."""
        if self.order is not None and not entry.about(self.order):
            return False
        outcomes = [one for one in entry.outcomes if self.order in (None, one.order_id)]
        if self.operation is not None and self.operation not in (
            entry.operation,
            *(one.touchpoint for one in outcomes),
        ):
            return False
        if self.code is not None and self.code not in [one.code for one in outcomes]:
            return False
        return self.outcome is None or self.outcome in _results(entry, outcomes)


def _results(entry: Entry, outcomes: Sequence[Outcome]) -> set[str]:
    if entry.status >= 400 or not outcomes:
        return {"refused" if entry.status >= 400 else "accepted"}
    return {"refused" if one.code else "accepted" for one in outcomes}


class Dropped(NamedTuple):
    """Numbers of entries that a journal no longer has."""

    reads: int
    writes: int


class Journal(Protocol):
    """The last calls of one tenant, or the unattributed ones."""

    def append(self, entry: Entry) -> None:
        """Adds and numbers an entry; drops the oldest above its limit.

        An entry that cannot be stored is lost, because its call has been answered already.
        """

    def clear(self) -> None:
        """Deletes all entries."""

    def read(self, wanted: Wanted) -> tuple[list[Entry], Dropped]:
        """Returns the last entries, oldest first, and how many were dropped."""


def last_entries(entries: Sequence[Entry], wanted: Wanted) -> list[Entry]:
    """Returns the last matching entries.

    After an entry the first ones, so that a client can read on.
    """
    found = [entry for entry in entries if entry.number > wanted.after and wanted.matches(entry)]
    return found[: wanted.limit] if wanted.after else found[-wanted.limit :]


def masked(entry: Entry, secrets: Secrets) -> Entry:
    """Masks secrets in every text of an entry.

    Some clients send their token in the path, the query or the body too. The entry holds whole texts: a
    secret that was cut would not be found.
    """
    clean = secrets.mask
    return replace(
        entry,
        path=clean(entry.path),
        query={clean(name): clean(value) for name, value in entry.query.items()},
        request=secrets.mask_bytes(entry.request, BODY_KEPT),
        answer=secrets.mask_bytes(entry.answer, BODY_KEPT),
        outcomes=tuple(_clean_outcome(outcome, clean) for outcome in entry.outcomes),
        crash=entry.crash and clean(entry.crash),
    )


def shortened(entry: Entry) -> Entry:
    """Cuts every text of an entry to what the journal keeps."""
    if len(entry.path) > PATH_KEPT:
        entry.path = entry.path[:PATH_KEPT]
    if entry.query and max(map(len, entry.query.values())) > VALUE_KEPT:
        entry.query = {name: value[:VALUE_KEPT] for name, value in entry.query.items()}
    if len(entry.request) > BODY_KEPT:
        entry.request = entry.request[:BODY_KEPT]
    if len(entry.answer) > BODY_KEPT:
        entry.answer = entry.answer[:BODY_KEPT]
    if entry.crash:
        entry.crash = entry.crash[:CRASH_KEPT]
    return entry


def _clean_outcome(outcome: Outcome, clean: Callable[[str], str]) -> Outcome:
    message, item_id = outcome.message, outcome.item_id
    return outcome._replace(
        order_id=clean(outcome.order_id),
        message=None if message is None else clean(message),
        item_id=None if item_id is None else clean(item_id),
    )


def as_json(entry: Entry, secret_names: Sequence[str]) -> dict[str, Any]:
    """Returns an entry as the JSON of the control plane."""
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
        **({"dry_run": True} if entry.dry_run else {}),
        **({"by_suite": True} if entry.by_suite else {}),
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "orderId": outcome.order_id,
        "orderItemId": outcome.item_id,
        "touchpoint": outcome.touchpoint,
        "outcome": "refused" if outcome.code else "accepted",
        "problem": outcome.problem,
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
    except ValueError:  # also NaN, incomplete UTF-8 and excessive depth, which touchpoints refuse
        return _excerpt(body)


def _excerpt(body: bytes) -> str:
    text = body[:200].decode("utf-8", "replace")
    return "(holds a secret's name; not shown)" if is_secret_name(text) else text
