"""Sales by token and store, their stock and discounts: PAS-S-09 and on."""

from __future__ import annotations

from scenarios.flows.passages import (
    PLACED,
    bought,
    confirmed,
    credited,
    handed_over,
    invoiced,
    sent_back,
    taken_in,
)
from scenarios.language.words import *

_TOKENS: tuple[Flow, ...] = (
    flow(
        "PAS-S-09",
        "A sale with the token of the store",
        aggregator("asks for a token of the store", get_token(Caller.LOCATION), gives_token()).proving(
            "API-AUTH-01", "API-AUTH-02", "API-AUTH-06"
        ),
        PLACED,
        aggregator(
            "finds the order without naming the store",
            read_order(by=Caller.LOCATION),
            listed_under(CREATED),
        ).proving("API-AUTH-04", "API-AUTH-06", "PAS-TRK-01"),
        confirmed(by=Caller.LOCATION),
        invoiced(by=Caller.LOCATION),
        aggregator("fetches the invoice", fetch_invoice(by=Caller.LOCATION), pdf_names_shipment()).proving(
            "PAS-DOC-01", "PAS-DOC-03"
        ),
        aggregator("fetches the label", fetch_labels(by=Caller.LOCATION), pdf_names_shipment()).proving(
            "PAS-DOC-02", "PAS-DOC-04"
        ),
        handed_over(),
        aggregator(
            "sees the sale completed", read_order(by=Caller.LOCATION), listed_under(DELIVERED)
        ).proving("API-AUTH-04", "PAS-HND-01"),
    ),
    flow(
        "PAS-S-10",
        "A sale with the token of the company, in two stores",
        aggregator("asks for a token of the company", get_token(), gives_token()).proving(
            "API-AUTH-01", "API-AUTH-02", "API-AUTH-06"
        ),
        bought("buys one piece in the first store", 1),
        bought("buys two pieces in the second store", 2, named="other", at=Place.SECOND),
        aggregator(
            "confirms both orders in one call",
            confirm(("order", "other")),
            accepted(),
            reaches(CONFIRMED),
        ).proving("API-AUTH-04", "PAS-CNF-01"),
        invoiced(("order", "other")),
        aggregator("fetches both invoices", fetch_invoice(("order", "other")), pdf_names_shipment()).proving(
            "PAS-DOC-01", "PAS-DOC-06"
        ),
        handed_over(("order", "other")),
        abilities=(SECOND_LOCATION,),
    ),
    flow(
        "PAS-S-11",
        "A store's token sees the orders of that store only",
        bought("buys one piece in the first store", 1),
        bought("buys two pieces in the second store", 2, named="other", at=Place.SECOND),
        confirmed(("order", "other")),
        invoiced(("order", "other")),
        aggregator(
            "lists the invoiced orders with the first store's token",
            read_order(by=Caller.LOCATION),
            listed_under(PROCESSING),
            not_listed_under(PROCESSING, of="other"),
        ).proving("API-AUTH-08", "API-AUTH-06"),
        abilities=(SECOND_LOCATION,),
    ),
)

_SHELF: tuple[Flow, ...] = (
    flow(
        "PAS-S-12",
        "Goods are reserved when confirmed, and leave the shelf at hand-over",
        store("counts the shelf", count_shelf(), stock_known()),
        customer(
            "buys two and three pieces of two products",
            place_order(basket=(2, 3)),
            reaches(CREATED),
            shelf(on_hand={0: 0, 1: 0}, reserved={0: 0, 1: 0}),
        ).proving("PAS-ORD-01"),
        aggregator(
            "confirms the order",
            confirm(),
            accepted(),
            reaches(CONFIRMED),
            shelf(on_hand={0: 0, 1: 0}, reserved={0: 2, 1: 3}, grade=Evidence.DOCUMENTED),
        ).proving("PAS-CNF-02"),
        invoiced(),
        store(
            "hands the goods to the customer",
            hand_over(),
            reaches(DELIVERED),
            shelf(on_hand={0: -2, 1: -3}, reserved={0: 0, 1: 0}),
        ).proving("PAS-HND-01"),
        abilities=(STOCK,),
    ),
)

_DISCOUNTS: tuple[Flow, ...] = (
    flow(
        "PAS-S-13",
        "Discounts of items and of the order add up to the paisa, from the till to the credit note",
        customer(
            "buys three pieces with 33.33 off each and one with 0.07 off",
            place_order(basket=(3, 1), off={0: 33.33, 1: 0.07}),
            reaches(CREATED),
            discounts_add_up(rupees=100.06),
            total_adds_up(),
        ).proving("PAS-ORD-01", "PAS-ORD-07"),
        customer(
            "buys three products without a discount of their own, with 100.01 off the order",
            place_order(basket=(1, 1, 1), off={0: 0, 1: 0, 2: 0}, discount=100.01, named="other"),
            reaches(CREATED),
            discounts_add_up(rupees=100.01),
            total_adds_up(),
        ).proving("PAS-ORD-01", "PAS-ORD-07"),
        confirmed(("order", "other")),
        invoiced(("order", "other")),
        aggregator("fetches the first invoice", fetch_invoice("order"), pdf_shows_total()).proving(
            "PAS-DOC-01"
        ),
        aggregator("fetches the other invoice", fetch_invoice("other"), pdf_shows_total()).proving(
            "PAS-DOC-01"
        ),
        handed_over(("order", "other")),
        sent_back("takes two of the three pieces back", pieces={0: 2}),
        oms(
            "takes their part of the discount back",
            wait_only("return"),
            discounts_add_up(rupees=66.66),
        ).proving("PAS-ORD-07"),
        sent_back("takes one product of the other order back", of="other", named="second", pieces={1: 1}),
        oms("takes its part of the discount back", wait_only("second"), discounts_add_up()).proving(
            "PAS-ORD-07"
        ),
        taken_in("return"),
        credited("return"),
        varies_by=(INVOICE,),
        abilities=(DISCOUNTS,),
    ),
)

FLOWS: tuple[Flow, ...] = (*_TOKENS, *_SHELF, *_DISCOUNTS)
