"""The first version."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Makes the tables."""
    ordered = sa.String().with_variant(sa.String(collation="C"), "postgresql")
    op.create_table(
        "tenant",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String, nullable=False, unique=True),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("frozen_at", sa.BigInteger),
        sa.Column("offset_us", sa.BigInteger, nullable=False),
        sa.Column("latest", sa.BigInteger, nullable=False),
        sa.Column("due", sa.BigInteger),
        sa.Column("shipments", sa.BigInteger, nullable=False),
        sa.Column("tokens", sa.BigInteger, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table("settings", _tenant(), sa.Column("body", sa.Text, nullable=False))
    op.create_table(
        "shipment",
        _tenant(),
        sa.Column("id", ordered, primary_key=True),
        sa.Column("bucket", sa.String, nullable=False),
        sa.Column("location", sa.String, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("ordered_at", sa.BigInteger, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Index("shipment_by_channel", "tenant_id", "bucket", "location", "channel", "ordered_at", "id"),
        sa.Index("shipment_by_location", "tenant_id", "bucket", "location", "ordered_at", "id"),
        sa.Index("shipment_by_bucket", "tenant_id", "bucket", "ordered_at", "id"),
    )
    op.create_table(
        "series",
        _tenant(),
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("last", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "document_number",
        _tenant(),
        sa.Column("number", sa.String, primary_key=True),
        sa.Column("shipment_id", sa.String, nullable=False),
    )
    op.create_table(
        "stock",
        _tenant(),
        sa.Column("location", sa.String, primary_key=True),
        sa.Column("sku", sa.String, primary_key=True),
        sa.Column("on_hand", sa.BigInteger, nullable=False),
        sa.Column("reserved", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "waiting",
        _tenant(),
        sa.Column("shipment_id", ordered, primary_key=True),
        sa.Column("event", sa.String, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("due", sa.BigInteger),
        sa.Index("waiting_by_due", "tenant_id", "due", "shipment_id"),
    )
    _users_and_journal()


def _users_and_journal() -> None:
    op.create_table(
        "app_user",
        sa.Column("username", sa.String, primary_key=True),
        sa.Column("tenant_id", sa.Integer, nullable=False, index=True),
        sa.Column("location", sa.String),
        sa.Column("password", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "session",
        sa.Column("digest", sa.LargeBinary, primary_key=True),
        sa.Column("tenant_id", sa.Integer, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("username", sa.String, nullable=False),
        sa.Column("location", sa.String),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Index("session_by_number", "tenant_id", "number"),
    )
    counts = op.create_table("journal_count", _tenant(), sa.Column("last", sa.BigInteger, nullable=False))
    op.create_table(
        "journal",
        _tenant(),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("entry", sa.Text, nullable=False),
        sa.Column("request", sa.LargeBinary, nullable=False),
        sa.Column("answer", sa.LargeBinary, nullable=False),
    )
    op.bulk_insert(counts, [{"tenant_id": 0, "last": 0}])  # the journal of calls that belong to nobody


def _tenant() -> sa.Column[int]:
    return sa.Column("tenant_id", sa.Integer, primary_key=True, autoincrement=False)
