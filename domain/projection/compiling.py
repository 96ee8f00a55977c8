"""
From a tree of selected fields to one statement that builds their JSON in the database, scoped to the caller's companies.

A plan is made for the form of an operation and asked with its values: what the database decides its own plan by, such as
the size of a page, stands in the text; what differs from call to call is a parameter.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from itertools import chain
from typing import Any

from domain.pagination import Key, decode_cursor
from domain.projection.dialects import Dialect
from domain.projection.fields import Entity, Field, Many, One, Paged, Part, Value

TYPENAME = "__typename"

Variables = Mapping[str, Any]
"""What an operation is run with."""

Source = Callable[[Variables], Any]
"""Where a value comes from that is known only when the operation runs."""


class NotProjectable(Exception):
    """
    Something was selected that no projection declares: the ordinary way serves it.
    """


class Scope(Enum):
    """
    Of how many companies a caller may see something. One is told from many: the index that it begins is then in order.
    """

    ALL = "ALL"
    ONE = "ONE"
    SOME = "SOME"

    @classmethod
    def of(cls, company_ids: frozenset[int] | None) -> "Scope":
        """
        The scope of these companies, None being all.
        """
        if company_ids is None:
            return cls.ALL
        return cls.ONE if len(company_ids) == 1 else cls.SOME


@dataclass(frozen=True)
class Paging:
    """
    Which page of a connection: how many from which end, and where its cursors come from.
    """

    size: int
    backward: bool
    after: Source | None
    before: Source | None


@dataclass(frozen=True)
class Selected:
    """
    A field as it was selected: the name in the reply, the field's own, and what of it. Of a connection, also its page.
    """

    key: str
    name: str
    children: Sequence["Selected"] = ()
    page: Paging | None = None


@dataclass(frozen=True)
class Asking:
    """
    One time that a plan is asked: with which values, for whom and, where it is about one row, about which.
    """

    variables: Variables
    company_ids: frozenset[int] | None
    row_id: int | None = None


@dataclass(frozen=True)
class Plan:
    """
    SQL with numbered parameters in the form of the database's driver, and where their values come from.
    """

    sql: str
    _parameters: Sequence[Callable[[Asking], Sequence[Any]]]

    def values(self, asking: Asking) -> list[Any]:
        """
        The parameters' values; raises Invalid for a cursor that is none of its list's.
        """
        return list(chain.from_iterable(values(asking) for values in self._parameters))


class Compiler:
    """
    Compiles one tree. Aliases and parameters are numbered in the order in which they are met.
    """

    def __init__(self, dialect: Dialect, scope: Scope) -> None:
        self._dialect = dialect
        self._scope = scope
        self._companies: str | None = None
        self._aliases = 0
        self._bound = 0
        self._parameters: list[Callable[[Asking], Sequence[Any]]] = []

    def one(self, entity: Entity, selected: Sequence[Selected]) -> Plan:
        """
        One object by its number; no row where it does not exist for the caller.
        """
        row = self._alias()
        (number,) = self._bind(lambda asking: [asking.row_id])
        json = self._object(entity.type, entity.fields, selected, row)
        where = [f"{row}.id = {number}", *self._visible(entity, row)]
        sql = f"SELECT {json} FROM {entity.table} {row} WHERE {' AND '.join(where)}"
        return Plan(sql, self._parameters)

    def page(self, paged: Paged, selected: Selected) -> Plan:
        """
        A connection that belongs to nobody in particular.
        """
        return Plan(f"SELECT {self._page(paged, selected, None)}", self._parameters)

    def _field(self, known: Field, selected: Selected, row: str) -> str:
        match known:
            case Value():
                return known.json(self._dialect, row)
            case Part():
                json = self._object(known.type, known.fields, selected.children, row)
                missing = known.missing.format(row=row) if known.missing else None
                return f"CASE WHEN {missing} THEN NULL ELSE {json} END" if missing else json
            case One():
                other = self._alias()
                json = self._object(known.entity.type, known.entity.fields, selected.children, other)
                on = known.on.format(row=row, other=other)
                return f"(SELECT {json} FROM {known.entity.table} {other} WHERE {on})"
            case Many():
                return self._many(known, selected, row)
            case Paged():
                return self._page(known, selected, row)

    def _object(
        self, type_name: str, fields: Mapping[str, Field], selected: Sequence[Selected], row: str
    ) -> str:
        members: list[tuple[str, str]] = []
        for each in selected:
            if each.name == TYPENAME:
                members.append((each.key, f"'\"{type_name}\"'"))
                continue
            known = fields.get(each.name)
            if known is None:
                raise NotProjectable(f"{type_name}.{each.name}")
            members.append((each.key, self._field(known, each, row)))
        return self._dialect.object(members)

    def _many(self, known: Many, selected: Selected, row: str) -> str:
        other, json = self._alias(), self._alias()
        built = self._object(known.entity.type, known.entity.fields, selected.children, other)
        on = known.on.format(row=row, other=other)
        order = ", ".join(f"{other}.{column}" for column in known.order)
        inner = f"SELECT {built} AS json FROM {known.entity.table} {other} WHERE {on} ORDER BY {order}"
        return f"(SELECT {self._dialect.array(self._dialect.joined(f'{json}.json'))} FROM ({inner}) {json})"

    def _page(self, known: Paged, selected: Selected, row: str | None) -> str:
        """
        The rows of a page and one more, numbered from where it begins; then what was selected of them.
        """
        paging = selected.page
        if paging is None:
            raise NotProjectable(selected.name)
        keys = known.listing.keys
        order = [(key, key.descending != paging.backward) for key in keys]
        source, limited, numbered = self._alias(), self._alias(), self._alias()
        where = self._where(known, source, row)
        between = self._between(keys, paging, source)
        columns = _order_by(order, source)
        rows = f"SELECT {source}.* FROM {known.entity.table} {source}"
        conditions = [*where, *between]
        rows += f" WHERE {' AND '.join(conditions)}" if conditions else ""
        rows += f" ORDER BY {columns} LIMIT {paging.size + 1}"
        place = f"row_number() OVER (ORDER BY {_order_by(order, limited)}) AS place"
        within = f"SELECT {limited}.*, {place}, count(*) OVER () AS found FROM ({rows}) {limited}"
        ordered = f"SELECT * FROM ({within}) {self._alias()} WHERE place <= {paging.size}"
        ordered += " ORDER BY place DESC" if paging.backward else " ORDER BY place"
        page = _PageParts(known.entity, keys, paging, numbered)
        json = self._dialect.object(
            [(each.key, self._of_page(page, known, each, row)) for each in selected.children]
        )
        # An aggregate in any case: one row comes out, whatever was selected and however many there are.
        return f"(SELECT {json} || coalesce(max(''), '') FROM ({ordered}) {numbered})"

    def _of_page(self, page: "_PageParts", known: Paged, each: Selected, row: str | None) -> str:
        d = self._dialect
        match each.name:
            case "__typename":
                return f"'\"{page.entity.type}Connection\"'"
            case "nodes":
                node = self._object(page.entity.type, page.entity.fields, each.children, page.row)
                return d.array(d.joined(node))
            case "edges":
                members = [(child.key, self._of_edge(page, child)) for child in each.children]
                return d.array(d.joined(d.object(members)))
            case "pageInfo":
                return d.object([(child.key, self._of_page_info(page, child)) for child in each.children])
            case "totalCount":
                source = self._alias()
                where = self._where(known, source, row)
                counted = f"SELECT count(*) FROM {page.entity.table} {source}"
                counted += f" WHERE {' AND '.join(where)}" if where else ""
                return d.whole(f"({counted})")
            case _:
                raise NotProjectable(each.name)

    def _of_edge(self, page: "_PageParts", each: Selected) -> str:
        match each.name:
            case "__typename":
                return f"'\"{page.entity.type}Edge\"'"
            case "cursor":
                return "'\"' || " + self._cursor(page) + " || '\"'"
            case "node":
                return self._object(page.entity.type, page.entity.fields, each.children, page.row)
            case _:
                raise NotProjectable(each.name)

    def _of_page_info(self, page: "_PageParts", each: Selected) -> str:
        paging, row = page.paging, page.row
        more = f"coalesce(max({row}.found), 0) > {paging.size}"
        match each.name:
            case "__typename":
                return "'\"PageInfo\"'"
            case "hasNextPage":
                known = "1 = 1" if paging.before is not None else "1 = 0"
                return self._dialect.flag(known if paging.backward else more)
            case "hasPreviousPage":
                known = "1 = 1" if paging.after is not None else "1 = 0"
                return self._dialect.flag(more if paging.backward else known)
            case "startCursor" | "endCursor":
                # Rows are numbered from the end that was asked for; one more than the page may have been found.
                is_nearest = (each.name == "startCursor") != paging.backward
                place = "1" if is_nearest else f"{paging.size}, {row}.found"
                here = f"CASE WHEN {row}.place IN ({place}) THEN {self._cursor(page)} END"
                return f"'\"' || max({here}) || '\"'"
            case _:
                raise NotProjectable(each.name)

    def _cursor(self, page: "_PageParts") -> str:
        parts = [f"'[\"{page.entity.table}\"'"]
        for key in page.keys:
            column = f"{page.row}.{key.column.key}"
            kind = key.column.type.python_type
            if kind is datetime:
                parts.append("','|| " + self._dialect.microseconds(column))
            elif kind is int:
                parts.append(f"',' || CAST({column} AS TEXT)")
            else:
                # A text would have to be escaped as json.dumps does, which no database can.
                raise NotProjectable(column)
        return self._dialect.url_base64(" || ".join([*parts, "']'"]))

    def _where(self, known: Paged, source: str, row: str | None) -> list[str]:
        own = [known.on.format(row=row, other=source)] if known.on is not None and row is not None else []
        return [*own, *self._visible(known.entity, source)]

    def _between(self, keys: Sequence[Key], paging: Paging, source: str) -> list[str]:
        found: list[str] = []
        for cursor, backward, name in ((paging.after, False, "after"), (paging.before, True, "before")):
            if cursor is not None:
                binds = self._bind(self._decoded(cursor, keys, name), count=len(keys))
                found.append(self._beyond(keys, binds, source, backward=backward))
        return found

    def _decoded(self, cursor: Source, keys: Sequence[Key], name: str) -> Callable[[Asking], Sequence[Any]]:
        stored = self._dialect.stored
        return lambda asking: [
            stored(value) for value in decode_cursor(cursor(asking.variables), keys, field=name)
        ]

    @staticmethod
    def _beyond(keys: Sequence[Key], binds: Sequence[str], source: str, *, backward: bool) -> str:
        if len({key.descending for key in keys}) == 1:
            # Compared as one, the values are a place in the index, at whatever depth.
            columns = ", ".join(f"{source}.{key.column.key}" for key in keys)
            return f"({columns}) {'<' if keys[0].descending != backward else '>'} ({', '.join(binds)})"
        cases: list[str] = []
        for i, key in enumerate(keys):
            same = [f"{source}.{k.column.key} = {b}" for k, b in zip(keys[:i], binds[:i], strict=True)]
            sign = "<" if key.descending != backward else ">"
            cases.append("(" + " AND ".join([*same, f"{source}.{key.column.key} {sign} {binds[i]}"]) + ")")
        return "(" + " OR ".join(cases) + ")"

    def _visible(self, entity: Entity, row: str) -> list[str]:
        if self._scope is Scope.ALL:
            return []
        if self._companies is None:
            one, listed = self._scope is Scope.ONE, self._dialect.listed
            (self._companies,) = self._bind(
                lambda asking: [*(asking.company_ids or ())] if one else [listed(asking.company_ids or ())]
            )
        column = f"{row}.{entity.company}"
        if self._scope is Scope.ONE:
            return [f"{column} = {self._companies}"]
        return [self._dialect.among(column, self._companies)]

    def _alias(self) -> str:
        self._aliases += 1
        return f"t{self._aliases}"

    def _bind(self, values: Callable[[Asking], Sequence[Any]], *, count: int = 1) -> list[str]:
        self._parameters.append(values)
        self._bound += count
        return [self._dialect.parameter(self._bound - count + 1 + i) for i in range(count)]


@dataclass(frozen=True)
class _PageParts:
    """
    What the parts of one page share.
    """

    entity: Entity
    keys: Sequence[Key]
    paging: Paging
    row: str


def _order_by(order: Sequence[tuple[Key, bool]], row: str) -> str:
    return ", ".join(f"{row}.{key.column.key} {'DESC' if down else 'ASC'}" for key, down in order)
