"""Keyset pages: a cursor names the last row seen by its sort values, so inserts neither repeat nor hide rows.

A cursor is base64 of a JSON list: the table's name, then the values, moments as microseconds since 1970. The database
writes it (domain.reading.json), this reads it.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, or_, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from domain import text
from domain.errors import Invalid

MAX_PAGE = 250
DEFAULT_PAGE = 50

SortValue = int | str | datetime

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LARGEST, _LARGEST_BIG = 2**31 - 1, 2**63 - 1


@dataclass(frozen=True)
class Key:
    """One sort column of a list and its direction; the last key of an order must be unique."""

    column: InstrumentedAttribute[Any]
    descending: bool = False


def page_of(first: int | None, last: int | None, *, has_before: bool) -> tuple[int, bool]:
    """How many rows a page has, and whether they are counted from the end, by Relay's arguments; raises Invalid."""
    if first is not None and last is not None:
        raise Invalid("Give first or last, not both.", field=("last",))
    name, size = ("last", last) if last is not None else ("first", DEFAULT_PAGE if first is None else first)
    if not 1 <= size <= MAX_PAGE:
        raise Invalid(f"{name} must be from 1 to {MAX_PAGE}.", field=(name,))
    return size, last is not None or (first is None and has_before)


def name_of(keys: Sequence[Key]) -> str:
    """What tells cursors of a list from those of others."""
    return str(keys[-1].column.class_.__tablename__)


def order_of(row: Any, keys: Sequence[Key], *, backward: bool) -> list[ColumnElement[Any]]:
    """By what rows are sorted, from their beginning or from their end."""
    columns = [(getattr(row, key.column.key), key.descending != backward) for key in keys]
    return [column.desc() if is_descending else column.asc() for column, is_descending in columns]


def beyond(
    row: Any, keys: Sequence[Key], values: Sequence[ColumnElement[Any]], *, backward: bool
) -> ColumnElement[bool]:
    """Rows strictly after *values*: (a > x) or (a = x and b > y), each key in its own direction."""
    columns = [getattr(row, key.column.key) for key in keys]
    if len({key.descending for key in keys}) == 1:
        # Compared as one, the values are a place in the index, at whatever depth.
        here, there = tuple_(*columns), tuple_(*values)
        return here < there if keys[0].descending != backward else here > there
    cases: list[ColumnElement[bool]] = []
    for index, (key, column) in enumerate(zip(keys, columns, strict=True)):
        same = [c == v for c, v in zip(columns[:index], values[:index], strict=True)]
        further = column < values[index] if key.descending != backward else column > values[index]
        cases.append(and_(*same, further))
    return or_(*cases)


def decode_cursor(cursor: str, keys: Sequence[Key], *, field: str) -> list[SortValue]:
    """The sort values in *cursor*; raises Invalid where it was not made by this list."""
    try:
        plain = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        if not isinstance(plain, list) or plain[:1] != [name_of(keys)]:
            raise TypeError(plain)  # noqa: TRY301 - refused as all that can't be read
        return [_typed(value, key) for value, key in zip(plain[1:], keys, strict=True)]
    except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error):
        message = f"{field} is not a cursor of this list. Use a cursor from its pageInfo or edges as it is."
        raise Invalid(message, field=(field,)) from None


def _typed(value: object, key: Key) -> SortValue:
    """A value of a cursor as its column has it; raises ValueError, TypeError or OverflowError."""
    wanted = key.column.type.python_type
    if wanted is str and isinstance(value, str) and text.is_storable(value):
        return value
    if not isinstance(value, int) or isinstance(value, bool) or wanted is str:
        raise TypeError(value)
    if wanted is datetime:
        return _EPOCH + value * _MICROSECOND
    if not 0 <= value <= (_LARGEST_BIG if isinstance(key.column.type, BigInteger) else _LARGEST):
        raise OverflowError(value)
    return value
