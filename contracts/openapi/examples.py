"""Examples of requests and answers; a test proves that each is valid against its schema and its model."""

from __future__ import annotations

from typing import Any

from contracts.konnect import dates

ORDER = "17328629784861446350"
RETURN = "17328629784861446351"
BAG = "1003187"
_SLA = "2025-01-25T13:19:38+00:00"


def example(summary: str, value: Any) -> dict[str, Any]:
    """One entry of an `examples` object."""
    return {"summary": summary, "value": value}


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
    "title": "Blue shirt, medium",
    "quantity": 2,
    "cancelledQuantity": 0,
    "returnedQuantity": 0,
    "orderItemPrice": {
        "currency": "INR",
        "sellingPrice": 999.0,
        "totalPrice": 1998.0,
        "discount": 0.0,
        "shippingCharges": 0.0,
        "cashOnDeliveryCharges": 0.0,
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
    "orderingChannel": "FYND-STORE",
    "is_self_ship": False,
    "order_type": "PickAtStore",
    "lockStatus": "",
    "sla": _SLA,
    "documents": [],
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
            "orderItemId": "1003188",
            "status": "RETURN_COMPLETED",
            "quantity": 1,
            "returnedQuantity": 1,
            "orderItemPrice": _ITEM["orderItemPrice"] | {"totalPrice": 999.0},  # type: ignore[operator] # a dict
            "returnReason": "too small",
        }
    ],
    "orderStatus": "RETURN_COMPLETED",
    "orderDate": "2025-01-27T09:58:00+00:00",
    "sla": "2025-01-27T10:58:00+00:00",
    "documents": [_CREDIT_NOTE],
}

INFO = {
    "orders": [
        {
            "id": ORDER,
            "forwardId": ORDER,
            "orderStatus": "CREATED",
            "orderType": "PickAtStore",
            "sla": _SLA,
            "lockStatus": "",
            "processingDue": _SLA,
        }
    ]
}

TOKEN = {"accessToken": "61780580-3ff6-4dbb-b6d8-7955b5904a45", "status": "SUCCESS"}

_ONE_ITEM = [{"orderItemId": BAG, "quantity": 2}]

REQUESTS: dict[str, dict[str, dict[str, Any]]] = {
    "confirm": {
        "all": example(
            "All that is left of two orders", [{"orderId": ORDER}, {"orderId": "17328629784861446399"}]
        ),
        "items": example("The items named", [{"orderId": ORDER, "orderItems": _ONE_ITEM}]),
    },
    "cancel": {
        "whole": example("A whole order", [{"orderId": ORDER}]),
        "items": example(
            "One piece, out of stock",
            [{"orderId": ORDER, "orderItems": [{"orderItemId": BAG, "quantity": 1, "reasonCode": "6"}]}],
        ),
    },
    "invoice_update": {
        "sale": example(
            "The invoice of a sale",
            [{"orderId": ORDER, "invoiceNumber": "INV-2025-000042", "invoiceType": "sale"}],
        ),
        "e_invoice": example(
            "With what the tax authority gave, and serial numbers",
            [
                {
                    "orderId": ORDER,
                    "invoiceNumber": "INV-2025-000043",
                    "invoiceType": "sale",
                    "irnNumber": "a5c12dca80e743321740b001fd70953e8738d109865d28ba4013750f2046f229",
                    "ackNumber": "112010036563310",
                    "ackDate": "2025-01-25 12:30:00",
                    "orderItems": [
                        {
                            "orderItemId": BAG,
                            "quantity": 2,
                            "imeiSerialNumber": ["356938035643809", "356938035643817"],
                        }
                    ],
                    "packages": [{"packageId": "P1", "packageLengthCm": 30, "packageWeightGms": 450.5}],
                }
            ],
        ),
        "return": example(
            "The credit note of a return",
            [{"orderId": RETURN, "invoiceNumber": "CN-2025-000007", "invoiceType": "return"}],
        ),
    },
    "fetch_invoice": {"one": example("One order", [{"orderId": ORDER}])},
    "fetch_labels": {"one": example("One order", [{"orderId": ORDER}])},
    "accept_return": {
        "good": example("Everything in good condition", [{"orderId": RETURN}]),
        "bad": example(
            "A piece without its tag",
            [
                {
                    "orderId": RETURN,
                    "orderItems": [{"orderItemId": "1003188", "quantity": 1, "reasonCode": "tag_missing"}],
                }
            ],
        ),
    },
}

ALL_WELL = {"payloadCount": 2, "successCount": 2, "failedCount": 0, "status": "SUCCESS", "errors": []}


def refused(code: str, message: str) -> dict[str, Any]:
    """A bulk answer in which the only order was refused."""
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
    """The answer to a call that was refused as a whole without findings about fields."""
    return {"status": "FAILED", "message": message, "errors": []}
