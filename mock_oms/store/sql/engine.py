"""Connections to a database, and its three kinds of transaction.

The differences between SQLite and PostgreSQL are here and in `journal`.
"""

from __future__ import annotations

import os
import random
import select
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, NullPool, create_engine, event, exc

from mock_oms.store.errors import StoreUnavailableError
from mock_oms.store.locking import WouldWaitError
from mock_oms.store.sql.connection import Connection, Statements
from mock_oms.store.sql.failures import ALL_IN_USE, BUSY, FULL, REPLACED

CONNECTIONS = 10
"""Connections of one process; further calls wait for one."""
WAIT_S = 10
"""Longest wait for a lock or for a connection; the call is then answered 503."""
BUSY_MS = 5
"""Longest wait of one attempt to begin on SQLite; the receiving thread makes one. A call takes a tenth."""
RETRY_S = (0.0005, 0.003)
"""Waits between two attempts."""
CONNECT_S = 5
"""Longest wait for a new connection."""
LOCKS = 64
"""Locks by tenant within one process: waiting writers hold no connection."""
CACHE_KIB = 8_000
"""SQLite's page cache, per connection."""
LEAST_FREE = 64 * 1024
"""Free bytes of a disk on which an order can be placed: its pages and those of the journal."""
OWNER_ONLY = 0o600
"""Mode of a new database file: it holds customers' data. SQLite gives its log the same."""

_POSTGRESQL_BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", "BEGIN ISOLATION LEVEL READ COMMITTED"
_SQLITE_BEGIN = "BEGIN", "BEGIN IMMEDIATE"


class _Thread(threading.local):
    unit: Connection | None = None
    """The transaction of all that this thread does."""


class Database:
    """A database with its connections, which are kept open."""

    def __init__(self, url: URL) -> None:
        self.is_postgresql = url.get_backend_name() == "postgresql"
        self.engine = _postgresql(url) if self.is_postgresql else _sqlite(url)
        self._file = None if self.is_postgresql else _File(str(url.database))
        self._read, self._write = _POSTGRESQL_BEGIN if self.is_postgresql else _SQLITE_BEGIN
        # SQLite has one writer at a time, for all tenants.
        self._locks = [threading.Lock() for _ in range(LOCKS if self.is_postgresql else 1)]
        self._statements = Statements(self.engine.dialect)
        self._errors: type[Exception] = self.engine.dialect.loaded_dbapi.Error
        self._free = threading.BoundedSemaphore(CONNECTIONS)
        self._idle: list[Any] = []
        self._own: Any = None
        """The connection of the receiving thread; None before its first call."""
        self._thread = _Thread()

    @contextmanager
    def unit(self) -> Iterator[None]:
        """Makes everything that this thread does one transaction, on SQLite.

        For the receiving thread: raises `WouldWaitError` where it would have to wait, and where something
        fails; nothing has changed then, and a thread that may wait repeats the call.
        """
        if not self._locks[0].acquire(False):
            raise WouldWaitError
        try:
            connection = self._thread.unit = self._begun_unit()
            try:
                yield
                self._check_file()
                connection.run("COMMIT")
            except (exc.SQLAlchemyError, StoreUnavailableError):
                raise WouldWaitError from None
            finally:
                self._thread.unit = None
                if connection.raw.in_transaction:
                    connection.raw.rollback()
        finally:
            self._locks[0].release()

    def _begun_unit(self) -> Connection:
        """Begins a transaction on the connection of the receiving thread."""
        try:
            if self._own is None:
                self._own = self._opened()
            connection = Connection(self._own, self._statements, self._errors)
            connection.run(self._write)
            self._check_file()
        except (exc.SQLAlchemyError, StoreUnavailableError):
            if self._own is not None:
                self._own.close()
                self._own = None
            raise WouldWaitError from None
        return connection

    @contextmanager
    def autocommit(self) -> Iterator[Connection]:
        """Opens a connection that commits each statement."""
        if self._thread.unit:
            yield self._thread.unit
            return
        with self._lent() as connection:
            self._check_file()
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Opens a read-only transaction with a consistent view."""
        if self._thread.unit:
            yield self._thread.unit
            return
        with self._lent() as connection:
            connection.run(self._read)
            self._check_file()
            yield connection
            connection.run("ROLLBACK")

    @contextmanager
    def transaction(self, name: str) -> Iterator[Connection]:
        """Opens a write transaction on a tenant; an error rolls it back."""
        if self._thread.unit:
            with self._part_of(self._thread.unit):
                yield self._thread.unit
            return
        lock = self._locks[hash(name) % len(self._locks)]
        if not lock.acquire(timeout=WAIT_S):
            raise StoreUnavailableError(BUSY)
        try:
            with self._lent() as connection:
                self._begin(connection)
                yield connection
                self._check_file()  # last: what is committed afterwards is in the file
                connection.run("COMMIT")
        finally:
            lock.release()

    def _begin(self, connection: Connection) -> None:
        """Begins a write transaction, after those of other processes.

        SQLite itself waits ever longer between two attempts, and starves beside a busy process.
        """
        until = time.monotonic() + WAIT_S
        while True:
            try:
                connection.run(self._write)
                return
            except exc.OperationalError as error:
                is_busy = getattr(error.orig, "sqlite_errorname", "").startswith("SQLITE_BUSY")
                if not is_busy or time.monotonic() > until:
                    raise
            time.sleep(random.uniform(*RETRY_S))

    @contextmanager
    def _part_of(self, unit: Connection) -> Iterator[None]:
        """Undoes a unit after an error, and begins it anew."""
        try:
            yield
        except BaseException:
            if unit.raw.in_transaction:
                unit.run("ROLLBACK")
            unit.run(self._write)
            raise

    @contextmanager
    def _lent(self) -> Iterator[Connection]:
        """Lends a connection; after an error it is rolled back, or closed."""
        if not self._free.acquire(timeout=WAIT_S):
            raise StoreUnavailableError(ALL_IN_USE)
        try:
            idle = self._idle
            raw = self._taken()
            connection = Connection(raw, self._statements, self._errors)
            try:
                yield connection
            except BaseException:
                if self._is_reset(connection):
                    idle.append(raw)
                raise
            if idle is self._idle:
                idle.append(raw)
            else:  # closed meanwhile
                raw.close()
        finally:
            self._free.release()

    def _taken(self) -> Any:
        """Returns an idle connection that is not lost, or a new one."""
        with suppress(IndexError):
            while True:
                raw = self._idle.pop()
                if not (self.is_postgresql and _has_ended(raw)):
                    return raw
                raw.close()
        return self._opened()

    def _opened(self) -> Any:
        """Opens a new connection."""
        try:
            lent = self.engine.raw_connection()
        except self._errors as error:
            raise Connection(None, self._statements, self._errors).converted(error) from None
        raw: Any = lent.driver_connection
        lent.detach()
        if not self.is_postgresql:
            raw.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        return raw

    def _is_reset(self, connection: Connection) -> bool:
        """Ends a failed transaction; closes a connection that is lost."""
        try:
            if self.is_postgresql or connection.raw.in_transaction:
                connection.run("ROLLBACK")
        except exc.SQLAlchemyError:
            connection.raw.close()
            return False
        return True

    def _check_file(self) -> None:
        """Raise `StoreUnavailableError` if the file is another one than before."""
        if self._file:
            self._file.check()

    def check_room(self) -> None:
        """Raise `StoreUnavailableError` if the disk is full, where this can be seen."""
        if self._file:
            self._file.check_room()

    def close(self) -> None:
        """Close all connections; they are opened anew when needed."""
        idle, self._idle = self._idle, []
        for raw in (*idle, self._own):
            if raw is not None:
                raw.close()
        self._own = None
        if self._file:
            self._file.forget()


# PostgreSQL

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
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True, connect_args=settings)
    event.listen(engine, "connect", _opened)
    return engine


def _opened(connection: Any, _: object) -> None:
    connection.autocommit = True  # transactions are begun by a statement


def _has_ended(raw: Any) -> bool:
    """Whether the server has ended an idle connection: it has sent something."""
    looked = select.poll()
    looked.register(raw.fileno(), select.POLLIN)
    return bool(looked.poll(0))


# SQLite


class _File:
    """The file of a database, and its write-ahead log.

    SQLite goes on to use a file that was removed, and everything written is lost. Both are compared while a
    connection is open: no other process may remove the log then.
    """

    def __init__(self, name: str) -> None:
        self._paths = (name, f"{name}-wal")
        self._known: dict[str, tuple[int, int]] = {}

    def check(self) -> None:
        """Raise `StoreUnavailableError` if a file was removed or replaced."""
        for path in self._paths:
            try:
                found = os.stat(path)
                present = (found.st_dev, found.st_ino)
            except OSError:
                present = None
            if present != self._known.get(path, present):
                raise StoreUnavailableError(REPLACED)
            if present:
                self._known[path] = present

    def check_room(self) -> None:
        """Raise `StoreUnavailableError` if the disk has no room for an order.

        A small write may still succeed: the log reuses its own room first.
        """
        disk = os.statvfs(Path(self._paths[0]).parent)
        free = disk.f_bavail if os.geteuid() else disk.f_bfree  # some room is for root only
        if free * disk.f_frsize < LEAST_FREE:
            raise StoreUnavailableError(FULL)

    def forget(self) -> None:
        """Accept the files that are there next."""
        self._known = {}


def _sqlite(url: URL) -> Engine:
    file = Path(str(url.database)).absolute()
    with suppress(OSError):  # SQLite itself reports why a file cannot be opened
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY))
    existing = URL.create(url.drivername, database=file.as_uri(), query={"mode": "rw", "uri": "true"})
    arguments = {"timeout": WAIT_S, "check_same_thread": False}
    engine = create_engine(existing, poolclass=NullPool, hide_parameters=True, connect_args=arguments)
    event.listen(engine, "connect", _connected)
    return engine


def _connected(connection: Any, _: object) -> None:
    connection.isolation_level = None  # transactions are begun by a statement
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous = NORMAL")  # with a write-ahead log: safe when a process is killed
    cursor.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    cursor.close()
