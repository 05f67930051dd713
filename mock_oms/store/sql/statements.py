"""Prepared statements: building and compiling one costs more than running it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Delete, Insert, Table, bindparam, case, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from mock_oms.store.sql.tables import (
    document_number,
    journal,
    journal_count,
    journal_write,
    series,
    settings,
    shipment,
    stock,
    tenant,
    waiting,
)


def _own(table: Table) -> Any:
    return table.c.tenant_id == bindparam("b_tenant_id")


_HEAD = (
    tenant.c.id,
    tenant.c.digest,
    tenant.c.frozen_at,
    tenant.c.offset_us,
    tenant.c.latest,
    tenant.c.due,
    tenant.c.shipments,
)
_BY_NAME = tenant.c.name == bindparam("b_name")
_ITS_TIME = func.coalesce(tenant.c.frozen_at, bindparam("b_now") + tenant.c.offset_us)

HEAD = select(*_HEAD).where(_BY_NAME)
"""First statement of a read transaction."""
LOCK = (
    update(tenant)
    .where(_BY_NAME)
    .values(latest=case((tenant.c.latest > _ITS_TIME, tenant.c.latest), else_=_ITS_TIME))
    .returning(*_HEAD)
)
"""First statement of a write transaction: takes the tenant's lock and updates its time."""
SETTINGS = select(settings.c.body).where(_own(settings))
HEAD_AND_SETTINGS = (
    select(*_HEAD, settings.c.body).join(settings, settings.c.tenant_id == tenant.c.id).where(_BY_NAME)
)

_THIS_WAITS = (waiting.c.tenant_id == shipment.c.tenant_id) & (waiting.c.shipment_id == shipment.c.id)
GET = (
    select(shipment.c.body, waiting.c.event, waiting.c.since, waiting.c.due)
    .join(waiting, _THIS_WAITS, isouter=True)
    .where(_own(shipment), shipment.c.id == bindparam("b_id"))
)
CHANGE_SHIPMENT = (
    update(shipment)
    .where(_own(shipment), shipment.c.id == bindparam("b_id"))
    .values(
        **{name: bindparam(f"b_{name}") for name in ("bucket", "location", "channel", "ordered_at", "body")}
    )
)
ADD_SHIPMENT = insert(shipment)

SERIES = select(series.c.last).where(_own(series), series.c.name == bindparam("b_name"))
OWNER = select(document_number.c.shipment_id).where(
    _own(document_number), document_number.c.number == bindparam("b_number")
)
STOCK = select(stock.c.on_hand, stock.c.reserved).where(
    _own(stock), stock.c.location == bindparam("b_location"), stock.c.sku == bindparam("b_sku")
)
ALL_STOCK = select(stock.c.location, stock.c.sku, stock.c.on_hand, stock.c.reserved).where(_own(stock))
ADD_STOCK = insert(stock)

_STEP = (waiting.c.shipment_id, waiting.c.event, waiting.c.since, waiting.c.due)
ALL_WAITING = select(*_STEP).where(_own(waiting))
NEXT_DUE = (
    ALL_WAITING.where(waiting.c.due.is_not(None)).order_by(waiting.c.due, waiting.c.shipment_id).limit(1)
)
FORGET_WAITING = delete(waiting).where(_own(waiting), waiting.c.shipment_id == bindparam("b_id"))

_EARLIEST = select(func.min(waiting.c.due)).where(_own(waiting)).scalar_subquery()
COUNT = (
    update(tenant).where(tenant.c.id == bindparam("b_tenant_id")).values(shipments=bindparam("b_shipments"))
)
COUNT_AND_DUE = COUNT.values(due=_EARLIEST)
CHANGE_TENANT = (
    update(tenant)
    .where(tenant.c.id == bindparam("b_tenant_id"))
    .values(**{name: bindparam(f"b_{name}") for name in ("digest", "frozen_at", "offset_us", "latest")})
)
CHANGE_SETTINGS = update(settings).where(_own(settings)).values(body=bindparam("b_body"))

FORGET_ENTRIES = tuple(delete(table).where(_own(table)) for table in (journal, journal_write))
BEGIN_COUNTING = update(journal_count).where(_own(journal_count)).values(last=0, writes=0)


class Upserts:
    """Statements that insert or update a row, by dialect."""

    def __init__(self, *, is_postgresql: bool) -> None:
        make: Any = postgresql.insert if is_postgresql else sqlite.insert
        self.series = _upsert(make, series)
        self.number = _upsert(make, document_number)
        self.stock = _upsert(make, stock)
        self.waiting = _upsert(make, waiting)


def _upsert(make: Any, table: Table) -> Insert:
    statement = make(table)
    keys = [column.name for column in table.primary_key]
    rest = {column.name: statement.excluded[column.name] for column in table.c if column.name not in keys}
    upsert: Insert = statement.on_conflict_do_update(index_elements=keys, set_=rest)
    return upsert


def forget(table: Table) -> Delete:
    """Deletes all rows of a tenant in a table."""
    return delete(table).where(_own(table))
