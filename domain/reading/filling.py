"""What a reply leaves open is filled in by the numbers of rows, each kind of it at once: rows, or what Python works out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import orjson

from domain import clock
from domain.database.session import Database
from domain.reading.compiling import Later, Value
from domain.reading.fields import Attribute, ByNumber, Column, Type
from domain.reading.json import MARK
from domain.reading.plans import TYPENAME, Asking, Plan, Selected

_PLACE = re.compile(f"{MARK}([0-9]+):([0-9]+){MARK}")


def deferred(place: int, numbers: int | Sequence[int]) -> str:
    """Where the JSON of a row, or of each of a list, is filled in by what has this place."""
    if isinstance(numbers, int):
        return f"{MARK}{place}:{numbers}{MARK}"
    return f"[{','.join(deferred(place, number) for number in numbers)}]"


class Filling:
    """Fills the replies of one operation."""

    def __init__(self, database: Database, types: Mapping[str, Type], asking: Asking) -> None:
        self._database = database
        self._types = types
        self._asking = asking

    async def value(self, value: object, of: Value, later: Sequence[Later]) -> str:
        """The reply that is a value of Python's."""
        return await self.fill(orjson.dumps(self._plain(of, of.selected, value)).decode(), later)

    async def fill(self, text: str, later: Sequence[Later]) -> str:
        """The reply with everything filled in, whatever of it holds places again."""
        while places := _PLACE.findall(text):
            wanted: dict[int, set[int]] = {}
            for place, number in places:
                wanted.setdefault(int(place), set()).add(int(number))
            found = {
                (place, number): json
                for place, ids in wanted.items()
                for number, json in (await self._found(later[place], sorted(ids))).items()
            }
            text = _filled(text, found)
        return text

    async def _found(self, later: Later, ids: Sequence[int]) -> Mapping[int, str]:
        if isinstance(later, Plan):
            return dict(await self._database.rows(later.sql, later.values(replace(self._asking, ids=ids))))
        async with self._database.read() as session:
            given = later.arguments(self._asking.variables)
            computed = await later.batch.load(session, ids, self._asking.reader, **given)
        return {
            number: orjson.dumps(self._plain(later, later.selected, value)).decode()
            for number, value in computed.items()
        }

    def _plain(self, later: Value, selected: Selected, value: Any) -> Any:
        if isinstance(value, Sequence) and not isinstance(value, str):
            return [self._plain(later, selected, each) for each in value]
        if not selected.children or value is None:
            return _scalar(value)
        sources = self._types[selected.type].sources
        members: dict[str, Any] = {}
        for each in selected.children:
            if each.name == TYPENAME:
                members[each.key] = selected.type
                continue
            match sources[each.name]:
                case Attribute(of) | Column(of):
                    members[each.key] = self._plain(later, each, of(value))
                case ByNumber(of):
                    place, numbers = later.rows[id(each)], of(value)
                    rows = None if numbers is None else orjson.Fragment(deferred(place, numbers))
                    members[each.key] = rows
                case _:
                    raise TypeError(f"{selected.type}.{each.name} is no part of a value")
        return members


def _filled(text: str, found: Mapping[tuple[int, int], str]) -> str:
    return _PLACE.sub(lambda each: found.get((int(each[1]), int(each[2])), "null"), text)


def _scalar(value: Any) -> Any:
    match value:
        case datetime():
            return clock.rfc3339(value)
        case Enum():
            return value.value
        case int():
            # Sums are no larger than GraphQL's Int holds, as those of the database are not.
            return value if isinstance(value, bool) else max(-(2**31), min(value, 2**31 - 1))
        case Decimal():
            return format(value, "f")
        case _:
            return value
