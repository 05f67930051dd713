"""The layout of labels for bags on the shelf.

Lengths are those of A6; `k` enlarges them for A4, which is twice as wide and high.
"""

from mock_oms.documents.layout.blocks import Block, gap, headed, rule, stack, under
from mock_oms.documents.layout.page import Style
from mock_oms.documents.layout.text import counted, day
from mock_oms.documents.layout.theme import GREY, Job

_A6_WIDTH = 105.0
_CODE_SIDE = 36.0


def draw_label(job: Job, notice: str) -> None:
    """Draw a label with a notice at its bottom."""
    k, canvas = job.theme.width / _A6_WIDTH, job.canvas
    x, width = 8 * k, 89 * k
    canvas.frame(3 * k, 3 * k, 99 * k, 142 * k, 0.3 * k)
    _banner(job, k)
    people = under(
        _customer(job, k, x, width), gap(2 * k), rule(canvas, x, width), gap(2 * k), _store(job, k, x, width)
    )
    people.draw(28.5 * k)
    canvas.rule(x, 79 * k, width)
    if job.shipment_code:
        canvas.picture(job.shipment_code, x, 83 * k, _CODE_SIDE * k)
    _contents(job, k, x + (_CODE_SIDE + 6) * k, width - (_CODE_SIDE + 6) * k).draw(82 * k)
    canvas.rule(x, 123 * k, width)
    stack(canvas, x, width, [("Shipment id", Style(7 * k, ink=GREY), 1)], align="center").draw(125 * k)
    canvas.put(job.paper.shipment_id, Style(18 * k, bold=True), x, 128 * k, width, align="center")
    stack(canvas, x, width, [(notice, Style(6 * k, ink=GREY), 1)], align="center").draw(140 * k)


def _banner(job: Job, k: float) -> None:
    """Draw the banner; nothing ships, so it has no AWB."""
    x, width = 8 * k, 89 * k
    job.canvas.fill(3 * k, 3 * k, 99 * k, 23 * k, 0)
    job.canvas.put("PICK AT STORE", Style(26 * k, bold=True, ink=255), x, 5 * k, width, align="center")
    job.canvas.put(
        "Keep for the customer: nothing ships", Style(9 * k, ink=255), x, 19 * k, width, align="center"
    )


def _customer(job: Job, k: float, x: float, width: float) -> Block:
    buyer = job.paper.buyer
    texts = [(buyer.name, Style(18 * k, bold=True), 2), (buyer.phone, Style(12 * k), 1)]
    return stack(job.canvas, x, width, headed("Customer", Style(7 * k, ink=GREY), texts))


def _store(job: Job, k: float, x: float, width: float) -> Block:
    store, code = job.paper.store, job.paper.store_code
    texts = [
        (" · ".join(filter(None, (store.name, code))), Style(11 * k, bold=True), 2),
        (", ".join(line.strip().rstrip(",") for line in store.lines if line.strip()), Style(8.5 * k), 2),
    ]
    return stack(job.canvas, x, width, headed("Store", Style(7 * k, ink=GREY), texts))


def _contents(job: Job, k: float, x: float, width: float) -> Block:
    """List the contents of the bag and its documents."""
    paper, small, strong = job.paper, Style(7 * k, ink=GREY), Style(10 * k, bold=True)
    pieces = sum(line.quantity for line in paper.lines)
    facts = [("Order id", paper.order_id), ("Invoice no.", paper.number), ("Date", day(paper.date))]
    texts = [(counted(pieces), Style(20 * k, bold=True), 1)]
    for name, text in facts:
        if text:
            texts += [(name, small, 1), (text, strong, 1)]
    return stack(job.canvas, x, width, texts)
