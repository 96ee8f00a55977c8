"""
The part of a statement that builds a connection: a page of rows, whether there is more, and how many there are in all.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import literal_column

from domain.filtering import Comparison, Flag
from domain.pagination import Key, decode_cursor
from domain.projection.asking import Asking, Filtering, NotProjectable, Paging, Selected, Source
from domain.projection.fields import Paged

if TYPE_CHECKING:
    from domain.projection.compiling import Compiler


class Page:
    """
    One connection of the rows that belong to *row*, or of all that the caller may see.
    """

    def __init__(self, compiler: "Compiler", known: Paged, selected: Selected, row: str) -> None:
        if selected.page is None:
            raise NotProjectable(selected.name)
        self._compiler = compiler
        self._dialect = compiler.dialect
        self._known = known
        self._entity = known.entity
        self._keys = known.listing.keys
        self._paging: Paging = selected.page
        self._selected = selected
        self._row = row
        # Conditions of filters name the table itself.
        self._source = known.entity.table
        self._numbered = compiler.alias()

    def json(self) -> str:
        """
        The rows of a page and one more, numbered from where it begins; then what was selected of them.
        """
        paging, order = self._paging, self._order()
        limited, source = self._compiler.alias(), self._source
        rows = f"SELECT {source}.* FROM {source}{_where([*self._conditions, *self._between()])}"
        rows += f" ORDER BY {_order_by(order, source)} LIMIT {paging.size + 1}"
        place = f"row_number() OVER (ORDER BY {_order_by(order, limited)}) AS place"
        within = f"SELECT {limited}.*, {place}, count(*) OVER () AS found FROM ({rows}) {limited}"
        ordered = f"SELECT * FROM ({within}) {self._compiler.alias()} WHERE place <= {paging.size}"
        ordered += " ORDER BY place DESC" if paging.backward else " ORDER BY place"
        json = self._dialect.object([(each.key, self._part(each)) for each in self._selected.children])
        # An aggregate in any case: one row comes out, whatever was selected and however many there are.
        return f"(SELECT {json} || coalesce(max(''), '') FROM ({ordered}) {self._numbered})"

    def _part(self, each: Selected) -> str:
        d = self._dialect
        match each.name:
            case "__typename":
                return f"'\"{self._entity.type}Connection\"'"
            case "nodes":
                return d.array(d.joined(self._node(each)))
            case "edges":
                members = [(child.key, self._of_edge(child)) for child in each.children]
                return d.array(d.joined(d.object(members)))
            case "pageInfo":
                return d.object([(child.key, self._of_page_info(child)) for child in each.children])
            case "totalCount":
                return d.whole(f"(SELECT count(*) FROM {self._source}{_where(self._conditions)})")
            case _:
                raise NotProjectable(each.name)

    def _node(self, each: Selected) -> str:
        entity = self._entity
        return self._compiler.object(entity.type, entity.fields, each.children, self._numbered)

    def _of_edge(self, each: Selected) -> str:
        match each.name:
            case "__typename":
                return f"'\"{self._entity.type}Edge\"'"
            case "cursor":
                return "'\"' || " + self._cursor() + " || '\"'"
            case "node":
                return self._node(each)
            case _:
                raise NotProjectable(each.name)

    def _of_page_info(self, each: Selected) -> str:
        paging, row = self._paging, self._numbered
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
                here = f"CASE WHEN {row}.place IN ({place}) THEN {self._cursor()} END"
                return f"'\"' || max({here}) || '\"'"
            case _:
                raise NotProjectable(each.name)

    def _cursor(self) -> str:
        parts = [f"'[\"{self._entity.table}\"'"]
        for key in self._keys:
            column = f"{self._numbered}.{key.column.key}"
            kind = key.column.type.python_type
            if kind is datetime:
                value = self._dialect.microseconds(column)
            else:
                value = self._dialect.whole(column) if kind is int else self._dialect.quoted(column)
            parts.append(f"',' || {value}")
        return self._dialect.url_base64(" || ".join([*parts, "']'"]))

    @cached_property
    def _conditions(self) -> list[str]:
        """
        What holds of the rows of the whole list.
        """
        on, source = self._known.on, self._source
        own = [] if on is None else [on.format(row=self._row, other=source)]
        visible = self._compiler.visible(self._entity, source)
        filtering = self._selected.filtering
        return [*own, *visible, *(self._filtered(filtering) if filtering else ())]

    def _filtered(self, filtering: Filtering) -> list[str]:
        known = [(name, self._known.filter[name]) for name in filtering.given]
        compared = [(name, condition) for name, condition in known if isinstance(condition, Comparison)]
        # And not what it was given when the plan was made, which would be kept with the plan.
        source = filtering.source
        stored = [(name, c.prepare, self._dialect.stores(c.type)) for name, c in compared]

        def values(asking: Asking) -> list[Any]:
            given = source(asking.variables)
            return [stores(prepare(given[name])) for name, prepare, stores in stored]

        parameters = iter(self._compiler.bind(values, count=len(stored)))
        table = self._keys[0].column.class_
        return [
            self._dialect.condition(
                table,
                condition.of(filtering.given[name])
                if isinstance(condition, Flag)
                else condition.holds(literal_column(next(parameters), condition.type)),
            )
            for name, condition in known
        ]

    def _order(self) -> list[tuple[Key, bool]]:
        return [(key, key.descending != self._paging.backward) for key in self._keys]

    def _between(self) -> list[str]:
        found: list[str] = []
        paging = self._paging
        for cursor, backward, name in ((paging.after, False, "after"), (paging.before, True, "before")):
            if cursor is not None:
                values = self._decoded(cursor, name)
                binds = self._compiler.bind(values, count=len(self._keys))
                found.append(self._beyond(binds, backward=backward))
        return found

    def _decoded(self, cursor: Source, name: str) -> Callable[[Asking], Sequence[Any]]:
        keys, stores = self._keys, [self._dialect.stores(key.column.type) for key in self._keys]
        return lambda asking: [
            store(value)
            for store, value in zip(
                stores, decode_cursor(cursor(asking.variables), keys, field=name), strict=True
            )
        ]

    def _beyond(self, binds: Sequence[str], *, backward: bool) -> str:
        keys, source = self._keys, self._source
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


def _where(conditions: Sequence[str]) -> str:
    return f" WHERE {' AND '.join(conditions)}" if conditions else ""


def _order_by(order: Sequence[tuple[Key, bool]], row: str) -> str:
    return ", ".join(f"{row}.{key.column.key} {'DESC' if down else 'ASC'}" for key, down in order)
