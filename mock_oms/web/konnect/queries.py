"""GET shipment (orders, order by id, returns) and GET shipment info."""

from __future__ import annotations

from contracts import vocabulary
from contracts.konnect import dates
from contracts.konnect.orders import InfoQuery, ShipmentQuery
from contracts.konnect.sentences import UNKNOWN
from contracts.profile import Profile
from contracts.suggest import suggest
from contracts.vocabulary import Bucket
from mock_oms import engine
from mock_oms.domain.journal import Outcome
from mock_oms.domain.sentences import owner
from mock_oms.domain.shipment import Shipment
from mock_oms.store import Query
from mock_oms.web.answers import Answer, json_answer
from mock_oms.web.call import Call
from mock_oms.web.konnect import rendering
from mock_oms.web.konnect.registry import handles
from mock_oms.web.rejections import CallRefusal, CallRefusedError, FieldError
from mock_oms.web.validation import refusal


@handles("get_shipments")
def get_shipments(call: Call) -> Answer:
    """Returns one shipment by id, or a page of a status.

    Lists are sorted by order date and id, oldest first.
    """
    query: ShipmentQuery = call.query
    profile = call.profile
    _require_one(query, profile)
    only_id = query.orderId is not None and len(call.parameters) == 1  # the call that clients repeat most
    wanted = _ANY if only_id else _query(call, query)
    if query.orderId is not None:
        return _by_id(call, query.orderId, wanted)
    with engine.ReadVisit(call.server.store, call.caller.tenant) as tx:
        found = tx.find(wanted)
        settings = tx.settings
    if not found and wanted.offset and profile.page_after_end == "reject":
        raise _wrong(profile, "pageNumber", "less_than_equal", "a page of the list", str(query.pageNumber))
    return Answer(200, rendering.shipments(found, settings, call.server.rendered))


_ANY = Query(limit=1)


def _by_id(call: Call, order_id: str, wanted: Query) -> Answer:
    location = call.caller.location
    call.outcomes = (Outcome(order_id, touchpoint="get_order_by_id"),)
    with engine.ReadVisit(call.server.store, call.caller.tenant) as tx:
        found = tx.get(order_id)
        settings = tx.settings
    known = found is not None and location in (None, found.location)
    if not known and call.profile.unknown_order == "not_found":
        message = UNKNOWN[0].format(id=order_id, owner=owner(location))
        raise CallRefusedError(CallRefusal(404, message))
    shown = [found] if known and found and matches(found, wanted) else []
    return Answer(200, rendering.shipments(shown, settings, call.server.rendered))


@handles("get_shipment_info")
def get_shipment_info(call: Call) -> Answer:
    """Returns the light view of one shipment, or of a status.

    The profile limits the number of shipments.
    """
    query: InfoQuery = call.query
    profile = call.profile
    _require_one(query, profile)
    buckets = _buckets(query.orderStatus, profile)
    wanted = Query(limit=profile.info_limit, buckets=buckets, location=call.caller.location)
    with engine.ReadVisit(call.server.store, call.caller.tenant) as tx:
        if query.orderId is None:
            found = tx.find(wanted)
        else:
            one = tx.get(query.orderId)
            found = [one] if one and matches(one, wanted) else []
            call.outcomes = (Outcome(query.orderId, touchpoint="get_shipment_info"),)
        settings = tx.settings
    shown = [rendering.info(one, settings) for one in found]
    return json_answer({"orders": shown} if profile.info_envelope == "orders" else shown)


def matches(shipment: Shipment, wanted: Query) -> bool:
    """Whether a shipment found by its id also fits the other filters."""
    return (
        wanted.location in (None, shipment.location)
        and wanted.channel in (None, shipment.channel)
        and (wanted.buckets is None or Bucket(shipment.state, shipment.invoiced) in wanted.buckets)
        and (wanted.start is None or wanted.start <= shipment.ordered_at)
        and (wanted.end is None or shipment.ordered_at <= wanted.end)
    )


def _require_one(query: ShipmentQuery | InfoQuery, profile: Profile) -> None:
    if query.orderStatus is None and query.orderId is None:
        raise _wrong(profile, "orderStatus", "missing", "orderStatus or orderId", "neither")


def _wrong(profile: Profile, name: str, rule: str, expected: str, received: str) -> CallRefusedError:
    return refusal([FieldError(name, rule, expected, received)], "query", profile.shape_status)


def _query(call: Call, query: ShipmentQuery) -> Query:
    profile = call.profile
    size = _size(query.pageSize, profile)
    first, last = query.orderDateFrom, query.orderDateTo
    start = dates.window_start(*_time("orderDateFrom", first, profile)) if first else None
    end = dates.window_end(*_time("orderDateTo", last, profile)) if last else None
    if start and end and start > end:
        expected = "a date not before orderDateFrom"
        raise _wrong(profile, "orderDateTo", "order", expected, str(query.orderDateTo))
    return Query(
        limit=size,
        offset=(_page(query.pageNumber, profile) - 1) * size,
        buckets=_buckets(query.orderStatus, profile),
        location=_location(call, query),
        channel=query.orderingChannel,
        start=start,
        end=end,
    )


def _time(name: str, text: str, profile: Profile) -> tuple[str, str]:
    """Returns a time without its offset, and its zone."""
    time, offset = dates.split_offset(text)
    if offset and profile.date_offsets == "reject":
        expected = f"{dates.EXPECTED}, without an offset, in the zone of the profile (date_zone)"
        if " " in text:
            expected += "; a + in a query is a space unless it is written %2B"
        raise _wrong(profile, name, "offset", expected, text)
    return time, offset if offset and profile.date_offsets == "apply" else profile.date_zone


def _size(asked: int | None, profile: Profile) -> int:
    size = profile.page_size_default if asked is None else asked
    if size > profile.page_size_max and profile.page_size_over_max == "reject":
        raise _wrong(profile, "pageSize", "less_than_equal", f"at most {profile.page_size_max}", str(size))
    return min(size, profile.page_size_max)


def _page(asked: int | None, profile: Profile) -> int:
    if asked == 0 and profile.page_zero == "reject":
        raise _wrong(profile, "pageNumber", "greater_than_equal", "at least 1", "0")
    return max(1, asked if asked is not None else 1)


def _buckets(status: str | None, profile: Profile) -> frozenset[Bucket] | None:
    if status is None:
        return None
    try:
        return vocabulary.buckets(status, profile)
    except KeyError:
        known = vocabulary.filters(profile)
        expected = f"one of {', '.join(known)}{suggest(status, known)}"
        raise _wrong(profile, "orderStatus", "enum", expected, status) from None


def _location(call: Call, query: ShipmentQuery) -> str | None:
    own, asked = call.caller.location, query.locationCode
    if asked is None:
        if own is None and query.orderId is None:
            expected = "the store's code: this is a company-level token, and lists are per store"
            raise _wrong(call.profile, "locationCode", "missing", expected, "nothing")
        return own
    known = call.settings.locations if own is None else (own,)
    if asked not in known:
        expected = f"a location of this token: {', '.join(known[:20])}"
        raise _wrong(call.profile, "locationCode", "enum", expected, asked)
    return asked
