"""Packages with what they hold, as their readers may see them."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from domain.models import (
    CombinedPackage,
    Order,
    OrderItem,
    Package,
    PackageCorrection,
    PackageLine,
    ShippingLabel,
    ShippingLabelLine,
    ShippingLabelStatus,
    SubPackage,
    literally,
)

# While a label is one of these, its pieces are in no other; once the channel was told that it left they are in a package.
_ALIVE = (ShippingLabelStatus.REQUESTED, ShippingLabelStatus.WORKING, ShippingLabelStatus.BOUGHT)


IS_ALIVE = ShippingLabel.status.in_([literally(each) for each in _ALIVE])


async def labelled(session: AsyncSession, item_ids: Collection[int]) -> Mapping[int, int]:
    """How many pieces of order items are in labels that are alive."""
    statement = (
        select(ShippingLabelLine.order_item_id, func.sum(ShippingLabelLine.quantity))
        .join(ShippingLabel, ShippingLabel.id == ShippingLabelLine.label_id)
        .where(ShippingLabelLine.order_item_id.in_(item_ids), IS_ALIVE)
        .group_by(ShippingLabelLine.order_item_id)
    )
    return {item_id: int(quantity) for item_id, quantity in await session.execute(statement)}


async def packages(session: AsyncSession, order_ids: Collection[int]) -> Sequence[Package]:
    """The packages of orders that the caller was seen to see, in the order of their recording, without voided ones."""
    statement = select(Package).where(Package.order_id.in_(order_ids), Package.voided_at.is_(None))
    return (await session.scalars(statement.order_by(Package.order_id, Package.id))).all()


async def lines(
    session: AsyncSession, package_ids: Collection[int]
) -> Sequence[tuple[PackageLine, OrderItem]]:
    statement = (
        select(PackageLine, OrderItem)
        .join(OrderItem, OrderItem.id == PackageLine.order_item_id)
        .where(PackageLine.package_id.in_(package_ids))
        .order_by(PackageLine.package_id, OrderItem.id)
    )
    return [(line, item) for line, item in await session.execute(statement)]


async def sub_packages(session: AsyncSession, package_ids: Collection[int]) -> Sequence[SubPackage]:
    statement = select(SubPackage).where(SubPackage.package_id.in_(package_ids))
    return (await session.scalars(statement.order_by(SubPackage.package_id, SubPackage.position))).all()


async def orders_with_tracking(
    session: AsyncSession, company_id: int, keys: Collection[str], *, but_package: int | None = None
) -> Sequence[tuple[str, str]]:
    """Which of these tracking keys the company has used, or is to use by a correction, each with the number of the
    order that it is for; one package may be left out. The numbers of packages that were voided are free.
    """
    others = (Package.voided_at.is_(None), Package.id != (but_package or 0))
    used = union_all(
        select(Package.tracking_key, Package.order_id).where(
            Package.company_id == company_id, Package.tracking_key.in_(keys), *others
        ),
        select(SubPackage.tracking_key, Package.order_id)
        .join(Package, Package.id == SubPackage.package_id)
        .where(
            Package.company_id == company_id, SubPackage.tracking_key.in_(keys), Package.voided_at.is_(None)
        ),
        select(PackageCorrection.tracking_key, Package.order_id)
        .join(Package, Package.id == PackageCorrection.package_id)
        .where(PackageCorrection.company_id == company_id, PackageCorrection.tracking_key.in_(keys), *others),
    ).subquery()
    statement = select(used.c.tracking_key, Order.channel_order_id).join(Order, Order.id == used.c.order_id)
    return [(key, number) for key, number in await session.execute(statement)]


async def combined_parcels(session: AsyncSession, package_ids: Collection[int]) -> Mapping[int, int]:
    """Of those packages that are one parcel with packages of other orders, which parcel."""
    statement = select(CombinedPackage.package_id, CombinedPackage.parcel_id)
    rows = await session.execute(statement.where(CombinedPackage.package_id.in_(package_ids)))
    return {package_id: parcel_id for package_id, parcel_id in rows}  # noqa: C416 - rows, not pairs


async def packages_of_parcel(session: AsyncSession, package_id: int) -> Sequence[Package]:
    """A package with all that are one parcel with it, but for those that were voided."""
    mine = select(CombinedPackage.parcel_id).where(CombinedPackage.package_id == package_id)
    theirs = select(CombinedPackage.package_id).where(CombinedPackage.parcel_id.in_(mine))
    statement = select(Package).where(
        or_(Package.id == package_id, Package.id.in_(theirs)), Package.voided_at.is_(None)
    )
    return (await session.scalars(statement.order_by(Package.id))).all()


async def orders_beside(session: AsyncSession, order_ids: Collection[int]) -> set[int]:
    """The orders that share a parcel with one of these, and those themselves where they share one."""
    shared = (
        select(CombinedPackage.parcel_id)
        .join(Package, Package.id == CombinedPackage.package_id)
        .where(Package.order_id.in_(order_ids), Package.voided_at.is_(None))
    )
    statement = (
        select(Package.order_id)
        .join(CombinedPackage, CombinedPackage.package_id == Package.id)
        .where(CombinedPackage.parcel_id.in_(shared), Package.voided_at.is_(None))
    )
    return set(await session.scalars(statement))


def is_in_the_same_parcel(package: Any, order: type[Order]) -> ColumnElement[bool]:
    """Whether another package in the parcel of a package is one of this order."""
    mine, theirs, other = aliased(CombinedPackage), aliased(CombinedPackage), aliased(Package)
    orders = (
        select(other.order_id)
        .join(theirs, theirs.package_id == other.id)
        .join(mine, (mine.parcel_id == theirs.parcel_id) & (mine.package_id != theirs.package_id))
        .where(mine.package_id == package.id, other.voided_at.is_(None))
    )
    return order.id.in_(orders.correlate_except(mine, theirs, other))
