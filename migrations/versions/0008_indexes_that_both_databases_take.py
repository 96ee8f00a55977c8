"""
Indexes of few rows among many: of open orders, of the lanes of active jobs, of a company's stock in the order that it is
compared in, and those that SQLite never took because their conditions were written in other words than the statements'.
"""

import sqlalchemy as sa
from alembic import op

from migrations.online import create_index, drop_index

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# Name, table and columns; the condition before and after.
_ON_SQLITE = [
    (("ix_orders_address_wanted", "orders", ["company_id", "id"]), "address_wanted", "address_wanted = 1"),
    (("ix_orders_amounts_wanted", "orders", ["company_id", "id"]), "amounts_wanted", "amounts_wanted = 1"),
    (
        ("ix_orders_tracking_to_upload", "orders", ["company_id", "id"]),
        "shipping_status = 'FULLY_SHIPPED' AND NOT source_updated_for_shipping",
        "shipping_status = 'FULLY_SHIPPED' AND source_updated_for_shipping = 0",
    ),
    (
        ("ix_queued_jobs_active", "queued_jobs", ["run_at"]),
        "status IN ('QUEUED', 'RUNNING')",
        "status = 'QUEUED' OR status = 'RUNNING'",
    ),
]


def upgrade() -> None:
    """Forward."""
    is_open = sa.text("status IN ('PENDING', 'ON_HOLD', 'IN_PROCESS')")
    create_index(
        "ix_orders_open",
        "orders",
        ["company_id", "latest_ship_at"],
        postgresql_where=is_open,
        sqlite_where=is_open,
    )
    create_index(
        "ix_queued_jobs_active_lane",
        "queued_jobs",
        ["lane"],
        postgresql_where=sa.text("status IN ('QUEUED', 'RUNNING')"),
        sqlite_where=sa.text("status = 'QUEUED' OR status = 'RUNNING'"),
    )
    create_index("ix_channel_stock_company_product", "channel_stock", ["company_id", "product_id"])
    if op.get_context().dialect.name == "sqlite":
        for index, _, after in _ON_SQLITE:
            op.drop_index(index[0], index[1])
            op.create_index(*index, sqlite_where=sa.text(after))
    drop_index("ix_channel_stock_company", "channel_stock")


def downgrade() -> None:
    """Back."""
    if op.get_context().dialect.name == "sqlite":
        for index, before, _ in _ON_SQLITE:
            op.drop_index(index[0], index[1])
            op.create_index(*index, sqlite_where=sa.text(before))
    create_index("ix_channel_stock_company", "channel_stock", ["company_id"])
    drop_index("ix_channel_stock_company_product", "channel_stock")
    drop_index("ix_queued_jobs_active_lane", "queued_jobs")
    drop_index("ix_orders_open", "orders")
