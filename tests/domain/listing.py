"""The rows of a list, as its order and its filter say."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import literal, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from domain.filtering import Filter, form_of
from domain.pagination import Key, sorted_by


async def listed(
    session: AsyncSession, keys: Sequence[Key], conditions: Filter, **given: Any
) -> Sequence[Any]:
    """All rows that meet every condition given."""
    assert isinstance(keys[0].column, InstrumentedAttribute)
    table = keys[0].column.class_
    values = [literal(known.prepare(value), known.type) for known, value in conditions.compared(given)]
    found = conditions.holds(form_of(given), iter(values))
    statement = select(table).where(*found).order_by(*sorted_by(table, keys, backward=False))
    return (await session.scalars(statement)).all()
