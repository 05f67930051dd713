"""Open points: what answered calls show that no page settles.

A row reads one call. Its name is a field of `contracts.profile`, where the profile has one for the point.
`NEVER_SHOWN` has the fields that no call shows. Rows about lists are in `listed_points`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pydantic import BaseModel, ValidationError

from contracts.konnect.operations import Operation
from contracts.konnect.operations import Reply as Kind
from scenarios.language.actions import Caller

ORDER_TYPE_KEYS = ("order_type", "orderType")
NUMBER_KEYS = ("marketplaceInvoiceNumber", "creditNoteNumber", "credit_note_number", "invoiceNumber")
LIST_KEYS = ("orders", "shipments", "data", "items")
AFTER_END_STATUSES = (400, 404, 416, 422)
"""HTTP statuses that may refuse a page after the last one."""
NUMBER_AS_TEXT = "number as text"
STRANGERS = (Caller.NOBODY, Caller.MADE_UP, Caller.EXPIRED)
"""Callers without a valid token."""
ITEM_NAME = re.compile("item|bag", re.IGNORECASE)
"""Part of the name of a key that holds the id of an order item."""
CODE = re.compile(r"[A-Z]{1,4}[0-9]{2,4}|[0-9]{3,5}")

NEVER_SHOWN = {
    "hand_over_before_invoice": "the store's own step; a person is not asked to try what may be impossible",
    "extra_cancel_reasons": "a call does not list the reasons that are known",
    "extra_return_reasons": "a call does not list the reasons that are known",
    "info_limit": "flows do not place a thousand orders",
    "reassign_on_seller_cancel": "an order that is CREATED again after a cancel fails; the profile allows it",
    "stock_guard": "the stock of a store is not shown",
    "null_fields": "flows send no null in optional fields",
    "empty_parameters": "flows send no empty parameters",
    "byte_order_mark": "flows send none",
    "compressed_bodies": "flows send none",
    "date_offsets": "flows send dates without an offset",
    "invoice_numbers": "flows push numbers that both choices accept",
}
"""Profile field -> why no call shows it."""


@dataclass(frozen=True)
class Call:
    """An answered call of an operation.

    `by` is None for the token call, `place` its flow and step.
    """

    row: Operation
    by: Caller | None
    query: Mapping[str, Any]
    body: Any
    status: int
    headers: Mapping[str, str]
    answer: Any
    content: bytes = b""
    place: tuple[str, int] = ("", 1)

    @property
    def turned_down(self) -> bool:
        """Whether the whole call was refused."""
        return 400 <= self.status < 500 and not self.counts

    @property
    def is_misshapen(self) -> bool:
        """Whether the call was refused for its shape."""
        return self.turned_down and self.by not in STRANGERS and self.status not in (401, 403, 404)

    @cached_property
    def counts(self) -> tuple[int, ...]:
        """Accepted and refused orders of a bulk answer; empty for any other."""
        found = self.answer if isinstance(self.answer, Mapping) else {}
        counted = [found.get(name) for name in ("successCount", "failedCount")]
        return tuple(n for n in counted if isinstance(n, int)) if None not in counted else ()

    @cached_property
    def rows(self) -> list[Mapping[str, Any]]:
        """The orders of the request body."""
        rows = self.body if isinstance(self.body, list) else []
        return [row for row in rows if isinstance(row, Mapping)]

    @cached_property
    def shipments(self) -> list[dict[str, Any]]:
        """The shipments of an answered list."""
        if self.status != 200 or self.row.reply is not Kind.SHIPMENTS:
            return []
        return [entry for entry in self.entries if isinstance(entry, dict)]

    @cached_property
    def entries(self) -> list[Any]:
        """The list in an answer, bare or wrapped."""
        found = self.answer
        if isinstance(found, Mapping):
            found = next((found[key] for key in LIST_KEYS if isinstance(found.get(key), list)), None)
        return found if isinstance(found, list) else []

    @property
    def is_return(self) -> bool:
        """Whether the call is about returns."""
        return self.row.name == "accept_return"


@dataclass(slots=True)
class Known:
    """What earlier calls have shown.

    `words` are those of each return. `lists` has, by flow, the last list that was read with a page size: its
    filter, its step and its ids.
    """

    words: dict[str, set[str]] = field(default_factory=dict)
    lists: dict[str, tuple[Any, int, set[str]]] = field(default_factory=dict)


Look = Callable[[Call, Known], Iterator[Any]]
ROWS: dict[str, Look] = {}
"""Point -> the values that a call shows."""


def point(name: str) -> Callable[[Look], Look]:
    """Register a row."""

    def register(look: Look) -> Look:
        ROWS[name] = look
        return look

    return register


def points_of(call: Call, known: Known) -> Iterator[tuple[str, Any]]:
    """Yield each open point that a call shows, with its value."""
    for name, look in ROWS.items():
        for value in look(call, known):
            yield name, value


# Whole calls


@point("unauthorized_status")
def _unauthorized(call: Call, known: Known) -> Iterator[Any]:
    if call.by in STRANGERS and call.turned_down:
        yield call.status


@point("bad_credentials_status")
def _bad_credentials(call: Call, known: Known) -> Iterator[Any]:
    if call.row.reply is Kind.TOKEN and call.turned_down and _has_credentials(call):
        yield call.status


def _has_credentials(call: Call) -> bool:
    return {"username", "password"} <= set(call.query)


@point("shape_status")
def _shape_status(call: Call, known: Known) -> Iterator[Any]:
    is_login = call.row.reply is Kind.TOKEN and _has_credentials(call)
    if call.is_misshapen and not is_login and "orderId" not in call.query:
        yield call.status


@point("shape_body")
def _shape_body(call: Call, known: Known) -> Iterator[Any]:
    if any(True for _ in _shape_status(call, known)):
        yield sorted(call.answer) if isinstance(call.answer, Mapping) else "no JSON object"


@point("unknown_fields")
def _unknown_fields(call: Call, known: Known) -> Iterator[Any]:
    yield from _probed(call, "extra_forbidden")


@point("strings_for_numbers")
def _strings_for_numbers(call: Call, known: Known) -> Iterator[Any]:
    yield from _probed(call, NUMBER_AS_TEXT)


def _probed(call: Call, kind: str) -> Iterator[str]:
    """Yield the answer to a call with one kind of fault."""
    if call.by in STRANGERS or call.by is None:
        return
    if faults_of(call) == {kind}:
        if call.is_misshapen:
            yield "reject"
        elif call.counts or call.status == 200:
            yield "accept"


def faults_of(call: Call) -> set[str]:
    """Return the kinds of faults of a request, by our models."""
    found: set[str] = set()
    models: list[tuple[type[BaseModel] | None, Any]] = [(call.row.query, dict(call.query))]
    models += [(call.row.item, row) for row in (call.body if isinstance(call.body, list) else ())]
    for model, value in models:
        try:
            if model is not None:
                model.model_validate(value)
        except ValidationError as error:
            found |= {item["type"] for item in error.errors(include_url=False, include_input=False)}
    items = [item for row in call.rows for item in items_in(row)]
    return found | {NUMBER_AS_TEXT for item in items if isinstance(item.get("quantity"), str)}


# Bulk answers


def outcome_of(call: Call) -> str:
    """Return `all`, `some` or `none` accepted, or an empty text.

    Counts that do not add up to the number of orders sent show no outcome.
    """
    if not call.counts or not sum(call.counts) or (call.rows and sum(call.counts) != len(call.rows)):
        return ""
    taken, failed = call.counts
    return "all" if not failed else "some" if taken else "none"


@point("refused_status")
def _refused_status(call: Call, known: Known) -> Iterator[Any]:
    if call.row.reply is Kind.BULK and outcome_of(call) == "none":
        yield call.status


@point("partly_refused_status")
def _partly_refused_status(call: Call, known: Known) -> Iterator[Any]:
    if call.row.reply is Kind.BULK and outcome_of(call) == "some":
        yield call.status


@point("nothing_printed_status")
def _nothing_printed(call: Call, known: Known) -> Iterator[Any]:
    if call.row.reply is Kind.PDF and outcome_of(call) == "none":
        yield call.status


def _word_of(outcome: str) -> Look:
    def look(call: Call, known: Known) -> Iterator[Any]:
        if outcome_of(call) == outcome and isinstance(call.answer.get("status"), str):
            yield call.answer["status"]

    return look


point("status_success")(_word_of("all"))
point("status_partial")(_word_of("some"))
point("status_failed")(_word_of("none"))


def _errors(call: Call) -> list[dict[str, Any]]:
    """Return the error items, without their nesting."""
    errors = call.answer.get("errors") if call.counts else None
    found = errors if isinstance(errors, list) else []
    return [dict(leaves(item)) for item in found if isinstance(item, Mapping)]


def leaves(item: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield names and values of an object, also inside it."""
    for name, value in item.items():
        if isinstance(value, Mapping):
            yield from leaves(value)
        else:
            yield str(name), value


def _key_of(is_it: Callable[[Call, str, Any], bool]) -> Look:
    """Build a row for a key of error items."""

    def look(call: Call, known: Known) -> Iterator[Any]:
        for item in _errors(call):
            yield from [name for name, value in item.items() if is_it(call, name, value)][:1]

    return look


def _names_order(call: Call, name: str, value: Any) -> bool:
    return str(value) in {str(row.get("orderId")) for row in call.rows}


def is_code(value: Any) -> bool:
    """Return whether a value may be the code of a refusal."""
    return isinstance(value, str | int) and bool(CODE.fullmatch(str(value)))


def _is_code(call: Call, name: str, value: Any) -> bool:
    return is_code(value)


def _is_message(call: Call, name: str, value: Any) -> bool:
    return isinstance(value, str) and " " in value


@point("error_reason_key")
def _error_reason_key(call: Call, known: Known) -> Iterator[Any]:
    for item in _errors(call):
        texts = [name for name, value in item.items() if _is_message(call, name, value)]
        yield texts[1] if len(texts) > 1 else ""


point("error_order_key")(_key_of(_names_order))
point("error_code_key")(_key_of(_is_code))
point("error_message_key")(_key_of(_is_message))


@point("error_item_key")
def _error_item_key(call: Call, known: Known) -> Iterator[Any]:
    sent = {str(item.get("orderItemId")) for row in call.rows for item in items_in(row)}
    for item in _errors(call):
        yield next((n for n, v in item.items() if v is None or str(v) in sent or ITEM_NAME.search(n)), None)


@point("error_items_nested")
def _nested(call: Call, known: Known) -> Iterator[Any]:
    if _errors(call):
        yield any(isinstance(value, Mapping) for item in call.answer["errors"] for value in item.values())


def list_key(call: Call) -> tuple[Any, ...]:
    """Return the filter of a list, without its paging."""
    paging = ("pageNumber", "pageSize")
    return (call.by, *sorted((name, str(value)) for name, value in call.query.items() if name not in paging))


def is_return(entry: Mapping[str, Any]) -> bool:
    """Return whether a listed shipment is a return."""
    return str(entry.get("forwardId") or entry.get("id")) != str(entry.get("id"))


def items_in(entry: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the items of a shipment, or of a requested order."""
    items = entry.get("orderItems")
    return [item for item in items if isinstance(item, Mapping)] if isinstance(items, list) else []


def remember(call: Call, known: Known) -> None:
    """Remember what later calls are compared with."""
    for entry in call.shipments:
        if is_return(entry):
            known.words.setdefault(str(entry.get("id")), set()).add(str(entry.get("orderStatus")))
    flow, step = call.place
    if call.row.writes:
        known.lists.pop(flow, None)
    if call.query.get("orderStatus") and "pageSize" in call.query and call.shipments:
        before = known.lists.get(flow)
        same = before is not None and before[0] == list_key(call)
        ids = before[2] if before is not None and same else set()
        known.lists[flow] = (list_key(call), step, ids | {str(entry.get("id")) for entry in call.shipments})
