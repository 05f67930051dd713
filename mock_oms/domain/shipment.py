"""Orders and returns as the mock keeps them: frozen values, replaced whole by the engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from contracts.lifecycle.queries import journey_of
from contracts.lifecycle.table import Actor, DocumentMode, Event, Initiator, Journey, State


@dataclass(frozen=True, slots=True)
class Product:
    """What is sold. `price` in rupees per piece, GST included; `discount` rupees off per piece."""

    sku: str
    title: str
    hsn: str
    gst_percent: Decimal
    price: Decimal
    discount: Decimal = Decimal(0)

    @property
    def selling_price(self) -> Decimal:
        """Price per piece after discount."""
        return self.price - self.discount


@dataclass(frozen=True, slots=True)
class Item:
    """One bag.

    Of `ordered` pieces some may be cancelled, on their way back (`returning`) or back (`returned`); in a
    return shipment `ordered` is what comes back.
    """

    id: str
    product: Product
    ordered: int
    cancelled: int = 0
    returning: int = 0
    returned: int = 0
    serials: tuple[str, ...] = ()
    results: tuple[tuple[str, int], ...] = ()
    """Quality-check result of a return: reason slug (empty: good) and pieces."""

    @property
    def left(self) -> int:
        """Pieces that were not cancelled."""
        return self.ordered - self.cancelled

    @property
    def returnable(self) -> int:
        """Pieces for which no return is open or accepted."""
        return self.left - self.returning - self.returned


@dataclass(frozen=True, slots=True)
class Customer:
    """Who buys."""

    name: str
    phone: str
    email: str
    address: str
    city: str
    state: str
    pincode: str
    gstin: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """An invoice (of a sale) or a credit note (of a return)."""

    number: str
    at: datetime
    irn: str | None = None
    ack_number: str | None = None
    ack_date: str | None = None
    qr: str | None = None
    signed: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of a shipment's trail."""

    event: Event
    source: State | None
    target: State
    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class Parcel:
    """A package as the aggregator described it: centimetres and grams."""

    id: str | None
    length_cm: float | None
    width_cm: float | None
    height_cm: float | None
    weight_g: float | None


@dataclass(frozen=True, slots=True)
class Shipment:
    """A sale, or a return of one: `forward_id` is the sale's id. The modes were stamped at birth."""

    id: str
    forward_id: str
    order_id: str
    return_id: str | None
    order_type: str
    location: str
    channel: str
    state: State
    invoice_mode: DocumentMode
    credit_note_mode: DocumentMode
    ordered_at: datetime
    placed_at: datetime
    items: tuple[Item, ...]
    customer: Customer
    trail: tuple[Step, ...]
    initiator: Initiator | None = None
    reason: str | None = None
    document: Document | None = None
    parcels: tuple[Parcel, ...] = ()

    @property
    def journey(self) -> Journey:
        """Sale or return."""
        return journey_of(self.state)

    @property
    def invoiced(self) -> bool:
        """Whether its document (invoice or credit note) exists."""
        return self.document is not None

    def item(self, item_id: str) -> Item | None:
        """The item with this id."""
        return next((item for item in self.items if item.id == item_id), None)

    def moved(self, step: Step) -> Shipment:
        """The shipment after one more step of its trail.

        Every change of a shipment comes here, and `dataclasses.replace` takes twice as long.
        """
        made = object.__new__(Shipment)
        for keep, look in _STAYS:
            keep(made, look(self))
        _keep_state(made, step.target)
        _keep_trail(made, (*self.trail, step))
        return made


def _slot(name: str) -> tuple[Callable[[Shipment, Any], None], Callable[[Shipment], Any]]:
    slot = getattr(Shipment, name)
    return slot.__set__, slot.__get__


_STAYS = tuple(_slot(field.name) for field in fields(Shipment) if field.name not in ("state", "trail"))
_keep_state, _keep_trail = _slot("state")[0], _slot("trail")[0]


@dataclass(frozen=True, slots=True)
class Stock:
    """What a location has of a product, in pieces."""

    on_hand: int = 0
    reserved: int = 0


NO_STOCK = Stock()
