"""Who changed what; API keys that expire; companies that were removed, and buyers whose data was erased."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.online import create_index, drop_index

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Forward."""
    op.add_column("api_keys", sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("companies", sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("orders", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("orders", sa.Column("keeps_buyer", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("order_addresses", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "audit_events",
        sa.Column("id", _ID, nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(32), nullable=False),
        sa.Column("api_key_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("request_id", sa.String(64), nullable=True),
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("action", sa.String(100), nullable=False),
        sa.Column("subject_type", sa.String(64), nullable=True),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.Column("before", _JSON, nullable=True),
        sa.Column("after", _JSON, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_events")),
        sa.ForeignKeyConstraint(
            ["api_key_id"], ["api_keys.id"], name=op.f("fk_audit_events_api_key_id_api_keys")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_audit_events_company_id_companies")
        ),
    )
    op.create_index("ix_audit_events_occurred_at", "audit_events", ["occurred_at"])
    op.create_index("ix_audit_events_company", "audit_events", ["company_id", "id"])
    op.create_index("ix_audit_events_subject", "audit_events", ["subject_type", "subject_id"])
    create_index(
        "ix_orders_keeps_buyer",
        "orders",
        ["company_id", "ended_at", "ordered_at"],
        postgresql_where=sa.text("keeps_buyer"),
        sqlite_where=sa.text("keeps_buyer = 1"),
    )


def downgrade() -> None:
    """Back."""
    drop_index("ix_orders_keeps_buyer", "orders")
    op.drop_table("audit_events")
    op.drop_column("order_addresses", "erased_at")
    op.drop_column("orders", "keeps_buyer")
    op.drop_column("orders", "ended_at")
    op.drop_column("companies", "removed_at")
    op.drop_column("api_keys", "expires_at")
