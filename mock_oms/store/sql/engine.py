"""Connections to a database, and the three ways to use one: a look, a consistent read, a change.

What differs between SQLite and PostgreSQL stands here, and in `journal`.
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
"""Connections of one process; whoever needs another one waits."""
WAIT_S = 10
"""Longest wait for a lock or for a connection; the call is then answered 503."""
CONNECT_S = 5
"""Longest wait for a new connection."""
LOCKS = 64
"""Changes of one process to one tenant queue here, without each holding a connection while it waits."""
CACHE_KIB = 8_000
"""What SQLite keeps of its file in memory, per connection."""

_BEGIN = "mock_oms_begin"
"""Execution option: the statement that begins a transaction in SQLite."""


class Database:
    """A database and the ways to use it."""

    def __init__(self, url: URL) -> None:
        self.is_postgresql = url.get_backend_name() == "postgresql"
        self.engine = _postgresql(url) if self.is_postgresql else _sqlite(url)
        look, read, write = _POSTGRESQL_WAYS if self.is_postgresql else _SQLITE_WAYS
        self._look = self.engine.execution_options(**look)
        self._read = self.engine.execution_options(**read)
        self._write = self.engine.execution_options(**write)
        # SQLite has one writer at a time, whatever the tenant.
        self._locks = [threading.Lock() for _ in range(LOCKS if self.is_postgresql else 1)]

    @contextmanager
    def looking(self) -> Iterator[Connection]:
        """Statements on their own, each kept at once."""
        with self._look.connect() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one moment and changes nothing."""
        with self._read.connect() as connection, connection.begin() as transaction:
            yield connection
            transaction.rollback()

    @contextmanager
    def writing(self, name: str) -> Iterator[Connection]:
        """A transaction that changes what is about `name`: kept whole, or not when the block raises."""
        lock = self._locks[hash(name) % len(self._locks)]
        if not lock.acquire(timeout=WAIT_S):
            raise StoreUnavailableError(BUSY)
        try:
            with self._write.begin() as connection:
                yield connection
        finally:
            lock.release()


# PostgreSQL

_POSTGRESQL_WAYS: tuple[dict[str, Any], ...] = (
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
"""Every statement of ours has its index. The planner chooses by statistics, which may be old: of a table that
was just filled it would rather sort a million rows, which it takes for thirty."""


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
        pool_pre_ping=True,  # a connection that was lost while nobody used it is made anew
        hide_parameters=True,
        connect_args=settings,
    )


# SQLite

_SQLITE_WAYS: tuple[dict[str, Any], ...] = ({_BEGIN: ""}, {_BEGIN: "BEGIN"}, {_BEGIN: "BEGIN IMMEDIATE"})


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
    connection.isolation_level = None  # we say BEGIN ourselves: the driver would say it too late
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous = NORMAL")  # with a write-ahead log: safe when a process is killed
    cursor.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    cursor.close()


def _begun(connection: Connection) -> None:
    statement = connection.get_execution_options().get(_BEGIN, "BEGIN")
    if statement:
        connection.exec_driver_sql(statement)
