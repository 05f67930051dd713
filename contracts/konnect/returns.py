"""Returns: accepting them with the result of their quality check."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from pydantic import Field

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
from contracts.konnect.sentences import UNKNOWN_ITEM, UNKNOWN_RETURN
from contracts.konnect.shared import BAG, ITEMS_LIMIT, RETURN, TEXT_LIMIT, ItemId, Quantity, Request
from contracts.lifecycle.table import State


class ReturnItem(Request):
    """An item of a return with the result of its quality check.

    Without `reasonCode`, or with an empty one, it is in good condition.
    """

    orderItemId: ItemId
    quantity: Quantity
    reasonCode: Annotated[
        str | None,
        Field(
            max_length=TEXT_LIMIT,
            description="Empty or absent: in good condition; else a slug such as `tag_missing`.",
            examples=["tag_missing"],
        ),
    ] = None


class ReturnOrder(Request):
    """One return to accept; items left out are in good condition."""

    orderId: Annotated[
        str,
        Field(
            min_length=1,
            max_length=64,
            description="Id of the return shipment.",
            examples=["17328629784861446351"],
        ),
    ]
    orderItems: Annotated[tuple[ReturnItem, ...], Field(min_length=1, max_length=ITEMS_LIMIT)] = ()


RETURN_REASONS = {
    "BAD": (
        "tag_missing",
        "package_damaged",
        "refinish_damaged",
        "refinish_for_pressing",
        "seal_opened",
        "wrong_product_received",
        "refinish_package_damaged",
        "refinish_tag_missing",
    ),
    "MISSING": ("lost", "short_received", "empty_box_received", "free_gift_missing", "component_missing"),
    "UGLY": ("fully_damaged", "customer_abuse"),
}
"""Slugs of the quality-check buckets, as far as the page could be read."""

_QC = documented("return-qc")
_PANEL = assumed("from the names in an older Fynd panel")
REASON_ORIGINS = {slug: _QC for slugs in RETURN_REASONS.values() for slug in slugs} | dict.fromkeys(
    ("refinish_package_damaged", "refinish_tag_missing", "customer_abuse"), _PANEL
)
"""Slug -> its source."""
_NO_ERROR_TABLE = assumed("the page's error table could not be read")

_FIELDS: FieldEvidence = {
    ReturnItem: Fields(_QC),
    ReturnOrder: Fields(_QC),
}

_return = partial(Row, "return", origin=_NO_ERROR_TABLE)

_PROBLEMS = (
    _return(Problem.UNKNOWN, "R422", "return not of the requested location").says(*UNKNOWN_RETURN),
    _return(Problem.UNKNOWN_ITEM, "R400", "item not in the return").says(*UNKNOWN_ITEM),
    _return(Problem.CANCELLED, "R400", "order is cancelled").says(
        "item {item} of {order} was cancelled; leave it out",
        "{order} {state}; a cancelled order has no return to accept. Next: {next}",
    ),
    _return(Problem.WRONG_TYPE, "R400", "a sale cannot be accepted as a return").says(
        "{order} is a sale; only a return is accepted. Send the id of the return, not that of its sale"
    ),
    _return(Problem.REASON, "R424", "reason code is not known").says(
        "reasonCode {reason} of item {item} in {order} is not known; it can be empty for goods in good"
        " condition, or {reasons}{near}",
        "item {item} of {order} has an unknown reasonCode; it can be {reasons}",
    ),
    _return(Problem.ALREADY, "R409", "accepted before").says(
        "{order} was accepted at {done}; a return is accepted only once. Next: {next}",
        "{order} {state}; it can no longer be accepted. Next: {next}",
    ),
    _return(Problem.TOO_EARLY, "R403", "the goods are not back yet").says(
        "{order} {state}; it can be accepted only after its goods came back. Next: {next}"
    ),
    _return(Problem.TOO_LATE, "R403", "the state does not allow it").says(
        "{order} {state}; a rejected return can no longer be accepted. Next: {next}"
    ),
    _return(Problem.QUANTITY, "R425", "more than the return holds").says(
        "item {item} of {order} has {left}, and the call names {sent}; accept at most {most}",
        "{order} {state}; accept at most what is in the return",
    ),
)

_OPERATIONS = (
    Operation(
        "accept_return",
        "POST",
        "/oms/v3/shipment/return",
        "Accept returns",
        Reply.BULK,
        (Touchpoint("return", "Return and QC", "accept returns with their quality-check result", _QC),),
        item=ReturnOrder,
        writes=True,
        requests={
            "good": example("Everything in good condition", [{"orderId": RETURN}]),
            "bad": example(
                "A piece without its tag",
                [
                    {
                        "orderId": RETURN,
                        "orderItems": [{"orderItemId": BAG, "quantity": 1, "reasonCode": "tag_missing"}],
                    }
                ],
            ),
        },
        ready=(State.RETURN_INITIATED, State.RETURN_BAG_DELIVERED),
        near=(State.RETURN_ACCEPTED, State.RETURN_REJECTED, State.HANDED_OVER),
        next_step="Accept the first return.",
    ),
)

GROUP = Group(
    "Returns", "Accepting returns with the result of their quality check.", _OPERATIONS, _FIELDS, _PROBLEMS
)
