"""Events that a channel pushed, and since when a company's mall pushes them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# SQLite counts rows up by itself only for INTEGER primary keys.
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "channel_events",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("mall_id", sa.String(length=64), nullable=False),
        sa.Column("parent_order_number", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("job_id", ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["job_id"],
            ["queued_jobs.id"],
            name=op.f("fk_channel_events_job_id_queued_jobs"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_events")),
        sa.UniqueConstraint("key", name=op.f("uq_channel_events_key")),
    )
    op.create_index("ix_channel_events_received", "channel_events", ["received_at"], unique=False)
    op.create_index(op.f("ix_channel_events_job_id"), "channel_events", ["job_id"], unique=False)
    op.add_column("companies", sa.Column("events_subscribed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Back."""
    op.drop_column("companies", "events_subscribed_at")
    op.drop_table("channel_events")
