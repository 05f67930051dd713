"""The store in an SQL database: SQLite in a file, or PostgreSQL."""

from __future__ import annotations

from sqlalchemy import URL, exc, make_url

from mock_oms.store.errors import StoreError
from mock_oms.store.opening import SQLITE, file_of
from mock_oms.store.sql import schema
from mock_oms.store.sql.engine import Database
from mock_oms.store.sql.failures import cause
from mock_oms.store.sql.store import SqlStore


def open_sql(address: str) -> SqlStore:
    """Opens the database at `address` and migrates it; raises `StoreError`."""
    url = _url(address)
    try:
        database = Database(url)
        schema.prepare(database)
    except ImportError:
        raise StoreError("PostgreSQL needs more packages: pip install 'mock-oms[postgres]'") from None
    except schema.DatabaseVersionError as reason:
        raise StoreError(f"{named(url)}: {reason}") from None
    except exc.DBAPIError as error:
        raise StoreError(f"{named(url)} cannot be used: {cause(error)}") from None
    except exc.SQLAlchemyError as error:
        raise StoreError(f"{named(url)} cannot be used: {type(error).__name__}") from None
    return SqlStore(database)


def _url(address: str) -> URL:
    if address.startswith(SQLITE):
        return URL.create("sqlite", database=file_of(address))
    try:
        url = make_url(address)
        if url.get_backend_name() == "postgresql" and not url.database:
            raise StoreError("the store's address names no database: postgresql+psycopg://USER@HOST/DATABASE")
        return url
    except (exc.ArgumentError, ValueError) as error:
        if isinstance(error, StoreError):
            raise
        raise StoreError(
            "the store's address cannot be read; expected DRIVER://USER@HOST:PORT/DATABASE"
        ) from None


def named(url: URL) -> str:
    """Describes a database without user, password and options, which may hold secrets."""
    if url.get_backend_name() == "sqlite":
        return f"the SQLite file {url.database}"
    place = f"{url.host or 'this machine'}{f':{url.port}' if url.port else ''}"
    return f"the PostgreSQL database {url.database} at {place}"
