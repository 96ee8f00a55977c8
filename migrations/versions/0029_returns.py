"""Returns with their lines, what of them came in again, and labels for them; triggers that log what becomes of them; and the switch
by which they come in.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)
_JSON = sa.JSON().with_variant(JSONB(), "postgresql")
_AMOUNT = sa.Numeric().with_variant(sa.String(40), "sqlite")
_TABLES = ("return_labels", "return_receipts", "return_lines", "returns")
_IS_ALL = "(SELECT current_setting('tradewind.companies', true)) = 'all'"
_NUMBERS = "(SELECT string_to_array(nullif(current_setting('tradewind.companies', true), 'all'), ',')::bigint[])::bigint[]"
_NEVER = {"postgresql": "TIMESTAMPTZ '9999-12-31 00:00:00+00'", "sqlite": "'9999-12-31 00:00:00.000000'"}
_DIFFER = {"sqlite": "IS NOT", "postgresql": "IS DISTINCT FROM"}
# Of each trigger its table and event, the type of the change, whose it is, and columns of which one has to differ.
_OF_RETURN = ("'Return'", "NEW.return_id")
_TRIGGERS = (
    ("returns", "INSERT", "'return.created'", ("'Return'", "NEW.id"), ()),
    ("returns", "UPDATE", "'return.updated'", ("'Return'", "NEW.id"),
     ("order_id", "type", "status", "respond_by", "available_operations", "carrier", "tracking_numbers", "refund_amount",
      "currency_code", "channel_updated_at")),
    ("return_lines", "INSERT", "'return.updated'", _OF_RETURN, ()),
    ("return_lines", "UPDATE", "'return.updated'", _OF_RETURN,
     ("order_item_id", "quantity", "reason", "refund_amount", "received_quantity", "damaged_quantity")),
    ("return_labels", "INSERT", "'return.updated'", _OF_RETURN, ()),
    ("companies", "UPDATE", "'company.updated'", ("'Company'", "NEW.id"), ("allow_return_download",)),
)  # fmt: skip


def _of_company(name: str, parent: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["company_id", column],
        [f"{parent}.company_id", f"{parent}.id"],
        name=op.f(f"fk_{name}_company_id_{parent}"),
    )


def _company(name: str) -> list[sa.schema.SchemaItem]:
    key = sa.ForeignKeyConstraint(
        ["company_id"], ["companies.id"], name=op.f(f"fk_{name}_company_id_companies")
    )
    return [sa.Column("company_id", _ID, nullable=False), key]


def _id(name: str) -> list[sa.schema.SchemaItem]:
    return [sa.Column("id", _ID, nullable=False), sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}"))]


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "returns",
        *_id("returns"),
        *_company("returns"),
        sa.Column("order_id", _ID, nullable=True),
        sa.Column("channel_return_id", sa.String(64), nullable=False),
        sa.Column("channel_order_id", sa.String(64), nullable=False),
        sa.Column("type", sa.String(32), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("delivery", sa.String(32), nullable=True),
        sa.Column("available_operations", _JSON, nullable=False),
        sa.Column("respond_by", _MOMENT, nullable=True),
        sa.Column("carrier", sa.String(200), nullable=True),
        sa.Column("tracking_numbers", _JSON, nullable=False),
        sa.Column("refund_amount", _AMOUNT, nullable=True),
        sa.Column("currency_code", sa.String(3), nullable=True),
        sa.Column("requested_at", _MOMENT, nullable=False),
        sa.Column("channel_updated_at", _MOMENT, nullable=False),
        sa.Column("details_wanted", sa.Boolean(), nullable=False),
        sa.Column("imported_at", _MOMENT, nullable=False),
        sa.Column("updated_at", _MOMENT, server_default=sa.func.now(), nullable=False),
        sa.UniqueConstraint("company_id", "channel_return_id", name="uq_returns_company_channel_return"),
        _of_company("returns", "orders", "order_id"),
    )
    op.create_index("uq_returns_company", "returns", ["id", "company_id"], unique=True)
    op.create_table(
        "return_lines",
        *_id("return_lines"),
        *_company("return_lines"),
        sa.Column("return_id", _ID, nullable=False),
        sa.Column("channel_return_line_id", sa.String(64), nullable=False),
        sa.Column("channel_order_item_id", sa.String(64), nullable=True),
        sa.Column("order_item_id", _ID, nullable=True),
        sa.Column("website_product_id", sa.String(32), nullable=True),
        sa.Column("website_product_variant_id", sa.String(32), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("reason_code", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("refund_amount", _AMOUNT, nullable=True),
        sa.Column("currency_code", sa.String(3), nullable=True),
        sa.Column("received_quantity", sa.Integer(), nullable=False),
        sa.Column("damaged_quantity", sa.Integer(), nullable=False),
        sa.Column("created_at", _MOMENT, server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", _MOMENT, server_default=sa.func.now(), nullable=False),
        sa.UniqueConstraint(
            "return_id", "channel_return_line_id", name="uq_return_lines_return_channel_line"
        ),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_return_lines_quantity")),
        sa.CheckConstraint(
            "received_quantity >= 0 AND damaged_quantity >= 0", name=op.f("ck_return_lines_received")
        ),
        _of_company("return_lines", "returns", "return_id"),
        sa.ForeignKeyConstraint(
            ["order_item_id"], ["order_items.id"], name=op.f("fk_return_lines_order_item_id_order_items")
        ),
    )
    op.create_table(
        "return_receipts",
        *_id("return_receipts"),
        *_company("return_receipts"),
        sa.Column("return_id", _ID, nullable=False),
        sa.Column("warehouse_id", _ID, nullable=False),
        sa.Column("idempotency_key", sa.String(255), nullable=False),
        sa.Column("lines", _JSON, nullable=False),
        sa.Column("received_at", _MOMENT, nullable=False),
        sa.UniqueConstraint("company_id", "idempotency_key", name="uq_return_receipts_idempotency_key"),
        _of_company("return_receipts", "returns", "return_id"),
        sa.ForeignKeyConstraint(
            ["warehouse_id"], ["warehouses.id"], name=op.f("fk_return_receipts_warehouse_id_warehouses")
        ),
    )
    op.create_table(
        "return_labels",
        sa.Column("return_id", _ID, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("return_id", name=op.f("pk_return_labels")),
        *_company("return_labels"),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("sealed", sa.String(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        _of_company("return_labels", "returns", "return_id"),
    )
    _index()
    op.add_column("companies", sa.Column("returns_imported_until", _MOMENT, nullable=True))
    allowed = sa.Column("allow_return_download", sa.Boolean(), server_default=sa.false(), nullable=False)
    op.add_column("companies", allowed)
    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":
        for table in _TABLES:
            rule = f"{_IS_ALL} OR {table}.company_id = ANY ({_NUMBERS})"
            op.execute(f"CREATE POLICY companies ON {table} USING ({rule}) WITH CHECK ({rule})")
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
    for trigger in _TRIGGERS:
        _log(dialect, *trigger)


def _index() -> None:
    wanted: dict[str, Any] = {
        "postgresql_where": sa.text("details_wanted"),
        "sqlite_where": sa.text("details_wanted = 1"),
    }
    for name, table, columns, more in (
        ("ix_returns_company_newest", "returns", ["company_id", "requested_at", "id"], {}),
        ("ix_returns_company_updated", "returns", ["company_id", "updated_at", "id"], {}),
        ("ix_returns_company_status", "returns", ["company_id", "status"], {}),
        ("ix_returns_order", "returns", ["order_id", "id"], {}),
        ("ix_returns_orderless", "returns", ["company_id", "channel_order_id"], _where("order_id IS NULL")),
        ("ix_returns_details_wanted", "returns", ["company_id", "id"], wanted),
        ("ix_returns_respond_by", "returns", ["company_id", "respond_by"], _where("respond_by IS NOT NULL")),
        ("ix_return_lines_order_item", "return_lines", ["order_item_id"], {}),
        ("ix_return_receipts_return", "return_receipts", ["return_id", "id"], {}),
        ("ix_return_labels_created_at", "return_labels", ["created_at"], {}),
    ):
        op.create_index(name, table, columns, **more)
    # As domain.pagination.Key has the place of a missing moment.
    never = _NEVER[op.get_bind().dialect.name]
    place = f"(CASE WHEN respond_by IS NULL THEN {never} ELSE respond_by END)"
    op.create_index(
        "ix_returns_company_respond_by", "returns", ["company_id", sa.text(place.replace(":", r"\:")), "id"]
    )


def _where(condition: str) -> dict[str, Any]:
    return {"postgresql_where": sa.text(condition), "sqlite_where": sa.text(condition)}


def _name(table: str, event: str) -> str:
    return f"log_{table}_{event.lower()}{'_returns' if table == 'companies' else ''}"


def _log(
    dialect: str, table: str, event: str, kind: str, subject: tuple[str, str], columns: tuple[str, ...]
) -> None:
    """Have the log of changes hold that an object was written, where one of its *columns* differs."""
    name = _name(table, event)
    differing = " OR ".join(f"NEW.{each} {_DIFFER[dialect]} OLD.{each}" for each in columns)
    when = f"WHEN ({differing})" if columns else ""
    company = "NEW.id" if table == "companies" else "NEW.company_id"
    moment = "strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'" if dialect == "sqlite" else "clock_timestamp()"
    logs = f"""INSERT INTO changes (company_id, type, subject_type, subject_id, occurred_at)
SELECT {company}, {kind}, {subject[0]}, {subject[1]}, {moment}"""
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
    dialect = op.get_bind().dialect.name
    # What the release before knows no type or kind of.
    op.execute("DELETE FROM queued_jobs WHERE type = 'IMPORT_RETURNS'")
    op.execute("DELETE FROM schedule_ticks WHERE type = 'IMPORT_RETURNS'")
    op.execute("DELETE FROM channel_actions WHERE kind IN ('ISSUE_REFUND', 'UPLOAD_RETURN_LABEL')")
    op.execute("DELETE FROM changes WHERE type IN ('return.created', 'return.updated')")
    trigger = _name("companies", "UPDATE")
    op.execute(f"DROP TRIGGER {trigger}" + (" ON companies" if dialect == "postgresql" else ""))
    op.drop_column("companies", "allow_return_download")
    op.drop_column("companies", "returns_imported_until")
    for table in _TABLES:
        op.drop_table(table)
    if dialect == "postgresql":
        for table, event, *_ in _TRIGGERS:
            op.execute(f"DROP FUNCTION {_name(table, event)}()")
