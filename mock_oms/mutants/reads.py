"""Defects in filters, windows and pages of lists."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from contracts.lifecycle.table import State
from contracts.vocabulary import Bucket
from mock_oms.mutants.hooks import queries
from mock_oms.mutants.patch import Apply, Defects, Kind, replaced
from mock_oms.store import Query
from mock_oms.web.konnect import queries as reading
from mock_oms.web.konnect import rendering

_DAY = timedelta(days=1)
_AHEAD = timedelta(hours=5, minutes=30)


def _filter(word: str, change: Callable[[frozenset[Bucket]], frozenset[Bucket]]) -> Apply:
    """Changes the listed buckets of a filter of GET shipment."""

    def changed(query: Callable[..., Query], call: Any, asked: Any) -> Query:
        right = query(call, asked)
        meant = asked.orderStatus == word and right.buckets is not None
        return right._replace(buckets=change(right.buckets or frozenset())) if meant else right

    return replaced(reading, "_query", changed)


def _leaks(word: str, state: State) -> Apply:
    """Adds a state to a filter."""
    return _filter(word, lambda found: found | {Bucket(state, False), Bucket(state, True)})


def _misses(word: str, *states: State) -> Apply:
    """Removes states from a filter."""
    gone = {Bucket(state, invoiced) for state in states for invoiced in (False, True)}
    return _filter(word, lambda found: found - gone)


def _pages(by: int) -> Apply:
    """Shifts all pages but the first."""
    return queries(lambda query: query._replace(offset=query.offset + by) if query.offset else query)


def _window(name: str, by: timedelta) -> Apply:
    """Shifts the start or the end of the date window."""

    def change(query: Query) -> Query:
        bound = getattr(query, name)
        return query._replace(**{name: bound + by}) if bound else query

    return queries(change)


def _location_not_needed(location: Callable[..., str | None], call: Any, query: Any) -> str | None:
    own: str | None = call.caller.location
    return own if query.locationCode is None else location(call, query)


def _in_utc(query: Query) -> Query:
    """Reads a window of Indian time as one of UTC."""
    start, end = (moment and moment + _AHEAD for moment in (query.start, query.end))
    return query._replace(start=start, end=end)


def _location_ignored(location: Callable[..., str | None], call: Any, query: Any) -> str | None:
    location(call, query)
    own: str | None = call.caller.location
    return own


DEFECTS: Defects = {
    Kind.READING: {
        "created-lists-confirmed: CREATED also lists confirmed orders": _leaks(
            "CREATED", State.BAG_CONFIRMED
        ),
        "delivered-lists-returns: DELIVERED also lists returns with a credit note": _leaks(
            "DELIVERED", State.RETURN_COMPLETED
        ),
        "processing-lists-handed-over: PROCESSING also lists handed-over orders": _leaks(
            "PROCESSING", State.HANDED_OVER
        ),
        "delivered-empty: DELIVERED lists no handed-over orders": _misses("DELIVERED", State.HANDED_OVER),
        "handed-over-alias-missing: HANDED_OVER_TO_CUSTOMER lists nothing": _misses(
            "HANDED_OVER_TO_CUSTOMER", State.HANDED_OVER
        ),
        "cancelled-misses-customers: CANCELLED lists no cancellations by customers": _misses(
            "CANCELLED", State.CANCELLED_CUSTOMER
        ),
        "cancelled-invoiced-not-among-returns: returns exclude orders cancelled after invoicing": _misses(
            "RETURN_DELIVERED", State.CANCELLED_FYND, State.CANCELLED_CUSTOMER
        ),
        "return-completed-misses-accepted: RETURN_COMPLETED lists no accepted returns": _misses(
            "RETURN_COMPLETED", State.RETURN_ACCEPTED
        ),
        "return-completed-misses-completed: RETURN_COMPLETED lists no completed returns": _misses(
            "RETURN_COMPLETED", State.RETURN_COMPLETED
        ),
        "pages-repeat: each page begins with the last order of the page before": _pages(-1),
        "pages-lose: each page leaves out an order after the page before": _pages(1),
        "pages-backwards: each page of a list begins with its newest order": replaced(
            rendering, "shipments", lambda shipments, values, *rest: shipments(values[::-1], *rest)
        ),
        "window-misses-first-day: orderDateFrom excludes its own day": _window("start", _DAY),
        "window-takes-day-before: orderDateFrom includes the day before": _window("start", -_DAY),
        "window-misses-last-day: orderDateTo excludes its own day": _window("end", -_DAY),
        "window-takes-day-after: orderDateTo includes the day after": _window("end", _DAY),
        "filters-in-utc: orderDateFrom and orderDateTo are taken for UTC": queries(_in_utc),
        "channel-ignored: orderingChannel is ignored": queries(lambda query: query._replace(channel=None)),
        "location-ignored: locationCode is ignored: all stores are listed": replaced(
            reading, "_location", _location_ignored
        ),
        "location-not-needed: a company's token lists orders without locationCode": replaced(
            reading, "_location", _location_not_needed
        ),
    }
}
