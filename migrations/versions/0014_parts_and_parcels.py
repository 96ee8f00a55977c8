"""Tracking told of line by line where a company wants it, and packages of several orders that are one parcel."""

import sqlalchemy as sa
from alembic import op

from migrations.online import create_index, drop_index

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TABLE, _COLUMNS = "orders", ["company_id", "id"]


def upgrade() -> None:
    """Forward."""
    op.add_column(
        "companies",
        sa.Column("upload_tracking_per_item", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "combined_packages",
        sa.Column("package_id", ID, nullable=False),
        sa.Column("parcel_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("package_id", name=op.f("pk_combined_packages")),
        sa.ForeignKeyConstraint(
            ["package_id"],
            ["packages.id"],
            name=op.f("fk_combined_packages_package_id_packages"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["parcel_id"],
            ["packages.id"],
            name=op.f("fk_combined_packages_parcel_id_packages"),
            ondelete="CASCADE",
        ),
    )
    op.create_index(op.f("ix_combined_packages_parcel_id"), "combined_packages", ["parcel_id"])
    is_shipped = "shipping_status IN ('PARTIALLY_SHIPPED', 'FULLY_SHIPPED') AND "
    create_index(
        "ix_orders_tracking_untold",
        _TABLE,
        _COLUMNS,
        postgresql_where=sa.text(is_shipped + "NOT source_updated_for_shipping"),
        sqlite_where=sa.text(is_shipped + "source_updated_for_shipping = 0"),
    )
    drop_index("ix_orders_tracking_to_upload", _TABLE)


def downgrade() -> None:
    """Back."""
    is_shipped = "shipping_status = 'FULLY_SHIPPED' AND "
    create_index(
        "ix_orders_tracking_to_upload",
        _TABLE,
        _COLUMNS,
        postgresql_where=sa.text(is_shipped + "NOT source_updated_for_shipping"),
        sqlite_where=sa.text(is_shipped + "source_updated_for_shipping = 0"),
    )
    drop_index("ix_orders_tracking_untold", _TABLE)
    op.drop_table("combined_packages")
    op.drop_column("companies", "upload_tracking_per_item")
