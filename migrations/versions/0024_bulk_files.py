"""Files that jobs write, in parts; and the number that a package was recorded with, by which a file that is imported again
finds it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TABLES = ("exports", "export_parts")
# As in 0019: rows of the companies that a transaction names.
_RULE = (
    "(SELECT current_setting('tradewind.companies', true)) = 'all' "
    "OR EXISTS (SELECT FROM queued_jobs WHERE queued_jobs.id = {table}.job_id)"
)


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "exports",
        sa.Column("job_id", ID, autoincrement=False, nullable=False),
        sa.Column("format", sa.String(length=32), nullable=False),
        sa.Column("for_spreadsheet", sa.Boolean(), nullable=False),
        sa.Column("includes_buyers", sa.Boolean(), nullable=False),
        sa.Column("sealed_filter", sa.Text(), nullable=True),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("stored_bytes", sa.BigInteger(), nullable=False),
        sa.Column("crc32", sa.BigInteger(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"], ["queued_jobs.id"], name=op.f("fk_exports_job_id_queued_jobs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_exports")),
    )
    op.create_index("ix_exports_expires_at", "exports", ["expires_at"])
    op.create_table(
        "export_parts",
        sa.Column("job_id", ID, autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"], ["exports.job_id"], name=op.f("fk_export_parts_job_id_exports"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("job_id", "position", name=op.f("pk_export_parts")),
    )
    if op.get_context().dialect.name == "postgresql":
        for table in _TABLES:
            rule = _RULE.format(table=table)
            op.execute(f"CREATE POLICY companies ON {table} USING ({rule}) WITH CHECK ({rule})")
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
    op.add_column("packages", sa.Column("recorded_key", sa.String(length=200), nullable=True))


def downgrade() -> None:
    """Back."""
    op.drop_column("packages", "recorded_key")
    op.drop_table("export_parts")
    op.drop_table("exports")
