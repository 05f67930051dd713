"""The label of a pick-at-store order: it finds the bag on the shelf and does not travel.

Drawn once, in the measures of A6, and enlarged for A4, which is A6 twice as wide and twice as high.
"""

from mock_oms.documents.layout.blocks import Block, gap, headed, rule, stack, under
from mock_oms.documents.layout.page import Style
from mock_oms.documents.layout.text import counted, day
from mock_oms.documents.layout.theme import GREY, Job

_A6_WIDTH = 105.0
_CODE_SIDE = 36.0


def draw_label(job: Job, notice: str) -> None:
    """Draw a label on the page at hand, with a notice at its foot."""
    k, sheet = job.look.width / _A6_WIDTH, job.sheet
    x, width = 8 * k, 89 * k
    sheet.frame(3 * k, 3 * k, 99 * k, 142 * k, 0.3 * k)
    _banner(job, k)
    people = under(
        _customer(job, k, x, width), gap(2 * k), rule(sheet, x, width), gap(2 * k), _store(job, k, x, width)
    )
    people.draw(28.5 * k)
    sheet.rule(x, 79 * k, width)
    if job.shipment_code:
        sheet.picture(job.shipment_code, x, 83 * k, _CODE_SIDE * k)
    _contents(job, k, x + (_CODE_SIDE + 6) * k, width - (_CODE_SIDE + 6) * k).draw(82 * k)
    sheet.rule(x, 123 * k, width)
    stack(sheet, x, width, [("Shipment id", Style(7 * k, ink=GREY), 1)], align="center").draw(125 * k)
    sheet.put(job.paper.shipment_id, Style(18 * k, bold=True), x, 128 * k, width, align="center")
    stack(sheet, x, width, [(notice, Style(6 * k, ink=GREY), 1)], align="center").draw(140 * k)


def _banner(job: Job, k: float) -> None:
    """Say across the label what is to happen: nothing ships, so there is no courier and no AWB to print."""
    x, width = 8 * k, 89 * k
    job.sheet.fill(3 * k, 3 * k, 99 * k, 23 * k, 0)
    job.sheet.put("PICK AT STORE", Style(26 * k, bold=True, ink=255), x, 5 * k, width, align="center")
    job.sheet.put(
        "Keep for the customer: nothing ships", Style(9 * k, ink=255), x, 19 * k, width, align="center"
    )


def _customer(job: Job, k: float, x: float, width: float) -> Block:
    buyer = job.paper.buyer
    texts = [(buyer.name, Style(18 * k, bold=True), 2), (buyer.phone, Style(12 * k), 1)]
    return stack(job.sheet, x, width, headed("Customer", Style(7 * k, ink=GREY), texts))


def _store(job: Job, k: float, x: float, width: float) -> Block:
    store, code = job.paper.store, job.paper.store_code
    texts = [
        (" · ".join(filter(None, (store.name, code))), Style(11 * k, bold=True), 2),
        (", ".join(line.strip().rstrip(",") for line in store.lines if line.strip()), Style(8.5 * k), 2),
    ]
    return stack(job.sheet, x, width, headed("Store", Style(7 * k, ink=GREY), texts))


def _contents(job: Job, k: float, x: float, width: float) -> Block:
    """Say what belongs in the bag and which papers go with it."""
    paper, small, strong = job.paper, Style(7 * k, ink=GREY), Style(10 * k, bold=True)
    pieces = sum(line.quantity for line in paper.lines)
    facts = [("Order id", paper.order_id), ("Invoice no.", paper.number), ("Date", day(paper.date))]
    texts = [(counted(pieces), Style(20 * k, bold=True), 1)]
    for name, text in facts:
        if text:
            texts += [(name, small, 1), (text, strong, 1)]
    return stack(job.sheet, x, width, texts)
