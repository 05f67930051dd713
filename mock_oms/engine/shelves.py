"""Free goods of stores, for orders that are confirmed or reassigned."""

from __future__ import annotations

from mock_oms.domain.shipment import Shipment
from mock_oms.store import Transaction


def wanted(shipment: Shipment) -> dict[str, int]:
    """Returns the remaining pieces of a shipment by SKU."""
    total: dict[str, int] = {}
    for item in shipment.items:
        total[item.product.sku] = total.get(item.product.sku, 0) + item.left
    return total


def another_store(tx: Transaction, shipment: Shipment) -> str | None:
    """Returns the first other store with all goods free, if any.

    Stores that cancelled the order before do not count.
    """
    pieces = wanted(shipment)
    for location in tx.settings.locations:
        tried = location == shipment.location or location in shipment.declined_by
        if not tried and all(count <= free(tx, location, sku) for sku, count in pieces.items()):
            return location
    return None


def free(tx: Transaction, location: str, sku: str) -> int:
    """Returns the pieces of a product that no order has reserved."""
    stock = tx.stock(location, sku)
    return stock.on_hand - stock.reserved
