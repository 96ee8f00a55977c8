"""Scalars as the contract has them: DateTime in UTC, Decimal as exact text."""

import re
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import strawberry
from strawberry.scalars import JSON
from strawberry.types.scalar import ScalarDefinition

from domain import clock

_DECIMAL = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,20})?\Z", re.ASCII)


def _read_moment(text: Any) -> datetime:
    wrong = f"{str(text)[:40]!r} is not a moment. Write one as RFC 3339 with its offset, such as 2026-05-01T12:00:00Z."
    with suppress(TypeError, ValueError, OverflowError):
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    raise ValueError(wrong)


def _read_decimal(number: Any) -> Decimal:
    # Written out it would have as many digits as its exponent says.
    if not isinstance(number, bool) and _DECIMAL.match(str(number)):
        return Decimal(str(number))
    raise ValueError(f'{str(number)[:40]!r} is not a decimal number. Write one such as "19.90".')


DATE_TIME: ScalarDefinition = strawberry.scalar(
    name="DateTime",
    description="A moment as RFC 3339 has it, always in UTC: 2026-05-01T12:00:00Z.",
    serialize=clock.rfc3339,
    parse_value=_read_moment,
)
DECIMAL: ScalarDefinition = strawberry.scalar(
    name="Decimal",
    description='An exact decimal number as text: "19.90".',
    serialize=lambda value: format(value, "f"),
    parse_value=_read_decimal,
)
_JSON: ScalarDefinition = strawberry.scalar(
    name="JSON",
    description='Any JSON: {"onHand": 3}.',
    serialize=lambda value: value,
    parse_value=lambda value: value,
)
SCALARS: dict[object, ScalarDefinition] = {datetime: DATE_TIME, Decimal: DECIMAL, JSON: _JSON}
