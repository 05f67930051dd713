"""Themes of the page sizes, and preparation of papers."""

from dataclasses import dataclass, fields, is_dataclass, replace
from functools import partial
from typing import Any, TypeVar

from mock_oms.documents.layout.page import Canvas, Style, printable, qr_png
from mock_oms.documents.model import Kind, Paper, Size

GREY = 95
TITLES: dict[Kind, str] = {"invoice": "Tax invoice", "credit_note": "Credit note", "label": "Pick at store"}
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Theme:
    """Type and lengths (mm) of a page size; `compact` pages stack more."""

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


THEMES: dict[Size, Theme] = {
    "A4": Theme(
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
    # The PDF library has no name for A6.
    "A6": Theme(
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
    """A paper with printable texts, and QR codes of the original texts.

    A code is empty if its text is empty or too long.
    """

    canvas: Canvas
    theme: Theme
    paper: Paper
    shipment_code: bytes
    invoice_code: bytes

    @property
    def title(self) -> str:
        """The title of the document."""
        return TITLES[self.paper.kind]


def job(canvas: Canvas, theme: Theme, paper: Paper) -> Job:
    """Prepare a paper for a canvas."""
    return Job(
        canvas=canvas,
        theme=theme,
        paper=_printable(paper, canvas),
        shipment_code=qr_png(paper.shipment_id) if paper.shipment_id else b"",
        invoice_code=qr_png(paper.qr) if paper.qr and paper.kind != "label" else b"",
    )


def _printable(value: T, canvas: Canvas) -> T:
    """Make every text inside a paper printable, at any depth."""
    same: Any = value
    if isinstance(same, str):
        same = printable(same, canvas.known)
    elif isinstance(same, tuple):
        same = tuple(map(partial(_printable, canvas=canvas), same))
    elif is_dataclass(same) and not isinstance(same, type):
        same = replace(same, **{f.name: _printable(getattr(same, f.name), canvas) for f in fields(same)})
    return same  # type: ignore[no-any-return] # of the type of `value`
