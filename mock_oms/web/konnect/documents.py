"""POST invoiceUpdate (invoices and credit notes), POST invoice and POST labels (PDFs)."""

from __future__ import annotations

from collections.abc import Callable

from contracts.konnect.base import REFUSED_HEADER
from contracts.konnect.documents import DocumentOrder, InvoiceUpdate
from contracts.lifecycle.table import Event
from contracts.problems import Problem
from contracts.suggest import suggest
from mock_oms import engine
from mock_oms.documents import from_shipment, render
from mock_oms.documents.model import Paper
from mock_oms.domain.errors import OrderRefusedError
from mock_oms.domain.shipment import Parcel, Shipment
from mock_oms.engine import Command, PushedDocument
from mock_oms.store import Transaction
from mock_oms.web.answers import NO_HEADERS, PDF, Answer
from mock_oms.web.call import Call
from mock_oms.web.konnect import bulk
from mock_oms.web.konnect.registry import handles

NUMBER_LIMIT = 64
"""Longest document number."""
GST_LIMIT = 16
"""Longest number of a tax invoice by the GST rules."""
WANTED = f"1 to {NUMBER_LIMIT} printable characters without spaces around them"
GST_WANTED = f"1 to {GST_LIMIT} letters, digits, - or /"

_EVENTS = {"sale": Event.PUSH_INVOICE, "return": Event.PUSH_CREDIT_NOTE}


@handles("invoice_update")
def invoice_update(call: Call) -> Answer:
    """Records invoices and credit notes of the aggregator."""
    return bulk.run(call, _update, _touchpoint)


def _touchpoint(order: InvoiceUpdate) -> str:
    return "credit_note" if order.invoiceType == "return" else "update_invoice"


def _update(tx: Transaction, call: Call, order: InvoiceUpdate) -> None:
    command = Command(items=bulk.picks(order.orderItems), document=_document(order))
    shipment = engine.locate(tx, order.orderId, call.caller.location, command)
    event = _EVENTS.get(order.invoiceType)
    if event is None:
        facts = {"type": repr(order.invoiceType[:60]), "near": suggest(order.invoiceType, _EVENTS)}
        raise OrderRefusedError(Problem.WRONG_TYPE, shipment, **facts)
    engine.check_journey(shipment, event)
    _check_number(tx, shipment, order.invoiceNumber)
    engine.fire(tx, shipment, event, command)


def _document(order: InvoiceUpdate) -> PushedDocument:
    return PushedDocument(
        number=order.invoiceNumber,
        irn=order.irnNumber,
        ack_number=order.ackNumber,
        ack_date=order.ackDate,
        qr=order.invoiceQrCode,
        signed=order.signedInvoice,
        parcels=tuple(
            Parcel(p.packageId, p.packageLengthCm, p.packageWidthCm, p.packageHeightCm, p.packageWeightGms)
            for p in order.packages
        ),
    )


def _check_number(tx: Transaction, shipment: Shipment, number: str) -> None:
    gst = tx.settings.profile.invoice_numbers == "gst"
    flaw = _flaw(number, GST_LIMIT if gst else NUMBER_LIMIT) or (_gst_flaw(number) if gst else None)
    if flaw:
        facts = {"number": repr(number[:80]), "flaw": flaw, "wanted": GST_WANTED if gst else WANTED}
        raise OrderRefusedError(Problem.NUMBER, shipment, **facts)
    owners = {tx.number_owner(key) for key in tx.settings.number_keys(number)}
    if owners - {None, shipment.id}:
        raise OrderRefusedError(Problem.NUMBER, shipment, number=repr(number))


def _gst_flaw(number: str) -> str | None:
    wrong = next(
        (char for char in number if not (char.isascii() and char.isalnum()) and char not in "-/"), ""
    )
    return f"has {wrong!r}, which the GST rules exclude" if wrong else None


def _flaw(number: str, limit: int) -> str | None:
    """Returns the error of a document number, as a predicate."""
    if not number:
        return "is empty"
    if number != number.strip():
        return "has spaces around it"
    if len(number) > limit:
        return f"has {len(number)} characters"
    return None if number.isprintable() else "has characters that cannot be printed"


PaperOf = Callable[[Transaction, Shipment], Paper]


@handles("fetch_invoice")
def fetch_invoice(call: Call) -> Answer:
    """Returns invoices and credit notes as one PDF, or counts."""
    return _print(call, "invoice", from_shipment.invoice)


@handles("fetch_labels")
def fetch_labels(call: Call) -> Answer:
    """Returns labels as one PDF, or counts."""
    return _print(call, "labels", from_shipment.label)


def _print(call: Call, touchpoint: str, paper_of: PaperOf) -> Answer:
    """Returns what can be printed.

    The answer is JSON with the counts if that is nothing, or not all and the profile says so.
    """
    printed: list[Paper] = []

    def one(tx: Transaction, call: Call, order: DocumentOrder) -> None:
        printed.append(_paper(tx, call, order, paper_of))

    with engine.ReadVisit(call.server.store, call.caller.tenant) as tx:
        call.outcomes = [bulk.attempt(tx, call, order, one, lambda _: touchpoint) for order in call.orders]
    refused = len(call.outcomes) - len(printed)
    if not printed or (refused and call.profile.partly_printed == "counts"):
        return bulk.answer(call, call.outcomes, prints=True)
    headers = {REFUSED_HEADER: str(refused)} if refused else NO_HEADERS
    return Answer(200, render(printed, call.profile.paper_size), PDF, headers)


def _paper(tx: Transaction, call: Call, order: DocumentOrder, paper_of: PaperOf) -> Paper:
    shipment = engine.visible(tx, order.orderId, call.caller.location)
    if not shipment.invoiced:
        raise OrderRefusedError(Problem.TOO_EARLY, shipment)
    return paper_of(tx, shipment)
