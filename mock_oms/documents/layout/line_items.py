"""The tables of goods and of tax by rate."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from mock_oms.documents.layout.blocks import (
    Block,
    Column,
    beside,
    gap,
    heading_row,
    put_cell,
    row,
    rule,
    stack,
    under,
)
from mock_oms.documents.layout.page import Align, Style
from mock_oms.documents.layout.text import money, percent
from mock_oms.documents.layout.theme import Job
from mock_oms.documents.model import Line
from mock_oms.documents.tax import ZERO, Tax, breakdown, by_rate, summed

TITLE_LINES_MAX = 10
SERIAL_LINES_MAX = 400
# Type sizes, as parts of the usual one, that are tried until the item column is wide enough.
_NARROWER = (1.0, 0.93, 0.86, 0.8, 0.74, 0.68)
_CELL_WIDTH_MAX = 0.16  # of the table; wider text columns, for instance HSN, are cut
_NUMBER_WIDTH = 6.0


@dataclass(frozen=True, slots=True)
class _Figures:
    """A column beside the item: heading, one text per line, and total."""

    heading: tuple[str, ...]
    texts: tuple[str, ...]
    total: str = ""
    align: Align = "right"


@dataclass(frozen=True, slots=True)
class _Table:
    """The columns of a table and the style of its cells."""

    job: Job
    columns: Sequence[Column]
    style: Style
    header: Block

    @property
    def item(self) -> Column:
        """The wide column, after the line numbers if there are any."""
        return self.columns[0 if self.job.theme.compact else 1]


def goods_table(job: Job) -> Iterator[Block]:
    """Lay out lines, serials, and on wide pages the totals."""
    paper = job.paper
    taxes = [breakdown(line, paper.interstate) for line in paper.lines]
    figures = _compact_figures(job, taxes) if job.theme.compact else _wide_figures(job, taxes)
    columns, style = _columns(job, figures)
    table = _Table(job, columns, style, heading_row(job.canvas, columns, replace(style, bold=True, ink=60)))
    for index, (line, tax) in enumerate(zip(paper.lines, taxes, strict=True)):
        cells = [column.texts[index] for column in figures]
        number = [] if job.theme.compact else [str(index + 1)]
        yield from _goods(table, [*number, "", *cells], line, _details(job, line, tax))
    if not job.theme.compact:
        cells = ["", "Total", *(column.total for column in figures)]
        yield row(job.canvas, columns, cells, replace(style, bold=True), table.header)


def _wide_figures(job: Job, taxes: Sequence[Tax]) -> list[_Figures]:
    """Choose the columns of a wide page; empty ones are left out."""
    lines, whole = job.paper.lines, summed(taxes)
    pieces = str(sum(line.quantity for line in lines))
    discounts = tuple(money(line.discount) if line.discount else "" for line in lines)
    discount = money(sum((line.discount for line in lines), ZERO))
    columns = [
        _Figures(("HSN",), tuple(line.hsn for line in lines), align="left"),
        _Figures(("Qty",), tuple(str(line.quantity) for line in lines), pieces),
        _Figures(("Unit price", "incl. GST"), tuple(money(line.unit_price) for line in lines)),
        _Figures(("Discount",), discounts, discount),
        _Figures(("Taxable", "value"), tuple(money(tax.taxable) for tax in taxes), money(whole.taxable)),
        _Figures(("GST",), tuple(percent(line.gst_percent) for line in lines)),
        *_tax_figures(job, taxes),
        _Figures(("Total",), tuple(money(tax.total) for tax in taxes), money(whole.total)),
    ]
    return [column for column in columns if any(column.texts)]


def _compact_figures(job: Job, taxes: Sequence[Tax]) -> list[_Figures]:
    """Choose the columns of a narrow page; `_details` has the rest."""
    lines = job.paper.lines
    return [
        _Figures(("Qty",), tuple(str(line.quantity) for line in lines)),
        _Figures(("Unit price", "incl. GST"), tuple(money(line.unit_price) for line in lines)),
        _Figures(("Total",), tuple(money(tax.total) for tax in taxes)),
    ]


def _tax_figures(job: Job, taxes: Sequence[Tax]) -> list[_Figures]:
    """Choose the tax columns: IGST between states, else CGST and SGST."""
    return [
        _Figures((name,), tuple(money(amount(tax)) for tax in taxes), money(amount(summed(taxes))))
        for name, amount in tax_parts(job.paper.interstate)
    ]


def tax_parts(interstate: bool) -> tuple[tuple[str, Callable[[Tax], Decimal]], ...]:
    """Return the taxes of a sale: their names and amounts."""
    if interstate:
        return (("IGST", lambda tax: tax.igst),)
    return (("CGST", lambda tax: tax.cgst), ("SGST", lambda tax: tax.sgst))


def _columns(job: Job, figures: Sequence[_Figures]) -> tuple[list[Column], Style]:
    """Give each column the width of its text, the item the rest.

    The type is the largest one that leaves the item enough room.
    """
    theme, widths, style = job.theme, [0.0], job.theme.body
    number = 0.0 if theme.compact else _NUMBER_WIDTH
    room = theme.inner - number - theme.item_width_min
    for factor in _NARROWER:
        style = replace(theme.body, size=theme.body.size * factor)
        widths = [_width(job, column, style) for column in figures]
        if sum(widths) <= room:
            break
    squeeze = min(1.0, room / max(sum(widths), 1.0))  # without lines there are no widths
    widths = [width * squeeze for width in widths]
    columns = [] if theme.compact else [Column(("#",), theme.margin, number, "left")]
    x = theme.margin + number
    item = theme.inner - number - sum(widths)
    columns.append(Column(("Item",), x, item, "left"))
    x += item
    for column, width in zip(figures, widths, strict=True):
        columns.append(Column(column.heading, x, width, column.align))
        x += width
    return columns, style


def _width(job: Job, column: _Figures, style: Style) -> float:
    """Measure a column with its margins."""
    bold = replace(style, bold=True)
    heads = max(job.canvas.wide(text, bold) for text in (*column.heading, column.total))
    wide = max((job.canvas.wide(text, style) for text in column.texts), default=0.0)
    cap = job.theme.inner * _CELL_WIDTH_MAX if column.align == "left" else job.theme.inner
    return min(max(heads, wide), cap) + 2.6


def _details(job: Job, line: Line, tax: Tax) -> list[str]:
    """List the details that have no column."""
    sku = f"SKU {line.sku}" if line.sku else ""
    if not job.theme.compact:
        return [sku]
    hsn = f"HSN {line.hsn}" if line.hsn else ""
    discount = f"Discount {money(line.discount)}" if line.discount else ""
    parts = [f"{name} {money(amount(tax))}" for name, amount in tax_parts(job.paper.interstate)]
    split = [f"Taxable {money(tax.taxable)}", f"GST {percent(line.gst_percent)}", *parts]
    return [" · ".join(filter(None, (sku, hsn, discount))), " · ".join(split)]


def _goods(table: _Table, cells: Sequence[str], line: Line, details: Sequence[str]) -> Iterator[Block]:
    """Lay out one line and its serials."""
    canvas, theme, item = table.job.canvas, table.job.theme, table.item
    x, width = item.x + 0.8, item.width - 1.6
    span = theme.inner - 1.6 if theme.compact else width
    title = stack(canvas, x, width, [(line.title or "-", theme.body, TITLE_LINES_MAX)])
    more = stack(canvas, x, span, [(text, theme.label, 2) for text in details])

    def draw(y: float) -> None:
        for column, text in zip(table.columns, cells, strict=True):
            put_cell(canvas, column, text, table.style, y)

    goods = under(gap(0.8), beside(title, Block(table.style.step, draw)), more, gap(0.8))
    serials = _serials(table.job, item, line)
    blocks = [goods, *serials, *([gap(0.8)] if serials else [])]
    blocks[-1] = under(blocks[-1], rule(canvas, theme.margin, theme.inner))
    for block in blocks:
        yield replace(block, header=table.header)


def _serials(job: Job, item: Column, line: Line) -> list[Block]:
    """Set serial numbers, one block per line, for page breaks."""
    if not any(line.serials):
        return []
    width = job.theme.margin + job.theme.inner - item.x - 1.6
    text = f"IMEI / serial: {', '.join(filter(None, line.serials))}"
    rows = job.canvas.wrapped(text, job.theme.label, width, SERIAL_LINES_MAX)
    return [stack(job.canvas, item.x + 0.8, width + 1, [(text, job.theme.label, 1)]) for text in rows]


def tax_table(job: Job) -> Iterator[Block]:
    """Lay out the tax by rate, a row for each rate."""
    theme, paper = job.theme, job.paper
    style = replace(theme.body, size=theme.label.size)
    parts = tax_parts(paper.interstate)
    headings = ["GST rate", "Taxable value", *(name for name, _ in parts), "Total tax"]
    share = theme.inner / (len(headings) + 0.4)
    widths = [share * 1.4, *[share] * (len(headings) - 1)]
    columns = [
        Column((heading,), theme.margin + sum(widths[:at]), widths[at], "right" if at else "left")
        for at, heading in enumerate(headings)
    ]
    header = heading_row(job.canvas, columns, replace(style, bold=True, ink=60))
    for rate, tax in by_rate(paper.lines, paper.interstate):
        halves = "" if paper.interstate else f" ({percent(rate / 2)} + {percent(rate / 2)})"
        amounts = (tax.taxable, *(amount(tax) for _, amount in parts), tax.tax)
        yield row(job.canvas, columns, [f"{percent(rate)}{halves}", *map(money, amounts)], style, header)
