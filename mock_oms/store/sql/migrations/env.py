"""Run by alembic: applies migrations on the connection, and in the transaction, that it is given."""

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
