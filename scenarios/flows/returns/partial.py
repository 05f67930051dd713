"""Partial, repeated and excessive returns: PAS-R-11 and on."""

from __future__ import annotations

from contracts.evidence import Evidence
from scenarios.flows.passages import (
    ACCEPTED,
    COMPLETED,
    CONFIRMED_ORDER,
    CREDITED,
    HANDED_OVER,
    INVOICED,
    SALE_STAYS,
    bought,
    completed,
    credited,
    sent_back,
    sold,
    taken_in,
)
from scenarios.language.actions import (
    accept_return,
    cancel,
    start_return,
    wait_only,
)
from scenarios.language.expectations import (
    accepted,
    brings_back,
    has_number,
    has_pieces,
    impossible,
    linked,
    not_listed_under,
    numbers_differ,
    reaches,
    total_adds_up,
    unchanged,
)
from scenarios.language.flow import (
    CREDIT_NOTE,
    INVOICE,
    Flow,
    aggregator,
    flow,
    oms,
    store,
)
from scenarios.language.statuses import (
    RETURN_ACCEPTED,
    RETURN_PROCESSING,
)

FLOWS: tuple[Flow, ...] = (
    flow(
        "PAS-R-11",
        "One of several products comes back",
        sold("buys two pieces of one product and one of another", 2, 1),
        sent_back("takes the second product back", pieces={1: 1}),
        ACCEPTED,
        CREDITED,
        COMPLETED,
        oms(
            "still holds just that product", wait_only("return"), brings_back({1: 1}), total_adds_up()
        ).proving("PAS-RET-06"),
        SALE_STAYS,
    ),
    flow(
        "PAS-R-12",
        "Some pieces of a product come back",
        sold("buys three pieces of one product and one of another", 3, 1),
        sent_back("takes two of the three pieces back", pieces={0: 2}),
        ACCEPTED,
        CREDITED,
        COMPLETED,
        oms(
            "still holds just those pieces", wait_only("return"), brings_back({0: 2}), total_adds_up()
        ).proving("PAS-RET-15"),
        SALE_STAYS,
    ),
    flow(
        "PAS-R-13",
        "A second return brings back what is left",
        sold("buys three pieces of one product and one of another", 3, 1),
        sent_back("takes one of the three pieces back", pieces={0: 1}),
        ACCEPTED,
        CREDITED,
        COMPLETED,
        store(
            "takes back all that is left, as a second return",
            start_return(pieces={0: 2, 1: 1}, named="second_return"),
            reaches(RETURN_PROCESSING),
            linked(to="order"),
            brings_back({0: 2, 1: 1}),
            total_adds_up(),
            unchanged(of="return"),
        ).proving("PAS-RET-10"),
        taken_in("second_return"),
        credited("second_return"),
        completed("second_return"),
        oms(
            "keeps invoice and both credit notes apart",
            wait_only(),
            has_number(of=("order", "return", "second_return")),
            numbers_differ(of=("order", "return", "second_return")),
        ).proving("PAS-RET-10", "PAS-CRN-09"),
        SALE_STAYS,
        varies_by=(CREDIT_NOTE,),
    ),
    flow(
        "PAS-R-14",
        "Two returns of one sale are open at the same time",
        sold("buys two pieces each of two products", 2, 2),
        sent_back("takes one piece of the first product back", pieces={0: 1}),
        sent_back(
            "takes one piece of the first and two of the second back, as a second return",
            pieces={0: 1, 1: 2},
            named="second_return",
        ),
        aggregator(
            "accepts the second return first",
            accept_return("second_return"),
            accepted(),
            reaches(RETURN_ACCEPTED),
            unchanged(of=("return", "order")),
        ).proving("PAS-RET-10", "PAS-QC-01"),
        credited("second_return"),
        completed("second_return"),
        oms(
            "still waits for quality control of the first return",
            wait_only("return"),
            reaches(RETURN_PROCESSING),
            not_listed_under(RETURN_ACCEPTED),
            brings_back({0: 1}),
        ).proving("PAS-RET-05", "PAS-RET-10"),
        taken_in(),
        credited(),
        completed(),
        SALE_STAYS,
    ),
    flow(
        "PAS-R-15",
        "No more comes back than was sold",
        sold("buys two pieces", 2),
        sent_back("takes one piece back", pieces={0: 1}),
        store(
            "tries to take back two more pieces; one is left",
            start_return(pieces={0: 2}, named="second_return"),
            impossible(grade=Evidence.ASSUMED),
        ).proving("PAS-RET-11"),
        ACCEPTED,
        store(
            "tries it again when the first return is accepted",
            start_return(pieces={0: 2}, named="second_return"),
            impossible(grade=Evidence.ASSUMED),
        ).proving("PAS-RET-11"),
        sent_back("takes the last piece back", pieces={0: 1}, named="second_return"),
        store(
            "tries to take back one piece more than was sold",
            start_return(pieces={0: 1}, named="third_return"),
            impossible(grade=Evidence.ASSUMED),
        ).proving("PAS-RET-11"),
    ),
    flow(
        "PAS-R-16",
        "What was cancelled before the sale cannot come back",
        bought("buys two pieces of one product and one of another", 2, 1),
        aggregator(
            "cancels the second product and one piece of the first",
            cancel(pieces={0: 1, 1: 1}),
            accepted(),
            has_pieces({0: 1, 1: 0}),
        ).proving("PAS-CAN-05"),
        CONFIRMED_ORDER,
        INVOICED,
        HANDED_OVER,
        store(
            "tries to take back two pieces; one was sold",
            start_return(pieces={0: 2}),
            impossible(grade=Evidence.ASSUMED),
        ).proving("PAS-RET-11"),
        sent_back("takes the one piece back", pieces={0: 1}),
        ACCEPTED,
        CREDITED,
        COMPLETED,
        SALE_STAYS,
    ),
    flow(
        "PAS-R-17",
        "Only what was handed over can come back",
        bought("buys one piece", 1),
        CONFIRMED_ORDER,
        INVOICED,
        store("tries to start a return before hand-over", start_return(), impossible()).proving("PAS-RET-07"),
        HANDED_OVER,
        sent_back("takes the piece back", pieces={0: 1}),
        varies_by=(INVOICE,),
    ),
)
