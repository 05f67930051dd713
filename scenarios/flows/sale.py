"""Sales: everything that can happen from the till to the hand-over."""

from __future__ import annotations

from scenarios.actions import confirm, fetch_invoice, place_order, push_invoice
from scenarios.expectations import accepted, counts, has_number, numbers_differ, pdf_names_shipment, reaches
from scenarios.flows.passages import SOLD
from scenarios.steps import INVOICE, Flow, aggregator, customer, flow
from scenarios.words import AGGREGATOR, CONFIRMED, CREATED, PROCESSING

FLOWS: tuple[Flow, ...] = (
    flow("PAS-S-01", "A sale in the shop", SOLD, varies_by=(INVOICE,)),
    flow(
        "PAS-S-02",
        "Twenty orders are confirmed and invoiced at once",
        customer("twenty times buys a shirt", place_order(count=20), reaches(CREATED)).proving("PAS-ORD-01"),
        aggregator(
            "confirms them all in one call",
            confirm(),
            accepted(),
            counts(20, succeeded=20, failed=0),
            reaches(CONFIRMED),
        ).proving("API-BLK-01", "API-BLK-03", "API-BLK-04"),
        aggregator(
            "pushes all their invoices in one call",
            push_invoice(),
            accepted(),
            reaches(PROCESSING),
            has_number(),
            numbers_differ(),
        ).proving("API-BLK-01"),
        aggregator("fetches all invoices as one PDF", fetch_invoice(), pdf_names_shipment()).proving(
            "PAS-DOC-06"
        ),
        needs={INVOICE: AGGREGATOR},
    ),
)
