"""The part of a statement that builds a connection: a page of rows, whether there is more, and how many there are in all."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Integer, case, func, literal_column, or_, select, text

from domain.errors import Invalid
from domain.filtering import COMPANY
from domain.pagination import Worked, beyond, decode_cursor, sorted_by
from domain.reading import json
from domain.reading.fields import Paged
from domain.reading.plans import TYPENAME, Asking, Filtering, Given, Selected, refused_at

if TYPE_CHECKING:
    from domain.reading.compiling import Compiler


class Page:
    """One connection of the rows that belong to *row*, or of all that the caller may see."""

    def __init__(self, compiler: "Compiler", source: Paged, selected: Selected, row: Any) -> None:
        if selected.page is None:
            raise TypeError(f"{selected.name} has no page")
        self._compiler = compiler
        self._selected = selected
        ordering = selected.ordering
        self._order = (
            source.order(ordering.field, descending=ordering.descending)
            if ordering
            else source.order(None, descending=False)
        )
        self._filter = source.filter
        if not self._is_of_one_company(source):
            self._refuse_dear()
        self._paging = selected.page
        self._type = selected.type.removesuffix("Connection")
        entity = source.entity or compiler.entity(self._type)
        # Conditions of filters name the table itself.
        table = entity.table.__table__
        self._kind, self._name = entity.table, table.name
        if source.rows is not None:
            table = source.rows(row).subquery(self._name)
        self._table = compiler.row(entity.table, table.name, table)
        on = [] if source.on is None else [compiler.said(source.on, row, self._table)]
        self._theirs = [*on, *compiler.visible(entity, self._table)]
        self._conditions = [*self._theirs, *self._filtered(selected.filtering)]
        self._counted = source.counted

    def _is_of_one_company(self, source: Paged) -> bool:
        given = () if self._selected.filtering is None else self._selected.filtering.form
        return source.on is not None or self._compiler.is_of_one_company or COMPANY in dict(given)

    def _refuse_dear(self) -> None:
        """Raise Invalid where the list is sorted or filtered by what would be worked out for rows of all companies."""
        filtering, ordering = self._selected.filtering, self._selected.ordering
        names = [] if filtering is None else [*self._filter.dear(filtering.form)]
        is_dear = any(isinstance(key.column, Worked) and key.column.is_dear for key in self._order.keys)
        if ordering is not None and is_dear:
            names.append(ordering.field.value)
        if names:
            with refused_at(self._selected.path):
                message = f"{names[0]} is worked out for each row: give companyId in the filter beside it."
                raise Invalid(message, field=("filter", "companyId"))

    def json(self) -> ColumnElement[str]:
        """The rows of a page and one more, numbered from where it begins; then what was selected of them."""
        paging, name = self._paging, self._compiler.name
        first, second, third = name(), name(), name()
        backward = paging.backward
        rows = (
            select(text(f"{self._name}.*"))
            .select_from(self._table)
            .where(*self._conditions, *self._between())
            .order_by(*sorted_by(self._table, self._order.keys, backward=backward))
            .limit(literal_column(str(paging.size + 1)))
            .correlate_except(self._table)
            .subquery(first)
        )
        limited = self._compiler.row(self._kind, first, rows)
        counted = func.row_number().over(order_by=sorted_by(limited, self._order.keys, backward=backward))
        numbered = (
            select(text(f"{first}.*"), counted.label("place"), func.count().over().label("found"))
            .select_from(rows)
            .subquery(second)
        )
        # Places are counted from the end that was asked for; one more than the page holds may have been found.
        place = literal_column(f"{second}.place", Integer())
        ordered = (
            select(text(f"{second}.*"))
            .select_from(numbered)
            .where(place <= literal_column(str(paging.size)))
            .order_by(place.desc() if backward else place)
            .subquery(third)
        )
        self._row = self._compiler.row(self._kind, third, ordered)
        self._place, self._found = (
            literal_column(f"{third}.{each}", Integer()) for each in ("place", "found")
        )
        members = [(each.key, self._member(each)) for each in self._selected.children]
        # One row comes out, whatever was selected and however many there are.
        whole = json.aggregated(json.object_of(members))
        return json.solid(select(whole).select_from(ordered).scalar_subquery())

    def _member(self, each: Selected) -> ColumnElement[str]:
        match each.name:
            case "nodes":
                return json.array_of(self._node(each))
            case "edges":
                edge = json.object_of([(child.key, self._of_edge(child)) for child in each.children])
                return json.array_of(edge)
            case "pageInfo":
                return json.object_of([(child.key, self._of_page_info(child)) for child in each.children])
            case "totalCount":
                count = select(func.count()).select_from(self._table).where(*self._conditions)
                return json.scalar(count.correlate_except(self._table).scalar_subquery())
            case "statusCounts":
                return self._counts(each)
            case _:
                return self._typename(each, "Connection")

    def _counts(self, each: Selected) -> ColumnElement[str]:
        """How many rows are in each state, of those that meet all conditions but the one that chooses among states."""
        if self._counted is None:
            raise TypeError(f"nothing is counted beside a page of {self._type}")
        condition, states = self._counted
        kind = each.type
        texts: list[ColumnElement[str] | str] = []
        for state, holds in states.conditions.items():
            values = {
                "status": json.constant(f'"{state.value}"'),
                "count": json.scalar(func.count().filter(holds)),
                TYPENAME: json.constant(f'"{kind}"'),
            }
            texts.append(json.object_of([(child.key, values[child.name]) for child in each.children]))
        rows = select(json.aggregated(json.array_from(texts))).select_from(self._table)
        rows = rows.where(*self._theirs, *self._filtered(self._selected.filtering, without=condition))
        return json.solid(rows.correlate_except(self._table).scalar_subquery())

    def _of_edge(self, each: Selected) -> ColumnElement[str]:
        match each.name:
            case "cursor":
                return self._cursor()
            case "node":
                return self._node(each)
            case _:
                return self._typename(each, "Edge")

    def _of_page_info(self, each: Selected) -> ColumnElement[str]:
        paging = self._paging
        found = func.coalesce(func.max(self._found), literal_column("0"))
        more = json.scalar(found > literal_column(str(paging.size)))
        match each.name:
            case "hasNextPage":
                return json.constant(_flag(paging.before)) if paging.backward else more
            case "hasPreviousPage":
                return more if paging.backward else json.constant(_flag(paging.after))
            case "startCursor" | "endCursor":
                is_nearest = (each.name == "startCursor") != paging.backward
                last = or_(self._place == literal_column(str(paging.size)), self._place == self._found)
                here = self._place == literal_column("1") if is_nearest else last
                return func.max(case((here, self._cursor())))
            case _:
                return json.constant('"PageInfo"')

    def _typename(self, each: Selected, suffix: str) -> ColumnElement[str]:
        if each.name != TYPENAME:
            raise TypeError(f"a page has no {each.name}")
        return json.constant(f'"{self._type}{suffix}"')

    def _node(self, each: Selected) -> ColumnElement[str]:
        return self._compiler.object(self._type, each.children, self._row)

    def _cursor(self) -> ColumnElement[str]:
        return json.cursor(self._order.name, [key.value(self._row) for key in self._order.keys])

    def _filtered(self, filtering: Filtering | None, *, without: str = "") -> list[ColumnElement[bool]]:
        if filtering is None:
            return []
        form = tuple(each for each in filtering.form if each[0] != without)
        # Of this page nothing but what is needed, as it stays with the plan.
        known, source, path = self._filter, filtering.source, self._selected.path

        def values(asking: Asking) -> list[Any]:
            with refused_at(path):
                given = source(asking.variables)
            left = {name: value for name, value in given.items() if name != without}
            return [each.prepare(value) for each, value in known.compared(left)]

        parameters = self._compiler.bind([each.type for each, _ in known.compared(form)], values)
        return known.holds(form, iter(parameters))

    def _between(self) -> list[ColumnElement[bool]]:
        after, before = self._paging.after, self._paging.before
        return [
            self._beyond(cursor, field=field)
            for cursor, field in ((after, "after"), (before, "before"))
            if cursor is not None
        ]

    def _beyond(self, cursor: Given, *, field: str) -> ColumnElement[bool]:
        # Of this page nothing but what is needed, as it stays with the plan.
        order, path = self._order, self._selected.path

        def values(asking: Asking) -> Sequence[Any]:
            with refused_at(path):
                return decode_cursor(cursor(asking.variables), order, field=field)

        parameters = self._compiler.bind([key.column.type for key in order.keys], values)
        return beyond(self._table, order.keys, parameters, backward=field == "before")


def _flag(cursor: Given | None) -> str:
    return "false" if cursor is None else "true"
