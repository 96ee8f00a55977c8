"""Statistics of companies over a period: each answer is one statement for all companies of a reply."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.currencies import digits_of
from domain.models import JobType, Order, OrderStatus, QueuedJob, literally
from domain.orders.ship_by import is_to_be_shipped
from domain.reading.fields import Reader
from domain.statistics.periods import Period, moment_of
from domain.statistics.sums import BY_COUNTRY, BY_PRODUCT, BY_QUARTER, FRACTIONS, Sums, place


@dataclass(frozen=True)
class Sales:
    """An exact amount of one currency."""

    amount: Decimal
    currency_code: str


@dataclass
class Totals:
    """What some orders add up to."""

    orders: int = 0
    pieces: int = 0
    cancelled_orders: int = 0
    cancelled_pieces: int = 0
    orders_without_total: int = 0
    fractions: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def sales(self) -> Sequence[Sales]:
        """Their amounts by currency."""
        return _sales(self.fractions)

    def add_status(self, row: Any) -> None:
        """Add a row of orders of one status: what was cancelled is not sold."""
        is_cancelled = row.status is OrderStatus.CANCELLED
        self.add(row, cancelled=row.orders if is_cancelled else 0, is_sold=not is_cancelled)

    def add(self, row: Any, *, cancelled: int, is_sold: bool = True) -> None:
        """Add a row of sums, of which so many orders are cancelled."""
        self.orders += row.orders
        self.pieces += row.pieces
        self.cancelled_orders += cancelled
        self.cancelled_pieces += row.cancelled_pieces
        if not row.currency_code:
            self.orders_without_total += row.orders
        elif is_sold:
            self.fractions[row.currency_code] += row.total


@dataclass
class IntervalTotals(Totals):
    """The orders that were placed in one interval."""

    starts_at: datetime = field(kw_only=True)
    ends_at: datetime = field(kw_only=True)


@dataclass
class StatusTotals(Totals):
    """The orders of one status."""

    status: OrderStatus = field(kw_only=True)


@dataclass
class CountryTotals(Totals):
    """The orders that go to one country; None where it isn't known."""

    country_code: str | None = field(kw_only=True)


@dataclass
class ProductTotals:
    """The pieces of one product; None of all that are of none."""

    product_id: int | None
    pieces: int = 0
    cancelled_pieces: int = 0
    fractions: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def sales(self) -> Sequence[Sales]:
        """Prices of the pieces that were not cancelled, by currency."""
        return _sales(self.fractions)


@dataclass(frozen=True)
class Punctuality:
    """How orders were shipped, by the moment by which Temu expects it."""

    in_time: int
    late: int
    open: int
    past_due: int


@dataclass(frozen=True)
class ImportLag:
    """How long after they were placed orders were imported."""

    orders: int
    average_seconds: int | None


@dataclass(frozen=True)
class StockPushes:
    """What became of the figures of stock that were told to the channel, by the jobs that are kept."""

    jobs: int
    accepted: int
    refused: int
    since: datetime


async def totals(
    session: AsyncSession, ids: Collection[int], reader: Reader, *, period: Period
) -> Mapping[int, Totals]:
    """What all orders of the period add up to."""
    found = {number: Totals() for number in ids}
    for row in await _by_place(session, ids, reader, period):
        found[row.company_id].add_status(row)
    return found


async def by_interval(
    session: AsyncSession, ids: Collection[int], reader: Reader, *, period: Period
) -> Mapping[int, Sequence[IntervalTotals]]:
    """The same for each of its intervals, those without orders too."""
    found = {
        number: [IntervalTotals(starts_at=begin, ends_at=end) for begin, end in period.intervals()]
        for number in ids
    }
    for row in await _by_place(session, ids, reader, period):
        found[row.company_id][row.place].add_status(row)
    return found


async def by_status(
    session: AsyncSession, ids: Collection[int], reader: Reader, *, period: Period
) -> Mapping[int, Sequence[StatusTotals]]:
    """The same for each status that orders of the period have now."""
    found: dict[int, dict[OrderStatus, StatusTotals]] = {number: {} for number in ids}
    for row in await _by_place(session, ids, reader, period):
        of_status = found[row.company_id].setdefault(row.status, StatusTotals(status=row.status))
        of_status.add(row, cancelled=row.orders if row.status is OrderStatus.CANCELLED else 0)
    return {
        number: [of_status[status] for status in OrderStatus if status in of_status]
        for number, of_status in found.items()
    }


async def by_country(
    session: AsyncSession, ids: Collection[int], _reader: Reader, *, period: Period
) -> Mapping[int, Sequence[CountryTotals]]:
    """The same for each country, that of most orders first."""
    found: dict[int, dict[str, CountryTotals]] = {number: {} for number in ids}
    for row in await _rows(
        session, BY_COUNTRY, ids, period, lambda key: [key.country_code, key.currency_code]
    ):
        code = row.country_code
        of_country = found[row.company_id].setdefault(code, CountryTotals(country_code=code or None))
        of_country.add(row, cancelled=row.cancelled_orders)
    return {
        number: sorted(each.values(), key=lambda one: (-one.orders, one.country_code or "~"))
        for number, each in found.items()
    }


async def by_product(
    session: AsyncSession, ids: Collection[int], _reader: Reader, *, period: Period, first: int
) -> Mapping[int, Sequence[ProductTotals]]:
    """The products of which most pieces were ordered."""
    found: dict[int, dict[int, ProductTotals]] = {number: {} for number in ids}
    for row in await _rows(session, BY_PRODUCT, ids, period, lambda key: [key.product_id, key.currency_code]):
        number = row.product_id
        of_product = found[row.company_id].setdefault(number, ProductTotals(number or None))
        of_product.pieces += row.pieces
        of_product.cancelled_pieces += row.cancelled_pieces
        if row.currency_code:
            of_product.fractions[row.currency_code] += row.total
    return {
        number: sorted(each.values(), key=lambda one: (-one.pieces, one.product_id or 0))[:first]
        for number, each in found.items()
    }


async def punctuality(
    session: AsyncSession, ids: Collection[int], reader: Reader, *, period: Period
) -> Mapping[int, Punctuality]:
    """How the orders of the period were shipped."""
    # Counted by a case: by a condition of their moment SQLite would read all orders of the period, of which few are open.
    is_within = and_(Order.ordered_at >= moment_of(period.first), Order.ordered_at < moment_of(period.end))
    waits = (
        select(
            Order.company_id,
            func.count(case((is_within, 1))).label("open"),
            func.count(case((and_(is_within, Order.latest_ship_at < reader.now), 1))).label("past_due"),
        )
        .where(Order.company_id.in_(ids), is_to_be_shipped())
        .group_by(Order.company_id)
    )
    waiting = {row.company_id: (row.open, row.past_due) for row in await session.execute(waits)}
    in_time, late = Counter[int](), Counter[int]()
    for row in await _by_place(session, ids, reader, period):
        in_time[row.company_id] += row.shipped_in_time
        late[row.company_id] += row.shipped_late
    found: dict[int, Punctuality] = {}
    for number in ids:
        open_, past_due = waiting.get(number, (0, 0))
        found[number] = Punctuality(in_time[number], late[number], open_ - past_due, past_due)
    return found


async def import_lag(
    session: AsyncSession, ids: Collection[int], reader: Reader, *, period: Period
) -> Mapping[int, ImportLag]:
    """How long the orders of the period took to come in."""
    orders, seconds = Counter[int](), Counter[int]()
    for row in await _by_place(session, ids, reader, period):
        orders[row.company_id] += row.orders
        seconds[row.company_id] += row.lag_seconds
    return {
        number: ImportLag(orders[number], seconds[number] // orders[number] if orders[number] else None)
        for number in ids
    }


async def stock_pushes(
    session: AsyncSession, ids: Collection[int], reader: Reader, *, period: Period
) -> Mapping[int, StockPushes]:
    """What became of the stock that was told in the period; of jobs that are kept no longer nothing is known."""
    since = max(moment_of(period.first), reader.now - timedelta(days=reader.settings.keep_jobs_days))
    is_within = and_(QueuedJob.created_at >= since, QueuedJob.created_at < moment_of(period.end))
    statement = (
        select(
            QueuedJob.company_id,
            func.count().label("jobs"),
            func.sum(QueuedJob.succeeded).label("accepted"),
            func.sum(QueuedJob.failed).label("refused"),
        )
        .where(
            QueuedJob.company_id.in_(ids),
            QueuedJob.type == literally(JobType.UPDATE_INVENTORY),
            QueuedJob.started_at.is_not(None),
            is_within,
        )
        .group_by(QueuedJob.company_id)
    )
    found = {number: StockPushes(0, 0, 0, since) for number in ids}
    for row in await session.execute(statement):
        found[row.company_id] = StockPushes(row.jobs, int(row.accepted), int(row.refused), since)
    return found


async def _by_place(
    session: AsyncSession, ids: Collection[int], reader: Reader, period: Period
) -> Sequence[Any]:
    """Sums by interval, status and currency, of which most of a reply is made: asked for once."""

    def by(key: Any) -> list[ColumnElement[Any]]:
        return [place(key.quarter, period).label("place"), key.status, key.currency_code]

    asked = ("order sums by place", frozenset(ids), period)
    if asked not in reader.memo:
        reader.memo[asked] = await _rows(session, BY_QUARTER, ids, period, by)
    rows: Sequence[Any] = reader.memo[asked]
    return rows


async def _rows(
    session: AsyncSession,
    sums: Sums,
    ids: Collection[int],
    period: Period,
    by: Callable[[Any], Sequence[ColumnElement[Any]]],
) -> Sequence[Any]:
    return (await session.execute(sums.read(ids, period, by))).all()


def _sales(fractions: Mapping[str, int]) -> Sequence[Sales]:
    return [Sales(_amount(found, currency), currency) for currency, found in sorted(fractions.items())]


def _amount(fractions: int, currency: str) -> Decimal:
    """Written with as many digits as the currency has; with more where these are needed."""
    amount = Decimal(fractions) / FRACTIONS
    usual = amount.quantize(Decimal(1).scaleb(-digits_of(currency)))
    return usual if usual == amount else amount
