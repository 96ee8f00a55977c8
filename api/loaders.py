"""
One loader for each relation, made for one operation and limited to what its caller may see: however many objects ask,
one statement answers.
"""

import functools
from collections import defaultdict
from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

from api.connections import Connection, connection
from api.context import Context
from api.shared_loader import SharedLoader
from api.types.attention import AttentionItem, Schedule
from api.types.company import AccessToken, Company
from api.types.inventory import ChannelWarehouseMapping, InventoryLevel, Warehouse
from api.types.order import Address, CancellationRequest, Order, OrderItem, OrderNote
from api.types.package import Package, PackageCorrection, PackageLine, SubPackage
from api.types.product import Product
from api.types.queued_job import JobOutcome, QueuedJob
from api.types.stock import StockExplanation
from domain.access.principal import Principal
from domain.attention import items as attention
from domain.companies import queries as companies
from domain.companies import schedule
from domain.database import Database
from domain.inventory import queries as inventory
from domain.inventory.explanation import explain
from domain.models import ChannelStock
from domain.models import Order as OrderRow
from domain.orders import queries as orders
from domain.pagination import Listing, Page, PageRequest
from domain.products import queries as products
from domain.queued_jobs import queries as queued_jobs
from domain.settings import Settings
from domain.shipping import queries as shipping

Row = TypeVar("Row")
NodeT = TypeVar("NodeT")
Filter = tuple[tuple[str, Hashable], ...]


class Loaders:
    """
    The loaders of one operation.
    """

    def __init__(self, database: Database, *, by: Principal, now: datetime, settings: Settings) -> None:
        self._database = database
        self._by = by
        self._now = now
        self._settings = settings
        self.company: SharedLoader[int, Company | None] = SharedLoader(self._companies)
        self.tokens: SharedLoader[int, tuple[AccessToken, AccessToken | None]] = SharedLoader(self._tokens)
        self.attention_of_company: SharedLoader[int, list[AttentionItem]] = SharedLoader(self._attention)
        self.schedules_of_company: SharedLoader[int, list[Schedule]] = SharedLoader(self._schedules)
        self.product: SharedLoader[int, Product | None] = SharedLoader(self._products)
        self.warehouse: SharedLoader[int, Warehouse | None] = SharedLoader(self._warehouses)
        self.channel_warehouse_mappings: SharedLoader[int, list[ChannelWarehouseMapping]] = SharedLoader(
            self._mappings
        )
        self.levels_of_product: SharedLoader[int, list[InventoryLevel]] = SharedLoader(self._levels)
        self.channel_stock: SharedLoader[int, ChannelStock | None] = SharedLoader(self._channel_stock)
        self.stock_explanation: SharedLoader[int, StockExplanation] = SharedLoader(self._explanations)
        self.order: SharedLoader[int, Order | None] = SharedLoader(self._orders)
        self.sellable: SharedLoader[tuple[int, int | None], int] = SharedLoader(self._sellable)
        self.items_of_order: SharedLoader[int, list[OrderItem]] = SharedLoader(self._items)
        self.address_of_order: SharedLoader[int, Address | None] = SharedLoader(self._addresses)
        self.cancellation_of_order: SharedLoader[int, CancellationRequest | None] = SharedLoader(
            self._cancellations
        )
        self.packages_of_order: SharedLoader[int, list[Package]] = SharedLoader(self._packages)
        self.lines_of_package: SharedLoader[int, list[PackageLine]] = SharedLoader(self._lines)
        self.boxes_of_package: SharedLoader[int, list[SubPackage]] = SharedLoader(self._boxes)
        self.correction_of_package: SharedLoader[int, PackageCorrection | None] = SharedLoader(
            self._corrections
        )
        self.notes_of_order: SharedLoader[int, list[OrderNote]] = SharedLoader(self._notes)
        self.products_of_company = ListLoader(
            database, products.PRODUCTS, functools.partial(products.products, by=by), Product.from_row
        )
        self.orders_of_company = ListLoader(
            database, orders.ORDERS, functools.partial(orders.orders, by=by), Order.from_row
        )
        self.jobs_of_company = ListLoader(
            database, queued_jobs.JOBS, functools.partial(queued_jobs.jobs, by=by), QueuedJob.from_row
        )
        self.outcomes_of_job = ListLoader(
            database, queued_jobs.OUTCOMES, queued_jobs.outcomes, JobOutcome.from_row
        )

    @classmethod
    def of(cls, context: Context) -> "Loaders":
        """
        For the operation of this context.
        """
        resources = context.resources
        return cls(resources.database, by=context.principal, now=context.now, settings=resources.settings)

    def clear(self) -> None:
        """
        Forget what was loaded, where one operation goes on for long.
        """
        for loader in vars(self).values():
            if isinstance(loader, SharedLoader):
                loader.clear_all()
            elif isinstance(loader, ListLoader):
                loader.clear()

    async def _companies(self, ids: list[int]) -> list[Company | None]:
        async with self._database.read() as session:
            rows = await session.scalars(companies.with_ids(ids, by=self._by))
        return _in_order(ids, {row.id: Company.from_row(row) for row in rows})

    async def _tokens(self, company_ids: list[int]) -> list[tuple[AccessToken, AccessToken | None]]:
        async with self._database.read() as session:
            rows = _grouped(await companies.tokens(session, company_ids), lambda row: row.company_id)
        pairs = [
            (companies.main_token(rows[number]), companies.product_token(rows[number]))
            for number in company_ids
        ]
        return [
            (AccessToken.of(main, now=self._now), AccessToken.of(second, now=self._now) if second else None)
            for main, second in pairs
        ]

    async def _attention(self, ids: list[int]) -> list[list[AttentionItem]]:
        async with self._database.read() as session:
            rows = (await session.scalars(companies.with_ids(ids, by=self._by))).all()
            found = await attention.attention(session, rows, settings=self._settings, now=self._now)
        return [[AttentionItem.of(item) for item in found.get(number, ())] for number in ids]

    async def _schedules(self, ids: list[int]) -> list[list[Schedule]]:
        async with self._database.read() as session:
            rows = (await session.scalars(companies.with_ids(ids, by=self._by))).all()
            found = await schedule.standings(session, rows, settings=self._settings, now=self._now)
        return [[Schedule.of(standing) for standing in found.get(number, ())] for number in ids]

    async def _products(self, ids: list[int]) -> list[Product | None]:
        async with self._database.read() as session:
            rows = await session.scalars(products.with_ids(ids, by=self._by))
        return _in_order(ids, {row.id: Product.from_row(row) for row in rows})

    async def _warehouses(self, ids: list[int]) -> list[Warehouse | None]:
        async with self._database.read() as session:
            rows = await inventory.warehouses(session, ids)
        return _in_order(ids, {row.id: Warehouse.from_row(row) for row in rows})

    async def _mappings(self, company_ids: list[int]) -> list[list[ChannelWarehouseMapping]]:
        async with self._database.read() as session:
            rows = _grouped(
                await inventory.channel_warehouse_mappings(session, company_ids), lambda r: r.company_id
            )
        return [[ChannelWarehouseMapping.from_row(row) for row in rows[number]] for number in company_ids]

    async def _levels(self, product_ids: list[int]) -> list[list[InventoryLevel]]:
        async with self._database.read() as session:
            levels = await inventory.levels(session, product_ids)
        return [[InventoryLevel.of(level) for level in levels[number]] for number in product_ids]

    async def _sellable(self, keys: list[tuple[int, int | None]]) -> list[int]:
        found: dict[tuple[int, int | None], int] = {}
        async with self._database.read() as session:
            for company_id, group in _grouped(keys, lambda key: key[1]).items():
                numbers = {product_id for product_id, _ in group}
                sellable = await inventory.aggregate_sellable(session, numbers, mapped_for=company_id)
                found |= {(number, company_id): quantity for number, quantity in sellable.items()}
        return [found[key] for key in keys]

    async def _channel_stock(self, product_ids: list[int]) -> list[ChannelStock | None]:
        async with self._database.read() as session:
            rows = await inventory.channel_stock(session, product_ids)
        return _in_order(product_ids, {row.product_id: row for row in rows})

    async def _explanations(self, product_ids: list[int]) -> list[StockExplanation]:
        # Several statements for each: it is asked of one product at a time, by a person who wonders.
        found: dict[int, StockExplanation] = {}
        async with self._database.read() as session:
            rows = (await session.scalars(products.with_ids(product_ids, by=self._by))).all()
            owners = companies.with_ids({row.company_id for row in rows}, by=self._by)
            company_of = {row.id: row for row in await session.scalars(owners)}
            for row in rows:
                explained = await explain(session, row, company_of[row.company_id])
                found[row.id] = StockExplanation.of(explained)
        return [found[number] for number in product_ids]

    async def _orders(self, ids: list[int]) -> list[Order | None]:
        async with self._database.read() as session:
            rows = await session.scalars(orders.orders(by=self._by).where(OrderRow.id.in_(ids)))
        return _in_order(ids, {row.id: Order.from_row(row) for row in rows})

    async def _items(self, order_ids: list[int]) -> list[list[OrderItem]]:
        async with self._database.read() as session:
            rows = _grouped(await orders.items(session, order_ids), lambda row: row.order_id)
        return [[OrderItem.from_row(row) for row in rows[number]] for number in order_ids]

    async def _cancellations(self, order_ids: list[int]) -> list[CancellationRequest | None]:
        async with self._database.read() as session:
            rows = await orders.open_cancellations(session, order_ids)
        oldest = {number: CancellationRequest.from_row(row) for number, row in reversed(rows)}
        return [oldest.get(number) for number in order_ids]

    async def _addresses(self, order_ids: list[int]) -> list[Address | None]:
        async with self._database.read() as session:
            rows = await orders.addresses(session, order_ids)
        return _in_order(order_ids, {row.order_id: Address.from_row(row) for row in rows})

    async def _packages(self, order_ids: list[int]) -> list[list[Package]]:
        async with self._database.read() as session:
            rows = _grouped(await shipping.packages(session, order_ids), lambda row: row.order_id)
        return [[Package.from_row(row) for row in rows[number]] for number in order_ids]

    async def _lines(self, package_ids: list[int]) -> list[list[PackageLine]]:
        async with self._database.read() as session:
            rows = _grouped(await shipping.lines(session, package_ids), lambda row: row[0].package_id)
        return [[PackageLine.of(*row) for row in rows[number]] for number in package_ids]

    async def _boxes(self, package_ids: list[int]) -> list[list[SubPackage]]:
        async with self._database.read() as session:
            rows = _grouped(await shipping.sub_packages(session, package_ids), lambda row: row.package_id)
        return [[SubPackage.from_row(row) for row in rows[number]] for number in package_ids]

    async def _corrections(self, package_ids: list[int]) -> list[PackageCorrection | None]:
        async with self._database.read() as session:
            rows = await shipping.corrections(session, package_ids)
        return _in_order(package_ids, {row.package_id: PackageCorrection.from_row(row) for row in rows})

    async def _notes(self, order_ids: list[int]) -> list[list[OrderNote]]:
        async with self._database.read() as session:
            rows = _grouped(await orders.notes(session, order_ids), lambda row: row.order_id)
        return [[OrderNote.from_row(row) for row in rows[number]] for number in order_ids]


class ListLoader(Generic[Row, NodeT]):
    """
    Pages of a list that many owners have: asked for the same page by many of them, one statement answers.
    """

    def __init__(
        self,
        database: Database,
        listing: Listing[Row],
        statement: Callable[..., Any],
        make: Callable[[Row], NodeT],
    ) -> None:
        self._database = database
        self._listing = listing
        self._statement = statement
        self._make = make
        self._pages: SharedLoader[tuple[int, PageRequest, Filter], Page[Row]] = SharedLoader(self._load_pages)
        self._counts: SharedLoader[tuple[int, Filter], int] = SharedLoader(self._load_counts)

    def clear(self) -> None:
        """
        Forget what was loaded.
        """
        self._pages.clear_all()
        self._counts.clear_all()

    async def connection(
        self, owner: int, request: PageRequest, filters: Mapping[str, Any]
    ) -> Connection[NodeT]:
        """
        A page of one owner's list.
        """
        self._listing.check(request)
        key = _hashable(filters)
        page = await self._pages.load((owner, request, key))

        def count() -> Awaitable[int]:
            return self._counts.load((owner, key))

        return connection(page, self._make, count)

    async def _load_pages(self, keys: list[tuple[int, PageRequest, Filter]]) -> list[Page[Row]]:
        found: dict[tuple[int, PageRequest, Filter], Page[Row]] = {}
        async with self._database.read() as session:
            for (request, filters), group in _grouped(keys, lambda key: (key[1], key[2])).items():
                owners = [owner for owner, _, _ in group]
                statement = self._statement(**dict(filters))
                pages = await self._listing.pages(session, statement, request, owners)
                found |= {(owner, request, filters): page for owner, page in pages.items()}
        return [found[key] for key in keys]

    async def _load_counts(self, keys: list[tuple[int, Filter]]) -> list[int]:
        found: dict[tuple[int, Filter], int] = {}
        async with self._database.read() as session:
            for filters, group in _grouped(keys, lambda key: key[1]).items():
                owners = [owner for owner, _ in group]
                counts = await self._listing.counts(session, self._statement(**dict(filters)), owners)
                found |= {(owner, filters): count for owner, count in counts.items()}
        return [found[key] for key in keys]


def _hashable(filters: Mapping[str, Any]) -> Filter:
    return tuple(
        (name, tuple(value) if isinstance(value, list) else value) for name, value in sorted(filters.items())
    )


Item = TypeVar("Item")
GroupKey = TypeVar("GroupKey")


def _grouped(items: Iterable[Item], key: Callable[[Item], GroupKey]) -> defaultdict[GroupKey, list[Item]]:
    groups: defaultdict[GroupKey, list[Item]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return groups


def _in_order(ids: Sequence[int], found: Mapping[int, Item]) -> list[Item | None]:
    return [found.get(number) for number in ids]
