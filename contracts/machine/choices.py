"""Choices of hypothesis, and the orders that the model makes of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from contracts.konnect.orders import CANCEL_REASONS
from contracts.konnect.returns import RETURN_REASONS
from contracts.lifecycle.table import ITEMS_VARIANT, TABLE, Event
from contracts.machine.driver import LOCATIONS, Order, Pieces
from contracts.machine.model import NUMBER_LIMIT, PUSHED, Model
from contracts.machine.records import Record, row_for

UNKNOWN_ID = "17000000000000000000"
FOREIGN_ITEM = "999"


class Target(StrEnum):
    """The kind of shipment."""

    READY = "ready"
    """A shipment for which the table allows the event."""
    ANY = "any"
    UNKNOWN = "unknown"


class Portion(StrEnum):
    """The affected pieces of a shipment."""

    UNNAMED = "unnamed"
    ALL = "all"
    ONE_PIECE = "one_piece"
    FIRST_ITEM = "first_item"
    TWICE = "twice"
    """A single piece of the first item, named two times."""
    ONE_MORE = "one_more"
    FOREIGN = "foreign"


class Number(StrEnum):
    """The kind of number of a pushed document."""

    FRESH = "fresh"
    USED = "used"
    SERIES = "series"
    """A number that the OMS may issue."""
    BLANK = "blank"
    PADDED = "padded"
    LONG = "long"


class Caller(StrEnum):
    """The owner of the token of a bulk call."""

    COMPANY = "company"
    OWN_STORE = "own_store"
    """The store of the first order."""
    OTHER_STORE = "other_store"


@dataclass(frozen=True, slots=True)
class Choice:
    """One order of a call.

    `which` selects one of the fitting shipments (and numbers). `whole` is the portion for events that need
    all pieces, `part` for the others.
    """

    target: Target = Target.READY
    which: int = 0
    whole: Portion = Portion.UNNAMED
    part: Portion = Portion.UNNAMED
    damaged: bool = False
    """Whether returned pieces are damaged."""
    reason: str = ""
    """The reason code, if not the usual one."""
    number: Number = Number.FRESH
    kind: str = ""
    """The `invoiceType`, if not the one that fits the event."""


def candidates(model: Model, choice: Choice, event: Event) -> list[Record]:
    """Returns the shipments that fit the choice."""
    every = list(model.records.values())
    if choice.target is Target.READY:
        events = (event, ITEMS_VARIANT.get(event, event))
        return [r for r in every if any(row_for(e, r.state, r.conditions) for e in events)]
    return every if choice.target is Target.ANY else []


def chosen(model: Model, choice: Choice, event: Event) -> Record | None:
    """Returns the chosen shipment, or None for an unknown one."""
    found = candidates(model, choice, event)
    return found[choice.which % len(found)] if found else None


def order(model: Model, choice: Choice, event: Event, place: int) -> Order:
    """Returns the order of a bulk call; `place` is its index."""
    record = chosen(model, choice, event)
    items = _PORTIONS[_portion(choice, event)](record.left if record else {})
    reason = choice.reason or _usual_reason(event, choice)
    kinds = {pushed: kind for kind, pushed in PUSHED.items()}
    return Order(
        id=record.id if record else UNKNOWN_ID,
        items=tuple(Pieces(item, count, reason) for item, count in items),
        number=_number(model, choice, place) if event in kinds else "",
        kind=choice.kind or kinds.get(event, ""),
    )


def pieces(record: Record, choice: Choice) -> tuple[Pieces, ...]:
    """Returns the pieces for an event of the control plane."""
    portion = Portion.ONE_MORE if choice.part is Portion.FOREIGN else choice.part
    return tuple(Pieces(item, count) for item, count in _PORTIONS[portion](record.open))


WHOLE_ONLY = {row.event for row in TABLE if "all_that_is_left" in row.guards}
"""Events that need all pieces."""


def _portion(choice: Choice, event: Event) -> Portion:
    return choice.whole if event in WHOLE_ONLY else choice.part


def token(caller: Caller, record: Record | None) -> str | None:
    """Returns the store of the token, None for the company's."""
    if caller is Caller.COMPANY:
        return None
    own = record.location if record else LOCATIONS[0]
    return own if caller is Caller.OWN_STORE else next(place for place in LOCATIONS if place != own)


def _usual_reason(event: Event, choice: Choice) -> str:
    if event in (Event.CANCEL, Event.CANCEL_ITEMS, Event.REASSIGN):
        return CANCEL_REASONS[0]
    return RETURN_REASONS["BAD"][0] if choice.damaged and event is Event.ACCEPT_RETURN else ""


Named = list[tuple[str, int]]
_PORTIONS: Mapping[Portion, Callable[[dict[str, int]], Named]] = {
    Portion.UNNAMED: lambda left: [],
    Portion.ALL: lambda left: list(left.items()),
    Portion.ONE_PIECE: lambda left: [(item, 1) for item in list(left)[-1:]],
    Portion.FIRST_ITEM: lambda left: list(left.items())[:1],
    Portion.TWICE: lambda left: [(item, 1) for item in list(left)[:1]] * 2,
    Portion.ONE_MORE: lambda left: [(item, count + 1) for item, count in left.items()],
    Portion.FOREIGN: lambda left: [*list(left.items())[:1], (FOREIGN_ITEM, 1)],
}


def _number(model: Model, choice: Choice, place: int) -> str:
    fresh = f"M-{len(model.numbers)}-{place}-{choice.which}"
    used = list(model.numbers)
    return {
        Number.FRESH: fresh,
        Number.USED: used[choice.which % len(used)] if used else fresh,
        Number.SERIES: f"{'IJ'[choice.which % 2]}00014000A{1 + choice.which % 5:06d}",
        Number.BLANK: "",
        Number.PADDED: f" {fresh}",
        Number.LONG: "9" * (NUMBER_LIMIT + 1),
    }[choice.number]
