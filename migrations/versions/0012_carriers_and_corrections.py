"""
What restrictions concern, read from the words that are stored; what Temu says of packages, and what they are to become there.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

# The words that were stored are those that begin with RESTRICT; two of them name a carrier.
_CARRIERS = """CASE {word}
  WHEN 'RESTRICT_FEDEX_SELF_SHIPPING' THEN {array}('FedEx')
  WHEN 'RESTRICT_USPS_SELF_SHIPPING' THEN {array}('USPS')
  ELSE {array}() END"""
_ON_POSTGRESQL = f"""UPDATE orders SET restriction_details = (
  SELECT jsonb_agg(jsonb_build_object('code', word, 'carriers', {_CARRIERS.format(word="word", array="jsonb_build_array")})
    ORDER BY place)
  FROM jsonb_array_elements_text(shipping_restrictions) WITH ORDINALITY AS each (word, place))
WHERE shipping_restrictions <> '[]'"""  # noqa: S608 - of words above alone
_ON_SQLITE = f"""UPDATE orders SET restriction_details = (
  SELECT json_group_array(json_object('code', word, 'carriers', {_CARRIERS.format(word="word", array="json_array")}))
  FROM (SELECT value AS word FROM json_each(orders.shipping_restrictions) ORDER BY key))
WHERE shipping_restrictions <> '[]'"""  # noqa: S608 - of words above alone


def upgrade() -> None:
    """Forward."""
    op.add_column(
        "orders", sa.Column("restriction_details", JSON, server_default=sa.text("'[]'"), nullable=False)
    )
    op.add_column(
        "packages", sa.Column("upload_warnings", JSON, server_default=sa.text("'[]'"), nullable=False)
    )
    op.add_column("packages", sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("package_lines", sa.Column("withdrawn_product_id", sa.BigInteger(), nullable=True))
    op.add_column("package_lines", sa.Column("withdrawn_quantity", sa.Integer(), nullable=True))
    op.create_table(
        "package_corrections",
        sa.Column("package_id", ID, autoincrement=False, nullable=False),
        sa.Column("company_id", ID, nullable=False),
        sa.Column("warehouse_id", ID, nullable=False),
        sa.Column("carrier", sa.String(length=200), nullable=False),
        sa.Column("tracking_number", sa.String(length=200), nullable=False),
        sa.Column("tracking_key", sa.String(length=200), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("in_doubt_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refusal_code", sa.String(length=64), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("package_id", name=op.f("pk_package_corrections")),
        sa.ForeignKeyConstraint(
            ["package_id"], ["packages.id"], name=op.f("fk_package_corrections_package_id_packages")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_package_corrections_company_id_companies")
        ),
        sa.ForeignKeyConstraint(
            ["warehouse_id"], ["warehouses.id"], name=op.f("fk_package_corrections_warehouse_id_warehouses")
        ),
    )
    op.create_index(
        "ix_package_corrections_tracking_key", "package_corrections", ["company_id", "tracking_key"]
    )
    # Last, as it takes longest: orders are written again from the end of this on.
    op.execute(_ON_SQLITE if op.get_context().dialect.name == "sqlite" else _ON_POSTGRESQL)


def downgrade() -> None:
    """Back."""
    op.drop_table("package_corrections")
    op.drop_column("package_lines", "withdrawn_quantity")
    op.drop_column("package_lines", "withdrawn_product_id")
    # To a version without them, a package that was voided would be one.
    voided = "SELECT id FROM packages WHERE voided_at IS NOT NULL"
    op.execute(f"DELETE FROM sub_packages WHERE package_id IN ({voided})")  # noqa: S608 - of the words above
    op.execute(f"DELETE FROM package_lines WHERE package_id IN ({voided})")  # noqa: S608 - the same
    op.execute("DELETE FROM packages WHERE voided_at IS NOT NULL")
    op.drop_column("packages", "voided_at")
    op.drop_column("packages", "upload_warnings")
    op.drop_column("orders", "restriction_details")
