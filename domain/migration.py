"""Bringing the database to the tables of this release: forward with `tradewind migrate`, or back."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import SystemRandom
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Table, and_, bindparam, or_, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from domain import revision
from domain.database import roles
from domain.database.session import Database
from domain.database.upsert import execute_for_each
from domain.errors import Conflict, Invalid, Unavailable
from domain.folding import fold
from domain.models import Base, Installation
from domain.models.folded import folded_columns

BASE = "base"
_ROOT = Path(__file__).parent.parent
# Any number that no one else takes: of two processes that migrate at once one waits for the other.
_LOCK = 7_461_646_577
_ASK_FOR_LOCK_SECONDS = 0.2
# Whoever waits for a table's lock keeps everybody from the table who comes after: not longer than a request can wait.
_LOCK_TIMEOUT = "2s"
# Not available, and a deadlock with a transaction that holds another of the tables: PostgreSQL looks for one after a second.
_LOCKED = ("55P03", "40P01")
_MOST_TRIES = 60
_PAUSE_SECONDS = (1.0, 5.0)
# Rows that are filled in one transaction: few enough that a running server waits for none of them.
_BATCH = 500
# The last release before tables said which releases they serve.
_FIRST_COMPATIBLE = "0014"


@dataclass(frozen=True)
class Migrated:
    """What was done: migrations in the order in which they were run, and rows that were filled."""

    before: str | None
    after: str | None
    ran: tuple[str, ...]
    filled: int

    @property
    def waiting(self) -> list[str]:
        """Second halves that were left for when no older release runs any more."""
        return [number for number in revision.POST if number > (self.after or "")]


async def migrate(
    database: Database,
    *,
    to: str | None = None,
    finish: bool = False,
    application: str | None = None,
    report: Callable[[str], None] = lambda _: None,
) -> Migrated:
    """Move to migration *to*, or to what this release needs; "base" takes everything back. Again does nothing.

    *finish* adds the second halves, which releases before this one can't run with. A migration whose table stays locked is
    tried again for some minutes, with what came before it kept. *application*: PostgreSQL's role of servers and workers, where
    that is another than this one; it may use the tables then, and owns none. Raises Invalid where there is no *to*, Conflict where the
    database is of a newer release, Unavailable.
    """
    if to is not None and to != BASE and to not in revision.KNOWN:
        raise Invalid(
            f"There is no migration {to}; there are {BASE} and {revision.KNOWN[0]} to {revision.KNOWN[-1]}."
        )
    before: str | None = None
    ran: list[str] = []
    for attempt in range(_MOST_TRIES):
        try:
            async with _exclusively(database, report) as connection:
                present = await connection.run_sync(revision.current)
                before = present if attempt == 0 else before
                await connection.run_sync(_run, _target(present, to, finish=finish), present, ran)
                after = await connection.run_sync(revision.current)
                if application is not None and after is not None:
                    await roles.grant(connection, application)
            break
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) not in _LOCKED:
                raise
            report("A table is in use; trying again. What was done so far is kept.")
            await asyncio.sleep(SystemRandom().uniform(*_PAUSE_SECONDS))
    else:
        message = "A table that has to change was in use all the time. End the long transactions in pg_stat_activity and run it again."
        raise Unavailable(message)
    filled = 0
    if to is None:
        for table in Base.metadata.sorted_tables:
            filled += await _fold_rows(database, table)
    return Migrated(before, after, tuple(ran), filled)


def _target(present: str | None, to: str | None, *, finish: bool) -> str:
    if present is not None and present not in revision.KNOWN:
        message = (
            f"The database is at migration {present}, which this release ({revision.KNOWN[-1]}) doesn't know: "
            "run the newer release's `tradewind migrate`. Nothing was changed."
        )
        raise Conflict(message)
    if to is not None:
        return to
    # A new database has no older release beside it.
    return revision.KNOWN[-1] if finish or present is None else max(present, revision.REQUIRED)


@asynccontextmanager
async def _exclusively(database: Database, report: Callable[[str], None]) -> AsyncGenerator[AsyncConnection]:
    """A connection of the only process that migrates. On SQLite all is one transaction, on PostgreSQL each migration is."""
    engine = database.engine.execution_options(write=True)
    if engine.dialect.name == "sqlite":
        async with engine.connect() as connection:
            await _without_foreign_keys(connection)
            try:
                async with connection.begin():
                    yield connection
                    broken = (await connection.exec_driver_sql("PRAGMA foreign_key_check")).mappings().first()
                    if broken is not None:
                        what = f"A row of {broken['table']} refers to none of {broken['parent']}."
                        raise Conflict(f"{what} Nothing was changed.")
            finally:
                await connection.invalidate()
        return
    async with engine.connect() as connection:
        try:
            # Asked for again and again: whoever waits inside a statement keeps indexes from being made beside it.
            is_told = False
            while not await connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": _LOCK}):
                await connection.rollback()
                if not is_told:
                    report("Another process is migrating; waiting for it.")
                is_told = True
                await asyncio.sleep(_ASK_FOR_LOCK_SECONDS)
            # An index of millions of rows takes longer than any statement of a server or worker may.
            await connection.execute(text("SET statement_timeout = 0"))
            await connection.execute(text("SET idle_in_transaction_session_timeout = 0"))
            # Migrations change rows of all companies.
            await connection.execute(text("SET tradewind.companies = 'all'"))
            await connection.execute(text(f"SET lock_timeout = '{_LOCK_TIMEOUT}'"))
            await connection.commit()
            yield connection
        finally:
            # With it go the lock and the settings.
            await connection.invalidate()


async def _without_foreign_keys(connection: AsyncConnection) -> None:
    """SQLite changes a constraint by making its table anew, and dropping the old one would delete what refers to it. It takes
    this outside of a transaction alone.
    """
    driver: Any = (await connection.get_raw_connection()).driver_connection
    await driver.execute("PRAGMA foreign_keys = OFF")


def _run(connection: Connection, to: str, present: str | None, ran: list[str]) -> None:
    config = Config()
    config.set_main_option("script_location", str(_ROOT / "migrations"))
    config.attributes |= {"connection": connection, "ran": ran}
    is_own_transaction = connection.dialect.name == "postgresql"
    if is_own_transaction:
        connection.commit()
    if to == BASE or (present is not None and to < present):
        command.downgrade(config, to)
    elif to != present:
        command.upgrade(config, to)
    reached = revision.current(connection)
    if reached is not None and reached >= "0015":
        serves = max((number for number in revision.POST if number <= reached), default=_FIRST_COMPATIBLE)
        connection.execute(update(Installation).values(compatible_from=serves))
    if is_own_transaction:
        connection.commit()


async def _fold_rows(database: Database, table: Table) -> int:
    """
    Fill what is searched of rows that a release without these columns wrote, before or since, and count them. Rows in other
    hands are left out: until the next time they are searched as they are (domain/filtering.py).
    """
    columns = folded_columns(table)
    if not columns:
        return 0
    (key,) = table.primary_key
    statement = (
        update(table)
        .where(key == bindparam("of_row"))
        .values({c: bindparam(f"to_{c.key}") for c, _ in columns})
    )
    lacking = or_(*(and_(column.is_(None), source.is_not(None)) for column, source in columns))
    found = select(key, *(source for _, source in columns)).where(lacking).order_by(key).limit(_BATCH)
    last = filled = 0
    while True:
        async with database.write() as session:
            locked = found.where(key > last).with_for_update(skip_locked=True)
            rows = (await session.execute(locked)).all()
            if not rows:
                return filled
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
            filled += len(rows)
