"""The suite as aggregator: the calls that only read."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from contracts.konnect.dates import zone
from scenarios.language import actions as a
from scenarios.players.suite.outcome import Outcome, perform
from scenarios.players.suite.writes import bulk, ready_token
from scenarios.session.context import FlowContext
from scenarios.targets.answers import Shipment, UnreadableError
from scenarios.targets.http import Reply

PAGES_LIMIT = 500
DAY_WORDS = {"{yesterday}": -1, "{today}": 0, "{tomorrow}": 1}
SECOND_LOCATION = "{second_location}"
CHANNEL = "{channel}"


@perform.register
def _fetch_invoice(action: a.FetchInvoice, context: FlowContext) -> Outcome:
    body = [{"orderId": order_id} for order_id in context.memory.of(action.names)]
    return bulk(context, action, "fetch_invoice", body)


@perform.register
def _fetch_labels(action: a.FetchLabels, context: FlowContext) -> Outcome:
    body = [{"orderId": order_id} for order_id in context.memory.of(action.names)]
    return bulk(context, action, "fetch_labels", body)


@perform.register
def _get_token(action: a.GetToken, context: FlowContext) -> Outcome:
    return Outcome([context.konnect.ask_token(action.by, action.password, action.without)])


@perform.register
def _read_order(action: a.ReadOrder, context: FlowContext) -> Outcome:
    return _read_each(action, context, "get_shipments")


@perform.register
def _read_info(action: a.ReadInfo, context: FlowContext) -> Outcome:
    if not action.status and not action.bare:
        return _read_each(action, context, "get_shipment_info")
    ready_token(context, action.by)
    query = {"orderStatus": context.reading.filter(action.status)} if action.status else {}
    reply = context.konnect.call("get_shipment_info", action.touchpoint, by=action.by, query=query)
    return Outcome([reply], context.memory.of(action.names), _entries(context.reading.infos, reply))


def _read_each(action: a.KonnectAction, context: FlowContext, name: str) -> Outcome:
    outcome = Outcome(order_ids=context.memory.of(action.names))
    ready_token(context, action.by)
    for order_id in outcome.order_ids:
        query = {"orderId": order_id}
        outcome.replies.append(context.konnect.call(name, action.touchpoint, by=action.by, query=query))
    return outcome


@perform.register
def _list_orders(action: a.ListOrders, context: FlowContext) -> Outcome:
    ready_token(context, action.by)
    query: dict[str, Any] = {"orderStatus": context.reading.filter(action.status)} if action.status else {}
    query |= {"locationCode": context.location()} if action.with_location else {}
    query |= _filled_in(context, action)
    reply = context.konnect.call("get_shipments", action.touchpoint, by=action.by, query=query)
    return Outcome([reply], context.memory.of(action.names), _entries(context.reading.shipments, reply))


def _filled_in(context: FlowContext, action: a.ListOrders | a.ReadAllPages) -> dict[str, Any]:
    """The action's query, with what stands in braces filled in."""
    return {name: _filled(context, value, action.dates_as) for name, value in action.query.items()}


def _filled(context: FlowContext, value: str | int, dates_as: str) -> str | int:
    """A query value; `{today}` and `{order}` become dates, `{second_location}` the other store."""
    if not isinstance(value, str) or not value.startswith("{"):
        return value
    if value == SECOND_LOCATION:
        return context.location(a.Place.SECOND)
    if value == CHANNEL:
        return context.target.ordering_channel
    if value in DAY_WORDS:
        moment = _at_home(context, context.today()) + timedelta(days=DAY_WORDS[value])
    else:
        moment = _moment_of(context, value)
    return moment.strftime(dates_as)


def _moment_of(context: FlowContext, value: str) -> datetime:
    """The `orderDate` of the shipment that `{order-1d}` names, so many days or seconds on."""
    match = re.fullmatch(r"\{(\w+)(?:([+-]\d+)([ds]))?\}", value)
    if match is None:
        raise ValueError(f"{value} is neither a date nor a place")
    name, count, unit = match.groups()
    shipment = context.known(context.memory.of((name,))[0]) or {}
    try:
        moment = datetime.fromisoformat(str(shipment.get("orderDate")).replace("Z", "+00:00"))
    except ValueError:
        raise UnreadableError(f"orderDate {shipment.get('orderDate')!r} is no ISO 8601 date") from None
    shift = timedelta(days=int(count)) if unit == "d" else timedelta(seconds=int(count or 0))
    return _at_home(context, moment) + shift


def _at_home(context: FlowContext, moment: datetime) -> datetime:
    """A moment in the zone that the target's profile gives to dates; as it came where none is known."""
    return moment.astimezone(zone(context.profile.date_zone)) if context.profile else moment


def _entries(read: Callable[[Any], list[Shipment]], reply: Reply) -> list[Shipment] | None:
    """What a list holds; None when the answer is none."""
    if reply.status != 200:
        return None
    try:
        return read(reply.body)
    except UnreadableError:
        return None


@perform.register
def _read_all_pages(action: a.ReadAllPages, context: FlowContext) -> Outcome:
    outcome = Outcome(listed=[])
    ready_token(context, action.by)
    filled = {name: str(value) for name, value in _filled_in(context, action).items()}
    size = context.konnect.page_size(action.page_size)
    for number in range(1, PAGES_LIMIT + 1):
        query = {"orderStatus": context.reading.filter(action.status), "locationCode": context.location()}
        query |= {"pageNumber": str(number), "pageSize": str(size)}
        query |= filled
        reply = context.konnect.call("get_shipments", action.touchpoint, by=action.by, query=query)
        page = _entries(context.reading.shipments, reply)
        outcome.replies.append(reply)
        outcome.pages.append(page or [])
        outcome.listed = [*(outcome.listed or []), *(page or [])]
        if page is None or len(page) < size:
            break
        if number == 1 and action.meanwhile is not None:
            perform(action.meanwhile, context)
    return outcome
