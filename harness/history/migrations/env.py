"""Run migrations on the connection that the harness hands over; Alembic runs this file."""

from alembic import context

from harness.history.database import VERSION_TABLE
from harness.history.tables import Table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
