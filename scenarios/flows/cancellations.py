"""Orders that are cancelled, wholly or in part, in each window: PAS-S-31 and on."""

from __future__ import annotations

from contracts.evidence import Evidence
from scenarios.actions import (
    cancel,
    cancel_by_customer,
    confirm,
    count_shelf,
    fetch_invoice,
    push_invoice,
    wait_only,
)
from scenarios.expectations import (
    accepted,
    has_number,
    has_pieces,
    impossible,
    is_now,
    listed_under,
    not_listed_under,
    pdf_lists_goods,
    pdf_names_shipment,
    pdf_shows_total,
    reaches,
    refused,
    shelf,
    stock_known,
    total_adds_up,
    unchanged,
)
from scenarios.flows.passages import (
    CONFIRMED_ORDER,
    HANDED_OVER,
    INVOICED,
    PLACED,
    Steps,
    bought,
    confirmed,
    handed_over,
    invoiced,
)
from scenarios.steps import INVOICE, STOCK, Flow, aggregator, customer, flow, oms, store, together
from scenarios.words import (
    AGGREGATOR,
    CANCELLED,
    CONFIRMED,
    CREATED,
    DELIVERED,
    PROCESSING,
    RETURN_DELIVERED,
)

AMONG_RETURNS = ("cancelled_after_invoice_in_returns", False)
LATE_CUSTOMER = ("customer_cancels_after_confirm", True)

REST_INVOICED: Steps = (
    *invoiced(),
    aggregator(
        "fetches the invoice: what is left, its total, nothing that was cancelled",
        fetch_invoice(),
        pdf_names_shipment(),
        pdf_lists_goods(),
        pdf_shows_total(),
    ).proving("PAS-INV-15", "PAS-DOC-01"),
)
"""From confirmed to an invoice that is about the rest only."""

_PARTLY: tuple[Flow, ...] = (
    flow(
        "PAS-S-31",
        "The aggregator cancels some pieces before confirming; the rest is sold",
        bought("buys three pieces of one product and one of another", 3, 1),
        bought("buys the same", 3, 1, named="other"),
        aggregator(
            "cancels one of the three pieces: out of stock",
            cancel(pieces={0: 1}, reason="6"),
            accepted(),
            is_now(CREATED),
            has_pieces({0: 2, 1: 1}),
            total_adds_up(),
            unchanged(of="other"),
        ).proving("PAS-CAN-05", "PAS-CAN-07"),
        confirmed(),
        oms("keeps the rest", wait_only(), has_pieces({0: 2, 1: 1}), total_adds_up()).proving("PAS-CAN-05"),
        REST_INVOICED,
        HANDED_OVER,
        oms(
            "has sold the rest", wait_only(), has_pieces({0: 2, 1: 1}), total_adds_up(), unchanged(of="other")
        ).proving("PAS-CAN-05", "PAS-INV-15"),
        varies_by=(INVOICE,),
    ),
    flow(
        "PAS-S-32",
        "The aggregator cancels one product before confirming; the other is sold",
        bought("buys one piece of one product and two of another", 1, 2),
        aggregator(
            "cancels the first product: damaged",
            cancel(pieces={0: 1}, reason="9"),
            accepted(),
            is_now(CREATED),
            has_pieces({0: 0, 1: 2}),
            total_adds_up(),
        ).proving("PAS-CAN-05", "PAS-CAN-08"),
        confirmed(),
        REST_INVOICED,
        HANDED_OVER,
        oms("has sold the rest", wait_only(), has_pieces({0: 0, 1: 2}), total_adds_up()).proving(
            "PAS-CAN-05"
        ),
    ),
    flow(
        "PAS-S-33",
        "The customer cancels some items; what survives is confirmed and invoiced",
        bought("buys three pieces of one product and one of another", 3, 1),
        customer(
            "changes their mind about one of the three pieces and about the other product",
            cancel_by_customer(pieces={0: 1, 1: 1}),
            is_now(CREATED),
            has_pieces({0: 2, 1: 0}),
            total_adds_up(),
        ).proving("PAS-CAN-11"),
        aggregator(
            "confirms the surviving items",
            confirm(pieces={0: 2}),
            accepted(),
            reaches(CONFIRMED),
            has_pieces({0: 2, 1: 0}),
        ).proving("PAS-CNF-03"),
        REST_INVOICED,
        HANDED_OVER,
        oms("has sold what survived", wait_only(), has_pieces({0: 2, 1: 0}), total_adds_up()).proving(
            "PAS-CNF-03", "PAS-INV-15"
        ),
        varies_by=(INVOICE,),
    ),
    flow(
        "PAS-S-34",
        "The aggregator cancels some pieces after confirming, before invoicing",
        bought("buys two pieces of one product and two of another", 2, 2),
        CONFIRMED_ORDER,
        aggregator(
            "cancels one piece of the first product: not as described",
            cancel(pieces={0: 1}, reason="7"),
            accepted(),
            is_now(CONFIRMED),
            has_pieces({0: 1, 1: 2}),
            total_adds_up(),
        ).proving("PAS-CAN-05", "PAS-CAN-08"),
        aggregator(
            "pushes the invoice for what is left, by name",
            push_invoice(pieces={0: 1, 1: 2}),
            accepted(),
            reaches(PROCESSING),
            has_number(),
            has_pieces({0: 1, 1: 2}),
        ).proving("PAS-INV-01", "PAS-INV-15"),
        aggregator(
            "fetches the invoice: what is left, and its total",
            fetch_invoice(),
            pdf_names_shipment(),
            pdf_lists_goods(),
            pdf_shows_total(),
        ).proving("PAS-INV-15", "PAS-DOC-01"),
        HANDED_OVER,
        needs={INVOICE: AGGREGATOR},
    ),
    flow(
        "PAS-S-35",
        "A piece is cancelled with each of the published reasons",
        bought("buys seven pieces of one product", 7),
        *(
            aggregator(
                f"cancels a piece with reason {reason}: {meaning}",
                cancel(pieces={0: 1}, reason=reason),
                accepted(),
                has_pieces({0: left}),
                total_adds_up(),
            ).proving("PAS-CAN-05", "PAS-CAN-07", "PAS-CAN-08")
            for reason, meaning, left in (
                ("6", "out of stock", 6),
                ("7", "not as described", 5),
                ("8", "price mismatch", 4),
                ("9", "damaged", 3),
                ("NA", "store closed for good", 2),
            )
        ),
        aggregator(
            "cancels a piece with the reason as a number",
            cancel(pieces={0: 1}, reason=6),
            accepted(grade=Evidence.ASSUMED),
            has_pieces({0: 1}, grade=Evidence.ASSUMED),
        ).proving("PAS-CAN-15"),
        confirmed(),
        REST_INVOICED,
    ),
    flow(
        "PAS-S-36",
        "With its last piece the order is cancelled",
        bought("buys one piece each of two products", 1, 1),
        aggregator(
            "cancels the first product",
            cancel(pieces={0: 1}, reason="6"),
            accepted(),
            is_now(CREATED),
            has_pieces({0: 0, 1: 1}),
            total_adds_up(),
        ).proving("PAS-CAN-05"),
        aggregator(
            "cancels the second product, the last that was left",
            cancel(pieces={1: 1}, reason="6"),
            accepted(grade=Evidence.ASSUMED),
            reaches(CANCELLED, grade=Evidence.ASSUMED),
            listed_under(CANCELLED, grade=Evidence.ASSUMED),
            not_listed_under(CREATED, grade=Evidence.ASSUMED),
        ).proving("PAS-CAN-18"),
    ),
    flow(
        "PAS-S-37",
        "Two cancellations at the same moment both count",
        bought("buys two pieces each of two products", 2, 2),
        together(
            aggregator("cancels a piece of the first product", cancel(pieces={0: 1}), accepted()),
            aggregator("cancels a piece of the second product", cancel(pieces={1: 1}), accepted()),
            expects=(has_pieces({0: 1, 1: 1}), total_adds_up()),
        ).proving("PAS-CAN-05"),
        confirmed(),
        REST_INVOICED,
    ),
)

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
            accepted(),
            reaches(CANCELLED),
            listed_under(CANCELLED),
            not_listed_under(PROCESSING),
            has_number(),
            unchanged(of="other"),
        ).proving("PAS-CAN-03", "PAS-CAN-09"),
        oms(
            "lists it among the returns as well",
            wait_only(),
            listed_under(RETURN_DELIVERED, grade=Evidence.ASSUMED, unless=AMONG_RETURNS),
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
            refused(),
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

FLOWS: tuple[Flow, ...] = (*_PARTLY, *_WHOLLY, *_TOO_LATE)
