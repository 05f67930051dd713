"""Completes generated calls by constraints that OpenAPI cannot express.

A schema describes a single call: it does not know the existing orders, or that one of two parameters is
required. A rule gives its reason and changes only the valid parts of a call; invalid ones stay invalid.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any, Generic, TypeVar

from contracts import vocabulary
from contracts.checks.complete_orders import complete_orders, use_unknown_ids
from contracts.checks.supply import Caller, Supply
from contracts.konnect.dates import parse
from contracts.konnect.operations import OPERATIONS, WRITES, Reply
from contracts.profile import Profile

_REPLY = {row.name: row.reply for row in OPERATIONS}
AnyDraft = TypeVar("AnyDraft")
KNOWN_USER_SHARE = 0.6
WRONG_PASSWORD_SHARE = 0.2
ONLY_ID_SHARE = 0.5
"""Reads by id without a filter, which would hide most orders."""
READ_BY_ID_SHARE = 0.35
"""Share of list reads that become reads of one order."""
KNOWN_ORDER_SHARE = 0.65


@dataclass(slots=True)
class Draft:
    """A generated call before it is sent.

    `query` and `body` are None if they are generated to be invalid; the `whole_` ones are always set. With
    `linked` the order comes from an earlier answer and must stay.
    """

    operation: str
    query: dict[str, Any] | None
    body: Any
    whole_query: dict[str, Any]
    whole_body: Any
    caller: Caller
    supply: Supply
    profile: Profile
    rng: Random
    linked: bool = False

    @property
    def reply(self) -> Reply | None:
        """The kind of answer of the operation."""
        return _REPLY.get(self.operation)

    def lists(self) -> bool:
        """Whether the call reads shipments with a valid query."""
        return self.query is not None and self.reply in (Reply.SHIPMENTS, Reply.INFO)


@dataclass(frozen=True, slots=True)
class Rule(Generic[AnyDraft]):
    """A constraint that OpenAPI cannot express, and the function that satisfies it."""

    reason: str
    apply: Callable[[AnyDraft], None]


def _credentials(draft: Draft) -> None:
    if draft.query is None or draft.reply is not Reply.TOKEN:
        return
    chance = draft.rng.random()
    user, password = draft.supply.credentials(draft.rng)
    if chance < KNOWN_USER_SHARE:
        draft.query["username"], draft.query["password"] = user, password
    elif not draft.supply.avoid_lockout and chance < KNOWN_USER_SHARE + WRONG_PASSWORD_SHARE:
        draft.query["username"] = user
        draft.query["password"] = f"wrong-password-{draft.rng.randrange(10**9)}"


def _no_wrong_passwords(draft: Draft) -> None:
    if draft.reply is not Reply.TOKEN or not draft.supply.avoid_lockout:
        return
    given, password = draft.whole_query.get("username"), draft.whole_query.get("password")
    named = given if isinstance(given, list) else [given]
    right = isinstance(given, str) and draft.supply.fits(given, str(password))
    if not right and any(draft.supply.is_user(str(name)) for name in named):
        draft.whole_query["username"] = f"no-such-user-{draft.rng.randrange(10**9)}"


def _status_or_id(draft: Draft) -> None:
    if draft.lists() and draft.query is not None and not {"orderStatus", "orderId"} & set(draft.query):
        draft.query["orderStatus"] = draft.rng.choice(vocabulary.filters(draft.profile))


def _location(draft: Draft) -> None:
    if not draft.lists() or draft.query is None or draft.reply is not Reply.SHIPMENTS:
        return
    known = [draft.caller.location] if draft.caller.location else list(draft.supply.locations)
    needed = draft.caller.location is None and "orderId" not in draft.query
    if (needed or "locationCode" in draft.query) and draft.query.get("locationCode") not in known:
        draft.query["locationCode"] = draft.rng.choice(known)


def _dates(draft: Draft) -> None:
    query = draft.query
    if not draft.lists() or query is None:
        return
    names = [name for name in ("orderDateFrom", "orderDateTo") if name in query]
    for name in names:
        query[name] = _real_date(str(query[name]), draft.rng)
    if len(names) == 2 and parse(query["orderDateFrom"]) > parse(query["orderDateTo"]):
        query["orderDateFrom"], query["orderDateTo"] = query["orderDateTo"], query["orderDateFrom"]


def _real_date(text: str, rng: Random) -> str:
    try:
        parse(text)
    except ValueError:
        day, month, year = rng.randint(1, 28), rng.randint(1, 12), rng.randint(2020, 2030)
        return rng.choice((f"{day:02}-{month:02}-{year}", f"{year}-{month:02}-{day:02}"))
    return text


def _order_asked_for(draft: Draft) -> None:
    query = draft.query
    if not draft.lists() or query is None or draft.linked:
        return
    if "orderId" not in query and draft.rng.random() > READ_BY_ID_SHARE:
        return
    sample = draft.supply.sample(draft.caller, draft.operation, draft.rng)
    if sample and draft.rng.random() < KNOWN_ORDER_SHARE:
        query["orderId"] = sample.id
    elif "orderId" not in query:
        query["orderId"] = draft.supply.made_up_id(draft.rng)
    if draft.rng.random() < ONLY_ID_SHARE:
        for name in set(query) - {"orderId"}:
            del query[name]


def _orders_in_the_body(draft: Draft) -> None:
    if isinstance(draft.body, list) and not draft.linked:
        complete_orders(draft.body, draft.operation, draft.caller, draft.supply, draft.rng)


def _unknown_orders(draft: Draft) -> None:
    if draft.operation in WRITES and not draft.supply.may_write:
        use_unknown_ids(draft.whole_body, draft.supply, draft.rng)


RULES: tuple[Rule[Draft], ...] = (
    Rule("a document does not list the users", _credentials),
    Rule("one of orderStatus and orderId is required, and neither alone", _status_or_id),
    Rule("a company's token reads lists per store, and only its own stores", _location),
    Rule("a pattern accepts 31-02-2025, and two dates in the wrong order", _dates),
    Rule("a document does not list the existing orders", _order_asked_for),
    Rule("a document does not list the existing orders, items and numbers", _orders_in_the_body),
    Rule("wrong passwords of a real user may lock that user out", _no_wrong_passwords),
    Rule("a run that must not change orders names unknown ones only", _unknown_orders),
)
"""In order of application; the last two apply to invalid calls too."""


def complete(draft: Draft) -> None:
    """Applies every rule."""
    for rule in RULES:
        rule.apply(draft)
