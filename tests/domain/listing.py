"""The rows of a list, as its order and its filter say."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.filtering import Filter, Flag
from domain.pagination import Key, order_of


async def listed(
    session: AsyncSession, keys: Sequence[Key], conditions: Filter, **given: Any
) -> Sequence[Any]:
    """All rows that meet every condition given."""
    table = keys[0].column.class_
    statement = select(table).order_by(*order_of(table, keys, backward=False))
    for name, value in given.items():
        known = conditions[name]
        holds = (
            known.of(value)
            if isinstance(known, Flag)
            else known.holds(literal(known.prepare(value), known.type))
        )
        statement = statement.where(holds)
    return (await session.scalars(statement)).all()
