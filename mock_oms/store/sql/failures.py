"""Messages for database errors, without addresses, passwords and SQL."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from mock_oms.store.errors import StoreUnavailableError

BUSY = "the database is busy with another change"
LOST = "the database cannot be reached, or the connection to it was lost"
ALL_IN_USE = "all connections to the database are in use"
FULL = "the disk of the database is full"
READ_ONLY = "the database is read-only"
REPLACED = "the database file was removed or replaced; put it back, or restart the server"
EMPTY = "the database has lost its tables; put them back, or restart the server"

_SQLITE = {
    "SQLITE_FULL": FULL,
    "SQLITE_READONLY": READ_ONLY,
    "SQLITE_BUSY": BUSY,
    "SQLITE_LOCKED": BUSY,
    "SQLITE_CANTOPEN": "the database file cannot be opened",
    "SQLITE_IOERR": "the database file cannot be read or written",
    "SQLITE_CORRUPT": "the database file is damaged",
    "SQLITE_NOTADB": "the file is no SQLite database",
    "SQLITE_PERM": "the database file may not be opened",
}
"""Prefix of the error's name -> message."""

_POSTGRESQL = {
    "08": LOST,
    "25006": READ_ONLY,
    "3F": EMPTY,
    "42P01": EMPTY,
    "28": "the database refuses this user",
    "3D000": "there is no such database",
    "40": BUSY,
    "42501": "this user may not do that in the database",
    "53100": FULL,
    "53200": "the database is out of memory",
    "53300": "the database takes no more connections",
    "55P03": BUSY,
    "57": "the database is stopping or has ended the connection",
    "58": "the database cannot read or write its files",
}
"""Prefix of the SQLSTATE -> message."""


@contextmanager
def database_errors() -> Iterator[None]:
    """Converts errors of the database to `StoreUnavailableError`; other errors pass."""
    try:
        yield
    except exc.SQLAlchemyError as error:
        reason = _reason(error)
        if reason is None:
            raise
        raise StoreUnavailableError(reason) from None


def _reason(error: exc.SQLAlchemyError) -> str | None:
    if not isinstance(error, exc.DBAPIError):
        return None
    name = getattr(error.orig, "sqlite_errorname", None)
    if name == "SQLITE_ERROR" and str(error.orig).startswith("no such table"):
        return EMPTY
    if name is not None:
        return _beginning(_SQLITE, name)
    code = getattr(error.orig, "sqlstate", None)
    if code is not None:
        return _beginning(_POSTGRESQL, code)
    lost = error.connection_invalidated or isinstance(error, exc.OperationalError | exc.InterfaceError)
    return LOST if lost else None


def _beginning(meanings: dict[str, str], code: str) -> str | None:
    return next((meaning for start, meaning in meanings.items() if code.startswith(start)), None)


def cause(error: exc.DBAPIError) -> str:
    """Returns the first line of the driver's message, for the operator.

    It names hosts and users, never passwords.
    """
    line = str(error.orig).strip().partition("\n")[0]
    return line.rpartition("FATAL: ")[2].strip() or type(error.orig).__name__


class Outage:
    """An outage; the first of several failures is reported on stderr."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._said = False

    def begins(self, reason: StoreUnavailableError) -> None:
        """Reports a failure, unless the previous call failed too."""
        if not self._said:
            self._said = True
            sys.stderr.write(f"Warning: {self._what}: {reason.message}\n")

    def ends(self) -> None:
        """Notes a success."""
        self._said = False
