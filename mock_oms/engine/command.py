"""Commands of events, and the move that guards and effects change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from contracts.lifecycle.table import Initiator, Journey, Transition
from mock_oms.domain.shipment import Item, Parcel, Shipment
from mock_oms.store import Transaction


@dataclass(frozen=True, slots=True)
class Pick:
    """Pieces of one order item; `reason` is a code, `serials` are IMEIs."""

    item_id: str
    quantity: int
    reason: str = ""
    serials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PushedDocument:
    """An invoice or credit note of the aggregator."""

    number: str
    irn: str | None = None
    ack_number: str | None = None
    ack_date: str | None = None
    qr: str | None = None
    signed: str | None = None
    parcels: tuple[Parcel, ...] = ()


@dataclass(frozen=True, slots=True)
class Command:
    """Details of an event; no `items` means all remaining pieces."""

    items: tuple[Pick, ...] = ()
    document: PushedDocument | None = None
    reason: str | None = None
    initiator: Initiator | None = None


NO_DETAILS = Command()


@dataclass(slots=True)
class Move:
    """The application of one row of the table to one shipment.

    Effects replace `shipment` and may set `opened`, a new return.
    """

    tx: Transaction
    row: Transition
    shipment: Shipment
    command: Command
    at: datetime
    opened: Shipment | None = None
    _picked: dict[str, int] | None = None

    @property
    def picked(self) -> dict[str, int]:
        """Affected pieces by item id, as counted before any effect."""
        if self._picked is None:
            self._picked = picked(self.shipment, self.command)
        return self._picked

    def change(self, changes: Mapping[str, int], counter: str) -> None:
        """Adds to a counter (`cancelled`, `returning`, `returned`) of the shipment's items."""
        self.shipment = counted(self.shipment, changes, counter)


def picked(shipment: Shipment, command: Command) -> dict[str, int]:
    """Returns the command's pieces by item id, or else all open ones."""
    if not command.items:
        return {
            item.id: open_pieces(shipment, item) for item in shipment.items if open_pieces(shipment, item)
        }
    total: dict[str, int] = {}
    for pick in command.items:
        total[pick.item_id] = total.get(pick.item_id, 0) + pick.quantity
    return total


def open_pieces(shipment: Shipment, item: Item) -> int:
    """Returns the remaining pieces of an item, without those in a return."""
    return item.returnable if shipment.journey is Journey.SALE else item.left


def is_everything(shipment: Shipment, command: Command) -> bool:
    """Whether the command affects all remaining pieces of the shipment."""
    if not command.items:
        return True
    return picked(shipment, command) == {item.id: item.left for item in shipment.items if item.left}


def counted(shipment: Shipment, changes: Mapping[str, int], counter: str) -> Shipment:
    """Returns `shipment` with `changes` added to a counter of its items."""
    items = tuple(
        replace(item, **{counter: getattr(item, counter) + changes[item.id]}) if item.id in changes else item
        for item in shipment.items
    )
    return replace(shipment, items=items)
