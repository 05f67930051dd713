"""Reads a target's answers, by its profile or in any possible shape.

Without a profile, each observed shape is reported once through `note(about, text)`; `about` is the profile
field. A page size below the profile's is always reported.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.profile import Profile
from scenarios.language import statuses

CODE_KEYS = ("code", "errorCode", "error_code")
"""Keys of an error item that may hold its code, where no profile says which."""
TOKEN_FIELDS = ("accessToken", "access_token", "token", "authToken", "x-access-token")
LIST_KEYS = ("orders", "shipments", "data", "items")
ORDER_TYPE_KEYS = ("order_type", "orderType")
NUMBER_KEYS = ("marketplaceInvoiceNumber", "creditNoteNumber", "credit_note_number", "invoiceNumber")
TOKEN_LIKE = re.compile(r"(?=.*\d)[\w.+/=-]{16,}")
"""A value that may be a token: long, with a digit, without spaces."""
UNKNOWN_STATUSES = (200, 400, 404)
"""HTTP statuses that may mean an unknown shipment."""
DEPTH_LIMIT = 12
"""Levels of nested answers that are searched."""

Shipment = dict[str, Any]


class UnreadableError(ValueError):
    """An answer without a required part; the message names it."""


def _nowhere(_about: str, _text: str) -> None:
    """Discard a note."""


@dataclass(slots=True)
class Reading:
    """A reader of one target's answers; without a profile, any shape."""

    profile: Profile | None = None
    note: Callable[[str, str], None] = _nowhere
    _met: set[tuple[str, str]] = field(default_factory=set)

    def _meet(self, about: str, text: str) -> None:
        if self.profile is None:
            self._note_once(about, text)

    def _note_once(self, about: str, text: str) -> None:
        if (about, text) not in self._met:
            self._met.add((about, text))
            self.note(about, text)

    def meet_partly_printed(self, choice: str) -> None:
        """Note the answer to a partly refused document call."""
        self._meet("partly_printed", f"a document call with a refused order is answered with {choice}")

    def meet_page_size(self, asked: int, size: int) -> None:
        """Note pages that are shorter than requested, with any profile."""
        self._note_once("page_size_max", f"a page holds {size} shipments where {asked} were requested")

    def token(self, body: Any) -> str:
        """Return the token of a token answer; raises `UnreadableError`."""
        if not isinstance(body, Mapping):
            raise UnreadableError("the token call answered no JSON object")
        texts = dict(_texts(body, 1 if self.profile else DEPTH_LIMIT))
        names = (self.profile.token_field,) if self.profile else (*TOKEN_FIELDS, *_token_like(texts))
        for name in names:
            if texts.get(name):
                self._meet("token_field", f"the token stands in {name!r}")
                return texts[name]
        raise UnreadableError(f"no token in the fields {', '.join(map(str, body)) or '(none)'}")

    def shipments(self, body: Any) -> list[Shipment]:
        """Return the shipments of a list, bare or wrapped; raises `UnreadableError`."""
        return self._list(body, "list_envelope")

    def infos(self, body: Any) -> list[Shipment]:
        """Return the entries of GET shipment info; raises `UnreadableError`."""
        return self._list(body, "info_envelope")

    def _list(self, body: Any, about: str) -> list[Shipment]:
        wrapped = isinstance(body, Mapping)
        if self.profile and wrapped != (getattr(self.profile, about) == "orders"):
            raise UnreadableError("a wrapped list came" if wrapped else f"{_kind(body)} came, not wrapped")
        if isinstance(body, Mapping):
            key = next((name for name in LIST_KEYS if isinstance(body.get(name), list)), None)
            if key is None:
                raise UnreadableError(f"no list in the fields {', '.join(map(str, body)) or '(none)'}")
            self._meet(about, f"lists are wrapped in {key!r}")
            body = body[key]
        if not isinstance(body, list) or not all(isinstance(entry, dict) for entry in body):
            raise UnreadableError(f"{_kind(body)} came where a list of shipments was expected")
        return body

    def order(self, status: int, body: Any, order_id: str) -> Shipment | None:
        """Return the shipment of GET by id; None for an unknown id."""
        if status == 404 and (self.profile is None or self.profile.unknown_order == "not_found"):
            self._meet("unknown_order", "an unknown order is answered 404")
            return None
        if status == 400 and self.profile is None:
            self._meet("unknown_order", "an unknown order is answered 400")
            return None
        if status != 200:
            raise UnreadableError(f"HTTP {status} came")
        found = self.shipments(body)
        if not found:
            self._meet("unknown_order", "an unknown order is answered with an empty list")
        return next((entry for entry in found if str(entry.get("id")) == order_id), None)

    def word(self, shipment: Mapping[str, Any]) -> str:
        """Return the status in the words of `scenarios.language.statuses`; raises `UnreadableError`."""
        said = shipment.get("orderStatus")
        if not isinstance(said, str):
            raise UnreadableError("the shipment has no orderStatus")
        if self.profile:
            own = {
                self.profile.handed_over_word: statuses.DELIVERED,
                self.profile.rejected_return_word: statuses.RETURN_REJECTED,
            }
            return own.get(said, said)
        if said == statuses.HANDED_OVER_TO_CUSTOMER:
            self._meet("handed_over_word", f"a handed-over order shows {said!r}")
            return statuses.DELIVERED
        if said.startswith("RETURN") and ("REJECT" in said or "NOT_ACCEPTED" in said):
            self._meet("rejected_return_word", f"a rejected return shows {said!r}")
            return statuses.RETURN_REJECTED
        return said

    def filter(self, word: str) -> str:
        """Return the filter value that lists a status."""
        if word == statuses.RETURN_REJECTED and self.profile:
            return self.profile.rejected_return_word
        return word

    def errors_about(self, body: Any, order_id: str) -> list[Any]:
        """Return the error items that name an order."""
        errors = body.get("errors") if isinstance(body, Mapping) else None
        if not isinstance(errors, list):
            return []
        if self.profile:
            key = self.profile.error_order_key
            return [item for item in errors if isinstance(item, Mapping) and item.get(key) == order_id]
        return [item for item in errors if _holds(item, order_id)]

    def has_code(self, item: Any, code: str) -> bool:
        """Return whether an error item has a code.

        Without a profile it may stand anywhere.
        """
        if self.profile:
            return isinstance(item, Mapping) and item.get(self.profile.error_code_key) == code
        key = _holder(item, code)
        if key:
            self._meet("error_code_key", f"the code of an error item stands in {key!r}")
        return key is not None

    def codes(self, errors: list[Any]) -> str:
        """Describe error items by their codes, or shortened."""
        keys = (self.profile.error_code_key,) if self.profile else CODE_KEYS
        said = [
            next((str(item[key]) for key in keys if isinstance(item, Mapping) and key in item), None)
            or json.dumps(item)
            for item in errors
        ]
        return ", ".join(dict.fromkeys(text[:120] for text in said)) or "no error item about it"

    def order_type(self, shipment: Mapping[str, Any]) -> Any:
        """Return the order type, under any spelling."""
        return next((shipment[name] for name in self._order_type_keys() if name in shipment), None)

    def _order_type_keys(self) -> tuple[str, ...]:
        if self.profile is None or self.profile.order_type_key == "both":
            return ORDER_TYPE_KEYS
        return (self.profile.order_type_key,)

    def number(self, shipment: Mapping[str, Any]) -> str:
        """Return the document number; empty without one."""
        is_return = shipment.get("forwardId") != shipment.get("id")
        keys: tuple[str, ...] = NUMBER_KEYS if self.profile is None else NUMBER_KEYS[:1]
        if self.profile and is_return:
            keys = (self.profile.credit_note_number_key,)
        for name in keys:
            if shipment.get(name):
                self._meet("credit_note_number_key", f"a document's number stands in {name!r}")
                return str(shipment[name])
        return ""


def number_of(value: Any) -> float | None:
    """Convert a number, also one given as text; else None."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _kind(value: Any) -> str:
    names = {list: "a bare list", dict: "an object", str: "a text", type(None): "nothing"}
    return names.get(type(value), type(value).__name__)


def _texts(value: Any, depth: int = DEPTH_LIMIT) -> Iterator[tuple[str, str]]:
    """Yield field names and texts of an answer, outer ones last."""
    entries = value.items() if isinstance(value, Mapping) and depth else ()
    for entry in dict(entries).values():
        yield from _texts(entry, depth - 1)
    yield from ((str(name), entry) for name, entry in entries if isinstance(entry, str))


def _token_like(texts: Mapping[str, str]) -> list[str]:
    """Return the fields that may hold a token, by name or value."""
    named = [name for name in texts if "token" in name.lower()]
    return named + [name for name, text in texts.items() if TOKEN_LIKE.fullmatch(text)]


def _holds(value: Any, wanted: str, depth: int = DEPTH_LIMIT) -> bool:
    return _holder(value, wanted, depth) is not None


def _holder(value: Any, wanted: str, depth: int = DEPTH_LIMIT, key: str = "item") -> str | None:
    """Find the key whose value contains a word."""
    if depth == 0:
        return None
    if isinstance(value, Mapping):
        inner = ((name, entry) for name, entry in value.items())
    elif isinstance(value, list):
        inner = ((key, entry) for entry in value)
    else:
        text = str(value)
        return key if re.search(rf"(?<![A-Za-z0-9]){re.escape(wanted)}(?![A-Za-z0-9])", text) else None
    found = (_holder(entry, wanted, depth - 1, str(name)) for name, entry in inner)
    return next((name for name in found if name is not None), None)
