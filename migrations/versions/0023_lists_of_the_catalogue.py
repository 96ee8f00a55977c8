"""Indexes for lists of products, stock and jobs over all companies, and names of companies as they are searched."""

import sqlalchemy as sa
from alembic import op

from migrations.online import create_index, drop_index

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

# A job that has not ended is sorted as if it ended behind all others (domain/pagination.py).
_ENDED = {
    "postgresql": "(CASE WHEN finished_at IS NULL THEN TIMESTAMPTZ '9999-12-31 00:00:00+00' ELSE finished_at END)",
    "sqlite": "(CASE WHEN finished_at IS NULL THEN '9999-12-31 00:00:00.000000' ELSE finished_at END)",
}
_INDEXES = {
    "ix_products_sku": ("products", ["sku", "id"]),
    "ix_products_name": ("products", ["name", "id"]),
    "ix_products_company_name": ("products", ["company_id", "name", "id"]),
    "ix_products_updated": ("products", ["updated_at", "id"]),
    "ix_products_company_updated": ("products", ["company_id", "updated_at", "id"]),
    "ix_inventory_levels_on_hand": ("inventory_levels", ["on_hand", "product_id", "warehouse_id"]),
    "ix_job_outcomes_subject_job": ("job_outcomes", ["subject", "job_id"]),
    "ix_queued_jobs_ended": ("queued_jobs", [_ENDED, "id"]),
    "ix_queued_jobs_company_ended": ("queued_jobs", ["company_id", _ENDED, "id"]),
}
# Few rows of many: what the channel refuses, and what it holds without any sale to explain it.
_STOCK = {
    "ix_channel_stock_refused": "refused_at IS NOT NULL",
    "ix_channel_stock_drifting": "drifting_since IS NOT NULL",
}


def upgrade() -> None:
    """Forward."""
    dialect = op.get_context().dialect.name
    for name, (table, columns) in _INDEXES.items():
        create_index(
            name, table, [each if isinstance(each, str) else sa.text(each[dialect]) for each in columns]
        )
    for name, condition in _STOCK.items():
        is_one = sa.text(condition)
        create_index(
            name,
            "channel_stock",
            ["company_id", "product_id"],
            postgresql_where=is_one,
            sqlite_where=is_one,
        )
    op.add_column("companies", sa.Column("name_folded", sa.Text()))


def downgrade() -> None:
    """Back."""
    for name in reversed(_STOCK):
        drop_index(name, "channel_stock")
    for name, (table, _) in reversed(_INDEXES.items()):
        drop_index(name, table)
    op.drop_column("companies", "name_folded")
