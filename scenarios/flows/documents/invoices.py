"""Pushed data and printed text of invoices: PAS-S-21 and on."""

from __future__ import annotations

from scenarios.flows.passages import (
    CONFIRMED_ORDER,
    HANDED_OVER,
    INVOICED,
    PLACED,
    bought,
    confirmed,
    handed_over,
    invoiced,
)
from scenarios.language.words import *

IRN = "a5c12dca80e743321740b001fd70953e8738d109865d28ba4013750f2046f229"
ACK_NUMBER = "112010036563310"
E_INVOICE = {
    "irnNumber": IRN,
    "ackNumber": ACK_NUMBER,
    "ackDate": "2026-01-05 10:15:00",
    "invoiceQrCode": "eyJhbGciOiJSUzI1NiJ9.qr-of-the-invoice",
    "signedInvoice": "eyJhbGciOiJSUzI1NiJ9.the-signed-invoice",
}
"""Everything that may accompany an invoice registered with the tax authority."""
FIRST_IMEIS = ("350000000000000", "350000000000001")
BOX = {
    "packageId": "BOX-1",
    "packageLengthCm": 30,
    "packageWidthCm": 20,
    "packageHeightCm": 10,
    "packageWeightGms": 750,
}

_PUSHED: tuple[Flow, ...] = (
    flow(
        "PAS-S-21",
        "An invoice that was registered with the tax authority",
        PLACED,
        CONFIRMED_ORDER,
        aggregator(
            "pushes the invoice with IRN, acknowledgement, QR code and signature",
            push_invoice(fields=E_INVOICE),
            accepted(),
            reaches(PROCESSING),
            has_number(),
        ).proving("PAS-INV-01", "PAS-INV-05"),
        aggregator(
            "finds the registration on the printed invoice",
            fetch_invoice(),
            pdf_names_shipment(),
            pdf_shows_number(),
            pdf_shows(IRN, ACK_NUMBER),
        ).proving("PAS-INV-05", "PAS-DOC-01", "PAS-DOC-11"),
        HANDED_OVER,
        needs={INVOICE: AGGREGATOR},
    ),
    flow(
        "PAS-S-22",
        "Every piece is invoiced with its serial number",
        bought("buys two pieces that have serial numbers", 2),
        CONFIRMED_ORDER,
        aggregator(
            "pushes the invoice with an IMEI for each piece",
            push_invoice(serials=True),
            accepted(),
            reaches(PROCESSING),
            has_number(),
            has_pieces({0: 2}),
        ).proving("PAS-INV-01", "PAS-INV-06"),
        oms(
            "shows both serial numbers on the item",
            wait_only(),
            shows({"orderItems.0.imeiSerialNumber": list(FIRST_IMEIS)}, grade=Evidence.ASSUMED),
        ).proving("PAS-INV-06"),
        aggregator(
            "finds both serial numbers on the printed invoice",
            fetch_invoice(),
            pdf_names_shipment(),
            pdf_shows(*FIRST_IMEIS),
        ).proving("PAS-INV-06", "PAS-DOC-01"),
        HANDED_OVER,
        needs={INVOICE: AGGREGATOR},
    ),
    flow(
        "PAS-S-23",
        "The invoice contains the dimensions of the package",
        PLACED,
        CONFIRMED_ORDER,
        aggregator(
            "pushes the invoice with the dimensions of one box",
            push_invoice(fields={"packages": [BOX]}),
            accepted(),
            reaches(PROCESSING),
            shows({f"packages.0.{name}": value for name, value in BOX.items()}, grade=Evidence.ASSUMED),
        ).proving("PAS-INV-01", "PAS-INV-07"),
        needs={INVOICE: AGGREGATOR},
    ),
)

_PRINTED: tuple[Flow, ...] = (
    flow(
        "PAS-S-24",
        "Invoice and label of one order, before and after hand-over",
        bought("buys two, one and three pieces of three products", 2, 1, 3),
        CONFIRMED_ORDER,
        INVOICED,
        oms(
            "names the invoice among the order's documents",
            wait_only(),
            shows({"documents.0.number": str}, grade=Evidence.ASSUMED),
        ).proving("PAS-TRK-03"),
        aggregator(
            "fetches the invoice: this order, its number, its goods, its total",
            fetch_invoice(),
            pdf_names_shipment(),
            pdf_shows_number(),
            pdf_lists_goods(),
            pdf_shows_total(),
        ).proving("PAS-DOC-01", "PAS-DOC-03", "PAS-DOC-11"),
        aggregator(
            "fetches the label: this order, six pieces",
            fetch_labels(),
            pdf_names_shipment(),
            pdf_shows("6 items"),
        ).proving("PAS-DOC-02", "PAS-DOC-04"),
        handed_over(),
        aggregator(
            "fetches the same invoice again",
            fetch_invoice(),
            pdf_names_shipment(grade=Evidence.ASSUMED),
            pdf_shows_number(),
            pdf_shows_total(),
            has_number(),
        ).proving("PAS-DOC-10"),
        aggregator(
            "fetches the label again", fetch_labels(), pdf_names_shipment(grade=Evidence.ASSUMED)
        ).proving("PAS-DOC-10"),
        varies_by=(INVOICE,),
    ),
    flow(
        "PAS-S-25",
        "Invoices and labels of several orders",
        bought("three times buys two pieces", 2, count=3),
        bought("buys one piece, whose documents are fetched separately", 1, named="other"),
        confirmed(("order", "other")),
        invoiced(("order", "other")),
        aggregator(
            "fetches the three invoices as one PDF, without the fourth",
            fetch_invoice(),
            pdf_names_shipment(grade=Evidence.ASSUMED),
            pdf_shows_number(),
            pdf_shows_total(),
        ).proving("PAS-DOC-06"),
        aggregator(
            "fetches the three labels as one PDF, without the fourth",
            fetch_labels(),
            pdf_names_shipment(grade=Evidence.ASSUMED),
        ).proving("PAS-DOC-06"),
        aggregator(
            "fetches the fourth invoice alone",
            fetch_invoice("other"),
            pdf_names_shipment(),
            pdf_shows_number(),
            pdf_shows_total(),
        ).proving("PAS-DOC-01"),
        aggregator("fetches the fourth label alone", fetch_labels("other"), pdf_names_shipment()).proving(
            "PAS-DOC-02"
        ),
    ),
    flow(
        "PAS-S-26",
        "Fetching documents and reading changes nothing",
        bought("buys two pieces", 2),
        CONFIRMED_ORDER,
        INVOICED,
        aggregator("fetches the invoice", fetch_invoice(), pdf_names_shipment(), unchanged()).proving(
            "PAS-DOC-03", "PAS-TRK-12"
        ),
        aggregator("fetches the label", fetch_labels(), pdf_names_shipment(), unchanged()).proving(
            "PAS-DOC-04", "PAS-TRK-12"
        ),
        aggregator("reads the order", read_order(), unchanged(), has_number()).proving("PAS-TRK-12"),
        bought("buys another piece", 1, named="other"),
        confirmed("other"),
        invoiced("other"),
        oms(
            "has issued each number only once",
            wait_only(),
            has_number(of=("order", "other")),
            numbers_differ(of=("order", "other")),
        ).proving("PAS-INV-08"),
        varies_by=(INVOICE,),
    ),
)

FLOWS: tuple[Flow, ...] = (*_PUSHED, *_PRINTED)
