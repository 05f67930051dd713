"""Unwritten changes of a transaction, and their rows.

They are written at the end of the transaction, or before a statement that must see them: placing a thousand
orders then takes a few statements, not ten thousand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Executable

from contracts.vocabulary import Bucket
from mock_oms.domain.shipment import Shipment, Stock
from mock_oms.store import StockLevels, Waiting
from mock_oms.store.sql import codec
from mock_oms.store.sql import statements as sql
from mock_oms.store.sql.codec import bucket_name, microseconds, storable
from mock_oms.store.sql.connection import Connection
from mock_oms.store.sql.statements import Upserts

Rows = list[dict[str, Any]]


@dataclass
class Changes:
    """Changed values by key; None in `waiting` deletes the step."""

    added: dict[str, Shipment] = field(default_factory=dict)
    changed: dict[str, Shipment] = field(default_factory=dict)
    series: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    stock: dict[tuple[str, str], Stock] = field(default_factory=dict)
    waiting: dict[str, Waiting | None] = field(default_factory=dict)

    def write(self, connection: Connection, upserts: Upserts, tenant_id: int) -> None:
        """Writes all changes."""
        gone = [shipment_id for shipment_id, step in self.waiting.items() if step is None]
        for statement, rows in (
            (sql.ADD_SHIPMENT, [_shipment(tenant_id, one) for one in self.added.values()]),
            (sql.CHANGE_SHIPMENT, [_prefixed(_shipment(tenant_id, one)) for one in self.changed.values()]),
            (upserts.series, _series(tenant_id, self.series)),
            (upserts.number, _numbers(tenant_id, self.numbers)),
            (upserts.stock, _stock(tenant_id, self.stock)),
            (sql.FORGET_WAITING, [{"b_tenant_id": tenant_id, "b_id": shipment_id} for shipment_id in gone]),
            (upserts.waiting, _waiting(tenant_id, self.waiting)),
        ):
            _run(connection, statement, rows)


def add_stock(connection: Connection, tenant_id: int, stock: StockLevels) -> None:
    """Writes the first stock of a tenant."""
    _run(connection, sql.ADD_STOCK, _stock(tenant_id, stock))


def _run(connection: Connection, statement: Executable, rows: Rows) -> None:
    if rows:
        connection.execute(statement, rows)


def _shipment(tenant_id: int, shipment: Shipment) -> dict[str, Any]:
    return {
        "tenant_id": tenant_id,
        "id": shipment.id,
        "bucket": bucket_name(Bucket(shipment.state, shipment.invoiced)),
        "location": storable(shipment.location),
        "channel": storable(shipment.channel),
        "ordered_at": microseconds(shipment.ordered_at),
        "body": codec.shipment_text(shipment),
    }


def _prefixed(columns: dict[str, Any]) -> dict[str, Any]:
    """Renames parameters for an update, which cannot use the names of columns."""
    return {f"b_{name}": value for name, value in columns.items()}


def _series(tenant_id: int, series: Mapping[str, int]) -> Rows:
    return [{"tenant_id": tenant_id, "name": name, "last": last} for name, last in series.items()]


def _numbers(tenant_id: int, numbers: Mapping[str, str]) -> Rows:
    return [
        {"tenant_id": tenant_id, "number": storable(number), "shipment_id": shipment_id}
        for number, shipment_id in numbers.items()
    ]


def _stock(tenant_id: int, stock: StockLevels) -> Rows:
    return [
        {
            "tenant_id": tenant_id,
            "location": location,
            "sku": sku,
            "on_hand": level.on_hand,
            "reserved": level.reserved,
        }
        for (location, sku), level in stock.items()
    ]


def _waiting(tenant_id: int, waiting: Mapping[str, Waiting | None]) -> Rows:
    return [
        {
            "tenant_id": tenant_id,
            "shipment_id": shipment_id,
            "event": str(step.event),
            "since": microseconds(step.since),
            "due": None if step.due is None else microseconds(step.due),
        }
        for shipment_id, step in waiting.items()
        if step is not None
    ]
