"""Sentences with which the control plane refuses events, by event and problem.

As in the rows of Konnect, the first sentence whose facts are all known is answered.
"""

from __future__ import annotations

from collections.abc import Mapping

from contracts.konnect.base import Problem
from contracts.lifecycle.table import ITEMS_VARIANT, Event

_CUSTOMER_CANCELS: Mapping[Problem, tuple[str, ...]] = {
    Problem.WRONG_TYPE: (
        "{order} is the return of {sale}; a customer cancels only orders. The store can reject the return"
        " (events/reject_return)",
    ),
    Problem.ALREADY: ("{order} {state}; it is cancelled only once. Next: {next}",),
    Problem.TOO_LATE: (
        "{order} {state}; single items can be cancelled only before the invoice. Send no items to cancel"
        " the whole order ({whole})",
        "{order} {state}; the customer can cancel only until confirmation. The aggregator can cancel it"
        " (POST /oms/v3/shipment/cancel), and with {switch} in the profile the customer can, too",
        "{order} {state}; the customer can no longer cancel it. Next: {next}",
    ),
    Problem.QUANTITY: (
        "item {item} of {order} has {left} left, and the call names {sent}; cancel at most {most}",
        "item {item} of {order} was cancelled; leave it out",
        "{order} {state}; cancel at most what is left",
    ),
}

_EVENTS: Mapping[Event, Mapping[Problem, tuple[str, ...]]] = {
    Event.PLACE: {
        Problem.MODE: (
            "state {target} is reached by no order of this tenant; set {switch} to true in its profile"
            " first, or choose another state. No order was placed",
            "state {target} is reached by no order under this tenant's modes and profile; choose another"
            " state. No order was placed",
        )
    },
    Event.CONFIRM: {
        Problem.STOCK: (
            "store {location} has {on_hand} on hand of {sku}, {reserved} of them reserved, and an order"
            " needs {wanted}; raise the stock first (PUT .../stock). No order was placed",
        )
    },
    Event.REASSIGN: {
        Problem.STOCK: (
            "{order} {state}, and no other store of this tenant has its goods free; raise the stock of one"
            " (PUT .../stock), or choose another state. No order was placed",
        )
    },
    Event.HAND_OVER: {
        Problem.WRONG_TYPE: (
            "{order} is the return of {sale}; only orders are handed over. Send the id of one",
        ),
        Problem.ALREADY: (
            "{order} {state}; it is handed over only once. To take goods back, start a return"
            " (events/start_return)",
        ),
        Problem.TOO_EARLY: ("{order} {state}; it is too early to hand it over. Next: {next}",),
        Problem.TOO_LATE: ("{order} {state}; a cancelled order is not handed over. Next: {next}",),
    },
    Event.CANCEL_BY_CUSTOMER: _CUSTOMER_CANCELS,
    ITEMS_VARIANT[Event.CANCEL_BY_CUSTOMER]: _CUSTOMER_CANCELS,
    Event.START_RETURN: {
        Problem.WRONG_TYPE: ("{order} is itself a return; start another return on {sale}",),
        Problem.TOO_EARLY: ("{order} {state}; a return can be started once it is handed over. Next: {next}",),
        Problem.TOO_LATE: (
            "{order} {state} and was never handed over; there is nothing to return. Next: {next}",
        ),
        Problem.QUANTITY: (
            "item {item} of {order} has {left} that can still be returned, and the call names {sent}; return"
            " at most {most}",
            "item {item} of {order} has no pieces left to return: all are in earlier returns or cancelled;"
            " leave it out",
            "{order} has no pieces left to return: all are in earlier returns or cancelled. Next: reject an"
            " open return to free its pieces (events/reject_return)",
        ),
    },
    Event.DELIVER_RETURN: {
        Problem.WRONG_TYPE: (
            "{order} is a sale; only a return is delivered to the store. Send the id of one",
        ),
        Problem.MODE: (
            "{order} {state}; returns of this tenant have no delivery step. Set return_passes_bag_delivered"
            " to true in its profile to add it",
        ),
        Problem.ALREADY: (
            "{order} was delivered at {done}; a return is delivered only once. Next: {next}",
            "{order} {state}; its delivery is no longer possible. Next: {next}",
        ),
        Problem.TOO_LATE: ("{order} {state}; a rejected return is not delivered. Next: {next}",),
    },
    Event.REJECT_RETURN: {
        Problem.WRONG_TYPE: ("{order} is a sale; only a return is rejected. Send the id of the return",),
        Problem.ALREADY: ("{order} {state}; a return is rejected only once. Next: {next}",),
        Problem.TOO_LATE: ("{order} {state}; it can be rejected only until it is accepted. Next: {next}",),
    },
    Event.ISSUE_INVOICE: {
        Problem.WRONG_TYPE: (
            "{order} is the return of {sale}; only an order gets an invoice. Send the id of the order, or"
            " issue the credit note of the return (events/issue_credit_note)",
        ),
        Problem.MODE: (
            "{order} gets its invoice from the aggregator (invoice mode aggregator, set when the order"
            " was placed at {placed}); Fynd OMS issues none. Push it (POST /oms/v3/shipment/invoiceUpdate)",
        ),
        Problem.ALREADY: (
            "{order} already has invoice {document}, {documented}; a second one is refused. Next: {next}",
            "{order} {state} without an invoice; it can no longer be invoiced. Next: {next}",
        ),
        Problem.TOO_EARLY: ("{order} {state}; it is too early for its invoice. Next: {next}",),
        Problem.TOO_LATE: ("{order} {state}; a cancelled order gets no invoice. Next: {next}",),
    },
    Event.ISSUE_CREDIT_NOTE: {
        Problem.WRONG_TYPE: (
            "{order} is a sale; only a return gets a credit note. Send the id of the return",
        ),
        Problem.MODE: (
            "{order} gets its credit note from the aggregator (credit note mode aggregator, set when the"
            " return was started at {placed}); Fynd OMS issues none. Push it"
            " (POST /oms/v3/shipment/invoiceUpdate with invoiceType return)",
        ),
        Problem.ALREADY: (
            "{order} already has credit note {document}, {documented}; a second one is refused. Next: {next}",
            "{order} {state} without a credit note; it can no longer get one. Next: {next}",
        ),
        Problem.TOO_EARLY: ("{order} {state}; it is too early for its credit note. Next: {next}",),
        Problem.TOO_LATE: ("{order} {state}; a rejected return gets no credit note. Next: {next}",),
    },
    Event.COMPLETE_RETURN: {
        Problem.WRONG_TYPE: ("{order} is a sale; only a return is completed. Send the id of the return",),
        Problem.MODE: (
            "{order} {state}; returns of this tenant end with their credit note. Set return_completes to true"
            " in its profile to complete them",
        ),
        Problem.ALREADY: ("{order} {state}; a return is completed only once. Next: {next}",),
        Problem.TOO_EARLY: ("{order} {state}; it is completed once it has its credit note. Next: {next}",),
        Problem.TOO_LATE: ("{order} {state}; a rejected return is not completed. Next: {next}",),
    },
}
SENTENCES: Mapping[tuple[Event | None, Problem], tuple[str, ...]] = {
    (event, problem): sentences
    for event, problems in _EVENTS.items()
    for problem, sentences in problems.items()
}
"""Event and problem -> sentences."""

ELSEWHERE: Mapping[Event, str] = {
    Event.PLACE: "POST .../orders places an order",
    Event.CONFIRM: "the aggregator confirms with POST /oms/v3/shipment/confirm",
    Event.CANCEL: "the aggregator cancels with POST /oms/v3/shipment/cancel",
    Event.CANCEL_ITEMS: "the aggregator cancels items with POST /oms/v3/shipment/cancel",
    Event.REASSIGN: "POST /oms/v3/shipment/cancel does it, with reassign_on_seller_cancel in the profile",
    Event.PUSH_INVOICE: "the aggregator pushes an invoice with POST /oms/v3/shipment/invoiceUpdate",
    Event.OPEN_RETURN: "event start_return of the sale opens a return",
    Event.ACCEPT_RETURN: "the aggregator accepts a return with POST /oms/v3/shipment/return",
    Event.PUSH_CREDIT_NOTE: "the aggregator pushes a credit note with POST /oms/v3/shipment/invoiceUpdate",
}
"""Events that the control plane does not fire, and how they happen."""
