"""
SELECTs asked of the driver itself, for what each request waits for: a session or a connection of SQLAlchemy's takes
longer than such a statement does.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import asyncpg
from sqlalchemy import Dialect, Select
from sqlalchemy.ext.asyncio import AsyncEngine

_CONNECTIONS = 8
_CONNECTION_SECONDS = 5.0
_CLOSING_SECONDS = 5.0
# What SQLAlchemy takes for itself from the options of a URL.
_NOT_THE_DRIVERS = {"async_fallback", "prepared_statement_cache_size", "prepared_statement_name_func"}

Rows = Sequence[Any]
"""Each with its values by their places."""


class Look:
    """
    A SELECT of columns which is compiled once for each kind of database.
    """

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def on(self, dialect: Dialect) -> "_Compiled":
        """
        The same in the words of a database's driver.
        """
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            compiled = self._compiled[dialect.name] = _compiled(self._statement, dialect)
        return compiled


@dataclass(frozen=True)
class _Compiled:
    sql: str
    _parameters: Sequence[tuple[str, Callable[[Any], Any] | None]]
    _columns: Sequence[Callable[[Any], Any] | None]

    def values(self, given: Mapping[str, Any]) -> list[Any]:
        return [to(given[name]) if to else given[name] for name, to in self._parameters]

    def row(self, row: Sequence[Any]) -> Sequence[Any]:
        return [of(value) if of else value for of, value in zip(self._columns, row, strict=True)]


def _compiled(statement: Select[*tuple[Any, ...]], dialect: Dialect) -> _Compiled:
    compiled: Any = statement.compile(dialect=dialect)
    kinds = {name: bind.type.dialect_impl(dialect) for name, bind in compiled.binds.items()}
    return _Compiled(
        compiled.string,
        [(name, kinds[name].bind_processor(dialect)) for name in compiled.positiontup],
        [
            column.type.dialect_impl(dialect).result_processor(dialect, None)
            for column in statement.selected_columns
        ],
    )


class Direct(ABC):
    """
    The driver of one database.
    """

    @abstractmethod
    async def rows(self, sql: str, values: Sequence[Any]) -> Rows:
        """
        All rows of a SELECT with the driver's own parameters. Where the caller is cancelled, its connection comes back all
        the same: PostgreSQL stops the statement, SQLite ends it first.
        """

    @abstractmethod
    async def close(self) -> None:
        """Close all connections."""


class DirectPostgreSQL(Direct):
    """
    A pool of asyncpg's, beside SQLAlchemy's. It learns by itself when the server closes a connection.
    """

    def __init__(self, engine: AsyncEngine, settings: Mapping[str, Any]) -> None:
        _, options = engine.dialect.create_connect_args(engine.url)
        self._options = {name: value for name, value in options.items() if name not in _NOT_THE_DRIVERS}
        self._options |= settings
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None
        self._opening = asyncio.Lock()

    async def rows(self, sql: str, values: Sequence[Any]) -> Rows:
        pool = self._pool or await self._opened()
        async with asyncio.timeout(_CONNECTION_SECONDS):
            connection = await pool.acquire()
        try:
            return await connection.fetch(sql, *values)
        finally:
            await pool.release(connection)

    async def close(self) -> None:
        if self._pool is not None:
            # It waits for what is being asked; given up, it ends the connections.
            with suppress(TimeoutError):
                await asyncio.wait_for(self._pool.close(), _CLOSING_SECONDS)

    async def _opened(self) -> "asyncpg.Pool[asyncpg.Record]":
        async with self._opening:
            if self._pool is None:
                # Only single statements are asked: there is nothing to take back when a connection returns.
                pool = asyncpg.create_pool(min_size=0, max_size=_CONNECTIONS, reset=_nothing, **self._options)
                self._pool = await pool
            return self._pool


class DirectSQLite(Direct):
    """
    Connections of SQLAlchemy's pool: each prepared as all others are, and none with a transaction.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._asking: set[asyncio.Task[Rows]] = set()

    async def rows(self, sql: str, values: Sequence[Any]) -> Rows:
        # Who asks may be cancelled while a connection is being opened; it has to come back to the pool all the same.
        asking = asyncio.create_task(self._rows(sql, tuple(values)))
        self._asking.add(asking)
        asking.add_done_callback(self._asking.discard)
        return await asyncio.shield(asking)

    async def close(self) -> None:
        await asyncio.gather(*self._asking, return_exceptions=True)

    async def _rows(self, sql: str, values: tuple[Any, ...]) -> Rows:
        async with self._engine.connect() as connection:
            return (await connection.exec_driver_sql(sql, values)).all()


async def _nothing(_: object) -> None:
    """
    Between two uses of a connection.
    """
