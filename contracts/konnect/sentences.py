"""Sentences that several refusals share, and the facts that sentences may name."""

from __future__ import annotations

from collections.abc import Mapping

from contracts.konnect.base import Problem

SHIPMENT_FACTS = frozenset({"order", "sale", "state", "placed", "next"})
"""Facts of every known shipment: its type and id, the sale of a return, the state and the time of its entry,
the time of the order or of the return, and the next step."""
SOME_SHIPMENT_FACTS = frozenset({"document", "documented", "done", "whole", "switch"})
"""Facts of some shipments: document number; origin and time of the document; the time of an earlier event of
the same kind; the remaining pieces where only the whole can be cancelled; the switch that would allow the
event."""

FACTS: Mapping[Problem, frozenset[str]] = {
    Problem.UNKNOWN: frozenset({"id", "owner"}),
    Problem.UNKNOWN_ITEM: SHIPMENT_FACTS | {"item", "items"},
    Problem.CANCELLED: SHIPMENT_FACTS,
    Problem.WRONG_TYPE: SHIPMENT_FACTS,
    Problem.NUMBER: SHIPMENT_FACTS | {"number"},
    Problem.REASON: SHIPMENT_FACTS | {"item", "reasons"},
    Problem.MODE: SHIPMENT_FACTS,
    Problem.ALREADY: SHIPMENT_FACTS,
    Problem.TOO_EARLY: SHIPMENT_FACTS,
    Problem.TOO_LATE: SHIPMENT_FACTS,
    Problem.QUANTITY: SHIPMENT_FACTS,
    Problem.STOCK: SHIPMENT_FACTS | {"sku", "wanted", "location", "on_hand", "reserved"},
}
"""Facts that are always known for a problem: the last sentence of a row uses no other facts."""
SOME_FACTS: Mapping[Problem, frozenset[str]] = {
    Problem.CANCELLED: frozenset({"item"}),
    Problem.WRONG_TYPE: frozenset({"type", "near"}),
    Problem.NUMBER: frozenset({"flaw", "wanted"}),
    Problem.REASON: frozenset({"reason", "near"}),
    Problem.MODE: frozenset({"target"}),
    Problem.QUANTITY: frozenset({"item", "sent", "left", "most"}),
}
"""Facts that are known with some refusals of a problem."""

UNKNOWN = (
    "order {id} is not known to {owner}; send the id of a shipment that GET /oms/v3/shipment lists"
    " (not its marketplaceOrderId)",
)
UNKNOWN_RETURN = (
    "return {id} is not known to {owner}; send the id of a return that GET /oms/v3/shipment lists"
    " (not its forwardId or marketplaceReturnId)",
)
UNKNOWN_ITEM = ("item {item} is not in {order}; orderItemId can be {items}",)
NUMBER = (
    "invoiceNumber {number} of {order} {flaw}; send {wanted}",
    "invoiceNumber {number} of {order} is used by another document of this company; give every invoice and"
    " credit note its own number",
)


def cancelled(done: str) -> tuple[str, ...]:
    """Returns the sentences for a cancelled item and a cancelled order.

    `done` is the excluded result, for instance `confirmed`.
    """
    return (
        "item {item} of {order} was cancelled; leave it out",
        "{order} {state}; a cancelled order cannot be " + done + ". Next: {next}",
    )


def all_that_is_left(subject: str) -> tuple[str, ...]:
    """Returns the sentences for incomplete quantities.

    `subject` is subject and verb of the rule, for instance `an invoice covers`.
    """
    return (
        "item {item} of {order} has {left} left, and the call names {sent}; " + subject + " all that is left:"
        " name every item with all its pieces, or send no orderItems",
        "{order} {state}; " + subject + " all that is left",
    )
