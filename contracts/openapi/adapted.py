"""The document of the touchpoints, adapted to a behaviour profile.

The served document describes the default profile. A target is compared with the document of its profile,
because a choice of the profile is no deviation.
"""

from __future__ import annotations

import copy
from collections.abc import Collection
from typing import Any

from contracts import vocabulary
from contracts.konnect.shipment import LINEAGE_PRICES
from contracts.profile import DEFAULT, Profile

Json = dict[str, Any]
_REFUSAL_KEYS = {
    "orderId": "error_order_key",
    "orderItemId": "error_item_key",
    "errorCode": "error_code_key",
    "errorMessage": "error_message_key",
}


def adapted(document: Json, profile: Profile) -> Json:
    """Return the document with the choices of `profile`."""
    if profile == DEFAULT:
        return document
    copied: Json = copy.deepcopy(document)
    schemas = copied["components"]["schemas"]
    _rename(schemas["TokenAnswer"], {"accessToken": profile.token_field})
    _rename(schemas["Refusal"], {name: getattr(profile, choice) for name, choice in _REFUSAL_KEYS.items()})
    _shipment(schemas["Shipment"], profile)
    if profile.item_price_names == "lineage":
        _rename(schemas["OrderItemPrice"], LINEAGE_PRICES)
    for item in copied["paths"].values():
        for operation in item.values():
            _operation(operation, profile)
    return copied


def _rename(schema: Json, names: dict[str, str]) -> None:
    schema["properties"] = {names.get(name, name): inner for name, inner in schema["properties"].items()}
    schema["required"] = [names.get(name, name) for name in schema["required"]]


def _shipment(schema: Json, profile: Profile) -> None:
    properties = schema["properties"]
    if profile.order_type_key != "order_type":
        properties["orderType"] = properties["order_type"]
    if profile.order_type_key == "orderType":
        del properties["order_type"]
    properties.setdefault(profile.credit_note_number_key, properties["marketplaceInvoiceNumber"])
    for name in profile.extra_fields:
        properties.setdefault(name, {})


def _operation(operation: Json, profile: Profile) -> None:
    answers = operation["responses"]
    good = answers["200"]
    if operation["operationId"] == "get_shipments":
        _wrap(good, wrapped=profile.list_envelope == "orders", was="bare")
        if profile.unknown_order == "not_found":
            answers["404"] = answers["400"]
    if operation["operationId"] == "get_shipment_info":
        _wrap(good, wrapped=profile.info_envelope == "orders", was="orders")
    for parameter in operation.get("parameters", ()):
        _parameter(parameter, profile)
    token = operation["operationId"] == "generate_token"
    own = profile.bad_credentials_status if token else profile.unauthorized_status
    answers.setdefault(str(profile.shape_status), answers["400"])
    answers.setdefault(str(own), answers["401"])
    if "requestBody" in operation:
        for status in sorted(profile.refusing_statuses):
            answers.setdefault(str(status), good)


def _wrap(answer: Json, *, wrapped: bool, was: str) -> None:
    """Wrap a list in `orders`, or unwrap the list."""
    content = answer["content"]["application/json"]
    content.pop("examples", None)
    if wrapped and was == "bare":
        content["schema"] = {
            "type": "object",
            "required": ["orders"],
            "properties": {"orders": content["schema"]},
        }
    if not wrapped and was == "orders":
        content["schema"] = {"type": "array", "items": {"$ref": "#/components/schemas/ShipmentInfo"}}
    if wrapped != (was == "orders"):
        answer.pop("links", None)


def _parameter(parameter: Json, profile: Profile) -> None:
    schema = parameter["schema"]
    if parameter["name"] == "orderStatus":
        schema["enum"] = list(vocabulary.filters(profile))
    if parameter["name"] == "pageSize" and profile.page_size_over_max == "reject":
        schema["maximum"] = profile.page_size_max
    if parameter["name"] == "pageNumber" and profile.page_zero == "reject":
        schema["minimum"] = 1


def part_of(document: Json, operations: Collection[str]) -> Json:
    """Return only these operations, without links; none given: all operations."""
    if not operations:
        return document
    copied: Json = copy.deepcopy(document)
    for item in copied["paths"].values():
        for method, operation in list(item.items()):
            operation["responses"]["200"].pop("links", None)
            if operation["operationId"] not in operations:
                del item[method]
    copied["paths"] = {path: item for path, item in copied["paths"].items() if item}
    return copied
