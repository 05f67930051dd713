"""Transactions on a tenant in a database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Executable

from contracts.lifecycle.table import Event
from mock_oms.domain.shipment import NO_STOCK, Shipment, Stock
from mock_oms.domain.tenant import TenantSettings
from mock_oms.store import Query, StockLevels, Waiting
from mock_oms.store.errors import UnknownTenantError
from mock_oms.store.sql import codec, queries
from mock_oms.store.sql import statements as sql
from mock_oms.store.sql.changes import Changes, add_stock
from mock_oms.store.sql.codec import microseconds, moment, moment_or_none, storable
from mock_oms.store.sql.connection import Connection
from mock_oms.store.sql.statements import Upserts
from mock_oms.store.sql.tables import ORDERS

_NOT_LOADED = object()


class SqlTransaction:
    """A transaction on a tenant's state; `now` is constant."""

    def __init__(self, connection: Connection, upserts: Upserts, head: Any, *, changing: bool) -> None:
        self._connection = connection
        self._upserts = upserts
        self._tenant: int = head.id
        self._due = moment_or_none(head.due)
        """Due time of the next step; None without a step."""
        self._count: int = head.shipments
        self._shipments: dict[str, Shipment | None] = {}
        self._new = Changes()
        self._series: dict[str, int] = {}
        self._numbers: dict[str, str | None] = {}
        self._stock: dict[tuple[str, str], Stock] = {}
        self._waiting: dict[str, Waiting | None] = {}
        self._all_stock = False
        self._new_settings = False
        self.settings = self._fetch_settings(head)
        latest = moment(head.latest)
        self.now = latest if changing else max(latest, self.settings.clock.now())

    def _run(self, statement: Executable, **values: Any) -> Any:
        return self._connection.execute(statement, {"b_tenant_id": self._tenant, **values})

    def _fetch_settings(self, head: Any) -> TenantSettings:
        settings = codec.cached_settings(head.digest)
        if settings is None:
            settings = codec.settings_of(head.digest, self._run(sql.SETTINGS).scalar_one())
        return codec.with_clock(settings, head.frozen_at, head.offset_us)

    def set_settings(self, settings: TenantSettings) -> None:
        self.settings = settings
        self._new_settings = True
        self.now = max(self.now, settings.clock.now())

    # Shipments

    def get(self, shipment_id: str) -> Shipment | None:
        if shipment_id not in self._shipments:
            row = self._run(sql.GET, b_id=storable(shipment_id)).first()
            self._shipments[shipment_id] = None if row is None else codec.shipment_of(row.body)
            if shipment_id not in self._waiting:
                self._waiting[shipment_id] = _waiting(row) if row is not None else None
        return self._shipments[shipment_id]

    def count(self) -> int:
        return self._count

    def put(self, shipment: Shipment) -> None:
        known = self.get(shipment.id)
        is_new = known is None or shipment.id in self._new.added
        if known is None:
            self._count += 1
        self._shipments[shipment.id] = shipment
        (self._new.added if is_new else self._new.changed)[shipment.id] = shipment

    def find(self, query: Query) -> list[Shipment]:
        if query.offset >= self._count or query.buckets == frozenset():
            return []
        self.flush()
        statement, values = queries.found(self._tenant, query)
        return [codec.shipment_of(body) for body in self._connection.execute(statement, values).scalars()]

    # Numbers

    def next_number(self, series: str) -> int:
        last = self._series.get(series)
        if last is None:
            last = self._run(sql.SERIES, b_name=series).scalar() or 0
        self._series[series] = self._new.series[series] = last + 1
        return last + 1

    def number_owner(self, number: str) -> str | None:
        if number not in self._numbers:
            self._numbers[number] = self._run(sql.OWNER, b_number=storable(number)).scalar()
        return self._numbers[number]

    def claim_number(self, number: str, shipment_id: str) -> None:
        self._numbers[number] = self._new.numbers[number] = shipment_id

    # Stock

    def stock(self, location: str, sku: str) -> Stock:
        found = self._stock.get((location, sku))
        if found is None and not self._all_stock:
            row = self._run(sql.STOCK, b_location=location, b_sku=sku).first()
            found = self._stock[location, sku] = Stock(*row) if row is not None else NO_STOCK
        return found or NO_STOCK

    def set_stock(self, location: str, sku: str, stock: Stock) -> None:
        self._stock[location, sku] = self._new.stock[location, sku] = stock

    def all_stock(self) -> list[tuple[str, str, Stock]]:
        self.flush()
        rows = self._run(sql.ALL_STOCK)
        self._stock = {(row.location, row.sku): Stock(row.on_hand, row.reserved) for row in rows}
        self._all_stock = True
        return [(*where, self._stock[where]) for where in sorted(self._stock)]

    # Automatic steps

    def wait(self, shipment_id: str, waiting: Waiting | None) -> None:
        if self._waiting.get(shipment_id, _NOT_LOADED) == waiting:
            return
        self._waiting[shipment_id] = self._new.waiting[shipment_id] = waiting
        if waiting and waiting.due and (self._due is None or waiting.due < self._due):
            self._due = waiting.due

    def all_waiting(self) -> list[tuple[str, Waiting]]:
        self.flush()
        return [(row.shipment_id, _step(row)) for row in self._run(sql.ALL_WAITING)]

    def next_due(self) -> tuple[str, Waiting] | None:
        if self._due is None or self._due > self.now:
            return None
        self.flush()
        row = self._run(sql.NEXT_DUE).first()
        self._due = None if row is None else moment(row.due)
        if row is None or self._due is None or self._due > self.now:
            return None
        return row.shipment_id, _step(row)

    # The whole tenant

    def empty(self, settings: TenantSettings, stock: StockLevels) -> None:
        self.flush()
        for table in ORDERS:
            self._run(sql.forget(table))
        for statement in (sql.BEGIN_COUNTING, *sql.FORGET_ENTRIES):
            self._run(statement)
        for known in (self._shipments, self._series, self._numbers, self._stock, self._waiting):
            known.clear()
        self._count, self._due, self._all_stock = 0, None, False
        add_stock(self._connection, self._tenant, stock)
        self.settings, self._new_settings = settings, True
        self.now = settings.clock.now()
        self._run(sql.COUNT_AND_DUE, b_shipments=0)

    def flush(self) -> None:
        new, self._new = self._new, Changes()
        new.write(self._connection, self._upserts, self._tenant)
        if new.waiting:
            self._run(sql.COUNT_AND_DUE, b_shipments=self._count)
        elif new.added:
            self._run(sql.COUNT, b_shipments=self._count)
        if self._new_settings:
            self._flush_settings()

    def _flush_settings(self) -> None:
        digest, body = codec.settings_text(self.settings)
        clock = {f"b_{name}": value for name, value in codec.clock_columns(self.settings.clock).items()}
        self._run(sql.CHANGE_TENANT, b_digest=digest, b_latest=microseconds(self.now), **clock)
        self._run(sql.CHANGE_SETTINGS, b_body=body)
        self._new_settings = False


def begin(connection: Connection, upserts: Upserts, name: str, *, changing: bool) -> SqlTransaction:
    """Starts a transaction on a tenant; raises `UnknownTenantError`."""
    if changing:
        values = {"b_name": name, "b_now": microseconds(datetime.now(UTC))}
        head = connection.execute(sql.LOCK, values).first()
    else:
        head = connection.execute(sql.HEAD, {"b_name": name}).first()
    if head is None:
        raise UnknownTenantError(name)
    return SqlTransaction(connection, upserts, head, changing=changing)


def _waiting(row: Any) -> Waiting | None:
    return None if row.event is None else _step(row)


def _step(row: Any) -> Waiting:
    return Waiting(Event(row.event), moment(row.since), moment_or_none(row.due))
