"""Runs the revisions on the connection that ``records.ledger.database`` hands over."""

from alembic import context

from records.ledger.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
