"""Completes generated calls to the touchpoints: the one place for rules that OpenAPI cannot say.

A schema describes one call by itself. It knows neither which orders there are nor that one of two parameters
is required. Each rule says why it is needed; it touches only parts of a call that were meant to be right, so
that calls which were generated to be wrong stay wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any, Generic, TypeVar

from contracts import vocabulary
from contracts.checks.complete_orders import complete_orders, name_nobody
from contracts.checks.supply import Caller, Supply
from contracts.konnect.dates import parse
from contracts.konnect.operations import OPERATIONS, WRITES, Reply
from contracts.profile import Profile

_REPLY = {row.name: row.reply for row in OPERATIONS}
AnyDraft = TypeVar("AnyDraft")
KNOWN_USER_SHARE = 0.6
WRONG_PASSWORD_SHARE = 0.2
ONLY_ID_SHARE = 0.5
"""Reads by id without a filter besides, which would hide most orders."""
ASKED_BY_ID_SHARE = 0.35
"""Reads of lists that are made reads of one order."""
KNOWN_ORDER_SHARE = 0.65


@dataclass(slots=True)
class Draft:
    """A generated call before it is sent.

    `query` and `body` are None where the call is meant to be wrong there; the whole ones are there always.
    `linked`: the order comes from an earlier answer, and stays.
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
        """The kind of answer that the operation gives."""
        return _REPLY.get(self.operation)

    def lists(self) -> bool:
        """Whether it is a read of shipments with a query that is meant to be right."""
        return self.query is not None and self.reply in (Reply.SHIPMENTS, Reply.INFO)


@dataclass(frozen=True, slots=True)
class Rule(Generic[AnyDraft]):
    """One thing that the document cannot say, and what is done about it."""

    reason: str
    apply: Callable[[AnyDraft], None]


def _credentials(draft: Draft) -> None:
    if draft.query is None or draft.reply is not Reply.TOKEN:
        return
    chance = draft.rng.random()
    user, password = draft.supply.credentials(draft.rng)
    if chance < KNOWN_USER_SHARE:
        draft.query["username"], draft.query["password"] = user, password
    elif not draft.supply.careful and chance < KNOWN_USER_SHARE + WRONG_PASSWORD_SHARE:
        draft.query["username"] = user
        draft.query["password"] = f"wrong-password-{draft.rng.randrange(10**9)}"


def _no_wrong_passwords(draft: Draft) -> None:
    if draft.reply is not Reply.TOKEN or not draft.supply.careful:
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
    if "orderId" not in query and draft.rng.random() > ASKED_BY_ID_SHARE:
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


def _nobody_named(draft: Draft) -> None:
    if draft.operation in WRITES and not draft.supply.may_write:
        name_nobody(draft.whole_body, draft.supply, draft.rng)


RULES: tuple[Rule[Draft], ...] = (
    Rule("who has an account is not in a document", _credentials),
    Rule("one of orderStatus and orderId is required, and no parameter by itself", _status_or_id),
    Rule("a company's token reads lists per store, and only stores that the token knows", _location),
    Rule("a pattern lets 31-02-2025 through, and two dates may be the wrong way round", _dates),
    Rule("which orders there are is not in a document", _order_asked_for),
    Rule("which orders, items and numbers there are is not in a document", _orders_in_the_body),
    Rule("wrong passwords of a real user may lock that user out", _no_wrong_passwords),
    Rule(
        "where nothing may be changed, calls that could change an order name none that is there",
        _nobody_named,
    ),
)
"""In the order in which they are applied; the last two hold for calls that are meant to be wrong, too."""


def complete(draft: Draft) -> None:
    """Apply every rule."""
    for rule in RULES:
        rule.apply(draft)
