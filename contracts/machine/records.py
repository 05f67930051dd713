"""What the machine knows of a shipment: its items, its trail, and the table's rows that concern it."""

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
"""Events with which a document comes to be."""
ISSUED = {Event.ISSUE_INVOICE: "INV", Event.ISSUE_CREDIT_NOTE: "CRN"}
"""Events with which the OMS makes the document itself -> how its numbers begin."""


def row_for(event: Event, state: State | None, conditions: Conditions) -> Transition | None:
    """The table's row, if the event is possible."""
    found = (row for row in TABLE if row.event is event and row.source is state and row.applies(conditions))
    return next(found, None)


@dataclass(slots=True)
class Line:
    """One order item and where its pieces are."""

    id: str
    sku: str
    ordered: int
    cancelled: int = 0
    returning: int = 0
    returned: int = 0

    @property
    def left(self) -> int:
        """Not cancelled."""
        return self.ordered - self.cancelled

    @property
    def kept(self) -> int:
        """Sold, and neither back nor on its way back."""
        return self.left - self.returning - self.returned


@dataclass(frozen=True, slots=True)
class Step:
    """One entry that a trail must have."""

    event: Event
    source: State | None
    target: State
    actor: Actor
    at: datetime


@dataclass(slots=True)
class Record:
    """One shipment.

    `number` is its document's, None while there is none or the OMS has not told it; `good` counts pieces that
    came back in good condition, by SKU.
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

    @property
    def journey(self) -> Journey:
        """Sale or return."""
        return journey_of(self.state)

    @property
    def born_at(self) -> datetime:
        """When it came to be."""
        return self.trail[0].at

    @property
    def documented(self) -> Event | None:
        """The event with which its document came to be, if there is one."""
        return next((step.event for step in self.trail if step.event in DOCUMENTED), None)

    @property
    def left(self) -> dict[str, int]:
        """Pieces by item, without items of which nothing is left."""
        return {line.id: line.left for line in self.lines.values() if line.left}

    @property
    def open(self) -> dict[str, int]:
        """Pieces by item that "all of it" means."""
        pieces = {line.id: line.kept for line in self.lines.values()}
        return {item: count for item, count in pieces.items() if count}

    def automatic(self) -> Transition | None:
        """The row that the OMS takes by itself from here."""
        rows = (row for row in TABLE if row.automatic and row.source is self.state)
        return next((row for row in rows if row.applies(self.conditions)), None)


def summed(items: Iterable[Pieces]) -> dict[str, int]:
    """Pieces by item; one that is named twice counts twice."""
    total: dict[str, int] = {}
    for piece in items:
        total[piece.item] = total.get(piece.item, 0) + piece.quantity
    return total
