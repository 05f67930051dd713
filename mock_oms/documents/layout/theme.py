"""The two paper sizes and the type that goes with each, and what a paper brings along to be drawn."""

from dataclasses import dataclass, fields, is_dataclass, replace
from functools import partial
from typing import Any, TypeVar

from mock_oms.documents.layout.page import Sheet, Style, printable, qr_png
from mock_oms.documents.model import Kind, Paper, Size

GREY = 95
TITLES: dict[Kind, str] = {"invoice": "Tax invoice", "credit_note": "Credit note", "label": "Pick at store"}
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Look:
    """A page in millimetres and its type. `compact` pages stack what others set side by side."""

    width: float
    height: float
    margin: float
    compact: bool
    title: Style
    name: Style
    body: Style
    strong: Style
    label: Style
    item_width_min: float
    code_side: float  # of the QR code of an e-invoice

    @property
    def inner(self) -> float:
        """Width between the margins."""
        return self.width - 2 * self.margin


LOOKS: dict[Size, Look] = {
    "A4": Look(
        width=210,
        height=297,
        margin=12,
        compact=False,
        title=Style(18, bold=True),
        name=Style(13, bold=True),
        body=Style(8.2),
        strong=Style(8.2, bold=True),
        label=Style(7, ink=GREY),
        item_width_min=46,
        code_side=42,
    ),
    # The paper is given in millimetres: the PDF library has no name for it.
    "A6": Look(
        width=105,
        height=148,
        margin=6,
        compact=True,
        title=Style(12, bold=True),
        name=Style(9, bold=True),
        body=Style(6.6),
        strong=Style(6.6, bold=True),
        label=Style(5.8, ink=GREY),
        item_width_min=36,
        code_side=36,
    ),
}


@dataclass(frozen=True, slots=True)
class Job:
    """A paper on its way to the sheet: its texts made printable, its QR codes made from them as they were.

    A code is empty when there is nothing to encode, or too much.
    """

    sheet: Sheet
    look: Look
    paper: Paper
    shipment_code: bytes
    invoice_code: bytes

    @property
    def title(self) -> str:
        """What the paper calls itself."""
        return TITLES[self.paper.kind]


def job(sheet: Sheet, look: Look, paper: Paper) -> Job:
    """Prepare a paper for a sheet."""
    return Job(
        sheet=sheet,
        look=look,
        paper=_printable(paper, sheet),
        shipment_code=qr_png(paper.shipment_id) if paper.shipment_id else b"",
        invoice_code=qr_png(paper.qr) if paper.qr and paper.kind != "label" else b"",
    )


def _printable(value: T, sheet: Sheet) -> T:
    """Make every text inside a paper printable, however deep it is."""
    same: Any = value
    if isinstance(same, str):
        same = printable(same, sheet.known)
    elif isinstance(same, tuple):
        same = tuple(map(partial(_printable, sheet=sheet), same))
    elif is_dataclass(same) and not isinstance(same, type):
        same = replace(same, **{f.name: _printable(getattr(same, f.name), sheet) for f in fields(same)})
    return same  # type: ignore[no-any-return] # of the kind it came as
