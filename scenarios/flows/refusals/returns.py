"""Impossible returns: more than was sold, out of turn, wrong kind."""

from __future__ import annotations

from scenarios.flows.passages import CONFIRMED_ORDER, HANDED_OVER, INVOICED, RETURN_STARTED, SOLD
from scenarios.flows.refusals.openings import PLACED_HERE, bought, turned_down
from scenarios.language.words import *

DOCUMENTED = Evidence.DOCUMENTED
ASSUMED = Evidence.ASSUMED
TWO_AND_ONE_SOLD = (bought("order", 2, 1), *CONFIRMED_ORDER, *INVOICED, *HANDED_OVER)

STARTING: tuple[Flow, ...] = (
    flow(
        "PAS-X-43",
        "No more pieces come back than were sold",
        TWO_AND_ONE_SOLD,
        store(
            "starts a return of three of two", start_return(pieces={0: 3}), impossible(grade=ASSUMED)
        ).proving("PAS-RET-11"),
        store(
            "starts a return of one of two",
            start_return(pieces={0: 1}),
            reaches(RETURN_PROCESSING),
            has_pieces({0: 1}),
        ).proving("PAS-RET-06", "PAS-RET-15"),
        store(
            "starts another of two while one is on its way",
            start_return(pieces={0: 2}, named="second"),
            impossible(grade=ASSUMED),
            is_now(DELIVERED, of="order"),
        ).proving("PAS-RET-11"),
        aggregator("accepts the return", accept_return(), accepted(), reaches(RETURN_ACCEPTED)),
        store(
            "starts another of two after that",
            start_return(pieces={0: 2}, named="second"),
            impossible(grade=ASSUMED),
        ).proving("PAS-RET-11"),
        store(
            "starts one of all that is left",
            start_return(pieces={0: 1, 1: 1}, named="second"),
            reaches(RETURN_PROCESSING),
        ).proving("PAS-RET-10"),
        store(
            "starts one of what is no longer there",
            start_return(pieces={1: 1}, named="third"),
            impossible(grade=ASSUMED),
        ).proving("PAS-RET-11"),
    ),
    flow(
        "PAS-X-44",
        "What was not handed over cannot come back",
        PLACED_HERE,
        CONFIRMED_ORDER,
        INVOICED,
        store("starts a return of the invoiced order", start_return(), impossible()).proving("PAS-RET-07"),
    ),
)

QUALITY_CONTROL: tuple[Flow, ...] = (
    flow(
        "PAS-X-45",
        "A return is accepted only for its own items",
        TWO_AND_ONE_SOLD,
        store(
            "starts a return of one piece",
            start_return(pieces={0: 1}),
            reaches(RETURN_PROCESSING),
            has_pieces({0: 1}),
        ),
        turned_down("accepts two pieces of it", accept_return(pieces={0: 2}), refused("R425")).proving(
            "PAS-QC-10"
        ),
        turned_down(
            "accepts an item that the return does not have", accept_return(pieces={7: 1}), refused("R400")
        ),
        turned_down("accepts the sale instead", accept_return("order"), refused("R400")).proving("PAS-QC-06"),
        turned_down(
            "accepts it with an unknown reason",
            accept_return(found={0: "eaten_by_moths"}),
            refused("R424"),
            unless=("unknown_reason_codes", "accept"),
        ).proving("PAS-QC-09"),
        needs={CREDIT_NOTE: AGGREGATOR},
    ),
    flow(
        "PAS-X-46",
        "A return is accepted only once",
        SOLD,
        RETURN_STARTED,
        aggregator("accepts it", accept_return(), accepted(), reaches(RETURN_ACCEPTED)),
        turned_down(
            "accepts it again", accept_return(), refused("R409"), is_now(RETURN_ACCEPTED, of="return")
        ).proving("PAS-QC-08"),
        needs={CREDIT_NOTE: AGGREGATOR},
    ),
    flow(
        "PAS-X-47",
        "A rejected return cannot be accepted",
        SOLD,
        RETURN_STARTED,
        store("rejects the return", reject_return(), reaches(RETURN_REJECTED)).proving(
            "PAS-RET-13", "PAS-RET-14"
        ),
        turned_down("accepts it", accept_return(), refused("R403"), is_now(RETURN_REJECTED)).proving(
            "PAS-QC-11"
        ),
        turned_down("pushes its credit note", push_credit_note(), refused(grade=DOCUMENTED)).proving(
            "PAS-CRN-04"
        ),
    ),
    flow(
        "PAS-X-48",
        "Calls for sales refuse a return",
        SOLD,
        RETURN_STARTED,
        turned_down("confirms the return", confirm("return"), refused("CF400")).proving("PAS-CNF-09"),
        turned_down("cancels it", cancel("return"), refused("CN403")).proving("PAS-CAN-21"),
        turned_down(
            "pushes a sale's invoice for it", push_invoice("return"), refused("IN422", grade=ASSUMED)
        ).proving("PAS-INV-12"),
        turned_down("asks for its credit note", fetch_invoice("return"), refused("IN403", grade=ASSUMED)),
    ),
)

CREDIT_NOTES: tuple[Flow, ...] = (
    flow(
        "PAS-X-49",
        "A credit note comes after quality control, and once",
        SOLD,
        RETURN_STARTED,
        turned_down(
            "pushes it before the return is accepted",
            push_credit_note(),
            refused(grade=DOCUMENTED),
            refused("IN403"),
        ).proving("PAS-CRN-04", "PAS-CRN-10"),
        aggregator("accepts the return", accept_return(), accepted(), reaches(RETURN_ACCEPTED)),
        turned_down(
            "pushes it under the invoice's number",
            push_credit_note(same_number_as="order"),
            refused("IN422"),
        )
        .when(invoice=AGGREGATOR)
        .proving("PAS-CRN-10"),
        aggregator(
            "pushes it",
            push_credit_note(),
            accepted(),
            leaves(RETURN_ACCEPTED),
            reaches(CREDIT_NOTE_GENERATED),
        ).proving("PAS-CRN-01", "PAS-CRN-03"),
        turned_down(
            "pushes another one",
            push_credit_note(),
            refused(grade=DOCUMENTED),
            refused("IN453"),
            has_number(),
        ).proving("PAS-CRN-04", "PAS-CRN-11"),
        needs={CREDIT_NOTE: AGGREGATOR},
    ),
    flow(
        "PAS-X-50",
        "Where Fynd makes the credit notes none can be pushed",
        SOLD,
        RETURN_STARTED,
        turned_down("pushes one of the open return", push_credit_note(), refused("IN453")).proving(
            "PAS-CRN-11"
        ),
        aggregator("accepts the return", accept_return(), accepted(), reaches(RETURN_ACCEPTED)),
        oms(
            "issues the credit note automatically",
            wait_only("return"),
            leaves(RETURN_ACCEPTED),
            reaches(CREDIT_NOTE_GENERATED),
            has_number(),
        ).proving("PAS-CRN-02"),
        turned_down("pushes another one", push_credit_note(), refused("IN453"), has_number()).proving(
            "PAS-CRN-11"
        ),
        needs={CREDIT_NOTE: FYND},
    ),
)

FLOWS: tuple[Flow, ...] = STARTING + QUALITY_CONTROL + CREDIT_NOTES
