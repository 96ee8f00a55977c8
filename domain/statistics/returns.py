"""What the returns of a period add up to, of few rows: read as they are, without sums of their own."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.models import Return, ReturnLine, ReturnStatus
from domain.reading.fields import Reader
from domain.statistics.periods import Period, moment_of
from domain.statistics.queries import Sales

_REFUNDED = (ReturnStatus.REFUNDING, ReturnStatus.REFUNDED)


@dataclass
class ReturnTotals:
    """What some returns add up to; *amounts* of those that are refunded, by currency."""

    returns: int = 0
    pieces: int = 0
    refunded: int = 0
    refunded_without_amount: int = 0
    amounts: dict[str, Decimal] = field(default_factory=dict[str, Decimal])

    @property
    def refunds(self) -> Sequence[Sales]:
        """What was given back, exact, by currency."""
        return [Sales(amount, currency) for currency, amount in sorted(self.amounts.items())]


async def totals(
    session: AsyncSession, ids: Collection[int], _reader: Reader, *, period: Period
) -> Mapping[int, ReturnTotals]:
    """What all returns add up to that buyers asked for in the period."""
    found = {number: ReturnTotals() for number in ids}
    is_within = and_(
        Return.company_id.in_(ids),
        Return.requested_at >= moment_of(period.first),
        Return.requested_at < moment_of(period.end),
    )
    # Equal amounts as one row: what is added up then is exact on both databases.
    alike = (Return.company_id, Return.status, Return.currency_code, Return.refund_amount)
    counted = select(*alike, func.count()).where(is_within).group_by(*alike)
    for company_id, status, currency, amount, count in await session.execute(counted):
        of_company = found[company_id]
        of_company.returns += count
        if status not in _REFUNDED:
            continue
        of_company.refunded += count
        if amount is None or currency is None:
            of_company.refunded_without_amount += count
        else:
            of_company.amounts[currency] = of_company.amounts.get(currency, Decimal()) + amount * count
    pieces = select(Return.company_id, func.sum(ReturnLine.quantity)).join(
        ReturnLine, ReturnLine.return_id == Return.id
    )
    for company_id, count in await session.execute(pieces.where(is_within).group_by(Return.company_id)):
        found[company_id].pieces = int(count)
    return found
