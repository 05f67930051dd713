"""Opens the store of `--store`; imports database packages only if needed."""

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
"""Short schemes of addresses."""


def read(text: str) -> str:
    """Returns the full form of an address; raises `ValueError`."""
    for short, whole in _SHORT.items():
        if text.startswith(short):
            text = whole + text.removeprefix(short)
    if text.startswith(SQLITE) and _is_no_plain_file(text.removeprefix(SQLITE)):
        raise ValueError(
            f"expects a plain file after {SQLITE}, without 'file:', ':memory:' or '?' with parameters; "
            f"a store in memory is {MEMORY}"
        )
    if text == MEMORY or any(text.startswith(kind) and text != kind for kind in (SQLITE, POSTGRESQL)):
        return text
    raise ValueError(f"expects {EXPECTED}")


def _is_no_plain_file(name: str) -> bool:
    """Whether SQLite would read a file name as something else."""
    return "?" in name or name.startswith("file:") or name.strip().lower().startswith(":memory:")


def is_shared(address: str) -> bool:
    """Whether several processes can use the store at the same time."""
    return address != MEMORY


def described(address: str) -> str:
    """Describes a store for people, without a password."""
    if address.startswith(SQLITE):
        return f"everything is kept in {file_of(address)}"
    return "nothing is kept" if address == MEMORY else "everything is kept in PostgreSQL"


def file_of(address: str) -> str:
    """Returns the file of a SQLite address, as it is written."""
    return address.removeprefix(SQLITE)


def checkpoint(address: str) -> None:
    """Checkpoints SQLite's write-ahead log if no other process uses the file.

    SQLite does it when the last process closes the file. If several close it at the same moment, each takes
    the others for running ones, and the log remains.
    """
    if address.startswith(SQLITE):
        import sqlite3

        existing = f"{Path(file_of(address)).absolute().as_uri()}?mode=rw"
        with suppress(sqlite3.Error), closing(sqlite3.connect(existing, uri=True)) as connection:
            connection.execute("PRAGMA wal_checkpoint")


def open_store(address: str) -> Store:
    """Opens the store at an address; raises `StoreError`."""
    if address == MEMORY:
        from mock_oms.store.memory import MemoryStore

        return MemoryStore()
    try:
        import sqlalchemy as _  # noqa: F401 # first, so that other import errors below are not hidden
    except ImportError:
        raise StoreError(_missing(address)) from None
    from mock_oms.store.sql import open_sql

    return open_sql(address)


def _missing(address: str) -> str:
    extra = "postgres" if address.startswith(POSTGRESQL) else "sql"
    return f"the chosen store needs more packages: pip install 'mock-oms[{extra}]'"
