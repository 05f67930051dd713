"""Evidence of every field on the wire: which page shows it, and how sure we are of its name.

A model has one source for all of its fields, with exceptions by name. The OpenAPI document shows them
under `x-evidence`; a test proves that every model and no unknown field is named here.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pydantic import BaseModel

from contracts.evidence import Source, assumed, documented, legacy
from contracts.konnect import models


@dataclass(frozen=True, slots=True)
class Fields:
    """Evidence of the fields of one model: `origin` holds for all that `exceptions` does not name."""

    origin: Source
    exceptions: dict[str, Source] = field(default_factory=dict)


_LINEAGE = assumed("inner fields are not shown; the names are those of the API that this one descends from")
_PREVIOUS = legacy("integrations", "read in the previous generation")
_NAME_UNSEEN = assumed("described without its name", "shipment-info")

FIELDS: dict[type[BaseModel], Fields] = {
    models.TokenQuery: Fields(documented("authorization")),
    models.ShipmentQuery: Fields(documented("get-orders")),
    models.InfoQuery: Fields(documented("shipment-info")),
    models.ItemQuantity: Fields(documented("confirm")),
    models.ConfirmOrder: Fields(documented("confirm")),
    models.CancelItem: Fields(documented("cancel")),
    models.CancelOrder: Fields(documented("cancel")),
    models.InvoiceItem: Fields(documented("update-invoice")),
    models.Package: Fields(documented("update-invoice")),
    models.InvoiceUpdate: Fields(documented("update-invoice")),
    models.DocumentOrder: Fields(documented("customer-invoice")),
    models.ReturnItem: Fields(documented("return-qc")),
    models.ReturnOrder: Fields(documented("return-qc")),
    models.TokenAnswer: Fields(
        legacy("integrations", "the page describes two fields without their names; these are v1's")
    ),
    models.BulkAnswer: Fields(documented("confirm", "as in the example")),
    models.Refusal: Fields(assumed("the item of `errors` is never shown")),
    models.Address: Fields(_LINEAGE),
    models.OrderPrice: Fields(_LINEAGE, {"currency": _PREVIOUS, "totalPrepaidAmount": _PREVIOUS}),
    models.OrderItemPrice: Fields(_LINEAGE),
    models.OrderItem: Fields(_LINEAGE, {"orderItemId": _PREVIOUS, "sku": _PREVIOUS, "quantity": _PREVIOUS}),
    models.ShipmentDocument: Fields(assumed("documents are promised, their shape is not shown")),
    models.Shipment: Fields(
        documented("get-orders", "as in the example"),
        {
            "forwardId": documented("get-returns"),
            "marketplaceReturnId": documented("get-returns"),
            "orderingChannel": documented("get-orders"),
            "is_self_ship": documented("update-awb"),
            "order_type": documented("pick-at-store", "in prose; no example shows the key"),
            "lockStatus": documented("shipment-info", "the name; its values are not shown"),
            "sla": assumed("documented for the light view", "shipment-info"),
            "documents": assumed("documents are promised, the key is not shown", "get-order-by-id"),
        },
    ),
    models.ShipmentInfo: Fields(
        documented("shipment-info"),
        {
            "forwardId": assumed("as in a shipment"),
            "orderStatus": _NAME_UNSEEN,
            "orderType": _NAME_UNSEEN,
            "processingDue": _NAME_UNSEEN,
        },
    ),
    models.InfoAnswer: Fields(documented("shipment-info")),
    models.FieldError: Fields(assumed("no error body is published")),
    models.ErrorAnswer: Fields(assumed("no error body is published")),
}


def origin_of(model: type[BaseModel], name: str) -> Source:
    """Evidence of one field of a wire model; raises KeyError for a model that is not listed."""
    known = FIELDS[model]
    return known.exceptions.get(name, known.origin)
