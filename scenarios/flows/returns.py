"""Returns, from the counter to the credit note: PAS-R-01 and on."""

from __future__ import annotations

from contracts.evidence import Evidence
from scenarios.actions import (
    Caller,
    Place,
    accept_return,
    cancel,
    count_shelf,
    fetch_credit_note,
    push_credit_note,
    read_info,
    read_order,
    start_return,
    wait_only,
)
from scenarios.expectations import (
    accepted,
    brings_back,
    has_number,
    has_pieces,
    impossible,
    info_agrees,
    is_now,
    linked,
    listed_under,
    not_listed_under,
    numbers_differ,
    pdf_names_shipment,
    pdf_shows_total,
    reaches,
    shelf,
    total_adds_up,
    unchanged,
)
from scenarios.flows.passages import (
    ACCEPTED,
    COMPLETED,
    CONFIRMED_ORDER,
    CREDITED,
    HANDED_OVER,
    INVOICED,
    RETURNED,
    SOLD,
    Steps,
    bought,
    completed,
    credited,
    sent_back,
    sold,
    taken_in,
)
from scenarios.steps import (
    CREDIT_NOTE,
    INVOICE,
    SECOND_LOCATION,
    STOCK,
    Flow,
    aggregator,
    flow,
    oms,
    store,
)
from scenarios.words import (
    AGGREGATOR,
    CREDIT_NOTE_GENERATED,
    DELIVERED,
    ERP,
    FYND,
    FYND_OMS,
    RETURN_ACCEPTED,
    RETURN_COMPLETED,
    RETURN_PROCESSING,
)

SALE_STAYS: Steps = (
    oms(
        "leaves the sale where it is, with its invoice",
        wait_only(),
        is_now(DELIVERED, grade=Evidence.PLATFORM),
        has_number(),
        linked(),
    ).proving("PAS-RET-09"),
)

_WHOLE: tuple[Flow, ...] = (
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
            reaches(CREDIT_NOTE_GENERATED),
            has_number(),
            numbers_differ(),
        )
        .when(credit_note=AGGREGATOR)
        .proving("PAS-CRN-01", "PAS-CRN-03", "API-BLK-01"),
        oms(
            "issues three credit notes, each with a number of its own",
            wait_only("return"),
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

_PARTS: tuple[Flow, ...] = (
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

_FOLLOWING: tuple[Flow, ...] = (
    flow(
        "PAS-R-18",
        "A return is followed with the token of the store",
        SOLD,
        sent_back("takes the piece back", pieces={0: 1}),
        aggregator(
            "finds the return by its id and in the light view",
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
        "Only the return meant moves; the neighbour's sale and return stay",
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
            reaches(CREDIT_NOTE_GENERATED),
            has_number(),
            unchanged(of=("order", "other", "other_return")),
        )
        .when(credit_note=AGGREGATOR)
        .proving("PAS-CRN-01", "PAS-CRN-03"),
        oms(
            "issues the first credit note, and none for the other",
            wait_only("return"),
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
        store("counts the second store's shelf", count_shelf(at=Place.SECOND)),
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

FLOWS: tuple[Flow, ...] = (*_WHOLE, *_PARTS, *_FOLLOWING)
