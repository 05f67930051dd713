"""The papers of a sale as PDFs: tax invoice, credit note and shipping label.

A caller describes what to print with `Paper` and gets one merged PDF from `render`. Nothing here reads a
clock, a world or a store: the same papers are the same bytes, in every process.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from importlib import import_module
from threading import BoundedSemaphore
from types import ModuleType
from typing import Literal

Kind = Literal["invoice", "credit_note", "label"]
Size = Literal["A4", "A6"]

PRESSES = 2
"""PDFs that are printed at the same time; the others wait. More would take as long, since printing is work
for one core, but each needs megabytes meanwhile, and memory would not be again what it was."""
_presses = BoundedSemaphore(PRESSES)


@dataclass(frozen=True, slots=True)
class Party:
    """Someone named on a paper. `lines` is the address; phone and GSTIN may be empty."""

    name: str
    lines: tuple[str, ...]
    phone: str = ""
    gstin: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """Goods of one kind: `unit_price` and `discount` (of the whole line) in rupees, GST included.

    `serials` are the IMEIs or serial numbers of the pieces.
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
    """One document to print. What is empty is left out, with its label.

    `number` is that of the invoice or credit note (on a label: of the invoice, when there is one), `date` its
    date with a time zone, printed as it stands. The two `original_` fields are for credit notes, the last
    four for e-invoices; `qr` is the text inside the QR code.
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


def render(papers: Sequence[Paper], size: Size) -> bytes:
    """Print the papers one after another into one PDF; each begins on a page of its own.

    Any text is printable: what the font lacks shows as a box, what is far too long ends in an ellipsis. Safe
    to call from several threads, of which `PRESSES` print at a time. Raises `ValueError` when there is
    nothing to print.
    """
    if not papers:
        raise ValueError("a PDF needs at least one paper")
    with _presses:
        printed: bytes = _press().print_papers(papers, size)
    return printed


@cache
def _press() -> ModuleType:
    """What prints, loaded at the first paper: that takes a third of a second, and most runs never print.

    It is loaded in a thread of its own. A library below it keeps an exception of its own loading for good,
    and with it every frame that led there, which would be the first caller's, with the tenant that he visits.
    """
    with ThreadPoolExecutor(1) as aside:
        return aside.submit(import_module, "mock_oms.documents.layout.pdf").result()
