"""
Sums of each day's orders, and triggers that name the days whose orders have changed since: docs/decisions/0025. All of it may
be run again where it was cut off.
"""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_TABLES = ("order_sum_changes", "order_quarter_sums", "order_country_sums", "order_product_sums")
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_IS_SEEN = (
    "(SELECT current_setting('tradewind.companies', true)) = 'all' OR {table}.company_id = ANY ((SELECT "
    "string_to_array(nullif(current_setting('tradewind.companies', true), 'all'), ',')::bigint[])::bigint[])"
)
_HAS_POLICY = sa.text(
    "SELECT EXISTS (SELECT FROM pg_policies WHERE schemaname = current_schema() AND tablename = :name)"
)
# What sums are made of, of each table; and from its rows to the orders that they are about.
_COLUMNS: Mapping[str, Sequence[str]] = {
    "orders": ("company_id", "ordered_at", "imported_at", "status", "shipping_status", "latest_ship_at",
               "total_amount", "currency_code"),
    "order_items": ("order_id", "company_id", "product_id", "quantity", "cancelled_quantity", "unit_price_amount",
                    "currency_code"),
    "packages": ("order_id", "company_id", "shipped_at", "voided_at"),
    "order_addresses": ("order_id", "country_code"),
}  # fmt: skip
_POSTGRESQL_DAY = "floor(extract(epoch FROM orders.ordered_at) / 86400)::int"
_NAME_ALL = "INSERT INTO order_sum_changes (company_id, day) SELECT DISTINCT company_id, {day} FROM orders"
_SQLITE_DAY = "CAST(strftime('%s', {row}.ordered_at) AS INTEGER) / 86400"


def _of_company() -> sa.Column[int]:
    return sa.Column("company_id", _ID, sa.ForeignKey("companies.id"), nullable=False)


def _number(name: str, kind: type[sa.types.TypeEngine[int]] = sa.Integer) -> sa.Column[int]:
    return sa.Column(name, kind(), nullable=False)


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=False)


def upgrade() -> None:
    """Forward."""
    large = sa.BigInteger
    columns = {
        "order_sum_changes": [sa.Column("id", _ID, primary_key=True), _of_company(), _number("day")],
        "order_quarter_sums": [
            _of_company(), _number("quarter"), _text("status", 32), _text("currency_code", 3),
            sa.PrimaryKeyConstraint("company_id", "quarter", "status", "currency_code"),
            _number("orders"), _number("total", large), _number("pieces", large), _number("cancelled_pieces", large),
            _number("shipped_in_time"), _number("shipped_late"), _number("lag_seconds", large),
        ],
        "order_country_sums": [
            _of_company(), _number("day"), sa.Column("country_code", sa.Text(), nullable=False), _text("currency_code", 3),
            sa.PrimaryKeyConstraint("company_id", "day", "country_code", "currency_code"),
            _number("orders"), _number("total", large), _number("pieces", large), _number("cancelled_orders"),
            _number("cancelled_pieces", large),
        ],
        "order_product_sums": [
            _of_company(), _number("day"), _number("product_id", large), _text("currency_code", 3),
            sa.PrimaryKeyConstraint("company_id", "day", "product_id", "currency_code"),
            _number("pieces", large), _number("cancelled_pieces", large), _number("total", large),
        ],
    }  # fmt: skip
    for table, of_table in columns.items():
        op.create_table(table, *of_table, if_not_exists=True)
    op.create_index(
        "ix_order_sum_changes_day", "order_sum_changes", ["company_id", "day"], if_not_exists=True
    )
    if op.get_context().dialect.name == "postgresql":
        _protect()
        for table in _COLUMNS:
            _watch_on_postgresql(table)
        # From here each change adds its own; what was there before is named while nobody waits for it.
        with op.get_context().autocommit_block():
            op.execute(_NAME_ALL.format(day=_POSTGRESQL_DAY))
    else:
        for table in _COLUMNS:
            _watch_on_sqlite(table)
        op.execute(_NAME_ALL.format(day=_SQLITE_DAY.format(row="orders")))


def downgrade() -> None:
    """Back."""
    is_postgresql = op.get_context().dialect.name == "postgresql"
    for table in _COLUMNS:
        for event in ("insert", "update", "delete"):
            on = f" ON {table}" if is_postgresql else ""
            op.execute(f"DROP TRIGGER IF EXISTS order_sums_{table}_{event}{on}")
        if is_postgresql:
            op.execute(f"DROP FUNCTION IF EXISTS order_sums_{table}()")
    for table in reversed(_TABLES):
        op.drop_table(table, if_exists=True)


def _protect() -> None:
    for table in _TABLES:
        if not op.get_bind().scalar(_HAS_POLICY, {"name": table}):
            rule = _IS_SEEN.format(table=table)
            op.execute(f"CREATE POLICY companies ON {table} USING ({rule}) WITH CHECK ({rule})")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")


def _watch_on_postgresql(table: str) -> None:
    """One trigger a statement, so that a page of an import names its day once."""
    columns = ", ".join(_COLUMNS[table])
    is_orders = table == "orders"
    changed = f"SELECT {columns} FROM"
    orders = "changed AS orders" if is_orders else "changed JOIN orders ON orders.id = changed.order_id"
    name = f"INSERT INTO order_sum_changes (company_id, day) SELECT DISTINCT orders.company_id, {_POSTGRESQL_DAY} FROM {orders}"  # noqa: S608 - of the words above alone
    # Rows that an UPDATE left as they were, in what matters, are in both.
    both = (
        f"({changed} old_rows EXCEPT ALL {changed} new_rows) UNION ALL "
        f"({changed} new_rows EXCEPT ALL {changed} old_rows)"
    )
    # As the owner of the tables: a role that may write orders may not have been granted the new table yet.
    op.execute(f"""
CREATE OR REPLACE FUNCTION order_sums_{table}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    WITH changed AS ({changed} new_rows) {name};
  ELSIF TG_OP = 'DELETE' THEN
    WITH changed AS ({changed} old_rows) {name};
  ELSE
    WITH changed AS ({both}) {name};
  END IF;
  RETURN NULL;
END $$""")
    for event, referencing in (
        ("insert", "NEW TABLE AS new_rows"),
        ("update", "OLD TABLE AS old_rows NEW TABLE AS new_rows"),
        ("delete", "OLD TABLE AS old_rows"),
    ):
        op.execute(
            f"CREATE OR REPLACE TRIGGER order_sums_{table}_{event} AFTER {event} ON {table} "
            f"REFERENCING {referencing} FOR EACH STATEMENT EXECUTE FUNCTION order_sums_{table}()"
        )


def _watch_on_sqlite(table: str) -> None:
    """One a row, as SQLite has no others; there is one writer, so a day that is named already need not be named again."""

    def name(row: str) -> str:
        day = _SQLITE_DAY.format(row=row if table == "orders" else "orders")
        found = (
            f"SELECT {row}.company_id AS company_id, {day} AS day"
            if table == "orders"
            else f"SELECT orders.company_id AS company_id, {day} AS day FROM orders WHERE orders.id = {row}.order_id"  # noqa: S608 - of the words above alone
        )
        return (
            f"INSERT INTO order_sum_changes (company_id, day) SELECT company_id, day FROM ({found}) AS found "  # noqa: S608 - the same
            "WHERE NOT EXISTS (SELECT 1 FROM order_sum_changes AS known WHERE known.company_id = found.company_id "
            "AND known.day = found.day);"
        )

    differs = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in _COLUMNS[table])
    for event, condition, body in (
        ("insert", "", name("NEW")),
        ("update", f"WHEN {differs}", f"{name('OLD')} {name('NEW')}"),
        ("delete", "", name("OLD")),
    ):
        op.execute(
            f"CREATE TRIGGER IF NOT EXISTS order_sums_{table}_{event} AFTER {event} ON {table} {condition} "
            f"BEGIN {body} END"
        )
