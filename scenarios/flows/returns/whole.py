"""Returns of complete orders, up to the credit note: PAS-R-01 and on."""

from __future__ import annotations

from scenarios.flows.passages import (
    ACCEPTED,
    COMPLETED,
    CREDITED,
    RETURNED,
    SALE_STAYS,
    SOLD,
    completed,
    credited,
    sent_back,
    sold,
    taken_in,
)
from scenarios.language.words import *

FLOWS: tuple[Flow, ...] = (
    flow(
        "PAS-R-01",
        "Everything comes back in good condition, started in Store OS",
        SOLD,
        RETURNED,
        SALE_STAYS,
        varies_by=(CREDIT_NOTE,),
    ),
    flow(
        "PAS-R-02",
        "Everything comes back in good condition, started in the shop's ERP",
        SOLD,
        sent_back("takes the goods back and starts the return in the ERP", started_in=ERP),
        ACCEPTED,
        CREDITED,
        COMPLETED,
        SALE_STAYS,
        varies_by=(CREDIT_NOTE,),
    ),
    flow(
        "PAS-R-03",
        "Everything comes back in good condition, started in Fynd OMS",
        SOLD,
        sent_back("takes the goods back and starts the return in Fynd OMS", started_in=FYND_OMS),
        ACCEPTED,
        CREDITED,
        COMPLETED,
        SALE_STAYS,
        varies_by=(CREDIT_NOTE,),
    ),
    flow(
        "PAS-R-04",
        "Several products and pieces come back at once",
        sold("buys two, one and three pieces of three products", 2, 1, 3),
        sent_back("takes all six pieces back", pieces={0: 2, 1: 1, 2: 3}),
        oms("lists the new return", wait_only("return"), listed_under(RETURN_PROCESSING)).proving(
            "PAS-RET-05"
        ),
        taken_in(),
        credited(),
        completed(),
        aggregator(
            "fetches the credit note: this return, its total",
            fetch_credit_note(),
            pdf_names_shipment(grade=Evidence.LEGACY),
            pdf_shows_total(),
        ).proving("PAS-DOC-08"),
        SALE_STAYS,
    ),
    flow(
        "PAS-R-05",
        "Several returns are accepted and credited at once",
        sold("three times buys two pieces", 2, count=3),
        sent_back("takes the goods of all three orders back", pieces={0: 2}),
        aggregator(
            "accepts the three returns in one call",
            accept_return(),
            accepted(),
            reaches(RETURN_ACCEPTED),
        ).proving("PAS-QC-01", "API-BLK-01"),
        aggregator(
            "pushes the three credit notes in one call",
            push_credit_note(),
            accepted(),
            leaves(RETURN_ACCEPTED),
            reaches(CREDIT_NOTE_GENERATED),
            has_number(),
            numbers_differ(),
        )
        .when(credit_note=AGGREGATOR)
        .proving("PAS-CRN-01", "PAS-CRN-03", "API-BLK-01"),
        oms(
            "issues three credit notes, each with a different number",
            wait_only("return"),
            leaves(RETURN_ACCEPTED),
            reaches(CREDIT_NOTE_GENERATED),
            has_number(),
            numbers_differ(),
        )
        .when(credit_note=FYND)
        .proving("PAS-CRN-02"),
        completed(),
        aggregator(
            "fetches the three credit notes as one PDF",
            fetch_credit_note(),
            pdf_names_shipment(grade=Evidence.ASSUMED),
            pdf_shows_total(),
        ).proving("PAS-DOC-06", "PAS-DOC-08"),
        varies_by=(CREDIT_NOTE,),
    ),
)
