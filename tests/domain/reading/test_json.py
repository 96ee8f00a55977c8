"""JSON that the databases write: the same text on both, and the text that the API would write by itself."""

import base64
import json as stdlib_json
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from sqlalchemy import Boolean, ColumnElement, Integer, Text, literal, select, union_all

from domain import clock
from domain.database.session import Database
from domain.models import Order
from domain.models.base import UtcDateTime
from domain.orders.queries import ORDERS
from domain.pagination import Order as List
from domain.pagination import decode_cursor
from domain.reading import json
from tests.api.reading.rows_of_every_kind import ODD

MOMENTS = [
    datetime(2026, 5, 1, 12, tzinfo=UTC),
    datetime(2026, 5, 1, 12, 0, 0, 120_000, tzinfo=UTC),
    datetime(1999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
]


async def _value(database: Database, expression: ColumnElement[Any]) -> Any:
    async with database.read() as session:
        return await session.scalar(select(expression))


@pytest.mark.parametrize(
    "text", ["", "plain", ODD, '"', "\\", "\x01", "\x7f", "\u2028", "Zoë 李 😀", "'; --", "{0} %s"]
)
async def test_texts(database: Database, text: str) -> None:
    """A2: whatever a text holds, it is escaped as the API escapes it."""
    assert await _value(database, json.scalar(literal(text, Text()))) == orjson.dumps(text).decode()


@pytest.mark.parametrize("moment", MOMENTS)
async def test_moments(database: Database, moment: datetime) -> None:
    """A2: moments are in UTC, with microseconds only where there are any."""
    assert await _value(database, json.scalar(literal(moment, UtcDateTime()))) == f'"{clock.rfc3339(moment)}"'


@pytest.mark.parametrize(
    "value,kind,expected",
    [(True, Boolean(), "true"), (False, Boolean(), "false"), (None, Boolean(), None), (-7, Integer(), "-7"), (None, Integer(), None)],
)  # fmt: skip
async def test_others(database: Database, value: object, kind: Any, expected: str | None) -> None:
    """A2: numbers and flags are told as JSON has them, and NULL stays NULL."""
    assert await _value(database, json.scalar(literal(value, kind))) == expected


async def test_objects(database: Database) -> None:
    """A2: NULL inside an object is null, an object without members is empty, and so is a list of no rows."""
    inner = json.object_of([("a", json.scalar(literal(None, Text())))])
    made = json.object_of(
        [("one", json.scalar(literal(1, Integer()))), ("in", inner), ("none", json.object_of([]))]
    )
    assert await _value(database, made) == '{"one":1,"in":{"a":null},"none":{}}'
    rows = union_all(select(literal("1").label("each")), select(literal("2"))).subquery()
    async with database.read() as session:
        assert await session.scalar(select(json.array_of(rows.c.each))) == "[1,2]"
        assert await session.scalar(select(json.array_of(rows.c.each)).where(rows.c.each == "3")) == "[]"


@pytest.mark.parametrize("moment", MOMENTS)
async def test_cursors(database: Database, moment: datetime) -> None:
    """A2: a cursor that the database wrote is read back to the microsecond."""
    values = [literal(moment, UtcDateTime()), literal(42, Order.id.type)]
    cursor = stdlib_json.loads(await _value(database, json.cursor("orders", values)))
    assert decode_cursor(cursor, List.of(ORDERS), field="after") == [moment, 42]


async def test_global_ids(database: Database) -> None:
    """A2: an id is the type and the number in base64, however long the number is."""
    number = 2**62
    found = await _value(database, json.global_id("QueuedJob", literal(number, Order.id.type)))
    assert base64.b64decode(stdlib_json.loads(found)).decode() == f"QueuedJob:{number}"
