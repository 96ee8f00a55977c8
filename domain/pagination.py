"""
Keyset pages: a cursor names the last row seen by its sort values, so inserts neither repeat nor hide rows.
"""

import base64
import binascii
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from sqlalchemy import BigInteger, ColumnElement, Select, and_, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from domain import text
from domain.errors import Invalid

MAX_PAGE = 250
DEFAULT_PAGE = 50

SortValue = int | str | datetime
Row = TypeVar("Row")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LARGEST, _LARGEST_BIG = 2**31 - 1, 2**63 - 1


@dataclass(frozen=True)
class Key:
    """
    One sort column and its direction; the last key of an order must be unique.
    """

    column: InstrumentedAttribute[Any]
    descending: bool = False


@dataclass(frozen=True)
class PageRequest:
    """
    What the caller asked for, checked: `first` after a cursor or `last` before one.
    """

    size: int
    backward: bool
    after: str | None
    before: str | None

    @classmethod
    def of(
        cls, first: int | None, after: str | None, last: int | None = None, before: str | None = None
    ) -> "PageRequest":
        """
        Check the four Relay arguments; raises Invalid.
        """
        if first is not None and last is not None:
            message = "Give first or last, not both."
            raise Invalid(message, field=("last",))
        name, size = (
            ("last", last) if last is not None else ("first", DEFAULT_PAGE if first is None else first)
        )
        if not 1 <= size <= MAX_PAGE:
            message = f"{name} must be from 1 to {MAX_PAGE}."
            raise Invalid(message, field=(name,))
        return cls(size, last is not None or (first is None and before is not None), after, before)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """
    One page in the order asked for, with a cursor for each row.
    """

    rows: Sequence[Row]
    cursors: Sequence[str]
    has_next: bool
    has_previous: bool


@dataclass(frozen=True)
class Listing(Generic[Row]):
    """
    How the rows of one class are listed: in the order of *keys*, each belonging to an *owner* where they have one.
    """

    keys: Sequence[Key]
    owner: InstrumentedAttribute[int] | None = None

    def check(self, request: PageRequest) -> None:
        """
        Raise Invalid for a cursor that is not one of this list's, before others are asked for in the same statement.
        """
        for field in ("after", "before"):
            cursor = getattr(request, field)
            if cursor is not None:
                decode_cursor(cursor, self.keys, field=field)

    async def page(self, session: AsyncSession, statement: Select[Row], request: PageRequest) -> Page[Row]:
        """
        Run *statement*, which selects one mapped class, as one page.

        Raises Invalid for a cursor that is not one of this list's.
        """
        statement = _between_cursors(statement, self.keys, request).order_by(*_order(self.keys, request))
        return _page((await session.scalars(statement.limit(request.size + 1))).all(), self.keys, request)

    async def count(self, session: AsyncSession, statement: Select[Row]) -> int:
        """
        How long the list is.
        """
        return await session.scalar(select(func.count()).select_from(statement.subquery())) or 0

    async def pages(
        self,
        session: AsyncSession,
        statement: Select[Row],
        request: PageRequest,
        owners: Collection[int],
    ) -> Mapping[int, Page[Row]]:
        """
        The same page of the list of each owner, all in one statement.
        """
        owner = self._owner()
        place = func.row_number().over(partition_by=owner, order_by=_order(self.keys, request)).label("place")
        statement = _between_cursors(statement.where(owner.in_(owners)), self.keys, request)
        numbered = statement.add_columns(place).subquery()
        entity = aliased(owner.class_, numbered)
        within = select(entity).where(numbered.c.place <= request.size + 1).order_by(numbered.c.place)
        lists: dict[int, list[Row]] = {number: [] for number in owners}
        for row in await session.scalars(within):
            lists[getattr(row, owner.key)].append(row)
        return {number: _page(rows, self.keys, request) for number, rows in lists.items()}

    async def counts(
        self, session: AsyncSession, statement: Select[Row], owners: Collection[int]
    ) -> Mapping[int, int]:
        """
        How long the list of each owner is, all in one statement.
        """
        owner = self._owner()
        counted = statement.where(owner.in_(owners)).with_only_columns(owner, func.count()).group_by(owner)
        return dict.fromkeys(owners, 0) | {number: count for number, count in await session.execute(counted)}  # noqa: C416

    def _owner(self) -> InstrumentedAttribute[int]:
        owner: InstrumentedAttribute[int] | None = vars(self)["owner"]
        if owner is None:
            raise TypeError("this list has no owner")
        return owner


def _between_cursors(statement: Select[Row], keys: Sequence[Key], request: PageRequest) -> Select[Row]:
    if request.after is not None:
        after = decode_cursor(request.after, keys, field="after")
        statement = statement.where(_beyond(keys, after, backward=False))
    if request.before is not None:
        before = decode_cursor(request.before, keys, field="before")
        statement = statement.where(_beyond(keys, before, backward=True))
    return statement


def _order(keys: Sequence[Key], request: PageRequest) -> list[ColumnElement[Any]]:
    return [k.column.desc() if k.descending != request.backward else k.column.asc() for k in keys]


def _page(rows: Sequence[Row], keys: Sequence[Key], request: PageRequest) -> Page[Row]:
    more, found = len(rows) > request.size, list(rows[: request.size])
    if request.backward:
        found.reverse()
    return Page(
        rows=found,
        cursors=[encode_cursor(row, keys) for row in found],
        has_next=request.before is not None if request.backward else more,
        has_previous=more if request.backward else request.after is not None,
    )


def encode_cursor(row: object, keys: Sequence[Key]) -> str:
    """
    Opaque text for the list and the sort values of a row in it; moments keep their microseconds.
    """
    values: list[SortValue] = [getattr(row, key.column.key) for key in keys]
    plain = [_name(keys), *((v - _EPOCH) // _MICROSECOND if isinstance(v, datetime) else v for v in values)]
    # As the databases write JSON, which make cursors too.
    text_of_all = json.dumps(plain, separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text_of_all.encode()).decode().rstrip("=")


def decode_cursor(cursor: str, keys: Sequence[Key], *, field: str) -> list[SortValue]:
    """
    The sort values in *cursor*; raises Invalid where it was not made by this list.
    """
    try:
        plain = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        values = _values(plain, keys)
    except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error):
        message = f"{field} is not a cursor of this list. Use a cursor from its pageInfo or edges as it is."
        raise Invalid(message, field=(field,)) from None
    return values


def _values(plain: object, keys: Sequence[Key]) -> list[SortValue]:
    if not isinstance(plain, list) or plain[:1] != [_name(keys)]:
        raise TypeError(plain)
    return [_typed(value, key) for value, key in zip(plain[1:], keys, strict=True)]


def _name(keys: Sequence[Key]) -> str:
    """
    What tells cursors of this list from those of others.
    """
    return str(keys[-1].column.class_.__tablename__)


def _typed(value: object, key: Key) -> SortValue:
    """
    A value of a cursor as its column has it; raises ValueError, TypeError or OverflowError.
    """
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


def _beyond(keys: Sequence[Key], values: Sequence[SortValue], *, backward: bool) -> ColumnElement[bool]:
    """
    Rows strictly after *values*: (a > x) or (a = x and b > y), each key in its own direction.
    """
    if len({key.descending for key in keys}) == 1:
        # Compared as one, the values are a place in the index, at whatever depth.
        here, there = tuple_(*(key.column for key in keys)), tuple_(*values)
        return here < there if keys[0].descending != backward else here > there
    cases: list[ColumnElement[bool]] = []
    for index, key in enumerate(keys):
        same = [k.column == v for k, v in zip(keys[:index], values[:index], strict=True)]
        further = key.column < values[index] if key.descending != backward else key.column > values[index]
        cases.append(and_(*same, further))
    return or_(*cases)
