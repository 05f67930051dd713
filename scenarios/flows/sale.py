"""Sales, from the till to the hand-over: PAS-S-01 and on."""

from __future__ import annotations

from contracts.evidence import Evidence
from scenarios.actions import (
    Caller,
    Place,
    confirm,
    count_shelf,
    fetch_invoice,
    fetch_labels,
    get_token,
    hand_over,
    place_order,
    push_invoice,
    read_info,
    read_order,
    wait_only,
)
from scenarios.expectations import (
    PRESENT,
    Like,
    accepted,
    gives_token,
    has_number,
    has_pieces,
    info_agrees,
    info_shows,
    is_now,
    linked,
    listed_under,
    not_listed_under,
    numbers_differ,
    only_listed,
    pdf_names_shipment,
    reaches,
    shelf,
    shows,
    stock_known,
    total_adds_up,
    unchanged,
)
from scenarios.flows.passages import (
    INVOICED,
    PLACED,
    SOLD,
    bought,
    confirmed,
    handed_over,
    invoiced,
    not_invoiced_yet,
)
from scenarios.steps import (
    INVOICE,
    SECOND_LOCATION,
    STOCK,
    Flow,
    aggregator,
    customer,
    flow,
    oms,
    store,
    together,
)
from scenarios.words import (
    AGGREGATOR,
    CONFIRMED,
    CREATED,
    DELIVERED,
    FYND,
    HANDED_OVER_TO_CUSTOMER,
    PROCESSING,
)

MOMENT = Like("as ISO 8601 with an offset", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)")

_FIRST: tuple[Flow, ...] = (
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
            "issues twenty invoices by itself, each with a number of its own",
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
            "issues the invoice by itself",
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

_FOLLOWING: tuple[Flow, ...] = (
    flow(
        "PAS-S-05",
        "An order is followed by its id and in the light view",
        PLACED,
        aggregator(
            "reads the new order by its id",
            read_order(),
            shows(order_type="PickAtStore", marketplaceOrderId=str, orderDate=MOMENT),
            shows(orderingChannel="FYND-STORE", grade=Evidence.ASSUMED),
            linked(),
            shows(marketplaceReturnId=None, grade=Evidence.ASSUMED),
        ).proving(
            "PAS-ORD-02",
            "PAS-ORD-04",
            "PAS-ORD-05",
            "PAS-TRK-01",
            "PAS-TRK-02",
            "PAS-TRK-04",
            "PAS-TRK-05",
            "PAS-TRK-06",
        ),
        aggregator(
            "finds lock status and documents on the order",
            read_order(),
            shows(lockStatus=PRESENT),
            shows(documents=list, grade=Evidence.ASSUMED),
        ).proving("PAS-TRK-03"),
        aggregator(
            "reads the light view by the order's id",
            read_info(),
            info_agrees(),
            info_shows("lockStatus", "sla"),
            info_shows("orderStatus", "orderType", "processingDue", grade=Evidence.ASSUMED),
        ).proving("PAS-TRK-07", "PAS-TRK-08", "PAS-TRK-09", "PAS-TRK-10"),
        aggregator(
            "confirms the order and sees it move in both views",
            confirm(),
            accepted(),
            reaches(CONFIRMED),
            info_agrees(),
        ).proving("PAS-TRK-02", "PAS-TRK-08"),
        not_invoiced_yet(),
        INVOICED,
        aggregator(
            "reads the light view by status",
            read_info(status=PROCESSING),
            only_listed("order"),
        ).proving("PAS-TRK-07"),
        aggregator(
            "looks twice without changing anything",
            read_order(),
            unchanged(),
            info_agrees(),
        ).proving("PAS-TRK-12"),
        handed_over(),
        aggregator("reads the light view of the finished sale", read_info(), info_agrees()).proving(
            "PAS-TRK-08"
        ),
        aggregator(
            "no longer finds it in the light view of invoiced orders",
            read_info(status=PROCESSING),
            only_listed(),
        ).proving("PAS-TRK-07"),
    ),
    flow(
        "PAS-S-06",
        "Each status lists the order while it is there, and no longer",
        bought("buys two pieces", 2),
        oms("lists the new order", wait_only(), listed_under(CREATED), not_listed_under(CONFIRMED)).proving(
            "PAS-ORD-03"
        ),
        aggregator(
            "confirms the order",
            confirm(),
            accepted(),
            reaches(CONFIRMED),
            is_now(CONFIRMED),
            listed_under(CONFIRMED),
            not_listed_under(CREATED),
            not_listed_under(PROCESSING),
        ).proving("PAS-CNF-01", "PAS-CNF-05"),
        aggregator(
            "pushes the invoice",
            push_invoice(),
            accepted(),
            reaches(PROCESSING),
            is_now(PROCESSING),
            listed_under(PROCESSING),
            not_listed_under(CONFIRMED),
            not_listed_under(DELIVERED),
        ).proving("PAS-INV-03"),
        store(
            "hands the goods to the customer",
            hand_over(),
            reaches(DELIVERED),
            is_now(DELIVERED),
            listed_under(DELIVERED),
            not_listed_under(PROCESSING),
            listed_under(HANDED_OVER_TO_CUSTOMER),
        ).proving("PAS-HND-01", "PAS-HND-04", "PAS-HND-05"),
        needs={INVOICE: AGGREGATOR},
    ),
    flow(
        "PAS-S-07",
        "Only the order meant moves; its neighbour stays",
        bought("buys two pieces", 2),
        bought("buys two pieces of the same", 2, named="other"),
        aggregator(
            "confirms the first order",
            confirm(),
            accepted(),
            reaches(CONFIRMED),
            unchanged(of="other"),
        ).proving("PAS-CNF-01"),
        not_invoiced_yet(),
        aggregator(
            "pushes the first order's invoice",
            push_invoice(),
            accepted(),
            reaches(PROCESSING),
            has_number(),
            unchanged(of="other"),
        )
        .when(invoice=AGGREGATOR)
        .proving("PAS-INV-01"),
        oms(
            "issues the first order's invoice, and none for the other",
            wait_only(),
            reaches(PROCESSING),
            has_number(),
            is_now(CREATED, of="other"),
        )
        .when(invoice=FYND)
        .proving("PAS-INV-02"),
        store(
            "hands over the first order",
            hand_over(),
            reaches(DELIVERED),
            unchanged(of="other"),
            not_listed_under(DELIVERED, of="other"),
        ).proving("PAS-HND-01"),
        aggregator(
            "confirms the other order",
            confirm("other"),
            accepted(),
            reaches(CONFIRMED),
            unchanged(of="order"),
        ).proving("PAS-CNF-01"),
        invoiced("other"),
        oms(
            "keeps two invoices with numbers of their own",
            wait_only(),
            has_number(of=("order", "other")),
            numbers_differ(of=("order", "other")),
        ).proving("PAS-INV-08"),
        varies_by=(INVOICE,),
    ),
    flow(
        "PAS-S-08",
        "Two orders move at the same moment, and neither is lost",
        bought("buys one piece", 1),
        bought("buys two pieces", 2, named="other"),
        together(
            aggregator(
                "confirms the first order", confirm(), accepted(), reaches(CONFIRMED), is_now(CONFIRMED)
            ),
            aggregator(
                "confirms the second order",
                confirm("other"),
                accepted(),
                reaches(CONFIRMED),
                is_now(CONFIRMED),
            ),
        ).proving("PAS-CNF-01"),
        together(
            aggregator("pushes the first invoice", push_invoice(), accepted(), reaches(PROCESSING)),
            aggregator("pushes the second invoice", push_invoice("other"), accepted(), reaches(PROCESSING)),
            expects=(has_number(of=("order", "other")), numbers_differ(of=("order", "other"))),
        ).proving("PAS-INV-01", "PAS-INV-04"),
        oms(
            "keeps the goods of each",
            wait_only(),
            has_pieces({0: 1}, of="order"),
            has_pieces({0: 2}, of="other"),
            total_adds_up(of=("order", "other")),
        ).proving("PAS-TRK-04"),
        needs={INVOICE: AGGREGATOR},
    ),
)

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

FLOWS: tuple[Flow, ...] = (*_FIRST, *_FOLLOWING, *_TOKENS, *_SHELF)
