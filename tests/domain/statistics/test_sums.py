"""Stored sums against the orders themselves, through changes of every kind."""

import re
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from random import Random
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.database.session import Database
from domain.models import (
    JobType,
    Order,
    OrderAddress,
    OrderItem,
    OrderStatus,
    OrderSumChange,
    Package,
    ProductBlockSum,
    ShippingStatus,
)
from domain.reading.fields import Reader
from domain.settings import Environment, Settings
from domain.statistics import queries
from domain.statistics.periods import Period, StatisticsInterval, moment_of, period_of
from domain.statistics.storing import store_changed
from domain.statistics.sums import ALL_SUMS, BLOCK_DAYS
from tests.factories import (
    ADMIN,
    NOW,
    make_company,
    make_item,
    make_job,
    make_order,
    make_product,
    make_warehouse,
)

# Over the night in which clocks change, and cut within its first and last UTC day.
BEGIN, END = datetime(2026, 3, 27, 23, tzinfo=UTC), datetime(2026, 4, 2, 5, 45, tzinfo=UTC)
PERIOD = period_of(BEGIN, END, StatisticsInterval.DAY, "Europe/Berlin")
# With whole blocks of days, and orders in two of them.
LONG = period_of(
    BEGIN - timedelta(days=60), END + timedelta(days=60), StatisticsInterval.WEEK, "Europe/Berlin"
)
_AMOUNTS = [
    Decimal("19.90"),
    Decimal("0.1"),
    Decimal(7),
    Decimal("12345678901234.55"),
    Decimal("-3.05"),
    None,
]
_SETTINGS = Settings.model_validate({"env": Environment.DEVELOPMENT})
Answer = Mapping[str, Any]


@dataclass
class Shop:
    """Two companies with orders, which change at random."""

    random: Random
    companies: Sequence[Any]
    products: Sequence[Any]
    warehouse: Any

    @classmethod
    async def opened(cls, session: AsyncSession) -> "Shop":
        companies = [await make_company(session) for _ in range(2)]
        products = [await make_product(session, company) for company in companies for _ in range(2)]
        return cls(Random(7), companies, products, await make_warehouse(session))

    async def change(self, session: AsyncSession) -> None:
        """One thing that happens to orders."""
        orders = (await session.scalars(select(Order).order_by(Order.id))).all()
        kinds: list[Callable[[AsyncSession, Order], Awaitable[None]]] = [
            self._status, self._ship, self._void, self._cancel, self._map, self._amounts, self._move, self._address,
        ]  # fmt: skip
        if len(orders) < 12 or self.random.random() < 0.3:
            await self._order(session)
        else:
            await self.random.choice(kinds)(session, self.random.choice(orders))

    def _moment(self) -> datetime:
        span = END - BEGIN + timedelta(days=2)
        return BEGIN - timedelta(days=1) + self.random.random() * span

    async def _order(self, session: AsyncSession) -> None:
        at = self._moment()
        order = await make_order(
            session, self.random.choice(self.companies), ordered_at=at, latest_ship_at=at + timedelta(days=1),
            imported_at=at + timedelta(seconds=self.random.randint(-5, 5000)),
        )  # fmt: skip
        for _ in range(self.random.randint(0, 2)):
            await make_item(session, order, quantity=self.random.randint(1, 5))
        await self._amounts(session, order)

    async def _status(self, session: AsyncSession, order: Order) -> None:
        order.status = self.random.choice(list(OrderStatus))

    async def _ship(self, session: AsyncSession, order: Order) -> None:
        order.shipping_status = ShippingStatus.FULLY_SHIPPED
        session.add(
            Package(order_id=order.id, company_id=order.company_id, warehouse_id=self.warehouse.id, carrier="UPS",
                    tracking_number="1Z", tracking_key="1z",
                    shipped_at=order.ordered_at + timedelta(hours=self.random.randint(1, 48)))
        )  # fmt: skip

    async def _void(self, session: AsyncSession, order: Order) -> None:
        for package in await session.scalars(select(Package).where(Package.order_id == order.id).limit(1)):
            package.voided_at = NOW

    async def _cancel(self, session: AsyncSession, order: Order) -> None:
        for item in await session.scalars(select(OrderItem).where(OrderItem.order_id == order.id)):
            item.cancelled_quantity = self.random.randint(0, item.quantity)

    async def _map(self, session: AsyncSession, order: Order) -> None:
        own = [product for product in self.products if product.company_id == order.company_id]
        for item in await session.scalars(select(OrderItem).where(OrderItem.order_id == order.id)):
            item.product_id = self.random.choice([None, *(product.id for product in own)])

    async def _amounts(self, session: AsyncSession, order: Order) -> None:
        order.total_amount = self.random.choice(_AMOUNTS)
        order.currency_code = self.random.choice(["EUR", "PLN"])
        for item in await session.scalars(select(OrderItem).where(OrderItem.order_id == order.id)):
            item.unit_price_amount, item.currency_code = self.random.choice(_AMOUNTS), "EUR"

    async def _move(self, session: AsyncSession, order: Order) -> None:
        order.ordered_at = self._moment()

    async def _address(self, session: AsyncSession, order: Order) -> None:
        address = await session.get(OrderAddress, order.id)
        if address is None:
            address = OrderAddress(order_id=order.id)
            session.add(address)
        address.country_code = self.random.choice(["DE", "FR", None])


async def test_sums_are_those_of_the_orders(database: Database) -> None:
    """A1: after any change, and with any of the days stored, statistics are what the orders themselves add up to."""
    async with database.write() as session:
        shop = await Shop.opened(session)
    for step in range(12):
        async with database.write() as session:
            for _ in range(8):
                await shop.change(session)
                await session.flush()
        if step % 3 == 0:
            assert await store_changed(database) > 0
        if step % 2 == 0:
            await _compare(database, shop)
    async with database.write() as session:
        await session.execute(delete(OrderItem).where(OrderItem.id % 2 == 0))
    await _compare(database, shop)
    while await store_changed(database):
        pass
    async with database.read() as session:
        assert await session.scalar(select(func.count()).select_from(OrderSumChange)) == 0
        block = await session.scalar(select(func.min(ProductBlockSum.block)))
    await _compare(database, shop)
    assert block is not None
    async with database.write() as session:
        # As a worker of the release before does, which knows days alone.
        session.add(OrderSumChange(company_id=shop.companies[0].id, day=block * BLOCK_DAYS))
        await session.flush()
        await session.execute(delete(OrderSumChange))
        left = await session.scalars(select(ProductBlockSum.company_id).where(ProductBlockSum.block == block))
        assert set(left) == {shop.companies[1].id}
    await _compare(database, shop)


async def _compare(database: Database, shop: Shop) -> None:
    for period in (PERIOD, LONG):
        await _compare_during(database, shop, period)


async def _compare_during(database: Database, shop: Shop, period: Period) -> None:
    ids = [company.id for company in shop.companies]
    reader = Reader(ADMIN, END + timedelta(hours=1), _SETTINGS)
    async with database.read() as session:
        found: Answer = {
            "totals": await queries.totals(session, ids, reader, period=period),
            "by_interval": await queries.by_interval(session, ids, reader, period=period),
            "by_status": await queries.by_status(session, ids, reader, period=period),
            "by_country": await queries.by_country(session, ids, reader, period=period),
            "by_product": await queries.by_product(session, ids, reader, period=period, first=9),
            "punctuality": await queries.punctuality(session, ids, reader, period=period),
            "import_lag": await queries.import_lag(session, ids, reader, period=period),
        }
        orders = (await session.scalars(select(Order))).all()
        items = (await session.scalars(select(OrderItem))).all()
        packages = (await session.scalars(select(Package))).all()
        countries = dict(
            (await session.execute(select(OrderAddress.order_id, OrderAddress.country_code))).all()
        )
    begin, end = moment_of(period.first), moment_of(period.end)
    for number in ids:
        own = [order for order in orders if order.company_id == number and begin <= order.ordered_at < end]
        totals = partial(_of_orders, items)

        def sold(of: Sequence[Order], totals: Any = totals) -> Any:
            return totals(of, sold=[order for order in of if order.status is not OrderStatus.CANCELLED])

        assert _told(found["totals"][number]) == sold(own)
        days = list(period.intervals())
        assert [_told(each) for each in found["by_interval"][number]] == [
            sold([order for order in own if first <= order.ordered_at < last]) for first, last in days
        ]
        assert {each.status: _told(each) for each in found["by_status"][number]} == {
            status: totals([order for order in own if order.status is status])
            for status in {order.status for order in own}
        }
        assert {each.country_code: _told(each) for each in found["by_country"][number]} == {
            code: sold([order for order in own if countries.get(order.id) == code])
            for code in {countries.get(order.id) for order in own}
        }
        lines = _lines(items, own)
        assert {
            each.product_id: (each.pieces, each.cancelled_pieces, sum(sale.amount for sale in each.sales))
            for each in found["by_product"][number]
        } == {
            product: (
                sum(item.quantity for item in lines if item.product_id == product),
                sum(item.cancelled_quantity for item in lines if item.product_id == product),
                sum(
                    item.unit_price_amount * (item.quantity - item.cancelled_quantity)
                    for item in lines
                    if item.product_id == product and item.unit_price_amount is not None
                    and _is_told(item.unit_price_amount)
                ),
            )
            for product in {item.product_id for item in lines}
        }  # fmt: skip
        _compare_times(found, number, own, packages)


def _lines(items: Sequence[OrderItem], orders: Sequence[Order]) -> list[OrderItem]:
    numbers = {order.id for order in orders}
    return [item for item in items if item.order_id in numbers]


def _is_told(amount: Decimal | None) -> bool:
    return amount is not None and abs(amount) < 10**12


def _of_orders(
    items: Sequence[OrderItem], of: Sequence[Order], *, sold: Sequence[Order] | None = None
) -> tuple[Any, ...]:
    """What orders add up to; the amounts of those *sold*, or of all."""
    lines, sales = _lines(items, of), dict[str, Decimal]()
    for order in of if sold is None else sold:
        if _is_told(order.total_amount):
            currency = str(order.currency_code)
            sales[currency] = sales.get(currency, Decimal()) + (order.total_amount or 0)
    return (
        len(of), sum(item.quantity for item in lines), sum(item.cancelled_quantity for item in lines),
        sum(not _is_told(order.total_amount) for order in of),
        sum(order.status is OrderStatus.CANCELLED for order in of), sales,
    )  # fmt: skip


def _compare_times(found: Answer, number: int, own: Sequence[Order], packages: Sequence[Package]) -> None:
    shipped: Counter[bool] = Counter()
    for order in own:
        moments = [p.shipped_at for p in packages if p.order_id == order.id and p.voided_at is None]
        if order.shipping_status is ShippingStatus.FULLY_SHIPPED and moments:
            shipped[max(moments) <= order.latest_ship_at] += 1  # type: ignore[operator]
    punctuality = found["punctuality"][number]
    assert (punctuality.in_time, punctuality.late) == (shipped[True], shipped[False])
    seconds = sum(
        max(0, int(order.imported_at.timestamp()) - int(order.ordered_at.timestamp())) for order in own
    )
    lag = found["import_lag"][number]
    assert (lag.orders, lag.average_seconds) == (len(own), seconds // len(own) if own else None)


def _told(totals: queries.Totals) -> tuple[Any, ...]:
    return (
        totals.orders, totals.pieces, totals.cancelled_pieces, totals.orders_without_total, totals.cancelled_orders,
        {sale.currency_code: sale.amount for sale in totals.sales},
    )  # fmt: skip


async def test_a_changed_day_reads_its_own_orders(database: Database) -> None:
    """A1: orders of a day that has changed are found by their moments in an index, and by no other reading of orders."""
    is_sqlite = database.engine.dialect.name == "sqlite"
    async with database.engine.connect() as connection:
        if not is_sqlite:
            # As with many orders: a table that is empty is read whole.
            await connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        for sums in ALL_SUMS:
            statement = sums.read([1], PERIOD, lambda key: [key.currency_code])
            text = str(statement.compile(database.engine, compile_kwargs={"literal_binds": True}))
            explained = await connection.exec_driver_sql(
                f"EXPLAIN {'QUERY PLAN' if is_sqlite else ''} {text}"
            )
            steps = "\n".join(str(row[-1]).strip() for row in explained)
            by_index = (
                r"SEARCH orders .*ix_orders_company_newest \(company_id=\? AND ordered_at>\? AND ordered_at<\?\)"
                if is_sqlite
                else r" ix_orders_company_newest on orders .*\n *Index Cond: (?=.*\bROW\()(?=.*\bordered_at >= )"
            )
            assert re.findall(by_index, steps), steps
            assert len(re.findall(r"\b(?:SEARCH|SCAN|on) orders (?!orders_)", steps)) == 1, steps


async def test_orders_that_wait_and_pushes(database: Database) -> None:
    """A1: what is still to be shipped is told apart by its time; pushes of stock are counted as far as jobs are kept."""
    async with database.write() as session:
        company = await make_company(session)
        for hours in (-1, 1, None):
            due = None if hours is None else NOW + timedelta(hours=hours)
            order = await make_order(session, company, ordered_at=NOW - timedelta(days=1), latest_ship_at=due)
            await make_item(session, order)
        for age in (1, 2, 40):
            at = NOW - timedelta(days=age)
            await make_job(session, company, type=JobType.UPDATE_INVENTORY, lane=str(age), created_at=at, started_at=at,
                           succeeded=10, failed=age)  # fmt: skip
    period = period_of(NOW - timedelta(days=60), NOW, StatisticsInterval.MONTH, "UTC")
    reader, kept = Reader(ADMIN, NOW, _SETTINGS), NOW - timedelta(days=30)
    async with database.read() as session:
        punctuality = (await queries.punctuality(session, [company.id], reader, period=period))[company.id]
        pushes = (await queries.stock_pushes(session, [company.id], reader, period=period))[company.id]
    assert punctuality == queries.Punctuality(in_time=0, late=0, open=2, past_due=1)
    assert pushes == queries.StockPushes(jobs=2, accepted=20, refused=3, since=kept)


async def test_two_who_store_at_once(database: Database) -> None:
    """A1: what is changed while its day is being stored is read from the order, and stored the next time."""
    async with database.write() as session:
        company = await make_company(session)
        order = await make_order(session, company, ordered_at=BEGIN + timedelta(hours=12))
    if database.engine.dialect.name == "postgresql":
        async with database.write() as session:
            await session.execute(select(func.pg_advisory_xact_lock(7461646578)))
            assert await store_changed(database) == 0
    assert await store_changed(database) == 1
    async with database.write() as session:
        (await session.get_one(Order, order.id)).status = OrderStatus.CANCELLED
    async with database.read() as session:
        found = await queries.totals(session, [company.id], Reader(ADMIN, NOW, _SETTINGS), period=PERIOD)
    assert (found[company.id].orders, found[company.id].cancelled_orders) == (1, 1)
