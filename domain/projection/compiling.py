"""
From a tree of selected fields to one statement that builds their JSON in the database, scoped to the caller's companies.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from domain.pagination import Key, PageRequest, decode_cursor
from domain.projection.dialects import Dialect
from domain.projection.fields import Entity, Field, Many, One, Paged, Part, Value

TYPENAME = "__typename"


class NotProjectable(Exception):
    """
    Something was selected that no projection declares: the ordinary way serves it.
    """


@dataclass(frozen=True)
class Selected:
    """
    A field as it was selected: the name in the reply, the field's own, and what of it. Of a connection, also its page.
    """

    key: str
    name: str
    children: Sequence["Selected"] = ()
    page: PageRequest | None = None


@dataclass
class Statement:
    """
    SQL with numbered parameters in the form of the database's driver, and their values.
    """

    sql: str
    values: Sequence[Any]


class Compiler:
    """
    Compiles one tree. Aliases and parameters are numbered in the order in which they are met.
    """

    def __init__(self, dialect: Dialect, *, company_ids: frozenset[int] | None, is_sqlite: bool) -> None:
        self._dialect = dialect
        self._company_ids = company_ids
        self._is_sqlite = is_sqlite
        self._aliases = 0
        self._values: list[Any] = []

    def one(self, entity: Entity, row_id: int, selected: Sequence[Selected]) -> Statement:
        """
        One object by its number; no row where it does not exist for the caller.
        """
        row = self._alias()
        json = self._object(entity.type, entity.fields, selected, row)
        where = [f"{row}.id = {self._bind(row_id)}", *self._visible(entity, row)]
        return Statement(f"SELECT {json} FROM {entity.table} {row} WHERE {' AND '.join(where)}", self._values)

    def page(self, paged: Paged, selected: Selected) -> Statement:
        """
        A connection that belongs to nobody in particular.
        """
        return Statement(f"SELECT {self._page(paged, selected, None)}", self._values)

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
        request = selected.page
        if request is None:
            raise NotProjectable(selected.name)
        keys = known.listing.keys
        order = [(key, key.descending != request.backward) for key in keys]
        source, limited, numbered = self._alias(), self._alias(), self._alias()
        where = self._where(known, source, row)
        between = self._between(keys, request, source)
        columns = _order_by(order, source)
        rows = f"SELECT {source}.* FROM {known.entity.table} {source}"
        conditions = [*where, *between]
        rows += f" WHERE {' AND '.join(conditions)}" if conditions else ""
        rows += f" ORDER BY {columns} LIMIT {self._bind(request.size + 1)}"
        place = f"row_number() OVER (ORDER BY {_order_by(order, limited)}) AS place"
        within = f"SELECT {limited}.*, {place}, count(*) OVER () AS found FROM ({rows}) {limited}"
        size = self._bind(request.size)
        ordered = f"SELECT * FROM ({within}) {self._alias()} WHERE place <= {size}"
        ordered += " ORDER BY place DESC" if request.backward else " ORDER BY place"
        page = _PageParts(known.entity, keys, request, numbered, size)
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
        backward, row = page.request.backward, page.row
        more = f"coalesce(max({row}.found), 0) > {page.size}"
        first, last = ("max", "min") if backward else ("min", "max")
        match each.name:
            case "__typename":
                return "'\"PageInfo\"'"
            case "hasNextPage":
                known = "1 = 1" if page.request.before is not None else "1 = 0"
                return self._dialect.flag(known if backward else more)
            case "hasPreviousPage":
                known = "1 = 1" if page.request.after is not None else "1 = 0"
                return self._dialect.flag(more if backward else known)
            case "startCursor" | "endCursor":
                which = first if each.name == "startCursor" else last
                return self._cursor_at(page, which)
            case _:
                raise NotProjectable(each.name)

    def _cursor_at(self, page: "_PageParts", which: str) -> str:
        # The place in front, of one width, has the cursor of the first or the last row come out as the least or greatest.
        place = f"substr(CAST({page.row}.place + 1000000 AS TEXT), 1, 7)"
        return f"'\"' || substr({which}({place} || {self._cursor(page)}), 8) || '\"'"

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

    def _between(self, keys: Sequence[Key], request: PageRequest, source: str) -> list[str]:
        found: list[str] = []
        for cursor, backward, name in (
            (request.after, False, "after"),
            (request.before, True, "before"),
        ):
            if cursor is not None:
                values = [self._stored(value) for value in decode_cursor(cursor, keys, field=name)]
                found.append(self._beyond(keys, values, source, backward=backward))
        return found

    def _beyond(self, keys: Sequence[Key], values: Sequence[Any], source: str, *, backward: bool) -> str:
        binds = [self._bind(value) for value in values]
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

    def _stored(self, value: Any) -> Any:
        if self._is_sqlite and isinstance(value, datetime):
            return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
        return value

    def _visible(self, entity: Entity, row: str) -> list[str]:
        if self._company_ids is None:
            return []
        numbers = ", ".join(str(number) for number in sorted(self._company_ids)) or "NULL"
        return [f"{row}.{entity.company} IN ({numbers})"]

    def _alias(self) -> str:
        self._aliases += 1
        return f"t{self._aliases}"

    def _bind(self, value: Any) -> str:
        self._values.append(value)
        return f"{'?' if self._is_sqlite else '$'}{len(self._values)}"


@dataclass(frozen=True)
class _PageParts:
    """
    What the parts of one page share.
    """

    entity: Entity
    keys: Sequence[Key]
    request: PageRequest
    row: str
    size: str


def _order_by(order: Sequence[tuple[Key, bool]], row: str) -> str:
    return ", ".join(f"{row}.{key.column.key} {'DESC' if down else 'ASC'}" for key, down in order)
