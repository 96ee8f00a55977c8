"""
The last moment before Temu is told: what is stored of an order then is what is told, and until the answer is noted nobody
changes it (T6, T12).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.database import insert
from domain.errors import Conflict
from domain.models import Order, TrackingUpload
from domain.shipping.confirmation import Labels, Parcel
from domain.shipping.labelling import parcels_of
from domain.shipping.telling import Shipment

_IN_DOUBT = (
    "Temu is being told of this order, and whether it has taken the package is not known yet. Try again when the "
    "UPLOAD_TRACKING job has ended; where none runs, uploadTracking finds it out."
)


async def claim(
    session: AsyncSession, shipments: Sequence[Shipment], *, now: datetime
) -> tuple[list[Shipment], list[Order]]:
    """
    Mark orders as in doubt, in a transaction that has their rows; returns the shipments as they are stored now, and the
    orders whose packages have changed so much since they were looked up that this has to be done again.
    """
    ids = [shipment.order.id for shipment in shipments]
    if not ids:
        return [], []
    locked = select(Order.id).where(Order.id.in_(ids)).order_by(Order.id).with_for_update(key_share=True)
    await session.execute(locked)
    parcels = await parcels_of(session, ids)
    ready: list[Shipment] = []
    changed: list[Order] = []
    for shipment in shipments:
        stored = parcels[shipment.order.id]
        if _shape(stored) == _shape(shipment.parcels) and _covers(shipment.labels, stored):
            ready.append(replace(shipment, parcels=stored))
        else:
            changed.append(shipment.order)
    if ready:
        statement = insert(session, TrackingUpload).values(
            [{"order_id": s.order.id, "company_id": s.order.company_id, "in_doubt_since": now} for s in ready]
        )
        since = func.coalesce(TrackingUpload.in_doubt_since, statement.excluded.in_doubt_since)
        await session.execute(
            statement.on_conflict_do_update(index_elements=["order_id"], set_={"in_doubt_since": since})
        )
    return ready, changed


async def refuse_in_doubt(session: AsyncSession, order: Order, *, field: tuple[str, ...]) -> None:
    """
    Raise Conflict while Temu may be told of an order's packages, in a transaction that has its row.
    """
    since = select(TrackingUpload.in_doubt_since).where(TrackingUpload.order_id == order.id)
    if await session.scalar(since) is not None:
        raise Conflict(_IN_DOUBT, field=field)


def _shape(parcels: Sequence[Parcel]) -> list[tuple[object, ...]]:
    """
    Which packages there are and what they hold, whatever their labels.
    """
    return [
        (p.package.id, [(line.order_item_id, line.quantity) for line, _ in p.lines], len(p.sub_packages))
        for p in parcels
    ]


def _covers(labels: Labels, parcels: Sequence[Parcel]) -> bool:
    """
    Whether all that packages name was looked up.
    """
    carriers = {carrier for parcel in parcels for carrier in parcel.carriers}
    warehouses = {parcel.package.warehouse_id for parcel in parcels}
    return carriers <= labels.carriers.keys() and warehouses <= labels.addresses.keys()
