"""Scalars as the contract has them: DateTime in UTC, Decimal as exact text."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import strawberry
from strawberry.types.scalar import ScalarDefinition

from domain import clock


def _read_moment(text: Any) -> datetime:
    wrong = f"{str(text)[:40]!r} is not a moment. Write one as RFC 3339 with its offset, such as 2026-05-01T12:00:00Z."
    if not isinstance(text, str):
        raise ValueError(wrong)  # noqa: TRY004 - what graphql-core reports to the caller
    try:
        moment = datetime.fromisoformat(text)
        aware = moment.tzinfo is not None
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(wrong) from None
    if not aware:
        raise ValueError(wrong)
    return moment


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
SCALARS: dict[object, ScalarDefinition] = {datetime: DATE_TIME, Decimal: DECIMAL}
