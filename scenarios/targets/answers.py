"""Reads a target's answers in any possible shape.

The profile's shape is tried first. What an answer shows about an open point is noted once. A value that
differs from the profile is kept with its step: `strict` runs fail there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from contracts.konnect import dates
from contracts.masking import is_secret_name
from contracts.problems import ROWS
from contracts.profile import DEFAULT, Profile
from scenarios.language import statuses
from scenarios.targets.listed_points import is_rejected
from scenarios.targets.open_points import (
    LIST_KEYS,
    NUMBER_KEYS,
    ORDER_TYPE_KEYS,
    Call,
    Known,
    is_code,
    leaves,
    points_of,
    remember,
)

CODE_KEYS = ("code", "errorCode", "error_code")
"""Keys of an error item that may hold its code, where no profile says which."""
TOKEN_FIELDS = ("accessToken", "access_token", "token", "authToken", "x-access-token")
TOKEN_LIKE = re.compile(r"(?=.*\d)[\w.+/=-]{16,}")
"""A value that may be a token: long, with a digit, without spaces."""
TOKEN_LEAST = 6
"""Characters of the shortest text that may be a token."""
UNKNOWN_STATUSES = (200, 400, 404)
"""HTTP statuses that may mean an unknown shipment."""
DEPTH_LIMIT = 12
"""Levels of nested answers that are searched."""

Shipment = dict[str, Any]


class UnreadableError(ValueError):
    """An answer without a required part; the message names it."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """A value that a target has at an open point.

    `place` is the flow and step. `expected` is the value of the profile, else of its defaults, and None at a
    point without a field. `differs`: a known profile says otherwise.
    """

    point: str
    value: Any
    expected: Any
    differs: bool
    place: tuple[str, int]

    @property
    def is_field(self) -> bool:
        """Whether the profile has a field for the point."""
        return self.point in Profile.model_fields

    def says(self) -> str:
        """Return the meeting as a line of a profile: `shape_status = 422`."""
        more = ""
        if self.is_field and (self.differs or self.value != self.expected):
            more = f"; {'the profile says' if self.differs else 'assumed is'} {_line(self.expected)}"
        return f"{self.point} = {_line(self.value)}{more}"


def _line(value: Any) -> str:
    return json.dumps(value, default=str)[:200]


def _nowhere(_meeting: Meeting) -> None:
    """Discard a meeting."""


ROUGH = ("token_ttl_s", "automatic_after_s", "page_size_default", "return_completes")
"""Fields that are seen from what happens meanwhile, too roughly to be compared."""


@dataclass(slots=True)
class Reading:
    """A reader of one target's answers, for one step."""

    profile: Profile | None = None
    note: Callable[[Meeting], None] = _nowhere
    place: tuple[str, int] = ("", 1)
    known: Known = field(default_factory=Known)
    met: dict[tuple[str, str], Meeting] = field(default_factory=dict)
    differences: dict[tuple[str, int], dict[str, Meeting]] = field(default_factory=dict)

    def at(self, flow: str, step: int) -> Reading:
        """Return this reader for another step."""
        return replace(self, place=(flow, step))

    def see(self, call: Call) -> None:
        """Note the open points that a call shows."""
        for point, value in points_of(call, self.known):
            self.meet(point, value)
        remember(call, self.known)

    def meet(self, point: str, value: Any) -> None:
        """Note a value at an open point, once.

        A difference from the profile is kept for each step.
        """
        key = (point, json.dumps(value, sort_keys=True, default=str))
        known = self.met.get(key)
        if known is None or known.differs:
            meeting = Meeting(point, value, *self._compared(point, value), self.place)
            if meeting.differs:
                self.differences.setdefault(self.place, {}).setdefault(point, meeting)
            if self.met.setdefault(key, meeting) is meeting:
                self.note(meeting)

    def has_met(self, point: str) -> bool:
        """Return whether a point is noted."""
        return any(name == point for name, _ in tuple(self.met))

    def _compared(self, point: str, value: Any) -> tuple[Any, bool]:
        """Return the expected value, and whether the profile differs."""
        if point not in Profile.model_fields:
            return None, False
        expected = (self.profile or DEFAULT).model_dump(mode="json")[point]
        if point == "codes":
            expected = {row.key: expected.get(row.key, row.code) for row in ROWS if row.key in value}
            same = value == expected
        elif point == "extra_fields":
            expected = sorted({*expected, *self._own_keys()} & {*expected, *value})
            same = set(value) <= set(expected)
        elif point == "date_offset" and expected == "zone" and self.profile:
            wire = dates.wire(datetime.now(UTC), self.profile.date_zone, expected)
            same = bool(value) and wire.endswith(value)
        elif point == "order_type_key" and expected == "both":
            same = True
        else:
            same = value == expected
        return expected, self.profile is not None and point not in ROUGH and not same

    def _own_keys(self) -> tuple[str, ...]:
        return (self.profile.credit_note_number_key,) if self.profile else ()

    def meet_page_size(self, asked: int, size: int) -> None:
        """Note pages that are shorter than requested."""
        self.meet("page_size_max", size)
        self.meet("page_size_over_max", "cap")

    def tokens(self, body: Any) -> list[tuple[str, str]]:
        """Return the possible tokens of an answer, with their paths.

        The likely ones come first. Raises `UnreadableError` if there is none.
        """
        if not isinstance(body, Mapping):
            raise UnreadableError("the token call answered no JSON object")
        texts = list(_texts(body))
        own = self.profile.token_field if self.profile else ""
        ranks = [(_token_rank(path, text, own), place) for place, (path, text) in enumerate(texts)]
        found = [texts[place] for rank, place in sorted(ranks) if rank < NO_TOKEN]
        if not found:
            raise UnreadableError(f"no token in the fields {', '.join(map(str, body)) or '(none)'}")
        return found

    def token(self, body: Any) -> str:
        """Return the likeliest token of a token answer; raises `UnreadableError`."""
        path, text = self.tokens(body)[0]
        self.meet_token(path)
        return text

    def is_usual(self, path: str) -> bool:
        """Return whether a token field has a usual name."""
        own = self.profile.token_field if self.profile else ""
        return path.rpartition(".")[2] in (own, *TOKEN_FIELDS)

    def meet_token(self, path: str) -> None:
        """Note where the token stands."""
        self.meet("token_field", path.rpartition(".")[2])
        if "." in path:
            self.meet("token_path", path)

    def shipments(self, body: Any) -> list[Shipment]:
        """Return the shipments of a list, bare or wrapped; raises `UnreadableError`."""
        return _list(body)

    def infos(self, body: Any) -> list[Shipment]:
        """Return the entries of GET shipment info; raises `UnreadableError`."""
        return _list(body)

    def order(self, status: int, body: Any, order_id: str) -> Shipment | None:
        """Return the shipment of GET by id; None for an unknown id."""
        if status in UNKNOWN_STATUSES[1:]:
            return None
        if status != 200:
            raise UnreadableError(f"HTTP {status} came")
        return next((entry for entry in self.shipments(body) if str(entry.get("id")) == order_id), None)

    def word(self, shipment: Mapping[str, Any]) -> str:
        """Return the status in the words of `scenarios.language.statuses`; raises `UnreadableError`."""
        said = shipment.get("orderStatus")
        if not isinstance(said, str):
            raise UnreadableError("the shipment has no orderStatus")
        own = {statuses.HANDED_OVER_TO_CUSTOMER: statuses.DELIVERED}
        if self.profile:
            own[self.profile.handed_over_word] = statuses.DELIVERED
            own[self.profile.rejected_return_word] = statuses.RETURN_REJECTED
        return own.get(said) or (statuses.RETURN_REJECTED if is_rejected(said) else said)

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
        key = self.profile.error_order_key if self.profile else ""
        return [item for item in errors if _is_about(item, order_id, key)]

    def has_code(self, item: Any, code: str) -> bool:
        """Return whether an error item has a code."""
        key = self.profile.error_code_key if self.profile else ""
        if isinstance(item, Mapping) and key in item:
            return bool(item[key] == code)
        return _holds(item, code)

    def code_of(self, item: Any) -> str:
        """Return the code of an error item; empty if none is found."""
        found = dict(leaves(item)) if isinstance(item, Mapping) else {}
        key = self.profile.error_code_key if self.profile else ""
        names = [key, *(name for name, value in found.items() if is_code(value))]
        return next((str(found[name]) for name in names if name in found), "")

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
        return next((shipment[name] for name in ORDER_TYPE_KEYS if name in shipment), None)

    def number(self, shipment: Mapping[str, Any]) -> str:
        """Return the document number; empty without one."""
        own = (self.profile.credit_note_number_key,) if self.profile else ()
        is_return = shipment.get("forwardId") != shipment.get("id")
        keys = (*own, *NUMBER_KEYS) if is_return else NUMBER_KEYS
        return next((str(shipment[name]) for name in keys if shipment.get(name)), "")


def number_of(value: Any) -> float | None:
    """Convert a number, also one given as text; else None."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _kind(value: Any) -> str:
    names = {list: "a bare list", dict: "an object", str: "a text", type(None): "nothing"}
    return names.get(type(value), type(value).__name__)


def _list(body: Any) -> list[Shipment]:
    if isinstance(body, Mapping):
        key = next((name for name in LIST_KEYS if isinstance(body.get(name), list)), None)
        if key is None:
            raise UnreadableError(f"no list in the fields {', '.join(map(str, body)) or '(none)'}")
        body = body[key]
    if not isinstance(body, list) or not all(isinstance(entry, dict) for entry in body):
        raise UnreadableError(f"{_kind(body)} came where a list of shipments was expected")
    return body


def _texts(value: Any, depth: int = DEPTH_LIMIT, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield paths and texts of an answer, outer ones first."""
    entries = dict(value) if isinstance(value, Mapping) and depth else {}
    yield from ((f"{path}{name}", entry) for name, entry in entries.items() if isinstance(entry, str))
    for name, entry in entries.items():
        yield from _texts(entry, depth - 1, f"{path}{name}.")


def secrets_in(token_answer: Any, name: str = "") -> Iterator[str]:
    """Yield the words of a token answer that may be secrets."""
    if isinstance(token_answer, Mapping):
        for key, inner in token_answer.items():
            yield from secrets_in(inner, str(key))
    elif isinstance(token_answer, list):
        for inner in token_answer:
            yield from secrets_in(inner, name)
    elif isinstance(token_answer, str):
        words = token_answer.split()
        yield from (word for word in words if is_secret_name(name) or TOKEN_LIKE.fullmatch(word))


NO_TOKEN = 9
"""Rank of a text that is no token."""


def _token_rank(path: str, text: str, own: str) -> int:
    """Return 0 for the likeliest token, up to `NO_TOKEN`."""
    name = path.rpartition(".")[2]
    if not text or any(letter.isspace() for letter in text):
        return NO_TOKEN
    likely = (name == own, name in TOKEN_FIELDS, "token" in name.lower(), bool(TOKEN_LIKE.fullmatch(text)))
    rank = next((rank for rank, is_it in enumerate(likely) if is_it), len(likely))
    is_word = text.isalpha() or len(text) < TOKEN_LEAST
    return NO_TOKEN if rank == len(likely) and is_word else rank


def _is_about(item: Any, order_id: str, key: str) -> bool:
    if isinstance(item, Mapping) and key in item:
        return bool(str(item[key]) == order_id)
    return _holds(item, order_id)


def _holds(value: Any, wanted: str, depth: int = DEPTH_LIMIT) -> bool:
    """Return whether a word stands anywhere in a value."""
    if depth == 0:
        return False
    if isinstance(value, Mapping):
        return any(_holds(entry, wanted, depth - 1) for entry in value.values())
    if isinstance(value, list):
        return any(_holds(entry, wanted, depth - 1) for entry in value)
    return bool(re.search(rf"(?<![A-Za-z0-9]){re.escape(wanted)}(?![A-Za-z0-9])", str(value)))
