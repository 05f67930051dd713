"""What a call is about, drawn as an aim and turned into orders by what the model knows at that moment."""

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
    """Which shipment."""

    READY = "ready"
    """One that the table lets the event happen to."""
    ANY = "any"
    UNKNOWN = "unknown"


class Portion(StrEnum):
    """Which pieces of it."""

    UNNAMED = "unnamed"
    ALL = "all"
    ONE_PIECE = "one_piece"
    FIRST_ITEM = "first_item"
    TWICE = "twice"
    """One piece of the first item, named two times."""
    ONE_MORE = "one_more"
    FOREIGN = "foreign"


class Number(StrEnum):
    """Which number a pushed document has."""

    FRESH = "fresh"
    USED = "used"
    SERIES = "series"
    """One that the OMS would give, perhaps later."""
    BLANK = "blank"
    PADDED = "padded"
    LONG = "long"


class Caller(StrEnum):
    """Whose token a bulk call comes with."""

    COMPANY = "company"
    OWN_STORE = "own_store"
    """The store of the first order."""
    OTHER_STORE = "other_store"


@dataclass(frozen=True, slots=True)
class Choice:
    """One order of a call.

    `which` picks among the shipments (and numbers) that fit. `whole` says how pieces are named where only all
    of them are taken, `part` where a part is taken too.
    """

    target: Target = Target.READY
    which: int = 0
    whole: Portion = Portion.UNNAMED
    part: Portion = Portion.UNNAMED
    damaged: bool = False
    """Whether pieces that are sent back came back damaged."""
    reason: str = ""
    """The reason code, where it is not the usual one."""
    number: Number = Number.FRESH
    kind: str = ""
    """invoiceType, where it is not the one that fits the event."""


def candidates(model: Model, aim: Choice, event: Event) -> list[Record]:
    """Shipments that the aim may mean."""
    every = list(model.records.values())
    if aim.target is Target.READY:
        events = (event, ITEMS_VARIANT.get(event, event))
        return [r for r in every if any(row_for(e, r.state, r.conditions) for e in events)]
    return every if aim.target is Target.ANY else []


def chosen(model: Model, aim: Choice, event: Event) -> Record | None:
    """The shipment that the aim means, None for one that nobody knows."""
    found = candidates(model, aim, event)
    return found[aim.which % len(found)] if found else None


def order(model: Model, aim: Choice, event: Event, place: int) -> Order:
    """The aim as an order of a bulk call; `place` is its place in the batch."""
    record = chosen(model, aim, event)
    items = _PORTIONS[_portion(aim, event)](record.left if record else {})
    reason = aim.reason or _usual_reason(event, aim)
    kinds = {pushed: kind for kind, pushed in PUSHED.items()}
    return Order(
        id=record.id if record else UNKNOWN_ID,
        items=tuple(Pieces(item, count, reason) for item, count in items),
        number=_number(model, aim, place) if event in kinds else "",
        kind=aim.kind or kinds.get(event, ""),
    )


def pieces(record: Record, aim: Choice) -> tuple[Pieces, ...]:
    """The aim's pieces for an event of the control plane."""
    portion = Portion.ONE_MORE if aim.part is Portion.FOREIGN else aim.part
    return tuple(Pieces(item, count) for item, count in _PORTIONS[portion](record.open))


WHOLE_ONLY = {row.event for row in TABLE if "all_that_is_left" in row.guards}
"""Events that are about all pieces or nothing."""


def _portion(aim: Choice, event: Event) -> Portion:
    return aim.whole if event in WHOLE_ONLY else aim.part


def token(caller: Caller, record: Record | None) -> str | None:
    """The store whose token is meant, None for the company's."""
    if caller is Caller.COMPANY:
        return None
    own = record.location if record else LOCATIONS[0]
    return own if caller is Caller.OWN_STORE else next(place for place in LOCATIONS if place != own)


def _usual_reason(event: Event, aim: Choice) -> str:
    if event in (Event.CANCEL, Event.CANCEL_ITEMS):
        return CANCEL_REASONS[0]
    return RETURN_REASONS["BAD"][0] if aim.damaged and event is Event.ACCEPT_RETURN else ""


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


def _number(model: Model, aim: Choice, place: int) -> str:
    fresh = f"M-{len(model.numbers)}-{place}-{aim.which}"
    used = list(model.numbers)
    return {
        Number.FRESH: fresh,
        Number.USED: used[aim.which % len(used)] if used else fresh,
        Number.SERIES: f"{('INV', 'CRN')[aim.which % 2]}-{1 + aim.which % 5:06d}",
        Number.BLANK: "",
        Number.PADDED: f" {fresh}",
        Number.LONG: "9" * (NUMBER_LIMIT + 1),
    }[aim.number]
