"""Quality control of returns: good, with reasons, rejected: PAS-R-31 and on."""

from __future__ import annotations

from scenarios.flows.passages import (
    COMPLETED,
    CREDITED,
    SALE_STAYS,
    completed,
    confirmed,
    credited,
    handed_over,
    invoiced,
    sent_back,
    sold,
    taken_in,
)
from scenarios.language.words import *

PUBLISHED_REASONS = (
    ("tag_missing", "package_damaged", "refinish_damaged", "refinish_for_pressing"),
    ("seal_opened", "wrong_product_received", "lost", "short_received"),
    ("empty_box_received", "free_gift_missing", "component_missing", "fully_damaged"),
)
"""Reason codes of the quality check in the page's order, in groups of four."""
EACH_ONCE = {0: 1, 1: 1, 2: 1, 3: 1}

_GOOD: tuple[Flow, ...] = (
    flow(
        "PAS-R-31",
        "Accepted goods are good unless a reason is given",
        sold("buys two pieces of one product and one of another", 2, 1),
        sent_back("takes everything back", pieces={0: 2, 1: 1}),
        aggregator(
            "accepts the return without naming items",
            accept_return(named_items=False),
            accepted(grade=Evidence.ASSUMED),
            reaches(RETURN_ACCEPTED, grade=Evidence.ASSUMED),
            brings_back({0: 2, 1: 1}),
        ).proving("PAS-QC-07"),
        CREDITED,
        COMPLETED,
    ),
    flow(
        "PAS-R-32",
        "An accepted return is listed as such until its credit note is made",
        sold("buys two pieces", 2),
        sent_back("takes both pieces back", pieces={0: 2}),
        aggregator(
            "accepts the return, with an empty reason for good condition",
            accept_return(found={0: ""}),
            accepted(),
            reaches(RETURN_ACCEPTED),
            is_now(RETURN_ACCEPTED),
            listed_under(RETURN_ACCEPTED),
            not_listed_under(RETURN_PROCESSING, grade=Evidence.LEGACY),
        ).proving("PAS-QC-01", "PAS-QC-02", "PAS-QC-03", "PAS-QC-05"),
        CREDITED,
        COMPLETED,
        oms("no longer lists it as accepted", wait_only("return"), not_listed_under(RETURN_ACCEPTED)).proving(
            "PAS-QC-02"
        ),
        needs={CREDIT_NOTE: AGGREGATOR},
    ),
)

_REASONS: tuple[Flow, ...] = (
    flow(
        "PAS-R-33",
        "Quality control finds one good, one bad, one missing and one ruined",
        sold("buys one piece each of four products", 1, 1, 1, 1),
        sent_back("takes all four products back", pieces=EACH_ONCE),
        aggregator(
            "accepts the return: the second without its tag, the third lost, the fourth ruined",
            accept_return(found={1: "tag_missing", 2: "lost", 3: "fully_damaged"}),
            accepted(),
            reaches(RETURN_ACCEPTED),
            brings_back(EACH_ONCE),
            shows(
                {
                    "orderItems.1.returnReason": "tag_missing",
                    "orderItems.2.returnReason": "lost",
                    "orderItems.3.returnReason": "fully_damaged",
                },
                grade=Evidence.ASSUMED,
            ),
        ).proving("PAS-QC-01", "PAS-QC-04"),
        CREDITED,
        COMPLETED,
        SALE_STAYS,
        varies_by=(CREDIT_NOTE,),
    ),
    flow(
        "PAS-R-34",
        "Every published reason is accepted",
        sold("buys three pieces each of four products", 3, 3, 3, 3),
        *(
            step
            for named, slugs in zip(("first", "second", "third"), PUBLISHED_REASONS, strict=True)
            for step in (
                *sent_back(
                    f"takes one piece of each product back, as the {named} return",
                    pieces=EACH_ONCE,
                    named=f"{named}_return",
                ),
                aggregator(
                    f"accepts it with the reasons {', '.join(slugs)}",
                    accept_return(f"{named}_return", found=dict(enumerate(slugs))),
                    accepted(),
                    reaches(RETURN_ACCEPTED),
                ).proving("PAS-QC-04"),
            )
        ),
        SALE_STAYS,
    ),
)

_GIFTS: tuple[Flow, ...] = (
    flow(
        "PAS-R-38",
        "The free gift of an order is missing when the order comes back",
        customer(
            "buys one product and gets another as a free gift",
            place_order(basket=(1, 1), gifts=(1,)),
            reaches(CREATED),
            discounts_add_up(gifts=(1,)),
            total_adds_up(),
        ).proving("PAS-ORD-01", "PAS-ORD-07", "PAS-ORD-08"),
        confirmed(),
        invoiced(),
        handed_over(),
        sent_back("takes everything back", pieces={0: 1, 1: 1}),
        aggregator(
            "accepts the return without the gift",
            accept_return(found={1: "free_gift_missing"}),
            accepted(),
            reaches(RETURN_ACCEPTED),
            shows({"orderItems.1.returnReason": "free_gift_missing"}, grade=Evidence.ASSUMED),
            brings_back({0: 1, 1: 1}),
            discounts_add_up(gifts=(1,)),
            total_adds_up(),
        ).proving("PAS-QC-04", "PAS-ORD-07", "PAS-ORD-08"),
        credited(),
        completed(),
        SALE_STAYS,
        abilities=(DISCOUNTS,),
    ),
)

_REJECTED: tuple[Flow, ...] = (
    flow(
        "PAS-R-35",
        "The store rejects a return after quality control",
        sold("buys two pieces", 2),
        sent_back("takes both pieces back", pieces={0: 2}),
        store(
            "finds the goods worn and rejects the return",
            reject_return(),
            reaches(RETURN_REJECTED),
            not_listed_under(RETURN_ACCEPTED),
            not_listed_under(RETURN_COMPLETED),
            not_listed_under(RETURN_PROCESSING, grade=Evidence.LEGACY),
            unchanged(of="order", grade=Evidence.PLATFORM),
        ).proving("PAS-RET-13", "PAS-RET-14"),
        aggregator("tries to accept the rejected return", accept_return(), refused("R403")).proving(
            "PAS-QC-11"
        ),
        SALE_STAYS,
        varies_by=(CREDIT_NOTE,),
    ),
    flow(
        "PAS-R-36",
        "Rejected pieces can be returned again",
        sold("buys two pieces of one product and one of another", 2, 1),
        sent_back("takes both pieces of the first product back", pieces={0: 2}),
        store("rejects the return", reject_return(), reaches(RETURN_REJECTED)).proving(
            "PAS-RET-13", "PAS-RET-14"
        ),
        store(
            "takes the same pieces back once more, as a second return",
            start_return(pieces={0: 2}, named="second_return"),
            reaches(RETURN_PROCESSING),
            brings_back({0: 2}),
            total_adds_up(),
            unchanged(of=("order", "return"), grade=Evidence.ASSUMED),
        ).proving("PAS-RET-12"),
        taken_in("second_return"),
        credited("second_return"),
        completed("second_return"),
        oms("leaves the first return rejected", wait_only("return"), is_now(RETURN_REJECTED)).proving(
            "PAS-RET-14"
        ),
        SALE_STAYS,
    ),
)

_SHELF: tuple[Flow, ...] = (
    flow(
        "PAS-R-37",
        "Good pieces go back on the shelf, damaged and rejected ones do not",
        store("counts the shelf", count_shelf(), stock_known()),
        sold("buys two pieces of one product and three of another", 2, 3),
        oms(
            "has them off the shelf",
            wait_only(),
            shelf(on_hand={0: -2, 1: -3}, reserved={0: 0, 1: 0}),
        ).proving("PAS-HND-01"),
        sent_back("takes two pieces of each product back", pieces={0: 2, 1: 2}),
        aggregator(
            "accepts the return: the first product good, the second without its seal",
            accept_return(found={1: "seal_opened"}),
            accepted(),
            reaches(RETURN_ACCEPTED),
            shelf(of="order", on_hand={0: 0, 1: -3}, reserved={0: 0, 1: 0}),
        ).proving("PAS-QC-04", "PAS-RET-08"),
        sent_back("takes the last piece back, as a second return", pieces={1: 1}, named="second_return"),
        store(
            "rejects the second return",
            reject_return("second_return"),
            reaches(RETURN_REJECTED),
            shelf(of="order", on_hand={0: 0, 1: -3}, reserved={0: 0, 1: 0}),
        ).proving("PAS-RET-13"),
        abilities=(STOCK,),
    ),
)

FLOWS: tuple[Flow, ...] = (*_GOOD, *_REASONS, *_REJECTED, *_SHELF, *_GIFTS)
