"""Scalars as the contract has them: DateTime in UTC, Decimal as exact text."""

from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import strawberry
from strawberry.scalars import JSON
from strawberry.types.scalar import ScalarDefinition

from domain import clock


def _read_moment(text: Any) -> datetime:
    wrong = f"{str(text)[:40]!r} is not a moment. Write one as RFC 3339 with its offset, such as 2026-05-01T12:00:00Z."
    with suppress(TypeError, ValueError, OverflowError):
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    raise ValueError(wrong)


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
    parse_value=lambda value: Decimal(str(value)),
)
_JSON: ScalarDefinition = strawberry.scalar(
    name="JSON",
    description='Any JSON: {"onHand": 3}.',
    serialize=lambda value: value,
    parse_value=lambda value: value,
)
SCALARS: dict[object, ScalarDefinition] = {datetime: DATE_TIME, Decimal: DECIMAL, JSON: _JSON}
