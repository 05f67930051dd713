"""Migrates a database to the newest version."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, exc, text

from mock_oms.store.sql.engine import WAIT_S, Database

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
HEAD = "0002"
"""The newest version; a test compares it with the migrations."""
_VERSION = text("SELECT version_num FROM alembic_version")
_LOCK = text("SELECT pg_advisory_xact_lock(7234509821)")
"""Lock of migrations: of several servers that start at once, one migrates and the others wait."""
_RETRY_S = 0.05


class DatabaseVersionError(Exception):
    """The database has a version that this program does not know."""


def prepare(database: Database) -> None:
    """Migrates the database to the newest version.

    Raises `DatabaseVersionError` when a newer program has used it.
    """
    with database.engine.connect() as connection:
        if _version(connection) == HEAD:
            return
    if not database.is_postgresql:
        _enable_wal(database)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("BEGIN" if database.is_postgresql else "BEGIN IMMEDIATE")
        if database.is_postgresql:
            connection.execute(_LOCK)
        if _version(connection) != HEAD:
            _migrate(connection)


def _version(connection: Connection) -> str | None:
    """Returns the version of a database; None when it is empty."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    version: str | None = connection.execute(_VERSION).scalar()
    return version


def _enable_wal(database: Database) -> None:
    """Switches the file to a write-ahead log, for parallel reads.

    SQLite fails at once if another process does the same; the switch is then tried again.
    """
    until = time.monotonic() + WAIT_S
    while True:
        try:
            with database.autocommit() as connection:
                connection.run("PRAGMA journal_mode = WAL")
                return
        except exc.OperationalError as error:
            if "locked" not in str(error.orig) or time.monotonic() > until:
                raise
            time.sleep(_RETRY_S)


def _migrate(connection: Connection) -> None:
    from alembic import command
    from alembic.util import CommandError

    try:
        command.upgrade(configuration(connection), "head")
    except CommandError:
        raise DatabaseVersionError(
            f"it is of version {_version(connection)}, which this program does not know: "
            f"a newer mock-oms has used it"
        ) from None


def configuration(connection: Connection) -> Config:
    """Returns the configuration of alembic."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
