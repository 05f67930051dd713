"""The press: lays out every paper, breaks it into pages, and binds all pages into one PDF."""

from collections.abc import Sequence

from mock_oms.documents.layout.blocks import Placed, paginate
from mock_oms.documents.layout.invoice import invoice_blocks
from mock_oms.documents.layout.label import draw_label
from mock_oms.documents.layout.page import Sheet
from mock_oms.documents.layout.theme import LOOKS, TITLES, Job, job
from mock_oms.documents.model import Paper, Size

NOTICE = "Made by a mock for testing. Not a tax document."


def print_papers(papers: Sequence[Paper], size: Size) -> bytes:
    """Print papers in order. The PDF carries the date of the first, so that no clock is in its bytes."""
    look = LOOKS[size]
    sheet = Sheet(
        look.width, look.height, papers[0].date, f"{TITLES[papers[0].kind]} {papers[0].number}".strip()
    )
    for paper in papers:
        _print(job(sheet, look, paper))
    return sheet.output()


def _print(work: Job) -> None:
    if work.paper.kind == "label":
        work.sheet.page()
        draw_label(work, NOTICE)
        return
    look = work.look
    head = look.label.step * 2
    foot = look.height - look.margin - look.label.step - 1.5
    pages = paginate(invoice_blocks(work), look.margin, look.margin + head, foot)
    for number, placed in enumerate(pages, start=1):
        _page(work, placed, number, len(pages))


def _page(work: Job, placed: Sequence[Placed], number: int, count: int) -> None:
    """Draw one page with what each page of a paper repeats: whose it is, its number, and the notice."""
    sheet, look, paper = work.sheet, work.look, work.paper
    sheet.page()
    for y, block in placed:
        block.draw(y)
    if number > 1:
        named = " · ".join(filter(None, (f"{work.title} {paper.number}", paper.shipment_id, "continued")))
        sheet.put(named, look.label, look.margin, look.margin, look.inner)
    y = look.height - look.margin - look.label.step
    sheet.rule(look.margin, y - 0.6, look.inner)
    sheet.put(NOTICE, look.label, look.margin, y, look.inner * 0.75)
    sheet.put(f"Page {number} of {count}", look.label, look.margin, y, look.inner, align="right")
