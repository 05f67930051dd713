"""Lays out papers as pages of one PDF."""

from collections.abc import Sequence

from mock_oms.documents.layout.blocks import Placed, paginate
from mock_oms.documents.layout.invoice import invoice_blocks
from mock_oms.documents.layout.label import draw_label
from mock_oms.documents.layout.page import Canvas
from mock_oms.documents.layout.theme import THEMES, TITLES, Job, job
from mock_oms.documents.model import Paper, Size

NOTICE = "Made by a mock for testing. Not a tax document."


def print_papers(papers: Sequence[Paper], size: Size) -> bytes:
    """Render papers in order; the PDF has the first one's date."""
    theme = THEMES[size]
    canvas = Canvas(
        theme.width, theme.height, papers[0].date, f"{TITLES[papers[0].kind]} {papers[0].number}".strip()
    )
    for paper in papers:
        _print(job(canvas, theme, paper))
    return canvas.output()


def _print(work: Job) -> None:
    if work.paper.kind == "label":
        work.canvas.page()
        draw_label(work, NOTICE)
        return
    theme = work.theme
    head = theme.label.step * 2
    foot = theme.height - theme.margin - theme.label.step - 1.5
    pages = paginate(invoice_blocks(work), theme.margin, theme.margin + head, foot)
    for number, placed in enumerate(pages, start=1):
        _page(work, placed, number, len(pages))


def _page(work: Job, placed: Sequence[Placed], number: int, count: int) -> None:
    """Draw one page with its running head, its number and the notice."""
    canvas, theme, paper = work.canvas, work.theme, work.paper
    canvas.page()
    for y, block in placed:
        block.draw(y)
    if number > 1:
        named = " · ".join(filter(None, (f"{work.title} {paper.number}", paper.shipment_id, "continued")))
        canvas.put(named, theme.label, theme.margin, theme.margin, theme.inner)
    y = theme.height - theme.margin - theme.label.step
    canvas.rule(theme.margin, y - 0.6, theme.inner)
    canvas.put(NOTICE, theme.label, theme.margin, y, theme.inner * 0.75)
    canvas.put(f"Page {number} of {count}", theme.label, theme.margin, y, theme.inner, align="right")
