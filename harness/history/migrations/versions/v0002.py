"""Version 0002: the figure of a finding that is followed over time."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the figure; of findings that are there it is not known until they are read again."""
    op.add_column("findings", sa.Column("measured", sa.Double(), nullable=True))


def downgrade() -> None:
    """Drop the figure."""
    with op.batch_alter_table("findings") as table:
        table.drop_column("measured")
