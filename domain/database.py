"""
The database, PostgreSQL or SQLite: read() and write() units of work, and what differs between the two.
"""

import base64
import sqlite3
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from functools import cache, partial
from typing import Any

import asyncpg
from sqlalchemy import BigInteger, Connection, Dialect, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, DisconnectionError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.sql.functions import FunctionElement

from domain.direct import Direct, DirectPostgreSQL, DirectSQLite, Look, Rows
from domain.errors import StatementTooDeep, Unavailable

_SQLITE_BUSY_MILLISECONDS = 10_000
_POSTGRESQL_SETTINGS = {
    "statement_timeout": "15000",
    "lock_timeout": "5000",
    "idle_in_transaction_session_timeout": "30000",
    "timezone": "UTC",
    # Compiling a statement to machine code takes longer than any of ours.
    "jit": "off",
}
_CONNECT = {"server_settings": _POSTGRESQL_SETTINGS, "timeout": 5}
# So young a use of a connection vouches for it.
_TRUSTED_SECONDS = 1.0
_RETURNED = "returned_at"
# In a column's info: the column that it holds as it is searched (domain/models/folded.py).
FOLDED_FROM = "folded_from"
# Classes and codes of SQLSTATE after which the same transaction may well succeed.
_PASSING_STATES = ("08", "53", "57P", "57014", "40001", "40P01", "55P03", "25P03")

AfterCommit = Callable[[Sequence[int]], Awaitable[None]]
_writing: ContextVar[bool] = ContextVar("writing", default=False)


def is_writing() -> bool:
    """
    Whether this task is inside a write unit: no call may leave the machine meanwhile.
    """
    return _writing.get()


# SQLite's words, which have no code of their own.
_TOO_DEEP = ("parser stack overflow", "Expression tree is too large")


class Database:
    """
    Units of work on one database. A function that takes a session never commits; the unit does.
    """

    def __init__(self, url: str, *, after_commit: "AfterCommit | None" = None) -> None:
        self.engine = _engine(url)
        self.after_commit = after_commit
        # On SQLite a write unit takes the lock when it begins: one that starts by reading could never get it later.
        self._reading = async_sessionmaker(self.engine, expire_on_commit=False)
        self._direct = _direct(self.engine)
        self._writing = async_sessionmaker(self.engine.execution_options(write=True), expire_on_commit=False)

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncSession]:
        """
        A session for looking; whatever it changed is thrown away.
        """
        with _translated():
            async with self._reading() as session:
                yield session

    @asynccontextmanager
    async def write(self) -> AsyncGenerator[AsyncSession]:
        """
        A session whose changes are committed together at the end, or not at all when the body raises.

        Jobs named by `enqueue_after_commit` are announced once they are durable.
        """
        token = _writing.set(True)
        try:
            with _translated():
                async with self._writing() as session, session.begin():
                    yield session
        finally:
            _writing.reset(token)
        job_ids: list[int] = session.info.pop(_TO_ENQUEUE, [])
        if job_ids and self.after_commit is not None:
            await self.after_commit(job_ids)

    async def look(self, look: Look, **values: Any) -> Rows:
        """
        All rows of one look, without a session and a transaction around it.
        """
        dialect = self.engine.dialect
        compiled = look.on(dialect)
        rows = await self.rows(compiled.sql, compiled.values(values))
        return [look.row(row, dialect) for row in rows]

    async def rows(self, sql: str, values: Sequence[Any]) -> Rows:
        """
        All rows of a SELECT in the driver's own words. Raises StatementTooDeep.
        """
        try:
            with _translated():
                return await self._direct.rows(sql, values)
        except DBAPIError as error:
            if any(words in str(error.orig) for words in _TOO_DEEP):
                raise StatementTooDeep from None
            raise

    async def close(self) -> None:
        """
        Close all connections.
        """
        await self._direct.close()
        await self.engine.dispose()


_TO_ENQUEUE = "jobs_to_enqueue"


def enqueue_after_commit(session: AsyncSession, job_id: int) -> None:
    """
    Have *job_id* announced to the workers when this unit has been committed.
    """
    session.info.setdefault(_TO_ENQUEUE, []).append(job_id)


def insert(session: AsyncSession, table: type[DeclarativeBase]) -> Any:
    """
    An INSERT into *table* that knows ON CONFLICT, which both databases have under the same methods.
    """
    return _insert(session.get_bind().dialect.name, table)


def _insert(dialect: str, table: type[DeclarativeBase]) -> Any:
    return (sqlite if dialect == "sqlite" else postgresql).insert(table)


async def put(
    session: AsyncSession,
    table: type[DeclarativeBase],
    rows: Sequence[Mapping[str, Any]],
    *,
    key: Sequence[str] = (),
    news: Sequence[str] = (),
) -> None:
    """
    Insert *rows*. Of one that is there by its *key*, the columns *news* are written, and those that are folded from them;
    without any it stays as it is.
    """
    await execute_for_each(
        session, _putting(session.get_bind().dialect.name, table, tuple(key), tuple(news)), rows
    )


@cache
def _putting(dialect: str, table: type[DeclarativeBase], key: tuple[str, ...], news: tuple[str, ...]) -> Any:
    # Making one takes longer than executing it for a row.
    statement = _insert(dialect, table)
    if not news:
        return statement.on_conflict_do_nothing()
    folded = [c.name for c in table.__table__.columns if c.info.get(FOLDED_FROM) in news]
    written = {name: statement.excluded[name] for name in (*news, *folded)}
    return statement.on_conflict_do_update(index_elements=key, set_=written)


async def execute_for_each(session: AsyncSession, statement: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    """
    Execute a statement with the values of each of *rows*. One with all of them in its VALUES would be compiled anew each
    time, which takes longer than executing it, and one after the other would be a way to the database each.
    """
    if rows:
        connection = await session.connection()
        await connection.execute(statement, rows)


class database_milliseconds(FunctionElement[int]):  # noqa: N801 - reads as the SQL function that it is
    """
    This moment in milliseconds since 1970 by the database's clock, the only one that all workers share.
    """

    type = BigInteger()
    inherit_cache = True


@compiles(database_milliseconds, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **options: Any) -> str:  # noqa: ARG001
    return "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)"


@compiles(database_milliseconds, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **options: Any) -> str:  # noqa: ARG001
    return "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"


@contextmanager
def _translated() -> Generator[None]:
    try:
        yield
    except IntegrityError:
        raise
    except (PoolTimeoutError, OSError, asyncpg.InterfaceError) as error:
        if isinstance(error, ValueError):
            raise  # A parameter of ours that the driver can't take, which has nothing to do with the connection.
        message = "The database is too busy or out of reach at the moment. Try again."
        raise Unavailable(message) from error
    except (DBAPIError, asyncpg.PostgresError) as error:
        if not _is_passing(error):
            raise
        message = "The database could not do this at the moment. Try again."
        raise Unavailable(message) from error


def _is_passing(error: DBAPIError | asyncpg.PostgresError) -> bool:
    state = getattr(error.orig if isinstance(error, DBAPIError) else error, "sqlstate", None)
    if state is not None or not isinstance(error, DBAPIError):
        return str(state).startswith(_PASSING_STATES)
    if error.connection_invalidated:
        return True
    return (
        "locked" in str(error.orig) or "disk" in str(error.orig) or "Connection" in type(error.orig).__name__
    )


def _direct(engine: AsyncEngine) -> Direct:
    return DirectSQLite(engine) if engine.dialect.name == "sqlite" else DirectPostgreSQL(engine, _CONNECT)


def _engine(url: str) -> AsyncEngine:
    if url.startswith("postgresql"):
        engine = create_async_engine(
            url,
            hide_parameters=True,
            pool_size=5,
            max_overflow=5,
            pool_timeout=5,
            pool_recycle=1800,
            connect_args=_CONNECT,
        )
        event.listen(engine.sync_engine, "checkin", _note_return)
        event.listen(engine.sync_engine, "checkout", partial(_try_if_idle, engine.dialect))
        return engine
    engine = create_async_engine(
        url, hide_parameters=True, connect_args={"timeout": _SQLITE_BUSY_MILLISECONDS / 1000}
    )
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _note_return(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info[_RETURNED] = time.monotonic()


def _try_if_idle(dialect: Dialect, connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
    """
    Try a pooled connection before it is used, as the pool's own pre-ping would, but not each time: that is three more
    ways to the database and back for each of ours.
    """
    returned = record.info.get(_RETURNED)
    if returned is None or time.monotonic() - returned < _TRUSTED_SECONDS:
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        # The pool's word for: take another, and try again.
        message = "This connection has gone."
        raise DisconnectionError(message) from error


def _prepare_sqlite(connection: Any, record: object) -> None:  # noqa: ARG001
    """
    Take transactions into our own hands, and ask for durability, waiting and foreign keys.
    """
    connection.isolation_level = None
    cursor: sqlite3.Cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute(f"PRAGMA busy_timeout = {_SQLITE_BUSY_MILLISECONDS}")
    cursor.close()
    connection.create_function("tradewind_base64", 1, _base64, deterministic=True)


def _base64(text: str | None) -> str | None:
    return None if text is None else base64.b64encode(text.encode()).decode()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("isolation_level") == "AUTOCOMMIT":
        return
    write = options.get("write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
