"""The suite as aggregator: group orders."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta, tzinfo
from typing import Any

from contracts.konnect.dates import INDIA, zone
from scenarios.language import actions as a
from scenarios.language.actions.base import ALL
from scenarios.language.statuses import CREATED
from scenarios.players.suite.calls import bulk, plain_items, ready_token
from scenarios.players.suite.outcome import Outcome, perform
from scenarios.session.context import FlowContext
from scenarios.targets.answers import Shipment, UnreadableError
from scenarios.targets.http import Reply

DAY_WORDS = {"{yesterday}": -1, "{today}": 0, "{tomorrow}": 1}
CLOCKS = {"utc": "UTC", "india": INDIA}
"""Placeholders of the present time -> its zone."""
SECOND_LOCATION = "{second_location}"
CHANNEL = "{channel}"


@perform.register
def _confirm(action: a.Confirm, context: FlowContext) -> Outcome:
    return bulk(context, action, "confirm", _confirm_body(context, action))


def _confirm_body(context: FlowContext, action: a.Confirm) -> list[dict[str, Any]]:
    """Return one row per order; `orderItems` only for named pieces."""
    rows = []
    for order_id in context.memory.of(action.names):
        row: dict[str, Any] = {"orderId": order_id}
        if action.pieces is not None:
            row["orderItems"] = plain_items(context, order_id, action.pieces)
        rows.append(row)
    return rows


@perform.register
def _cancel(action: a.Cancel, context: FlowContext) -> Outcome:
    rows = _cancel_body(context, action)
    outcome = bulk(context, action, "cancel", rows)
    reassigns = context.profile is not None and context.profile.reassign_on_seller_cancel
    if reassigns and action.everywhere and action.pieces is ALL and action.by is a.Caller.COMPANY:
        _cancel_elsewhere(context, action, rows)
    return outcome


def _cancel_elsewhere(context: FlowContext, action: a.Cancel, rows: list[dict[str, Any]]) -> None:
    """Cancel reassigned orders at each store that gets them."""
    for _ in context.locations:
        shown = {row["orderId"]: context.look(row["orderId"]) for row in rows}
        moved = {one for one, found in shown.items() if found and context.reading.word(found) == CREATED}
        rows = [row for row in rows if row["orderId"] in moved]
        if rows:
            bulk(context, action, "cancel", rows)


def _cancel_body(context: FlowContext, action: a.Cancel) -> list[dict[str, Any]]:
    """Return one row per order, with a reason for every item."""
    rows = []
    for order_id in context.memory.of(action.names):
        items = plain_items(context, order_id, action.pieces) if action.named_items else []
        row: dict[str, Any] = {"orderId": order_id}
        if items:
            row["orderItems"] = [{**item, "reasonCode": action.reason} for item in items]
        rows.append(row)
    return rows


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
    """Return the query of the action, with its placeholders replaced."""
    return {name: _filled(context, value, action.dates_as) for name, value in action.query.items()}


def _filled(context: FlowContext, value: str | int, dates_as: str) -> str | int:
    """Replace a placeholder: `{today}`, `{order}`, `{second_location}`, `{channel}`."""
    if not isinstance(value, str) or not value.startswith("{"):
        return value
    if value == SECOND_LOCATION:
        return context.location(a.Place.SECOND)
    if value == CHANNEL:
        return context.target.ordering_channel
    if value in DAY_WORDS:
        moment = context.today().astimezone(_zone_of(context)) + timedelta(days=DAY_WORDS[value])
    else:
        moment = _moment_of(context, value)
    return moment.strftime(dates_as)


def _moment_of(context: FlowContext, value: str) -> datetime:
    """Return a time, shifted: `{order-1d}`, `{utc-7200s}`."""
    match = re.fullmatch(r"\{(\w+)(?:([+-]\d+)([ds]))?\}", value)
    if match is None:
        raise ValueError(f"{value} is neither a date nor a place")
    name, count, unit = match.groups()
    shift = timedelta(days=int(count)) if unit == "d" else timedelta(seconds=int(count or 0))
    if name in CLOCKS:
        return context.today().astimezone(zone(CLOCKS[name])) + shift
    return _order_date(context, name) + shift


def _order_date(context: FlowContext, name: str) -> datetime:
    """Return the `orderDate` of a shipment as it is written."""
    shipment = context.known(context.memory.of((name,))[0]) or {}
    try:
        return datetime.fromisoformat(str(shipment.get("orderDate")).replace("Z", "+00:00"))
    except ValueError:
        raise UnreadableError(f"orderDate {shipment.get('orderDate')!r} is no ISO 8601 date") from None


def _zone_of(context: FlowContext) -> tzinfo:
    """Return the zone of the target's dates."""
    return zone(context.profile.date_zone if context.profile else INDIA)


def _entries(read: Callable[[Any], list[Shipment]], reply: Reply) -> list[Shipment] | None:
    """Return the entries of a list; None for any other answer."""
    if reply.status != 200:
        return None
    try:
        return read(reply.body)
    except UnreadableError:
        return None


@perform.register
def _read_all_pages(action: a.ReadAllPages, context: FlowContext) -> Outcome:
    outcome, listed = Outcome(), list[Shipment]()
    ready_token(context, action.by)
    query = {"orderStatus": context.reading.filter(action.status)}
    query |= {"locationCode": context.location()} if action.with_location else {}
    query |= {"pageSize": str(context.konnect.page_size(action.page_size))}
    filled = {name: str(value) for name, value in _filled_in(context, action).items()}

    def page(number: int) -> list[Shipment]:
        numbered = {**query, "pageNumber": str(number), **filled}
        reply = context.konnect.call("get_shipments", action.touchpoint, by=action.by, query=numbered)
        outcome.replies.append(reply)
        return context.konnect.page(reply, number)

    with suppress(UnreadableError):  # then no list came
        for found in context.konnect.pages(page, action.page_size):
            outcome.pages.append(found)
            listed += found
            if len(outcome.pages) == 1 and action.meanwhile is not None:
                perform(action.meanwhile, context)
        outcome.listed = listed
    return outcome
