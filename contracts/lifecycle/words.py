"""States and next steps in plain words, for sentences that people read."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from contracts.lifecycle.queries import events_from
from contracts.lifecycle.table import CONDITIONS, Event, State

STATES: Mapping[State, str] = {
    State.PLACED: "was placed at {since} and is not confirmed",
    State.STORE_REASSIGNED: "came from another store at {since} and is not confirmed",
    State.BAG_CONFIRMED: "was confirmed at {since} and is not invoiced",
    State.BAG_INVOICED: "was invoiced at {since}",
    State.HANDED_OVER: "was handed over to the customer at {since}",
    State.CANCELLED_CUSTOMER: "was cancelled by the customer at {since}",
    State.CANCELLED_FYND: "was cancelled by the aggregator at {since}",
    State.RETURN_INITIATED: "was started at {since} and is not accepted",
    State.RETURN_BAG_DELIVERED: "was delivered to the store at {since} and is not accepted",
    State.RETURN_ACCEPTED: "was accepted at {since} and has no credit note",
    State.RETURN_REJECTED: "was rejected by the store at {since}",
    State.CREDIT_NOTE_GENERATED: "got its credit note at {since} and is not completed",
    State.RETURN_COMPLETED: "was completed at {since}",
}
"""The predicate of a sentence about a shipment; `since` is the time of its entry."""

NEXT: Mapping[Event, str] = {
    Event.CONFIRM: "confirm it (POST /oms/v3/shipment/confirm)",
    Event.PUSH_INVOICE: "push its invoice (POST /oms/v3/shipment/invoiceUpdate)",
    Event.ISSUE_INVOICE: "Fynd OMS issues its invoice",
    Event.HAND_OVER: "the store hands it over",
    Event.START_RETURN: "nothing, unless the customer brings goods back",
    Event.DELIVER_RETURN: "its goods are delivered to the store",
    Event.ACCEPT_RETURN: "check its goods and accept it (POST /oms/v3/shipment/return)",
    Event.PUSH_CREDIT_NOTE: (
        "push its credit note (POST /oms/v3/shipment/invoiceUpdate with invoiceType return)"
    ),
    Event.ISSUE_CREDIT_NOTE: "Fynd OMS issues its credit note",
    Event.COMPLETE_RETURN: "Fynd OMS completes it",
}
"""Event -> its text as the next step; an imperative addresses the aggregator."""
NOTHING_NEXT = "nothing, its state is final"


def next_step(state: State, conditions: Mapping[str, object]) -> str:
    """Returns the next step of a shipment in `state`."""
    return _next_step(state, tuple((name, conditions[name]) for name in CONDITIONS))


@cache
def _next_step(state: State, conditions: tuple[tuple[str, object], ...]) -> str:
    forward = (NEXT[event] for event in events_from(state, dict(conditions)) if event in NEXT)
    return next(forward, NOTHING_NEXT)
