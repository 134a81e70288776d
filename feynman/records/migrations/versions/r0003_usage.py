"""A turn keeps what its model calls used."""

import sqlalchemy as sa
from alembic import op

__all__ = ["branch_labels", "depends_on", "down_revision", "downgrade", "revision", "upgrade"]

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Turns of the earlier versions used no model."""
    op.add_column("turn", sa.Column("usage", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Drop the column with what it says."""
    op.drop_column("turn", "usage")
