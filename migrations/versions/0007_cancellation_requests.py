"""Buyers' requests to cancel, and what an order goes back to after them."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Forward."""
    op.add_column("orders", sa.Column("status_after_hold", sa.String(length=32), nullable=True))
    op.create_table(
        "cancellation_requests",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("channel_order_id", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("company_id", "number", name=op.f("pk_cancellation_requests")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_cancellation_requests_company_id_companies")
        ),
    )
    is_open = sa.text("state = 'OPEN'")
    op.create_index(
        "ix_cancellation_requests_open",
        "cancellation_requests",
        ["company_id", "channel_order_id"],
        postgresql_where=is_open,
        sqlite_where=is_open,
    )


def downgrade() -> None:
    """Back."""
    op.drop_table("cancellation_requests")
    # An order on hold would be unknown to a version without them, and go nowhere.
    op.execute("UPDATE orders SET status = status_after_hold WHERE status_after_hold IS NOT NULL")
    op.drop_column("orders", "status_after_hold")
