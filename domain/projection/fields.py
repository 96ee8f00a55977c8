"""
What a projection declares: for each field of the schema, where its JSON comes from. `{row}` stands for the table's alias.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from domain.filtering import Filter
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
class Timed:
    """
    A scalar that changes with time by itself. Its expression takes the moment too, or one that is so much later.
    """

    json: Callable[[Dialect, str, Callable[[timedelta], str]], str]


@dataclass(frozen=True)
class Part:
    """
    An object made of the same row; null where *missing*, a condition, holds.
    """

    type: str
    fields: Mapping[str, "Field"]
    missing: str | None = None


@dataclass(frozen=True)
class Listed:
    """
    Objects of a list that the row itself holds: made of the rows that *rows*, a SELECT, gives, in the order of their
    `place`.
    """

    type: str
    rows: Expression
    fields: Mapping[str, "Field"]


@dataclass(frozen=True)
class One:
    """
    A row of another table, which *on* joins to `{row}` as `{other}`: of several, the first in the order of *order*. Null
    where there is none that the caller may see, or made of the fields *absent*.
    """

    entity: "Entity"
    on: str
    order: Sequence[str] = ()
    absent: "Mapping[str, Field] | None" = None


@dataclass(frozen=True)
class Many:
    """
    All rows of another table, or those that *on* joins to `{row}`, in the order of *order*, columns of `{other}`. Who sees
    the row sees them.
    """

    entity: "Entity"
    on: str | None
    order: Sequence[str]


@dataclass(frozen=True)
class Paged:
    """
    A connection of rows of another table: those that *on* joins to `{row}`, or all that the caller may see. *filter* holds
    the conditions that may be given.
    """

    entity: "Entity"
    listing: Listing[Any]
    on: str | None
    filter: Filter = field(default_factory=Filter)


Field = Value | Timed | Part | Listed | One | Many | Paged


@dataclass(eq=False)
class Entity:
    """
    A type of the schema whose objects are rows of one table.

    *company* is the company that a `{row}` belongs to, which decides who may see it; None where whoever sees what refers to
    it does.
    """

    type: str
    table: str
    company: str | None = "{row}.company_id"
    fields: dict[str, Field] = field(default_factory=dict)


def text(column: str) -> Value:
    """A text."""
    return Value(lambda d, row: d.quoted(f"{row}.{column}"))


def name(column: str) -> Value:
    """The name of an enum's value, in which there is nothing to escape."""
    return Value(lambda _d, row: f"'\"' || {row}.{column} || '\"'")


def whole(column: str) -> Value:
    """A whole number."""
    return Value(lambda d, row: d.whole(f"{row}.{column}"))


def exact(column: str) -> Value:
    """An exact decimal."""
    return Value(lambda d, row: d.exact(f"{row}.{column}"))


def moment(column: str) -> Value:
    """A moment."""
    return Value(lambda d, row: d.moment(f"{row}.{column}"))


def texts(column: str) -> Value:
    """A list of texts, which is kept as JSON."""
    return Value(lambda d, row: d.array(d.elements(f"{row}.{column}")))


def constant(json: str | None) -> Value:
    """The same JSON for every row; None for null."""
    return Value(lambda _d, _row: "NULL" if json is None else f"'{json}'")


def number(expression: str) -> Value:
    """A whole number that is computed from `{row}`."""
    return Value(lambda d, row: d.whole("(" + expression.format(row=row) + ")"))


def of_other(table: str, on: str, value: Value) -> Value:
    """A scalar of the row of another table that *on* joins to `{row}` by the table's name; null where there is none."""
    return Value(lambda d, row: f"(SELECT {value.json(d, table)} FROM {table} WHERE {on.format(row=row)})")


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
