"""Every documented code, at every call that documents it."""

from __future__ import annotations

from scenarios.flows.refusals.openings import (
    PLACED_ELSEWHERE,
    PLACED_HERE,
    bought,
    cancelled,
    confirmed,
    given_up,
    invoiced,
    turned_down,
)
from scenarios.language.words import *

TWO_SHIRTS_ONE_CANCELLED = (
    customer("buys two products", place_order(basket=(1, 2)), reaches(CREATED)),
    customer(
        "does not want the first of them any more",
        cancel_by_customer(pieces={0: 1}),
        has_pieces({0: 0, 1: 2}),
        is_now(CREATED),
    ).proving("PAS-CAN-11"),
)

CONFIRMATION: tuple[Flow, ...] = (
    flow(
        "PAS-X-01",
        "A cancelled order cannot be confirmed",
        PLACED_HERE,
        given_up("order"),
        turned_down("confirms it all the same", confirm(), refused("O400"), is_now(CANCELLED)).proving(
            "API-ERR-confirm-O400", "PAS-CNF-04"
        ),
    ),
    flow(
        "PAS-X-02",
        "A cancelled item cannot be confirmed, the others can",
        TWO_SHIRTS_ONE_CANCELLED,
        turned_down("confirms the cancelled item", confirm(pieces={0: 1}), refused("O400")).proving(
            "API-ERR-confirm-O400"
        ),
        aggregator(
            "confirms what is left",
            confirm(pieces={1: 2}),
            accepted(),
            reaches(CONFIRMED),
            has_pieces({0: 0, 1: 2}),
        ).proving("PAS-CNF-03"),
    ),
    flow(
        "PAS-X-03",
        "A store cannot confirm the order of another store",
        PLACED_ELSEWHERE,
        turned_down(
            "confirms it with the first store's token",
            confirm("elsewhere", by=Caller.LOCATION),
            refused("O422"),
        ).proving("API-ERR-confirm-O422", "API-AUTH-08"),
        aggregator(
            "confirms it with its own store's token",
            confirm("elsewhere", by=Caller.OTHER_LOCATION),
            accepted(),
            reaches(CONFIRMED),
        ).proving("API-AUTH-06"),
        abilities=(SECOND_LOCATION,),
    ),
)

INVOICES: tuple[Flow, ...] = (
    flow(
        "PAS-X-04",
        "A cancelled order cannot be invoiced",
        PLACED_HERE,
        confirmed("order"),
        cancelled("order").proving("PAS-CAN-02"),
        turned_down("pushes its invoice", push_invoice(), refused("IN401"), is_now(CANCELLED)).proving(
            "API-ERR-update_invoice-IN401"
        ),
        needs={INVOICE: AGGREGATOR},
    ),
    flow(
        "PAS-X-05",
        "A cancelled item cannot be invoiced",
        TWO_SHIRTS_ONE_CANCELLED,
        confirmed("order", "PAS-CNF-03"),
        turned_down("invoices the cancelled item", push_invoice(pieces={0: 1}), refused("IN401")).proving(
            "API-ERR-update_invoice-IN401"
        ),
        needs={INVOICE: AGGREGATOR},
    ),
    flow(
        "PAS-X-06",
        "A store cannot invoice the order of another store",
        PLACED_ELSEWHERE,
        confirmed("elsewhere"),
        turned_down(
            "pushes its invoice with the first store's token",
            push_invoice("elsewhere", by=Caller.LOCATION),
            refused("IN400"),
        ).proving("API-ERR-update_invoice-IN400", "API-AUTH-08"),
        needs={INVOICE: AGGREGATOR},
        abilities=(SECOND_LOCATION,),
    ),
    flow(
        "PAS-X-07",
        "An item that is not in the order cannot be invoiced",
        PLACED_HERE,
        confirmed("order"),
        turned_down("invoices an item of nobody", push_invoice(pieces={7: 1}), refused("IN400")).proving(
            "API-ERR-update_invoice-IN400-unknown_item"
        ),
        needs={INVOICE: AGGREGATOR},
    ),
    flow(
        "PAS-X-08",
        "An invoice of a type that does not exist is refused",
        PLACED_HERE,
        confirmed("order"),
        turned_down("pushes an invoice of another type", push_invoice(kind="gift"), refused("IN422")).proving(
            "API-ERR-update_invoice-IN422"
        ),
        needs={INVOICE: AGGREGATOR},
    ),
    flow(
        "PAS-X-09",
        "An invoice number is accepted only once",
        bought("first"),
        bought("second"),
        confirmed(("first", "second")),
        invoiced("first"),
        turned_down(
            "pushes the same number for the second order",
            push_invoice("second", same_number_as="first"),
            refused("IN422"),
        ).proving("API-ERR-update_invoice-IN422-number", "PAS-INV-08"),
        aggregator(
            "pushes another number for it",
            push_invoice("second"),
            accepted(),
            reaches(PROCESSING),
            has_number(of=("first", "second")),
        ).proving("PAS-INV-01"),
        needs={INVOICE: AGGREGATOR},
    ),
    flow(
        "PAS-X-10",
        "An order is invoiced only once",
        PLACED_HERE,
        confirmed("order"),
        invoiced("order"),
        turned_down("pushes another invoice", push_invoice(), refused("IN453"), is_now(PROCESSING)).proving(
            "API-ERR-update_invoice-IN453"
        ),
        store("hands the goods to the customer", hand_over(), reaches(DELIVERED)),
        turned_down(
            "pushes yet another one after the hand-over", push_invoice(), refused("IN453"), has_number()
        ).proving("API-ERR-update_invoice-IN453"),
        needs={INVOICE: AGGREGATOR},
    ),
    flow(
        "PAS-X-11",
        "An order cannot be invoiced before it is confirmed",
        PLACED_HERE,
        turned_down("pushes its invoice", push_invoice(), refused("IN403"), is_now(CREATED)).proving(
            "API-ERR-update_invoice-IN403"
        ),
        confirmed("order"),
        invoiced("order"),
        needs={INVOICE: AGGREGATOR},
    ),
)

DOCUMENTS: tuple[Flow, ...] = (
    flow(
        "PAS-X-12",
        "There is neither invoice nor label before an order is invoiced",
        PLACED_HERE,
        turned_down("asks for the invoice of the new order", fetch_invoice(), refused("IN403")).proving(
            "API-ERR-invoice-IN403"
        ),
        turned_down("asks for its label", fetch_labels(), refused("L403")).proving("API-ERR-labels-L403"),
        confirmed("order"),
        turned_down(
            "asks for the invoice of the confirmed order", fetch_invoice(), refused("IN403"), unchanged()
        ).proving("API-ERR-invoice-IN403"),
        turned_down("asks for its label again", fetch_labels(), refused("L403")).proving(
            "API-ERR-labels-L403"
        ),
        bought("withdrawn"),
        cancelled("withdrawn"),
        turned_down(
            "asks for the invoice of a cancelled order",
            fetch_invoice("withdrawn"),
            refused(grade=Evidence.DOCUMENTED),
        ).proving("PAS-DOC-03"),
        turned_down(
            "asks for its label", fetch_labels("withdrawn"), refused(grade=Evidence.DOCUMENTED)
        ).proving("PAS-DOC-04"),
        needs={INVOICE: AGGREGATOR},
    ),
    flow(
        "PAS-X-13",
        "A store gets neither invoice nor label of another store",
        customer(
            "buys a shirt in the second store",
            place_order(at=Place.SECOND, named="elsewhere"),
            reaches(CREATED),
        ),
        confirmed("elsewhere"),
        invoiced("elsewhere"),
        turned_down(
            "asks for the invoice with the first store's token",
            fetch_invoice("elsewhere", by=Caller.LOCATION),
            refused("IN400"),
        ).proving("API-ERR-invoice-IN400", "API-AUTH-08"),
        turned_down(
            "asks for the label with the first store's token",
            fetch_labels("elsewhere", by=Caller.LOCATION),
            refused("L400"),
        ).proving("API-ERR-labels-L400", "API-AUTH-08"),
        needs={INVOICE: AGGREGATOR},
        abilities=(SECOND_LOCATION,),
    ),
)

FLOWS: tuple[Flow, ...] = CONFIRMATION + INVOICES + DOCUMENTS
