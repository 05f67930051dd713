"""The values of a document, independent of its layout."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

Kind = Literal["invoice", "credit_note", "label"]
Size = Literal["A4", "A6"]


@dataclass(frozen=True, slots=True)
class Party:
    """A person or company; `lines` is the address."""

    name: str
    lines: tuple[str, ...]
    phone: str = ""
    gstin: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of goods.

    `unit_price` and `discount`, which is for the whole line, are rupees with GST. `serials` are the IMEIs or
    serial numbers of the pieces.
    """

    title: str
    sku: str
    hsn: str
    quantity: int
    unit_price: Decimal
    discount: Decimal
    gst_percent: Decimal
    serials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """One document to print; empty fields are left out with their captions.

    `number` is that of the invoice or credit note (on a label: of the invoice, if there is one). `date` has a
    time zone and is printed in it. The two `original_` fields are for credit notes, the last four for
    e-invoices; `qr` is the text inside the QR code.
    """

    kind: Kind
    number: str
    date: datetime
    shipment_id: str
    order_id: str
    seller: Party
    store: Party
    store_code: str
    buyer: Party
    lines: tuple[Line, ...]
    interstate: bool
    place_of_supply: str = ""
    original_number: str = ""
    original_shipment_id: str = ""
    irn: str = ""
    ack_number: str = ""
    ack_date: str = ""
    qr: str = ""
