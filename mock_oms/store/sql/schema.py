"""Bringing a database to the newest version; nothing but one look when it is there already."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, exc, text

from mock_oms.store.sql.engine import WAIT_S, Database

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
HEAD = "0001"
"""The newest version; a test compares it with the migrations."""
_VERSION = text("SELECT version_num FROM alembic_version")
_LOCK = text("SELECT pg_advisory_xact_lock(7234509821)")
"""Of several servers that start at once on one database, one migrates and the others wait."""
_RETRY_S = 0.05


class DatabaseVersionError(Exception):
    """The database has a version that this program does not know."""


def prepare(database: Database) -> None:
    """Brings the database to the newest version.

    Raises `DatabaseVersionError` when a newer program has used it.
    """
    with database.looking() as connection:
        if _version(connection) == HEAD:
            return
    if not database.is_postgresql:
        _log_ahead(database)
    with database.writing("") as connection:
        if database.is_postgresql:
            connection.execute(_LOCK)
        if _version(connection) != HEAD:
            _migrate(connection)


def _version(connection: Connection) -> str | None:
    """The version of a database; None when it is empty."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    version: str | None = connection.execute(_VERSION).scalar()
    return version


def _log_ahead(database: Database) -> None:
    """Gives the file a write-ahead log, which it keeps: reading and writing then do not wait for each other.

    SQLite gives up at once when another process does the same; it is then tried again.
    """
    until = time.monotonic() + WAIT_S
    while True:
        try:
            with database.looking() as connection:
                connection.exec_driver_sql("PRAGMA journal_mode = WAL")
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
    """What alembic needs to know."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
