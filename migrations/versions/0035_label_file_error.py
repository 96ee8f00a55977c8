"""A label file's trouble is called as that of other attempts. No release has had the table, so none reads the name that goes."""

from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.alter_column("shipping_label_files", "problem", new_column_name="error")


def downgrade() -> None:
    """Back."""
    op.alter_column("shipping_label_files", "error", new_column_name="problem")
