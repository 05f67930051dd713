"""Sequences of steps that several flows share."""

from __future__ import annotations

from contracts.lifecycle.table import Initiator
from scenarios.language.words import *

Steps = tuple[Step, ...]
REASSIGNS = ("reassign_on_seller_cancel", True)
"""The choice with which a cancelled order goes to another store first."""


def bought(says: str, *basket: int, named: str = "order", count: int = 1, at: Place = Place.FIRST) -> Steps:
    """The customer buys: pieces of each different product."""
    action = place_order(basket=basket or (1,), named=named, count=count, at=at)
    return (customer(says, action, reaches(CREATED), total_adds_up()).proving("PAS-ORD-01", "PAS-ORD-03"),)


def confirmed(on: str | Names = "order", *, by: Caller = Caller.COMPANY) -> Steps:
    """The aggregator confirms all that is left."""
    return (
        aggregator("confirms the order", confirm(on, by=by), accepted(), reaches(CONFIRMED)).proving(
            "PAS-CNF-01", "PAS-CNF-06"
        ),
        *not_invoiced_yet(on),
    )


def not_invoiced_yet(on: str | Names = "order") -> Steps:
    """In mode aggregator, the OMS issues no invoice."""
    return (
        oms("leaves the invoice to the aggregator", wait_only(on), is_now(CONFIRMED))
        .when(invoice=AGGREGATOR)
        .proving("PAS-INV-01"),
    )


def invoiced(on: str | Names = "order", *, by: Caller = Caller.COMPANY) -> Steps:
    """The order gets its invoice, in either mode."""
    return (
        aggregator(
            "pushes the invoice",
            push_invoice(on, by=by),
            accepted(),
            reaches(PROCESSING),
            is_now(PROCESSING),
            has_number(),
        )
        .when(invoice=AGGREGATOR)
        .proving("PAS-INV-01", "PAS-INV-04", "PAS-INV-09"),
        oms(
            "issues the invoice automatically",
            wait_only(on),
            reaches(PROCESSING),
            is_now(PROCESSING),
            has_number(),
        )
        .when(invoice=FYND)
        .proving("PAS-INV-02", "PAS-INV-10"),
    )


def handed_over(on: str | Names = "order") -> Steps:
    """The store gives the goods to the customer."""
    return (
        store(
            "hands the goods to the customer",
            hand_over(on),
            reaches(DELIVERED),
            listed_under(DELIVERED),
            has_number(),
        ).proving("PAS-HND-01", "PAS-HND-02", "PAS-HND-03", "PAS-ORD-06"),
    )


def sold(says: str, *basket: int, named: str = "order", count: int = 1, at: Place = Place.FIRST) -> Steps:
    """From the till to the customer's hands."""
    return (
        *bought(says, *basket, named=named, count=count, at=at),
        *confirmed(named),
        *invoiced(named),
        *handed_over(named),
    )


def sent_back(
    says: str = "takes the goods back and starts the return",
    *,
    pieces: Pieces | None = ALL,
    of: str = "order",
    named: str = "return",
    started_in: Initiator = STORE_OS,
) -> Steps:
    """The store starts a return of all or some pieces.

    The sale stays unchanged.
    """
    return (
        store(
            says,
            start_return(of, pieces=pieces, named=named, started_in=started_in),
            reaches(RETURN_PROCESSING),
            linked(to=of),
            keeps_items(to=of),
            shows(marketplaceReturnId=str, grade=Evidence.ASSUMED),
            *(() if pieces is None else (brings_back(pieces, to=of),)),
            total_adds_up(),
            unchanged(of=of, grade=Evidence.PLATFORM),
        ).proving("PAS-RET-01", "PAS-RET-02", "PAS-RET-03", "PAS-RET-04", "PAS-RET-09", "PAS-RET-16"),
    )


def taken_in(named: str = "return", *, by: Caller = Caller.COMPANY) -> Steps:
    """The aggregator accepts the return, all in good condition."""
    return (
        aggregator(
            "accepts the return after quality control, all good",
            accept_return(named, by=by),
            accepted(),
            reaches(RETURN_ACCEPTED),
        ).proving("PAS-QC-01", "PAS-QC-03"),
        *not_credited_yet(named),
    )


def not_credited_yet(named: str = "return") -> Steps:
    """In mode aggregator, the OMS issues no credit note."""
    return (
        oms("leaves the credit note to the aggregator", wait_only(named), is_now(RETURN_ACCEPTED))
        .when(credit_note=AGGREGATOR)
        .proving("PAS-CRN-01"),
    )


def credited(named: str = "return", *, by: Caller = Caller.COMPANY) -> Steps:
    """The return gets its credit note, in either mode."""
    return (
        aggregator(
            "pushes the credit note",
            push_credit_note(named, by=by),
            accepted(),
            leaves(RETURN_ACCEPTED),
            reaches(CREDIT_NOTE_GENERATED),
            has_number(),
        )
        .when(credit_note=AGGREGATOR)
        .proving("PAS-CRN-01", "PAS-CRN-03", "PAS-CRN-09"),
        oms(
            "issues the credit note automatically",
            wait_only(named),
            leaves(RETURN_ACCEPTED),
            reaches(CREDIT_NOTE_GENERATED),
            has_number(),
        )
        .when(credit_note=FYND)
        .proving("PAS-CRN-02", "PAS-CRN-09"),
    )


def completed(named: str = "return") -> Steps:
    """The return is completed."""
    return (
        oms(
            "completes the return",
            wait_only(named),
            reaches(RETURN_COMPLETED),
            listed_under(RETURN_COMPLETED),
            has_number(),
        ).proving("PAS-CMP-01", "PAS-CMP-02", "PAS-CRN-06", "PAS-CRN-09"),
    )


PLACED: Steps = bought("buys a shirt at the till")
CONFIRMED_ORDER: Steps = confirmed()
INVOICED: Steps = invoiced()
HANDED_OVER: Steps = handed_over()
SOLD: Steps = (*PLACED, *CONFIRMED_ORDER, *INVOICED, *HANDED_OVER)
"""From the till to the customer's hands."""

RETURN_STARTED: Steps = sent_back()
ACCEPTED: Steps = taken_in()
CREDITED: Steps = credited()
COMPLETED: Steps = completed()
RETURNED: Steps = (*RETURN_STARTED, *ACCEPTED, *CREDITED, *COMPLETED)
"""From the counter to the completed return."""
SALE_STAYS: Steps = (
    oms(
        "leaves the sale where it is, with its invoice",
        wait_only(),
        is_now(DELIVERED, grade=Evidence.PLATFORM),
        has_number(),
        linked(),
    ).proving("PAS-RET-09"),
)
