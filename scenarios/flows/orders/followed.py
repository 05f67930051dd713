"""Sales read by id, by status, next to others: PAS-S-05 and on."""

from __future__ import annotations

from scenarios.flows.passages import (
    INVOICED,
    PLACED,
    bought,
    handed_over,
    invoiced,
    not_invoiced_yet,
)
from scenarios.language.words import *

MOMENT = Like("as ISO 8601 with an offset", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)")

FLOWS: tuple[Flow, ...] = (
    flow(
        "PAS-S-05",
        "An order is followed by its id and in shipment info",
        PLACED,
        aggregator(
            "reads the new order by its id",
            read_order(),
            shows(order_type="PickAtStore", marketplaceOrderId=str, orderDate=PRESENT),
            shows(orderDate=MOMENT, grade=Evidence.ASSUMED),
            shows(orderingChannel=PRESENT),
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
            "reads shipment info by the order's id",
            read_info(),
            info_agrees(),
            info_shows("lockStatus"),
            info_shows("sla", "orderStatus", "orderType", "processingDue", grade=Evidence.ASSUMED),
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
            "reads shipment info by status",
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
        aggregator("reads shipment info of the finished sale", read_info(), info_agrees()).proving(
            "PAS-TRK-08"
        ),
        aggregator(
            "no longer finds it in shipment info of invoiced orders",
            read_info(status=PROCESSING),
            only_listed(),
        ).proving("PAS-TRK-07"),
    ),
    flow(
        "PAS-S-06",
        "Each status lists the order only while it has that status",
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
        "Only the named order changes; another one stays",
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
            "keeps two invoices with different numbers",
            wait_only(),
            has_number(of=("order", "other")),
            numbers_differ(of=("order", "other")),
        ).proving("PAS-INV-08"),
        varies_by=(INVOICE,),
    ),
    flow(
        "PAS-S-08",
        "Two orders change at the same moment, and both changes count",
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
