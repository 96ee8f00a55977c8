"""Columns that hold another one as it is searched. Whoever writes the other writes both: by attribute, by INSERT in
whatever form, and by `put`. An UPDATE of SQL's is to name both; a test finds one that doesn't.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column, Table, Text, event
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import MappedColumn, mapped_column

from domain.database.upsert import FOLDED_FROM
from domain.folding import fold


def folded(source: str) -> MappedColumn[str | None]:
    """The column *source* as it is searched; null where that is, and in rows of a release without this column."""

    def default(context: DefaultExecutionContext) -> str | None:
        values: Mapping[str, str | None] = context.get_current_parameters()  # type: ignore[no-untyped-call]
        return _folded(values.get(source))

    return mapped_column(Text, default=default, info={FOLDED_FROM: source})


def folded_columns(table: Table) -> list[tuple[Column[Any], Column[Any]]]:
    """Each such column of a table, with the one that it is made of."""
    return [(column, table.c[column.info[FOLDED_FROM]]) for column in table.c if FOLDED_FROM in column.info]


def fold_when_set(kind: type[Any], key: str, attribute: Any) -> None:
    """Have an attribute of a class that is being mapped fold itself into the column beside it, where there is one."""
    table: Table = kind.__table__
    for column, source in folded_columns(table):
        if source.key == key:
            event.listen(attribute, "set", _setting(column.key))


def _setting(name: str) -> Any:
    def follow(row: object, value: str | None, *_: object) -> None:
        setattr(row, name, _folded(value))

    return follow


def _folded(value: str | None) -> str | None:
    return None if value is None else fold(value)
