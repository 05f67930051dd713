"""Orders: reading, confirming and cancelling them; also reading returns."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from pydantic import BeforeValidator, Field

from contracts.evidence import assumed, documented
from contracts.konnect.base import (
    FieldEvidence,
    Fields,
    Group,
    Operation,
    Problem,
    Reply,
    Touchpoint,
    example,
)
from contracts.konnect.base import ProblemRow as Row
from contracts.konnect.numbers import whole
from contracts.konnect.sentences import UNKNOWN, UNKNOWN_ITEM, all_that_is_left, cancelled
from contracts.konnect.shared import (
    BAG,
    ITEMS_LIMIT,
    ORDER,
    Answer,
    ItemId,
    ItemQuantity,
    Quantity,
    QueryDate,
    QueryText,
    Request,
    ShipmentId,
    digits,
)
from contracts.konnect.shipment import RETURN_SHIPMENT, SHIPMENT, SHIPMENT_FIELDS, SLA, Shipment
from contracts.lifecycle.table import State

CHANNELS = (
    "FYND-STORE", "FYND", "ECOMM", "AMAZON_MLF", "MYNTRA_IN", "UNIKET", "TATACLIQ_IN", "FLIPKARTASSURED",
    "JIOMART", "ONDC",
)  # fmt: skip
"""Ordering channels that Fynd's pages name; there are more."""


class ShipmentQuery(Request):
    """Filters of GET shipment; `orderStatus` or `orderId` is required."""

    orderStatus: Annotated[
        str | None, Field(min_length=1, max_length=60, description="Status to list.", examples=["CREATED"])
    ] = None
    orderId: Annotated[
        str | None,
        Field(min_length=1, max_length=64, description="Shipment id.", examples=["17328629784861446350"]),
    ] = None
    orderingChannel: Annotated[
        QueryText | None,
        Field(
            description=f"Only orders of this channel; documented are {', '.join(CHANNELS)}.",
            examples=["FYND-STORE"],
        ),
    ] = None
    pageNumber: Annotated[
        Annotated[int, Field(ge=0, le=1_000_000)] | None,
        BeforeValidator(digits),
        Field(description="First page is 1.", examples=[1]),
    ] = None
    pageSize: Annotated[
        Annotated[int, Field(ge=1, le=100_000)] | None,
        BeforeValidator(digits),
        Field(description="Shipments per page.", examples=[100]),
    ] = None
    locationCode: Annotated[
        QueryText | None,
        Field(description="Store code; required on lists with a company-level token.", examples=["STORE-1"]),
    ] = None
    orderDateFrom: QueryDate | None = None
    orderDateTo: QueryDate | None = None


class InfoQuery(Request):
    """Filters of GET shipment info: at least one of them."""

    orderId: Annotated[str | None, Field(min_length=1, max_length=64, examples=["17328629784861446350"])] = (
        None
    )
    orderStatus: Annotated[str | None, Field(min_length=1, max_length=60, examples=["CREATED"])] = None


class ShipmentInfo(Answer):
    """The light view of a shipment for frequent polling."""

    id: ShipmentId
    forwardId: str
    orderStatus: str
    orderType: str
    sla: Annotated[str, Field(json_schema_extra={"format": "date-time"})]
    lockStatus: str | bool
    processingDue: Annotated[str, Field(json_schema_extra={"format": "date-time"})]


class InfoAnswer(Answer):
    """Light views of the requested shipments."""

    orders: list[ShipmentInfo]


class ConfirmOrder(Request):
    """One order to confirm; without `orderItems`, every remaining piece."""

    orderId: ShipmentId
    orderItems: Annotated[tuple[ItemQuantity, ...], Field(min_length=1, max_length=ITEMS_LIMIT)] = ()


CancelReason = Annotated[
    str | int,
    Field(
        union_mode="left_to_right",
        description="6 out of stock, 7 not as described, 8 price mismatch, 9 damaged, NA store closed.",
        examples=["6"],
    ),
    BeforeValidator(whole),
]


class CancelItem(Request):
    """An order item to cancel, with the reason that must accompany it."""

    orderItemId: ItemId
    quantity: Quantity
    reasonCode: CancelReason


class CancelOrder(Request):
    """One order to cancel; without `orderItems`, the whole order."""

    orderId: ShipmentId
    orderItems: Annotated[tuple[CancelItem, ...], Field(min_length=1, max_length=ITEMS_LIMIT)] = ()


CANCEL_REASONS = ("6", "7", "8", "9", "NA")
CANCEL_ORIGIN = documented("cancel")

_INFO = {
    "orders": [
        {
            "id": ORDER,
            "forwardId": ORDER,
            "orderStatus": "CREATED",
            "orderType": "PickAtStore",
            "sla": SLA,
            "lockStatus": "",
            "processingDue": SLA,
        }
    ]
}

_CONFIRM = documented("confirm")
_CANCEL = documented("cancel")
_INFO_PAGE = documented("shipment-info")
_UNPUBLISHED_CODE = assumed("the page gives no code for it")
_NO_ERROR_TABLE = assumed("the page's error table could not be read")
_NAME_UNSEEN = assumed("described without its name", "shipment-info")

_FIELDS: FieldEvidence = {
    **SHIPMENT_FIELDS,
    ShipmentQuery: Fields(documented("get-orders")),
    InfoQuery: Fields(_INFO_PAGE),
    ConfirmOrder: Fields(_CONFIRM),
    CancelItem: Fields(_CANCEL),
    CancelOrder: Fields(_CANCEL),
    ShipmentInfo: Fields(
        _INFO_PAGE,
        {
            "forwardId": assumed("as in a shipment"),
            "orderStatus": _NAME_UNSEEN,
            "orderType": _NAME_UNSEEN,
            "processingDue": _NAME_UNSEEN,
        },
    ),
    InfoAnswer: Fields(_INFO_PAGE),
}

_confirm = partial(Row, "confirm", origin=_UNPUBLISHED_CODE)
_cancel = partial(Row, "cancel", origin=_NO_ERROR_TABLE)

_PROBLEMS = (
    _confirm(Problem.UNKNOWN, "O422", "order not of the requested location", origin=_CONFIRM).says(*UNKNOWN),
    _confirm(Problem.UNKNOWN_ITEM, "O422", "item not in the order").says(*UNKNOWN_ITEM),
    _confirm(Problem.CANCELLED, "O400", "order or item is cancelled", origin=_CONFIRM).says(
        *cancelled("confirmed")
    ),
    _confirm(Problem.WRONG_TYPE, "CF400", "a return cannot be confirmed").says(
        "{order} is the return of {sale}; only orders are confirmed. Accept a return with POST"
        " /oms/v3/shipment/return"
    ),
    _confirm(Problem.ALREADY, "CF409", "confirmed before").says(
        "{order} was confirmed at {done}; a second confirmation is refused. Next: {next}",
        "{order} {state}; it can no longer be confirmed. Next: {next}",
    ),
    _confirm(Problem.QUANTITY, "CF422", "not all that is left of the order").says(
        *all_that_is_left("confirming takes")
    ),
    _confirm(Problem.STOCK, "CF423", "not enough stock at the location").says(
        "{order} needs {wanted} of {sku}, and store {location} has {on_hand} on hand, {reserved} of"
        " them reserved for other orders; cancel what is missing, or confirm when there is more stock"
    ),
    _cancel(Problem.UNKNOWN, "CN422", "order not of the requested location").says(*UNKNOWN),
    _cancel(Problem.UNKNOWN_ITEM, "CN422", "item not in the order").says(*UNKNOWN_ITEM),
    _cancel(Problem.CANCELLED, "CN400", "order or item is cancelled").says(*cancelled("cancelled again")),
    _cancel(Problem.WRONG_TYPE, "CN403", "a return cannot be cancelled").says(
        "{order} is the return of {sale}; a return cannot be cancelled. Until it is accepted the store"
        " can reject it"
    ),
    _cancel(Problem.REASON, "CN424", "reason code is not known").says(
        "reasonCode {reason} of item {item} in {order} is not known; it can be {reasons}{near}",
        "item {item} of {order} has no reasonCode; it can be {reasons}",
    ),
    _cancel(Problem.TOO_LATE, "CN403", "outside the window for cancelling").says(
        "{order} {state}; single items can be cancelled only before the invoice. Send no orderItems"
        " to cancel the whole order ({whole})",
        "{order} {state}; it can be cancelled only before its invoice. Set {switch} to true in the profile to"
        " allow more",
        "{order} {state}; it can be cancelled only until hand-over. Start a return instead",
    ),
    _cancel(Problem.QUANTITY, "CN409", "more than is left of the item").says(
        "item {item} of {order} has {left} left, and the call names {sent}; cancel at most {most}",
        "{order} {state}; cancel at most what is left",
    ),
)

_OPERATIONS = (
    Operation(
        "get_shipments",
        "GET",
        "/oms/v3/shipment",
        "Get orders, an order by id, or returns",
        Reply.SHIPMENTS,
        (
            Touchpoint("get_orders", "Get orders", "list shipments by status", documented("get-orders")),
            Touchpoint(
                "get_order_by_id", "Get order by id", "read one shipment", documented("get-order-by-id")
            ),
            Touchpoint("get_returns", "Get returns", "list returns by status", documented("get-returns")),
        ),
        query=ShipmentQuery,
        answer=Shipment,
        answers={
            "order": example("An order", [SHIPMENT]),
            "return": example("A completed return", [RETURN_SHIPMENT]),
            "nothing": example("Nothing there", []),
        },
        success="Shipments; an empty array when there is none.",
        note=(
            "One of `orderStatus` and `orderId` is required. Lists by status need `locationCode` when the "
            "token is the company's; they are sorted by `orderDate` and `id`, oldest first, and have ended "
            "when a page is short or empty. An unknown `orderId` gives an empty array. Returns are listed "
            "with a return's status. Shipments that change status while a client pages through a list shift "
            "the pages after them: read all pages first, then act."
        ),
    ),
    Operation(
        "get_shipment_info",
        "GET",
        "/oms/v3/shipment/info",
        "Get shipment info",
        Reply.INFO,
        (
            Touchpoint(
                "get_shipment_info",
                "Get shipment info",
                "poll status, lock and deadlines cheaply",
                _INFO_PAGE,
            ),
        ),
        query=InfoQuery,
        answer=InfoAnswer,
        answers={"order": example("An order", _INFO)},
        success="The light view of shipments.",
        note="One of `orderStatus` and `orderId` is required.",
    ),
    Operation(
        "confirm",
        "POST",
        "/oms/v3/shipment/confirm",
        "Confirm orders",
        Reply.BULK,
        (Touchpoint("confirm", "Order confirmation", "confirm orders and reserve their items", _CONFIRM),),
        item=ConfirmOrder,
        writes=True,
        requests={
            "all": example(
                "All that is left of two orders", [{"orderId": ORDER}, {"orderId": "17328629784861446399"}]
            ),
            "items": example(
                "The items named", [{"orderId": ORDER, "orderItems": [{"orderItemId": BAG, "quantity": 2}]}]
            ),
        },
        ready=(State.PLACED,),
        near=(State.CANCELLED_FYND, State.BAG_CONFIRMED),
        next_step="Confirm the first order.",
    ),
    Operation(
        "cancel",
        "POST",
        "/oms/v3/shipment/cancel",
        "Cancel orders or items",
        Reply.BULK,
        (Touchpoint("cancel", "Order cancellation", "cancel orders, or some of their items", _CANCEL),),
        item=CancelOrder,
        writes=True,
        requests={
            "whole": example("A whole order", [{"orderId": ORDER}]),
            "items": example(
                "One piece, out of stock",
                [{"orderId": ORDER, "orderItems": [{"orderItemId": BAG, "quantity": 1, "reasonCode": "6"}]}],
            ),
        },
        ready=(State.PLACED, State.BAG_CONFIRMED, State.BAG_INVOICED),
        near=(State.CANCELLED_CUSTOMER, State.HANDED_OVER, State.RETURN_INITIATED),
        next_step="Cancel the first order.",
    ),
)

GROUP = Group(
    "Orders", "Reading, confirming and cancelling orders; reading returns.", _OPERATIONS, _FIELDS, _PROBLEMS
)
