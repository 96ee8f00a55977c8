"""Listings of malls, as they were last read, with triggers that log what changes of them."""

import sqlalchemy as sa
from alembic import op

from migrations.online import create_index, drop_index

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)
# SQLite has only floats, and keeps the text of a decimal.
_DECIMAL = sa.Numeric().with_variant(sa.String(40), "sqlite")
_TABLE = "listings"
_VARIANT = "ix_products_company_variant"
_IS_ALL = "(SELECT current_setting('tradewind.companies', true)) = 'all'"
_NUMBERS = "(SELECT string_to_array(nullif(current_setting('tradewind.companies', true), 'all'), ',')::bigint[])::bigint[]"
_TRIGGERS = {"INSERT": "'listing.created'", "UPDATE": "'listing.updated'"}
# Not what is left of it, which changes with every sale.
_LOGGED = ("sku", "title", "spec", "status", "sub_status", "sub_status_code", "price_amount", "currency_code")
_DIFFER = {"sqlite": "IS NOT", "postgresql": "IS DISTINCT FROM"}


def upgrade() -> None:
    """Forward."""
    create_index(_VARIANT, "products", ["company_id", "website_product_variant_id", "id"])
    op.create_table(
        _TABLE,
        sa.Column("id", _ID, nullable=False),
        sa.Column("company_id", _ID, nullable=False),
        sa.Column("website_product_id", sa.String(32), nullable=False),
        sa.Column("website_product_variant_id", sa.String(32), nullable=False),
        sa.Column("sku", sa.String(200), nullable=False),
        sa.Column("sku_folded", sa.Text(), nullable=True),
        sa.Column("title", sa.String(500), nullable=False),
        sa.Column("title_folded", sa.Text(), nullable=True),
        sa.Column("spec", sa.String(500), nullable=True),
        sa.Column("image_url", sa.Text(), nullable=True),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("sub_status", sa.String(32), nullable=True),
        sa.Column("sub_status_code", sa.Integer(), nullable=True),
        sa.Column("price_amount", _DECIMAL, nullable=True),
        sa.Column("currency_code", sa.String(3), nullable=True),
        sa.Column("stock", sa.Integer(), nullable=True),
        sa.Column("seen_at", _MOMENT, nullable=False),
        sa.Column("seen_in", sa.String(64), nullable=False),
        sa.Column("gone_at", _MOMENT, nullable=True),
        sa.Column("created_at", _MOMENT, server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", _MOMENT, server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listings")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_listings_company_id_companies")
        ),
        sqlite_autoincrement=True,
    )
    for name, columns in (
        ("uq_listings_website_ids", ["company_id", "website_product_variant_id", "website_product_id"]),
        ("ix_listings_company_title", ["company_id", "title", "id"]),
        ("ix_listings_company_sku", ["company_id", "sku", "id"]),
        ("ix_listings_company_updated", ["company_id", "updated_at", "id"]),
        ("ix_listings_company_status", ["company_id", "status", "id"]),
    ):
        op.create_index(name, _TABLE, columns, unique=name.startswith("uq_"))
    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":
        rule = f"{_IS_ALL} OR {_TABLE}.company_id = ANY ({_NUMBERS})"
        op.execute(f"CREATE POLICY companies ON {_TABLE} USING ({rule}) WITH CHECK ({rule})")
        op.execute(f"ALTER TABLE {_TABLE} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
    for event, kind in _TRIGGERS.items():
        _log(dialect, event, kind)


def _log(dialect: str, event: str, kind: str) -> None:
    """Have the log of changes hold that a listing was met for the first time, or that what people look at has changed."""
    name = f"log_{_TABLE}_{event.lower()}"
    differs = " OR ".join(f"NEW.{column} {_DIFFER[dialect]} OLD.{column}" for column in _LOGGED)
    when = "" if event == "INSERT" else f"WHEN ({differs})"
    moment = "strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'" if dialect == "sqlite" else "clock_timestamp()"
    logs = f"""INSERT INTO changes (company_id, type, subject_type, subject_id, occurred_at)
SELECT NEW.company_id, {kind}, 'Listing', NEW.id, {moment}"""
    if dialect == "sqlite":
        statement = f"CREATE TRIGGER {name} AFTER {event} ON {_TABLE} {when} BEGIN {logs}; END"
        op.execute(sa.text(statement.replace(":", r"\:")))
        return
    op.execute(f"""CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT AS $$
DECLARE visible text := current_setting('tradewind.companies', true);
BEGIN
    PERFORM set_config('tradewind.companies', 'all', true);
    {logs};
    PERFORM set_config('tradewind.companies', coalesce(visible, ''), true);
    PERFORM pg_notify('tradewind_changes', '');
    RETURN NULL;
END $$""")
    op.execute(
        f"CREATE TRIGGER {name} AFTER {event} ON {_TABLE} FOR EACH ROW {when} EXECUTE FUNCTION {name}()"
    )


def downgrade() -> None:
    """Back."""
    # What the release before knows no type of.
    op.execute("DELETE FROM queued_jobs WHERE type = 'IMPORT_LISTINGS'")
    op.execute("DELETE FROM channel_actions WHERE kind = 'SET_SALE_STATUS'")
    op.execute("DELETE FROM changes WHERE type IN ('listing.created', 'listing.updated')")
    op.drop_table(_TABLE)
    if op.get_bind().dialect.name == "postgresql":
        for event in _TRIGGERS:
            op.execute(f"DROP FUNCTION log_{_TABLE}_{event.lower()}()")
    drop_index(_VARIANT, "products")
