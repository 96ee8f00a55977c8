"""How a field of the schema is declared: its description, and beside it where its JSON comes from.

Nothing here is resolved: what is declared becomes a part of the plan that answers a whole operation (domain.reading).
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from api.values import enums
from domain.database.dialect_sql import within_int
from domain.filtering import Choice, Filter
from domain.models import Role
from domain.pagination import Key
from domain.reading import fields, json
from domain.reading.fields import Entity, Expression, Join, RowsOf, Source

SOURCE = "source"
TypeT = TypeVar("TypeT", bound=type[Any])


def rows_of(
    table: type[Any],
    company: Expression | None = lambda row: row.company_id,
    *,
    role: Role = Role.READ,
    is_servers: bool = False,
) -> Callable[[TypeT], TypeT]:
    """That the objects of a type are rows of *table*. *company*, *role* and *is_servers* decide who may see a row: see
    domain.reading.fields.Entity.
    """

    def declare(kind: TypeT) -> TypeT:
        kind.entity = Entity(table, company, role, is_servers)
        return kind

    return declare


def column(description: str, value: Expression | None = None, *, by_channel: bool = False) -> Any:
    """A scalar of the row: the attribute of the same name, or another value."""
    source = fields.Column(value) if value else _OfSameName(fields.Column)
    return _field(description, source, [_CHANNEL] if by_channel else ())


def total(description: str, of: Expression, *, by_channel: bool = False) -> Any:
    """A sum of the row's, which may have become larger than an Int."""
    return column(description, lambda row: within_int(of(row)), by_channel=by_channel)


def ready_json(description: str, value: Expression) -> Any:
    """A scalar that is kept as the JSON that is told."""
    return _field(description, fields.Column(lambda row: json.ready(value(row))))


def id_of(description: str, kind: Expression, number: Expression) -> Any:
    """The global id of a row of another table, of whatever type; null where either is."""
    return _field(description, fields.Column(lambda row: json.id_of(kind(row), number(row))))


def timed(description: str, value: Callable[[Any, fields.Moment], Any]) -> Any:
    """A scalar that changes by itself as time goes on."""
    return _field(description, fields.Timed(value))


def global_id(description: str) -> Any:
    """The global id of the row."""
    return _field(description, fields.GlobalId())


def part(
    description: str,
    missing: Expression | None = None,
    *,
    taking: Sequence[StrawberryArgument] = (),
    arguments: fields.Arguments | None = None,
) -> Any:
    """An object made of the same row; null where *missing* holds. What *arguments* makes of those that it takes, each batch inside
    of it is loaded by.
    """
    return _field(description, fields.Part(missing, arguments=arguments), taking)


def money(description: str, amount: Expression, currency: Expression | None = None) -> Any:
    """An amount in the row's currency, or in another one of its; null where either is."""

    def missing(row: Any) -> Any:
        return amount(row).is_(None) | (currency or operator.attrgetter("currency_code"))(row).is_(None)

    columns = {"amount": fields.Column(amount)}
    if currency is not None:
        columns["currencyCode"] = fields.Column(currency)
    return _field(description, fields.Part(missing, columns))


def one(
    description: str,
    on: Join,
    *,
    order: Callable[[Any], Sequence[Any]] | None = None,
    absent: Mapping[str, str] | None = None,
) -> Any:
    """A row of another table: see domain.reading.fields.One."""
    return _field(description, fields.One(on, order, absent))


def many(
    description: str,
    on: Join | None,
    *,
    order: Callable[[Any], Sequence[Any]] = lambda row: [row.id],
    only: Expression | None = None,
    by_channel: bool = False,
) -> Any:
    """All rows of another table, or those *on* which it is joined, as far as *only* holds of them."""
    return _field(description, fields.Many(on, order, only), [_CHANNEL] if by_channel else ())


def paged(
    description: str,
    keys: Sequence[Key],
    on: Join | None = None,
    *,
    filter: tuple[type[Any], Filter] | None = None,  # noqa: A002 - the argument's name
    order_by: tuple[type[Any], Mapping[Any, Sequence[Key]]] | None = None,
    counted: tuple[str, Choice] | None = None,
    entity: Entity | None = None,
    only_forward: bool = False,
    rows: RowsOf | None = None,
) -> Any:
    """A connection of rows of another table, or of those that *rows* selects, in the order of *keys*. *filter* is the input
    and what its conditions are, *order_by* the input and the keys of each of its orders, as they ascend, *counted* what
    `statusCounts` counts, *entity* whose rows they are: see domain.reading.fields.Paged.
    """
    arguments = [_argument(name, kind) for name, kind in _PAGE[: 2 if only_forward else 4]]
    if filter is not None:
        arguments.append(_argument("filter", filter[0] | None))
    if order_by is not None:
        arguments.append(_argument("order_by", order_by[0] | None))
    conditions = Filter() if filter is None else filter[1]
    orders = {} if order_by is None else order_by[1]
    source = fields.Paged(keys, on, conditions, orders, counted, entity, rows)
    return _field(description, source, arguments, default=None)


def batch(description: str, load: fields.Load, *, by_channel: bool = False) -> Any:
    """What Python works out for all rows of a page at once: see domain.reading.fields.Batch."""
    return _field(description, fields.Batch(load), [_CHANNEL] if by_channel else ())


def batch_by(
    description: str,
    load: fields.LoadBy,
    *,
    taking: Sequence[StrawberryArgument] = (),
    arguments: fields.Arguments | None = None,
    most: int | None = None,
) -> Any:
    """The same by what *arguments* makes of those that it takes, and of those of the parts around it."""
    return _field(description, fields.Batch(load, arguments, most), taking)


def attribute(description: str, of: Callable[[Any], Any] | None = None, *, most: int | None = None) -> Any:
    """Of a value that Python worked out, the attribute of the same name, or another part: see fields.Attribute."""
    kind = partial(fields.Attribute, most=most)
    return _field(description, kind(of) if of else _OfSameName(kind))


def by_number(description: str, attribute: str, *, name: str | None = None) -> Any:
    """The row, or the rows, whose numbers a value has in *attribute*; null where the caller may not see it. *name*: of the field,
    where Python can't have it.
    """
    return _field(description, fields.ByNumber(operator.attrgetter(attribute)), default=None, name=name)


def by_id(description: str) -> Any:
    """The row that the argument `id` names; null where there is none that the caller may see."""
    return _field(description, fields.ById(), [_argument("id", strawberry.ID)])


def by_ids(description: str) -> Any:
    """The rows that the argument `ids` names, in its order; null for each that there isn't for the caller."""
    return _field(description, fields.ByIds(), [_argument("ids", list[strawberry.ID])])


def source_of(field: StrawberryField) -> Source | None:
    """Where the JSON of a field comes from; None for what is resolved, as mutations are."""
    source = field.metadata.get(SOURCE)
    return source(field.python_name) if isinstance(source, _OfSameName) else source


class _OfSameName:
    def __init__(self, kind: Callable[[Callable[[Any], Any]], Source]) -> None:
        self._kind = kind

    def __call__(self, name: str) -> Source:
        return self._kind(lambda row: getattr(row, name))


def _field(
    description: str, source: Source | _OfSameName, arguments: Sequence[StrawberryArgument] = (), **more: Any
) -> Any:
    field: Any = strawberry.field(description=description, metadata={SOURCE: source}, **more)
    field.arguments = list(arguments)
    return field


def argument(name: str, kind: Any, description: str, **more: Any) -> StrawberryArgument:
    """An argument of a field that is no page's; *more* may say its default."""
    return _argument(name, kind, description=description, **more)


def _argument(name: str, kind: Any, **more: Any) -> StrawberryArgument:
    return StrawberryArgument(name, None, StrawberryAnnotation(kind), **more)


_PAGE = [("first", int | None), ("after", str | None), ("last", int | None), ("before", str | None)]
_CHANNEL = _argument("channel", enums.Channel, default=enums.Channel.WEBSITE)
