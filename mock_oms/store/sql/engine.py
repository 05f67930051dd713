"""Connections to a database, and its three kinds of transaction.

The differences between SQLite and PostgreSQL are here and in `journal`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event

from mock_oms.store.errors import StoreUnavailableError
from mock_oms.store.sql.failures import BUSY

CONNECTIONS = 10
"""Connections of one process; further calls wait for one."""
WAIT_S = 10
"""Longest wait for a lock or for a connection; the call is then answered 503."""
CONNECT_S = 5
"""Longest wait for a new connection."""
LOCKS = 64
"""Locks by tenant within one process: waiting writers hold no connection."""
CACHE_KIB = 8_000
"""SQLite's page cache, per connection."""

_BEGIN = "mock_oms_begin"
"""Execution option: the statement that begins a transaction in SQLite."""


class Database:
    """A database with its connections."""

    def __init__(self, url: URL) -> None:
        self.is_postgresql = url.get_backend_name() == "postgresql"
        self.engine = _postgresql(url) if self.is_postgresql else _sqlite(url)
        autocommit, read, write = _POSTGRESQL_OPTIONS if self.is_postgresql else _SQLITE_OPTIONS
        self._autocommit = self.engine.execution_options(**autocommit)
        self._read = self.engine.execution_options(**read)
        self._write = self.engine.execution_options(**write)
        # SQLite has one writer at a time, for all tenants.
        self._locks = [threading.Lock() for _ in range(LOCKS if self.is_postgresql else 1)]

    @contextmanager
    def autocommit(self) -> Iterator[Connection]:
        """Opens a connection that commits each statement."""
        with self._autocommit.connect() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Opens a read-only transaction with a consistent view."""
        with self._read.connect() as connection, connection.begin() as transaction:
            yield connection
            transaction.rollback()

    @contextmanager
    def transaction(self, name: str) -> Iterator[Connection]:
        """Opens a write transaction on a tenant; an error rolls it back."""
        lock = self._locks[hash(name) % len(self._locks)]
        if not lock.acquire(timeout=WAIT_S):
            raise StoreUnavailableError(BUSY)
        try:
            with self._write.begin() as connection:
                yield connection
        finally:
            lock.release()


# PostgreSQL

_POSTGRESQL_OPTIONS: tuple[dict[str, Any], ...] = (
    {"isolation_level": "AUTOCOMMIT"},
    {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
    {"isolation_level": "READ COMMITTED"},
)


_PLANNER: dict[str, object] = {
    "enable_seqscan": "off",
    "enable_bitmapscan": "off",
    "enable_sort": "off",
    "enable_hashjoin": "off",
    "jit": "off",
}
"""Makes the planner use indexes; every statement has one. With old statistics the planner assumes that a new
table is tiny, and would sort a million rows."""


def _postgresql(url: URL) -> Engine:
    settings: dict[str, Any] = {"connect_timeout": CONNECT_S, "application_name": "mock-oms"}
    settings = {name: value for name, value in settings.items() if name not in url.query}
    wanted = _PLANNER | {"lock_timeout": round(WAIT_S * 1000)}
    options = [f"-c {name}={value}" for name, value in wanted.items()]
    settings["options"] = " ".join([*options, str(url.query.get("options", ""))])
    return create_engine(
        url,
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_timeout=WAIT_S,
        pool_pre_ping=True,  # replaces a connection that was lost while idle
        hide_parameters=True,
        connect_args=settings,
    )


# SQLite

_SQLITE_OPTIONS: tuple[dict[str, Any], ...] = ({_BEGIN: ""}, {_BEGIN: "BEGIN"}, {_BEGIN: "BEGIN IMMEDIATE"})


def _sqlite(url: URL) -> Engine:
    engine = create_engine(
        url,
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_timeout=WAIT_S,
        hide_parameters=True,
        connect_args={"timeout": WAIT_S},
    )
    event.listen(engine, "connect", _connected)
    event.listen(engine, "begin", _begun)
    return engine


def _connected(connection: Any, _: object) -> None:
    connection.isolation_level = None  # `_begun` sends BEGIN: the driver would send it too late
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous = NORMAL")  # with a write-ahead log: safe when a process is killed
    cursor.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    cursor.close()


def _begun(connection: Connection) -> None:
    statement = connection.get_execution_options().get(_BEGIN, "BEGIN")
    if statement:
        connection.exec_driver_sql(statement)
