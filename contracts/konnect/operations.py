"""The operations of the API: one row per method and path, each with the touchpoints that it serves.

The mock builds its dispatch from these rows, the OpenAPI document is generated from them, and the README's
table is written from them. A touchpoint is what the documentation gives a page of its own; two touchpoints
may share an operation (invoiceUpdate carries the sale's invoice and the return's credit note).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from pydantic import BaseModel

from contracts.evidence import Source, documented
from contracts.konnect import models
from contracts.konnect.models import BULK_LIMIT

TOKEN_HEADER = "x-access-token"  # noqa: S105 - the header's name


class Reply(StrEnum):
    """Kinds of successful answer."""

    TOKEN = "token"  # noqa: S105
    SHIPMENTS = "shipments"
    INFO = "info"
    BULK = "bulk"
    PDF = "pdf"


@dataclass(frozen=True, slots=True)
class Touchpoint:
    """One documented use of an operation; `name` keys the rows of `contracts.problems`."""

    name: str
    title: str
    purpose: str
    origin: Source


@dataclass(frozen=True, slots=True)
class Operation:
    """One method and path.

    `item` is the shape of one element of the body's array, `query` that of the query string; both None when
    there is none.
    """

    name: str
    method: str
    path: str
    title: str
    reply: Reply
    touchpoints: tuple[Touchpoint, ...]
    query: type[BaseModel] | None = None
    item: type[BaseModel] | None = None

    @property
    def origin(self) -> Source:
        """Evidence of the operation: that of its first touchpoint."""
        return self.touchpoints[0].origin

    @property
    def needs_token(self) -> bool:
        """Whether the call must carry `x-access-token`."""
        return self.reply is not Reply.TOKEN

    @property
    def limit(self) -> int | None:
        """Most orders in one call; None when the call has no body."""
        return BULK_LIMIT if self.item else None


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "generate_token",
        "GET",
        "/aggregator/v1/token",
        "Generate access token",
        Reply.TOKEN,
        (
            Touchpoint(
                "generate_token",
                "Generate access token",
                "exchange integration credentials, of the company or of one location, for a token",
                documented("authorization"),
            ),
        ),
        query=models.TokenQuery,
    ),
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
        query=models.ShipmentQuery,
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
                documented("shipment-info"),
            ),
        ),
        query=models.InfoQuery,
    ),
    Operation(
        "confirm",
        "POST",
        "/oms/v3/shipment/confirm",
        "Confirm orders",
        Reply.BULK,
        (
            Touchpoint(
                "confirm",
                "Order confirmation",
                "confirm orders and reserve their items",
                documented("confirm"),
            ),
        ),
        item=models.ConfirmOrder,
    ),
    Operation(
        "cancel",
        "POST",
        "/oms/v3/shipment/cancel",
        "Cancel orders or items",
        Reply.BULK,
        (
            Touchpoint(
                "cancel", "Order cancellation", "cancel orders, or some of their items", documented("cancel")
            ),
        ),
        item=models.CancelOrder,
    ),
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
        item=models.InvoiceUpdate,
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
        item=models.DocumentOrder,
    ),
    Operation(
        "fetch_labels",
        "POST",
        "/oms/v3/shipment/labels",
        "Fetch shipping labels",
        Reply.PDF,
        (Touchpoint("labels", "Shipping label", "fetch labels as one PDF", documented("shipping-label")),),
        item=models.DocumentOrder,
    ),
    Operation(
        "accept_return",
        "POST",
        "/oms/v3/shipment/return",
        "Accept returns",
        Reply.BULK,
        (
            Touchpoint(
                "return",
                "Return and QC",
                "accept returns with their quality-check result",
                documented("return-qc"),
            ),
        ),
        item=models.ReturnOrder,
    ),
)


@cache
def operation(name: str) -> Operation:
    """The row called `name`; raises KeyError."""
    return {row.name: row for row in OPERATIONS}[name]


def touchpoints() -> tuple[tuple[Operation, Touchpoint], ...]:
    """Every touchpoint with its operation."""
    return tuple((row, touchpoint) for row in OPERATIONS for touchpoint in row.touchpoints)
