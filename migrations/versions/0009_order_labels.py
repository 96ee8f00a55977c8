"""Labels of orders and why they are held, and lines of orders by other numbers and units."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.online import create_index, drop_index

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
HAS_LABELS = sa.text("labels <> '[]'")
IS_RENUMBERED = sa.text("previous_channel_order_item_id IS NOT NULL")


def upgrade() -> None:
    """Forward."""
    for name in ("hold_reasons", "labels", "channel_notices"):
        op.add_column("orders", sa.Column(name, JSON, server_default="[]", nullable=False))
    # Nothing else held an order back so far.
    op.execute("UPDATE orders SET hold_reasons = '[\"CANCELLATION_REQUESTED\"]' WHERE status = 'ON_HOLD'")
    op.add_column(
        "order_items", sa.Column("previous_channel_order_item_id", sa.String(length=64), nullable=True)
    )
    op.add_column(
        "order_items", sa.Column("pieces_per_unit", sa.Integer(), server_default="1", nullable=False)
    )
    create_index(
        "ix_orders_labelled",
        "orders",
        ["company_id", "ordered_at", "id"],
        postgresql_where=HAS_LABELS,
        sqlite_where=HAS_LABELS,
    )
    create_index(
        "ix_order_items_renumbered",
        "order_items",
        ["company_id"],
        postgresql_where=IS_RENUMBERED,
        sqlite_where=IS_RENUMBERED,
    )


def downgrade() -> None:
    """Back."""
    drop_index("ix_order_items_renumbered", "order_items")
    drop_index("ix_orders_labelled", "orders")
    op.drop_column("order_items", "pieces_per_unit")
    op.drop_column("order_items", "previous_channel_order_item_id")
    for name in ("channel_notices", "labels", "hold_reasons"):
        op.drop_column("orders", name)
