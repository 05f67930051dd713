"""What a running flow knows: which ids its names stand for, and what its shipments showed last."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scenarios.language.actions import UNKNOWN
from scenarios.targets.answers import Shipment, number_of

UNKNOWN_ID = "99999999999999999999"
"""An id of the right form that no OMS has given out."""
_BATCH = "/"
"""Between a name and the place in its batch, in records: `order/3`."""


class NameUnboundError(Exception):
    """A step is about a shipment that never came to be."""


@dataclass(slots=True)
class FlowMemory:
    """The memory of one flow; `basket` remembers how many pieces each product had, by name.

    `shelf` is the stock as last counted: pieces on hand and reserved, by store and SKU.
    """

    ids: dict[str, list[str]] = field(default_factory=dict)
    shipments: dict[str, Shipment] = field(default_factory=dict)
    items: dict[str, list[str]] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    basket: dict[str, tuple[int, ...]] = field(default_factory=dict)
    shelf: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def bind(self, name: str, ids: list[str]) -> None:
        """Let `name` stand for these shipments."""
        self.ids[name] = ids

    def of(self, names: tuple[str, ...]) -> list[str]:
        """The ids that the names stand for, in order; raises `NameUnboundError`."""
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
        """Every shipment of the flow."""
        return [order_id for ids in self.ids.values() for order_id in ids]

    def name_of(self, order_id: str) -> str:
        """The flow's name for an id; the id itself when it has none."""
        return next((name for name, ids in self.ids.items() if order_id in ids), order_id)

    def remember(self, order_id: str, shipment: Shipment) -> None:
        """Remember how a shipment looks, and, the first time, which of its items is which."""
        with self.lock:
            self.shipments[order_id] = shipment
            if order_id not in self.items:
                wanted = self.basket.get(self.name_of(order_id), ())
                self.items[order_id] = ordered_items(shipment, wanted)

    def pieces(self, order_id: str) -> dict[int, int]:
        """How many pieces each item of a shipment shows, by its place in the basket."""
        shown = {str(item.get("orderItemId")): item for item in items_of(self.shipments.get(order_id, {}))}
        known = self.items.get(order_id, [])
        return {n: quantity_of(shown[item]) for n, item in enumerate(known) if item in shown}


def record_names(name: str, ids: list[str]) -> list[tuple[str, str]]:
    """A name and its ids as records hold them: `order`, or `order/1`, `order/2`, ... for several."""
    if len(ids) == 1:
        return [(name, ids[0])]
    return [(f"{name}{_BATCH}{place}", order_id) for place, order_id in enumerate(ids, start=1)]


def names_from_records(recorded: Mapping[str, str]) -> dict[str, list[str]]:
    """The reverse of `record_names`, for a whole flow."""
    found: dict[str, list[str]] = {}
    for name, order_id in recorded.items():
        found.setdefault(name.partition(_BATCH)[0], []).append(order_id)
    return found


def items_of(shipment: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The order items that a shipment shows."""
    items = shipment.get("orderItems")
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def quantity_of(item: Mapping[str, Any]) -> int:
    """The pieces of an order item, also when the number came as text; -1 when there is none."""
    number = number_of(item.get("quantity"))
    return -1 if number is None else int(number)


def ordered_items(shipment: Mapping[str, Any], basket: tuple[int, ...]) -> list[str]:
    """Ids of the order items in the basket's order: as shown if the pieces agree, else matched by them."""
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
    """What must not change when a call is refused: status, pieces and document number."""
    if shipment is None:
        return ()
    pieces = tuple((str(item.get("orderItemId")), quantity_of(item)) for item in items_of(shipment))
    return (shipment.get("orderStatus"), pieces, shipment.get("marketplaceInvoiceNumber"))
