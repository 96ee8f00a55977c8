"""Units of work on one database: read() and write()."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Generator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from copy import copy
from typing import Any, Self, cast

import asyncpg
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool

from domain.database.companies import NAMED, companies_setting, name_companies
from domain.database.engine import COMMAND_SECONDS, engine_of, raw_of
from domain.database.listening import Listener
from domain.database.raw import CLOSING_SECONDS, PoolUse, RawSelect, Rows
from domain.errors import StatementTooDeep, Unavailable

# Classes and codes of SQLSTATE after which the same transaction may well succeed: a server that takes no writes (25006) is
# a standby, or a primary that became one.
_PASSING_STATES = ("08", "53", "57P", "57014", "40001", "40P01", "55P03", "25P03", "25006")

AfterCommit = Callable[[Sequence[int]], Awaitable[None]]
_writing: ContextVar[bool] = ContextVar("writing", default=False)


def is_writing() -> bool:
    """Whether this task is inside a write unit: no call may leave the machine meanwhile."""
    return _writing.get()


# SQLite's words, which have no code of their own.
_TOO_DEEP = ("parser stack overflow", "Expression tree is too large")


class _LimitedSession(Session):
    """Names its companies as each of its transactions begins."""


event.listen(_LimitedSession, "after_begin", name_companies)


class Database:
    """Units of work on one database. A function that takes a session never commits; the unit does."""

    def __init__(
        self,
        url: str,
        *,
        after_commit: "AfterCommit | None" = None,
        command_seconds: float | None = COMMAND_SECONDS,
    ) -> None:
        self.engine = engine_of(url, command_seconds=command_seconds)
        self.after_commit = after_commit
        self._raw = raw_of(self.engine, command_seconds=command_seconds)
        # On SQLite a write unit takes the lock when it begins: one that starts by reading could never get it later.
        self._writing_engine = self.engine.execution_options(write=True)
        self._companies = companies_setting(None)

    def limited_to(self, company_ids: Collection[int] | None) -> Self:
        """The same database, with the same connections, in which there are rows of these companies alone as far as the
        database has the wall; None is all.
        """
        limited = copy(self)
        limited._companies = companies_setting(company_ids)  # noqa: SLF001 - of the same class
        return limited

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncSession]:
        """A session for looking; whatever it changed is thrown away."""
        with _translated():
            async with self._session(self.engine) as session:
                yield session

    @asynccontextmanager
    async def write(self) -> AsyncGenerator[AsyncSession]:
        """A session whose changes are committed together at the end, or not at all when the body raises.

        Jobs named by `enqueue_after_commit` are announced once they are durable.
        """
        token = _writing.set(True)
        try:
            with _translated():
                async with self._session(self._writing_engine) as session, session.begin():
                    yield session
        finally:
            _writing.reset(token)
        job_ids: list[int] = session.info.pop(_TO_ENQUEUE, [])
        if job_ids and self.after_commit is not None:
            await self.after_commit(job_ids)

    def _session(self, engine: AsyncEngine) -> AsyncSession:
        # Not by a sessionmaker, which makes a class: there is a limited database for each operation.
        info = {NAMED: self._companies}
        return AsyncSession(engine, expire_on_commit=False, info=info, sync_session_class=_LimitedSession)

    async def select_raw(self, select: RawSelect, **values: Any) -> Rows:
        """All rows of a SELECT, without a session and a transaction around it."""
        dialect = self.engine.dialect
        compiled = select.on(dialect)
        rows = await self.rows(compiled.sql, compiled.values(values))
        return [select.row(row, dialect) for row in rows]

    async def rows(self, sql: str, values: Sequence[Any]) -> Rows:
        """All rows of a SELECT in the driver's own words. Raises StatementTooDeep."""
        try:
            with _translated():
                return await self._raw.rows(sql, values, companies=self._companies)
        except DBAPIError as error:
            if any(words in str(error.orig) for words in _TOO_DEEP):
                raise StatementTooDeep from None
            raise

    def listener(self, channel: str) -> Listener | None:
        """Who hears the notifications of a channel; None where the database has none."""
        return self._raw.listener(channel)

    async def answers(self) -> bool:
        """Whether the database answers; raises Unavailable where it doesn't."""
        return bool(await self.rows("SELECT 1", ()))

    def pools(self) -> Mapping[str, PoolUse]:
        """Use of the pools: of sessions, and where there is one, of what reads without a session."""
        pool = cast("QueuePool", self.engine.pool)
        uses = {"sessions": PoolUse(pool.checkedout(), pool.size() + max(pool._max_overflow, 0))}  # noqa: SLF001 - told nowhere else
        raw = self._raw.pool()
        return uses if raw is None else uses | {"reads": raw}

    async def close(self) -> None:
        """Close all connections; those on which a server that is frozen says nothing are dropped."""
        await self._raw.close()
        try:
            await asyncio.wait_for(self.engine.dispose(), CLOSING_SECONDS)
        except TimeoutError:
            await self.engine.dispose(close=False)


_TO_ENQUEUE = "jobs_to_enqueue"


def enqueue_after_commit(session: AsyncSession, job_id: int) -> None:
    """Have *job_id* announced to the workers when this unit has been committed."""
    session.info.setdefault(_TO_ENQUEUE, []).append(job_id)


@contextmanager
def _translated() -> Generator[None]:
    try:
        yield
    except IntegrityError:
        raise
    except (PoolTimeoutError, OSError, asyncpg.InterfaceError) as error:
        if isinstance(error, ValueError):
            raise  # A parameter of ours that the driver can't take, which has nothing to do with the connection.
        raise Unavailable("The database is too busy or out of reach at the moment. Try again.") from error
    except (DBAPIError, asyncpg.PostgresError) as error:
        if not _is_passing(error):
            raise
        raise Unavailable("The database could not do this at the moment. Try again.") from error


def _is_passing(error: DBAPIError | asyncpg.PostgresError) -> bool:
    state = getattr(error.orig if isinstance(error, DBAPIError) else error, "sqlstate", None)
    if state is not None or not isinstance(error, DBAPIError):
        return str(state).startswith(_PASSING_STATES)
    if error.connection_invalidated:
        return True
    return (
        "locked" in str(error.orig) or "disk" in str(error.orig) or "Connection" in type(error.orig).__name__
    )
