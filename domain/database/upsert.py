"""INSERT ... ON CONFLICT, which both databases have under the same methods."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import or_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase

# In a column's info: the column that it holds as it is searched (domain/models/folded.py).
FOLDED_FROM = "folded_from"


def insert(session: AsyncSession, table: type[DeclarativeBase]) -> Any:
    """An INSERT into *table* that knows ON CONFLICT, which both databases have under the same methods."""
    return _insert(session.get_bind().dialect.name, table)


def _insert(dialect: str, table: type[DeclarativeBase]) -> Any:
    return (sqlite if dialect == "sqlite" else postgresql).insert(table)


async def upsert(
    session: AsyncSession,
    table: type[DeclarativeBase],
    rows: Sequence[Mapping[str, Any]],
    *,
    key: Sequence[str] = (),
    news: Sequence[str] = (),
) -> None:
    """Insert *rows*. Of one that is there by its *key*, the columns *news* are written, and those that are folded from
    them; without any it stays as it is, and where none differs in a table that says when its rows were written.
    """
    await execute_for_each(
        session, _upserting(session.get_bind().dialect.name, table, tuple(key), tuple(news)), rows
    )


@cache
def _upserting(
    dialect: str, table: type[DeclarativeBase], key: tuple[str, ...], news: tuple[str, ...]
) -> Any:
    # Making one takes longer than executing it for a row.
    statement = _insert(dialect, table)
    if not news:
        return statement.on_conflict_do_nothing()
    folded = [c.name for c in table.__table__.columns if c.info.get(FOLDED_FROM) in news]
    dated = [c.name for c in table.__table__.columns if c.onupdate is not None]
    written = {name: statement.excluded[name] for name in (*news, *folded, *dated)}
    columns = table.__table__.c
    differs = or_(*(columns[name].is_distinct_from(statement.excluded[name]) for name in news))
    return statement.on_conflict_do_update(index_elements=key, set_=written, where=differs if dated else None)


async def execute_for_each(session: AsyncSession, statement: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    """Execute a statement with the values of each of *rows*. One with all of them in its VALUES would be compiled anew
    each time, which takes longer than executing it, and one after the other would be a way to the database each.
    """
    if rows:
        connection = await session.connection()
        await connection.execute(statement, rows)
