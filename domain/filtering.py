"""
Filters of lists. A condition is declared once, over a parameter: statements of SQLAlchemy's take it with the value, and
those that build JSON take it as text.
"""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sqlalchemy import (
    ARRAY,
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
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

from domain.folding import fold

_ESCAPE = "/"


@dataclass(frozen=True)
class Comparison:
    """
    A condition that compares a row with a parameter of *type*, which *prepare* makes of the value given.
    """

    type: TypeEngine[Any]
    holds: Callable[[ColumnElement[Any]], ColumnElement[bool]]
    prepare: Callable[[Any], Any] = lambda value: value


@dataclass(frozen=True)
class Flag:
    """
    A condition that must hold where the value given is true, and must not where it is false.
    """

    holds: ColumnElement[bool]

    def of(self, value: object) -> ColumnElement[bool]:
        """
        What must hold of a row.
        """
        return self.holds if value else not_(self.holds)


class Filter(dict[str, Comparison | Flag]):
    """
    The conditions of a filter by their names. A row must meet every one that is given; None gives none.
    """

    def conditions(self, given: Mapping[str, Any]) -> list[ColumnElement[bool]]:
        """
        What must hold of a row of the table itself.
        """
        return [self._condition(name, value) for name, value in given.items() if value is not None]

    def _condition(self, name: str, value: object) -> ColumnElement[bool]:
        known = self[name]
        if isinstance(known, Flag):
            return known.of(value)
        return known.holds(literal(known.prepare(value), known.type))


def equals(column: InstrumentedAttribute[Any]) -> Comparison:
    """
    The value itself.
    """
    return Comparison(column.type, lambda value: column == value)


def among(column: InstrumentedAttribute[Any]) -> Comparison:
    """
    One of the texts or enums given. They are one parameter, so their number doesn't make another statement.
    """
    return Comparison(_Texts(), lambda values: _Among(column, values))


def holds_any(column: InstrumentedAttribute[Any], implied: ColumnElement[bool]) -> Comparison:
    """
    One of the texts or enums given, of those in a column of JSON. *implied* holds wherever one does, in the words of an
    index.
    """
    return Comparison(_Texts(), lambda values: and_(implied, _HoldsAny(column, values)))


def has_any(column: InstrumentedAttribute[Any], values: Collection[str | Enum]) -> ColumnElement[bool]:
    """Whether a column of JSON holds one of these texts or enums."""
    return _HoldsAny(column, literal(values, _Texts()))


def search(holds: Callable[[ColumnElement[str]], ColumnElement[bool]]) -> Comparison:
    """
    What `contains` says of the text given.
    """
    return Comparison(String(), holds, _sought)


def contains(
    column: InstrumentedAttribute[Any],
    part: ColumnElement[str],
    *,
    folded: InstrumentedAttribute[str | None] | None = None,
) -> ColumnElement[bool]:
    """
    Whether a column holds the text of a search. *folded* is the same column without case and accents: both databases then
    find the same, where PostgreSQL would heed accents and SQLite the case of every letter outside of ASCII. A row that
    lacks it yet is searched as it is.
    """
    searched = column if folded is None else func.coalesce(folded, column)
    return searched.icontains(part, escape=_ESCAPE)


def _sought(part: str) -> str:
    # Folded first: of a full-width percent sign it makes one that is to be escaped.
    part = fold(part)
    for special in (_ESCAPE, "%", "_"):
        part = part.replace(special, _ESCAPE + special)
    return part


class _Texts(TypeDecorator[Collection[Any]]):
    """
    Texts or enums as one parameter.
    """

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(String() if dialect.name == "sqlite" else ARRAY(Text()))

    def process_bind_param(self, value: Collection[Any] | None, dialect: Dialect) -> Any:
        texts = [each.value if isinstance(each, Enum) else each for each in value or ()]
        return json.dumps(texts) if dialect.name == "sqlite" else texts


class _Among(FunctionElement[bool]):
    """
    Whether a column is one of several texts.
    """

    type = Boolean()
    inherit_cache = True


class _HoldsAny(FunctionElement[bool]):
    """
    Whether a list of texts in JSON holds one of several.
    """

    type = Boolean()
    inherit_cache = True


@compiles(_HoldsAny, "postgresql")
def _holds_any_on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    column, values = (compiler.process(each, **options) for each in element.clauses)
    return f"jsonb_exists_any({column}, CAST({values} AS TEXT[]))"


@compiles(_HoldsAny, "sqlite")
def _holds_any_on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    column, values = (compiler.process(each, **options) for each in element.clauses)
    wanted = f"(SELECT value FROM json_each({values}))"  # noqa: S608 - of SQL that is compiled already
    return f"EXISTS (SELECT 1 FROM json_each({column}) AS held WHERE held.value IN {wanted})"  # noqa: S608 - the same


@compiles(_Among, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    column, values = (compiler.process(each, **options) for each in element.clauses)
    return f"{column} = ANY (CAST({values} AS TEXT[]))"


@compiles(_Among, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    column, values = (compiler.process(each, **options) for each in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608 - of SQL that is compiled already
