"""Documents: pushing invoices and credit notes; fetching invoices and labels as PDF."""

from __future__ import annotations

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
from contracts.konnect.shared import (
    BAG,
    ITEMS_LIMIT,
    ORDER,
    RETURN,
    TEXT_LIMIT,
    ItemId,
    LongText,
    Quantity,
    Request,
    ShipmentId,
    Text,
)
from contracts.lifecycle.table import State


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
    """An invoice or a credit note that the aggregator made.

    `invoiceType` is `sale` for an invoice and `return` for a credit note; any other type, or a number that
    breaks the rules, is refused per order with IN422.
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
    """One order of a request for PDFs."""

    orderId: ShipmentId


_UNPUBLISHED_CODE = assumed("the page gives no code for it")
_LIKE_SALE = assumed("the credit-note page has no error table; the codes of the same call are used")

_FIELDS: FieldEvidence = {
    InvoiceItem: Fields(documented("update-invoice")),
    Package: Fields(documented("update-invoice")),
    InvoiceUpdate: Fields(documented("update-invoice")),
    DocumentOrder: Fields(documented("customer-invoice")),
}

_PROBLEMS = (
    Row(
        "update_invoice",
        Problem.UNKNOWN,
        "IN400",
        "order not of the requested location",
        documented("update-invoice"),
    ),
    Row(
        "update_invoice", Problem.UNKNOWN_ITEM, "IN400", "item not in the order", documented("update-invoice")
    ),
    Row(
        "update_invoice",
        Problem.CANCELLED,
        "IN401",
        "order or item is cancelled",
        documented("update-invoice"),
    ),
    Row(
        "update_invoice",
        Problem.WRONG_TYPE,
        "IN422",
        "invoiceType does not fit",
        documented("update-invoice"),
    ),
    Row(
        "update_invoice",
        Problem.NUMBER,
        "IN422",
        "invoiceNumber breaks the rules",
        documented("update-invoice"),
    ),
    Row(
        "update_invoice",
        Problem.MODE,
        "IN453",
        "Fynd OMS issues the invoices of this order",
        assumed("follows from the code's definition"),
    ),
    Row("update_invoice", Problem.ALREADY, "IN453", "invoiced before", documented("update-invoice")),
    Row("update_invoice", Problem.TOO_EARLY, "IN403", "not confirmed yet", documented("update-invoice")),
    Row("update_invoice", Problem.QUANTITY, "IN422", "not all that is left of the order", _UNPUBLISHED_CODE),
    Row("credit_note", Problem.UNKNOWN, "IN400", "return not of the requested location", _LIKE_SALE),
    Row("credit_note", Problem.UNKNOWN_ITEM, "IN400", "item not in the return", _LIKE_SALE),
    Row("credit_note", Problem.CANCELLED, "IN401", "order is cancelled", _LIKE_SALE),
    Row("credit_note", Problem.WRONG_TYPE, "IN422", "invoiceType does not fit", _LIKE_SALE),
    Row("credit_note", Problem.NUMBER, "IN422", "invoiceNumber breaks the rules", _LIKE_SALE),
    Row("credit_note", Problem.MODE, "IN453", "Fynd OMS issues the credit notes of this return", _LIKE_SALE),
    Row("credit_note", Problem.ALREADY, "IN453", "credit note exists", _LIKE_SALE),
    Row("credit_note", Problem.TOO_EARLY, "IN403", "return not accepted yet", _LIKE_SALE),
    Row("credit_note", Problem.TOO_LATE, "IN403", "the state does not allow it", _LIKE_SALE),
    Row("credit_note", Problem.QUANTITY, "IN422", "not all that is returned", _LIKE_SALE),
    Row(
        "invoice",
        Problem.UNKNOWN,
        "IN400",
        "order not of the requested location",
        documented("customer-invoice"),
    ),
    Row(
        "invoice",
        Problem.TOO_EARLY,
        "IN403",
        "no invoice yet",
        documented(
            "customer-invoice",
            "the page says: before packing; Pick-At-Store is not packed, so: before invoicing",
        ),
    ),
    Row(
        "labels", Problem.UNKNOWN, "L400", "order not of the requested location", documented("shipping-label")
    ),
    Row(
        "labels",
        Problem.TOO_EARLY,
        "L403",
        "not invoiced yet",
        documented(
            "shipping-label",
            "the page says: before packing; Pick-At-Store is not packed, so: before invoicing",
        ),
    ),
)

_OPERATIONS = (
    Operation(
        "invoice_update",
        "POST",
        "/oms/v3/shipment/invoiceUpdate",
        "Push invoices or credit notes",
        Reply.BULK,
        (
            Touchpoint(
                "update_invoice",
                "Update invoice",
                "push the sale's invoice (`invoiceType` `sale`)",
                documented("update-invoice"),
            ),
            Touchpoint(
                "credit_note",
                "Credit note",
                "push the return's credit note (`invoiceType` `return`)",
                documented("credit-note"),
            ),
        ),
        item=InvoiceUpdate,
        writes=True,
        requests={
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
        ready=(State.BAG_CONFIRMED, State.RETURN_ACCEPTED),
        near=(State.PLACED, State.CANCELLED_FYND, State.BAG_INVOICED, State.RETURN_COMPLETED),
    ),
    Operation(
        "fetch_invoice",
        "POST",
        "/oms/v3/shipment/invoice",
        "Fetch customer invoices",
        Reply.PDF,
        (
            Touchpoint(
                "invoice",
                "Customer invoice",
                "fetch invoices, or credit notes of returns, as one PDF",
                documented("customer-invoice"),
            ),
        ),
        item=DocumentOrder,
        requests={"one": example("One order", [{"orderId": ORDER}])},
        ready=(State.BAG_INVOICED, State.HANDED_OVER, State.RETURN_COMPLETED),
        near=(State.BAG_CONFIRMED,),
        next_step="Fetch the invoice of the first order.",
    ),
    Operation(
        "fetch_labels",
        "POST",
        "/oms/v3/shipment/labels",
        "Fetch shipping labels",
        Reply.PDF,
        (Touchpoint("labels", "Shipping label", "fetch labels as one PDF", documented("shipping-label")),),
        item=DocumentOrder,
        requests={"one": example("One order", [{"orderId": ORDER}])},
        ready=(State.BAG_INVOICED, State.HANDED_OVER),
        near=(State.BAG_CONFIRMED,),
        next_step="Fetch the label of the first order.",
    ),
)

GROUP = Group(
    "Documents",
    "Invoices, credit notes and labels.",
    _OPERATIONS,
    _FIELDS,
    _PROBLEMS,
)
