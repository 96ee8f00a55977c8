"""Rows of a statement, and what is said of them, as text: SQLAlchemy compiles each expression of the domain's once, and a
plan puts in the names that its rows have.
"""

from collections.abc import Callable, Hashable
from typing import Any

from sqlalchemy import ColumnElement, Dialect, FromClause, literal_column
from sqlalchemy.types import TypeEngine

Say = Callable[..., ColumnElement[Any]]
"""From rows to an expression, always the same one for rows of the same tables."""


class Row:
    """Stands where an alias of the mapped class could, and its columns are text to SQLAlchemy: of aliased() it would make each
    column of the table, three times over for a page, and find out for each statement what that is about.
    """

    def __init__(
        self, table: type[Any], name: str, source: FromClause | None, quote: Callable[[str], str]
    ) -> None:
        self._table = table
        self._name = name
        self._source = source
        self._quote = quote

    def __clause_element__(self) -> FromClause | None:
        """What the row comes from, to SQLAlchemy."""
        return self._source

    def __getattr__(self, attribute: str) -> ColumnElement[Any]:
        mapper = self._table.__mapper__
        column = mapper.columns.get(attribute)
        if column is not None:
            return literal_column(f"{self._name}.{self._quote(column.name)}", column.type)
        if attribute not in mapper.all_orm_descriptors:
            raise AttributeError(attribute)
        found: ColumnElement[Any] = mapper.all_orm_descriptors[attribute].expr(self)
        return found


class Expressions:
    """Expressions over rows in the words of the databases, each compiled when it is first needed."""

    def __init__(self) -> None:
        self._known: dict[Hashable, tuple[str, TypeEngine[Any]]] = {}

    def of(self, dialect: Dialect, say: Say, *rows: Row) -> ColumnElement[Any]:
        """What is said of these rows. It may bind nothing but constants, which become part of the text."""
        key = dialect.name, say, *(row._table for row in rows)  # noqa: SLF001 - a row's own names are its columns'
        if key not in self._known:
            self._known[key] = _compiled(dialect, say, rows)
        text, kind = self._known[key]
        for place, row in enumerate(rows):
            text = text.replace(_named(place), row._name)  # noqa: SLF001 - the same
        return literal_column(text, kind)


def _compiled(dialect: Dialect, say: Say, rows: tuple[Row, ...]) -> tuple[str, TypeEngine[Any]]:
    quote = dialect.identifier_preparer.quote
    unnamed = [Row(row._table, _named(place), None, quote) for place, row in enumerate(rows)]  # noqa: SLF001 - the same
    said = say(*unnamed)
    return f"({said.compile(dialect=dialect, compile_kwargs={'literal_binds': True})})", said.type


def _named(place: int) -> str:
    """What no statement holds otherwise."""
    return f"\x02{place}\x02"
