"""Passages that several flows share: how an order gets to where the story begins."""

from __future__ import annotations

from scenarios.actions import (
    accept_return,
    confirm,
    hand_over,
    place_order,
    push_credit_note,
    push_invoice,
    start_return,
    wait_only,
)
from scenarios.expectations import accepted, linked, listed_under, reaches
from scenarios.steps import Step, aggregator, customer, oms, store
from scenarios.words import (
    AGGREGATOR,
    CONFIRMED,
    CREATED,
    CREDIT_NOTE_GENERATED,
    DELIVERED,
    FYND,
    PROCESSING,
    RETURN_ACCEPTED,
    RETURN_COMPLETED,
    RETURN_PROCESSING,
)

PLACED: tuple[Step, ...] = (
    customer("buys a shirt at the till", place_order(), reaches(CREATED)).proving("PAS-ORD-01", "PAS-ORD-03"),
)

CONFIRMED_ORDER: tuple[Step, ...] = (
    aggregator("confirms the order", confirm(), accepted(), reaches(CONFIRMED)).proving(
        "PAS-CNF-01", "PAS-CNF-06"
    ),
)

INVOICED: tuple[Step, ...] = (
    aggregator("pushes the invoice", push_invoice(), accepted(), reaches(PROCESSING))
    .when(invoice=AGGREGATOR)
    .proving("PAS-INV-01", "PAS-INV-04"),
    oms("issues the invoice by itself", wait_only(), reaches(PROCESSING))
    .when(invoice=FYND)
    .proving("PAS-INV-02"),
)

HANDED_OVER: tuple[Step, ...] = (
    store(
        "hands the goods to the customer", hand_over(), reaches(DELIVERED), listed_under(DELIVERED)
    ).proving("PAS-HND-01", "PAS-HND-02", "PAS-HND-03", "PAS-ORD-06"),
)

SOLD: tuple[Step, ...] = (*PLACED, *CONFIRMED_ORDER, *INVOICED, *HANDED_OVER)
"""From the till to the customer's hands."""

RETURN_STARTED: tuple[Step, ...] = (
    store(
        "takes the goods back and starts the return",
        start_return(),
        reaches(RETURN_PROCESSING),
        linked(to="order"),
    ).proving("PAS-RET-01", "PAS-RET-02", "PAS-RET-03"),
)

ACCEPTED: tuple[Step, ...] = (
    aggregator(
        "accepts the return after quality control", accept_return(), accepted(), reaches(RETURN_ACCEPTED)
    ).proving("PAS-QC-01", "PAS-QC-03"),
)

CREDITED: tuple[Step, ...] = (
    aggregator("pushes the credit note", push_credit_note(), accepted(), reaches(CREDIT_NOTE_GENERATED))
    .when(credit_note=AGGREGATOR)
    .proving("PAS-CRN-01", "PAS-CRN-03"),
    oms("issues the credit note by itself", wait_only("return"), reaches(CREDIT_NOTE_GENERATED))
    .when(credit_note=FYND)
    .proving("PAS-CRN-02"),
)

COMPLETED: tuple[Step, ...] = (
    oms(
        "completes the return",
        wait_only("return"),
        reaches(RETURN_COMPLETED),
        listed_under(RETURN_COMPLETED),
    ).proving("PAS-CMP-01", "PAS-CMP-02", "PAS-CRN-06"),
)

RETURNED: tuple[Step, ...] = (*RETURN_STARTED, *ACCEPTED, *CREDITED, *COMPLETED)
"""From the counter to the completed return."""
