"""Indexes for lists of products, stock and jobs over all companies, and names of companies as they are searched."""

import sqlalchemy as sa
from alembic import op

from migrations.online import create_index, drop_index

revision = "0023"
down_revision = "0020"
branch_labels = None
depends_on = None

_INDEXES = (
    ("ix_products_sku", "products", ["sku", "id"], None),
    ("ix_channel_stock_refused", "channel_stock", ["company_id", "product_id"], "refused_at IS NOT NULL"),
    (
        "ix_channel_stock_different",
        "channel_stock",
        ["company_id", "product_id"],
        "channel_quantity != accepted_quantity",
    ),
    ("ix_channel_stock_drifting", "channel_stock", ["company_id", "product_id"], "drifts >= 2"),
    ("ix_job_outcomes_subject_job", "job_outcomes", ["subject", "job_id"], None),
)


def upgrade() -> None:
    """Forward."""
    op.add_column("companies", sa.Column("name_folded", sa.Text()))
    for name, table, columns, condition in _INDEXES:
        where = None if condition is None else sa.text(condition)
        create_index(name, table, columns, postgresql_where=where, sqlite_where=where)


def downgrade() -> None:
    """Back."""
    for name, table, *_ in reversed(_INDEXES):
        drop_index(name, table)
    op.drop_column("companies", "name_folded")
