"""Partial cancellations; the rest is sold: PAS-S-31 and on."""

from __future__ import annotations

from scenarios.flows.passages import (
    CONFIRMED_ORDER,
    HANDED_OVER,
    REASSIGNS,
    Steps,
    bought,
    confirmed,
    invoiced,
)
from scenarios.language.words import *

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

FLOWS: tuple[Flow, ...] = (
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
        "The customer cancels some items; the rest is confirmed and invoiced",
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
                accepted(grade=grade),
                is_now(CREATED),
                has_pieces({0: left}),
                total_adds_up(),
            ).proving("PAS-CAN-05", "PAS-CAN-07", "PAS-CAN-08")
            for reason, meaning, left, grade in (
                ("6", "out of stock", 6, Evidence.DOCUMENTED),
                ("7", "not as described", 5, Evidence.DOCUMENTED),
                ("8", "price mismatch", 4, Evidence.DOCUMENTED),
                ("9", "damaged", 3, Evidence.DOCUMENTED),
                ("NA", "store closed for good", 2, Evidence.ASSUMED),
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
            reaches(CANCELLED, grade=Evidence.ASSUMED, unless=REASSIGNS),
            listed_under(CANCELLED, grade=Evidence.ASSUMED, unless=REASSIGNS),
            not_listed_under(CREATED, grade=Evidence.ASSUMED, unless=REASSIGNS),
        ).proving("PAS-CAN-18"),
    ),
    flow(
        "PAS-S-37",
        "Two cancellations at the same moment both count",
        bought("buys two pieces each of two products", 2, 2),
        together(
            aggregator("cancels a piece of the first product", cancel(pieces={0: 1}), accepted()),
            aggregator("cancels a piece of the second product", cancel(pieces={1: 1}), accepted()),
            expects=(is_now(CREATED), has_pieces({0: 1, 1: 1}), total_adds_up()),
        ).proving("PAS-CAN-05"),
        confirmed(),
        REST_INVOICED,
    ),
)
