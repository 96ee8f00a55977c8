"""Since when a product's zero is held back, because most of its mall would be set to zero with it."""

import sqlalchemy as sa
from alembic import op

from migrations.online import create_index, drop_index

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.add_column("stock_changes", sa.Column("held_back_since", sa.DateTime(timezone=True), nullable=True))
    is_held_back = sa.text("held_back_since IS NOT NULL")
    create_index(
        "ix_stock_changes_held_back",
        "stock_changes",
        ["company_id"],
        postgresql_where=is_held_back,
        sqlite_where=is_held_back,
    )


def downgrade() -> None:
    """Back."""
    drop_index("ix_stock_changes_held_back", "stock_changes")
    op.drop_column("stock_changes", "held_back_since")
