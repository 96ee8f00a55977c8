"""Lists by pages (A2): all that is in a list, sorted, and cut where the cursors say."""

import base64
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from graphql import GraphQLError

from tests.oracle.rows import Seen

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Values = tuple[int | str, ...]


def _everything(_row: Any, _filter: Mapping[str, Any], _seen: Seen) -> bool:
    return True


@dataclass(frozen=True)
class Listed:
    """A list: of which table, of which rows of a parent, by which values it is sorted, and what its filter lets through."""

    table: str
    rows: Callable[[Any, Seen], Iterable[Any]]
    values: Callable[[Any], Values]
    descending: bool = False
    matches: Callable[[Any, Mapping[str, Any], Seen], bool] = _everything


def page(listed: Listed, parent: Any, given: Mapping[str, Any], seen: Seen) -> dict[str, Any]:
    """A connection. Raises GraphQLError for what can't be asked."""
    first, last = given.get("first"), given.get("last")
    size = _size(first, last)
    wanted = {name: value for name, value in (given.get("filter") or {}).items() if value is not None}
    if len(wanted.get("search", "")) > 500:
        raise GraphQLError("search has 500 characters at most")
    after, before = (_read_cursor(given.get(name), listed) for name in ("after", "before"))

    found = [row for row in listed.rows(parent, seen) if listed.matches(row, wanted, seen)]
    found.sort(key=listed.values, reverse=listed.descending)
    total = len(found)
    if after is not None:
        found = [row for row in found if _stands_before(after, listed.values(row), listed)]
    if before is not None:
        found = [row for row in found if _stands_before(listed.values(row), before, listed)]
    is_backward = last is not None or (first is None and before is not None)
    shown = found[-size:] if is_backward else found[:size]
    is_cut = len(found) > len(shown)

    cursors = [_cursor(row, listed) for row in shown]
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
    }


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


def _stands_before(one: Values, other: Values, listed: Listed) -> bool:
    return one > other if listed.descending else one < other


def _cursor(row: Any, listed: Listed) -> str:
    """JSON of the table and the values that the list is sorted by, in URL-safe base64 without its padding."""
    written = json.dumps([listed.table, *listed.values(row)], separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(written.encode()).decode().rstrip("=")


def _read_cursor(cursor: str | None, listed: Listed) -> Values | None:
    if cursor is None:
        return None
    try:
        table, *values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError:
        table, values = None, []
    if table != listed.table:
        raise GraphQLError("no cursor of this list")
    return tuple(values)
