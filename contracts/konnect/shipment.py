"""The shipment in answers: an order or a return."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from contracts.evidence import assumed, documented, legacy
from contracts.konnect.base import FieldEvidence, Fields
from contracts.konnect.shared import BAG, ORDER, RETURN, Answer, ShipmentId


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
    orderTotalAmount: float | None = None
    totalPrepaidAmount: float
    totalCashOnDeliveryCharges: float
    totalDiscount: float
    totalGiftCharges: float
    totalStoreCredit: float
    totalShippingCharges: float


class OrderItemPrice(Answer):
    """Price of one order item, for all pieces that were not cancelled.

    `totalItemPrice` is `totalMarkedPrice` less `discount`.
    """

    currency: str
    totalMarkedPrice: float
    discount: float
    totalItemPrice: float
    transferPrice: float
    shippingCharges: float


LINEAGE_PRICES = {
    "totalMarkedPrice": "sellingPrice",
    "totalItemPrice": "totalPrice",
    "transferPrice": "cashOnDeliveryCharges",
}
"""Names of a price that a profile may replace -> those of the older API. `sellingPrice` is per piece."""


class ProductIdentifiers(Answer):
    """Codes of a product."""

    sku_code: str


class OrderItem(Answer):
    """One bag of a shipment; `quantity` excludes cancelled pieces."""

    orderItemId: str
    status: str
    sku: str
    productIdentifiers: ProductIdentifiers | None = None
    packetNumber: int | None = None
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
    """An order or a return, as GET shipment returns it."""

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
        str,
        Field(
            description="Indian wall-clock time, although its offset says UTC.",
            json_schema_extra={"format": "date-time"},
            examples=["2025-01-25T12:19:38+00:00"],
        ),
    ]
    modifiedDate: Annotated[
        str | None,
        Field(
            description="Time of the last event, spelled like `orderDate`.",
            json_schema_extra={"format": "date-time"},
        ),
    ] = None
    paymentType: Annotated[str | None, Field(examples=["PREPAID"])] = None
    orderingChannel: Annotated[str, Field(examples=["FYND-STORE"])]
    is_self_ship: bool
    order_type: Annotated[str | None, Field(examples=["PickAtStore"])] = None
    lockStatus: str | bool
    sla: Annotated[str, Field(json_schema_extra={"format": "date-time"})]
    documents: list[ShipmentDocument]
    gstin: Annotated[str | None, Field(description="GSTIN of a buyer who is a business.")]


_LINEAGE = assumed("inner fields are not shown; the names are those of the API that this one descends from")
_PARSER = legacy("summaries", "a parser of returns names these keys as Konnect's")
_PREVIOUS = legacy("integrations", "read in the previous generation")

SHIPMENT_FIELDS: FieldEvidence = {
    Address: Fields(_LINEAGE),
    ProductIdentifiers: Fields(_PARSER),
    OrderPrice: Fields(
        _LINEAGE,
        {"orderTotalAmount": _PARSER, "currency": _PREVIOUS, "totalPrepaidAmount": _PREVIOUS},
    ),
    OrderItemPrice: Fields(_PARSER, {"currency": _LINEAGE}),
    OrderItem: Fields(
        _LINEAGE,
        {
            "orderItemId": _PREVIOUS,
            "sku": _PREVIOUS,
            "quantity": _PREVIOUS,
            "productIdentifiers": _PARSER,
            "packetNumber": _PARSER,
        },
    ),
    ShipmentDocument: Fields(assumed("documents are promised, their shape is not shown")),
    Shipment: Fields(
        documented("get-orders", "as in the example"),
        {
            "forwardId": documented("get-returns"),
            "marketplaceReturnId": documented("get-returns"),
            "orderDate": documented(
                "get-orders", "the example shows Indian wall-clock time: its ids say 06:49:38 UTC"
            ),
            "modifiedDate": _PARSER,
            "paymentType": _PARSER,
            "orderingChannel": documented("get-orders"),
            "is_self_ship": documented("update-awb"),
            "order_type": documented("pick-at-store", "in prose; no example shows the key"),
            "lockStatus": documented("shipment-info", "the name; its values are not shown"),
            "sla": assumed("documented for the light view", "shipment-info"),
            "gstin": _LINEAGE,
            "documents": assumed("documents are promised, the key is not shown", "get-order-by-id"),
        },
    ),
}


# Examples

SLA = "2025-01-25T13:19:38+00:00"

_ADDRESS = {
    "name": "Asha Rao",
    "addressLine1": "12 Residency Road",
    "addressLine2": "",
    "city": "Bengaluru",
    "state": "Karnataka",
    "country": "India",
    "pincode": "560025",
    "phone": "9800000001",
    "email": "asha.rao@example.com",
}

_ITEM = {
    "orderItemId": BAG,
    "status": "CREATED",
    "sku": "SHIRT-BLU-M",
    "productIdentifiers": {"sku_code": "SHIRT-BLU-M"},
    "packetNumber": 1,
    "title": "Blue shirt, medium",
    "quantity": 2,
    "cancelledQuantity": 0,
    "returnedQuantity": 0,
    "orderItemPrice": {
        "currency": "INR",
        "totalMarkedPrice": 1998.0,
        "discount": 0.0,
        "totalItemPrice": 1998.0,
        "transferPrice": 0.0,
        "shippingCharges": 0.0,
    },
    "imeiSerialNumber": [],
    "facilityCode": "STORE-1",
    "returnReason": None,
}

SHIPMENT: dict[str, Any] = {
    "id": ORDER,
    "forwardId": ORDER,
    "marketplaceOrderId": "FY674964020E8E174561",
    "marketplaceReturnId": None,
    "marketplaceInvoiceNumber": None,
    "shippingAddress": _ADDRESS,
    "billingAddress": _ADDRESS,
    "multiPackShipment": False,
    "packages": [],
    "fulfillmentType": "marketplaceFulfilled",
    "sellerInvoiced": True,
    "courierName": None,
    "courierCode": None,
    "awbNumber": [],
    "additionalInfo": "",
    "orderPrice": {
        "currency": "INR",
        "orderTotalAmount": 1998.0,
        "totalPrepaidAmount": 1998.0,
        "totalCashOnDeliveryCharges": 0.0,
        "totalDiscount": 0.0,
        "totalGiftCharges": 0.0,
        "totalStoreCredit": 0.0,
        "totalShippingCharges": 0.0,
    },
    "orderItems": [_ITEM],
    "orderStatus": "CREATED",
    "orderDate": "2025-01-25T12:19:38+00:00",
    "modifiedDate": "2025-01-25T12:19:38+00:00",
    "paymentType": "PREPAID",
    "orderingChannel": "FYND-STORE",
    "is_self_ship": False,
    "order_type": "PickAtStore",
    "lockStatus": "",
    "sla": SLA,
    "documents": [],
    "gstin": None,
}

_CREDIT_NOTE = {
    "type": "creditNote",
    "number": "CN-2025-000007",
    "date": "2025-01-27T10:02:11+00:00",
    "irnNumber": None,
    "ackNumber": None,
    "ackDate": None,
}

RETURN_SHIPMENT: dict[str, Any] = SHIPMENT | {
    "id": RETURN,
    "marketplaceReturnId": "RT674964020E8E174561",
    "marketplaceInvoiceNumber": "CN-2025-000007",
    "orderItems": [
        _ITEM
        | {
            "status": "RETURN_COMPLETED",
            "quantity": 1,
            "returnedQuantity": 1,
            "orderItemPrice": _ITEM["orderItemPrice"] | {"totalMarkedPrice": 999.0, "totalItemPrice": 999.0},  # type: ignore[operator] # a dict
            "returnReason": "too small",
        }
    ],
    "orderStatus": "RETURN_COMPLETED",
    "orderDate": "2025-01-27T09:58:00+00:00",
    "modifiedDate": "2025-01-27T10:02:11+00:00",
    "sla": "2025-01-27T10:58:00+00:00",
    "documents": [_CREDIT_NOTE],
}
