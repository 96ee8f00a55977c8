"""Ranges in filters, over the values that lists are sorted by, so that one index serves both. A row that lacks the value is in
no range.
"""

import operator
from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, and_

from domain.filtering import Comparison, Filter
from domain.pagination import Key


def during(key: Key) -> Filter:
    """Moments: from the one, before the other."""
    return Filter(from_=_compared(key, operator.ge), to=_compared(key, operator.lt))


def within(key: Key) -> Filter:
    """Numbers: both ends belong to it."""
    return Filter(from_=_compared(key, operator.ge), to=_compared(key, operator.le))


def _compared(key: Key, compare: Callable[[Any, Any], ColumnElement[bool]]) -> Comparison:
    column, place = key.column, key.place(key.column.class_)

    def holds(value: ColumnElement[Any]) -> ColumnElement[bool]:
        beyond = compare(place, key.compared(value))
        return beyond if key.missing is None else and_(column.is_not(None), beyond)

    return Comparison(column.type, holds)
