"""Labels that are bought from the channel, with the pieces that each is for, and triggers that log what becomes of them."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)
_AMOUNT = sa.Numeric().with_variant(sa.String(40), "sqlite")
_LABELS, _LINES = "shipping_labels", "shipping_label_lines"
_IS_ALL = "(SELECT current_setting('tradewind.companies', true)) = 'all'"
_NUMBERS = "(SELECT string_to_array(nullif(current_setting('tradewind.companies', true), 'all'), ',')::bigint[])::bigint[]"
_HAS_PACKAGE = sa.text("package_number IS NOT NULL")
_TRIGGERS = {"INSERT": "'label.created'", "UPDATE": "'label.updated'"}
_DIFFERS = {
    "sqlite": "NEW.status IS NOT OLD.status OR NEW.tracking_number IS NOT OLD.tracking_number",
    "postgresql": "NEW.status IS DISTINCT FROM OLD.status OR NEW.tracking_number IS DISTINCT FROM OLD.tracking_number",
}


def upgrade() -> None:
    """Forward."""
    op.create_table(
        _LABELS,
        sa.Column("id", _ID, nullable=False),
        sa.Column("company_id", _ID, nullable=False),
        sa.Column("origin", sa.String(32), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("action_id", _ID, nullable=True),
        sa.Column("warehouse_id", _ID, nullable=True),
        sa.Column("channel_warehouse_id", sa.String(64), nullable=True),
        sa.Column("weight", _AMOUNT, nullable=True),
        sa.Column("weight_unit", sa.String(32), nullable=True),
        sa.Column("length", _AMOUNT, nullable=True),
        sa.Column("width", _AMOUNT, nullable=True),
        sa.Column("height", _AMOUNT, nullable=True),
        sa.Column("length_unit", sa.String(32), nullable=True),
        sa.Column("service_id", sa.String(64), nullable=True),
        sa.Column("ship_company_id", sa.String(64), nullable=True),
        sa.Column("sign_service_id", sa.String(64), nullable=True),
        sa.Column("carrier", sa.String(200), nullable=True),
        sa.Column("estimated_amount", _AMOUNT, nullable=True),
        sa.Column("most_to_pay_amount", _AMOUNT, nullable=True),
        sa.Column("currency_code", sa.String(3), nullable=True),
        sa.Column("package_number", sa.String(64), nullable=True),
        sa.Column("tracking_number", sa.String(200), nullable=True),
        sa.Column("failure_code", sa.String(64), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("ship_later_hours", sa.Integer(), nullable=True),
        sa.Column("auto_confirm_at", _MOMENT, nullable=True),
        sa.Column("bought_at", _MOMENT, nullable=True),
        sa.Column("confirmed_at", _MOMENT, nullable=True),
        sa.Column("retried_at", _MOMENT, nullable=True),
        sa.Column("created_at", _MOMENT, server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", _MOMENT, server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipping_labels")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_shipping_labels_company_id_companies")
        ),
        sa.ForeignKeyConstraint(
            ["action_id"], ["channel_actions.id"], name=op.f("fk_shipping_labels_action_id_channel_actions")
        ),
        sa.ForeignKeyConstraint(
            ["warehouse_id"], ["warehouses.id"], name=op.f("fk_shipping_labels_warehouse_id_warehouses")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_shipping_labels_company", _LABELS, ["id", "company_id"], unique=True)
    op.create_index(
        "uq_shipping_labels_package",
        _LABELS,
        ["company_id", "package_number"],
        unique=True,
        postgresql_where=_HAS_PACKAGE,
        sqlite_where=_HAS_PACKAGE,
    )
    op.create_index("ix_shipping_labels_company_newest", _LABELS, ["company_id", "id"])
    op.create_index("ix_shipping_labels_status", _LABELS, ["company_id", "status", "id"])
    op.create_index("ix_shipping_labels_action", _LABELS, ["action_id"])
    op.create_table(
        _LINES,
        sa.Column("label_id", _ID, autoincrement=False, nullable=False),
        sa.Column("order_item_id", _ID, autoincrement=False, nullable=False),
        sa.Column("order_id", _ID, nullable=False),
        sa.Column("company_id", _ID, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_shipping_label_lines_quantity")),
        sa.PrimaryKeyConstraint("label_id", "order_item_id", name=op.f("pk_shipping_label_lines")),
        sa.ForeignKeyConstraint(
            ["company_id", "label_id"],
            ["shipping_labels.company_id", "shipping_labels.id"],
            name=op.f("fk_shipping_label_lines_company_id_shipping_labels"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "order_id"],
            ["orders.company_id", "orders.id"],
            name=op.f("fk_shipping_label_lines_company_id_orders"),
        ),
        sa.ForeignKeyConstraint(
            ["order_item_id"],
            ["order_items.id"],
            name=op.f("fk_shipping_label_lines_order_item_id_order_items"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_shipping_label_lines_company_id_companies")
        ),
    )
    op.create_index("ix_shipping_label_lines_order", _LINES, ["order_id", "label_id"])
    op.create_index("ix_shipping_label_lines_item", _LINES, ["order_item_id"])
    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":
        for table in (_LABELS, _LINES):
            rule = f"{_IS_ALL} OR {table}.company_id = ANY ({_NUMBERS})"
            op.execute(f"CREATE POLICY companies ON {table} USING ({rule}) WITH CHECK ({rule})")
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
    for event, kind in _TRIGGERS.items():
        _log(dialect, event, kind)


def _log(dialect: str, event: str, kind: str) -> None:
    """Have the log of changes hold that a label was asked for, or that it stands elsewhere now."""
    name = f"log_{_LABELS}_{event.lower()}"
    when = "" if event == "INSERT" else f"WHEN ({_DIFFERS[dialect]})"
    moment = "strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'" if dialect == "sqlite" else "clock_timestamp()"
    logs = f"""INSERT INTO changes (company_id, type, subject_type, subject_id, occurred_at)
SELECT NEW.company_id, {kind}, 'ShippingLabel', NEW.id, {moment}"""
    if dialect == "sqlite":
        statement = f"CREATE TRIGGER {name} AFTER {event} ON {_LABELS} {when} BEGIN {logs}; END"
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
        f"CREATE TRIGGER {name} AFTER {event} ON {_LABELS} FOR EACH ROW {when} EXECUTE FUNCTION {name}()"
    )


def downgrade() -> None:
    """Back."""
    # What the release before knows no type of.
    op.execute("DELETE FROM changes WHERE type IN ('label.created', 'label.updated')")
    op.drop_table(_LINES)
    op.drop_table(_LABELS)
    if op.get_bind().dialect.name == "postgresql":
        for event in _TRIGGERS:
            op.execute(f"DROP FUNCTION log_{_LABELS}_{event.lower()}()")
