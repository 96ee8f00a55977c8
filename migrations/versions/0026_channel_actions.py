"""What the channel is asked to do beside shipping, one row for each call, with triggers that log what becomes of it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)
_JSON = sa.JSON().with_variant(JSONB(), "postgresql")
_TABLE = "channel_actions"
_IS_ALL = "(SELECT current_setting('tradewind.companies', true)) = 'all'"
_NUMBERS = "(SELECT string_to_array(nullif(current_setting('tradewind.companies', true), 'all'), ',')::bigint[])::bigint[]"
_IS_OPEN = sa.text("ended_at IS NULL")
_IS_REFUSED = sa.text("status = 'REFUSED'")
_TRIGGERS = {"INSERT": "'action.created'", "UPDATE": "'action.updated'"}
_DIFFERS = {"sqlite": "NEW.status IS NOT OLD.status", "postgresql": "NEW.status IS DISTINCT FROM OLD.status"}


def upgrade() -> None:
    """Forward."""
    op.create_table(
        _TABLE,
        sa.Column("id", _ID, nullable=False),
        sa.Column("company_id", _ID, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("order_id", _ID, nullable=True),
        sa.Column("product_id", _ID, nullable=True),
        sa.Column("parameters", _JSON, nullable=False),
        sa.Column("reference", sa.String(200), nullable=True),
        sa.Column("result", _JSON, nullable=True),
        sa.Column("sends", sa.Integer(), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("due_at", _MOMENT, nullable=True),
        sa.Column("in_doubt_since", _MOMENT, nullable=True),
        sa.Column("is_confirmed", sa.Boolean(), nullable=True),
        sa.Column("code", sa.String(64), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("sent_at", _MOMENT, nullable=True),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.Column("updated_at", _MOMENT, server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_actions")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_channel_actions_company_id_companies")
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "order_id"],
            ["orders.company_id", "orders.id"],
            name=op.f("fk_channel_actions_company_id_orders"),
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "product_id"],
            ["products.company_id", "products.id"],
            name=op.f("fk_channel_actions_company_id_products"),
        ),
        sqlite_autoincrement=True,
    )
    for name, columns, condition in (
        ("uq_channel_actions_open", ["company_id", "kind", "subject"], _IS_OPEN),
        ("ix_channel_actions_due", ["due_at", "company_id"], _IS_OPEN),
        ("ix_channel_actions_company_newest", ["company_id", "id"], None),
        ("ix_channel_actions_order", ["order_id", "id"], None),
        ("ix_channel_actions_product", ["product_id", "id"], None),
        ("ix_channel_actions_subject", ["company_id", "kind", "subject", "id"], None),
        ("ix_channel_actions_refused", ["company_id", "ended_at"], _IS_REFUSED),
    ):
        op.create_index(
            name,
            _TABLE,
            columns,
            unique=name.startswith("uq_"),
            postgresql_where=condition,
            sqlite_where=condition,
        )
    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":
        rule = f"{_IS_ALL} OR {_TABLE}.company_id = ANY ({_NUMBERS})"
        op.execute(f"CREATE POLICY companies ON {_TABLE} USING ({rule}) WITH CHECK ({rule})")
        op.execute(f"ALTER TABLE {_TABLE} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
    for event, kind in _TRIGGERS.items():
        _log(dialect, event, kind)


def _log(dialect: str, event: str, kind: str) -> None:
    """Have the log of changes hold that an action was asked for, or that its status has changed."""
    name = f"log_{_TABLE}_{event.lower()}"
    when = "" if event == "INSERT" else f"WHEN ({_DIFFERS[dialect]})"
    moment = "strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'" if dialect == "sqlite" else "clock_timestamp()"
    logs = f"""INSERT INTO changes (company_id, type, subject_type, subject_id, occurred_at)
SELECT NEW.company_id, {kind}, 'ChannelAction', NEW.id, {moment}"""
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
    op.execute("DELETE FROM queued_jobs WHERE type IN ('SEND_ORDER_ACTIONS', 'SEND_PRODUCT_ACTIONS')")
    op.execute("DELETE FROM changes WHERE type IN ('action.created', 'action.updated')")
    op.drop_table(_TABLE)
    if op.get_bind().dialect.name == "postgresql":
        for event in _TRIGGERS:
            op.execute(f"DROP FUNCTION log_{_TABLE}_{event.lower()}()")
