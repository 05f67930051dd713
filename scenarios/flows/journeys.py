"""The complete journey, sale then return, in all four mode pairs."""

from __future__ import annotations

from scenarios.flows.passages import (
    ACCEPTED,
    COMPLETED,
    CONFIRMED_ORDER,
    CREDITED,
    HANDED_OVER,
    INVOICED,
    PLACED,
    RETURN_STARTED,
)
from scenarios.language.words import *

FLOWS: tuple[Flow, ...] = (
    flow(
        "PAS-J-01",
        "A sale and its return, from the till to the credit note",
        PLACED,
        aggregator(
            "reads the new order",
            read_order(),
            shows(order_type="PickAtStore"),
            linked(),
            total_adds_up(),
        ).proving("PAS-ORD-02", "PAS-TRK-01", "PAS-TRK-02", "PAS-TRK-04", "PAS-TRK-05"),
        CONFIRMED_ORDER,
        INVOICED,
        oms("shows the invoiced order", wait_only(), listed_under(PROCESSING), has_number()).proving(
            "PAS-INV-03"
        ),
        aggregator(
            "fetches the customer's invoice", fetch_invoice(), pdf_names_shipment(), pdf_shows_number()
        ).proving("PAS-DOC-01", "PAS-DOC-03"),
        aggregator("fetches the shipping label", fetch_labels(), pdf_names_shipment()).proving(
            "PAS-DOC-02", "PAS-DOC-04"
        ),
        HANDED_OVER,
        RETURN_STARTED,
        ACCEPTED,
        CREDITED,
        COMPLETED,
        aggregator(
            "fetches the credit note",
            fetch_credit_note(),
            pdf_names_shipment(of="return"),
        ).proving("PAS-DOC-08"),
        oms("leaves the sale where it is", wait_only(), is_now(DELIVERED)).proving("PAS-RET-09"),
        varies_by=(INVOICE, CREDIT_NOTE),
    ),
)
