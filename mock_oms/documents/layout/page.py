"""The canvas of a PDF.

Positions and sizes are millimetres from the top left corner, type sizes are points. Only this package imports
this module, which imports the PDF library.
"""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Literal

import segno
from fpdf import FPDF
from fpdf.fonts import TTFFont

Align = Literal["left", "right", "center"]

SUBSTITUTE = "□"
TEXT_CHARS_MAX = 1000  # longer texts end in an ellipsis
MM_PER_POINT = 25.4 / 72
_SHRINK_MIN = 0.55  # text that does not fit is made smaller down to this, then cut
_BASELINE = 0.78  # of a line's height, from its top
_FONTS = Path(__file__).parent.parent / "fonts"
_FACES = {False: "DejaVuSansCondensed.ttf", True: "DejaVuSansCondensed-Bold.ttf"}
# Trying all eight masks would take 80 % of the time of an e-invoice's code, and readers accept any mask.
_QR_MASK = 3
_QR_PIXELS = 200


@dataclass(frozen=True, slots=True)
class Style:
    """The style of a text; `ink` is 0 (black) to 255 (white)."""

    size: float
    bold: bool = False
    ink: int = 0

    @property
    def step(self) -> float:
        """The distance between two lines."""
        return self.size * MM_PER_POINT * 1.28


def printable(text: str, known: Collection[str]) -> str:
    """Replace white space by spaces, and characters not in `known` by boxes."""
    short = text if len(text) <= TEXT_CHARS_MAX else f"{text[: TEXT_CHARS_MAX - 1]}…"
    composed = unicodedata.normalize("NFC", short)
    return "".join(" " if c.isspace() else c if c in known else SUBSTITUTE for c in composed)


class Canvas:
    """A PDF under construction, with pages of one size.

    Texts must consist of characters in `known`; `printable` replaces all others.
    """

    def __init__(self, width: float, height: float, created: datetime, title: str = "") -> None:
        self.width, self.height = width, height
        self._pdf = FPDF(unit="mm", format=(width, height))
        self._pdf.set_auto_page_break(False)
        self._pdf.set_creation_date(created)
        self._pdf.set_lang("en-IN")
        self._faces = {bold: self._face(bold) for bold in _FACES}
        self.known = frozenset(map(chr, self._faces[True].cmap.keys() & self._faces[False].cmap.keys()))
        self._pdf.set_title(printable(title, self.known))

    def _face(self, bold: bool) -> TTFFont:
        style = "B" if bold else ""
        self._pdf.add_font("sans", style, _FONTS / _FACES[bold])
        font = self._pdf.fonts[f"sans{style}"]
        assert isinstance(font, TTFFont)  # noqa: S101 - the type of every .ttf
        # Halves the time of a document: outlines are copied, not parsed to recompute correct boxes.
        font.ttfont.recalcBBoxes = False
        return font

    def page(self) -> None:
        """Begin the next page."""
        self._pdf.add_page()

    def output(self) -> bytes:
        """Close the PDF and return it; the canvas is then unusable."""
        made = bytes(self._pdf.output())
        self._break_cycles()
        return made

    def _break_cycles(self) -> None:
        """Break the reference cycles of fonts and pages, 0.3 MB.

        The cycle collector would free them late, often after minutes.
        """
        for face in self._faces.values():
            face.ttfont.tables.clear()
            del face.subset
        vars(self._pdf).clear()

    def wide(self, text: str, style: Style) -> float:
        """Measure a text on one line."""
        _, points = self._faces[style.bold].get_text_width(text, style.size, None)
        return points * MM_PER_POINT

    def fitted(self, text: str, style: Style, width: float) -> tuple[str, Style]:
        """Make a text fit on one line: smaller first, then cut."""
        wide = self.wide(text, style)
        if wide <= width:
            return text, style
        small = replace(style, size=style.size * max(width / wide, _SHRINK_MIN))
        return self._cut(text, small, width), small

    def _cut(self, text: str, style: Style, width: float) -> str:
        """Cut a text that is too wide, with an ellipsis."""
        # The tolerance covers rounding errors of a text that was shrunk to fit.
        if self.wide(text, style) <= width + 0.01:
            return text
        room = width - self.wide("…", style)
        return f"{self._pieces(text, style, room)[0].rstrip()}…"

    def _pieces(self, text: str, style: Style, width: float) -> list[str]:
        """Break a text anywhere into pieces of a width."""
        pieces, piece, used = [], "", 0.0
        for char in text:
            wide = self.wide(char, style)
            if piece and used + wide > width:
                pieces.append(piece)
                piece, used = "", 0.0
            piece, used = piece + char, used + wide
        return [*pieces, piece]

    def wrapped(self, text: str, style: Style, width: float, lines_max: int) -> list[str]:
        """Break a text between words, or inside long ones."""
        lines: list[str] = []
        line = ""
        for word in text.split():
            longer = f"{line} {word}" if line else word
            if self.wide(longer, style) <= width:
                line = longer
                continue
            *full, line = [*([line] if line else []), *self._pieces(word, style, width)]
            lines += full
            if len(lines) > lines_max:
                break
        lines += [line] if line else []
        if len(lines) <= lines_max:
            return lines
        return [*lines[: lines_max - 1], self._cut(f"{lines[lines_max - 1]}…", style, width)]

    def put(
        self, text: str, style: Style, x: float, y: float, width: float, *, align: Align = "left"
    ) -> None:
        """Print one line, fitted to a width, below `y`."""
        if not text:
            return
        fitting, small = self.fitted(text, style, width)
        spare = width - self.wide(fitting, small)
        shift = {"left": 0.0, "center": spare / 2, "right": spare}[align]
        self._pdf.set_font("sans", "B" if style.bold else "", small.size)
        self._pdf.set_text_color(style.ink)
        self._pdf.text(x + shift, y + style.step * _BASELINE, fitting)

    def rule(self, x: float, y: float, width: float, weight: float = 0.15, ink: int = 170) -> None:
        """Draw a horizontal line."""
        self._pdf.set_draw_color(ink)
        self._pdf.set_line_width(weight)
        self._pdf.line(x, y, x + width, y)

    def fill(self, x: float, y: float, width: float, height: float, ink: int) -> None:
        """Paint a rectangle."""
        self._pdf.set_fill_color(ink)
        self._pdf.rect(x, y, width, height, style="F")

    def frame(self, x: float, y: float, width: float, height: float, weight: float = 0.3) -> None:
        """Draw the outline of a rectangle."""
        self._pdf.set_draw_color(0)
        self._pdf.set_line_width(weight)
        self._pdf.rect(x, y, width, height)

    def picture(self, png: bytes, x: float, y: float, side: float) -> None:
        """Place a square picture."""
        self._pdf.image(BytesIO(png), x, y, side, side)


def qr_png(content: str) -> bytes:
    """Return a QR code as PNG; empty for too long texts.

    It has no border: leave four modules of white around it.
    """
    try:
        code = segno.make_qr(content.encode("utf-8", "replace").decode(), error="l", mask=_QR_MASK)
    except segno.DataOverflowError:
        return b""
    png = BytesIO()
    # Small codes are enlarged for viewers that smooth pictures; for large ones it only costs time.
    code.save(png, kind="png", scale=max(1, _QR_PIXELS // len(code.matrix)), border=0)
    return png.getvalue()
