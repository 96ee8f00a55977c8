"""What is summed of orders: each kind of sum once, as rows that are stored of each day and as the SELECT that they come of.

A reader takes stored rows, and of the days whose orders have changed since, the SELECT itself; both in one statement, so that
whatever it sees of orders it also sees of their changes (docs/decisions/0025).
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Select,
    and_,
    case,
    func,
    literal,
    literal_column,
    select,
    tuple_,
    union_all,
)

from domain.database.dialect_sql import DialectSQL, larger, smaller
from domain.models import (
    Company,
    CountrySum,
    Order,
    OrderAddress,
    OrderItem,
    OrderStatus,
    OrderSumChange,
    Package,
    ProductBlockSum,
    ProductSum,
    QuarterSum,
    ShippingStatus,
    literally,
)
from domain.models.base import UtcDateTime
from domain.statistics.periods import QUARTER_SECONDS, QUARTERS_OF_DAY, Period, moment_of

#: Whole blocks of days that follow each other are summed once more, where a day has many sums.
BLOCK_DAYS = 32
# In which totals are summed: a whole number of these is exact on both databases.
FRACTIONS = 10_000
_DAY = 86_400
# An amount beyond it is no order's, and would not fit: it counts as not told.
_LARGEST_AMOUNT = 10**12


class _Epoch(DialectSQL):
    """Whole seconds since 1970."""

    type = BigInteger()
    postgresql = "CAST(floor(extract(epoch FROM {0})) AS BIGINT)"
    sqlite = "CAST(strftime('%s', {0}) AS INTEGER)"


class _Moment(DialectSQL):
    """The moment so many seconds after 1970 began."""

    type = UtcDateTime()
    postgresql = "to_timestamp({0})"
    # Moments are text with all six digits there.
    sqlite = "(strftime('%Y-%m-%d %H:%M:%S', {0}, 'unixepoch') || '.000000')"


class _InFractions(DialectSQL):
    """An amount in ten-thousandths: of SQLite's text by its digits, as a float would round it."""

    type = BigInteger()
    postgresql = "CAST({0} * 10000 AS BIGINT)"
    sqlite = (
        "CASE instr({0}, '.') WHEN 0 THEN CAST({0} AS INTEGER) * 10000 ELSE CAST(substr({0}, 1, instr({0}, '.') - 1) || "
        "substr(substr({0}, instr({0}, '.') + 1) || '0000', 1, 4) AS INTEGER) END"
    )


class _Whole(DialectSQL):
    """A sum, which PostgreSQL else makes a decimal of."""

    type = BigInteger()
    postgresql, sqlite = "CAST(coalesce(sum({0}), 0) AS BIGINT)", "coalesce(sum({0}), 0)"


class _IsAmong(DialectSQL):
    """Whether a row of company {0} and time {1} is one of company {2} from {3} until {4}; {5} and {6} are numbers of either row.

    No database is to read all rows, such as orders, and look for the day of each. On PostgreSQL rows are compared, which only an index answers;
    moments once more, else any index that begins with a company would do; and what is always so of {5} and {6}, as it takes a day for
    a ninth of all orders, and this for rare: then it looks up items one by one. SQLite begins with the days where their side can have
    no index (`+`).
    """

    # Without a type: a Boolean of SQLite's would be compared with 1, and then answered by no index.
    postgresql = "(({0}, {1}) >= ({2}, {3}) AND ({0}, {1}) < ({2}, {4}) AND {1} >= {3} AND {1} < {4} AND {5} - {5} + {6} = {6})"
    sqlite = "({0} = +{2} AND {1} >= +{3} AND {1} < +{4})"


class _Size(DialectSQL):
    type = BigInteger()
    postgresql, sqlite = "abs({0})", "abs({0})"


@dataclass(frozen=True)
class Sums:
    """One kind of sum. *facts* are the rows that it adds up: company_id, day, the other keys and the measures of each; *keys* begin
    with company_id and with what stands for the time.
    """

    table: type[Any]
    keys: Sequence[str]
    measures: Sequence[str]
    day: Callable[[Any], ColumnElement[int]]
    facts: Callable[[], Select[*tuple[Any, ...]]]
    #: The same, of blocks of days instead of days.
    blocks: type[Any] | None = None

    def computed(self, company_id: int, day: int) -> Select[*tuple[Any, ...]]:
        """The sums of a day as they are at this moment, in the order of *keys* and *measures*."""
        found = self.facts().where(
            Order.company_id == company_id,
            Order.ordered_at >= moment_of(day * QUARTERS_OF_DAY),
            Order.ordered_at < moment_of((day + 1) * QUARTERS_OF_DAY),
        )
        rows = found.subquery()
        keys = [rows.c[name] for name in self.keys]
        return select(*keys, *(_Whole(rows.c[name]) for name in self.measures)).group_by(*keys)

    def computed_of_block(self, company_id: int, block: int) -> Select[*tuple[Any, ...]]:
        """The sums of a block, of those of its days."""
        table: Any = self.table
        keys = [table.company_id, *(getattr(table, name) for name in self.keys[2:])]
        first = block * BLOCK_DAYS
        measures = (_Whole(getattr(table, name)) for name in self.measures)
        return (
            select(_number(block), *keys, *measures)
            .where(table.company_id == company_id, table.day.between(first, first + BLOCK_DAYS - 1))
            .group_by(*keys)
        )

    def read(
        self,
        company_ids: Collection[int],
        period: Period,
        by: Callable[[Any], Sequence[ColumnElement[Any]]],
    ) -> Select[*tuple[Any, ...]]:
        """The sums of some companies over a period, grouped by their company and *by* some keys."""
        first, last = _days_of(period)
        change = OrderSumChange
        changed = [
            select(change.company_id, change.day).where(
                change.company_id.in_(company_ids), change.day.between(first, last)
            )
        ]
        if "day" in self.keys:
            # A stored day is a whole one.
            cut = {first} if period.first % QUARTERS_OF_DAY else set[int]()
            cut |= {last} if period.end % QUARTERS_OF_DAY else set()
            changed += [
                select(Company.id, _number(day)).where(Company.id.in_(company_ids)) for day in sorted(cut)
            ]
        days = union_all(*changed).subquery().c
        # Their moments stand here: by a condition of orders alone SQLite would read all orders of the period.
        begin = larger(days.day * _number(_DAY), _number(period.first * QUARTER_SECONDS))
        end = smaller((days.day + _number(1)) * _number(_DAY), _number(period.end * QUARTER_SECONDS))
        moments = _Moment(begin).label("begin"), _Moment(end).label("end")
        named = select(days.company_id, days.day, *moments).distinct().cte("changed_days")
        day = named.c
        fresh = self.facts().join(
            named,
            _IsAmong(
                Order.company_id, Order.ordered_at, day.company_id, day.begin, day.end, Order.id, day.day
            ),
        )
        rows = fresh.subquery()
        names = [*self.keys, *self.measures]
        stored = self._stored(company_ids, period, named)
        both = union_all(*stored, select(*(rows.c[name] for name in names))).subquery()
        groups = [both.c.company_id, *by(both.c)]
        # By their places, as a key may be an expression with parameters, which PostgreSQL would not know again.
        places: list[ColumnElement[Any]] = [literal_column(str(place)) for place in range(1, len(groups) + 1)]
        return select(*groups, *(_Whole(both.c[name]).label(name) for name in self.measures)).group_by(
            *places
        )

    def _stored(
        self, company_ids: Collection[int], period: Period, named: CTE
    ) -> list[Select[*tuple[Any, ...]]]:
        """Sums of whole blocks, as far as there are any, and of the other days; none of days that are *named*."""
        table: Any = self.table
        first, last = _days_of(period)
        is_named = tuple_(table.company_id, self.day(table)).in_(select(named.c.company_id, named.c.day))
        of_days = select(*(getattr(table, name) for name in [*self.keys, *self.measures])).where(~is_named)
        if self.blocks is None:
            is_within = (
                table.day.between(first, last)
                if "day" in self.keys
                else and_(table.quarter >= period.first, table.quarter < period.end)
            )
            return [of_days.where(table.company_id.in_(company_ids), is_within)]
        blocks: Any = self.blocks
        changed = select(named.c.company_id, named.c.day // _number(BLOCK_DAYS))
        whole = (
            select(blocks.company_id, blocks.block)
            .where(
                blocks.company_id.in_(company_ids),
                blocks.block.between(-(-first // BLOCK_DAYS), (last + 1) // BLOCK_DAYS - 1),
                tuple_(blocks.company_id, blocks.block).not_in(changed),
            )
            .distinct()
            .cte("whole_blocks")
        )
        is_whole = select(whole.c.company_id, whole.c.block)
        of_blocks = select(
            blocks.company_id, blocks.block * _number(BLOCK_DAYS),
            *(getattr(blocks, name) for name in [*self.keys[2:], *self.measures]),
        ).where(tuple_(blocks.company_id, blocks.block).in_(is_whole))  # fmt: skip
        among = (
            select(Company.id.label("company_id"), _number(block).label("block")).where(
                Company.id.in_(company_ids)
            )
            for block in range(first // BLOCK_DAYS, last // BLOCK_DAYS + 1)
        )
        every = union_all(*among).subquery()
        # As with days that are named, by nothing but these are the sums to be found.
        begin = larger(every.c.block * _number(BLOCK_DAYS), _number(first)).label("begin")
        end = smaller((every.c.block + _number(1)) * _number(BLOCK_DAYS), _number(last + 1)).label("end")
        others = (
            select(every.c.company_id, every.c.block, begin, end)
            .where(tuple_(every.c.company_id, every.c.block).not_in(is_whole))
            .cte("other_blocks")
        )
        other = others.c
        is_other = _IsAmong(
            table.company_id, table.day, other.company_id, other.begin, other.end, table.day, other.block
        )
        return [of_blocks, of_days.join(others, is_other)]


def _days_of(period: Period) -> tuple[int, int]:
    """The first and the last UTC day that a period has a part in."""
    return period.first // QUARTERS_OF_DAY, (period.end - 1) // QUARTERS_OF_DAY


def place(quarter: ColumnElement[int], period: Period) -> ColumnElement[int]:
    """Which of the intervals of a period a quarter of an hour is in."""
    whens = [
        (quarter < run.end, literal(run.place) + (quarter - literal(run.begin)) // _number(run.length))
        for run in period.runs()
    ]
    return case(*whens[:-1], else_=whens[-1][1]) if whens[:-1] else whens[-1][1]


def _order_facts(*more: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    """Of one order, what all kinds of sums over orders have in common."""
    is_told = and_(Order.total_amount.is_not(None), _Size(Order.total_amount) < _LARGEST_AMOUNT)
    return [
        Order.company_id.label("company_id"),
        *more,
        case((is_told, func.coalesce(Order.currency_code, "")), else_="").label("currency_code"),
        _number(1).label("orders"),
        case((is_told, _InFractions(Order.total_amount)), else_=0).label("total"),
        _of_items(OrderItem.quantity).label("pieces"),
        _of_items(OrderItem.cancelled_quantity).label("cancelled_pieces"),
    ]


def _number(value: int) -> ColumnElement[int]:
    """A number that is the same each time, as text of the statement."""
    return literal_column(str(value), BigInteger())


def _of_items(column: Any) -> ColumnElement[int]:
    total = select(_Whole(column)).where(OrderItem.order_id == Order.id)
    return total.correlate(Order).scalar_subquery()


def _day() -> ColumnElement[int]:
    return (_Epoch(Order.ordered_at) // _number(_DAY)).label("day")


def _quarter_facts() -> Select[*tuple[Any, ...]]:
    last = select(func.max(Package.shipped_at)).where(
        Package.order_id == Order.id, Package.voided_at.is_(None)
    )
    shipped_at = last.correlate(Order).scalar_subquery()
    is_shipped = Order.shipping_status == literally(ShippingStatus.FULLY_SHIPPED)
    quarter = _Epoch(Order.ordered_at) // _number(QUARTER_SECONDS)
    lag = _Epoch(Order.imported_at) - _Epoch(Order.ordered_at)
    return select(
        *_order_facts(quarter.label("quarter"), Order.status.label("status")),
        case((and_(is_shipped, shipped_at <= Order.latest_ship_at), 1), else_=0).label("shipped_in_time"),
        case((and_(is_shipped, shipped_at > Order.latest_ship_at), 1), else_=0).label("shipped_late"),
        larger(lag, _number(0)).label("lag_seconds"),
    )


def _country_facts() -> Select[*tuple[Any, ...]]:
    country = select(OrderAddress.country_code).where(OrderAddress.order_id == Order.id)
    code = func.coalesce(country.correlate(Order).scalar_subquery(), "").label("country_code")
    is_cancelled = Order.status == literally(OrderStatus.CANCELLED)
    facts = {each.key: each for each in _order_facts(_day(), code)}
    facts["total"] = case((is_cancelled, 0), else_=facts["total"].element).label("total")
    return select(*facts.values(), case((is_cancelled, 1), else_=0).label("cancelled_orders"))


def _product_facts() -> Select[*tuple[Any, ...]]:
    item = OrderItem
    is_told = and_(item.unit_price_amount.is_not(None), _Size(item.unit_price_amount) < _LARGEST_AMOUNT)
    left = item.quantity - item.cancelled_quantity
    return select(
        Order.company_id.label("company_id"),
        _day(),
        func.coalesce(item.product_id, 0).label("product_id"),
        case((is_told, func.coalesce(item.currency_code, "")), else_="").label("currency_code"),
        item.quantity.label("pieces"),
        item.cancelled_quantity.label("cancelled_pieces"),
        case((is_told, _InFractions(item.unit_price_amount) * left), else_=0).label("total"),
    ).join_from(Order, item, item.order_id == Order.id)


BY_QUARTER = Sums(
    QuarterSum,
    ("company_id", "quarter", "status", "currency_code"),
    ("orders", "total", "pieces", "cancelled_pieces", "shipped_in_time", "shipped_late", "lag_seconds"),
    lambda table: table.quarter // _number(QUARTERS_OF_DAY),
    _quarter_facts,
)
BY_COUNTRY = Sums(
    CountrySum,
    ("company_id", "day", "country_code", "currency_code"),
    ("orders", "total", "pieces", "cancelled_orders", "cancelled_pieces"),
    lambda table: table.day,
    _country_facts,
)
BY_PRODUCT = Sums(
    ProductSum,
    ("company_id", "day", "product_id", "currency_code"),
    ("pieces", "cancelled_pieces", "total"),
    lambda table: table.day,
    _product_facts,
    ProductBlockSum,
)
ALL_SUMS = (BY_QUARTER, BY_COUNTRY, BY_PRODUCT)
