"""
What a projection declares: for each field of the schema, where its JSON comes from. `{row}` stands for the table's alias.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from domain.pagination import Listing
from domain.projection.dialects import Dialect

Expression = Callable[[Dialect, str], str]
"""From the dialect and a row's alias to SQL that gives the JSON of a field, or NULL."""


@dataclass(frozen=True)
class Value:
    """
    A scalar of a row.
    """

    json: Expression


@dataclass(frozen=True)
class Part:
    """
    An object made of the same row; null where *missing*, a condition, holds.
    """

    type: str
    fields: Mapping[str, Value]
    missing: str | None = None


@dataclass(frozen=True)
class One:
    """
    A row of another table, or null. *on* joins `{row}` to `{other}`.
    """

    entity: "Entity"
    on: str


@dataclass(frozen=True)
class Many:
    """
    All rows of another table that belong to a row, in the order of *order*, columns of `{other}`.
    """

    entity: "Entity"
    on: str
    order: Sequence[str]


@dataclass(frozen=True)
class Paged:
    """
    A connection of rows of another table: those that *on* joins to `{row}`, or all that the caller may see.
    """

    entity: "Entity"
    listing: Listing[Any]
    on: str | None


Field = Value | Part | One | Many | Paged


@dataclass(eq=False)
class Entity:
    """
    A type of the schema whose objects are rows of one table.

    *company* is the column by which a row belongs to a company: it decides who may see it.
    """

    type: str
    table: str
    company: str
    fields: dict[str, Field] = field(default_factory=dict)


def text(column: str) -> Value:
    """A text, or an enum, which is kept as text."""
    return Value(lambda d, row: d.quoted(f"{row}.{column}"))


def whole(column: str) -> Value:
    """A whole number."""
    return Value(lambda d, row: d.whole(f"{row}.{column}"))


def exact(column: str) -> Value:
    """An exact decimal."""
    return Value(lambda d, row: d.exact(f"{row}.{column}"))


def moment(column: str) -> Value:
    """A moment."""
    return Value(lambda d, row: d.moment(f"{row}.{column}"))


def flag(condition: str) -> Value:
    """A condition over `{row}`."""
    return Value(lambda d, row: d.flag("(" + condition.format(row=row) + ")"))


def global_id(kind: str) -> Value:
    """The global id of a row of *kind*."""
    return Value(lambda d, row: "'\"' || " + d.base64(f"'{kind}:' || CAST({row}.id AS TEXT)") + " || '\"'")


def money(amount: str, currency: str) -> Part:
    """Money of two columns; null where either is."""
    missing = f"{{row}}.{amount} IS NULL OR {{row}}.{currency} IS NULL"
    return Part("Money", {"amount": exact(amount), "currencyCode": text(currency)}, missing)
