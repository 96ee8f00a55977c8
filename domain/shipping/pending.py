"""Which orders are still to be confirmed to Temu, and with what: orders that are shipped whole, and lines that are
where the company has them confirmed one by one (T2, T13).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, exists, false, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from domain.models import (
    Company,
    FulfilledBy,
    JobTrigger,
    Order,
    OrderItem,
    Package,
    PackageLine,
    QueuedJob,
    ShippingStatus,
    TrackingUpload,
    literally,
)
from domain.queued_jobs import queries as jobs
from domain.queued_jobs.run import Outcome
from domain.shipping import parcels, queries
from domain.shipping.confirm import SERVICE_FAULT
from domain.shipping.parcels import OrderPart, Shipment, is_whole

# The clock asks again for what Temu refused only so often; a person may ask at any time.
_REFUSED_REST = timedelta(hours=24)
# For what came of a fault of Temu's service: it may be over soon, or come of a call that can never be right.
FAULT_REST = timedelta(hours=1)
# Orders confirmed at the same time: enough that Temu's answers, not their way here, set the pace.
_AT_ONCE = 16

# Written out, so that both databases take the index of such orders.
IS_UNCONFIRMED = and_(
    Order.shipping_status.in_(
        [literally(ShippingStatus.PARTIALLY_SHIPPED), literally(ShippingStatus.FULLY_SHIPPED)]
    ),
    ~Order.source_updated_for_shipping,
)
# By another name, so that it can stand in a statement about packages too.
_packed = aliased(Package)
_IS_OF_PARTIAL_LINE = exists().where(
    PackageLine.package_id == _packed.id, OrderItem.id == PackageLine.order_item_id, ~is_whole(OrderItem)
)
_HAS_WHOLE_PACKAGE = exists().where(
    _packed.order_id == Order.id,
    _packed.uploaded_at.is_(None),
    _packed.voided_at.is_(None),
    ~_IS_OF_PARTIAL_LINE,
)
_IS_IN_DOUBT = exists().where(TrackingUpload.order_id == Order.id, TrackingUpload.in_doubt_since.is_not(None))


def is_ready(*, is_per_item: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether there is something to confirm of an unconfirmed order: all of it is shipped, or *is_per_item* and a
    package of it holds whole lines only. Where one of these stands in another package with a line that isn't whole,
    they still wait, which parcels.parts() sees.
    """
    is_shipped = Order.shipping_status == literally(ShippingStatus.FULLY_SHIPPED)
    return or_(is_shipped, and_(is_per_item, _HAS_WHOLE_PACKAGE))


@dataclass(frozen=True)
class OrderBatch:
    """Some pending orders: what is to be confirmed of them, and those of which there is nothing to confirm now."""

    shipments: Sequence[Shipment]
    idle: Sequence[Order]


class PendingOrders:
    def __init__(
        self, company: Company, job: QueuedJob, wanted: Collection[int] | None, *, now: datetime
    ) -> None:
        self.is_per_item = company.upload_tracking_per_item
        self._job = job
        self._is_resolved = jobs.has_outcome(job.id, Order.channel_order_id)
        self._named = self._wanted = wanted
        self._now = now
        # What had no answer yet in this run is for the next one.
        self._seen: set[int] = set()
        self._after = 0

    async def include_parcels(self, session: AsyncSession) -> None:
        """Where orders are named, those that share a parcel with one of them are meant too: Temu takes them together."""
        if self._wanted is not None:
            self._wanted = {*self._wanted, *await queries.orders_beside(session, self._wanted)}

    async def count(self, session: AsyncSession) -> int:
        return await session.scalar(select(func.count()).select_from(Order).where(*self._conditions())) or 0

    async def unfit(self, session: AsyncSession) -> list[Outcome]:
        if self._named is None:
            return []
        pending = set(await session.scalars(select(Order.id).where(*self._conditions())))
        named = select(Order).where(
            Order.company_id == self._job.company_id, Order.id.in_(self._named), ~self._is_resolved
        )
        orders = await session.scalars(named.order_by(Order.id))
        return [self.unfit_outcome(order) for order in orders if order.id not in pending]

    async def next_batch(self, session: AsyncSession) -> OrderBatch | None:
        """The next orders, with all that share a parcel with one of them; None at the end."""
        statement = select(Order).where(*self._conditions(), Order.id > self._after).order_by(Order.id)
        found = (await session.scalars(statement.limit(_AT_ONCE))).all()
        if not found:
            return None
        beside = await queries.orders_beside(session, [order.id for order in found])
        others = select(Order).where(Order.id.in_(beside - {order.id for order in found}))
        orders = [*found, *await session.scalars(others.order_by(Order.id))]
        orders = [order for order in orders if order.id not in self._seen]
        self._seen |= {order.id for order in orders}
        shipments = await self.shipments(session, orders)
        due = {order.id for shipment in shipments for order in shipment.orders}
        idle = [order for order in found if order in orders and order.id not in due]
        self._after = found[-1].id
        return OrderBatch(shipments, idle)

    def requeue(self, order_ids: Collection[int]) -> None:
        """Have orders come again in the next batches."""
        self._seen.difference_update(order_ids)
        self._after = min([self._after, *(order_id - 1 for order_id in order_ids)])

    def unfit_outcome(self, order: Order) -> Outcome:
        number = order.channel_order_id
        if order.source_updated_for_shipping:
            message = "Temu knows already how this order was shipped."
            return Outcome.skipped(number, "ALREADY_UPLOADED", message)
        if order.fulfilled_by is not FulfilledBy.SELLER:
            message = "Temu or a warehouse service of its ships this order; there is nothing to tell."
            return Outcome.skipped(number, "FULFILLED_ELSEWHERE", message)
        if self.is_per_item and order.shipping_status is not ShippingStatus.UNSHIPPED:
            message = "Of this order nothing is packed whole that Temu isn't told of: it takes all pieces of a line at once."
            return Outcome.skipped(number, "NOTHING_WHOLE", message)
        message = "This order is not fully shipped: Temu takes its tracking all at once."
        return Outcome.failed(number, "NOT_FULLY_SHIPPED", message)

    async def shipments(self, session: AsyncSession, orders: Sequence[Order]) -> list[Shipment]:
        """What there is to confirm of orders, as it is stored; those that share a parcel are to be among them together."""
        packed = await parcels.load(session, orders)
        doubted = select(TrackingUpload.order_id).where(
            TrackingUpload.order_id.in_(packed), TrackingUpload.in_doubt_since.is_not(None)
        )
        in_doubt = set(await session.scalars(doubted))
        together: dict[int, list[OrderPart]] = {}
        for order in orders:
            is_shipped = order.shipping_status is ShippingStatus.FULLY_SHIPPED
            for part in parcels.parts(order, packed[order.id], only_whole=not is_shipped):
                shared = next((parcel.parcel_id for parcel in part.parcels if parcel.parcel_id), None)
                # Ids of parcels and of orders are of two kinds.
                together.setdefault(-order.id if shared is None else shared, []).append(part)
        return [
            Shipment(
                parts,
                in_doubt=any(part.order.id in in_doubt for part in parts),
                is_per_item=self.is_per_item,
            )
            for parts in together.values()
        ]

    def _conditions(self) -> list[ColumnElement[bool]]:
        is_per_item = true() if self.is_per_item else false()
        conditions = [
            Order.company_id == self._job.company_id,
            IS_UNCONFIRMED,
            # What was begun is found out, whatever the switch says by now.
            or_(is_ready(is_per_item=is_per_item), _IS_IN_DOUBT),
            Order.fulfilled_by == FulfilledBy.SELLER,
            exists().where(Package.order_id == Order.id, Package.voided_at.is_(None)),
            ~self._is_resolved,
        ]
        if self._wanted is not None:
            conditions.append(Order.id.in_(self._wanted))
        if self._job.trigger is not JobTrigger.MANUAL:
            conditions.append(~_is_resting(self._now))
        return conditions


def _is_resting(now: datetime) -> ColumnElement[bool]:
    """Whether Temu refused an order a short while ago, and nothing of it was packed since."""
    is_news = exists().where(
        Package.order_id == TrackingUpload.order_id,
        Package.uploaded_at.is_(None),
        Package.voided_at.is_(None),
        Package.shipped_at > TrackingUpload.refused_at,
    )
    since = case((TrackingUpload.refusal_code == SERVICE_FAULT, now - FAULT_REST), else_=now - _REFUSED_REST)
    return exists().where(TrackingUpload.order_id == Order.id, TrackingUpload.refused_at > since, ~is_news)
