"""A mall once for each region, what kind it is, and where Temu takes a token."""

import re
from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_UNIQUE = "CONSTRAINT uq_companies_mall_id UNIQUE (mall_id)"
_DEFINED = "SELECT sql FROM sqlite_master WHERE tbl_name = 'companies' AND sql IS NOT NULL AND type = "


def upgrade() -> None:
    """Forward."""
    op.add_column("companies", sa.Column("mall_type", sa.String(32), nullable=True))
    op.add_column("access_tokens", sa.Column("host", sa.String(32), nullable=True))
    op.create_index("ix_companies_mall", "companies", ["mall_id", "region"], unique=True)
    if op.get_context().dialect.name == "sqlite":
        _rebuild(lambda table: re.sub(rf",\s*{re.escape(_UNIQUE)}", "", table))
    else:
        op.drop_constraint("uq_companies_mall_id", "companies")


def downgrade() -> None:
    """Back."""
    # To a version that has each mall once: the company that was there first goes on with it.
    op.execute(
        "UPDATE companies SET mall_id = NULL WHERE mall_id IS NOT NULL AND id > "
        "(SELECT min(other.id) FROM companies AS other WHERE other.mall_id = companies.mall_id)"
    )
    if op.get_context().dialect.name == "sqlite":
        _rebuild(lambda table: re.sub(r"\)\s*$", f", {_UNIQUE})", table))
    else:
        op.create_unique_constraint("uq_companies_mall_id", "companies", ["mall_id"])
    op.drop_index("ix_companies_mall", "companies")
    op.drop_column("access_tokens", "host")
    op.drop_column("companies", "mall_type")


def _rebuild(change: Callable[[str], str]) -> None:
    """
    Make the table anew, as SQLite drops and adds no constraint. Other tables refer to its rows: that these are back is
    checked at the end of the transaction, and they count as back where they were inserted, not where a table was renamed.
    """
    connection = op.get_bind()
    (table,) = connection.scalars(sa.text(f"{_DEFINED} 'table'")).all()
    indexes = connection.scalars(sa.text(f"{_DEFINED} 'index'")).all()
    statements = [
        "PRAGMA defer_foreign_keys = ON",
        "CREATE TEMPORARY TABLE companies_before AS SELECT * FROM companies",
        "DROP TABLE companies",
        change(table),
        "INSERT INTO companies SELECT * FROM companies_before",
        "DROP TABLE companies_before",
        *indexes,
    ]
    for statement in statements:
        connection.exec_driver_sql(statement)
