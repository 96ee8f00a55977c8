"""Ranges in filters over the values that lists are sorted by, so that one index serves both."""

import operator
from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, and_

from domain.filtering import Comparison, Filter
from domain.pagination import Key


def range_of(table: type[Any], key: Key, *, with_end: bool) -> Filter:
    """A range of a key's values, its end in it or not. A row that lacks the value is in none."""
    return Filter(
        from_=_compared(table, key, operator.ge),
        to=_compared(table, key, operator.le if with_end else operator.lt),
    )


def _compared(table: type[Any], key: Key, compare: Callable[[Any, Any], ColumnElement[bool]]) -> Comparison:
    place = key.place(table)

    def holds(value: ColumnElement[Any]) -> ColumnElement[bool]:
        is_beyond = compare(place, key.compared(value))
        return is_beyond if key.missing is None else and_(is_beyond, place != key.compared(key.missing))

    return Comparison(key.column.type, holds)
