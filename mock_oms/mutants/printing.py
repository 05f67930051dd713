"""Defects in PDFs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from contracts.lifecycle.table import Journey
from mock_oms import engine
from mock_oms.documents import from_shipment
from mock_oms.documents.model import Paper
from mock_oms.domain.shipment import Shipment
from mock_oms.mutants.patch import Apply, Kind, Mutant, Patch
from mock_oms.store import Transaction
from mock_oms.web.konnect import documents

PaperOf = Callable[[Transaction, Shipment], Paper]


def _papers(name: str, change: Callable[[Paper], Paper]) -> Apply:
    """What is printed for a shipment is changed."""

    def around(right: PaperOf) -> PaperOf:
        return lambda tx, shipment: change(right(tx, shipment))

    return lambda patch: patch.wrap(from_shipment, name, around)


def _neighbours(paper: Paper) -> Paper:
    """The paper of the shipment with the next id."""
    return replace(paper, shipment_id=f"{int(paper.shipment_id) + 1}", order_id=paper.order_id[::-1])


def _invoice_for_credit_note(patch: Patch) -> None:
    def around(right: PaperOf) -> PaperOf:
        def changed(tx: Transaction, shipment: Shipment) -> Paper:
            sale = tx.get(shipment.forward_id) if shipment.journey is Journey.RETURN else None
            return right(tx, sale or shipment)

        return changed

    patch.wrap(from_shipment, "invoice", around)


def _rendered(change: Callable[[Callable[..., bytes], Sequence[Paper], Any], bytes]) -> Apply:
    """Papers are put into the PDF differently."""

    def around(render: Callable[..., bytes]) -> Callable[..., bytes]:
        return lambda printed, size: change(render, printed, size)

    return lambda patch: patch.wrap(documents, "render", around)


def _without_last(render: Callable[..., bytes], printed: Sequence[Paper], size: Any) -> bytes:
    return render(printed[:-1] or printed, size)


def _cut_off(render: Callable[..., bytes], printed: Sequence[Paper], size: Any) -> bytes:
    return render(printed, size)[:200]


def _printed_too_early(paper: Callable[..., Paper]) -> Callable[..., Paper]:
    def changed(tx: Transaction, call: Any, order: Any, paper_of: PaperOf) -> Paper:
        if call.operation.name != "fetch_invoice" or len(call.orders) > 1:
            return paper(tx, call, order, paper_of)
        return paper_of(tx, engine.visible(tx, order.orderId, call.caller.location))

    return changed


def _too_early(patch: Patch) -> None:
    patch.wrap(documents, "_paper", _printed_too_early)


def _unnumbered(paper: Paper) -> Paper:
    return replace(paper, number="")


def _mutant(name: str, says: str, apply: Apply) -> Mutant:
    return Mutant(name, says, Kind.DOCUMENT, apply)


MUTANTS: tuple[Mutant, ...] = (
    _mutant(
        "invoice-of-another",
        "the PDF of an invoice is that of another order",
        _papers("invoice", _neighbours),
    ),
    _mutant("label-of-another", "the PDF of a label is that of another order", _papers("label", _neighbours)),
    _mutant(
        "credit-note-is-the-invoice",
        "the PDF of a credit note is the invoice of the sale",
        _invoice_for_credit_note,
    ),
    _mutant("pdf-misses-the-last", "the PDF of several orders leaves out the last", _rendered(_without_last)),
    _mutant("pdf-cut-off", "PDFs end after 200 bytes", _rendered(_cut_off)),
    _mutant(
        "invoice-unnumbered",
        "the PDF of an invoice does not show its number",
        _papers("invoice", _unnumbered),
    ),
    _mutant("printed-too-early", "the invoice of a single order is printed before there is one", _too_early),
)
