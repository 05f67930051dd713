"""Checks of answer shapes: documented fields first, then our models.

They run in each step that called Konnect.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel, ValidationError

from contracts.evidence import Evidence
from contracts.konnect import orders
from contracts.konnect import shipment as wire
from contracts.konnect.operations import Reply as Kind
from contracts.konnect.operations import operation_of
from scenarios.checks.base import CheckResult
from scenarios.session.memory import FlowMemory
from scenarios.targets.answers import Reading, Shipment, UnreadableError
from scenarios.targets.http import Reply

SHIPMENT_FIELDS = (
    "id",
    "forwardId",
    "marketplaceOrderId",
    "marketplaceReturnId",
    "shippingAddress",
    "billingAddress",
    "multiPackShipment",
    "packages",
    "fulfillmentType",
    "sellerInvoiced",
    "orderPrice",
    "orderItems",
    "orderStatus",
    "orderDate",
)
"""Fields of the published example."""
NEEDED = ("id", "forwardId", "orderItems", "orderStatus")
"""Fields that later calls are made of; no other missing field explains what they are answered."""
BULK_FIELDS = ("payloadCount", "successCount", "failedCount", "status", "errors")
INFO_FIELDS = ("id",)
SHIPMENTS_LOOKED_AT = 20
"""Shipments that are checked per answer."""


@dataclass(frozen=True, slots=True)
class ShapeViolation:
    """A missing field, or one of the wrong type; `result.passed` is False.

    `shown`: no later call needs the field.
    """

    evidence: Evidence
    result: CheckResult
    shown: bool = False


def shape_violations(touchpoint: str, reply: Reply, reading: Reading) -> list[ShapeViolation]:
    """Find the violations in the shape of a successful answer, each once.

    Returns none for a right shape and for a refusal.
    """
    if reply.status != 200 or reply.is_pdf:
        return []
    look = _LOOKS[operation_of(touchpoint).reply]
    found: dict[str, ShapeViolation] = {}
    try:
        for violation in look(reply, reading):
            found.setdefault(str(violation.result.actual), violation)
    except UnreadableError as error:
        result = CheckResult(False, "a readable answer", str(error), touchpoint)
        return [ShapeViolation(Evidence.DOCUMENTED, result)]
    return list(found.values())


def _shipments(reply: Reply, reading: Reading) -> Iterator[ShapeViolation]:
    for shipment in reading.shipments(reply.body)[:SHIPMENTS_LOOKED_AT]:
        yield from _missing(shipment, SHIPMENT_FIELDS, "shipment") or _fits(
            wire.Shipment, _renamed(shipment, reading), "shipment", reading
        )


def shipment_violations(memory: FlowMemory, order_id: str) -> list[ShapeViolation]:
    """Find missing fields, and a changed identity, of a read shipment."""
    shipment = memory.shipments.get(order_id)
    if shipment is None:
        return []
    found = _missing(shipment, SHIPMENT_FIELDS, "shipment")
    changed = memory.renamed.get(order_id)
    if changed:
        rule = "keeps its marketplaceOrderId"
        result = CheckResult(False, "the same order", changed, "shipment", "changed")
        found.insert(0, ShapeViolation(Evidence.DOCUMENTED, replace(result, expected_group=rule), shown=True))
    return found


def _renamed(shipment: Shipment, reading: Reading) -> Shipment:
    return {
        **shipment,
        "order_type": reading.order_type(shipment),
        "orderItems": [_repriced(item, reading) for item in shipment.get("orderItems") or ()],
    }


def _repriced(item: Any, reading: Reading) -> Any:
    """Return an item whose price has the default names."""
    lineage = reading.profile is not None and reading.profile.item_price_names == "lineage"
    if not lineage or not isinstance(item, dict) or not isinstance(item.get("orderItemPrice"), dict):
        return item
    names = {old: name for name, old in wire.LINEAGE_PRICES.items()}
    price = {names.get(name, name): value for name, value in item["orderItemPrice"].items()}
    return {**item, "orderItemPrice": price}


def _infos(reply: Reply, reading: Reading) -> Iterator[ShapeViolation]:
    for info in reading.infos(reply.body)[:SHIPMENTS_LOOKED_AT]:
        yield from _missing(info, INFO_FIELDS, "shipment info") or _fits(
            orders.ShipmentInfo, info, "shipment info", reading
        )


def _bulk(reply: Reply, reading: Reading) -> Iterator[ShapeViolation]:
    body = reply.body
    if not isinstance(body, dict):
        raise UnreadableError("a bulk call answered no JSON object")
    missing = _missing(body, BULK_FIELDS, "bulk answer")
    yield from missing
    if missing:
        return
    texts = [n for n in BULK_FIELDS[:3] if not isinstance(body[n], int) or isinstance(body[n], bool)]
    if texts:
        seen = ", ".join(f"{name} is {type(body[name]).__name__}" for name in texts)
        rule = "counts with whole numbers"
        result = CheckResult(False, rule, seen, "bulk answer", expected_group=rule)
        yield ShapeViolation(Evidence.DOCUMENTED, result)
    if not isinstance(body["errors"], list):
        yield ShapeViolation(
            Evidence.DOCUMENTED, CheckResult(False, "errors is an array", "it is not", "bulk answer")
        )
    elif reading.profile:
        profile = reading.profile
        keys = (profile.error_order_key, profile.error_code_key, profile.error_message_key)
        for item in body["errors"]:
            yield from _missing(item, keys, "error item", Evidence.ASSUMED)


def _token(reply: Reply, reading: Reading) -> Iterator[ShapeViolation]:
    reading.token(reply.body)
    yield from _missing(reply.body, ("status",), "token answer")


def _missing(
    found: dict[str, Any], names: tuple[str, ...], where: str, grade: Evidence = Evidence.DOCUMENTED
) -> list[ShapeViolation]:
    """Build a violation for each missing field."""
    return [
        ShapeViolation(
            grade,
            CheckResult(
                False,
                f"{where} with {name}",
                f"without {name}",
                where,
                expected_group=f"has {name} in each {where}",
            ),
            shown=name not in NEEDED,
        )
        for name in names
        if name not in found
    ]


def _fits(model: type[BaseModel], found: Any, where: str, reading: Reading) -> list[ShapeViolation]:
    """Validate a value with a model; a miss has the grade assumed.

    Numbers may be given as text.
    """
    if reading.profile is None:
        return []
    try:
        model.model_validate(found)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join("*" if isinstance(part, int) else str(part) for part in first["loc"])
        seen = f"{place}: {first['msg']}"
        return [ShapeViolation(Evidence.ASSUMED, CheckResult(False, f"{where}.{place}", seen, where))]
    return []


_LOOKS: dict[Kind, Callable[[Reply, Reading], Iterator[ShapeViolation]]] = {
    Kind.SHIPMENTS: _shipments,
    Kind.INFO: _infos,
    Kind.TOKEN: _token,
    Kind.BULK: _bulk,
    Kind.PDF: _bulk,
}
