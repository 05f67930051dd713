"""Filters by status (with aliases), channel and store list exactly their orders."""

from __future__ import annotations

from scenarios.flows.passages import REASSIGNS
from scenarios.flows.refusals.openings import bought, cancelled, confirmed, given_up, invoiced
from scenarios.language.words import *

ASSUMED = Evidence.ASSUMED
LEGACY = Evidence.LEGACY
DOCUMENTED = Evidence.DOCUMENTED
PASSES_DELIVERY = ("return_passes_bag_delivered", True)
LATE_CANCEL = ("cancel_after_invoice", True)
NOT_AMONG_RETURNS = ("cancelled_after_invoice_in_returns", False)
ANOTHER_CHANNEL = "ONDC"


def listing(
    word: str,
    *names: str,
    words: tuple[str, ...] = (),
    grade: Evidence = DOCUMENTED,
    unless: tuple[str, bool] | None = None,
    only_if: tuple[str, bool] | None = None,
) -> Step:
    """List exactly these orders of the flow, equal to GET by id.

    All listed orders have one of `words`.
    """
    shown = words or (word,)
    return aggregator(
        f"lists {word}",
        read_all_pages(word, page_size=100),
        only_listed(*names, grade=grade, unless=unless, only_if=only_if),
        all_in_status(*shown, grade=grade, unless=unless),
        *((list_agrees(of=names, unless=unless, only_if=only_if),) if names else ()),
    ).proving("API-LST-01")


def looking(word: str, *names: str) -> Step:
    """Read shipment info of a status: exactly these orders of the flow."""
    return aggregator(
        f"looks at {word} in shipment info", read_info((), status=word), only_listed(*names)
    ).proving("PAS-TRK-07", "PAS-TRK-08")


def taken_back(sale: str, name: str) -> Step:
    """The store starts a return of a sale."""
    return store(f"takes {sale} back", start_return(sale, named=name), reaches(RETURN_PROCESSING))


SALES = ("new", "confirmed", "invoiced", "delivered", "regretted", "withdrawn")
SALES_EVERYWHERE: tuple[Step, ...] = (
    *(bought(name) for name in SALES),
    given_up("regretted"),
    *confirmed(("confirmed", "invoiced", "delivered", "withdrawn")),
    cancelled("withdrawn"),
    invoiced(("invoiced", "delivered")),
    store("hands the delivered one over", hand_over("delivered"), reaches(DELIVERED)),
)

RETURNS = ("waiting", "refused", "taken", "paid")
SOLD_FOUR = tuple(f"sale {name}" for name in RETURNS)
RETURNS_EVERYWHERE: tuple[Step, ...] = (
    *(bought(name) for name in SOLD_FOUR),
    aggregator("confirms all four", confirm(SOLD_FOUR), accepted(), reaches(CONFIRMED)),
    aggregator("pushes their invoices", push_invoice(SOLD_FOUR), accepted(), reaches(PROCESSING)),
    store("hands all four over", hand_over(SOLD_FOUR), reaches(DELIVERED)),
    *(taken_back(f"sale {name}", name) for name in RETURNS),
    store("rejects one", reject_return("refused"), reaches(RETURN_REJECTED)),
    aggregator("accepts two", accept_return(("taken", "paid")), accepted(), reaches(RETURN_ACCEPTED)).proving(
        "PAS-QC-01"
    ),
    aggregator(
        "pushes the credit note of one",
        push_credit_note("paid"),
        accepted(),
        leaves(RETURN_ACCEPTED),
        reaches(CREDIT_NOTE_GENERATED),
    ).proving("PAS-CRN-01"),
    oms("completes it", wait_only("paid"), reaches(RETURN_COMPLETED)).proving("PAS-CMP-01"),
)

FLOWS: tuple[Flow, ...] = (
    flow(
        "PAS-L-10",
        "Each status lists the sales that are in it, and no other",
        SALES_EVERYWHERE,
        listing(CREATED, "new").proving("PAS-ORD-03"),
        listing(CONFIRMED, "confirmed").proving("PAS-CNF-05"),
        listing(PROCESSING, "invoiced").proving("PAS-INV-03"),
        listing(DELIVERED, "delivered").proving("PAS-HND-01"),
        listing(HANDED_OVER_TO_CUSTOMER, "delivered", words=(DELIVERED,), grade=LEGACY).proving("PAS-HND-04"),
        listing(CANCELLED, "regretted", "withdrawn", unless=REASSIGNS).proving("PAS-CAN-09"),
        listing("COMPLETED", grade=LEGACY).proving("API-LST-24"),
        listing("TRANSIT", grade=LEGACY).proving("API-LST-24"),
        needs={INVOICE: AGGREGATOR},
    ),
    flow(
        "PAS-L-11",
        "Shipment info of a status holds the sales that are in it, and no other",
        SALES_EVERYWHERE,
        looking(CREATED, "new"),
        looking(CONFIRMED, "confirmed"),
        looking(PROCESSING, "invoiced"),
        looking(DELIVERED, "delivered"),
        looking(CANCELLED, "regretted", "withdrawn"),
        needs={INVOICE: AGGREGATOR},
    ),
    flow(
        "PAS-L-12",
        "Each status lists the returns that are in it, and no other",
        RETURNS_EVERYWHERE,
        listing(RETURN_PROCESSING, "waiting", grade=LEGACY, unless=PASSES_DELIVERY).proving(
            "PAS-RET-05", "API-LST-18"
        ),
        listing(RETURN_REJECTED, "refused", grade=ASSUMED).proving("PAS-RET-14"),
        listing(RETURN_ACCEPTED, "taken").proving("PAS-QC-02", "API-LST-18"),
        listing(
            RETURN_COMPLETED,
            "taken",
            "paid",
            words=(RETURN_ACCEPTED, CREDIT_NOTE_GENERATED, RETURN_COMPLETED),
        ).proving("PAS-CRN-05", "PAS-CRN-06", "PAS-CMP-02"),
        listing(
            CREDIT_NOTE_GENERATED, "paid", words=(CREDIT_NOTE_GENERATED, RETURN_COMPLETED), grade=ASSUMED
        ).proving("PAS-CRN-08", "PAS-CMP-04"),
        listing(DELIVERED, *SOLD_FOUR, grade=Evidence.PLATFORM).proving("PAS-RET-09"),
        aggregator(
            "reads all delivered orders beside the returns",
            read_all_pages(DELIVERED),
            all_in_status(DELIVERED),
        ).proving("PAS-HND-01"),
        needs={INVOICE: AGGREGATOR, CREDIT_NOTE: AGGREGATOR},
    ),
    flow(
        "PAS-L-13",
        "What is cancelled after invoicing shows among the returns",
        bought("invoiced"),
        bought("new"),
        confirmed("invoiced"),
        invoiced("invoiced"),
        aggregator(
            "cancels both",
            cancel(("invoiced", "new")),
            accepted(grade=ASSUMED, only_if=LATE_CANCEL),
            reaches(CANCELLED, only_if=LATE_CANCEL),
        ).proving("PAS-CAN-01", "PAS-CAN-03"),
        listing(CANCELLED, "invoiced", "new", unless=REASSIGNS, only_if=LATE_CANCEL).proving("PAS-CAN-09"),
        listing(
            RETURN_DELIVERED,
            "invoiced",
            words=(RETURN_DELIVERED, CANCELLED),
            grade=ASSUMED,
            unless=NOT_AMONG_RETURNS,
            only_if=LATE_CANCEL,
        ).proving("PAS-CAN-13", "PAS-CAN-14"),
        needs={INVOICE: AGGREGATOR},
    ),
    flow(
        "PAS-L-14",
        "A channel lists its own orders only",
        customer("buys a shirt at the till", place_order(), reaches(CREATED)),
        aggregator(
            "lists new orders of the shop's channel",
            read_all_pages(CREATED, page_size=100, orderingChannel="{channel}"),
            only_listed("order"),
        ).proving("API-LST-07", "PAS-ORD-05"),
        aggregator(
            "lists those of another channel",
            read_all_pages(CREATED, page_size=100, orderingChannel=ANOTHER_CHANNEL),
            only_listed(),
        ).proving("API-LST-07"),
    ),
    flow(
        "PAS-L-15",
        "The channel filter separates the orders of two channels",
        customer("buys a shirt at the till", place_order(), reaches(CREATED)),
        customer(
            "buys one elsewhere", place_order(channel=ANOTHER_CHANNEL, named="online"), reaches(CREATED)
        ),
        aggregator(
            "lists new orders of the shop's channel",
            read_all_pages(CREATED, page_size=100, orderingChannel="{channel}"),
            only_listed("order"),
        ).proving("API-LST-07"),
        aggregator(
            "lists those of the other channel",
            read_all_pages(CREATED, page_size=100, orderingChannel=ANOTHER_CHANNEL),
            only_listed("online"),
        ).proving("API-LST-07"),
        aggregator(
            "lists those of all channels",
            read_all_pages(CREATED, page_size=100),
            only_listed("order", "online"),
        ).proving("API-LST-07"),
        abilities=(TENANTS,),
    ),
    flow(
        "PAS-L-16",
        "A store lists its own orders only",
        customer("buys a shirt at the till", place_order(), reaches(CREATED)),
        customer(
            "buys one in the second store",
            place_order(at=Place.SECOND, named="elsewhere"),
            reaches(CREATED),
        ),
        aggregator(
            "lists new orders of the first store",
            read_all_pages(CREATED, page_size=100),
            only_listed("order"),
        ).proving("API-LST-08", "API-AUTH-07"),
        aggregator(
            "lists those of the second store",
            read_all_pages(CREATED, page_size=100, locationCode="{second_location}"),
            only_listed("elsewhere"),
        ).proving("API-LST-08", "API-AUTH-07"),
        aggregator(
            "looks at those of both in shipment info",
            read_info((), status=CREATED),
            only_listed("order", "elsewhere", grade=ASSUMED),
        ).proving("API-LST-23"),
        abilities=(SECOND_LOCATION,),
    ),
    flow(
        "PAS-L-17",
        "Filters narrow a list together",
        bought("new"),
        bought("confirmed"),
        confirmed("confirmed"),
        aggregator(
            "lists new orders of the shop's channel and of these days",
            read_all_pages(
                CREATED,
                page_size=100,
                orderingChannel="{channel}",
                orderDateFrom="{new-1d}",
                orderDateTo="{new+1d}",
            ),
            only_listed("new"),
        ).proving("API-LST-01", "API-LST-07", "API-LST-09"),
        aggregator(
            "lists new orders of the day on which it was placed",
            read_all_pages(CREATED, page_size=100, orderDateFrom="{new}", orderDateTo="{new}"),
            only_listed("new", grade=Evidence.ASSUMED),
        ).proving("API-LST-09"),
        aggregator(
            "lists those of another channel and of these days",
            read_all_pages(
                CREATED,
                page_size=100,
                orderingChannel=ANOTHER_CHANNEL,
                orderDateFrom="{new-1d}",
                orderDateTo="{new+1d}",
            ),
            only_listed(),
        ).proving("API-LST-07", "API-LST-09", "API-LST-20"),
        needs={INVOICE: AGGREGATOR},
    ),
)
