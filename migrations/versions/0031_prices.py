"""Prices that sellers want for products, their floors, and what Temu has of them; whether they go out by schedule."""

from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)
_TABLE = "product_prices"
_IS_ALL = "(SELECT current_setting('tradewind.companies', true)) = 'all'"
_NUMBERS = "(SELECT string_to_array(nullif(current_setting('tradewind.companies', true), 'all'), ',')::bigint[])::bigint[]"
_INDEXES = {
    "company_product": None,
    "requested": "requested_at IS NOT NULL",
    "refused": "state = 'REFUSED'",
    "countered": "state = 'COUNTERED'",
}
_SETTINGS = {"allow_price_upload": sa.false(), "require_minimum_price": sa.true()}
_WATCHED = (
    "state",
    "amount",
    "currency_code",
    "minimum_amount",
    "minimum_currency_code",
    "channel_amount",
    "proposed_amount",
)
_PRICE = "CASE NEW.state WHEN 'ACCEPTED' THEN 'price.accepted' WHEN 'REFUSED' THEN 'price.refused' ELSE 'product.updated' END"
# Table, event, name of the trigger, type of change, type and number of its subject, columns of which one has to differ.
_TRIGGERS = (
    (_TABLE, "INSERT", "log_product_prices_insert", "'product.updated'", "Product", "NEW.product_id", ()),
    (_TABLE, "UPDATE", "log_product_prices_update",
     f"CASE WHEN NEW.state = OLD.state THEN 'product.updated' ELSE {_PRICE} END", "Product", "NEW.product_id", _WATCHED),
    ("companies", "UPDATE", "log_companies_prices_update", "'company.updated'", "Company", "NEW.id", tuple(_SETTINGS)),
)  # fmt: skip


def upgrade() -> None:
    """Forward."""
    for name, default in _SETTINGS.items():
        op.add_column("companies", sa.Column(name, sa.Boolean(), server_default=default, nullable=False))
    op.create_table(
        _TABLE,
        sa.Column("product_id", _ID, autoincrement=False, nullable=False),
        sa.Column("company_id", _ID, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("amount", _decimal(), nullable=True),
        sa.Column("currency_code", sa.String(3), nullable=True),
        sa.Column("reason", sa.String(200), nullable=True),
        sa.Column("wanted_at", _MOMENT, nullable=True),
        sa.Column("requested_at", _MOMENT, nullable=True),
        sa.Column("minimum_amount", _decimal(), nullable=True),
        sa.Column("minimum_currency_code", sa.String(3), nullable=True),
        sa.Column("channel_amount", _decimal(), nullable=True),
        sa.Column("channel_currency_code", sa.String(3), nullable=True),
        sa.Column("channel_read_at", _MOMENT, nullable=True),
        sa.Column("proposed_amount", _decimal(), nullable=True),
        sa.Column("refused_at", _MOMENT, nullable=True),
        sa.Column("refusal_code", sa.String(64), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("product_id", name=op.f("pk_product_prices")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_product_prices_company_id_companies")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "product_id"],
            ["products.company_id", "products.id"],
            name=op.f("fk_product_prices_company_id_products"),
            ondelete="CASCADE",
        ),
    )
    for name, condition in _INDEXES.items():
        only = None if condition is None else sa.text(condition)
        where: dict[str, Any] = {} if only is None else {"postgresql_where": only, "sqlite_where": only}
        op.create_index(f"ix_{_TABLE}_{name}", _TABLE, ["company_id", "product_id"], **where)
    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":
        rule = f"{_IS_ALL} OR {_TABLE}.company_id = ANY ({_NUMBERS})"
        op.execute(f"CREATE POLICY companies ON {_TABLE} USING ({rule}) WITH CHECK ({rule})")
        op.execute(f"ALTER TABLE {_TABLE} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
    for table, event, name, kind, subject_type, subject, columns in _TRIGGERS:
        company = "NEW.id" if table == "companies" else "NEW.company_id"
        logs = f"SELECT {company}, {kind}, '{subject_type}', {subject}"
        _log(dialect, table, event, name, logs, columns)


def _decimal() -> sa.types.TypeEngine[Decimal]:
    return sa.Numeric().with_variant(sa.String(40), "sqlite")


def _log(dialect: str, table: str, event: str, name: str, row: str, columns: tuple[str, ...]) -> None:
    """Have the log of changes hold such a row where one of the columns differs."""
    differ = "IS NOT" if dialect == "sqlite" else "IS DISTINCT FROM"
    when = f"WHEN ({' OR '.join(f'NEW.{one} {differ} OLD.{one}' for one in columns)})" if columns else ""
    moment = "strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'" if dialect == "sqlite" else "clock_timestamp()"
    logs = f"INSERT INTO changes (company_id, type, subject_type, subject_id, occurred_at) {row}, {moment}"
    if dialect == "sqlite":
        statement = f"CREATE TRIGGER {name} AFTER {event} ON {table} {when} BEGIN {logs}; END"
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
        f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW {when} EXECUTE FUNCTION {name}()"
    )


def downgrade() -> None:
    """Back."""
    # What the release before knows no type of.
    op.execute("DELETE FROM queued_jobs WHERE type IN ('UPLOAD_PRICES', 'IMPORT_PRICES')")
    op.execute("DELETE FROM schedule_ticks WHERE type = 'UPLOAD_PRICES'")
    op.execute("DELETE FROM channel_actions WHERE kind = 'CHANGE_PRICE'")
    op.execute("DELETE FROM changes WHERE type IN ('price.accepted', 'price.refused')")
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    op.execute("DROP TRIGGER log_companies_prices_update" + (" ON companies" if is_postgresql else ""))
    op.drop_table(_TABLE)
    if is_postgresql:
        for _, _, name, *_ in _TRIGGERS:
            op.execute(f"DROP FUNCTION {name}()")
    for name in _SETTINGS:
        op.drop_column("companies", name)
