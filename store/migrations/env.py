"""Alembic runs this for each command: it works on the connection, and in the transaction, that it is given."""

from alembic import context

from store.tables import METADATA

context.configure(
    connection=context.config.attributes["link"], target_metadata=METADATA, transactional_ddl=True
)
with context.begin_transaction():
    context.run_migrations()
