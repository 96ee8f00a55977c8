"""SELECTs asked of the driver itself, for what each request waits for: a session or a connection of SQLAlchemy's takes
longer than such a statement does.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import asyncpg
from sqlalchemy import ClauseElement, Dialect, Select
from sqlalchemy.ext.asyncio import AsyncEngine

from domain import tracing
from domain.database.listening import Listener

_CONNECTIONS = 8
_CONNECTION_SECONDS = 5.0
CLOSING_SECONDS = 2.0
# What SQLAlchemy takes for itself from the options of a URL.
_NOT_THE_DRIVERS = {"async_fallback", "prepared_statement_cache_size", "prepared_statement_name_func"}

Rows = Sequence[Any]
"""Each with its values by their places."""


@dataclass(frozen=True)
class PoolUse:
    """Connections of a pool that are in use, and how many it may open."""

    in_use: int
    limit: int


@dataclass(frozen=True)
class Compiled:
    """A statement in the words of a database's driver: its SQL, and its parameters in their order, each with what makes
    the driver's value of ours.
    """

    sql: str
    _parameters: Sequence[tuple[str, Callable[[Any], Any] | None]]
    _constants: Mapping[str, Any]

    @classmethod
    def of(cls, statement: ClauseElement, dialect: Dialect) -> "Compiled":
        """Compile a statement; what it binds besides named parameters it knows by itself."""
        compiled: Any = statement.compile(dialect=dialect)
        stores = {
            name: bind.type.dialect_impl(dialect).bind_processor(dialect)
            for name, bind in compiled.binds.items()
        }
        constants = {name: bind.effective_value for name, bind in compiled.binds.items()}
        return cls(compiled.string, [(name, stores[name]) for name in compiled.positiontup], constants)

    def values(self, given: Mapping[str, Any]) -> list[Any]:
        """The parameters' values, those of named parameters as given."""
        known = {**self._constants, **given}
        return [store(known[name]) if store else known[name] for name, store in self._parameters]


class RawSelect:
    """A SELECT of columns which is compiled once for each kind of database."""

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        self._statement = statement
        self._compiled: dict[str, Compiled] = {}

    def on(self, dialect: Dialect) -> Compiled:
        """The same in the words of a database's driver."""
        if dialect.name not in self._compiled:
            self._compiled[dialect.name] = Compiled.of(self._statement, dialect)
        return self._compiled[dialect.name]

    def row(self, row: Sequence[Any], dialect: Dialect) -> Sequence[Any]:
        """A row as the columns' types have it."""
        types = [column.type.dialect_impl(dialect) for column in self._statement.selected_columns]
        loads = [kind.result_processor(dialect, None) for kind in types]
        return [load(value) if load else value for load, value in zip(loads, row, strict=True)]


class Raw(ABC):
    """The driver of one database."""

    @abstractmethod
    async def rows(self, sql: str, values: Sequence[Any], *, companies: str) -> Rows:
        """All rows of a SELECT with the driver's own parameters, as far as they are of *companies*. Where the caller is cancelled, its connection comes back
        all the same: PostgreSQL stops the statement, SQLite ends it first.
        """

    @abstractmethod
    def pool(self) -> PoolUse | None:
        """Its own pool, if it has one."""

    @abstractmethod
    def listener(self, channel: str) -> Listener | None:
        """Who hears the notifications of a channel; None where there are none."""

    @abstractmethod
    async def close(self) -> None:
        """Close all connections."""


class RawPostgreSQL(Raw):
    """A pool of asyncpg's, beside SQLAlchemy's. It learns by itself when the server closes a connection."""

    def __init__(self, engine: AsyncEngine, settings: Mapping[str, Any]) -> None:
        _, options = engine.dialect.create_connect_args(engine.url)
        self._options = {name: value for name, value in options.items() if name not in _NOT_THE_DRIVERS}
        self._options |= settings
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None
        self._opening = asyncio.Lock()

    async def rows(self, sql: str, values: Sequence[Any], *, companies: str) -> Rows:
        pool = self._pool or await self._opened()
        async with asyncio.timeout(_CONNECTION_SECONDS):
            connection = await pool.acquire()
        try:
            with tracing.statement_span(sql, "postgresql"):
                return await connection.fetch(_naming(sql, len(values) + 1), *values, companies)
        finally:
            # One that doesn't come back in time is ended by the driver; whoever asked has the answer, or has left.
            with suppress(TimeoutError):
                await pool.release(connection, timeout=_CONNECTION_SECONDS)

    def pool(self) -> PoolUse:
        if self._pool is None:
            return PoolUse(0, _CONNECTIONS)
        return PoolUse(self._pool.get_size() - self._pool.get_idle_size(), _CONNECTIONS)

    def listener(self, channel: str) -> Listener:
        return Listener(self._options, channel)

    async def close(self) -> None:
        if self._pool is not None:
            # It waits for what is being asked; given up, it ends the connections.
            with suppress(TimeoutError):
                await asyncio.wait_for(self._pool.close(), CLOSING_SECONDS)

    async def _opened(self) -> "asyncpg.Pool[asyncpg.Record]":
        async with self._opening:
            if self._pool is None:
                # Only single statements are asked: there is nothing to take back when a connection returns.
                pool = asyncpg.create_pool(min_size=0, max_size=_CONNECTIONS, reset=_nothing, **self._options)
                self._pool = await pool
            return self._pool


class RawSQLite(Raw):
    """Connections of SQLAlchemy's pool: each prepared as all others are, and none with a transaction."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._asking: set[asyncio.Task[Rows]] = set()

    async def rows(self, sql: str, values: Sequence[Any], *, companies: str) -> Rows:  # noqa: ARG002 - it has no such wall
        # Who asks may be cancelled while a connection is being opened; it has to come back to the pool all the same.
        asking = asyncio.create_task(self._rows(sql, tuple(values)))
        self._asking.add(asking)
        asking.add_done_callback(self._asking.discard)
        return await asyncio.shield(asking)

    def pool(self) -> None:
        """It uses SQLAlchemy's."""

    def listener(self, channel: str) -> None:
        """It has none."""

    async def close(self) -> None:
        await asyncio.gather(*self._asking, return_exceptions=True)

    async def _rows(self, sql: str, values: tuple[Any, ...]) -> Rows:
        async with self._engine.connect() as connection:
            return (await connection.exec_driver_sql(sql, values)).all()


def _naming(sql: str, place: int) -> str:
    """A SELECT that names its companies by parameter *place*, for as long as it lasts: a transaction around it would take two
    more ways to the database and back. Were it ever looked at before they are named, there would be no rows.
    """
    return (
        f"SELECT answer.* FROM (SELECT set_config('tradewind.companies', ${place}, true) OFFSET 0) AS named (companies),"  # noqa: S608 - of a statement of ours
        f" LATERAL (SELECT inner_.* FROM ({sql}) AS inner_ WHERE named.companies IS NOT NULL OFFSET 0) AS answer"
    )


async def _nothing(_: object) -> None:
    """Between two uses of a connection."""
