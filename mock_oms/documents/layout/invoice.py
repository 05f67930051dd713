"""The layout of tax invoices and credit notes."""

from collections.abc import Iterator
from dataclasses import replace

from mock_oms.documents.layout.blocks import Block, Text, beside, gap, headed, pairs, rule, stack, under
from mock_oms.documents.layout.line_items import goods_table, tax_parts, tax_table
from mock_oms.documents.layout.page import Style
from mock_oms.documents.layout.text import counted, day, in_words, money, rupees
from mock_oms.documents.layout.theme import GREY, Job
from mock_oms.documents.model import Party
from mock_oms.documents.tax import ZERO, breakdown, summed

ADDRESS_LINES_MAX = 6
_GUTTER = 4.0
_SHIPMENT_CODE_SIDE = 20.0
_QUIET = 4.0  # the white that a QR code needs beside it


def invoice_blocks(job: Job) -> Iterator[Block]:
    """Lay out an invoice or a credit note from top to bottom."""
    yield from _narrow_head(job) if job.theme.compact else _wide_head(job)
    yield gap(3)
    yield from goods_table(job)
    yield gap(2.5)
    yield _sums(job)
    yield gap(3)
    yield from tax_table(job)
    yield gap(3)
    yield from _e_invoice(job)
    yield from _foot(job)


def _wide_head(job: Job) -> Iterator[Block]:
    """Set seller and title, then buyer, store and numbers."""
    theme, canvas = job.theme, job.canvas
    left, inner = theme.margin, theme.inner
    seller = stack(canvas, left, 110, _seller(job))
    title = [(job.title.upper(), theme.title, 1), ("Original for recipient", theme.label, 1)]
    yield beside(seller, stack(canvas, left + 112, inner - 112, title, align="right"))
    yield gap(2.5)
    yield rule(canvas, left, inner, weight=0.5, ink=0)
    yield gap(2.5)
    party = 46.0
    facts_x = left + 2 * (party + _GUTTER)
    facts_width = inner - 2 * (party + _GUTTER) - _SHIPMENT_CODE_SIDE - _QUIET
    yield beside(
        stack(canvas, left, party, _buyer(job)),
        stack(canvas, left + party + _GUTTER, party, _store(job)),
        pairs(canvas, facts_x, facts_width, _facts(job), label=theme.label, value=theme.strong),
        _code(job),
    )


def _narrow_head(job: Job) -> Iterator[Block]:
    """Set title and seller, then numbers, then buyer beside store."""
    theme, canvas = job.theme, job.canvas
    left, inner = theme.margin, theme.inner
    yield stack(canvas, left, inner, [(job.title.upper(), theme.title, 1)])
    yield stack(canvas, left, inner, _seller(job))
    yield gap(1.5)
    yield rule(canvas, left, inner, weight=0.4, ink=0)
    yield gap(1.5)
    facts = pairs(
        canvas, left, inner - _SHIPMENT_CODE_SIDE - _QUIET, _facts(job), label=theme.label, value=theme.strong
    )
    yield beside(facts, _code(job))
    yield gap(1.5)
    half = (inner - _GUTTER) / 2
    yield beside(
        stack(canvas, left, half, _buyer(job)), stack(canvas, left + half + _GUTTER, half, _store(job))
    )


def _seller(job: Job) -> list[Text]:
    seller, theme = job.paper.seller, job.theme
    return [
        (seller.name, theme.name, 2),
        *_address(job, seller),
        (_tagged("GSTIN", seller.gstin), theme.strong, 1),
    ]


def _buyer(job: Job) -> list[Text]:
    heading = "Bill to" if job.paper.kind == "invoice" else "Credit to"
    return _party(job, heading, job.paper.buyer)


def _store(job: Job) -> list[Text]:
    return _party(job, "Store", job.paper.store, _tagged("Store code", job.paper.store_code))


def _party(job: Job, heading: str, party: Party, code: str = "") -> list[Text]:
    """Set a party under a heading, or nothing if it is empty."""
    theme = job.theme
    texts = [
        (party.name, theme.strong, 2),
        (code, theme.body, 2),
        *_address(job, party),
        (_tagged("GSTIN", party.gstin), theme.body, 1),
    ]
    return headed(heading, theme.label, texts)


def _address(job: Job, party: Party) -> list[Text]:
    """Set the address as one paragraph, which saves lines."""
    text = ", ".join(line.strip().rstrip(",") for line in party.lines if line.strip())
    return [(text, job.theme.body, ADDRESS_LINES_MAX), (_tagged("Phone", party.phone), job.theme.body, 1)]


def _tagged(tag: str, text: str) -> str:
    return f"{tag}: {text}" if text.strip() else ""


def _facts(job: Job) -> list[tuple[str, str]]:
    paper = job.paper
    name = "Invoice" if paper.kind == "invoice" else "Credit note"
    return [
        (f"{name} no.", paper.number),
        (f"{name} date", day(paper.date)),
        ("Order id", paper.order_id),
        ("Shipment id", paper.shipment_id),
        ("Original invoice", paper.original_number),
        ("Original shipment", paper.original_shipment_id),
        ("Place of supply", paper.place_of_supply),
        ("Reverse charge", "No"),
    ]


def _code(job: Job) -> Block:
    """Place the shipment's QR code in the right corner."""
    if not job.shipment_code:
        return gap(0)
    side = _SHIPMENT_CODE_SIDE
    x = job.theme.margin + job.theme.inner - side
    return Block(side + 1, lambda y: job.canvas.picture(job.shipment_code, x, y + 0.5, side))


def _sums(job: Job) -> Block:
    """Set the sums in a box, and the amount in words."""
    theme, canvas = job.theme, job.canvas
    total = summed(breakdown(line, job.paper.interstate) for line in job.paper.lines).total
    pieces = sum(line.quantity for line in job.paper.lines)
    discount = sum((line.discount for line in job.paper.lines), ZERO)
    saved = f" Discount given: {rupees(discount)}." if discount else ""
    words = [
        ("Amount in words", theme.label, 1),
        (in_words(total), theme.strong, 4),
        (f"{counted(pieces)}. Prices include GST.{saved}", theme.label, 2),
    ]
    if theme.compact:
        box = _sums_box(job, theme.margin, theme.inner)
        return under(box, gap(1.5), stack(canvas, theme.margin, theme.inner, words))
    box = _sums_box(job, theme.margin + theme.inner - 78, 78)
    return beside(stack(canvas, theme.margin, theme.inner - 84, words), box)


def _sums_box(job: Job, x: float, width: float) -> Block:
    """Set taxable value and taxes, then the total on a dark band."""
    theme, canvas = job.theme, job.canvas
    whole = summed(breakdown(line, job.paper.interstate) for line in job.paper.lines)
    facts = [
        ("Taxable value", money(whole.taxable)),
        *((name, money(amount(whole))) for name, amount in tax_parts(job.paper.interstate)),
    ]
    label = replace(theme.body, ink=GREY)
    total = Style(theme.body.size * 1.3, bold=True, ink=255)

    def draw(y: float) -> None:
        canvas.fill(x, y, width, total.step + 1.6, 30)
        name = "Total" if job.paper.kind == "invoice" else "Total credit"
        canvas.put(name, total, x + 2, y + 0.8, width * 0.4)
        canvas.put(rupees(whole.total), total, x + width * 0.4, y + 0.8, width * 0.6 - 2, align="right")

    listed = pairs(canvas, x + 2, width - 4, facts, label=label, value=theme.body, align="right")
    return under(listed, gap(1), Block(total.step + 1.6, draw))


def _e_invoice(job: Job) -> Iterator[Block]:
    """Set the data of an e-invoice, if there is any."""
    theme, paper = job.theme, job.paper
    facts = [("IRN", paper.irn), ("Ack. no.", paper.ack_number), ("Ack. date", paper.ack_date)]
    if paper.qr and not job.invoice_code:
        facts.append(("e-invoice QR", "its text is too long for a QR code"))
    if any(text for _, text in facts):
        yield pairs(job.canvas, theme.margin, theme.inner, facts, label=theme.label, value=theme.body)
        yield gap(2)


def _foot(job: Job) -> Iterator[Block]:
    """Place the e-invoice's QR code, and on wide pages the signature."""
    theme, side = job.theme, job.theme.code_side
    code = Block(side, lambda y: job.canvas.picture(job.invoice_code, theme.margin, y, side))
    blocks = [*([code] if job.invoice_code else []), *([] if theme.compact else [_signature(job)])]
    if blocks:
        yield beside(*blocks)


def _signature(job: Job) -> Block:
    """Leave room to sign."""
    theme, width = job.theme, 70.0
    x = theme.margin + theme.inner - width
    name = job.paper.seller.name
    above = stack(job.canvas, x, width, [(f"For {name}" if name else "", theme.body, 2)], align="right")
    below = stack(job.canvas, x, width, [("Authorised signatory", theme.label, 1)], align="right")
    return under(above, gap(14), below)
