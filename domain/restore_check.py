"""What Temu has that this database doesn't know, for whoever has restored an older copy. It reads, here and there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import exists, or_, select

from domain.companies import malls
from domain.errors import DomainError, Refused
from domain.inventory import channel, figures
from domain.models import (
    OPEN_ORDERS,
    ChannelStock,
    Company,
    FulfilledBy,
    JobType,
    MallType,
    Order,
    OrderItem,
    Product,
    ShippingStatus,
)
from domain.orders import queries as orders
from domain.orders.importing import decide
from domain.orders.importing.decide import Create
from domain.orders.importing.pages import DEEPEST_PAGE
from domain.orders.importing.parse import WHOLLY_SHIPPED, ChannelState, IncomingOrder, Unreadable, read
from domain.orders.importing.stages import FIRST_TIME
from domain.resources import Resources
from domain.shipping import parcels
from domain.shipping.confirm import numbers_at_temu
from domain.shipping.parcels import Parcel
from domain.shipping.tracking_numbers import tracking_key
from domain.temu.client import NUMBERS_A_CALL, SKUS_A_CALL, TemuClient

_NOT_SHIPPED = (ChannelState.PENDING, ChannelState.UNSHIPPED, ChannelState.CANCELLED)
_IS_KNOWN = "Temu is asked, and has it: nothing is sent again."
_IS_OTHER = "Not sent: Temu has other numbers, and the upload says so. See which are right."
_IS_UNKNOWN = (
    "Not sent: it isn't packed here. Record it with shipOrder and these numbers; its upload finds them."
)


@dataclass(frozen=True)
class ShippedOrder:
    """An order that Temu has as shipped with *at_temu*, of which the database hasn't recorded that Temu knows."""

    order: str
    here: Sequence[str]
    at_temu: Sequence[str]
    on_resume: str


@dataclass(frozen=True)
class StockDifference:
    sku: str
    here: int
    at_temu: int


@dataclass
class CompanyReport:
    """*missing_orders*: how many orders Temu has that an import would bring; *troubles*: what could not be looked at."""

    company_id: int
    name: str
    imported_until: datetime | None
    missing_orders: int = 0
    shipped: list[ShippedOrder] = field(default_factory=list)
    stock: list[StockDifference] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    @property
    def differs(self) -> bool:
        return bool(self.missing_orders or self.shipped or self.stock or self.troubles)


class RestoreCheck:
    """Of one company."""

    def __init__(self, resources: Resources, company: Company, *, now: datetime) -> None:
        self._resources = resources
        self._database = resources.database
        self._company = company
        self._now = now
        self._report = CompanyReport(company.id, company.name, company.orders_imported_until)

    async def run(self) -> CompanyReport:
        try:
            _, temu = await malls.connect(self._resources, self._company.id, JobType.IMPORT_ORDERS)
            await self._count_missing(temu)
            await self._find_shipped(temu)
        except DomainError as error:
            self._report.troubles.append(f"Orders: {error.message}")
        try:
            await self._compare_stock()
        except DomainError as error:
            self._report.troubles.append(f"Stock: {error.message}")
        return self._report

    async def _count_missing(self, temu: TemuClient) -> None:
        overlap = timedelta(seconds=self._resources.settings.import_overlap_seconds)
        mark, not_before = self._company.orders_imported_until, self._company.orders_not_before
        since = self._now - FIRST_TIME if mark is None else mark - overlap
        if not_before is not None:
            since = max(since, not_before)
        met: set[str] = set()
        for page in range(1, DEEPEST_PAGE + 1):
            listed = await temu.orders_changed(since, page=page)
            incoming = self._read(listed.rows)
            if not incoming.keys() - met:
                break
            met |= incoming.keys()
            async with self._database.read() as session:
                known = select(Order.channel_order_id).where(*orders.imported(self._company.id, incoming))
                unknown = incoming.keys() - set(await session.scalars(known))
            new = [decide.create(incoming[number], not_before=not_before) for number in unknown]
            self._report.missing_orders += sum(isinstance(each, Create) for each in new)
        else:
            self._report.troubles.append(
                f"Orders: so many changed that only the last {len(met)} were looked at."
            )

    async def _find_shipped(self, temu: TemuClient) -> None:
        after = 0
        while found := await self._open_orders(after):
            after = found[-1].id
            page = await temu.orders_by_number([order.channel_order_id for order in found])
            incoming = self._read(page.rows)
            shipped = [
                order
                for order in found
                if (there := incoming.get(order.channel_order_id)) and there.state not in _NOT_SHIPPED
            ]
            async with self._database.read() as session:
                packed = await parcels.load(session, shipped)
                items = await orders.items(session, [order.id for order in shipped])
            for order in shipped:
                in_packages = {item.id for parcel in packed[order.id] for _, item in parcel.lines}
                # A line that is shipped and in no package was shipped at Temu before it was imported: that is known.
                own = [
                    item
                    for item in items
                    if item.order_id == order.id and (item.id in in_packages or not parcels.is_whole(item))
                ]
                is_whole = incoming[order.channel_order_id].state in WHOLLY_SHIPPED
                await self._compare_numbers(temu, order, own, packed[order.id], is_whole=is_whole)

    async def _open_orders(self, after: int) -> Sequence[Order]:
        """The next orders of which Temu still has to be told, as far as is known here."""
        statement = select(Order).where(
            Order.company_id == self._company.id,
            Order.id > after,
            Order.fulfilled_by == FulfilledBy.SELLER,
            Order.status.in_(OPEN_ORDERS),
            ~Order.source_updated_for_shipping,
        )
        async with self._database.read() as session:
            return (await session.scalars(statement.order_by(Order.id).limit(NUMBERS_A_CALL))).all()

    async def _compare_numbers(
        self,
        temu: TemuClient,
        order: Order,
        items: Sequence[OrderItem],
        packed: Sequence[Parcel],
        *,
        is_whole: bool,
    ) -> None:
        """*is_whole*: whether Temu has nothing of the order that is still to be shipped."""
        at_temu: dict[str, str] = {}
        try:
            for item in items:
                numbers = await numbers_at_temu(temu, order.channel_order_id, item.channel_order_item_id)
                at_temu |= {tracking_key(number): number for number in numbers}
        except Refused as refusal:
            self._report.troubles.append(f"Shipment of {order.channel_order_id}: {refusal.message}")
            return
        told = {key for p in packed if p.package.uploaded_at is not None for key in p.tracking_keys}
        untold = {key for p in packed if p.package.uploaded_at is None for key in p.tracking_keys}
        if not at_temu.keys() - told and (at_temu or not is_whole):
            return
        if not untold and order.shipping_status is not ShippingStatus.FULLY_SHIPPED:
            on_resume = _IS_UNKNOWN
        else:
            on_resume = _IS_KNOWN if untold <= at_temu.keys() else _IS_OTHER
        here = [parcel.package.tracking_number for parcel in packed]
        self._report.shipped.append(
            ShippedOrder(order.channel_order_id, here, list(at_temu.values()), on_resume)
        )

    async def _compare_stock(self) -> None:
        after, mall = 0, None
        while products := await self._pushed_products(after):
            after = products[-1].id
            if mall is None:
                _, mall = await channel.opened(self._resources, self._company.id, JobType.UPDATE_INVENTORY)
            try:
                held = await mall.stock([p.website_product_variant_id or "" for p in products])
            except Refused as refusal:
                self._report.troubles.append(f"Stock of {products[0].sku} and others: {refusal.message}")
                continue
            async with self._database.read() as session:
                ours = await figures.current(session, self._company.id, [p.id for p in products])
            for product in products:
                theirs = held.get(product.website_product_variant_id or "")
                if theirs is not None and theirs != ours[product.id].quantity:
                    difference = StockDifference(product.sku, ours[product.id].quantity, theirs)
                    self._report.stock.append(difference)

    async def _pushed_products(self, after: int) -> Sequence[Product]:
        """The next products whose figures go out: all that are mapped, or those that a person has had pushed."""
        is_pushed = exists().where(ChannelStock.product_id == Product.id)
        statement = select(Product).where(
            Product.company_id == self._company.id,
            Product.id > after,
            Product.website_product_id.is_not(None),
            or_(is_pushed, Company.allow_inventory_upload),
        )
        ordered = statement.join(Company, Company.id == Product.company_id).order_by(Product.id)
        async with self._database.read() as session:
            return (await session.scalars(ordered.limit(SKUS_A_CALL))).all()

    def _read(self, rows: Sequence[object]) -> Mapping[str, IncomingOrder]:
        """By number; what can't be read, the next import names."""
        found: dict[str, IncomingOrder] = {}
        for row in rows:
            try:
                order = read(row, is_semi_managed=self._company.mall_type is MallType.SEMI_MANAGED)
            except Unreadable:
                continue
            found.setdefault(order.number, order)
        return found


async def check(resources: Resources, *, company_id: int | None, now: datetime) -> Sequence[CompanyReport]:
    """One company, or all that have a plugin, one after the other."""
    statement = select(Company).where(Company.store_plugin.is_not(None)).order_by(Company.id)
    if company_id is not None:
        statement = statement.where(Company.id == company_id)
    async with resources.database.read() as session:
        companies = (await session.scalars(statement)).all()
    return [await RestoreCheck(resources, company, now=now).run() for company in companies]
