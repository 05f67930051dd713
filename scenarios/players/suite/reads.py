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
def _fetch_invoice(action: a.FetchInvoice, stage: FlowContext) -> Outcome:
    body = [{"orderId": order_id} for order_id in stage.story.of(action.names)]
    return bulk(stage, action, "fetch_invoice", body)


@perform.register
def _fetch_labels(action: a.FetchLabels, stage: FlowContext) -> Outcome:
    body = [{"orderId": order_id} for order_id in stage.story.of(action.names)]
    return bulk(stage, action, "fetch_labels", body)


@perform.register
def _get_token(action: a.GetToken, stage: FlowContext) -> Outcome:
    return Outcome([stage.konnect.ask_token(action.by, action.password, action.without)])


@perform.register
def _read_order(action: a.ReadOrder, stage: FlowContext) -> Outcome:
    return _read_each(action, stage, "get_shipments")


@perform.register
def _read_info(action: a.ReadInfo, stage: FlowContext) -> Outcome:
    if not action.status and not action.bare:
        return _read_each(action, stage, "get_shipment_info")
    ready_token(stage, action.by)
    query = {"orderStatus": stage.reading.filter(action.status)} if action.status else {}
    reply = stage.konnect.call("get_shipment_info", action.touchpoint, by=action.by, query=query)
    return Outcome([reply], stage.story.of(action.names), _entries(stage.reading.infos, reply))


def _read_each(action: a.KonnectAction, stage: FlowContext, name: str) -> Outcome:
    deed = Outcome(asked=stage.story.of(action.names))
    ready_token(stage, action.by)
    for order_id in deed.asked:
        query = {"orderId": order_id}
        deed.replies.append(stage.konnect.call(name, action.touchpoint, by=action.by, query=query))
    return deed


@perform.register
def _list_orders(action: a.ListOrders, stage: FlowContext) -> Outcome:
    ready_token(stage, action.by)
    query: dict[str, Any] = {"orderStatus": stage.reading.filter(action.status)} if action.status else {}
    query |= {"locationCode": stage.location()} if action.with_location else {}
    query |= _filled_in(stage, action)
    reply = stage.konnect.call("get_shipments", action.touchpoint, by=action.by, query=query)
    return Outcome([reply], stage.story.of(action.names), _entries(stage.reading.shipments, reply))


def _filled_in(stage: FlowContext, action: a.ListOrders | a.ReadAllPages) -> dict[str, Any]:
    """The action's query, with what stands in braces filled in."""
    return {name: _filled(stage, value, action.dates_as) for name, value in action.query.items()}


def _filled(stage: FlowContext, value: str | int, dates_as: str) -> str | int:
    """A query value; `{today}` and `{order}` become dates, `{second_location}` the other store."""
    if not isinstance(value, str) or not value.startswith("{"):
        return value
    if value == SECOND_LOCATION:
        return stage.location(a.Place.SECOND)
    if value == CHANNEL:
        return stage.target.ordering_channel
    if value in DAY_WORDS:
        moment = _at_home(stage, stage.today()) + timedelta(days=DAY_WORDS[value])
    else:
        moment = _moment_of(stage, value)
    return moment.strftime(dates_as)


def _moment_of(stage: FlowContext, value: str) -> datetime:
    """The `orderDate` of the shipment that `{order-1d}` names, so many days or seconds on."""
    match = re.fullmatch(r"\{(\w+)(?:([+-]\d+)([ds]))?\}", value)
    if match is None:
        raise ValueError(f"{value} is neither a date nor a place")
    name, count, unit = match.groups()
    shipment = stage.known(stage.story.of((name,))[0]) or {}
    try:
        moment = datetime.fromisoformat(str(shipment.get("orderDate")).replace("Z", "+00:00"))
    except ValueError:
        raise UnreadableError(f"orderDate {shipment.get('orderDate')!r} is no ISO 8601 date") from None
    shift = timedelta(days=int(count)) if unit == "d" else timedelta(seconds=int(count or 0))
    return _at_home(stage, moment) + shift


def _at_home(stage: FlowContext, moment: datetime) -> datetime:
    """A moment in the zone that the target's profile gives to dates; as it came where none is known."""
    return moment.astimezone(zone(stage.profile.date_zone)) if stage.profile else moment


def _entries(read: Callable[[Any], list[Shipment]], reply: Reply) -> list[Shipment] | None:
    """What a list holds; None when the answer is none."""
    if reply.status != 200:
        return None
    try:
        return read(reply.body)
    except UnreadableError:
        return None


@perform.register
def _read_all_pages(action: a.ReadAllPages, stage: FlowContext) -> Outcome:
    deed = Outcome(listed=[])
    ready_token(stage, action.by)
    filled = {name: str(value) for name, value in _filled_in(stage, action).items()}
    size = stage.konnect.page_size(action.page_size)
    for number in range(1, PAGES_LIMIT + 1):
        query = {"orderStatus": stage.reading.filter(action.status), "locationCode": stage.location()}
        query |= {"pageNumber": str(number), "pageSize": str(size)}
        query |= filled
        reply = stage.konnect.call("get_shipments", action.touchpoint, by=action.by, query=query)
        page = _entries(stage.reading.shipments, reply)
        deed.replies.append(reply)
        deed.pages.append(page or [])
        deed.listed = [*(deed.listed or []), *(page or [])]
        if page is None or len(page) < size:
            break
        if number == 1 and action.meanwhile is not None:
            perform(action.meanwhile, stage)
    return deed
