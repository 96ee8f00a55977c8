"""The last moment before orders are confirmed: what is stored of one then is what is sent, and until the answer is
recorded nobody changes it (T6, T12).
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.database.upsert import insert
from domain.errors import Conflict
from domain.models import Order, TrackingUpload
from domain.orders import queries
from domain.shipping.confirm_message import TemuIds
from domain.shipping.parcels import Parcel, Shipment
from domain.shipping.pending import PendingOrders

Resolved = tuple[Shipment, TemuIds]

_IN_DOUBT = (
    "Temu is being told of this order, and whether it has taken the package is not known yet. Try again when the "
    "UPLOAD_TRACKING job has ended; where none runs, uploadTracking finds it out."
)


async def claim(
    session: AsyncSession, pending: PendingOrders, resolved: Sequence[Resolved], *, now: datetime
) -> tuple[list[Resolved], set[int]]:
    """Mark orders as in doubt, in a transaction that has their rows; returns the shipments as they are stored now, and
    the orders whose packages have changed so much since they were looked up that this has to be done again. All of an
    order or of a parcel is claimed, or nothing of it.
    """
    ids = {order.id for shipment, _ in resolved for order in shipment.orders}
    if not ids:
        return [], set()
    orders = await queries.locked(session, Order.id.in_(ids))
    stored = {_shape(shipment): shipment for shipment in await pending.shipments(session, orders)}
    ready: list[Resolved] = []
    changed: set[int] = set()
    for shipment, temu_ids in resolved:
        now_stored = stored.get(_shape(shipment))
        if now_stored is not None and _covers(temu_ids, now_stored.parcels):
            ready.append((now_stored, temu_ids))
        else:
            changed |= _orders(shipment)
    while any(_orders(shipment) & changed for shipment, _ in ready):
        changed = changed.union(*(_orders(s) for s, _ in ready if _orders(s) & changed))
        ready = [each for each in ready if not _orders(each[0]) & changed]
    companies = {order.id: order.company_id for shipment, _ in ready for order in shipment.orders}
    if companies:
        statement = insert(session, TrackingUpload).values(
            [
                {"order_id": order_id, "company_id": company_id, "in_doubt_since": now}
                for order_id, company_id in companies.items()
            ]
        )
        since = func.coalesce(TrackingUpload.in_doubt_since, statement.excluded.in_doubt_since)
        await session.execute(
            statement.on_conflict_do_update(index_elements=["order_id"], set_={"in_doubt_since": since})
        )
    return ready, changed


async def refuse_in_doubt(session: AsyncSession, order: Order) -> None:
    """Raise Conflict while Temu may be told of an order's packages, in a transaction that has its row."""
    since = select(TrackingUpload.in_doubt_since).where(TrackingUpload.order_id == order.id)
    if await session.scalar(since) is not None:
        raise Conflict(_IN_DOUBT, field=("packageId",))


def _orders(shipment: Shipment) -> set[int]:
    return {order.id for order in shipment.orders}


def _shape(shipment: Shipment) -> tuple[object, ...]:
    """Which packages there are, what they hold and whether Temu may be told of them, whatever their labels."""
    packages = frozenset(
        (p.package.id, tuple((line.order_item_id, line.quantity) for line, _ in p.lines), len(p.sub_packages))
        for p in shipment.parcels
    )
    return shipment.is_due, packages


def _covers(temu_ids: TemuIds, parcels: Sequence[Parcel]) -> bool:
    """Whether all that packages name was looked up."""
    carriers = {carrier for parcel in parcels for carrier in parcel.carriers}
    warehouses = {parcel.package.warehouse_id for parcel in parcels}
    return carriers <= temu_ids.carriers.keys() and warehouses <= temu_ids.addresses.keys()
