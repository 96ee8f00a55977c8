"""Indexes of tables with many rows, made and dropped while others go on reading and writing the table.

On PostgreSQL such a statement can't be part of a transaction, so what a migration did before it is committed by then, and is run
again where the migration was cut off. Each of these may be; so they come before all else, in `upgrade` where their columns are
there already.
"""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from alembic import op

_IS_INVALID = sa.text(
    "SELECT EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass(:name) AND NOT indisvalid)"
)


def create_index(name: str, table: str, columns: Sequence[Any], **options: Any) -> None:
    """As `op.create_index`, with nobody kept from the table meanwhile."""
    with _online() as concurrently:
        # What an attempt that was cut off left behind is kept up to date by every write, and helps no read.
        if concurrently and op.get_bind().scalar(_IS_INVALID, {"name": name}):
            op.drop_index(name, table, postgresql_concurrently=True)
        op.create_index(
            name, table, columns, if_not_exists=True, postgresql_concurrently=concurrently, **options
        )


def drop_index(name: str, table: str) -> None:
    """As `op.drop_index`, with nobody kept from the table meanwhile."""
    with _online() as concurrently:
        op.drop_index(name, table, if_exists=True, postgresql_concurrently=concurrently)


@contextmanager
def _online() -> Generator[bool]:
    context = op.get_context()
    if context.dialect.name != "postgresql":
        yield False
        return
    with context.autocommit_block():
        # It waits until older transactions have ended, and is in nobody's way meanwhile.
        before = op.get_bind().scalar(sa.text("SHOW lock_timeout"))
        op.execute("SET lock_timeout = 0")
        yield True
        op.execute(f"SET lock_timeout = '{before}'")
