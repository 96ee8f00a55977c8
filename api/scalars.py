"""
Scalars as the contract has them: DateTime in UTC, Decimal as exact text, and Money.
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import strawberry
from strawberry.types.scalar import ScalarDefinition


def _write_moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"


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
    serialize=_write_moment,
    parse_value=_read_moment,
)
DECIMAL: ScalarDefinition = strawberry.scalar(
    name="Decimal",
    description='An exact decimal number as text: "19.90".',
    serialize=lambda value: format(value, "f"),
    parse_value=lambda value: Decimal(str(value)),
)
SCALARS: dict[object, ScalarDefinition] = {datetime: DATE_TIME, Decimal: DECIMAL}


@strawberry.type(description="An exact amount of one currency.")
class Money:
    """An exact amount of one currency."""

    amount: Decimal = strawberry.field(description="In units of the currency, not in its hundredths.")
    currency_code: str = strawberry.field(description="ISO 4217, such as USD.")


def money(amount: Decimal | None, currency_code: str | None) -> Money | None:
    """
    Money of two columns; None where there is none.
    """
    return (
        None if amount is None or currency_code is None else Money(amount=amount, currency_code=currency_code)
    )
