"""Documents: pushing invoices and credit notes; fetching invoices and labels as PDF."""

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
from contracts.konnect.sentences import (
    NUMBER,
    UNKNOWN,
    UNKNOWN_ITEM,
    UNKNOWN_RETURN,
    all_that_is_left,
    cancelled,
)
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
    """Dimensions of a package in centimetres and grams; replaces the stored ones."""

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


_INVOICE = documented("update-invoice")
_PRINT = documented("customer-invoice")
_LABEL = documented("shipping-label")
_UNPUBLISHED_CODE = assumed("the page gives no code for it")
_LIKE_SALE = assumed("the credit-note page has no error table; the codes of the same call are used")

_FIELDS: FieldEvidence = {
    InvoiceItem: Fields(_INVOICE),
    Package: Fields(_INVOICE),
    InvoiceUpdate: Fields(_INVOICE),
    DocumentOrder: Fields(_PRINT),
}

_update_invoice = partial(Row, "update_invoice", origin=_INVOICE)
_credit_note = partial(Row, "credit_note", origin=_LIKE_SALE)
_invoice = partial(Row, "invoice", origin=_PRINT)
_labels = partial(Row, "labels", origin=_LABEL)

_PROBLEMS = (
    _update_invoice(Problem.UNKNOWN, "IN400", "order not of the requested location").says(*UNKNOWN),
    _update_invoice(Problem.UNKNOWN_ITEM, "IN400", "item not in the order").says(*UNKNOWN_ITEM),
    _update_invoice(Problem.CANCELLED, "IN401", "order or item is cancelled").says(*cancelled("invoiced")),
    _update_invoice(Problem.WRONG_TYPE, "IN422", "invoiceType does not fit").says(
        "invoiceType {type} of {order} is neither sale nor return; send sale for the invoice of"
        " an order, return for the credit note of a return{near}",
        "{order} is the return of {sale}, and invoiceType sale is for orders; send invoiceType return"
        " with its credit note",
    ),
    _update_invoice(Problem.NUMBER, "IN422", "invoiceNumber breaks the rules").says(*NUMBER),
    _update_invoice(
        Problem.MODE,
        "IN453",
        "Fynd OMS issues the invoices of this order",
        origin=assumed("follows from the code's definition"),
    ).says(
        "Fynd OMS issues the invoice of {order} (invoice mode fynd, set when the order was placed at"
        " {placed}); do not push one, fetch it once it is there (POST /oms/v3/shipment/invoice)"
    ),
    _update_invoice(Problem.ALREADY, "IN453", "invoiced before").says(
        "{order} already has invoice {document}, {documented}; a second one is refused. Next: {next}",
        "{order} {state} without an invoice; it can no longer be invoiced. Next: {next}",
    ),
    _update_invoice(Problem.TOO_EARLY, "IN403", "not confirmed yet").says(
        "{order} {state}; confirm it first (POST /oms/v3/shipment/confirm), then push its invoice"
    ),
    _update_invoice(
        Problem.QUANTITY, "IN422", "not all that is left of the order", origin=_UNPUBLISHED_CODE
    ).says(*all_that_is_left("an invoice covers")),
    _credit_note(Problem.UNKNOWN, "IN400", "return not of the requested location").says(*UNKNOWN_RETURN),
    _credit_note(Problem.UNKNOWN_ITEM, "IN400", "item not in the return").says(*UNKNOWN_ITEM),
    _credit_note(Problem.CANCELLED, "IN401", "order is cancelled").says(
        "item {item} of {order} was cancelled; leave it out",
        "{order} {state}; a cancelled order has no return, and so no credit note. Next: {next}",
    ),
    _credit_note(Problem.WRONG_TYPE, "IN422", "invoiceType does not fit").says(
        "{order} is a sale, and invoiceType return is for the credit note of a return; send the id of"
        " the return, or invoiceType sale for an invoice"
    ),
    _credit_note(Problem.NUMBER, "IN422", "invoiceNumber breaks the rules").says(*NUMBER),
    _credit_note(Problem.MODE, "IN453", "Fynd OMS issues the credit notes of this return").says(
        "Fynd OMS issues the credit note of {order} (credit note mode fynd, set when the return was"
        " started at {placed}); do not push one, fetch it once it is there (POST"
        " /oms/v3/shipment/invoice)"
    ),
    _credit_note(Problem.ALREADY, "IN453", "credit note exists").says(
        "{order} already has credit note {document}, {documented}; a second one is refused. Next: {next}",
        "{order} {state} without a credit note; none can be pushed any more. Next: {next}",
    ),
    _credit_note(Problem.TOO_EARLY, "IN403", "return not accepted yet").says(
        "{order} {state}; it is too early for its credit note. Next: {next}"
    ),
    _credit_note(Problem.TOO_LATE, "IN403", "the state does not allow it").says(
        "{order} {state}; a rejected return gets no credit note. Next: {next}"
    ),
    _credit_note(Problem.QUANTITY, "IN422", "not all that is returned").says(
        *all_that_is_left("a credit note covers")
    ),
    _invoice(Problem.UNKNOWN, "IN400", "order not of the requested location").says(*UNKNOWN),
    _invoice(
        Problem.TOO_EARLY,
        "IN403",
        "no invoice yet",
        origin=documented(
            "customer-invoice",
            "the page says: before packing; Pick-At-Store is not packed, so: before invoicing",
        ),
    ).says("{order} {state}; there is no invoice or credit note to print. Next: {next}"),
    _labels(Problem.UNKNOWN, "L400", "order not of the requested location").says(*UNKNOWN),
    _labels(
        Problem.TOO_EARLY,
        "L403",
        "not invoiced yet",
        origin=documented(
            "shipping-label",
            "the page says: before packing; Pick-At-Store is not packed, so: before invoicing",
        ),
    ).says("{order} {state}; a label is printed only with an invoice or a credit note. Next: {next}"),
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
                "update_invoice", "Update invoice", "push the sale's invoice (`invoiceType` `sale`)", _INVOICE
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
                _PRINT,
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
        (Touchpoint("labels", "Shipping label", "fetch labels as one PDF", _LABEL),),
        item=DocumentOrder,
        requests={"one": example("One order", [{"orderId": ORDER}])},
        ready=(State.BAG_INVOICED, State.HANDED_OVER),
        near=(State.BAG_CONFIRMED,),
        next_step="Fetch the label of the first order.",
    ),
)

GROUP = Group("Documents", "Invoices, credit notes and labels.", _OPERATIONS, _FIELDS, _PROBLEMS)
