"""All tenants, in a database that several processes and hosts may share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import bindparam, delete, exc, insert, select, update

from mock_oms.domain.tenant import TenantSettings
from mock_oms.domain.users import User, UserStore
from mock_oms.store import StockLevels, Unit
from mock_oms.store.errors import StoreUnavailableError, TenantExistsError, UnknownTenantError
from mock_oms.store.sql import codec
from mock_oms.store.sql import statements as sql
from mock_oms.store.sql.changes import add_stock
from mock_oms.store.sql.codec import clock_columns, microseconds
from mock_oms.store.sql.connection import Connection
from mock_oms.store.sql.directory import SqlUserStore
from mock_oms.store.sql.engine import Database
from mock_oms.store.sql.failures import EMPTY, Outage, database_errors
from mock_oms.store.sql.journal import SqlJournal
from mock_oms.store.sql.tables import OWNED, UNATTRIBUTED, app_user, journal_count, settings, tenant
from mock_oms.store.sql.transaction import SqlTransaction, begin

_ADD = insert(tenant).returning(tenant.c.id)
_REMOVE = delete(tenant).where(tenant.c.name == bindparam("b_name")).returning(tenant.c.id)
_NAMES = select(tenant.c.name).order_by(tenant.c.id)
_WRITE = (
    update(journal_count)
    .where(journal_count.c.tenant_id == UNATTRIBUTED)
    .values(last=journal_count.c.last)
    .returning(journal_count.c.last)
)
"""Changes no value, but fails where no call can be written."""


class SqlStore:
    """All tenants, in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.waits = database.is_postgresql
        self.unit: Unit | None = None if database.is_postgresql else database.unit
        self._upserts = sql.Upserts(is_postgresql=database.is_postgresql)
        self._directory = SqlUserStore(database)
        self._outage = Outage("calls are answered but not journalled")

    def directory(self) -> UserStore:
        return self._directory

    def create(self, settings: TenantSettings, stock: StockLevels, users: Sequence[User]) -> None:
        with database_errors(), self._database.transaction(settings.tenant) as connection:
            try:
                tenant_id = connection.execute(_ADD, _columns(settings)).scalar_one()
            except exc.IntegrityError:
                raise TenantExistsError(settings.tenant) from None
            _add_rows(connection, tenant_id, settings, users)
            add_stock(connection, tenant_id, stock)

    def delete(self, name: str) -> None:
        with database_errors(), self._database.transaction(name) as connection:
            tenant_id = connection.execute(_REMOVE, {"b_name": name}).scalar()
            if tenant_id is None:
                raise UnknownTenantError(name)
            for table in OWNED:
                connection.execute(sql.forget(table), {"b_tenant_id": tenant_id})

    def names(self) -> list[str]:
        with database_errors(), self._database.autocommit() as connection:
            return list(connection.execute(_NAMES).scalars())

    def settings(self, name: str) -> TenantSettings:
        with database_errors(), self._database.autocommit() as connection:
            row: Any = connection.execute(sql.HEAD, {"b_name": name}).first()
            known = codec.cached_settings(row.digest) if row is not None else None
            if known is None:
                row = connection.execute(sql.HEAD_AND_SETTINGS, {"b_name": name}).first()
        if row is None:
            raise UnknownTenantError(name)
        known = known or codec.settings_of(row.digest, row.body)
        return codec.with_clock(known, row.frozen_at, row.offset_us)

    @contextmanager
    def read(self, name: str) -> Iterator[SqlTransaction]:
        with database_errors(), self._database.snapshot() as connection:
            yield begin(connection, self._upserts, name, changing=False)

    @contextmanager
    def write(self, name: str) -> Iterator[SqlTransaction]:
        with database_errors(), self._database.transaction(name) as connection:
            transaction = begin(connection, self._upserts, name, changing=True)
            yield transaction
            transaction.flush()

    def journal(self, name: str | None) -> SqlJournal:
        return SqlJournal(self._database, self._outage, name)

    def check(self) -> None:
        with database_errors(), self._database.transaction("") as connection:
            if connection.execute(_WRITE).first() is None:
                raise StoreUnavailableError(EMPTY)
        self._database.check_room()

    def close(self) -> None:
        self._database.close()


def _columns(settings: TenantSettings) -> dict[str, Any]:
    return {
        "name": settings.tenant,
        "digest": codec.settings_text(settings)[0],
        "latest": microseconds(settings.clock.now()),
        "due": None,
        "shipments": 0,
        "tokens": 0,
        **clock_columns(settings.clock),
    }


def _add_rows(connection: Connection, tenant_id: int, chosen: TenantSettings, users: Sequence[User]) -> None:
    """Adds the settings, the users and the journal of a new tenant."""
    body = codec.settings_text(chosen)[1]
    connection.execute(insert(settings), {"tenant_id": tenant_id, "body": body})
    connection.execute(insert(journal_count), {"tenant_id": tenant_id, "last": 0})
    rows = [
        {
            "username": user.username,
            "tenant_id": tenant_id,
            "location": user.location,
            "password": user.password,
        }
        for user in users
    ]
    if rows:
        connection.execute(insert(app_user), rows)
