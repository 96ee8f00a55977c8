"""The elements of a list that a row holds as JSON."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Boolean, ColumnElement, FromClause, Text, column, func, literal_column

from domain.database.dialect_sql import DialectSQL
from domain.models.base import Json


@dataclass(frozen=True)
class Elements:
    """Rows to select from, with the *element* that each holds and its *place* in the list."""

    rows: FromClause
    element: ColumnElement[Any]
    place: ColumnElement[int]


class _Text(DialectSQL):
    type = Text()
    postgresql, sqlite = "({0} ->> '{1}')", "json_extract({0}, '$.{1}')"


class _Texts(DialectSQL):
    type = Json
    postgresql, sqlite = "({0} -> '{1}')", "json_extract({0}, '$.{1}')"


class _IsEmpty(DialectSQL):
    type = Boolean()
    postgresql = "jsonb_array_length({0} -> '{1}') = 0"
    sqlite = "json_array_length({0}, '$.{1}') = 0"


def of(value: ColumnElement[Any], dialect: str, name: str) -> Elements:
    """The elements of a list, under a name that nothing else in the statement has."""
    if dialect == "sqlite":
        listed = func.json_each(value).table_valued("key", column("value", Json), name=name)
        return Elements(listed, listed.c.value, listed.c.key)
    function = func.jsonb_array_elements(value)
    numbered = function.table_valued(
        column("value", Json), with_ordinality="place", name=name
    ).render_derived()
    return Elements(numbered, numbered.c.value, numbered.c.place)


def member(element: ColumnElement[Any], name: str, *, many: bool) -> ColumnElement[Any]:
    """A text of an element that is an object, or a list of texts of it."""
    return (_Texts if many else _Text)(element, literal_column(name))


def is_empty(element: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Whether a list of an element that is an object is empty."""
    return _IsEmpty(element, literal_column(name))
