"""Lists, GET by id and shipment info show the same data."""

from __future__ import annotations

from scenarios.flows.passages import ACCEPTED, CONFIRMED_ORDER, HANDED_OVER, INVOICED, RETURN_STARTED
from scenarios.flows.refusals.openings import PLACED_HERE, bought
from scenarios.language.words import *

PASSES_DELIVERY = ("return_passes_bag_delivered", True)


def seen_alike(word: str, name: str = "order", unless: tuple[str, bool] | None = None) -> Step:
    """List, GET by id and shipment info agree about a shipment."""
    return aggregator(
        f"reads the {name} in the list, by its id and in shipment info",
        read_all_pages(word, page_size=100),
        list_agrees(of=name, unless=unless),
        info_agrees(of=name),
    ).proving("PAS-TRK-02", "PAS-TRK-08", "API-LST-02")


FLOWS: tuple[Flow, ...] = (
    flow(
        "PAS-L-18",
        "A sale looks the same wherever it is read",
        bought("order", 2, 1),
        seen_alike(CREATED),
        aggregator(
            "looks at it in shipment info",
            read_info(),
            info_shows("id", "lockStatus"),
            info_shows("sla", grade=Evidence.ASSUMED),
        ).proving("PAS-TRK-07", "PAS-TRK-08", "PAS-TRK-09"),
        CONFIRMED_ORDER,
        seen_alike(CONFIRMED),
        INVOICED,
        seen_alike(PROCESSING),
        HANDED_OVER,
        seen_alike(DELIVERED),
        aggregator("reads it by its id", read_order(), linked(), has_pieces({0: 2, 1: 1})).proving(
            "PAS-TRK-01", "PAS-TRK-05"
        ),
        needs={INVOICE: AGGREGATOR},
    ),
    flow(
        "PAS-L-19",
        "A return and its sale are linked, wherever they are read",
        bought("order", 2),
        CONFIRMED_ORDER,
        INVOICED,
        HANDED_OVER,
        store(
            "starts a return of one piece",
            start_return(pieces={0: 1}),
            reaches(RETURN_PROCESSING),
            has_pieces({0: 1}),
        ),
        store(
            "starts another of the other",
            start_return(pieces={0: 1}, named="second"),
            reaches(RETURN_PROCESSING),
        ).proving("PAS-RET-10"),
        aggregator(
            "lists the returns",
            read_all_pages(RETURN_PROCESSING, page_size=100),
            only_listed("return", "second", grade=Evidence.LEGACY, unless=PASSES_DELIVERY),
            listed_under(
                RETURN_PROCESSING, (RETURN_DELIVERED,), of=("return", "second"), grade=Evidence.DOCUMENTED
            ),
            list_agrees(of=("return", "second"), unless=PASSES_DELIVERY),
            linked(of="return", to="order"),
            linked(of="second", to="order"),
            linked(of="order"),
            shows(of=("return", "second"), marketplaceReturnId=str, grade=Evidence.ASSUMED),
        ).proving("PAS-RET-02", "PAS-RET-03", "PAS-RET-04", "API-LST-18", "API-LST-19"),
        aggregator("reads the returns by their ids", read_order(("return", "second")), info_agrees()).proving(
            "PAS-RET-02"
        ),
        needs={INVOICE: AGGREGATOR},
    ),
    flow(
        "PAS-L-20",
        "A return looks the same wherever it is read",
        PLACED_HERE,
        CONFIRMED_ORDER,
        INVOICED,
        HANDED_OVER,
        RETURN_STARTED,
        seen_alike(RETURN_PROCESSING, "return", PASSES_DELIVERY),
        ACCEPTED,
        seen_alike(RETURN_ACCEPTED, "return"),
        seen_alike(RETURN_COMPLETED, "return"),
        aggregator(
            "pushes the credit note",
            push_credit_note(),
            accepted(),
            leaves(RETURN_ACCEPTED),
            reaches(CREDIT_NOTE_GENERATED),
        ).proving("PAS-CRN-01"),
        aggregator("waits for its completion", wait_only("return"), reaches(RETURN_COMPLETED)).proving(
            "PAS-CMP-01"
        ),
        seen_alike(RETURN_COMPLETED, "return"),
        needs={INVOICE: AGGREGATOR, CREDIT_NOTE: AGGREGATOR},
    ),
    flow(
        "PAS-L-21",
        "Returns take the filters of orders",
        PLACED_HERE,
        CONFIRMED_ORDER,
        INVOICED,
        HANDED_OVER,
        RETURN_STARTED,
        ACCEPTED,
        aggregator(
            "lists accepted returns of the shop's channel and of these days",
            read_all_pages(
                RETURN_ACCEPTED,
                page_size=100,
                orderingChannel="{channel}",
                orderDateFrom="{order-1d}",
                orderDateTo="{return+1d}",
            ),
            only_listed("return"),
            all_in_status(RETURN_ACCEPTED),
        ).proving("API-LST-18", "API-LST-19"),
        aggregator(
            "lists accepted returns of earlier days",
            read_all_pages(
                RETURN_ACCEPTED, page_size=100, orderDateFrom="{order-5d}", orderDateTo="{order-3d}"
            ),
            only_listed(),
        ).proving("API-LST-19"),
        aggregator(
            "lists accepted returns of another channel",
            read_all_pages(RETURN_ACCEPTED, page_size=100, orderingChannel="AMAZON_MLF"),
            only_listed(),
        ).proving("API-LST-19"),
        needs={INVOICE: AGGREGATOR, CREDIT_NOTE: AGGREGATOR},
    ),
    flow(
        "PAS-L-22",
        "Reading changes nothing",
        PLACED_HERE,
        aggregator("reads the order by its id", read_order(), unchanged()).proving("PAS-TRK-12"),
        aggregator("looks at it in shipment info", read_info(), unchanged()).proving("PAS-TRK-12"),
        aggregator("lists new orders", list_orders(CREATED), unchanged(of="order")).proving("PAS-TRK-12"),
        aggregator(
            "lists confirmed orders",
            list_orders(CONFIRMED),
            unchanged(of="order"),
            is_now(CREATED, of="order"),
        ).proving("PAS-TRK-12"),
        aggregator(
            "reads it again and again", read_order(("order",) * 5), unchanged(), not_listed_under(CONFIRMED)
        ).proving("PAS-TRK-12"),
    ),
)
