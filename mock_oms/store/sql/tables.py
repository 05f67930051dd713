"""The tables; a test compares them with the migrations.

Every write to a tenant first updates its row in `tenant`: this is the tenant's lock, for all processes and
hosts. All writes happen under that lock, so there are no foreign keys, which would only cost time. Only
`journal` has a separate lock, the row in `journal_count`.

Times are whole microseconds since 1970, which sort and compare alike in every database.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table, Text

metadata = MetaData()

UNATTRIBUTED = 0
"""The tenant id of unattributed calls in the journal."""

Ordered = String().with_variant(String(collation="C"), "postgresql")
"""Text that sorts by code points, as Python sorts it."""


def _owned(name: str, *rest: Column[Any] | Index) -> Table:
    """Returns a table of tenants' rows; `tenant_id` is in its key."""
    owner = Column("tenant_id", Integer, primary_key=True, autoincrement=False)
    return Table(name, metadata, owner, *rest)


tenant = Table(
    "tenant",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("digest", LargeBinary, nullable=False),
    Column("frozen_at", BigInteger),
    Column("offset_us", BigInteger, nullable=False),
    Column("latest", BigInteger, nullable=False),
    Column("due", BigInteger),
    Column("shipments", BigInteger, nullable=False),
    Column("tokens", BigInteger, nullable=False),
    sqlite_autoincrement=True,  # a removed tenant's id is not used again
)
"""One small row with the data of every call.

`digest` identifies the settings, `frozen_at` and `offset_us` are the clock, `latest` is the latest time that
a client has seen, `due` is when the next automatic step is due; `shipments` and `tokens` are counts."""

settings = _owned("settings", Column("body", Text, nullable=False))
"""A tenant's settings without its clock, as JSON: fetched only when its digest is new to a process."""

shipment = _owned(
    "shipment",
    Column("id", Ordered, primary_key=True),
    Column("bucket", String, nullable=False),
    Column("location", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("ordered_at", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    Index("shipment_by_channel", "tenant_id", "bucket", "location", "channel", "ordered_at", "id"),
    Index("shipment_by_location", "tenant_id", "bucket", "location", "ordered_at", "id"),
    Index("shipment_by_bucket", "tenant_id", "bucket", "ordered_at", "id"),
)

series = _owned(
    "series", Column("name", String, primary_key=True), Column("last", BigInteger, nullable=False)
)

document_number = _owned(
    "document_number",
    Column("number", String, primary_key=True),
    Column("shipment_id", String, nullable=False),
)

stock = _owned(
    "stock",
    Column("location", String, primary_key=True),
    Column("sku", String, primary_key=True),
    Column("on_hand", BigInteger, nullable=False),
    Column("reserved", BigInteger, nullable=False),
)

waiting = _owned(
    "waiting",
    Column("shipment_id", Ordered, primary_key=True),
    Column("event", String, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("due", BigInteger),
    Index("waiting_by_due", "tenant_id", "due", "shipment_id"),
)

app_user = Table(
    "app_user",
    metadata,
    Column("username", String, primary_key=True),
    Column("tenant_id", Integer, nullable=False, index=True),
    Column("location", String),
    Column("password", LargeBinary, nullable=False),
)

session = Table(
    "session",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("tenant_id", Integer, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("username", String, nullable=False),
    Column("location", String),
    Column("expires_at", BigInteger, nullable=False),
    Index("session_by_number", "tenant_id", "number"),
)

journal_count = _owned(
    "journal_count",
    Column("last", BigInteger, nullable=False),
    Column("writes", BigInteger, nullable=False, server_default="0"),
)
"""The number of the last entry, and how many entries were writes."""


def _entries(name: str) -> Table:
    return _owned(
        name,
        Column("number", BigInteger, primary_key=True, autoincrement=False),
        Column("entry", Text, nullable=False),
        Column("request", LargeBinary, nullable=False),
        Column("answer", LargeBinary, nullable=False),
    )


journal, journal_write = _entries("journal"), _entries("journal_write")
"""Calls that read, and calls that write, which polling does not push out."""

ORDERS = (shipment, series, document_number, stock, waiting)
"""Tables that a reset empties."""
OWNED = (*ORDERS, settings, app_user, session, journal_count, journal, journal_write)
"""Tables with rows of a tenant."""
