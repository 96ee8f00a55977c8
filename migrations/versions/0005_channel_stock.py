"""What the channel was told of stock, and which products it is to be told of again."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Forward."""
    op.add_column(
        "companies", sa.Column("stock_rules_changed", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    # Nothing is known of what the channel was told before: the first run is to tell it of all.
    op.execute("UPDATE companies SET stock_rules_changed = true")
    op.add_column("companies", sa.Column("stock_reconciled_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "stock_changes",
        sa.Column("product_id", ID, nullable=False),
        sa.Column("company_id", ID, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("product_id", name=op.f("pk_stock_changes")),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["products.id"],
            name=op.f("fk_stock_changes_product_id_products"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_stock_changes_company_id_companies")
        ),
    )
    op.create_index("ix_stock_changes_company", "stock_changes", ["company_id", "product_id"])
    op.create_table(
        "channel_stock",
        sa.Column("product_id", ID, nullable=False),
        sa.Column("company_id", ID, nullable=False),
        sa.Column("accepted_quantity", sa.Integer(), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("in_flight_quantity", sa.Integer(), nullable=True),
        sa.Column("in_flight_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("channel_quantity", sa.Integer(), nullable=True),
        sa.Column("channel_read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("drifts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("drifting_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refusal_code", sa.String(length=64), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("product_id", name=op.f("pk_channel_stock")),
        sa.ForeignKeyConstraint(
            ["product_id"],
            ["products.id"],
            name=op.f("fk_channel_stock_product_id_products"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_channel_stock_company_id_companies")
        ),
    )
    in_flight = sa.text("in_flight_since IS NOT NULL")
    op.create_index(
        "ix_channel_stock_in_flight",
        "channel_stock",
        ["in_flight_since"],
        postgresql_where=in_flight,
        sqlite_where=in_flight,
    )
    op.create_index("ix_channel_stock_company", "channel_stock", ["company_id"])


def downgrade() -> None:
    """Back."""
    op.drop_table("channel_stock")
    op.drop_table("stock_changes")
    op.drop_column("companies", "stock_reconciled_at")
    op.drop_column("companies", "stock_rules_changed")
