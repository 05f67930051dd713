"""Malformed calls: missing fields, wrong types, missing filters."""

from __future__ import annotations

from typing import Any

from scenarios.flows.passages import RETURN_STARTED, SOLD
from scenarios.flows.refusals.openings import PLACED_HERE, confirmed
from scenarios.language.words import *

ASSUMED = Evidence.ASSUMED
DOCUMENTED = Evidence.DOCUMENTED
ITEM = {"orderItemId": "{item}", "quantity": 1}
INVOICE_ROW = {"orderId": "{id}", "invoiceNumber": "INV-0001", "invoiceType": "sale"}
READS_NUMBERS = ("strings_for_numbers", "accept")
IGNORES_FIELDS = ("unknown_fields", "accept")


def incomplete(
    says: str, operation: str, body: Any, *proves: str, on: str = "order", grade: Evidence = DOCUMENTED
) -> Step:
    """Send a body without a required field.

    The requirement is documented; the form of the refusal is not.
    """
    return aggregator(
        says, send_body(operation, body, on=on), nothing_taken(grade=grade), call_refused()
    ).proving("API-BLK-13", "API-BLK-14", *proves)


def malformed(
    says: str, operation: str, body: Any, *proves: str, unless: tuple[str, str] | None = None
) -> Step:
    """Send a body of the wrong shape."""
    return aggregator(
        says,
        send_body(operation, body, on="order"),
        nothing_taken(grade=ASSUMED, unless=unless),
        call_refused(unless=unless),
    ).proving("API-BLK-14", *(proves or ("API-BLK-13",)))


def without(row: dict[str, Any], name: str) -> dict[str, Any]:
    """Copy a row of a body without one field."""
    return {key: value for key, value in row.items() if key != name}


FLOWS: tuple[Flow, ...] = (
    flow(
        "PAS-X-51",
        "Confirmations and cancellations without a required field",
        PLACED_HERE,
        incomplete("confirms without orderId", "confirm", [{"orderItems": [ITEM]}], "API-BLK-12"),
        incomplete(
            "confirms one order with orderId and one without",
            "confirm",
            [{"orderId": "{id}"}, {"orderItems": [ITEM]}],
            "API-BLK-12",
            grade=ASSUMED,
        ),
        incomplete("cancels without orderId", "cancel", [{}], "API-BLK-12"),
        incomplete(
            "cancels an item without reasonCode",
            "cancel",
            [{"orderId": "{id}", "orderItems": [ITEM]}],
            "PAS-CAN-07",
        ),
    ),
    flow(
        "PAS-X-52",
        "Invoices and documents without a required field",
        PLACED_HERE,
        confirmed("order"),
        *(
            incomplete(
                f"pushes an invoice without {name}",
                "invoice_update",
                [without(INVOICE_ROW, name)],
                "PAS-INV-04",
            )
            for name in INVOICE_ROW
        ),
        incomplete("asks for an invoice without orderId", "fetch_invoice", [{}], "API-BLK-12"),
        incomplete("asks for a label without orderId", "fetch_labels", [{}], "API-BLK-12"),
        needs={INVOICE: AGGREGATOR},
    ),
    flow(
        "PAS-X-53",
        "Acceptances of returns without a required field",
        SOLD,
        RETURN_STARTED,
        incomplete(
            "accepts a return without orderId",
            "accept_return",
            [{"orderItems": [ITEM]}],
            "API-BLK-12",
            on="return",
        ),
    ),
    flow(
        "PAS-X-54",
        "Bodies of the wrong shape change nothing",
        PLACED_HERE,
        malformed("confirms no order at all", "confirm", [], "API-BLK-10"),
        malformed("sends one order, not an array", "confirm", {"orderId": "{id}"}, "API-BLK-11"),
        malformed("sends an array of texts", "confirm", ["{id}"], "API-BLK-11"),
        malformed("sends an array of arrays", "confirm", [[{"orderId": "{id}"}]], "API-BLK-11"),
        malformed("sends orderId as a number", "confirm", [{"orderId": 17}]),
        malformed("sends an empty orderId", "confirm", [{"orderId": ""}]),
        malformed("sends orderItems as an object", "confirm", [{"orderId": "{id}", "orderItems": ITEM}]),
        malformed(
            "sends a quantity of zero",
            "confirm",
            [{"orderId": "{id}", "orderItems": [{**ITEM, "quantity": 0}]}],
        ),
        malformed(
            "sends a quantity below zero",
            "cancel",
            [{"orderId": "{id}", "orderItems": [{**ITEM, "quantity": -1, "reasonCode": "6"}]}],
        ),
        malformed(
            "sends half a piece",
            "cancel",
            [{"orderId": "{id}", "orderItems": [{**ITEM, "quantity": 0.5, "reasonCode": "6"}]}],
        ),
        aggregator(
            "spoils one of two orders",
            send_body("confirm", [{"orderId": "{id}"}, {"orderId": None}], on="order"),
            nothing_taken(grade=ASSUMED),
            call_refused(),
            is_now(CREATED),
        ).proving("API-BLK-13", "API-BLK-14"),
        malformed(
            "sends a field that no page names",
            "confirm",
            [{"orderId": "{id}", "colour": "blue"}],
            unless=IGNORES_FIELDS,
        ),
        malformed(
            "sends a quantity as text",
            "confirm",
            [{"orderId": "{id}", "orderItems": [{**ITEM, "quantity": "1"}]}],
            unless=READS_NUMBERS,
        ).proving("API-BLK-13"),
    ),
    flow(
        "PAS-X-55",
        "A list needs a status that exists, or an id",
        aggregator("lists without orderStatus and orderId", list_orders(""), call_refused()).proving(
            "API-LST-15"
        ),
        aggregator("lists a status that does not exist", list_orders("SHINY"), call_refused()).proving(
            "API-LST-16"
        ),
        aggregator(
            "looks into shipment info without either",
            read_info((), bare=True),
            call_refused(),
            not_served(),
        ).proving("PAS-TRK-07"),
        aggregator(
            "lists with a parameter that no page names",
            list_orders(CREATED, colour="blue"),
            call_refused(unless=IGNORES_FIELDS),
        ).proving("API-LST-21"),
    ),
)
