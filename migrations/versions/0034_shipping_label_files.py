"""The sealed files of shipping labels, and whether a company's parcels with such labels are confirmed by the clock."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)
_TABLE = "shipping_label_files"
_SWITCH = "confirm_labels_automatically"
_TRIGGER = "log_companies_confirm_labels"
_LOG = """INSERT INTO changes (company_id, type, subject_type, subject_id, occurred_at)
SELECT NEW.id, 'company.updated', 'Company', NEW.id, {moment}"""
_IS_ALL = "(SELECT current_setting('tradewind.companies', true)) = 'all'"
_NUMBERS = "(SELECT string_to_array(nullif(current_setting('tradewind.companies', true), 'all'), ',')::bigint[])::bigint[]"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        _TABLE,
        sa.Column("label_id", _ID, autoincrement=False, nullable=False),
        sa.Column("company_id", _ID, nullable=False),
        sa.Column("due_at", _MOMENT, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("fetched_at", _MOMENT, nullable=True),
        sa.Column("printed_at", _MOMENT, nullable=True),
        sa.Column("erased_at", _MOMENT, nullable=True),
        sa.Column("created_at", _MOMENT, server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", _MOMENT, server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("label_id", name=op.f("pk_shipping_label_files")),
        sa.ForeignKeyConstraint(
            ["company_id", "label_id"],
            ["shipping_labels.company_id", "shipping_labels.id"],
            name=op.f("fk_shipping_label_files_company_id_shipping_labels"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_shipping_label_files_company_id_companies")
        ),
    )
    for name, columns, condition in (
        ("ix_shipping_label_files_due", ["due_at", "company_id"], "due_at IS NOT NULL"),
        (
            "ix_shipping_label_files_missing",
            ["company_id", "created_at"],
            "fetched_at IS NULL AND erased_at IS NULL",
        ),
    ):
        only = sa.text(condition)
        op.create_index(name, _TABLE, columns, postgresql_where=only, sqlite_where=only)
    if op.get_bind().dialect.name == "postgresql":
        rule = f"{_IS_ALL} OR {_TABLE}.company_id = ANY ({_NUMBERS})"
        op.execute(f"CREATE POLICY companies ON {_TABLE} USING ({rule}) WITH CHECK ({rule})")
        op.execute(f"ALTER TABLE {_TABLE} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
    # No batch: it would rebuild the table of SQLite, and lose its triggers.
    op.add_column("companies", sa.Column(_SWITCH, sa.Boolean(), server_default=sa.false(), nullable=False))
    _log(op.get_bind().dialect.name)


def _log(dialect: str) -> None:
    """Have the log of changes hold that the switch was changed, beside what it holds of other settings."""
    if dialect == "sqlite":
        logs = _LOG.format(moment="strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'")
        when = f"WHEN (NEW.{_SWITCH} IS NOT OLD.{_SWITCH})"
        statement = f"CREATE TRIGGER {_TRIGGER} AFTER UPDATE ON companies {when} BEGIN {logs}; END"
        op.execute(sa.text(statement.replace(":", r"\:")))
        return
    op.execute(f"""CREATE FUNCTION {_TRIGGER}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT AS $$
DECLARE visible text := current_setting('tradewind.companies', true);
BEGIN
    PERFORM set_config('tradewind.companies', 'all', true);
    {_LOG.format(moment="clock_timestamp()")};
    PERFORM set_config('tradewind.companies', coalesce(visible, ''), true);
    PERFORM pg_notify('tradewind_changes', '');
    RETURN NULL;
END $$""")
    when = f"WHEN (NEW.{_SWITCH} IS DISTINCT FROM OLD.{_SWITCH})"
    op.execute(
        f"CREATE TRIGGER {_TRIGGER} AFTER UPDATE ON companies FOR EACH ROW {when} EXECUTE FUNCTION {_TRIGGER}()"
    )


def downgrade() -> None:
    """Back."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute(f"DROP TRIGGER {_TRIGGER}" if is_sqlite else f"DROP TRIGGER {_TRIGGER} ON companies")
    if not is_sqlite:
        op.execute(f"DROP FUNCTION {_TRIGGER}()")
    # What the release before knows no type of.
    op.execute("DELETE FROM queued_jobs WHERE type = 'FETCH_LABEL_FILES'")
    op.execute("DELETE FROM channel_actions WHERE kind = 'CONFIRM_SHIPPING_LABEL'")
    op.drop_table(_TABLE)
    op.drop_column("companies", _SWITCH)
