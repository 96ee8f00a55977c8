"""Lists by pages (A2): all that is in a list, sorted, and cut where the cursors say."""

import base64
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from graphql import GraphQLError

from tests.oracle.rows import Seen

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Values = tuple[int | str | Decimal, ...]


def _everything(_row: Any, _filter: Mapping[str, Any], _seen: Seen) -> bool:
    return True


def refuses_nothing(_filter: Mapping[str, Any], _order: str | None, _seen: Seen) -> bool:
    return False


@dataclass(frozen=True)
class Listed:
    """A list: of which table, of which rows of a parent, by which values it is sorted, and what its filter lets through; by
    which values it can be sorted instead, and of which condition each of its values is counted under which name. *worked* are
    orders by values that other rows say; *refuses* says of a filter and an order that they can't be asked.
    """

    table: str
    rows: Callable[[Any, Seen], Iterable[Any]]
    values: Callable[[Any], Values]
    descending: bool = False
    matches: Callable[[Any, Mapping[str, Any], Seen], bool] = _everything
    orders: Mapping[str, Callable[[Any], Values]] = field(default_factory=dict[str, Callable[[Any], Values]])
    worked: Mapping[str, Callable[[Any, Seen], Values]] = field(
        default_factory=dict[str, Callable[[Any, Seen], Values]]
    )
    counted: tuple[str, Mapping[str, Any]] = ("", MappingProxyType({}))
    refuses: Callable[[Mapping[str, Any], str | None, Seen], bool] = refuses_nothing


@dataclass(frozen=True)
class _Order:
    """The name that cursors bear, by what rows are sorted, and from which end."""

    name: str
    values: Callable[[Any], Values]
    descending: bool


def page(listed: Listed, parent: Any, given: Mapping[str, Any], seen: Seen) -> dict[str, Any]:
    """A connection. Raises GraphQLError for what can't be asked."""
    first, last = given.get("first"), given.get("last")
    size = _size(first, last)
    wanted, order = _given(given.get("filter") or {}), _order(listed, given.get("orderBy"), seen)
    if listed.refuses(wanted, (given.get("orderBy") or {}).get("field"), seen):
        raise GraphQLError("this is worked out within one company")
    after, before = (_read_cursor(given.get(name), order, listed) for name in ("after", "before"))

    every = listed.rows(parent, seen)
    found = [row for row in every if _holds(listed, row, wanted, seen)]
    found.sort(key=order.values, reverse=order.descending)
    total = len(found)
    if after is not None:
        found = [row for row in found if _stands_before(after, order.values(row), order)]
    if before is not None:
        found = [row for row in found if _stands_before(order.values(row), before, order)]
    is_backward = last is not None or (first is None and before is not None)
    shown = found[-size:] if is_backward else found[:size]
    is_cut = len(found) > len(shown)

    cursors = [_cursor(row, order) for row in shown]
    return {
        "edges": [{"cursor": cursor, "node": row} for cursor, row in zip(cursors, shown, strict=True)],
        "nodes": shown,
        "pageInfo": {
            "hasNextPage": before is not None if is_backward else is_cut,
            "hasPreviousPage": is_cut if is_backward else after is not None,
            "startCursor": cursors[0] if cursors else None,
            "endCursor": cursors[-1] if cursors else None,
        },
        "totalCount": total,
        "statusCounts": _counts(listed, every, wanted, seen),
    }


def _given(wanted: Mapping[str, Any], depth: int = 0) -> dict[str, Any]:
    """What was given of a filter."""
    if depth > 4 or len(wanted.get("search") or "") > 500:
        raise GraphQLError("a filter is not so deep, and search has 500 characters at most")
    found: dict[str, Any] = {}
    for name, value in wanted.items():
        if isinstance(value, dict):
            found[name] = _given(value, depth + 1)
        elif isinstance(value, list):
            found[name] = [_given(each, depth + 1) if isinstance(each, dict) else each for each in value]
        elif value is not None:
            found[name] = value
    return found


def _holds(listed: Listed, row: Any, wanted: Mapping[str, Any], seen: Seen) -> bool:
    """Whether a row meets all of a filter, the filters in it too."""
    plain = {name: value for name, value in wanted.items() if name not in {"and", "or", "not"}}
    return (
        listed.matches(row, plain, seen)
        and all(_holds(listed, row, each, seen) for each in wanted.get("and", ()))
        and ("or" not in wanted or any(_holds(listed, row, each, seen) for each in wanted["or"]))
        and ("not" not in wanted or not _holds(listed, row, wanted["not"], seen))
    )


def _order(listed: Listed, asked: Mapping[str, str] | None, seen: Seen) -> _Order:
    if asked is None:
        return _Order(listed.table, listed.values, listed.descending)
    name = f"{listed.table} {asked['field']} {asked['direction']}"
    is_descending = asked["direction"] == "DESC"
    if asked["field"] not in listed.worked:
        return _Order(name, listed.orders[asked["field"]], is_descending)

    def values(row: Any) -> Values:
        return listed.worked[asked["field"]](row, seen)

    return _Order(name, values, is_descending)


def _counts(
    listed: Listed, every: Iterable[Any], wanted: Mapping[str, Any], seen: Seen
) -> list[Mapping[str, Any]]:
    """How many rows have each value of one condition, which is left out for that."""
    name, states = listed.counted
    left = {key: value for key, value in wanted.items() if key != name}
    rows = [row for row in every if _holds(listed, row, left, seen)]
    return [
        {"status": state, "count": sum(listed.matches(row, {name: value}, seen) for row in rows)}
        for state, value in states.items()
    ]


def is_in(value: Any, wanted: Mapping[str, Any] | None, *, with_end: bool = False) -> bool:
    """A range, its end in it or not; without one, none is asked for. What has no value is in none."""
    if not wanted:
        return True
    if value is None:
        return False
    is_before = "to" not in wanted or (value <= wanted["to"] if with_end else value < wanted["to"])
    return bool(value >= wanted.get("from", value) and is_before)


def microseconds(moment: datetime) -> int:
    """A moment as cursors have it: since 1970, exact."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _size(first: int | None, last: int | None) -> int:
    if first is not None and last is not None:
        raise GraphQLError("first or last, not both")
    size = first if first is not None else last if last is not None else 50
    if not 1 <= size <= 250:
        raise GraphQLError("a page has 1 to 250")
    return size


def _stands_before(one: Values, other: Values, order: _Order) -> bool:
    return one > other if order.descending else one < other


def _cursor(row: Any, order: _Order) -> str:
    """JSON of the order's name and the values that it is sorted by, in URL-safe base64 without its padding."""
    values = [format(value, "f") if isinstance(value, Decimal) else value for value in order.values(row)]
    written = json.dumps([order.name, *values], separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(written.encode()).decode().rstrip("=")


def _read_cursor(cursor: str | None, order: _Order, listed: Listed) -> Values | None:
    if cursor is None:
        return None
    try:
        name, *values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError:
        name, values = None, []
    if name != order.name:
        raise GraphQLError("no cursor of this list in this order")
    return tuple(
        Decimal(value) if order.values is listed.orders.get("TOTAL") and isinstance(value, str) else value
        for value in values
    )
