"""Indexes that serve each order in which orders can be asked for, of one company and of all, and orders by their status.

A missing value is sorted as another one, and SQLite's amounts as numbers, so some are of expressions (domain/pagination.py).
"""

import sqlalchemy as sa
from alembic import op

from migrations.online import create_index, drop_index

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_TABLE = "orders"
_SHIP_BY = {
    "postgresql": "(CASE WHEN latest_ship_at IS NULL THEN TIMESTAMPTZ '9999-12-31 00:00:00+00' ELSE latest_ship_at END)",
    "sqlite": "(CASE WHEN latest_ship_at IS NULL THEN '9999-12-31 00:00:00.000000' ELSE latest_ship_at END)",
}
_TOTAL = {
    "postgresql": "(CASE WHEN total_amount IS NULL THEN -1 ELSE total_amount END)",
    "sqlite": "CAST((CASE WHEN total_amount IS NULL THEN '-1' ELSE total_amount END) AS NUMERIC)",
}
_INDEXES = {
    "ix_orders_company_ship_by": ["company_id", _SHIP_BY, "id"],
    "ix_orders_ship_by": [_SHIP_BY, "id"],
    "ix_orders_company_total": ["company_id", _TOTAL, "id"],
    "ix_orders_total": [_TOTAL, "id"],
    "ix_orders_company_updated": ["company_id", "updated_at", "id"],
    "ix_orders_updated": ["updated_at", "id"],
    "ix_orders_company_number": ["company_id", "channel_order_id", "id"],
    "ix_orders_company_status": ["company_id", "status"],
}


def upgrade() -> None:
    """Forward."""
    dialect = op.get_bind().dialect.name
    for name, columns in _INDEXES.items():
        create_index(
            name, _TABLE, [each if isinstance(each, str) else sa.text(each[dialect]) for each in columns]
        )


def downgrade() -> None:
    """Back."""
    for name in reversed(_INDEXES):
        drop_index(name, _TABLE)
