"""Sale calls out of turn, repeated, excessive, or for the wrong order."""

from __future__ import annotations

from scenarios.flows.passages import SOLD
from scenarios.flows.refusals.openings import (
    PLACED_HERE,
    bought,
    cancelled,
    confirmed,
    invoiced,
    turned_down,
)
from scenarios.language.words import *

DOCUMENTED = Evidence.DOCUMENTED
ASSUMED = Evidence.ASSUMED
CONFIRMS_AGAIN = ("confirm_again", "accept")
TAKES_ANY_REASON = ("unknown_reason_codes", "accept")

CONFIRMATION: tuple[Flow, ...] = (
    flow(
        "PAS-X-31",
        "Confirming a second time changes nothing",
        PLACED_HERE,
        confirmed("order"),
        aggregator(
            "confirms it again", confirm(), unchanged(), refused("CF409", unless=CONFIRMS_AGAIN)
        ).proving("PAS-CNF-08"),
    ),
    flow(
        "PAS-X-32",
        "An order is confirmed as a whole",
        bought("order", 2, 1),
        turned_down("confirms one of its items", confirm(pieces={0: 2}), refused("CF422")).proving(
            "PAS-CNF-07"
        ),
        turned_down("confirms too many pieces", confirm(pieces={0: 3, 1: 1}), refused("CF422")).proving(
            "PAS-CNF-07"
        ),
        turned_down("confirms an item of nobody", confirm(pieces={7: 1}), refused("O422", grade=ASSUMED)),
        aggregator(
            "confirms all of it",
            confirm(pieces={0: 2, 1: 1}),
            accepted(),
            reaches(CONFIRMED),
            has_pieces({0: 2, 1: 1}),
        ).proving("PAS-CNF-01"),
    ),
    flow(
        "PAS-X-33",
        "An unknown order is refused",
        aggregator("reads it", read_order(UNKNOWN), not_shown(), is_unknown()).proving("PAS-TRK-11"),
        aggregator("looks at it in shipment info", read_info(UNKNOWN), not_shown()),
        turned_down("confirms it", confirm(UNKNOWN), refused("O422", grade=ASSUMED)),
        turned_down("cancels it", cancel(UNKNOWN), refused("CN422")),
        turned_down("pushes its invoice", push_invoice(UNKNOWN), refused("IN400", grade=ASSUMED)),
        turned_down("asks for its invoice", fetch_invoice(UNKNOWN), refused("IN400", grade=ASSUMED)),
        turned_down("asks for its label", fetch_labels(UNKNOWN), refused("L400", grade=ASSUMED)),
        turned_down("accepts it as a return", accept_return(UNKNOWN), refused("R422")),
        turned_down("pushes its credit note", push_credit_note(UNKNOWN), refused("IN400")),
    ),
)

CANCELLATION: tuple[Flow, ...] = (
    flow(
        "PAS-X-34",
        "An order is cancelled only once",
        PLACED_HERE,
        cancelled("order").proving("PAS-CAN-01"),
        turned_down("cancels it again", cancel(), refused("CN400"), is_now(CANCELLED)).proving("PAS-CAN-19"),
    ),
    flow(
        "PAS-X-35",
        "No more pieces can be cancelled than are left",
        bought("order", 2, 1),
        turned_down("cancels three of two", cancel(pieces={0: 3}), refused("CN409")).proving("PAS-CAN-20"),
        aggregator(
            "cancels one", cancel(pieces={0: 1}), accepted(), has_pieces({0: 1, 1: 1}), is_now(CREATED)
        ).proving("PAS-CAN-05"),
        turned_down("cancels two of the one left", cancel(pieces={0: 2}), refused("CN409")).proving(
            "PAS-CAN-20"
        ),
        turned_down(
            "cancels with a reason of nobody",
            cancel(pieces={0: 1}, reason="4711"),
            refused("CN424"),
            unless=TAKES_ANY_REASON,
        ).proving("PAS-CAN-16"),
    ),
    flow(
        "PAS-X-36",
        "After invoicing single items can no longer be cancelled",
        bought("order", 2, 1),
        confirmed("order"),
        invoiced("order"),
        turned_down(
            "cancels one piece",
            cancel(pieces={0: 1}),
            refused(grade=DOCUMENTED),
            refused("CN403"),
            has_pieces({0: 2, 1: 1}),
        ).proving("PAS-CAN-06"),
        needs={INVOICE: AGGREGATOR},
    ),
    flow(
        "PAS-X-37",
        "What the customer has can no longer be cancelled",
        SOLD,
        turned_down(
            "cancels the order", cancel(), refused(grade=DOCUMENTED), refused("CN403"), is_now(DELIVERED)
        ).proving("PAS-CAN-04"),
    ),
    flow(
        "PAS-X-38",
        "The customer cannot cancel a confirmed order",
        PLACED_HERE,
        confirmed("order"),
        customer(
            "changes their mind too late",
            cancel_by_customer(),
            impossible(unless=("customer_cancels_after_confirm", True)),
        ).proving("PAS-CAN-12"),
    ),
)

INVOICES: tuple[Flow, ...] = (
    flow(
        "PAS-X-39",
        "Where Fynd makes the invoices none can be pushed",
        PLACED_HERE,
        turned_down(
            "pushes an invoice of the new order", push_invoice(), refused("IN453", grade=ASSUMED)
        ).proving("PAS-INV-11"),
        aggregator("confirms the order", confirm(), accepted(), reaches(CONFIRMED)),
        oms("issues the invoice automatically", wait_only(), reaches(PROCESSING), has_number()).proving(
            "PAS-INV-02"
        ),
        turned_down(
            "pushes one of the invoiced order", push_invoice(), refused("IN453"), is_now(PROCESSING)
        ).proving("API-ERR-update_invoice-IN453", "PAS-INV-11"),
        needs={INVOICE: FYND},
    ),
    flow(
        "PAS-X-40",
        "An invoice is for all of the order, under a number that can be read",
        bought("order", 2, 1),
        confirmed("order"),
        turned_down(
            "invoices one of its items", push_invoice(pieces={0: 2}), refused("IN422", grade=ASSUMED)
        ).proving("PAS-INV-13"),
        turned_down("pushes a blank number", push_invoice(number=" "), refused("IN422", grade=ASSUMED)),
        turned_down("pushes a credit note for the sale", push_credit_note("order"), refused("IN422")).proving(
            "PAS-INV-12"
        ),
        invoiced("order"),
        needs={INVOICE: AGGREGATOR},
    ),
    flow(
        "PAS-X-41",
        "Of several problems the most serious one is reported",
        bought("done"),
        bought("cancelled"),
        bought("new"),
        confirmed(("done", "cancelled")),
        invoiced("done"),
        cancelled("cancelled"),
        turned_down(
            "invoices an item of nobody in the cancelled order",
            push_invoice("cancelled", pieces={7: 1}),
            refused("IN400", grade=ASSUMED),
        ).proving("API-BLK-16"),
        turned_down(
            "pushes a used number for the cancelled order",
            push_invoice("cancelled", same_number_as="done"),
            refused("IN401", grade=ASSUMED),
        ).proving("API-BLK-16"),
        turned_down(
            "pushes a used number for the new order",
            push_invoice("new", same_number_as="done"),
            refused("IN422", grade=ASSUMED),
        ).proving("API-BLK-16"),
        turned_down(
            "invoices a part of the invoiced order",
            push_invoice("done", pieces={0: 2}),
            refused("IN453", grade=ASSUMED),
        ).proving("API-BLK-16"),
        needs={INVOICE: AGGREGATOR},
    ),
    flow(
        "PAS-X-42",
        "Nothing is handed over before it is invoiced",
        PLACED_HERE,
        store("hands over the new order", hand_over(), impossible(grade=ASSUMED)).proving("PAS-HND-06"),
        confirmed("order"),
        store(
            "hands over the confirmed order",
            hand_over(),
            impossible(grade=ASSUMED, unless=("hand_over_before_invoice", True)),
        ).proving("PAS-HND-06"),
        needs={INVOICE: AGGREGATOR},
    ),
)

FLOWS: tuple[Flow, ...] = CONFIRMATION + CANCELLATION + INVOICES
