"""Bringing the database to the tables of this release: forward with `tradewind migrate`, or back."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Table, and_, bindparam, inspect, or_, select, text, update

from domain.database.session import Database
from domain.database.upsert import execute_for_each
from domain.folding import fold
from domain.models import Base
from domain.models.folded import folded_columns

_ROOT = Path(__file__).parent.parent
# Any number that no one else takes: two processes that migrate at once wait for each other.
_LOCK = 7_461_646_577
# Rows that are filled in one transaction: few enough that a running server waits for none of them.
_BATCH = 500


async def migrate(database: Database, *, to: str = "head") -> None:
    """Move to revision *to*; "base" takes everything back. Again does nothing."""
    engine = database.engine.execution_options(write=True)
    async with engine.begin() as connection:
        await connection.run_sync(_run, to)
    if to == "head":
        for table in Base.metadata.sorted_tables:
            await _fold_rows(database, table)


def prepare(connection: Connection) -> None:
    """
    Wait for whoever else migrates, and have this transaction take the time that it needs: an index of millions of rows
    takes longer than any statement of a server or worker may.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        connection.execute(text("SET LOCAL lock_timeout = '10s'"))


def _run(connection: Connection, to: str) -> None:
    prepare(connection)
    config = _config()
    config.attributes["connection"] = connection
    known = inspect(connection).has_table("alembic_version")
    if to == "base" or (known and _is_behind(connection, to)):
        command.downgrade(config, to)
    else:
        command.upgrade(config, to)


async def _fold_rows(database: Database, table: Table) -> None:
    """
    Fill what is searched of rows that a release without these columns wrote, before or since. Rows in other hands are left
    out: until the next time they are searched as they are (domain/filtering.py).
    """
    columns = folded_columns(table)
    if not columns:
        return
    (key,) = table.primary_key
    statement = (
        update(table)
        .where(key == bindparam("of_row"))
        .values({c: bindparam(f"to_{c.key}") for c, _ in columns})
    )
    lacking = or_(*(and_(column.is_(None), source.is_not(None)) for column, source in columns))
    found = select(key, *(source for _, source in columns)).where(lacking).order_by(key).limit(_BATCH)
    last = 0
    while True:
        async with database.write() as session:
            locked = found.where(key > last).with_for_update(skip_locked=True)
            rows = (await session.execute(locked)).all()
            if not rows:
                return
            last = rows[-1][0]
            values = [
                {"of_row": row[0]}
                | {
                    f"to_{column.key}": None if value is None else fold(value)
                    for (column, _), value in zip(columns, row[1:], strict=True)
                }
                for row in rows
            ]
            await execute_for_each(session, statement, values)


def _is_behind(connection: Connection, to: str) -> bool:
    """Whether *to* is an ancestor of where the database is."""
    script = ScriptDirectory.from_config(_config())
    present = MigrationContext.configure(connection).get_current_revision()
    ancestors = {revision.revision for revision in script.iterate_revisions(present, "base")}
    return to in ancestors - {present}


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_ROOT / "migrations"))
    return config
