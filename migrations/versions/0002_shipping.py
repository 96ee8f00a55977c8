"""Packages, what the channel was told of them, and the restrictions that it names."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.online import create_index, drop_index

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Forward."""
    # With a default, so that a server of the version before goes on inserting orders.
    op.add_column("orders", sa.Column("shipping_restrictions", JSON, nullable=False, server_default="[]"))
    op.add_column("orders", sa.Column("address_restriction", sa.Text(), nullable=True))
    op.create_table(
        "packages",
        sa.Column("id", ID, nullable=False),
        sa.Column("order_id", ID, nullable=False),
        sa.Column("company_id", ID, nullable=False),
        sa.Column("warehouse_id", ID, nullable=False),
        sa.Column("carrier", sa.String(length=200), nullable=False),
        sa.Column("tracking_number", sa.String(length=200), nullable=False),
        sa.Column("tracking_key", sa.String(length=200), nullable=False),
        sa.Column("shipped_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_packages")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_packages_order_id_orders")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_packages_company_id_companies")
        ),
        sa.ForeignKeyConstraint(
            ["warehouse_id"], ["warehouses.id"], name=op.f("fk_packages_warehouse_id_warehouses")
        ),
    )
    op.create_index("ix_packages_order", "packages", ["order_id"])
    op.create_index("ix_packages_tracking_key", "packages", ["company_id", "tracking_key"])
    op.create_table(
        "package_lines",
        sa.Column("package_id", ID, nullable=False),
        sa.Column("order_item_id", ID, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("package_id", "order_item_id", name=op.f("pk_package_lines")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_package_lines_quantity")),
        sa.ForeignKeyConstraint(
            ["package_id"], ["packages.id"], name=op.f("fk_package_lines_package_id_packages")
        ),
        sa.ForeignKeyConstraint(
            ["order_item_id"], ["order_items.id"], name=op.f("fk_package_lines_order_item_id_order_items")
        ),
    )
    op.create_index("ix_package_lines_order_item", "package_lines", ["order_item_id"])
    op.create_table(
        "sub_packages",
        sa.Column("package_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("carrier", sa.String(length=200), nullable=False),
        sa.Column("tracking_number", sa.String(length=200), nullable=False),
        sa.Column("tracking_key", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("package_id", "position", name=op.f("pk_sub_packages")),
        sa.ForeignKeyConstraint(
            ["package_id"], ["packages.id"], name=op.f("fk_sub_packages_package_id_packages")
        ),
    )
    op.create_index("ix_sub_packages_tracking_key", "sub_packages", ["tracking_key"])
    op.create_table(
        "tracking_uploads",
        sa.Column("order_id", ID, nullable=False),
        sa.Column("company_id", ID, nullable=False),
        sa.Column("in_doubt_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refusal_code", sa.String(length=64), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_tracking_uploads")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_tracking_uploads_order_id_orders")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_tracking_uploads_company_id_companies")
        ),
    )
    op.create_index(
        "ix_tracking_uploads_refused",
        "tracking_uploads",
        ["company_id"],
        postgresql_where=sa.text("refused_at IS NOT NULL"),
        sqlite_where=sa.text("refused_at IS NOT NULL"),
    )
    op.create_table(
        "channel_directories",
        sa.Column("company_id", ID, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("entries", JSON, nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("company_id", "kind", "region_id", name=op.f("pk_channel_directories")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_channel_directories_company_id_companies")
        ),
    )
    to_upload = sa.text("shipping_status = 'FULLY_SHIPPED' AND NOT source_updated_for_shipping")
    create_index(
        "ix_orders_tracking_to_upload",
        "orders",
        ["company_id", "id"],
        postgresql_where=to_upload,
        sqlite_where=to_upload,
    )


def downgrade() -> None:
    """Back."""
    drop_index("ix_orders_tracking_to_upload", "orders")
    for table in (
        "channel_directories", "tracking_uploads", "sub_packages", "package_lines", "packages",
    ):  # fmt: skip
        op.drop_table(table)
    op.drop_column("orders", "address_restriction")
    op.drop_column("orders", "shipping_restrictions")
