"""Voids a package that was recorded by mistake, before Temu hears of it (T12)."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from domain.access import rows
from domain.access.principal import Principal
from domain.companies import queries as companies
from domain.errors import Conflict
from domain.models import Company, JobType, Order, Package, TrackingUpload
from domain.orders import holds
from domain.orders import matching as order_matching
from domain.orders import queries as orders
from domain.orders.notes import Note, add_notes
from domain.queued_jobs import requests
from domain.shipping import queries, stock
from domain.shipping.claim import refuse_in_doubt
from domain.shipping.packages import shipping_status

_FIELD = ("packageId",)
_UPLOADED = (
    "Temu has this package, so it can't be taken back here. Correct its number with updatePackage, or see to it in the "
    "seller centre."
)


async def void(session: AsyncSession, *, by: Principal, package_id: int, now: datetime) -> Order:
    """Have a package count for nothing: its pieces are to be shipped again, and lie where they lay. Again does nothing.
    With it go the packages of other orders in its parcel, as their label is one, but for those that Temu has.

    Raises NotFound, and Conflict for a package that Temu has or may have.
    """
    found = await locked(session, by=by, package_id=package_id)
    order, package = found[0]
    if package.voided_at is not None:
        return order
    if package.uploaded_at is not None:
        raise Conflict(_UPLOADED, field=_FIELD)
    untold = [each for each in found if each[1].uploaded_at is None]
    for each, _ in untold:
        await refuse_in_doubt(session, each)
    for each, row in untold:
        await _void(session, each, row, now=now)
    return order


async def locked(session: AsyncSession, *, by: Principal, package_id: int) -> list[tuple[Order, Package]]:
    """A package with its order, and behind it the others of its parcel; nobody changes them meanwhile. Raises NotFound."""
    package = await rows.get(session, Package, package_id, by=by)
    beside = [row for row in await queries.packages_of_parcel(session, package.id) if row.id != package.id]
    parcel = [package, *beside]
    # In one order, so that two who change the same orders wait for each other.
    found = {
        order_id: await rows.get(session, Order, order_id, by=by, for_update=True)
        for order_id in sorted(row.order_id for row in parcel)
    }
    for row in parcel:
        await session.refresh(row)
    return [(found[package.order_id], package)] + [
        (found[row.order_id], row) for row in beside if row.voided_at is None
    ]


async def _void(session: AsyncSession, order: Order, package: Package, *, now: datetime) -> None:
    items = await orders.items(session, [order.id])
    lines = await queries.lines(session, [package.id])
    for line, item in lines:
        item.shipped_quantity -= line.quantity
    package.voided_at = now
    order.shipping_status = shipping_status(items)
    await session.flush()
    await stock.restore(session, [(*line, package.warehouse_id) for line in lines])
    # Of what is shipped, a request to cancel holds nothing back; of what is to be shipped again, it does.
    await holds.apply(session, order.company_id, [order], now=now)
    await order_matching.reserve(session, [order], items)
    await clear_refusal(session, order)
    body = f"The package {package.tracking_number} ({package.carrier}) was voided before Temu was told of it."
    await add_notes(session, [(order, Note(f"package-voided:{package.id}", body))], now=now)
    await _request_import(session, order, now=now)


async def clear_refusal(session: AsyncSession, order: Order) -> None:
    """What Temu refused, it refused of packages as they were: the next upload tells of them as they are."""
    refused = delete(TrackingUpload).where(
        TrackingUpload.order_id == order.id, TrackingUpload.in_doubt_since.is_(None)
    )
    await session.execute(refused)


async def _request_import(session: AsyncSession, order: Order, *, now: datetime) -> None:
    """What Temu cancelled or changed while the order was shipped here was only recorded; now it counts."""
    company = await session.get_one(Company, order.company_id)
    tokens = await companies.tokens(session, [company.id])
    if company.store_plugin is None or companies.token_for(JobType.IMPORT_ORDERS, tokens) is None:
        return
    await requests.request_import_of(
        session, company_id=company.id, order_number=order.channel_order_id, now=now
    )
