"""Wire types that several groups use, in Fynd's spelling.

Requests are strict: what the documentation does not name is refused (a profile may relax that).
Answers describe what the documentation shows and what the mock adds where it is silent; inner fields of
addresses, prices and items are assumed, and further fields are always allowed.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from contracts.evidence import assumed, documented
from contracts.konnect import dates
from contracts.konnect.base import BULK_LIMIT, FieldEvidence, Fields
from contracts.konnect.numbers import whole

QUANTITY_LIMIT = 1_000_000
TEXT_LIMIT = 200
LONG_TEXT_LIMIT = 200_000
"""Longest signed invoice or QR content: a signed e-invoice of 200 items has 143,000 characters."""
ITEMS_LIMIT = 200
"""Most order items named in one order of a call."""

ShipmentId = Annotated[
    str,
    Field(
        min_length=1,
        max_length=64,
        description="Shipment id (Konnect's `orderId` is the shipment's id).",
        examples=["17328629784861446350"],
    ),
]
ItemId = Annotated[
    str, Field(min_length=1, max_length=64, description="Bag id of the order item.", examples=["1003187"])
]


Quantity = Annotated[
    int, Field(ge=1, le=QUANTITY_LIMIT, description="Pieces.", examples=[1]), BeforeValidator(whole)
]
Text = Annotated[str, Field(max_length=TEXT_LIMIT)]
LongText = Annotated[str, Field(max_length=LONG_TEXT_LIMIT)]


class Request(BaseModel):
    """Base of all requests to the OMS."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Answer(BaseModel):
    """Base of all answers of the OMS; unknown fields are allowed."""

    model_config = ConfigDict(extra="allow", defer_build=True)


class ItemQuantity(Request):
    """An order item and a number of its pieces."""

    orderItemId: ItemId
    quantity: Quantity


def digits(value: object) -> object:
    """Reads a whole number: digits with an optional minus sign, nothing else."""
    if isinstance(value, str):
        sign, digits = ("-", value[1:]) if value.startswith("-") else ("", value)
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
            raise ValueError("expected a whole number")
        return int(sign + digits)
    return value


def _date(value: str) -> str:
    dates.parse(dates.split_offset(value)[0])
    return value


QueryDate = Annotated[
    str,
    AfterValidator(_date),
    Field(
        json_schema_extra={"pattern": dates.PATTERN},
        description="Indian time: dd-mm-yyyy, yyyy-mm-dd or yyyy-mm-ddThh:mm:ss; inclusive.",
        examples=["2025-01-25"],
    ),
]
QueryText = Annotated[str, Field(min_length=1, max_length=TEXT_LIMIT)]


class Refusal(Answer):
    """The refusal of one order of a call; its keys are assumed."""

    orderId: str
    orderItemId: str | None
    errorCode: str
    errorMessage: str


class BulkAnswer(Answer):
    """The answer to a bulk call.

    `payloadCount` is `successCount` + `failedCount`.
    """

    payloadCount: Annotated[int, Field(ge=1, le=BULK_LIMIT)]
    successCount: Annotated[int, Field(ge=0, le=BULK_LIMIT)]
    failedCount: Annotated[int, Field(ge=0, le=BULK_LIMIT)]
    status: str
    errors: list[Refusal]


class FieldError(Answer):
    """One invalid field of a call."""

    field: Annotated[str, Field(description="Path of the field.", examples=["[0].orderItems[1].quantity"])]
    rule: Annotated[str, Field(examples=["greater_than_equal"])]
    expected: str
    received: Annotated[str, Field(description="The received value, shortened.")]


class ErrorAnswer(Answer):
    """The answer to a refused call; its shape is assumed."""

    status: Annotated[str, Field(examples=["FAILED"])]
    message: str
    errors: list[FieldError] = []


SHARED_FIELDS: FieldEvidence = {
    ItemQuantity: Fields(documented("confirm")),
    BulkAnswer: Fields(documented("confirm", "as in the example")),
    Refusal: Fields(assumed("the item of `errors` is never shown")),
    FieldError: Fields(assumed("no error body is published")),
    ErrorAnswer: Fields(assumed("no error body is published")),
}


# Examples

ORDER = "17328629784861446350"
RETURN = "17328629784861446351"
BAG = "1003187"

ALL_WELL = {"payloadCount": 2, "successCount": 2, "failedCount": 0, "status": "SUCCESS", "errors": []}


def refused(code: str, message: str) -> dict[str, Any]:
    """Builds a bulk answer whose only order was refused."""
    refusal = {"orderId": ORDER, "orderItemId": None, "errorCode": code, "errorMessage": message}
    return {"payloadCount": 1, "successCount": 0, "failedCount": 1, "status": "FAILED", "errors": [refusal]}


WRONG_SHAPE = {
    "status": "FAILED",
    "message": "body field [0].orderItems[0].quantity: expected at least 1, received -1",
    "errors": [
        {
            "field": "[0].orderItems[0].quantity",
            "rule": "greater_than_equal",
            "expected": "at least 1",
            "received": "-1",
        }
    ],
}
WRONG_QUERY = {
    "status": "FAILED",
    "message": f'query field orderDateFrom: expected {dates.EXPECTED}, received "25/01/2025"',
    "errors": [
        {
            "field": "orderDateFrom",
            "rule": "value_error",
            "expected": dates.EXPECTED,
            "received": '"25/01/2025"',
        }
    ],
}


def failed(message: str) -> dict[str, Any]:
    """Builds the answer to a refused call without field errors."""
    return {"status": "FAILED", "message": message, "errors": []}
