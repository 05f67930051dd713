"""What a page is made of: blocks of known height, set one under another and broken into pages.

A block is measured when it is made and drawn when its place is known, so that a page can say how many follow.
Lengths are millimetres.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from mock_oms.documents.layout.page import Align, Sheet, Style


@dataclass(frozen=True, slots=True)
class Block:
    """A strip of a page that is never broken. `draw` takes the place of its top.

    `header` is drawn above the first block of a run that shares it, and again where a page breaks the run.
    """

    height: float
    draw: Callable[[float], None]
    header: "Block | None" = None
    blank: bool = False  # only keeps its neighbours apart: dropped where a page ends


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading (one text per line), place, width, and where its cells stand."""

    heading: tuple[str, ...]
    x: float
    width: float
    align: Align = "right"


Placed = tuple[float, Block]
Text = tuple[str, Style, int]  # the last is the most lines that it may take


def gap(height: float) -> Block:
    """Leave space."""
    return Block(height, lambda y: None, blank=True)


def rule(sheet: Sheet, x: float, width: float, weight: float = 0.15, ink: int = 170) -> Block:
    """Draw a line across, in a block without height."""
    return Block(0, lambda y: sheet.rule(x, y, width, weight, ink))


def stack(sheet: Sheet, x: float, width: float, texts: Iterable[Text], *, align: Align = "left") -> Block:
    """Set texts under each other. Empty ones vanish."""
    rows = [(row, style) for text, style, most in texts for row in sheet.wrapped(text, style, width, most)]

    def draw(y: float) -> None:
        for row, style in rows:
            sheet.put(row, style, x, y, width, align=align)
            y += style.step

    return Block(sum(style.step for _, style in rows), draw)


def headed(heading: str, label: Style, texts: Sequence[Text]) -> list[Text]:
    """Put a heading over texts, unless all of them are empty."""
    return [(heading, label, 1), *texts] if any(text.strip() for text, _, _ in texts) else []


def pairs(
    sheet: Sheet,
    x: float,
    width: float,
    facts: Iterable[tuple[str, str]],
    *,
    label: Style,
    value: Style,
    align: Align = "left",
) -> Block:
    """Set labels beside values, one pair a line. A pair without a value vanishes, label and all."""
    known = [fact for fact in facts if fact[1]]
    indent = max((sheet.wide(name, label) for name, _ in known), default=0.0) + 2.5
    step = max(label.step, value.step) * 1.08

    def draw(y: float) -> None:
        for name, text in known:
            # Two sizes on one line stand on the same baseline.
            sheet.put(name, label, x, y + (value.step - label.step) * 0.78, indent)
            sheet.put(text, value, x + indent, y, width - indent, align=align)
            y += step

    return Block(step * len(known), draw)


def beside(*blocks: Block) -> Block:
    """Draw blocks with their tops in line, as one."""

    def draw(y: float) -> None:
        for block in blocks:
            block.draw(y)

    return Block(max(block.height for block in blocks), draw)


def under(*blocks: Block) -> Block:
    """Set blocks under each other, as one that is not broken."""

    def draw(y: float) -> None:
        for block in blocks:
            block.draw(y)
            y += block.height

    return Block(sum(block.height for block in blocks), draw)


def heading_row(sheet: Sheet, columns: Sequence[Column], style: Style) -> Block:
    """Draw the headings of a table on a grey band, standing on its foot."""
    left = columns[0].x
    width = columns[-1].x + columns[-1].width - left
    most = max(len(column.heading) for column in columns)
    height = most * style.step + 1.6

    def draw(y: float) -> None:
        sheet.fill(left, y, width, height, 232)
        for column in columns:
            foot = y + 0.8 + (most - len(column.heading)) * style.step
            for number, text in enumerate(column.heading):
                put_cell(sheet, column, text, style, foot + number * style.step)

    return Block(height, draw)


def put_cell(sheet: Sheet, column: Column, text: str, style: Style, y: float) -> None:
    """Print one line of a cell, clear of its neighbours."""
    sheet.put(text, style, column.x + 0.8, y, column.width - 1.6, align=column.align)


def row(
    sheet: Sheet, columns: Sequence[Column], cells: Sequence[str], style: Style, header: Block | None
) -> Block:
    """Draw one line of cells with a thin rule under it."""
    left = columns[0].x
    width = columns[-1].x + columns[-1].width - left
    height = style.step + 1.4

    def draw(y: float) -> None:
        for column, text in zip(columns, cells, strict=True):
            put_cell(sheet, column, text, style, y + 0.7)
        sheet.rule(left, y + height, width)

    return Block(height, draw, header)


def paginate(blocks: Iterable[Block], top: float, next_top: float, bottom: float) -> list[list[Placed]]:
    """Place blocks on pages: the first begins at `top`, later ones at `next_top`, all end at `bottom`.

    A block that is taller than a page gets one to itself and runs over its foot.
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
    """Put a block's header before it, unless that already stands above."""
    if block.header is None or block.header is running:
        return [block]
    return [block.header, block]
