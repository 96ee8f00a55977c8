"""What a person decides about a request to cancel, what Temu was told there is no stock of, and orders' invoices."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)
_JSON = sa.JSON().with_variant(JSONB(), "postgresql")
_INVOICES, _CHECKS = "order_invoices", "invoice_checks"
_IS_ALL = "(SELECT current_setting('tradewind.companies', true)) = 'all'"
_NUMBERS = "(SELECT string_to_array(nullif(current_setting('tradewind.companies', true), 'all'), ',')::bigint[])::bigint[]"
_DIFFERS = {"sqlite": "IS NOT", "postgresql": "IS DISTINCT FROM"}


def upgrade() -> None:
    """Forward."""
    op.add_column("orders", sa.Column("cancellation_declined_at", _MOMENT, nullable=True))
    op.add_column("orders", sa.Column("out_of_stock_items", _JSON, server_default="[]", nullable=False))
    op.create_table(
        _INVOICES,
        sa.Column("id", _ID, nullable=False),
        sa.Column("company_id", _ID, nullable=False),
        sa.Column("order_id", _ID, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("recipient", sa.String(32), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("number", sa.String(64), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.Column("uploaded_at", _MOMENT, nullable=True),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", _MOMENT, server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", _MOMENT, server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{_INVOICES}")),
        *_parents(_INVOICES),
    )
    is_invoice, is_wanted = sa.text("kind = 'INVOICE'"), sa.text("state IN ('WANTED', 'REFUSED')")
    is_due = sa.text("due_at IS NOT NULL")
    _index("uq_order_invoices_invoice", _INVOICES, ["order_id", "recipient"], is_invoice, unique=True)
    op.create_index("ix_order_invoices_order", _INVOICES, ["order_id", "id"])
    _index("ix_order_invoices_wanted", _INVOICES, ["company_id", "order_id"], is_wanted)
    op.create_table(
        _CHECKS,
        sa.Column("order_id", _ID, autoincrement=False, nullable=False),
        sa.Column("company_id", _ID, nullable=False),
        sa.Column("due_at", _MOMENT, nullable=True),
        sa.Column("checks", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("order_id", name=op.f(f"pk_{_CHECKS}")),
        *_parents(_CHECKS),
    )
    _index("ix_invoice_checks_due", _CHECKS, ["company_id", "due_at"], is_due)
    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":
        for table in (_INVOICES, _CHECKS):
            rule = f"{_IS_ALL} OR {table}.company_id = ANY ({_NUMBERS})"
            op.execute(f"CREATE POLICY companies ON {table} USING ({rule}) WITH CHECK ({rule})")
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
    for event in ("INSERT", "UPDATE"):
        _log(dialect, event)


def _parents(table: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f(f"fk_{table}_company_id_companies")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "order_id"],
            ["orders.company_id", "orders.id"],
            name=op.f(f"fk_{table}_company_id_orders"),
        ),
    ]


def _index(
    name: str, table: str, columns: list[str], condition: sa.TextClause, *, unique: bool = False
) -> None:
    op.create_index(name, table, columns, unique=unique, postgresql_where=condition, sqlite_where=condition)


def _log(dialect: str, event: str) -> None:
    """Have the log of changes hold that a document of an order is wanted, or stands elsewhere."""
    name = f"log_{_INVOICES}_{event.lower()}"
    when = "" if event == "INSERT" else f"WHEN (NEW.state {_DIFFERS[dialect]} OLD.state)"
    moment = "strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'" if dialect == "sqlite" else "clock_timestamp()"
    logs = f"""INSERT INTO changes (company_id, type, subject_type, subject_id, occurred_at)
SELECT NEW.company_id, 'order.updated', 'Order', NEW.order_id, {moment}"""
    if dialect == "sqlite":
        statement = f"CREATE TRIGGER {name} AFTER {event} ON {_INVOICES} {when} BEGIN {logs}; END"
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
        f"CREATE TRIGGER {name} AFTER {event} ON {_INVOICES} FOR EACH ROW {when} EXECUTE FUNCTION {name}()"
    )


def downgrade() -> None:
    """Back."""
    # What the release before knows no kind of.
    op.execute("DELETE FROM channel_actions WHERE kind IN ('REPORT_OUT_OF_STOCK', 'UPLOAD_INVOICE')")
    op.drop_table(_CHECKS)
    op.drop_table(_INVOICES)
    if op.get_bind().dialect.name == "postgresql":
        for event in ("insert", "update"):
            op.execute(f"DROP FUNCTION log_{_INVOICES}_{event}()")
    op.drop_column("orders", "out_of_stock_items")
    op.drop_column("orders", "cancellation_declined_at")
