"""Cancellations of complete orders, in time and too late: PAS-S-41 and on."""

from __future__ import annotations

from scenarios.flows.passages import (
    CONFIRMED_ORDER,
    HANDED_OVER,
    INVOICED,
    PLACED,
    REASSIGNS,
    bought,
    confirmed,
    handed_over,
    invoiced,
)
from scenarios.language.words import *

AMONG_RETURNS = ("cancelled_after_invoice_in_returns", False)
LATE_CANCEL = ("cancel_after_invoice", True)
LATE_CUSTOMER = ("customer_cancels_after_confirm", True)

_WHOLLY: tuple[Flow, ...] = (
    flow(
        "PAS-S-41",
        "A new order is cancelled as a whole",
        bought("buys two pieces of one product and one of another", 2, 1),
        bought("buys the same", 2, 1, named="other"),
        aggregator(
            "cancels every item of the order: out of stock",
            cancel(reason="6"),
            accepted(),
            reaches(CANCELLED),
            listed_under(CANCELLED),
            not_listed_under(CREATED),
            not_listed_under(RETURN_DELIVERED, grade=Evidence.ASSUMED),
            unchanged(of="other"),
        ).proving("PAS-CAN-01", "PAS-CAN-07", "PAS-CAN-09"),
        confirmed("other"),
        oms("leaves the cancelled order cancelled", wait_only(), is_now(CANCELLED)).proving("PAS-CAN-09"),
    ),
    flow(
        "PAS-S-42",
        "A confirmed order is cancelled as a whole",
        bought("buys two pieces", 2),
        bought("buys the same", 2, named="other"),
        confirmed(("order", "other")),
        aggregator(
            "cancels every item of the first order: damaged",
            cancel(reason="9"),
            accepted(),
            reaches(CANCELLED),
            listed_under(CANCELLED),
            not_listed_under(CONFIRMED),
            unchanged(of="other"),
        ).proving("PAS-CAN-02", "PAS-CAN-09"),
        invoiced("other"),
        oms("leaves the cancelled order cancelled", wait_only(), is_now(CANCELLED)).proving("PAS-CAN-09"),
        needs={INVOICE: AGGREGATOR},
    ),
    flow(
        "PAS-S-43",
        "An invoiced order is cancelled as a whole, and shows among the returns",
        bought("buys two pieces", 2),
        bought("buys the same", 2, named="other"),
        confirmed(("order", "other")),
        invoiced(("order", "other")),
        aggregator(
            "cancels every item of the first order: price mismatch",
            cancel(reason="8"),
            accepted(grade=Evidence.ASSUMED, only_if=LATE_CANCEL),
            reaches(CANCELLED, only_if=LATE_CANCEL),
            listed_under(CANCELLED, only_if=LATE_CANCEL),
            not_listed_under(PROCESSING, only_if=LATE_CANCEL),
            has_number(),
            unchanged(of="other"),
        ).proving("PAS-CAN-03", "PAS-CAN-09"),
        oms(
            "lists it among the returns as well",
            wait_only(),
            listed_under(RETURN_DELIVERED, grade=Evidence.ASSUMED, unless=AMONG_RETURNS, only_if=LATE_CANCEL),
            not_listed_under(RETURN_DELIVERED, of="other"),
        ).proving("PAS-CAN-13", "PAS-CAN-14"),
        handed_over("other"),
        varies_by=(INVOICE,),
    ),
    flow(
        "PAS-S-44",
        "An order is cancelled without naming its items",
        bought("buys two pieces of one product and one of another", 2, 1),
        aggregator(
            "cancels the order, naming no items",
            cancel(named_items=False),
            accepted(grade=Evidence.ASSUMED),
            reaches(CANCELLED, grade=Evidence.ASSUMED),
            listed_under(CANCELLED, grade=Evidence.ASSUMED),
        ).proving("PAS-CAN-17"),
    ),
    flow(
        "PAS-S-45",
        "The customer cancels a new order, which then cannot be confirmed",
        bought("buys two pieces", 2),
        customer(
            "changes their mind about everything",
            cancel_by_customer(),
            reaches(CANCELLED),
            listed_under(CANCELLED),
            not_listed_under(CREATED),
        ).proving("PAS-CAN-09", "PAS-CAN-10"),
        aggregator("tries to confirm the cancelled order", confirm(), refused("O400")).proving(
            "PAS-CNF-04", "API-ERR-confirm-O400"
        ),
        oms("keeps it cancelled", wait_only(), is_now(CANCELLED), not_listed_under(CONFIRMED)).proving(
            "PAS-CAN-09"
        ),
    ),
    flow(
        "PAS-S-46",
        "Several orders are cancelled in one call",
        bought("three times buys two pieces", 2, count=3),
        bought("buys one piece", 1, named="other"),
        aggregator(
            "cancels the three orders in one call",
            cancel(),
            accepted(),
            reaches(CANCELLED),
            listed_under(CANCELLED),
            unchanged(of="other"),
            not_listed_under(CANCELLED, of="other"),
        ).proving("PAS-CAN-01", "API-BLK-01", "API-BLK-03"),
    ),
    flow(
        "PAS-S-47",
        "The store cancels an order that another store could fulfil",
        bought("buys two pieces in the first store", 2),
        aggregator(
            "cancels the order once, for the first store",
            cancel(everywhere=False),
            accepted(),
            reaches(CANCELLED, grade=Evidence.ASSUMED, unless=REASSIGNS),
            is_now(CREATED, grade=Evidence.PLATFORM, only_if=REASSIGNS),
        ).proving("PAS-CAN-22"),
        aggregator("lists the new orders of the first store", read_all_pages(CREATED), only_listed()).proving(
            "PAS-CAN-22"
        ),
        aggregator(
            "lists the new orders of the second store",
            read_all_pages(CREATED, with_location=False, locationCode="{second_location}"),
            only_listed(grade=Evidence.ASSUMED, unless=REASSIGNS),
            only_listed("order", grade=Evidence.PLATFORM, only_if=REASSIGNS),
        ).proving("PAS-CAN-22"),
        aggregator(
            "confirms it for the store that has it now",
            confirm(),
            accepted(only_if=REASSIGNS),
            reaches(CONFIRMED, only_if=REASSIGNS),
            refused("O400", grade=Evidence.ASSUMED, unless=REASSIGNS),
        ).proving("PAS-CAN-22"),
        abilities=(SECOND_LOCATION,),
    ),
)

_TOO_LATE: tuple[Flow, ...] = (
    flow(
        "PAS-S-51",
        "After invoicing no single item can be cancelled",
        bought("buys two pieces of one product and one of another", 2, 1),
        CONFIRMED_ORDER,
        INVOICED,
        aggregator(
            "tries to cancel one piece",
            cancel(pieces={0: 1}),
            refused(grade=Evidence.DOCUMENTED),
            has_pieces({0: 2, 1: 1}),
            total_adds_up(),
            has_number(),
        ).proving("PAS-CAN-06"),
        HANDED_OVER,
        varies_by=(INVOICE,),
    ),
    flow(
        "PAS-S-52",
        "Once the order is confirmed the customer cannot cancel it",
        bought("buys two pieces", 2),
        CONFIRMED_ORDER,
        customer(
            "tries to cancel the confirmed order",
            cancel_by_customer(),
            impossible(grade=Evidence.DOCUMENTED, unless=LATE_CUSTOMER),
        ).proving("PAS-CAN-12"),
        needs={INVOICE: AGGREGATOR},
    ),
    flow(
        "PAS-S-53",
        "After hand-over nothing can be cancelled",
        PLACED,
        CONFIRMED_ORDER,
        INVOICED,
        HANDED_OVER,
        aggregator(
            "tries to cancel the order that the customer has",
            cancel(),
            refused(grade=Evidence.DOCUMENTED),
            refused("CN403"),
            is_now(DELIVERED),
            not_listed_under(CANCELLED),
        ).proving("PAS-CAN-04"),
    ),
    flow(
        "PAS-S-54",
        "A cancellation gives the reserved goods back to the shelf",
        store("counts the shelf", count_shelf(), stock_known()),
        bought("buys three pieces of one product and two of another", 3, 2),
        CONFIRMED_ORDER,
        aggregator(
            "cancels one of the three pieces",
            cancel(pieces={0: 1}),
            accepted(),
            has_pieces({0: 2, 1: 2}),
            shelf(on_hand={0: 0, 1: 0}, reserved={0: 2, 1: 2}),
        ).proving("PAS-CAN-05"),
        aggregator(
            "cancels the rest of the order",
            cancel(),
            accepted(),
            reaches(CANCELLED),
            shelf(on_hand={0: 0, 1: 0}, reserved={0: 0, 1: 0}),
        ).proving("PAS-CAN-02"),
        needs={INVOICE: AGGREGATOR},
        abilities=(STOCK,),
    ),
)

FLOWS: tuple[Flow, ...] = (*_WHOLLY, *_TOO_LATE)
