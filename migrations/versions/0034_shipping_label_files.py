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


def downgrade() -> None:
    """Back."""
    # What the release before knows no type of.
    op.execute("DELETE FROM queued_jobs WHERE type = 'FETCH_LABEL_FILES'")
    op.execute("DELETE FROM channel_actions WHERE kind = 'CONFIRM_SHIPPING_LABEL'")
    op.drop_table(_TABLE)
    op.drop_column("companies", _SWITCH)
