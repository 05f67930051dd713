"""The memory of a flow: ids, and last views of shipments."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.evidence import Evidence
from scenarios.language.actions import UNKNOWN, UNKNOWN_ID
from scenarios.language.statuses import is_before
from scenarios.targets.answers import Shipment, number_of

_BATCH = "/"
"""Separates a name from the position in its batch: `order/3`."""


class NameUnboundError(Exception):
    """A step about a shipment that was never created."""


@dataclass(slots=True)
class FlowMemory:
    """The memory of one flow.

    `basket` holds the pieces of each product, by name. `shelf` holds the counted stock: pieces on hand and
    reserved, by store and SKU. `doubts` are the names whose calls went another way than assumed, with the
    grade of the assumption; `renamed` are shipments whose `marketplaceOrderId` has changed, `gone_back` those
    that showed an earlier status again. `changed_at` is when the last action ended that may change a
    shipment.
    """

    ids: dict[str, list[str]] = field(default_factory=dict)
    shipments: dict[str, Shipment] = field(default_factory=dict)
    items: dict[str, list[str]] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    basket: dict[str, tuple[int, ...]] = field(default_factory=dict)
    shelf: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    doubts: dict[str, Evidence] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    gone_back: dict[str, str] = field(default_factory=dict)
    changed_at: float = field(default_factory=time.monotonic)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def bind(self, name: str, ids: list[str]) -> None:
        """Assign shipments to a name."""
        self.ids[name] = ids

    def of(self, names: tuple[str, ...]) -> list[str]:
        """Return the ids of names, in order; raises `NameUnboundError`."""
        found: list[str] = []
        for name in names:
            if name == UNKNOWN:
                found.append(UNKNOWN_ID)
            elif name in self.ids:
                found += self.ids[name]
            else:
                raise NameUnboundError(f"there is no {name!r} in this flow yet")
        return found

    def everything(self) -> list[str]:
        """Return all shipments of the flow."""
        return [order_id for ids in self.ids.values() for order_id in ids]

    def name_of(self, order_id: str) -> str:
        """Return the flow's name of an id, or the id."""
        return next((name for name, ids in self.ids.items() if order_id in ids), order_id)

    def remember(self, order_id: str, shipment: Shipment) -> None:
        """Remember a shipment, and the order of its items."""
        with self.lock:
            before, now = (
                each.get("marketplaceOrderId") for each in (self.shipments.get(order_id, shipment), shipment)
            )
            if before != now:
                self.renamed[order_id] = f"marketplaceOrderId was {before} and is {now}"
            status, last = (
                each.get("orderStatus") for each in (shipment, self.shipments.get(order_id, shipment))
            )
            if is_before(str(status), str(last)):
                self.gone_back[order_id] = f"{status} after {last}"
            self.shipments[order_id] = shipment
            if order_id not in self.items:
                wanted = self.basket.get(self.name_of(order_id), ())
                self.items[order_id] = ordered_items(shipment, wanted)

    def pieces(self, order_id: str) -> dict[int, int]:
        """Return the pieces of each item, by position in the basket."""
        shown = {str(item.get("orderItemId")): item for item in items_of(self.shipments.get(order_id, {}))}
        known = self.items.get(order_id, [])
        return {n: quantity_of(shown[item]) for n, item in enumerate(known) if item in shown}


def record_names(name: str, ids: list[str]) -> list[tuple[str, str]]:
    """Return the recorded names of ids: `order`, or `order/1`, `order/2`."""
    if len(ids) == 1:
        return [(name, ids[0])]
    return [(f"{name}{_BATCH}{place}", order_id) for place, order_id in enumerate(ids, start=1)]


def names_from_records(recorded: Mapping[str, str]) -> dict[str, list[str]]:
    """Invert `record_names` for a complete flow."""
    found: dict[str, list[str]] = {}
    for name, order_id in recorded.items():
        found.setdefault(name.partition(_BATCH)[0], []).append(order_id)
    return found


def items_of(shipment: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the order items of a shipment."""
    items = shipment.get("orderItems")
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def quantity_of(item: Mapping[str, Any]) -> int:
    """Return the pieces of an item, -1 if unknown.

    The number may be given as text.
    """
    number = number_of(item.get("quantity"))
    return -1 if number is None else int(number)


def ordered_items(shipment: Mapping[str, Any], basket: tuple[int, ...]) -> list[str]:
    """Return item ids in the basket's order.

    Items are matched by their pieces if the orders differ.
    """
    items = items_of(shipment)
    if tuple(quantity_of(item) for item in items) == basket or len(items) != len(basket):
        return [str(item.get("orderItemId")) for item in items]
    left = list(items)
    found = []
    for quantity in basket:
        match = next((item for item in left if quantity_of(item) == quantity), left[0])
        left.remove(match)
        found.append(str(match.get("orderItemId")))
    return found


def fingerprint(shipment: Mapping[str, Any] | None) -> tuple[Any, ...]:
    """Return the data that a refused call must not change.

    These are status, pieces and document number.
    """
    if shipment is None:
        return ()
    pieces = tuple((str(item.get("orderItemId")), quantity_of(item)) for item in items_of(shipment))
    return (shipment.get("orderStatus"), pieces, shipment.get("marketplaceInvoiceNumber"))
