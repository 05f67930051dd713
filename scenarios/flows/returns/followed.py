"""Returns by token, next to others, and their stock: PAS-R-18 and on."""

from __future__ import annotations

from scenarios.flows.passages import (
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
        "PAS-R-18",
        "A return is followed with the token of the store",
        SOLD,
        sent_back("takes the piece back", pieces={0: 1}),
        aggregator(
            "finds the return by its id and in shipment info",
            read_order("return", by=Caller.LOCATION),
            listed_under(RETURN_PROCESSING),
            info_agrees(),
        ).proving("PAS-RET-02", "PAS-RET-05", "API-LST-18", "PAS-TRK-08"),
        taken_in(by=Caller.LOCATION),
        credited(by=Caller.LOCATION),
        completed(),
        aggregator(
            "reads the finished return",
            read_info("return", by=Caller.LOCATION),
            info_agrees(),
        ).proving("PAS-CMP-01", "PAS-TRK-08"),
        SALE_STAYS,
    ),
    flow(
        "PAS-R-19",
        "Only the named return changes; another sale and its return stay",
        sold("buys two pieces", 2),
        sold("buys two pieces of the same", 2, named="other"),
        sent_back("takes the first customer's goods back", pieces={0: 2}),
        sent_back("takes the second customer's goods back", pieces={0: 2}, of="other", named="other_return"),
        aggregator(
            "accepts the first return",
            accept_return(),
            accepted(),
            reaches(RETURN_ACCEPTED),
            unchanged(of=("order", "other", "other_return")),
        ).proving("PAS-QC-01"),
        aggregator(
            "pushes the first credit note",
            push_credit_note(),
            accepted(),
            leaves(RETURN_ACCEPTED),
            reaches(CREDIT_NOTE_GENERATED),
            has_number(),
            unchanged(of=("order", "other", "other_return")),
        )
        .when(credit_note=AGGREGATOR)
        .proving("PAS-CRN-01", "PAS-CRN-03"),
        oms(
            "issues the first credit note, and none for the other",
            wait_only("return"),
            leaves(RETURN_ACCEPTED),
            reaches(CREDIT_NOTE_GENERATED),
            has_number(),
            is_now(RETURN_PROCESSING, of="other_return"),
        )
        .when(credit_note=FYND)
        .proving("PAS-CRN-02"),
        oms(
            "completes the first return only",
            wait_only("return"),
            reaches(RETURN_COMPLETED),
            not_listed_under(RETURN_COMPLETED, of="other_return"),
            linked(of="other_return", to="other"),
        ).proving("PAS-CMP-01"),
        varies_by=(CREDIT_NOTE,),
    ),
    flow(
        "PAS-R-20",
        "Goods go back to the store that sold them",
        store("counts the second store's shelf", count_shelf(at=Place.SECOND), stock_known()),
        sold("buys two pieces in the second store", 2, at=Place.SECOND),
        sent_back("takes both pieces back in the second store", pieces={0: 2}),
        aggregator(
            "accepts the return; the pieces are back where they came from",
            accept_return(),
            accepted(),
            reaches(RETURN_ACCEPTED),
            shelf(on_hand={0: 0}, reserved={0: 0}, at=Place.SECOND),
        ).proving("PAS-RET-08"),
        credited(),
        completed(),
        abilities=(SECOND_LOCATION, STOCK),
    ),
)
