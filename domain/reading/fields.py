"""Where the JSON of a field comes from: one of a few kinds of source for each field of the schema.

A row has the attributes of a mapped class (rows.py); sources are expressions over it, in which every rule of the domain can
stand.
"""

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect
from sqlalchemy.ext.asyncio import AsyncSession

from domain.access.principal import Principal
from domain.filtering import Choice, Filter
from domain.models import Role
from domain.pagination import Key, Order
from domain.reading import json
from domain.settings import Settings

Expression = Callable[[Any], ColumnElement[Any]]
"""From a row to a value of it."""

Join = Callable[[Any, Any], ColumnElement[bool]]
"""From a row and one of another table to whether they belong together."""

RowsOf = Callable[[Any], CompoundSelect[Any]]
"""From a row to what belongs to it and stands in no table of its own."""

Moment = Callable[[timedelta], ColumnElement[datetime]]
"""The moment of the request, or one that is so much later."""


@dataclass(frozen=True)
class Column:
    """A scalar of the row, told as its type is."""

    value: Expression

    def json(self, row: Any) -> ColumnElement[str]:
        """Its JSON."""
        return json.scalar(self.value(row))


@dataclass(frozen=True)
class Timed:
    """A scalar that changes by itself as time goes on."""

    value: Callable[[Any, Moment], ColumnElement[Any]]


@dataclass(frozen=True)
class GlobalId:
    """The global id of the row."""


@dataclass(frozen=True)
class Part:
    """An object made of the same row; null where *missing* holds. *sources* are those that are not its type's. *arguments* makes
    of its arguments what the loading of each Batch inside of it is given.
    """

    missing: Expression | None = None
    sources: "Mapping[str, Source]" = field(default_factory=dict[str, "Source"])
    arguments: "Arguments | None" = None


@dataclass(frozen=True)
class One:
    """A row of another table: of several, the first in *order*. Null where there is none that the caller may see, unless
    *absent* says what its fields are then: JSON by their names, null for all others.
    """

    on: Join
    order: Callable[[Any], Sequence[ColumnElement[Any]]] | None = None
    absent: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Many:
    """All rows of another table, or those *on* which it is joined, as far as *only* holds of them. Who sees the row sees
    them.
    """

    on: Join | None
    order: Callable[[Any], Sequence[ColumnElement[Any]]]
    only: Expression | None = None


@dataclass(frozen=True)
class Paged:
    """A connection of rows: those *on* which they are joined, or all that the caller may see. They come in the order of *keys*
    unless another of its *orders* is asked for, each of which is declared as it ascends. *counted* are the states that are
    counted beside it, and the condition of its filter that chooses among them. *entity*, where
    they aren't rows of their type's own table; *rows* selects them where they stand in no table of their own.
    """

    keys: Sequence[Key]
    on: Join | None = None
    filter: Filter = field(default_factory=Filter)
    orders: Mapping[Any, Sequence[Key]] = field(default_factory=dict[Any, Sequence[Key]])
    counted: tuple[str, Choice] | None = None
    entity: "Entity | None" = None
    rows: RowsOf | None = None

    def order(self, asked: Enum | None, *, descending: bool) -> Order:
        """The order that was asked for."""
        return Order.of(self.keys if asked is None else self.orders[asked], asked, descending=descending)


@dataclass(frozen=True)
class Reader:
    """Who reads, when, and by which settings. *memo*: what one Batch has asked the database that others of the reply need too."""

    by: Principal
    now: datetime
    settings: Settings
    memo: dict[Hashable, Any] = field(default_factory=dict[Hashable, Any], compare=False, repr=False)


Load = Callable[[AsyncSession, Sequence[int], Reader], Awaitable[Mapping[int, Any]]]
"""From the numbers of rows that the caller was seen to see to a value of each."""

LoadBy = Callable[..., Awaitable[Mapping[int, Any]]]
"""The same, which is also given by their names what Arguments make of arguments."""

Arguments = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""From the arguments of a field to what is loaded by; raises Invalid."""


@dataclass(frozen=True)
class Batch:
    """What Python works out, for all rows of a page at once: from their numbers to a value each, or null where none is given.
    *most*: how many a list may hold, where that is far more than lists mostly do.
    """

    load: LoadBy
    arguments: Arguments | None = None
    most: int | None = None


@dataclass(frozen=True)
class Attribute:
    """Of a value that Python worked out, a part: a scalar, an object of such, or a list of them. *most*: how many a list may
    hold, where that is far more than lists mostly do.
    """

    of: Callable[[Any], Any]
    most: int | None = None


@dataclass(frozen=True)
class ByNumber:
    """A row by its number, or a list of rows by theirs, which a value of Python holds; null where the caller may not see it."""

    of: Callable[[Any], int | Sequence[int] | None]


@dataclass(frozen=True)
class ById:
    """A row by the global id that is the argument `id`; null where there is none that the caller may see."""


@dataclass(frozen=True)
class ByIds:
    """The rows of the global ids that are the argument `ids`, in their order; null for each that there isn't for the caller."""


Source = (
    Column | Timed | GlobalId | Part | One | Many | Paged | Batch | Attribute | ByNumber | ById | ByIds
)  # fmt: skip


@dataclass(frozen=True)
class Entity:
    """That objects of a type are rows of *table*. *company* is the company that a row belongs to, which decides who may see it;
    None where whoever sees what refers to it does. *role* is what a key needs to ask for them by a field of Query, and whether it
    has to be the server's.
    """

    table: type[Any]
    company: Expression | None = None
    role: Role = Role.READ
    is_servers: bool = False


@dataclass(frozen=True)
class Type:
    """A type of the schema with the source of each of its fields."""

    name: str
    sources: Mapping[str, Source]
    entity: Entity | None = None

    @property
    def has_id(self) -> bool:
        """Whether its objects can be asked for by a global id."""
        return any(isinstance(source, GlobalId) for source in self.sources.values())
