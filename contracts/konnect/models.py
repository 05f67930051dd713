"""Shapes on the wire, in Fynd's spelling.

Requests are strict: what the documentation does not name is refused (a profile may relax that).
Answers describe what the documentation shows and what the mock adds where it is silent; inner fields of
addresses, prices and items are assumed, and further fields are always allowed.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from contracts.konnect import dates
from contracts.konnect.numbers import whole

BULK_LIMIT = 20
"""Most orders in one bulk call (documented on every bulk page)."""
QUANTITY_LIMIT = 1_000_000
TEXT_LIMIT = 200
LONG_TEXT_LIMIT = 20_000
"""Longest signed invoice or QR content."""
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
    int,
    Field(ge=1, le=QUANTITY_LIMIT, description="Pieces.", examples=[1]),
    BeforeValidator(whole),
]
Text = Annotated[str, Field(max_length=TEXT_LIMIT)]
LongText = Annotated[str, Field(max_length=LONG_TEXT_LIMIT)]


class Request(BaseModel):
    """Base of everything that is sent to the OMS."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Answer(BaseModel):
    """Base of everything that the OMS answers: unknown fields are allowed."""

    model_config = ConfigDict(extra="allow", defer_build=True)


# Requests


class ItemQuantity(Request):
    """An order item and how many pieces of it are meant."""

    orderItemId: ItemId
    quantity: Quantity


class ConfirmOrder(Request):
    """One order to confirm; without `orderItems` all that is left of it is meant."""

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
    """One order to cancel; without `orderItems` the whole of it."""

    orderId: ShipmentId
    orderItems: Annotated[tuple[CancelItem, ...], Field(min_length=1, max_length=ITEMS_LIMIT)] = ()


class InvoiceItem(Request):
    """An invoiced order item with the serial numbers of its pieces."""

    orderItemId: ItemId
    quantity: Quantity
    imeiSerialNumber: Annotated[tuple[Text, ...], Field(max_length=1000)] = ()


Measure = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]


class Package(Request):
    """Dimensions of a package in centimetres and grams; replaces what was stored."""

    packageId: Text | None = None
    packageLengthCm: Measure | None = None
    packageWidthCm: Measure | None = None
    packageHeightCm: Measure | None = None
    packageWeightGms: Measure | None = None


class InvoiceUpdate(Request):
    """An invoice (`invoiceType` `sale`) or a credit note (`return`) that the aggregator made.

    A number that breaks the rules, or another `invoiceType`, is refused per order with IN422.
    """

    orderId: ShipmentId
    invoiceNumber: Annotated[
        str, Field(max_length=TEXT_LIMIT, description="Unique in the company.", examples=["INV-2025-000042"])
    ]
    invoiceType: Annotated[
        str,
        Field(max_length=TEXT_LIMIT, description="`sale` or `return` (a credit note).", examples=["sale"]),
    ]
    invoiceQrCode: LongText | None = None
    irnNumber: Text | None = None
    signedInvoice: LongText | None = None
    ackNumber: Text | None = None
    ackDate: Text | None = None
    orderItems: Annotated[tuple[InvoiceItem, ...], Field(min_length=1, max_length=ITEMS_LIMIT)] = ()
    packages: Annotated[tuple[Package, ...], Field(max_length=ITEMS_LIMIT)] = ()


class DocumentOrder(Request):
    """One order whose PDF is asked for."""

    orderId: ShipmentId


class ReturnItem(Request):
    """An item of a return with the result of its quality check: no `reasonCode`, or an empty one, is good."""

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
    """One return to accept; items that are not named are in good condition."""

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


CANCEL_REASONS = ("6", "7", "8", "9", "NA")
RETURN_REASONS = {
    "BAD": (
        "tag_missing",
        "package_damaged",
        "refinish_damaged",
        "refinish_for_pressing",
        "seal_opened",
        "wrong_product_received",
    ),
    "MISSING": ("lost", "short_received", "empty_box_received", "free_gift_missing", "component_missing"),
    "UGLY": ("fully_damaged",),
}
"""Slugs of the quality-check buckets, as far as the page could be read."""


# Queries


def _digits(value: object) -> object:
    """Query strings hold text; an integer is digits with an optional sign and nothing else."""
    if isinstance(value, str):
        sign, digits = ("-", value[1:]) if value.startswith("-") else ("", value)
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
            raise ValueError("expected a whole number")
        return int(sign + digits)
    return value


def _date(value: str) -> str:
    dates.parse(value)
    return value


QueryDate = Annotated[
    str,
    AfterValidator(_date),
    Field(
        json_schema_extra={"pattern": dates.PATTERN},
        description="dd-mm-yyyy, yyyy-mm-dd or yyyy-mm-ddThh:mm:ss; inclusive.",
        examples=["2025-01-25"],
    ),
]
QueryText = Annotated[str, Field(min_length=1, max_length=TEXT_LIMIT)]


class TokenQuery(Request):
    """Credentials of the company, or of one location."""

    username: Annotated[str, Field(min_length=1, max_length=TEXT_LIMIT, examples=["default"])]
    password: Annotated[
        str,
        Field(
            min_length=1,
            max_length=TEXT_LIMIT,
            json_schema_extra={"format": "password"},
            examples=["default"],
        ),
    ]


class ShipmentQuery(Request):
    """Filters of GET shipment: one of `orderStatus` and `orderId` is required."""

    orderStatus: Annotated[
        str | None, Field(min_length=1, max_length=60, description="Status to list.", examples=["CREATED"])
    ] = None
    orderId: Annotated[
        str | None,
        Field(min_length=1, max_length=64, description="Shipment id.", examples=["17328629784861446350"]),
    ] = None
    orderingChannel: Annotated[
        QueryText | None, Field(description="Only orders of this channel.", examples=["FYND-STORE"])
    ] = None
    pageNumber: Annotated[
        Annotated[int, Field(ge=0, le=1_000_000)] | None,
        BeforeValidator(_digits),
        Field(description="First page is 1.", examples=[1]),
    ] = None
    pageSize: Annotated[
        Annotated[int, Field(ge=1, le=100_000)] | None,
        BeforeValidator(_digits),
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


# Answers


class TokenAnswer(Answer):
    """A token for the header `x-access-token`."""

    accessToken: Annotated[str, Field(examples=["61780580-3ff6-4dbb-b6d8-7955b5904a45"])]
    status: Annotated[str, Field(examples=["SUCCESS"])]


class Refusal(Answer):
    """Why one order of a bulk call was refused; the keys are assumed."""

    orderId: str
    orderItemId: str | None
    errorCode: str
    errorMessage: str


class BulkAnswer(Answer):
    """The outcome of a bulk call: `payloadCount` = `successCount` + `failedCount`."""

    payloadCount: Annotated[int, Field(ge=1, le=BULK_LIMIT)]
    successCount: Annotated[int, Field(ge=0, le=BULK_LIMIT)]
    failedCount: Annotated[int, Field(ge=0, le=BULK_LIMIT)]
    status: str
    errors: list[Refusal]


class Address(Answer):
    """A postal address; inner fields are assumed."""

    name: str
    addressLine1: str
    addressLine2: str
    city: str
    state: str
    country: str
    pincode: str
    phone: str
    email: str


class OrderPrice(Answer):
    """Totals of a shipment in `currency`; amounts have two decimals."""

    currency: str
    totalPrepaidAmount: float
    totalCashOnDeliveryCharges: float
    totalDiscount: float
    totalGiftCharges: float
    totalStoreCredit: float
    totalShippingCharges: float


class OrderItemPrice(Answer):
    """Price of one order item: `sellingPrice` per piece, `totalPrice` for what is left of it."""

    currency: str
    sellingPrice: float
    totalPrice: float
    discount: float
    shippingCharges: float
    cashOnDeliveryCharges: float


class OrderItem(Answer):
    """One bag of a shipment; `quantity` is what was not cancelled."""

    orderItemId: str
    status: str
    sku: str
    title: str
    quantity: Annotated[int, Field(ge=0)]
    cancelledQuantity: Annotated[int, Field(ge=0)]
    returnedQuantity: Annotated[int, Field(ge=0)]
    orderItemPrice: OrderItemPrice
    imeiSerialNumber: list[str]
    facilityCode: str
    returnReason: str | None


class ShipmentDocument(Answer):
    """An invoice or a credit note of a shipment."""

    type: Literal["invoice", "creditNote"]
    number: str
    date: str
    irnNumber: str | None
    ackNumber: str | None
    ackDate: str | None


class Shipment(Answer):
    """An order or a return as GET shipment shows it."""

    id: ShipmentId
    forwardId: Annotated[
        str, Field(description="The sale's shipment when this is a return, else the same as `id`.")
    ]
    marketplaceOrderId: Annotated[str, Field(examples=["FY674964020E8E174561"])]
    marketplaceReturnId: str | None
    marketplaceInvoiceNumber: str | None = None
    shippingAddress: Address
    billingAddress: Address
    multiPackShipment: bool
    packages: list[dict[str, Any]]
    fulfillmentType: str
    sellerInvoiced: Annotated[
        bool, Field(description="Whether the aggregator, not Fynd, issues the document.")
    ]
    courierName: str | None
    courierCode: str | None
    awbNumber: list[str]
    additionalInfo: str
    orderPrice: OrderPrice
    orderItems: list[OrderItem]
    orderStatus: Annotated[str, Field(examples=["CREATED"])]
    orderDate: Annotated[
        str, Field(json_schema_extra={"format": "date-time"}, examples=["2025-01-25T12:19:38+00:00"])
    ]
    orderingChannel: Annotated[str, Field(examples=["FYND-STORE"])]
    is_self_ship: bool
    order_type: Annotated[str | None, Field(examples=["PickAtStore"])] = None
    lockStatus: str
    sla: Annotated[str, Field(json_schema_extra={"format": "date-time"})]
    documents: list[ShipmentDocument]


class ShipmentInfo(Answer):
    """The light view of a shipment for frequent polling."""

    id: ShipmentId
    forwardId: str
    orderStatus: str
    orderType: str
    sla: Annotated[str, Field(json_schema_extra={"format": "date-time"})]
    lockStatus: str
    processingDue: Annotated[str, Field(json_schema_extra={"format": "date-time"})]


class InfoAnswer(Answer):
    """Light views of the shipments asked for."""

    orders: list[ShipmentInfo]


class FieldError(Answer):
    """One thing wrong with the shape of a call."""

    field: Annotated[str, Field(description="Path of the field.", examples=["[0].orderItems[1].quantity"])]
    rule: Annotated[str, Field(examples=["greater_than_equal"])]
    expected: str
    received: Annotated[str, Field(description="What came, shortened.")]


class ErrorAnswer(Answer):
    """A call that was refused as a whole; the body's shape is assumed."""

    status: Annotated[str, Field(examples=["FAILED"])]
    message: str
    errors: list[FieldError] = []
