"""Authorisations that were begun, and the other malls of a seller that Temu names when one ends."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JSON = sa.JSON().with_variant(JSONB(), "postgresql")
# As in 0019: rows of the companies that a transaction names.
_RULE = (
    "(SELECT current_setting('tradewind.companies', true)) = 'all' OR authorizations.company_id = ANY ("
    "(SELECT string_to_array(nullif(current_setting('tradewind.companies', true), 'all'), ',')::bigint[])::bigint[])"
)


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "authorizations",
        sa.Column("id", ID, nullable=False),
        sa.Column("company_id", ID, nullable=False),
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_authorizations_company_id_companies")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authorizations")),
        sa.UniqueConstraint("state_hash", name=op.f("uq_authorizations_state_hash")),
    )
    op.create_index("ix_authorizations_expires_at", "authorizations", ["expires_at"])
    if op.get_context().dialect.name == "postgresql":
        op.execute(f"CREATE POLICY companies ON authorizations USING ({_RULE}) WITH CHECK ({_RULE})")
        op.execute("ALTER TABLE authorizations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
    op.add_column(
        "access_tokens",
        sa.Column("associated_mall_ids", _JSON, server_default=sa.text("'[]'"), nullable=False),
    )


def downgrade() -> None:
    """Back."""
    op.drop_column("access_tokens", "associated_mall_ids")
    op.drop_table("authorizations")
