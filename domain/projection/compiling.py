"""
From a tree of selected fields to one statement that builds their JSON in the database, scoped to the caller's companies.

A plan is made for the form of an operation and asked with its values: what the database decides its own plan by, such as
the size of a page, stands in the text; what differs from call to call is a parameter.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import DateTime

from domain.projection.asking import TYPENAME, NotProjectable, Plan, Scope, Selected, Values
from domain.projection.connections import Page
from domain.projection.dialects import Dialect
from domain.projection.fields import Entity, Field, Listed, Many, One, Paged, Part, Timed, Value


class Compiler:
    """
    Compiles one tree. Aliases and parameters are numbered in the order in which they are met.
    """

    def __init__(self, dialect: Dialect, scope: Scope) -> None:
        self.dialect = dialect
        self._scope = scope
        self._companies: str | None = None
        self._moments: dict[timedelta, str] = {}
        self._aliases = 0
        self._bound = 0
        self._parameters: list[Values] = []

    def one(self, entity: Entity, selected: Sequence[Selected]) -> Plan:
        """
        One object by its number; no row where it does not exist for the caller.
        """
        row = self.alias()
        (number,) = self.bind(lambda asking: [asking.row_id])
        json = self.object(entity.type, entity.fields, selected, row)
        where = [f"{row}.id = {number}", *self.visible(entity, row)]
        return Plan(f"SELECT {json} FROM {entity.table} {row} WHERE {' AND '.join(where)}", self._parameters)

    def whole(self, known: Many | Paged, selected: Selected) -> Plan:
        """
        A list or a connection that belongs to nobody in particular.
        """
        return Plan(f"SELECT {self._field(known, selected, '')}", self._parameters)

    def object(
        self, type_name: str, fields: Mapping[str, Field], selected: Sequence[Selected], row: str
    ) -> str:
        """
        What was selected of an object that is made of *row*.
        """
        members: list[tuple[str, str]] = []
        for each in selected:
            if each.name == TYPENAME:
                members.append((each.key, f"'\"{type_name}\"'"))
                continue
            known = fields.get(each.name)
            if known is None:
                raise NotProjectable(f"{type_name}.{each.name}")
            members.append((each.key, self._field(known, each, row)))
        return self.dialect.object(members)

    def visible(self, entity: Entity, row: str) -> list[str]:
        """
        The condition that a row is one of a company that the caller may see.
        """
        if self._scope is Scope.ALL or entity.company is None:
            return []
        if self._companies is None:
            one, listed = self._scope is Scope.ONE, self.dialect.listed
            (self._companies,) = self.bind(
                lambda asking: [*(asking.company_ids or ())] if one else [listed(asking.company_ids or ())]
            )
        company = entity.company.format(row=row)
        if self._scope is Scope.ONE:
            return [f"{company} = {self._companies}"]
        return [self.dialect.among(company, self._companies)]

    def alias(self) -> str:
        """
        A name that no other table of the statement has.
        """
        self._aliases += 1
        return f"t{self._aliases}"

    def bind(self, values: Values, *, count: int = 1) -> list[str]:
        """
        Parameters that *values* gives the values of.
        """
        self._parameters.append(values)
        self._bound += count
        return [self.dialect.parameter(self._bound - count + 1 + i) for i in range(count)]

    def _field(self, known: Field, selected: Selected, row: str) -> str:  # noqa: PLR0911 - one for each kind
        match known:
            case Value():
                return known.json(self.dialect, row)
            case Timed():
                return known.json(self.dialect, row, self._moment)
            case Part():
                json = self.object(known.type, known.fields, selected.children, row)
                missing = known.missing.format(row=row) if known.missing else None
                return f"CASE WHEN {missing} THEN NULL ELSE {json} END" if missing else json
            case Listed():
                return self._listed(known, selected, row)
            case One():
                return self._one(known, selected, row)
            case Many():
                return self._many(known, selected, row)
            case Paged():
                return Page(self, known, selected, row).json()

    def _one(self, known: One, selected: Selected, row: str) -> str:
        other, entity = self.alias(), known.entity
        json = self.object(entity.type, entity.fields, selected.children, other)
        where = [known.on.format(row=row, other=other), *self.visible(entity, other)]
        found = f"SELECT {json} FROM {entity.table} {other} WHERE {' AND '.join(where)}"
        if known.order:
            found += f" ORDER BY {_columns(known.order, other)} LIMIT 1"
        if known.absent is None:
            return f"({found})"
        return f"coalesce(({found}), {self.object(entity.type, known.absent, selected.children, row)})"

    def _many(self, known: Many, selected: Selected, row: str) -> str:
        other, json, entity = self.alias(), self.alias(), known.entity
        built = self.object(entity.type, entity.fields, selected.children, other)
        inner = f"SELECT {built} AS json FROM {entity.table} {other}"
        if known.on is not None:
            inner += f" WHERE {known.on.format(row=row, other=other)}"
        inner += f" ORDER BY {_columns(known.order, other)}"
        return f"(SELECT {self.dialect.array(self.dialect.joined(f'{json}.json'))} FROM ({inner}) {json})"

    def _listed(self, known: Listed, selected: Selected, row: str) -> str:
        other, json = self.alias(), self.alias()
        built = self.object(known.type, known.fields, selected.children, other)
        rows = known.rows(self.dialect, row)
        inner = f"SELECT {built} AS json FROM ({rows}) {other} ORDER BY {other}.place"
        return f"(SELECT {self.dialect.array(self.dialect.joined(f'{json}.json'))} FROM ({inner}) {json})"

    def _moment(self, later: timedelta) -> str:
        """
        When the plan is asked, and so much later, as a parameter.
        """
        if later not in self._moments:
            store = self.dialect.stores(DateTime(timezone=True))
            (self._moments[later],) = self.bind(lambda asking: [store(asking.now + later)])
        return self._moments[later]


def _columns(order: Sequence[str], row: str) -> str:
    return ", ".join(f"{row}.{column}" for column in order)
