"""Keyset pages: a cursor names the last row seen by its sort values, so inserts neither repeat nor hide rows.

A cursor is base64 of a JSON list: the order's name, then the values, moments as microseconds since 1970, decimals as text. The
database writes it (domain.reading.json), this reads it.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, DateTime, Numeric, and_, or_, tuple_, type_coerce
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.types import TypeEngine

from domain import text
from domain.database.dialect_sql import DialectSQL
from domain.errors import Invalid

MAX_PAGE = 250
DEFAULT_PAGE = 50

SortValue = int | str | datetime | Decimal | Enum

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LARGEST, _LARGEST_BIG = 2**31 - 1, 2**63 - 1
_DECIMAL = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,20})?\Z", re.ASCII)


class OrderDirection(Enum):
    """Which end of an order comes first."""

    ASC = "ASC"  #: the smallest or the earliest
    DESC = "DESC"  #: the largest or the latest


class _Number(DialectSQL):
    """An exact decimal as both databases compare it; SQLite keeps its text."""

    type = Numeric()
    postgresql, sqlite = "{0}", "CAST({0} AS NUMERIC)"


class _Never(DialectSQL):
    type = DateTime(timezone=True)
    postgresql, sqlite = "TIMESTAMPTZ '9999-12-31 00:00:00+00'", "'9999-12-31 00:00:00.000000'"


class _Before(DialectSQL):
    type = DateTime(timezone=True)
    postgresql, sqlite = "TIMESTAMPTZ '1970-01-01 00:00:00+00'", "'1970-01-01 00:00:00.000000'"


class _LessThanNothing(DialectSQL):
    type = Numeric()
    postgresql, sqlite = "-1", "'-1'"


# What stands for a missing value, so that it has one place on both databases: behind every moment, before every moment, before
# every amount.
NEVER, BEFORE_ALL, LESS_THAN_NOTHING = _Never(), _Before(), _LessThanNothing()


@dataclass(frozen=True)
class Worked:
    """A sort value that is worked out of each row. With *is_dear* it may be asked of the rows of one company only."""

    type: TypeEngine[Any]
    of: Callable[[Any], ColumnElement[Any]]
    is_dear: bool = False


class _Known(DialectSQL):
    """A value, or what stands for one that is missing. Not coalesce: PostgreSQL takes no condition on that to an index of a table
    with row-level security.
    """

    postgresql = sqlite = "(CASE WHEN {0} IS NULL THEN {1} ELSE {0} END)"


@dataclass(frozen=True)
class Key:
    """One sort value of a list and its direction; the last key of an order must be a unique column. *missing* stands for NULL
    where the value may be that.
    """

    column: InstrumentedAttribute[Any] | Worked
    descending: bool = False
    missing: ColumnElement[Any] | None = None

    def value(self, row: Any) -> ColumnElement[Any]:
        """What a cursor says of a row."""
        column = self.column.of(row) if isinstance(self.column, Worked) else getattr(row, self.column.key)
        return column if self.missing is None else type_coerce(_Known(column, self.missing), column.type)

    def place(self, row: Any) -> ColumnElement[Any]:
        """What rows are compared by."""
        return self.compared(self.value(row))

    def compared(self, value: ColumnElement[Any]) -> ColumnElement[Any]:
        """A value of the column's as it is compared."""
        return _Number(value) if self.column.type.python_type is Decimal else value

    @property
    def is_column(self) -> bool:
        """Whether rows are compared by a column itself."""
        is_worked = isinstance(self.column, Worked) or self.missing is not None
        return not is_worked and self.column.type.python_type is not Decimal


@dataclass(frozen=True)
class Order:
    """How a list is sorted, and the name that its cursors bear."""

    name: str
    keys: Sequence[Key]

    @classmethod
    def of(cls, keys: Sequence[Key], field: Enum | None = None, *, descending: bool = False) -> "Order":
        """A list's own order or, with a *field* that clients can ask for, *keys* from one end or from the other."""
        table = _table_of(keys)
        if field is None:
            return cls(table, keys)
        direction = OrderDirection.DESC if descending else OrderDirection.ASC
        turned = [Key(key.column, key.descending != descending, key.missing) for key in keys]
        return cls(f"{table} {field.value} {direction.value}", turned)


def page_of(first: int | None, last: int | None, *, has_before: bool) -> tuple[int, bool]:
    """How many rows a page has, and whether they are counted from the end, by Relay's arguments; raises Invalid."""
    if first is not None and last is not None:
        raise Invalid("Give first or last, not both.", field=("last",))
    name, size = ("last", last) if last is not None else ("first", DEFAULT_PAGE if first is None else first)
    if not 1 <= size <= MAX_PAGE:
        raise Invalid(f"{name} must be from 1 to {MAX_PAGE}.", field=(name,))
    return size, last is not None or (first is None and has_before)


def sorted_by(row: Any, keys: Sequence[Key], *, backward: bool) -> list[ColumnElement[Any]]:
    """By what rows are sorted, from their beginning or from their end."""
    places = [(key.place(row), key.descending != backward) for key in keys]
    return [place.desc() if is_descending else place.asc() for place, is_descending in places]


def beyond(
    row: Any, keys: Sequence[Key], values: Sequence[ColumnElement[Any]], *, backward: bool
) -> ColumnElement[bool]:
    """Rows strictly after *values*: (a > x) or (a = x and b > y), each key in its own direction."""
    places = [key.place(row) for key in keys]
    values = [key.compared(value) for key, value in zip(keys, values, strict=True)]
    if len({key.descending for key in keys}) == 1:
        # Compared as one, the values are a place in the index, at whatever depth.
        is_down = keys[0].descending != backward
        here, there = tuple_(*places), tuple_(*values)
        further = here < there if is_down else here > there
        if keys[0].is_column:
            return further
        # SQLite looks no place up by several values the first of which is an expression, but by that one.
        return and_(places[0] <= values[0] if is_down else places[0] >= values[0], further)
    cases: list[ColumnElement[bool]] = []
    for index, (key, place) in enumerate(zip(keys, places, strict=True)):
        same = [c == v for c, v in zip(places[:index], values[:index], strict=True)]
        further = place < values[index] if key.descending != backward else place > values[index]
        cases.append(and_(*same, further))
    return or_(*cases)


def decode_cursor(cursor: str, order: Order, *, field: str) -> list[SortValue]:
    """The sort values in *cursor*; raises Invalid where it was not made by this list in this order."""
    which = "this list"
    try:
        plain = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        if not isinstance(plain, list) or plain[:1] != [order.name]:
            if isinstance(plain, list) and str(*plain[:1]).split(" ")[0] == _table_of(order.keys):
                which = "this list in this order"
            raise TypeError(plain)  # noqa: TRY301 - refused as all that can't be read
        return [_typed(value, key) for value, key in zip(plain[1:], order.keys, strict=True)]
    except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error):
        message = f"{field} is not a cursor of {which}. Use a cursor from its pageInfo or edges as it is."
        raise Invalid(message, field=(field,)) from None


def _table_of(keys: Sequence[Key]) -> str:
    last = keys[-1].column
    if isinstance(last, Worked):
        raise TypeError("the last key of an order is a column")
    return str(last.class_.__tablename__)


def _typed(value: object, key: Key) -> SortValue:
    """A value of a cursor as its column has it; raises ValueError, TypeError or OverflowError."""
    wanted: type[SortValue] = key.column.type.python_type
    if isinstance(value, str) and text.is_storable(value):
        if wanted is str:
            return value
        if wanted is Decimal and _DECIMAL.match(value):
            return Decimal(value)
        if issubclass(wanted, Enum):
            return wanted(value)
    if not isinstance(value, int) or isinstance(value, bool) or wanted not in {int, datetime}:
        raise TypeError(value)
    if wanted is datetime:
        return _EPOCH + value * _MICROSECOND
    if not 0 <= value <= (_LARGEST_BIG if isinstance(key.column.type, BigInteger) else _LARGEST):
        raise OverflowError(value)
    return value
