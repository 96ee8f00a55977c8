"""A row as expressions take it: the attributes of a mapped class, under the name that the row has in the statement."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, FromClause, literal_column


class Row:
    """Stands where an alias of the mapped class could, and its columns are text to SQLAlchemy: of aliased() it would make each
    column of the table, three times over for a page, and find out for each statement what that is about.
    """

    def __init__(self, table: type[Any], name: str, source: FromClause, quote: Callable[[str], str]) -> None:
        self._table = table
        self._name = name
        self._source = source
        self._quote = quote

    def __clause_element__(self) -> FromClause:
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
