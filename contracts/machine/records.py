"""The model of a shipment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from contracts.lifecycle.queries import journey_of
from contracts.lifecycle.table import TABLE, Actor, Event, Journey, State, Transition
from contracts.machine.driver import Pieces

Conditions = Mapping[str, object]

DOCUMENTED = frozenset(
    {Event.PUSH_INVOICE, Event.ISSUE_INVOICE, Event.PUSH_CREDIT_NOTE, Event.ISSUE_CREDIT_NOTE}
)
"""Events that create a document."""
ISSUED = {Event.ISSUE_INVOICE: "I", Event.ISSUE_CREDIT_NOTE: "J"}
"""Events by which the OMS issues a document -> prefix of its numbers."""


_ROWS = {
    key: tuple(row for row in TABLE if (row.event, row.source) == key)
    for key in {(row.event, row.source) for row in TABLE}
}


def row_for(event: Event, state: State | None, conditions: Conditions) -> Transition | None:
    """Returns the row of the table, if the event is possible."""
    found = (row for row in _ROWS.get((event, state), ()) if row.applies(conditions))
    return next(found, None)


@dataclass(slots=True)
class Line:
    """One order item and its counts of pieces."""

    id: str
    sku: str
    ordered: int
    cancelled: int = 0
    returning: int = 0
    returned: int = 0

    @property
    def left(self) -> int:
        """Pieces that were not cancelled."""
        return self.ordered - self.cancelled

    @property
    def kept(self) -> int:
        """Sold pieces in no return."""
        return self.left - self.returning - self.returned


@dataclass(frozen=True, slots=True)
class Step:
    """An expected entry of a trail."""

    event: Event
    source: State | None
    target: State
    actor: Actor
    at: datetime


@dataclass(slots=True)
class Record:
    """One shipment.

    `number` is that of its document, None while it is unknown; `good` counts pieces that were returned in
    good condition, by SKU, and `declined_by` lists the stores that cancelled it before.
    """

    id: str
    forward_id: str
    location: str
    conditions: Conditions
    lines: dict[str, Line]
    state: State
    trail: list[Step]
    number: str | None = None
    good: dict[str, int] = field(default_factory=dict)
    declined_by: list[str] = field(default_factory=list)

    @property
    def journey(self) -> Journey:
        """Sale or return."""
        return journey_of(self.state)

    @property
    def created_at(self) -> datetime:
        """The time of the creation."""
        return self.trail[0].at

    @property
    def documented(self) -> Event | None:
        """The event that created its document, if any."""
        return next((step.event for step in self.trail if step.event in DOCUMENTED), None)

    @property
    def left(self) -> dict[str, int]:
        """Remaining pieces by item; empty items are left out."""
        return {line.id: line.left for line in self.lines.values() if line.left}

    @property
    def open(self) -> dict[str, int]:
        """Pieces by item that an event without items affects."""
        pieces = {line.id: line.kept for line in self.lines.values()}
        return {item: count for item, count in pieces.items() if count}

    def automatic(self) -> Transition | None:
        """Returns the automatic row of the present state."""
        rows = (row for row in TABLE if row.automatic and row.source is self.state)
        return next((row for row in rows if row.applies(self.conditions)), None)


def summed(items: Iterable[Pieces]) -> dict[str, int]:
    """Returns the pieces by item; an item may be named twice."""
    total: dict[str, int] = {}
    for piece in items:
        total[piece.item] = total.get(piece.item, 0) + piece.quantity
    return total
