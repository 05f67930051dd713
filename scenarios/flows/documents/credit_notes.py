"""Credit notes and completed returns: PAS-R-51 and on."""

from __future__ import annotations

from scenarios.flows.documents.invoices import ACK_NUMBER, E_INVOICE, IRN
from scenarios.flows.passages import ACCEPTED, COMPLETED, CREDITED, SALE_STAYS, SOLD, sent_back, sold
from scenarios.language.words import *

FLOWS: tuple[Flow, ...] = (
    flow(
        "PAS-R-51",
        "An accepted return waits for its credit note, and completes with it",
        sold("buys two pieces", 2),
        sent_back("takes both pieces back", pieces={0: 2}),
        aggregator(
            "accepts the return",
            accept_return(),
            accepted(),
            reaches(RETURN_ACCEPTED),
            is_now(RETURN_ACCEPTED),
            listed_under(RETURN_ACCEPTED),
            listed_under(RETURN_COMPLETED),
            not_listed_under(CREDIT_NOTE_GENERATED),
        ).proving("PAS-QC-02", "PAS-CRN-05"),
        aggregator(
            "pushes the credit note",
            push_credit_note(),
            accepted(),
            leaves(RETURN_ACCEPTED),
            reaches(CREDIT_NOTE_GENERATED),
            has_number(),
            listed_under(CREDIT_NOTE_GENERATED),
            not_listed_under(RETURN_ACCEPTED),
        ).proving("PAS-CRN-01", "PAS-CRN-03", "PAS-CRN-06", "PAS-CRN-08", "PAS-CMP-04"),
        COMPLETED,
        oms("needs no further call for it", wait_only("return"), reaches(RETURN_COMPLETED)).proving(
            "PAS-CMP-03"
        ),
        SALE_STAYS,
        needs={CREDIT_NOTE: AGGREGATOR},
    ),
    flow(
        "PAS-R-52",
        "Fynd issues the credit note when the return is accepted, not before",
        sold("buys two pieces", 2),
        sent_back("takes both pieces back", pieces={0: 2}),
        oms(
            "has issued no credit note yet",
            wait_only("return"),
            is_now(RETURN_PROCESSING),
            not_listed_under(CREDIT_NOTE_GENERATED),
        ).proving("PAS-CRN-02"),
        ACCEPTED,
        CREDITED,
        oms(
            "lists the return where its credit note is looked for",
            wait_only("return"),
            listed_under(CREDIT_NOTE_GENERATED),
        ).proving("PAS-CRN-06", "PAS-CRN-08", "PAS-CMP-04"),
        COMPLETED,
        SALE_STAYS,
        needs={CREDIT_NOTE: FYND},
    ),
    flow(
        "PAS-R-53",
        "The credit note as PDF: this return, its number, its goods, its total",
        sold("buys two pieces of one product and one of another", 2, 1),
        sent_back("takes one piece of the first product back", pieces={0: 1}),
        ACCEPTED,
        CREDITED,
        COMPLETED,
        oms(
            "names the credit note among the return's documents",
            wait_only("return"),
            shows({"documents.0.number": str}, grade=Evidence.ASSUMED),
            brings_back({0: 1}),
            total_adds_up(),
        ).proving("PAS-CRN-06"),
        aggregator(
            "fetches the credit note",
            fetch_credit_note(),
            pdf_names_shipment(grade=Evidence.LEGACY),
            pdf_shows_number(),
            pdf_lists_goods(),
            pdf_shows_total(),
        ).proving("PAS-DOC-08", "PAS-DOC-11"),
        aggregator(
            "fetches the sale's invoice, which is about all that was sold",
            fetch_invoice(),
            pdf_names_shipment(),
            pdf_shows_number(),
            pdf_lists_goods(),
            pdf_shows_total(),
        ).proving("PAS-DOC-01", "PAS-DOC-10"),
        oms(
            "has given invoice and credit note different numbers",
            wait_only(),
            has_number(of=("order", "return")),
            numbers_differ(of=("order", "return")),
        ).proving("PAS-CRN-09"),
        varies_by=(CREDIT_NOTE,),
    ),
    flow(
        "PAS-R-54",
        "A credit note that was registered with the tax authority, piece by piece",
        sold("buys two pieces of one product and one of another", 2, 1),
        sent_back("takes everything back", pieces={0: 2, 1: 1}),
        ACCEPTED,
        aggregator(
            "pushes the credit note with IRN, acknowledgement, QR code and signature, every piece by name",
            push_credit_note(fields=E_INVOICE, pieces={0: 2, 1: 1}),
            accepted(),
            leaves(RETURN_ACCEPTED),
            reaches(CREDIT_NOTE_GENERATED),
            has_number(),
        ).proving("PAS-CRN-01", "PAS-CRN-07"),
        aggregator(
            "finds the registration on the printed credit note",
            fetch_credit_note(),
            pdf_names_shipment(grade=Evidence.LEGACY),
            pdf_shows_number(),
            pdf_shows(IRN, ACK_NUMBER),
        ).proving("PAS-CRN-07", "PAS-DOC-08"),
        COMPLETED,
        needs={CREDIT_NOTE: AGGREGATOR},
    ),
    flow(
        "PAS-R-55",
        "A credit note is accepted only for an accepted return",
        SOLD,
        sent_back("takes the piece back", pieces={0: 1}),
        aggregator(
            "tries to push the credit note before quality control",
            push_credit_note(),
            refused(grade=Evidence.DOCUMENTED),
            is_now(RETURN_PROCESSING),
        ).proving("PAS-CRN-04"),
        ACCEPTED,
        CREDITED,
        COMPLETED,
        SALE_STAYS,
        needs={CREDIT_NOTE: AGGREGATOR},
    ),
)
