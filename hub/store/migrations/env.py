"""Alembic's way in. The connection comes from `hub.store.migrate`, so nothing is configured here."""

from alembic import context

from hub.store import tables

context.configure(connection=context.config.attributes["connection"], target_metadata=tables.metadata)
with context.begin_transaction():
    context.run_migrations()
