"""From a tree of selected fields to one statement that builds their JSON in the database, scoped to the caller's companies.

A plan is made for the form of an operation and asked with its values: what the database decides its own plan by, such as
the size of a page, stands in the text; what differs from call to call is a parameter.
"""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    ClauseElement,
    ColumnElement,
    Dialect,
    FromClause,
    Text,
    bindparam,
    case,
    func,
    literal_column,
    select,
)
from sqlalchemy.types import TypeEngine

from domain.database.raw import Compiled
from domain.filtering import Numbers, one_of
from domain.models.base import Id, UtcDateTime
from domain.reading import json
from domain.reading.fields import (
    Arguments,
    Attribute,
    Batch,
    ById,
    ByIds,
    ByNumber,
    Column,
    Entity,
    GlobalId,
    Many,
    One,
    Paged,
    Part,
    Source,
    Timed,
    Type,
)
from domain.reading.pages import Page
from domain.reading.plans import TYPENAME, Given, Plan, Scope, Selected, Values, Variables, refused_at
from domain.reading.rows import Expressions, Row, Say


@dataclass(frozen=True)
class Value:
    """A value of Python's as it was selected; *rows* are the places, among what is filled in, of the rows selected of it."""

    selected: Selected
    rows: Mapping[int, int]


@dataclass(frozen=True)
class Computed(Value):
    """One that Python works out for some rows; *arguments* are what it is loaded by."""

    batch: Batch
    arguments: Given


Later = Plan | Computed
"""What is filled into a reply by the numbers of rows: rows themselves, or what Python works out for them."""


class Compiler:
    """Compiles one tree. Aliases and parameters are numbered in the order in which they are met; what the statement leaves to
    be filled in is appended to *later*.
    """

    def __init__(
        self,
        types: Mapping[str, Type],
        expressions: Expressions,
        dialect: Dialect,
        scope: Scope,
        later: list[Later],
    ) -> None:
        self._types = types
        self._expressions = expressions
        self.dialect = dialect
        self._scope = scope
        self.later = later
        self._aliases = 0
        self._arguments: list[tuple[Arguments, Selected]] = []
        self._sources: list[tuple[Sequence[str], Values]] = []
        is_one = scope is Scope.ONE
        (self._companies,) = self.bind(
            [Id if is_one else Numbers()],
            lambda asking: (
                list(asking.reader.by.company_ids or ()) if is_one else [asking.reader.by.company_ids]
            ),
        )

    def rows(self, type_name: str, selected: Sequence[Selected]) -> Plan:
        """The objects of some rows, each behind its number; those that the caller may not see are missing."""
        entity = self.entity(type_name)
        row = self.alias(entity.table)
        (numbers,) = self.bind([Numbers()], lambda asking: [asking.ids])
        json_of = self.object(type_name, selected, row)
        statement = select(row.id, json_of).select_from(row)
        return self._plan(statement.where(one_of(row.id, numbers), *self.visible(entity, row)))

    def whole(self, source: Many | Paged, selected: Selected) -> Plan:
        """A list or a connection that belongs to nobody in particular."""
        return self._plan(select(self._value(source, selected, None)))

    def value(self, type_name: str, selected: Sequence[Selected]) -> Value:
        """A value of Python's that is an object of this type."""
        whole = Selected("", "", type=type_name, children=selected)
        return Value(whole, self._referred(whole))

    def object(
        self,
        type_name: str,
        selected: Sequence[Selected],
        row: Any,
        other: Mapping[str, Source] | None = None,
    ) -> ColumnElement[str]:
        """What was selected of an object that is made of *row*, with sources *other* than its type's."""
        sources = {**self._types[type_name].sources, **(other or {})}
        return json.object_of(
            [
                (
                    each.key,
                    json.constant(f'"{type_name}"')
                    if each.name == TYPENAME
                    else self.said(json.global_id_of(type_name), row)
                    if isinstance(sources[each.name], GlobalId)
                    else self._value(sources[each.name], each, row),
                )
                for each in selected
            ]
        )

    def entity(self, type_name: str) -> Entity:
        """The table of a type whose objects are rows."""
        entity = self._types[type_name].entity
        if entity is None:
            raise TypeError(f"{type_name} has no rows")
        return entity

    def visible(self, entity: Entity, row: Any) -> list[ColumnElement[bool]]:
        """The condition that a row is one of a company that the caller may see."""
        if self._scope is Scope.ALL or entity.company is None:
            return []
        company = self.said(entity.company, row)
        is_theirs = (
            company == self._companies if self._scope is Scope.ONE else one_of(company, self._companies)
        )
        return [is_theirs]

    @property
    def is_of_one_company(self) -> bool:
        """Whether the caller may see the rows of one company only."""
        return self._scope is Scope.ONE

    def alias(self, table: type[Any]) -> Any:
        """A row of a table under a name that no other one of the statement has."""
        name = self.name()
        return self.row(table, name, table.__table__.alias(name))

    def row(self, table: type[Any], name: str, source: FromClause) -> Any:
        """A row of what has this name in the statement and holds the columns of a table."""
        return Row(table, name, source, self.dialect.identifier_preparer.quote)

    def name(self) -> str:
        """A name that nothing else in the statement has."""
        self._aliases += 1
        return f"t{self._aliases}"

    def bind(self, types: Sequence[TypeEngine[Any]], values: Values) -> list[BindParameter[Any]]:
        """Parameters of these types that *values* gives the values of."""
        parameters = [bindparam(f"p{self.name()}", type_=kind) for kind in types]
        self._sources.append(([parameter.key for parameter in parameters], values))
        return parameters

    def said(self, say: Say, *rows: Row) -> ColumnElement[Any]:
        """An expression of the domain's over these rows."""
        return self._expressions.of(self.dialect, say, *rows)

    def _plan(self, statement: ClauseElement) -> Plan:
        return Plan(Compiled.of(statement, self.dialect), self._sources)

    def _value(self, source: Source, selected: Selected, row: Any) -> ColumnElement[str]:  # noqa: PLR0911 - one for each kind
        match source:
            case Column():
                return self.said(source.json, row)
            case Timed():
                return json.scalar(source.value(row, self._moment))
            case Part():
                with self._given(source, selected):
                    part = self.object(selected.type, selected.children, row, source.sources)
                if source.missing is None:
                    return part
                return case((self.said(source.missing, row), json.NULL), else_=part)
            case One():
                return self._one(source, selected, row)
            case Many():
                return self._many(source, selected, row)
            case Paged():
                return Page(self, source, selected, row).json()
            case Batch():
                return json.deferred(self._computed(source, selected), row.id)
            case GlobalId() | Attribute() | ByNumber() | ById() | ByIds():
                raise TypeError(f"{selected.name} is no value of a row")

    def _one(self, source: One, selected: Selected, row: Any) -> ColumnElement[str]:
        entity = self.entity(selected.type)
        other = self.alias(entity.table)
        built = self.object(selected.type, selected.children, other)
        statement = (
            select(built)
            .select_from(other)
            .where(self.said(source.on, row, other), *self.visible(entity, other))
        )
        if source.order is not None:
            statement = statement.order_by(*source.order(other)).limit(1)
        found = statement.correlate_except(other).scalar_subquery()
        if source.absent is None:
            return found
        constants = {TYPENAME: f'"{selected.type}"', **source.absent}
        absent = [
            (each.key, json.constant(constants[each.name]) if each.name in constants else json.NULL)
            for each in selected.children
        ]
        return func.coalesce(found, json.object_of(absent))

    def _many(self, source: Many, selected: Selected, row: Any) -> ColumnElement[str]:
        other = self.alias(self.entity(selected.type).table)
        built = self.object(selected.type, selected.children, other).label("json")
        statement = select(built).select_from(other).order_by(*source.order(other))
        if source.on is not None:
            statement = statement.where(self.said(source.on, row, other))
        if source.only is not None:
            statement = statement.where(self.said(source.only, other))
        name = self.name()
        found = statement.correlate_except(other).subquery(name)
        each = literal_column(f"{name}.json", Text())
        return json.solid(select(json.array_of(each)).select_from(found).scalar_subquery())

    def _computed(self, batch: Batch, selected: Selected) -> int:
        rows = self._referred(selected)
        with self._given(batch, selected):
            self.later.append(Computed(selected, rows, batch, _all_of(self._arguments)))
        return len(self.later) - 1

    def _referred(self, selected: Selected) -> Mapping[int, int]:
        return {id(each): self._rows_later(each) for each in self._references(selected)}

    @contextmanager
    def _given(self, source: Part | Batch, selected: Selected) -> Generator[None]:
        """Have what is loaded inside of a field given its arguments as well."""
        outer = self._arguments
        if source.arguments is not None:
            self._arguments = [*outer, (source.arguments, selected)]
        yield
        self._arguments = outer

    def _rows_later(self, selected: Selected) -> int:
        compiler = Compiler(self._types, self._expressions, self.dialect, self._scope, self.later)
        self.later.append(compiler.rows(selected.type, selected.children))
        return len(self.later) - 1

    def _references(self, selected: Selected) -> list[Selected]:
        found: list[Selected] = []
        sources = self._types[selected.type].sources
        for each in selected.children:
            match sources.get(each.name):
                case ByNumber():
                    found.append(each)
                case Attribute() if each.children:
                    found += self._references(each)
                case _:
                    pass
        return found

    def _moment(self, later: timedelta) -> ColumnElement[Any]:
        (parameter,) = self.bind([UtcDateTime()], lambda asking: [asking.reader.now + later])
        return parameter


def _all_of(arguments: Sequence[tuple[Arguments, Selected]]) -> Given:
    """What fields that lie in each other give, the inner ones last."""

    def given(variables: Variables) -> Mapping[str, Any]:
        found: dict[str, Any] = {}
        for prepare, selected in arguments:
            with refused_at(selected.path):
                found |= prepare({} if selected.arguments is None else selected.arguments(variables))
        return found

    return given
