"""Sales, from the till to the hand-over: PAS-S-01 and on."""

from __future__ import annotations

from scenarios.flows.passages import (
    SOLD,
    bought,
    not_invoiced_yet,
)
from scenarios.language.words import *

FLOWS: tuple[Flow, ...] = (
    flow(
        "PAS-S-01",
        "A sale in the shop",
        SOLD,
        oms(
            "shows that the invoice is the aggregator's",
            wait_only(),
            shows(sellerInvoiced=True, grade=Evidence.ASSUMED),
        )
        .when(invoice=AGGREGATOR)
        .proving("PAS-INV-14"),
        oms(
            "shows that the invoice is its own",
            wait_only(),
            shows(sellerInvoiced=False, grade=Evidence.ASSUMED),
        )
        .when(invoice=FYND)
        .proving("PAS-INV-14"),
        varies_by=(INVOICE,),
    ),
    flow(
        "PAS-S-02",
        "Twenty orders are confirmed and invoiced at once",
        bought("twenty times buys one piece", 1, count=20),
        aggregator(
            "confirms all twenty in one call", confirm(), accepted(), reaches(CONFIRMED), is_now(CONFIRMED)
        ).proving("API-BLK-01", "API-BLK-03", "API-BLK-04", "PAS-CNF-01"),
        aggregator(
            "pushes all twenty invoices in one call",
            push_invoice(),
            accepted(),
            reaches(PROCESSING),
            has_number(),
            numbers_differ(),
        ).proving("API-BLK-01", "API-BLK-03", "API-BLK-04", "PAS-INV-01", "PAS-INV-08"),
        aggregator("fetches all invoices as one PDF", fetch_invoice(), pdf_names_shipment()).proving(
            "PAS-DOC-06"
        ),
        needs={INVOICE: AGGREGATOR},
    ),
    flow(
        "PAS-S-03",
        "Twenty orders are confirmed at once, and Fynd invoices each",
        bought("twenty times buys one piece", 1, count=20),
        aggregator("confirms all twenty in one call", confirm(), accepted(), reaches(CONFIRMED)).proving(
            "API-BLK-01", "API-BLK-03", "API-BLK-04"
        ),
        oms(
            "issues twenty invoices automatically, each with a different number",
            wait_only(),
            reaches(PROCESSING),
            has_number(),
            numbers_differ(),
        ).proving("PAS-INV-02", "PAS-INV-10"),
        aggregator("fetches all invoices as one PDF", fetch_invoice(), pdf_names_shipment()).proving(
            "PAS-DOC-06"
        ),
        needs={INVOICE: FYND},
    ),
    flow(
        "PAS-S-04",
        "Several products, several pieces of each",
        bought("buys two, one and three pieces of three products", 2, 1, 3),
        oms("shows every piece and the whole total", wait_only(), has_pieces({0: 2, 1: 1, 2: 3})).proving(
            "PAS-TRK-04"
        ),
        aggregator(
            "confirms every piece by name",
            confirm(pieces={0: 2, 1: 1, 2: 3}),
            accepted(),
            reaches(CONFIRMED),
            has_pieces({0: 2, 1: 1, 2: 3}),
            total_adds_up(),
        ).proving("PAS-CNF-01"),
        not_invoiced_yet(),
        aggregator(
            "pushes the invoice, every piece by name",
            push_invoice(pieces={0: 2, 1: 1, 2: 3}),
            accepted(),
            reaches(PROCESSING),
            has_number(),
            has_pieces({0: 2, 1: 1, 2: 3}),
        )
        .when(invoice=AGGREGATOR)
        .proving("PAS-INV-01", "PAS-INV-13"),
        oms(
            "issues the invoice automatically",
            wait_only(),
            reaches(PROCESSING),
            has_number(),
            has_pieces({0: 2, 1: 1, 2: 3}),
        )
        .when(invoice=FYND)
        .proving("PAS-INV-02"),
        store(
            "hands all six pieces to the customer",
            hand_over(),
            reaches(DELIVERED),
            listed_under(DELIVERED),
            has_pieces({0: 2, 1: 1, 2: 3}),
            total_adds_up(),
            has_number(),
        ).proving("PAS-HND-01"),
    ),
)
