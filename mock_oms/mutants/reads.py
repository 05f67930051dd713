"""Defects in filters, windows and pages of lists."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from contracts.lifecycle.table import State
from contracts.vocabulary import Bucket
from mock_oms.mutants.hooks import queries
from mock_oms.mutants.patch import Apply, Kind, Mutant, Patch
from mock_oms.store import Query
from mock_oms.web.konnect import queries as reading
from mock_oms.web.konnect import rendering

_DAY = timedelta(days=1)


def _filter(filter_word: str, change: Callable[[frozenset[Bucket]], frozenset[Bucket]]) -> Apply:
    """What GET shipment lists under a filter is changed."""

    def around(query: Callable[..., Query]) -> Callable[..., Query]:
        def changed(call: Any, asked: Any) -> Query:
            right = query(call, asked)
            meant = asked.orderStatus == filter_word and right.buckets is not None
            return right._replace(buckets=change(right.buckets or frozenset())) if meant else right

        return changed

    return lambda patch: patch.wrap(reading, "_query", around)


def _leaks(filter_word: str, state: State) -> Apply:
    """The filter lists this state too."""
    return _filter(filter_word, lambda found: found | {Bucket(state, False), Bucket(state, True)})


def _misses(filter_word: str, *states: State) -> Apply:
    """The filter does not list these states."""
    gone = {Bucket(state, invoiced) for state in states for invoiced in (False, True)}
    return _filter(filter_word, lambda found: found - gone)


def _pages(change: Callable[[Query], int]) -> Apply:
    """Pages after the first begin elsewhere."""
    return queries(lambda query: query._replace(offset=change(query)) if query.offset else query)


def _window(start: timedelta = timedelta(0), end: timedelta = timedelta(0)) -> Apply:
    """The date window begins or ends elsewhere."""

    def change(query: Query) -> Query:
        return query._replace(
            start=query.start + start if query.start else None,
            end=query.end + end if query.end else None,
        )

    return queries(change)


def _backwards(patch: Patch) -> None:
    def around(shipments: Callable[..., bytes]) -> Callable[..., bytes]:
        return lambda values, settings: shipments(values[::-1], settings)

    patch.wrap(rendering, "shipments", around)


def _location_not_needed(patch: Patch) -> None:
    def around(location: Callable[..., str | None]) -> Callable[..., str | None]:
        def changed(call: Any, query: Any) -> str | None:
            own: str | None = call.caller.location
            return own if query.locationCode is None else location(call, query)

        return changed

    patch.wrap(reading, "_location", around)


def _location_ignored(patch: Patch) -> None:
    def around(location: Callable[..., str | None]) -> Callable[..., str | None]:
        def changed(call: Any, query: Any) -> str | None:
            location(call, query)
            own: str | None = call.caller.location
            return own

        return changed

    patch.wrap(reading, "_location", around)


def _mutant(name: str, says: str, apply: Apply) -> Mutant:
    return Mutant(name, says, Kind.READING, apply)


MUTANTS: tuple[Mutant, ...] = (
    _mutant(
        "created-lists-confirmed",
        "CREATED lists confirmed orders too",
        _leaks("CREATED", State.BAG_CONFIRMED),
    ),
    _mutant(
        "processing-lists-handed-over",
        "PROCESSING lists orders that were handed over too",
        _leaks("PROCESSING", State.HANDED_OVER),
    ),
    _mutant(
        "delivered-empty",
        "DELIVERED does not list handed-over orders",
        _misses("DELIVERED", State.HANDED_OVER),
    ),
    _mutant(
        "handed-over-alias-missing",
        "HANDED_OVER_TO_CUSTOMER lists nothing",
        _misses("HANDED_OVER_TO_CUSTOMER", State.HANDED_OVER),
    ),
    _mutant(
        "cancelled-misses-customers",
        "CANCELLED does not list what the customer cancelled",
        _misses("CANCELLED", State.CANCELLED_CUSTOMER),
    ),
    _mutant(
        "cancelled-invoiced-not-among-returns",
        "orders cancelled after invoicing are not listed among the returns",
        _misses("RETURN_DELIVERED", State.CANCELLED_FYND, State.CANCELLED_CUSTOMER),
    ),
    _mutant(
        "return-completed-misses-accepted",
        "RETURN_COMPLETED does not list accepted returns, whose credit notes are due",
        _misses("RETURN_COMPLETED", State.RETURN_ACCEPTED),
    ),
    _mutant(
        "return-completed-misses-completed",
        "RETURN_COMPLETED does not list completed returns",
        _misses("RETURN_COMPLETED", State.RETURN_COMPLETED),
    ),
    _mutant(
        "pages-repeat",
        "each page begins with the last order of the one before",
        _pages(lambda q: q.offset - 1),
    ),
    _mutant(
        "pages-lose", "each page leaves out an order after the one before", _pages(lambda q: q.offset + 1)
    ),
    _mutant("pages-backwards", "each page of a list begins with its newest order", _backwards),
    _mutant("window-misses-first-day", "orderDateFrom leaves its own day out", _window(start=_DAY)),
    _mutant("window-takes-day-before", "orderDateFrom lets the day before in", _window(start=-_DAY)),
    _mutant("window-misses-last-day", "orderDateTo leaves its own day out", _window(end=-_DAY)),
    _mutant("window-takes-day-after", "orderDateTo lets the day after in", _window(end=_DAY)),
    _mutant(
        "channel-ignored", "orderingChannel is ignored", queries(lambda query: query._replace(channel=None))
    ),
    _mutant("location-ignored", "locationCode is ignored: all stores are listed", _location_ignored),
    _mutant(
        "location-not-needed",
        "lists are given to a company's token without locationCode",
        _location_not_needed,
    ),
)
