"""Orders and returns: frozen values that the engine replaces whole."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from operator import attrgetter

from contracts.lifecycle.queries import journey_of
from contracts.lifecycle.table import Actor, DocumentMode, Event, Initiator, Journey, State


@dataclass(frozen=True, slots=True)
class Product:
    """A product; `price` and `discount` are rupees per piece, GST included."""

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
    """One bag: pieces of one product.

    Of the `ordered` pieces some may be `cancelled`, in an open return (`returning`) or in an accepted one
    (`returned`). In a return shipment `ordered` counts the returned pieces.
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
    """The buyer."""

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
    """A package of the aggregator."""

    id: str | None
    length_cm: float | None
    width_cm: float | None
    height_cm: float | None
    weight_g: float | None


@dataclass(frozen=True, slots=True)
class Shipment:
    """A sale, or the return of the sale `forward_id`.

    The modes are those of the tenant when the shipment was created.
    """

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
    declined_by: tuple[str, ...] = ()
    """Locations that had the order and cancelled it."""

    @property
    def journey(self) -> Journey:
        """Sale or return."""
        return journey_of(self.state)

    @property
    def invoiced(self) -> bool:
        """Whether its document (invoice or credit note) exists."""
        return self.document is not None

    def item(self, item_id: str) -> Item | None:
        """Returns the item with this id, or None."""
        return next((item for item in self.items if item.id == item_id), None)

    def moved(self, step: Step) -> Shipment:
        """Returns the shipment after one more step of its trail.

        Every change of a shipment comes here, and `dataclasses.replace` takes almost twice as long.
        """
        values = list(_VALUES(self))
        values[_STATE], values[_TRAIL] = step.target, (*self.trail, step)
        return Shipment(*values)


_FIELDS = [field.name for field in fields(Shipment)]
_VALUES = attrgetter(*_FIELDS)
_STATE, _TRAIL = _FIELDS.index("state"), _FIELDS.index("trail")


@dataclass(frozen=True, slots=True)
class Stock:
    """Stock of a product at a location, in pieces."""

    on_hand: int = 0
    reserved: int = 0


NO_STOCK = Stock()
