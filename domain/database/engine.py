"""Engines for PostgreSQL and SQLite, and what differs between the two."""

import asyncio
import base64
import sqlite3
import time
from functools import partial
from typing import Any

import aiosqlite
from sqlalchemy import Connection, Dialect, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from domain import tracing
from domain.database.raw import Raw, RawPostgreSQL, RawSQLite

_SQLITE_BUSY_MILLISECONDS = 10_000
_SQLITE_END_SECONDS = 1.0
_POSTGRESQL_SETTINGS = {
    "statement_timeout": "15000",
    "lock_timeout": "5000",
    "idle_in_transaction_session_timeout": "30000",
    "timezone": "UTC",
    # Compiling a statement to machine code takes longer than any of ours.
    "jit": "off",
}
_CONNECT = {"server_settings": _POSTGRESQL_SETTINGS, "timeout": 5}
# Whoever finds no connection free in time is told so, long before their own patience ends.
_POOL = {"pool_size": 5, "max_overflow": 5, "pool_timeout": 5}
# Longer than the server lets a statement take: only a server that is frozen or out of reach lets this pass.
COMMAND_SECONDS = 20.0
# So young a use of a connection vouches for it.
_TRUSTED_SECONDS = 1.0
_RETURNED = "returned_at"


def raw_of(engine: AsyncEngine, *, command_seconds: float | None) -> Raw:
    if engine.dialect.name == "sqlite":
        return RawSQLite(engine)
    return RawPostgreSQL(engine, _CONNECT | {"command_timeout": command_seconds})


def engine_of(url: str, *, command_seconds: float | None) -> AsyncEngine:
    engine = _engine_of(url, command_seconds=command_seconds)
    tracing.follow_engine(engine)
    return engine


def _engine_of(url: str, *, command_seconds: float | None) -> AsyncEngine:
    if url.startswith("postgresql"):
        engine = create_async_engine(
            url,
            hide_parameters=True,
            pool_recycle=1800,
            connect_args=_CONNECT | {"command_timeout": command_seconds},
            **_POOL,
        )
        event.listen(engine.sync_engine, "checkin", _record_return)
        event.listen(engine.sync_engine, "checkout", partial(_try_if_idle, engine.dialect))
        return engine
    how = {"async_creator_fn": _connect_sqlite, "timeout": _SQLITE_BUSY_MILLISECONDS / 1000}
    engine = create_async_engine(url, hide_parameters=True, connect_args=how, **_POOL)
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _record_return(_connection: object, record: ConnectionPoolEntry) -> None:
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


async def _connect_sqlite(*place: Any, **how: Any) -> aiosqlite.Connection:
    """As SQLAlchemy does. Where it fails, its thread tells the loop of its end, which a command may have closed by then."""
    connection = aiosqlite.connect(*place, **how)
    thread = connection._thread  # noqa: SLF001 - as SQLAlchemy; it gives it out in no other way
    thread.daemon = True
    try:
        return await connection
    except BaseException:
        await asyncio.to_thread(thread.join, _SQLITE_END_SECONDS)
        raise


def _prepare_sqlite(connection: Any, record: object) -> None:  # noqa: ARG001
    """Take transactions into our own hands, and ask for durability, waiting and foreign keys."""
    connection.isolation_level = None
    cursor: sqlite3.Cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    # What is erased doesn't stay readable in the file.
    cursor.execute("PRAGMA secure_delete = ON")
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
