"""Alembic's entry point: applies migrations on the given connection."""

from __future__ import annotations

from alembic import context

from mock_oms.store.sql.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
