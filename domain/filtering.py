"""Filters of lists: each condition is declared once, over a row of its table and a parameter."""

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import Enum
from typing import Any, ClassVar

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    ColumnElement,
    Dialect,
    String,
    Text,
    TypeDecorator,
    and_,
    func,
    literal,
    not_,
)
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.types import TypeEngine

from domain.database.dialect_sql import DialectSQL
from domain.folding import fold

_ESCAPE = "/"


@dataclass(frozen=True)
class Comparison:
    """A condition that compares a row with a parameter of *type*, which *prepare* makes of the value given."""

    type: TypeEngine[Any]
    holds: Callable[[ColumnElement[Any]], ColumnElement[bool]]
    prepare: Callable[[Any], Any] = lambda value: value


@dataclass(frozen=True)
class Flag:
    """A condition that must hold where the value given is true, and must not where it is false."""

    holds: ColumnElement[bool]

    def of(self, value: object) -> ColumnElement[bool]:
        """What must hold of a row."""
        return self.holds if value else not_(self.holds)


class Filter(dict[str, Comparison | Flag]):
    """The conditions of a filter by their names. A row must meet every one that is given."""


def equals(column: InstrumentedAttribute[Any]) -> Comparison:
    """The value itself."""
    return Comparison(column.type, lambda value: column == value)


def among(column: InstrumentedAttribute[Any] | ColumnElement[Any]) -> Comparison:
    """One of the texts or enums given. They are one parameter, so their number doesn't make another statement."""
    return Comparison(_TextArray(), lambda values: _Among(column, values))


def holds_any(column: InstrumentedAttribute[Any], implied: ColumnElement[bool]) -> Comparison:
    """One of the texts or enums given, of those in JSON. *implied* holds wherever one does, in the words of an index."""
    return Comparison(_TextArray(), lambda values: and_(implied, _HoldsAny(column, values)))


def has_any(column: InstrumentedAttribute[Any], values: Collection[str | Enum]) -> ColumnElement[bool]:
    """Whether a column of JSON holds one of these texts or enums."""
    return _HoldsAny(column, literal(values, _TextArray()))


def search(holds: Callable[[ColumnElement[str]], ColumnElement[bool]]) -> Comparison:
    """What `contains` says of the text given."""
    return Comparison(String(), holds, _sought)


def contains(
    column: InstrumentedAttribute[Any],
    part: ColumnElement[str],
    *,
    folded: InstrumentedAttribute[str | None] | None = None,
) -> ColumnElement[bool]:
    """Whether a column holds the text of a search. *folded* is the same column without case and accents: both databases then
    find the same, where PostgreSQL would heed accents and SQLite the case of every letter outside of ASCII. A row that lacks it
    yet is searched as it is.
    """
    searched = column if folded is None else func.coalesce(folded, column)
    return searched.icontains(part, escape=_ESCAPE)


def _sought(part: str) -> str:
    # Folded first: of a full-width percent sign it makes one that is to be escaped.
    part = fold(part)
    for special in (_ESCAPE, "%", "_"):
        part = part.replace(special, _ESCAPE + special)
    return part


class _Array(TypeDecorator[Collection[Any]]):
    """Several values as one parameter, so that their number doesn't make another statement."""

    impl = String
    cache_ok = True
    item: ClassVar[TypeEngine[Any]]

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(String() if dialect.name == "sqlite" else ARRAY(self.item))

    def process_bind_param(self, value: Collection[Any] | None, dialect: Dialect) -> Any:
        values = [each.value if isinstance(each, Enum) else each for each in value or ()]
        return json.dumps(values) if dialect.name == "sqlite" else values


class _TextArray(_Array):
    """Texts or enums."""

    cache_ok = True
    item = Text()


class Numbers(_Array):
    """Whole numbers as one parameter."""

    cache_ok = True
    item = BigInteger()


class _Among(DialectSQL):
    type = Boolean()
    postgresql = "{0} = ANY ({1})"
    sqlite = "{0} IN (SELECT value FROM json_each({1}))"


class _HoldsAny(DialectSQL):
    """Whether a list of texts in JSON holds one of several."""

    type = Boolean()
    postgresql = "jsonb_exists_any({0}, CAST({1} AS TEXT[]))"
    sqlite = (
        "EXISTS (SELECT 1 FROM json_each({0}) AS held WHERE held.value IN (SELECT value FROM json_each({1})))"
    )


def one_of(column: ColumnElement[int], numbers: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a number is one of several, which are a parameter of the type Numbers."""
    return _Among(column, numbers)
