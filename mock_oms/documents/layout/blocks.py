"""Blocks of known height, stacked and broken into pages.

A block is measured when it is created and drawn when all pages are known, because pages show their number and
count. Lengths are millimetres.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from mock_oms.documents.layout.page import Align, Canvas, Style


@dataclass(frozen=True, slots=True)
class Block:
    """A strip of a page, never broken; `draw` gets its top.

    `header` is drawn above the first of consecutive blocks that share it, and again after a page break.
    """

    height: float
    draw: Callable[[float], None]
    header: "Block | None" = None
    blank: bool = False  # space between neighbours: dropped at the end of a page


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; `heading` has one text per line."""

    heading: tuple[str, ...]
    x: float
    width: float
    align: Align = "right"


Placed = tuple[float, Block]
Text = tuple[str, Style, int]  # with the maximum number of lines


def gap(height: float) -> Block:
    """Return empty space."""
    return Block(height, lambda y: None, blank=True)


def rule(canvas: Canvas, x: float, width: float, weight: float = 0.15, ink: int = 170) -> Block:
    """Draw a line across, in a block without height."""
    return Block(0, lambda y: canvas.rule(x, y, width, weight, ink))


def stack(canvas: Canvas, x: float, width: float, texts: Iterable[Text], *, align: Align = "left") -> Block:
    """Stack texts; empty ones are left out."""
    rows = [(row, style) for text, style, most in texts for row in canvas.wrapped(text, style, width, most)]

    def draw(y: float) -> None:
        for row, style in rows:
            canvas.put(row, style, x, y, width, align=align)
            y += style.step

    return Block(sum(style.step for _, style in rows), draw)


def headed(heading: str, label: Style, texts: Sequence[Text]) -> list[Text]:
    """Add a heading above texts, unless all of them are empty."""
    return [(heading, label, 1), *texts] if any(text.strip() for text, _, _ in texts) else []


def pairs(
    canvas: Canvas,
    x: float,
    width: float,
    facts: Iterable[tuple[str, str]],
    *,
    label: Style,
    value: Style,
    align: Align = "left",
) -> Block:
    """Set labels beside values, leaving out pairs without value."""
    known = [fact for fact in facts if fact[1]]
    indent = max((canvas.wide(name, label) for name, _ in known), default=0.0) + 2.5
    step = max(label.step, value.step) * 1.08

    def draw(y: float) -> None:
        for name, text in known:
            # Two sizes on one line share a baseline.
            canvas.put(name, label, x, y + (value.step - label.step) * 0.78, indent)
            canvas.put(text, value, x + indent, y, width - indent, align=align)
            y += step

    return Block(step * len(known), draw)


def beside(*blocks: Block) -> Block:
    """Join blocks side by side, with their tops aligned."""

    def draw(y: float) -> None:
        for block in blocks:
            block.draw(y)

    return Block(max(block.height for block in blocks), draw)


def under(*blocks: Block) -> Block:
    """Stack blocks into one that is never broken."""

    def draw(y: float) -> None:
        for block in blocks:
            block.draw(y)
            y += block.height

    return Block(sum(block.height for block in blocks), draw)


def heading_row(canvas: Canvas, columns: Sequence[Column], style: Style) -> Block:
    """Return the headings of a table, on a grey band."""
    left = columns[0].x
    width = columns[-1].x + columns[-1].width - left
    most = max(len(column.heading) for column in columns)
    height = most * style.step + 1.6

    def draw(y: float) -> None:
        canvas.fill(left, y, width, height, 232)
        for column in columns:
            foot = y + 0.8 + (most - len(column.heading)) * style.step
            for number, text in enumerate(column.heading):
                put_cell(canvas, column, text, style, foot + number * style.step)

    return Block(height, draw)


def put_cell(canvas: Canvas, column: Column, text: str, style: Style, y: float) -> None:
    """Print one line of a cell, with space to its neighbours."""
    canvas.put(text, style, column.x + 0.8, y, column.width - 1.6, align=column.align)


def row(
    canvas: Canvas, columns: Sequence[Column], cells: Sequence[str], style: Style, header: Block | None
) -> Block:
    """Return one line of cells with a thin rule below."""
    left = columns[0].x
    width = columns[-1].x + columns[-1].width - left
    height = style.step + 1.4

    def draw(y: float) -> None:
        for column, text in zip(columns, cells, strict=True):
            put_cell(canvas, column, text, style, y + 0.7)
        canvas.rule(left, y + height, width)

    return Block(height, draw, header)


def paginate(blocks: Iterable[Block], top: float, next_top: float, bottom: float) -> list[list[Placed]]:
    """Place blocks on pages.

    The first page begins at `top`, later ones at `next_top`; all end at `bottom`. A block that is taller
    than a page gets a separate page, and its end is cut off.
    """
    pages: list[list[Placed]] = [[]]
    y, running = top, None
    for block in blocks:
        opening = _opening(block, running)
        if y + sum(part.height for part in opening) > bottom and pages[-1]:
            if block.blank:
                y = bottom
                continue
            pages.append([])
            y, opening = next_top, _opening(block, None)
        for part in opening:
            pages[-1].append((y, part))
            y += part.height
        running = block.header
    return pages


def _opening(block: Block, running: Block | None) -> list[Block]:
    """Return a block with its header, unless the header is already above."""
    if block.header is None or block.header is running:
        return [block]
    return [block.header, block]
