"""Which store `--store` asks for. Knows nothing of databases, so that asking for memory costs nothing."""

from __future__ import annotations

from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from mock_oms.store.errors import StoreError

if TYPE_CHECKING:
    from mock_oms.store import Store

MEMORY = "memory"
SQLITE = "sqlite:///"
POSTGRESQL = "postgresql+psycopg://"
EXPECTED = f"{MEMORY}, {SQLITE}FILE or {POSTGRESQL}USER@HOST/DATABASE"
_SHORT = {"postgresql://": POSTGRESQL, "postgres://": POSTGRESQL}
"""Other ways to write a beginning."""


def read(text: str) -> str:
    """The address of a store as it is used; raises ValueError when it is none."""
    for short, whole in _SHORT.items():
        if text.startswith(short):
            text = whole + text.removeprefix(short)
    if text == MEMORY or any(text.startswith(kind) and text != kind for kind in (SQLITE, POSTGRESQL)):
        return text
    raise ValueError(f"expected {EXPECTED}")


def is_shared(address: str) -> bool:
    """Whether several processes can work on the store at the same time."""
    return address != MEMORY


def shown(address: str) -> str:
    """Where everything is kept, in words; of an address, which may hold a password, only the kind."""
    if address.startswith(SQLITE):
        return f"everything is kept in {_file(address)}"
    return "nothing is kept" if address == MEMORY else "everything is kept in PostgreSQL"


def _file(address: str) -> str:
    return address.removeprefix(SQLITE).partition("?")[0]


def put_in_order(address: str) -> None:
    """Has SQLite write the log beside its file back, if nobody works on that any more.

    It does so by itself as the last process lets go of the file. Of several that let go at the same moment
    each takes the others for ones that go on, and the log stays behind.
    """
    if address.startswith(SQLITE):
        import sqlite3

        existing = f"{Path(_file(address)).absolute().as_uri()}?mode=rw"
        with suppress(sqlite3.Error), closing(sqlite3.connect(existing, uri=True)) as connection:
            connection.execute("PRAGMA wal_checkpoint")


def open_store(address: str) -> Store:
    """The store at an address; raises `StoreError` when it cannot be used."""
    if address == MEMORY:
        from mock_oms.store.memory import MemoryStore

        return MemoryStore()
    try:
        import sqlalchemy as _  # noqa: F401 # asked first, so that what else is missing below is our fault
    except ImportError:
        raise StoreError(_missing(address)) from None
    from mock_oms.store.sql import open_sql

    return open_sql(address)


def _missing(address: str) -> str:
    extra = "postgres" if address.startswith(POSTGRESQL) else "sql"
    return f"the store that was asked for needs more packages: pip install 'mock-oms[{extra}]'"
