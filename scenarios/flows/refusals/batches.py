"""Bulk calls: too many orders, mixed outcomes, duplicates, concurrent calls."""

from __future__ import annotations

from scenarios.flows.passages import RETURN_STARTED, SOLD
from scenarios.flows.refusals.openings import (
    PLACED_HERE,
    bought,
    confirmed,
    given_up,
    invoiced,
    turned_down,
)
from scenarios.language.words import *

ASSUMED = Evidence.ASSUMED
CONFIRMS_AGAIN = ("confirm_again", "accept")

SIZES: tuple[Flow, ...] = (
    flow(
        "PAS-X-14",
        "Twenty-one orders in a call are one too many",
        customer("twenty times buys a shirt", place_order(count=20), reaches(CREATED)),
        bought("last"),
        aggregator(
            "confirms them all in one call",
            confirm(("order", "last")),
            takes_at_most(20),
            nothing_taken(grade=ASSUMED),
            call_refused(),
            is_now(CREATED),
        ).proving("API-BLK-02", "API-BLK-14"),
        aggregator(
            "confirms twenty of them",
            confirm(),
            accepted(),
            counts(20, succeeded=20, failed=0),
            reaches(CONFIRMED),
            is_now(CREATED, of="last"),
        ).proving("API-BLK-01", "API-BLK-03", "API-BLK-04"),
    ),
)

MIXED: tuple[Flow, ...] = (
    flow(
        "PAS-X-15",
        "Some orders of a call are confirmed, others refused",
        bought("first"),
        bought("cancelled"),
        bought("last"),
        given_up("cancelled"),
        aggregator(
            "confirms them in one call, with one that nobody knows",
            confirm(("first", "cancelled", UNKNOWN, "last")),
            refused("O400", of="cancelled"),
            refused("O422", of=UNKNOWN, grade=ASSUMED),
            accepted(of=("first", "last"), grade=ASSUMED),
            counts(4, succeeded=2, failed=2),
            reaches(CONFIRMED, of=("first", "last")),
        ).proving("API-BLK-03", "API-BLK-05", "API-BLK-06", "API-BLK-07", "API-BLK-08", "API-BLK-15"),
    ),
    flow(
        "PAS-X-16",
        "Some orders of a call are invoiced, others refused",
        bought("early"),
        bought("ready"),
        bought("done"),
        confirmed(("ready", "done")),
        invoiced("done"),
        aggregator(
            "pushes the invoices of all three",
            push_invoice(("early", "ready", "done")),
            refused("IN403", of="early"),
            refused("IN453", of="done"),
            accepted(of="ready", grade=ASSUMED),
            counts(3, succeeded=1, failed=2),
            reaches(PROCESSING, of="ready"),
            has_number(of=("ready", "done")),
        ).proving("API-BLK-03", "API-BLK-05", "API-BLK-06", "API-BLK-07", "API-BLK-15"),
        needs={INVOICE: AGGREGATOR},
    ),
    flow(
        "PAS-X-17",
        "A call whose every order is refused",
        bought("first"),
        bought("second"),
        given_up("first"),
        given_up("second"),
        turned_down("confirms both", confirm(("first", "second")), refused("O400"), total=2).proving(
            "API-BLK-07"
        ),
    ),
    flow(
        "PAS-X-18",
        "Some documents of a call are served, others refused",
        bought("early"),
        bought("ready"),
        confirmed("ready"),
        invoiced("ready"),
        aggregator(
            "fetches the invoices of both",
            fetch_invoice(("early", "ready")),
            partly_printed(of="ready", but="early", code="IN403"),
            not_shown("IN403", of="early"),
        ).proving("PAS-DOC-07"),
        aggregator(
            "fetches the labels of both",
            fetch_labels(("early", "ready")),
            partly_printed(of="ready", but="early", code="L403"),
            not_shown("L403", of="early"),
        ).proving("PAS-DOC-07"),
        needs={INVOICE: AGGREGATOR},
    ),
    flow(
        "PAS-X-19",
        "The same order twice in a call",
        bought("order"),
        bought("other"),
        confirmed(("order", "other")),
        aggregator(
            "pushes two invoices of it in one call, with one of another order",
            push_invoice(("order", "other", "order")),
            accepted(of="other", grade=ASSUMED),
            reaches(PROCESSING),
            named_in_errors("IN453", of="order", grade=ASSUMED),
            counts(3, succeeded=2, failed=1, grade=ASSUMED),
        ).proving("API-BLK-09"),
        needs={INVOICE: AGGREGATOR},
    ),
)

AT_ONCE: tuple[Flow, ...] = (
    flow(
        "PAS-X-20",
        "Two invoices of one order at the same moment",
        PLACED_HERE,
        confirmed("order"),
        together(
            aggregator("pushes an invoice", push_invoice(), reaches(PROCESSING)),
            aggregator("pushes another one", push_invoice(), reaches(PROCESSING)),
            expects=(one_taken("IN453"),),
        ).proving("API-ERR-update_invoice-IN453"),
        turned_down("pushes a third one", push_invoice(), refused("IN453")),
        needs={INVOICE: AGGREGATOR},
    ),
    flow(
        "PAS-X-21",
        "Two confirmations of one order at the same moment",
        PLACED_HERE,
        together(
            aggregator("confirms the order", confirm(), reaches(CONFIRMED)),
            aggregator("confirms it too", confirm(), reaches(CONFIRMED)),
            expects=(one_taken("CF409", grade=ASSUMED, unless=CONFIRMS_AGAIN),),
        ).proving("PAS-CNF-08"),
    ),
    flow(
        "PAS-X-22",
        "Two acceptances of one return at the same moment",
        SOLD,
        RETURN_STARTED,
        together(
            aggregator("accepts the return", accept_return(), reaches(RETURN_ACCEPTED)),
            aggregator("accepts it too", accept_return(), reaches(RETURN_ACCEPTED)),
            expects=(one_taken("R409", grade=ASSUMED),),
        ).proving("PAS-QC-08"),
    ),
)

FLOWS: tuple[Flow, ...] = SIZES + MIXED + AT_ONCE
