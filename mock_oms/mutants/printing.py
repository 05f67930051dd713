"""Defects in PDFs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contracts.lifecycle.table import CANCELLED_STATES, Journey
from mock_oms import engine
from mock_oms.documents import from_shipment
from mock_oms.documents.model import Paper
from mock_oms.domain.shipment import Shipment
from mock_oms.mutants.patch import Apply, Defects, Kind, replaced
from mock_oms.store import Transaction
from mock_oms.web.konnect import documents

PaperOf = Callable[[Transaction, Shipment], Paper]


def _papers(name: str, change: Callable[[Paper], Paper]) -> Apply:
    """Changes the printed values of a shipment."""
    return replaced(from_shipment, name, lambda right, *given: change(right(*given)))


def _neighbour(paper: Paper) -> Paper:
    return replace(paper, shipment_id=f"{int(paper.shipment_id) + 1}", order_id=paper.order_id[::-1])


def _invoice_for_credit_note(right: PaperOf, tx: Transaction, shipment: Shipment) -> Paper:
    sale = tx.get(shipment.forward_id) if shipment.journey is Journey.RETURN else None
    return right(tx, sale or shipment)


def _rendered(change: Callable[..., bytes]) -> Apply:
    """Changes the PDF, given the right renderer, the papers and the size."""
    return replaced(documents, "render", change)


def _too_early(
    paper: Callable[..., Paper], tx: Transaction, call: Any, order: Any, paper_of: PaperOf
) -> Paper:
    if call.operation.name != "fetch_invoice" or len(call.orders) > 1:
        return paper(tx, call, order, paper_of)
    return paper_of(tx, engine.visible(tx, order.orderId, call.caller.location))


def _of_cancelled(
    paper: Callable[..., Paper], tx: Transaction, call: Any, order: Any, paper_of: PaperOf
) -> Paper:
    shipment = engine.visible(tx, order.orderId, call.caller.location)
    if len(call.orders) > 1 or shipment.state not in CANCELLED_STATES:
        return paper(tx, call, order, paper_of)
    return paper_of(tx, shipment)


DEFECTS: Defects = {
    Kind.DOCUMENT: {
        "invoice-of-another: the PDF of an invoice is that of another order": _papers("invoice", _neighbour),
        "label-of-another: the PDF of a label is that of another order": _papers("label", _neighbour),
        "credit-note-is-the-invoice: the PDF of a credit note is the invoice of the sale": replaced(
            from_shipment, "invoice", _invoice_for_credit_note
        ),
        "pdf-misses-the-last: the PDF of several orders leaves out the last": _rendered(
            lambda render, papers, size: render(papers[:-1] or papers, size)
        ),
        "pdf-cut-off: PDFs end after 200 bytes": _rendered(lambda render, *given: render(*given)[:200]),
        "invoice-unnumbered: the PDF of an invoice shows no number": _papers(
            "invoice", lambda paper: replace(paper, number="")
        ),
        "printed-too-early: the invoice of a single order is printed before it is issued": replaced(
            documents, "_paper", _too_early
        ),
        "cancelled-printed: the papers of a cancelled order are printed": replaced(
            documents, "_paper", _of_cancelled
        ),
    }
}
