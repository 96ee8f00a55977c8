"""Filters of lists: each condition is declared once, over a row of its table and a parameter."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, ClassVar, cast

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    ColumnElement,
    DateTime,
    Dialect,
    String,
    Text,
    TypeDecorator,
    and_,
    bindparam,
    false,
    func,
    literal,
    literal_column,
    not_,
    or_,
    true,
)
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.types import TypeEngine

from domain.database.dialect_sql import DialectSQL
from domain.folding import fold

_ESCAPE = "/"


# The moment of the request, in conditions; whoever asks gives it.
NOW: ColumnElement[datetime] = bindparam("now", type_=DateTime(timezone=True))


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


@dataclass(frozen=True)
class Choice:
    """Conditions of which the value given, an enum, chooses one; it becomes a part of the statement."""

    conditions: Mapping[Enum, ColumnElement[bool]]


def states(column: InstrumentedAttribute[Any]) -> Choice:
    """Each value of an enum's column."""
    kind: type[Enum] = column.type.python_type
    return Choice({member: column == literal_column(f"'{member.value}'", String()) for member in kind})


Given = Mapping[str, Any]
"""What a client gave of a filter: values by the names of conditions, of some as a filter of their own; AND and OR hold several
filters, NOT holds one.
"""
Form = tuple[tuple[str, Any], ...]
"""What of that makes another statement: the names, flags and choices, and which filters lie in which; all else are values."""

AND, OR, NOT = "and_", "or_", "not_"
# The condition that has rows be of one company, wherever it is that.
COMPANY = "company_id"


def form_of(given: Given) -> Form:
    """The form of what was given."""
    return tuple((name, _form_of_value(value)) for name, value in given.items())


def _form_of_value(value: Any) -> Any:
    match value:
        case bool() | Enum():
            return value
        case Mapping():
            return form_of(cast("Given", value))
        case [Mapping(), *_]:
            return tuple(form_of(each) for each in cast("Sequence[Given]", value))
        case _:
            return None


class Filter(dict[str, "Comparison | Flag | Choice | Filter"]):
    """The conditions of a filter by their names. A row must meet every one that is given."""

    def dear(self, form: Form) -> Iterator[str]:
        """The names of what may be asked of one company only, at whatever depth."""
        for name, inner in form:
            if name in {AND, OR}:
                for each in inner or ():
                    yield from self.dear(each)
            elif name == NOT:
                yield from self.dear(inner)
            elif isinstance(self[name], OfOneCompany):
                yield name

    def compared(self, given: Given | Form) -> Iterator[tuple[Comparison, Any]]:
        """The conditions that compare with a value, each with it, in the order in which `holds` takes their parameters."""
        for name, value in given.items() if isinstance(given, Mapping) else given:
            if name in {AND, OR}:
                for each in value or ():
                    yield from self.compared(each)
            elif name == NOT:
                yield from self.compared(value)
            else:
                match self[name]:
                    case Comparison() as condition:
                        yield condition, value
                    case Filter() as inner:
                        yield from inner.compared(value)
                    case _:
                        pass

    def holds(self, form: Form, parameters: Iterator[ColumnElement[Any]]) -> list[ColumnElement[bool]]:
        """What must hold of a row, with the parameters of those conditions."""
        return [self._holds(name, inner, parameters) for name, inner in form]

    def _holds(self, name: str, form: Any, parameters: Iterator[ColumnElement[Any]]) -> ColumnElement[bool]:
        if name in {AND, OR}:
            each = [self._all(inner, parameters) for inner in form or ()]
            return and_(true(), *each) if name == AND else or_(false(), *each)
        if name == NOT:
            # Of what isn't known, it isn't known whether it holds; so it doesn't, and the contrary does.
            return _Fails(self._all(form, parameters))
        match self[name]:
            case Comparison() as condition:
                return condition.holds(next(parameters))
            case Flag() as flag:
                return flag.of(form)
            case Choice(conditions):
                return conditions[form]
            case inner:
                return inner._all(form, parameters)  # noqa: SLF001 - of the same class

    def _all(self, form: Form, parameters: Iterator[ColumnElement[Any]]) -> ColumnElement[bool]:
        return and_(true(), *self.holds(form, parameters))


class OfOneCompany(Filter):
    """Conditions on what is worked out of each row: they may be asked of the rows of one company only."""


def during(column: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]) -> Filter:
    """A range of moments: from the one, before the other. A row without a moment is in none."""
    return Filter(
        from_=Comparison(column.type, lambda moment: column >= moment),
        to=Comparison(column.type, lambda moment: column < moment),
    )


def within(value: ColumnElement[Any] | InstrumentedAttribute[Any]) -> Filter:
    """A range of numbers, both ends of which belong to it. A row without a number is in none."""
    return Filter(
        from_=Comparison(value.type, lambda least: value >= least),
        to=Comparison(value.type, lambda most: value <= most),
    )


class Related(Filter):
    """Conditions on rows of another table, of which one row must meet all that are given."""

    def __init__(
        self, exists: Callable[[ColumnElement[bool]], ColumnElement[bool]], **conditions: Any
    ) -> None:
        super().__init__(**conditions)
        self._exists = exists

    def _all(self, form: Form, parameters: Iterator[ColumnElement[Any]]) -> ColumnElement[bool]:
        return self._exists(super()._all(form, parameters))


def equals(column: InstrumentedAttribute[Any]) -> Comparison:
    """The value itself."""
    return Comparison(column.type, lambda value: column == value)


def among(column: InstrumentedAttribute[Any] | ColumnElement[Any]) -> Comparison:
    """One of the texts or enums given. They are one parameter, so their number doesn't make another statement."""
    return Comparison(_TextArray(), lambda values: _Among(column, values))


def numbered(column: InstrumentedAttribute[Any]) -> Comparison:
    """One of the rows' numbers given."""
    return Comparison(Numbers(), lambda values: _Among(column, values))


def holds_any(column: InstrumentedAttribute[Any], *implied: ColumnElement[bool]) -> Comparison:
    """One of the texts or enums given, of those in JSON. *implied* holds wherever one does, in the words of an index."""
    return Comparison(_TextArray(), lambda values: and_(*implied, _HoldsAny(column, values)))


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


class _Fails(DialectSQL):
    type = Boolean()
    postgresql = sqlite = "(({0}) IS NOT TRUE)"


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
