"""Three vocabularies for the state of a shipment, and their mapping.

1. The OMS *state* (`bag_invoiced`), which the lifecycle table speaks.
2. The *filter* that `GET /oms/v3/shipment?orderStatus=` takes (`PROCESSING`).
3. The *word* in the payload's `orderStatus`, which is one of the filters.

Filters overlap: an accepted return is listed under `RETURN_ACCEPTED` and under `RETURN_COMPLETED`, a
handed-over order under `DELIVERED` and under `HANDED_OVER_TO_CUSTOMER`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from contracts.evidence import Source, assumed, documented, legacy
from contracts.lifecycle.table import State
from contracts.profile import Profile


class Filter(StrEnum):
    """Values of the `orderStatus` query parameter."""

    CREATED = "CREATED"
    CONFIRMED = "CONFIRMED"
    PROCESSING = "PROCESSING"
    COMPLETED = "COMPLETED"
    TRANSIT = "TRANSIT"
    DELIVERED = "DELIVERED"
    HANDED_OVER_TO_CUSTOMER = "HANDED_OVER_TO_CUSTOMER"
    CANCELLED = "CANCELLED"
    RETURN_PROCESSING = "RETURN_PROCESSING"
    RETURN_DELIVERED = "RETURN_DELIVERED"
    RETURN_ACCEPTED = "RETURN_ACCEPTED"
    RETURN_COMPLETED = "RETURN_COMPLETED"
    CREDIT_NOTE_GENERATED = "CREDIT_NOTE_GENERATED"


@dataclass(frozen=True, slots=True)
class Listing:
    """One row: shipments in `state` are listed under `filter`.

    `switch` names the profile field, if any, that must be on, and `invoiced` narrows the row to shipments
    that had been invoiced.
    """

    filter: Filter
    state: State
    origin: Source
    switch: str = ""
    invoiced: bool = False


LISTINGS: tuple[Listing, ...] = (
    Listing(Filter.CREATED, State.PLACED, documented("order-events")),
    Listing(Filter.CREATED, State.STORE_REASSIGNED, documented("order-events")),
    Listing(Filter.CONFIRMED, State.BAG_CONFIRMED, documented("order-events")),
    Listing(Filter.PROCESSING, State.BAG_INVOICED, documented("order-events")),
    Listing(Filter.DELIVERED, State.HANDED_OVER, documented("pick-at-store")),
    Listing(Filter.HANDED_OVER_TO_CUSTOMER, State.HANDED_OVER, legacy("summaries", "alias of DELIVERED")),
    Listing(Filter.CANCELLED, State.CANCELLED_CUSTOMER, documented("order-events")),
    Listing(Filter.CANCELLED, State.CANCELLED_FYND, documented("order-events")),
    Listing(Filter.RETURN_PROCESSING, State.RETURN_INITIATED, legacy("summaries")),
    Listing(Filter.RETURN_DELIVERED, State.RETURN_BAG_DELIVERED, legacy("summaries")),
    Listing(
        Filter.RETURN_DELIVERED,
        State.CANCELLED_FYND,
        documented(
            "get-returns", "cancelled after invoicing shows among the returns; under which filter is assumed"
        ),
        switch="cancelled_after_invoice_in_returns",
        invoiced=True,
    ),
    Listing(
        Filter.RETURN_DELIVERED,
        State.CANCELLED_CUSTOMER,
        documented(
            "get-returns", "cancelled after invoicing shows among the returns; under which filter is assumed"
        ),
        switch="cancelled_after_invoice_in_returns",
        invoiced=True,
    ),
    Listing(Filter.RETURN_ACCEPTED, State.RETURN_ACCEPTED, documented("return-qc")),
    Listing(
        Filter.RETURN_COMPLETED,
        State.RETURN_ACCEPTED,
        documented("credit-note", "where credit notes are due"),
    ),
    Listing(
        Filter.RETURN_COMPLETED,
        State.CREDIT_NOTE_GENERATED,
        assumed("on its way to return_completed, or its last state"),
    ),
    Listing(Filter.RETURN_COMPLETED, State.RETURN_COMPLETED, documented("pick-at-store")),
    Listing(Filter.CREDIT_NOTE_GENERATED, State.CREDIT_NOTE_GENERATED, legacy("summaries")),
    Listing(
        Filter.CREDIT_NOTE_GENERATED,
        State.RETURN_COMPLETED,
        assumed("a completed return passed through it, and the step is immediate for Pick-At-Store"),
    ),
)
"""COMPLETED and TRANSIT have no row: Pick-At-Store has no state for them."""

STATE_ALIASES: dict[str, State] = {
    "created": State.PLACED,
    "new": State.PLACED,
    "confirmed": State.BAG_CONFIRMED,
    "return_bag_accepted": State.RETURN_ACCEPTED,
}
"""Other names of a state in the documentation -> the state."""


@dataclass(frozen=True, slots=True)
class Word:
    """The `orderStatus` of a state in answers.

    `choice` names the profile field that sets it, if any.
    """

    state: State
    word: str
    origin: Source
    choice: str = ""


WORDS: tuple[Word, ...] = (
    Word(State.PLACED, Filter.CREATED, documented("order-events")),
    Word(State.STORE_REASSIGNED, Filter.CREATED, documented("order-events")),
    Word(State.BAG_CONFIRMED, Filter.CONFIRMED, documented("order-events")),
    Word(State.BAG_INVOICED, Filter.PROCESSING, documented("order-events")),
    Word(
        State.HANDED_OVER,
        Filter.DELIVERED,
        assumed("the page names the filter, not the word", "pick-at-store"),
        choice="handed_over_word",
    ),
    Word(State.CANCELLED_CUSTOMER, Filter.CANCELLED, documented("order-events")),
    Word(State.CANCELLED_FYND, Filter.CANCELLED, documented("order-events")),
    Word(State.RETURN_INITIATED, Filter.RETURN_PROCESSING, legacy("summaries")),
    Word(State.RETURN_BAG_DELIVERED, Filter.RETURN_DELIVERED, legacy("summaries")),
    Word(State.RETURN_ACCEPTED, Filter.RETURN_ACCEPTED, documented("return-qc")),
    Word(State.RETURN_REJECTED, "", assumed("no page names it"), choice="rejected_return_word"),
    Word(State.CREDIT_NOTE_GENERATED, Filter.CREDIT_NOTE_GENERATED, legacy("summaries")),
    Word(State.RETURN_COMPLETED, Filter.RETURN_COMPLETED, documented("pick-at-store")),
)


KNOWN = 512
"""Size of the caches per profile, of which tests create many."""


@lru_cache(maxsize=KNOWN)
def word(state: State, profile: Profile) -> str:
    """Returns the `orderStatus` of `state` in answers."""
    row = next(row for row in WORDS if row.state == state)
    return str(getattr(profile, row.choice)) if row.choice else row.word


class Bucket(NamedTuple):
    """Shipments of one state, invoiced or not; filters treat them equally."""

    state: State
    invoiced: bool


@lru_cache(maxsize=KNOWN)
def buckets(name: str, profile: Profile) -> frozenset[Bucket]:
    """Returns the shipments that a filter lists; raises KeyError."""
    if name not in filters(profile):
        raise KeyError(name)
    found = {
        Bucket(row.state, invoiced)
        for row in LISTINGS
        if row.filter == name and (not row.switch or getattr(profile, row.switch))
        for invoiced in (False, True)
        if invoiced or not row.invoiced
    }
    if name == profile.rejected_return_word:
        found |= {Bucket(State.RETURN_REJECTED, invoiced) for invoiced in (False, True)}
    return frozenset(found)


@lru_cache(maxsize=KNOWN)
def filters(profile: Profile) -> tuple[str, ...]:
    """Returns the values of `orderStatus` under a profile."""
    return tuple(dict.fromkeys([*(str(f) for f in Filter), profile.rejected_return_word]))


@lru_cache(maxsize=KNOWN)
def listed_under(state: State, invoiced: bool, profile: Profile) -> tuple[str, ...]:
    """Returns the filters that list a shipment in `state`."""
    return tuple(name for name in filters(profile) if Bucket(state, invoiced) in buckets(name, profile))


def buckets_of_state(state: State | None) -> frozenset[Bucket] | None:
    """Returns all buckets of `state`; None for any state."""
    return None if state is None else frozenset(Bucket(state, invoiced) for invoiced in (False, True))
