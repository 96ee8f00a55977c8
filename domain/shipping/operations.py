"""Recording and correcting shipments, and asking for their upload."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from domain.access import rows
from domain.access.principal import Principal
from domain.companies import malls
from domain.companies.job_requests import check_named, request_with_token
from domain.errors import Refused, Unavailable
from domain.inventory.mutation_transaction import run_in_transaction
from domain.models import JobType, Order, Package, QueuedJob
from domain.queued_jobs.arguments import UploadTracking
from domain.resources import Resources
from domain.shipping import combine, packages, void
from domain.shipping.carrier_lists import PATIENCE_SECONDS, CarrierLists
from domain.shipping.change import PackageChange, change_package
from domain.shipping.combine import ParcelInput
from domain.shipping.packages import PackageInput
from domain.telemetry import log


async def ship_order(
    resources: Resources, *, by: Principal, order_id: int, shipped: Sequence[PackageInput], now: datetime
) -> Order:
    """Record packages of an order, their carriers checked where Temu's list can be had (T1). Raises as packages.ship."""
    return await ShipOrders(resources, by=by, now=now).ship(order_id, shipped)


class ShipOrders:
    """Records packages of orders one after the other, each in a transaction of its own; Temu's lists are asked for once."""

    def __init__(self, resources: Resources, *, by: Principal, now: datetime) -> None:
        self._resources = resources
        self._by = by
        self._now = now
        self._lists: dict[int, CarrierLists] = {}

    async def ship(self, order_id: int, shipped: Sequence[PackageInput]) -> Order:
        """Record packages of one order, all or none. Raises as packages.ship."""
        database = self._resources.database
        async with database.read() as session:
            order = await rows.get(session, Order, order_id, by=self._by)
        names = {package.carrier for package in shipped}
        names |= {box.carrier for package in shipped for box in package.sub_packages}
        lists = self._lists.setdefault(order.company_id, CarrierLists(self._resources, order.company_id))
        carriers = await lists.of(order.channel_region_id, names)
        return await run_in_transaction(
            database,
            packages.ship,
            by=self._by,
            order_id=order_id,
            packages=shipped,
            carriers=carriers,
            now=self._now,
        )


async def ship_together(
    resources: Resources, *, by: Principal, parcel: ParcelInput, now: datetime
) -> tuple[Sequence[Order], Sequence[str]]:
    """Record a parcel of several orders (T13); returns these and what to know besides. Raises as combine.ship_together."""
    database = resources.database
    combine.check_form(parcel.order_ids)
    async with database.read() as session:
        found = [await combine.get(session, by, order_id, i) for i, order_id in enumerate(parcel.order_ids)]
    combine.check_company(found)
    carriers = await CarrierLists(resources, found[0].company_id).of(
        found[0].channel_region_id, {parcel.carrier}
    )
    groups, advice = await _groups(resources, found[0].company_id)
    together = await run_in_transaction(
        database, combine.ship_together, by=by, parcel=parcel, carriers=carriers, groups=groups, now=now
    )
    return together, advice


async def update_package(
    resources: Resources, *, by: Principal, package_id: int, change: PackageChange, now: datetime
) -> Order:
    """Correct what was recorded of a package (T12). Raises as change.change_package."""
    database = resources.database
    carriers = None
    if change.carrier is not None:
        async with database.read() as session:
            package = await rows.get(session, Package, package_id, by=by)
            order = await session.get_one(Order, package.order_id)
        lists = CarrierLists(resources, order.company_id)
        carriers = await lists.of(order.channel_region_id, {change.carrier})
    return await run_in_transaction(
        database, change_package, by=by, package_id=package_id, change=change, carriers=carriers, now=now
    )


async def void_package(resources: Resources, *, by: Principal, package_id: int, now: datetime) -> Order:
    """Take back a package that was recorded by mistake (T12). Raises as void.void."""
    return await run_in_transaction(resources.database, void.void, by=by, package_id=package_id, now=now)


async def request_upload(
    session: AsyncSession,
    arguments: UploadTracking,
    *,
    by: Principal,
    company_id: int,
    key: str | None,
    now: datetime,
) -> QueuedJob:
    """Have Temu told how these orders were shipped, or all of the company that it was not told of yet (T2).

    Raises NotFound, NotConfigured, Required, LimitExceeded, Conflict.
    """
    if arguments.order_ids is not None:
        ids = await check_named(session, Order, arguments.order_ids, by=by, company_id=company_id)
        arguments = UploadTracking(order_ids=ids)
    return await request_with_token(session, arguments, by=by, company_id=company_id, key=key, now=now)


async def _groups(
    resources: Resources, company_id: int
) -> tuple[Sequence[Collection[str]] | None, Sequence[str]]:
    """The orders that Temu lists as ones that may go together, or why that isn't known."""
    try:
        _, temu = await malls.connect(resources, company_id, JobType.UPLOAD_TRACKING)
        return await temu.combined_shipments(patience=PATIENCE_SECONDS), []
    except (Unavailable, Refused) as error:
        log.info("shipping.groups_unchecked", company=company_id, reason=type(error).__name__)
        advice = (
            f"Whether Temu takes these orders in one parcel can't be asked, and is seen when their tracking goes out. "
            f"{error.message}"
        )
        return None, [advice]
