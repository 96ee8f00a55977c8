"""
Warehouses, levels and availability, for many products in one statement.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.models import ChannelStock, ChannelWarehouseMapping, InventoryLevel, Reservation, Warehouse


@dataclass(frozen=True)
class Level:
    """
    What lies of one product in one warehouse, and what of it orders hold.
    """

    warehouse_id: int
    on_hand: int
    reserved: int


async def warehouses(session: AsyncSession, ids: Collection[int] | None = None) -> Sequence[Warehouse]:
    """
    The organisation's warehouses, all or some, by name: every key may see them, for they belong to all companies.
    """
    statement = select(Warehouse).order_by(Warehouse.name, Warehouse.id)
    if ids is not None:
        statement = statement.where(Warehouse.id.in_(ids))
    return (await session.scalars(statement)).all()


async def channel_warehouse_mappings(
    session: AsyncSession, company_ids: Collection[int]
) -> Sequence[ChannelWarehouseMapping]:
    """
    The names by which the companies' channels know warehouses.
    """
    statement = select(ChannelWarehouseMapping).where(ChannelWarehouseMapping.company_id.in_(company_ids))
    return (await session.scalars(statement.order_by(ChannelWarehouseMapping.warehouse_id))).all()


async def levels(session: AsyncSession, product_ids: Collection[int]) -> Mapping[int, list[Level]]:
    """
    Levels by product that has stock of its own.
    """
    reserved = (
        select(
            Reservation.product_id, Reservation.warehouse_id, func.sum(Reservation.quantity).label("quantity")
        )
        .where(Reservation.product_id.in_(product_ids))
        .group_by(Reservation.product_id, Reservation.warehouse_id)
        .subquery()
    )
    statement = (
        select(
            InventoryLevel.product_id,
            InventoryLevel.warehouse_id,
            InventoryLevel.on_hand,
            func.coalesce(reserved.c.quantity, 0),
        )
        .outerjoin(
            reserved,
            (reserved.c.product_id == InventoryLevel.product_id)
            & (reserved.c.warehouse_id == InventoryLevel.warehouse_id),
        )
        .where(InventoryLevel.product_id.in_(product_ids))
        .order_by(InventoryLevel.product_id, InventoryLevel.warehouse_id)
    )
    found: dict[int, list[Level]] = {product_id: [] for product_id in product_ids}
    for product_id, warehouse_id, on_hand, quantity in await session.execute(statement):
        found[product_id].append(Level(warehouse_id, on_hand, int(quantity)))
    return found


async def channel_stock(session: AsyncSession, product_ids: Collection[int]) -> Sequence[ChannelStock]:
    """
    What the channel knows of products that the caller was seen to see.
    """
    return (await session.scalars(select(ChannelStock).where(ChannelStock.product_id.in_(product_ids)))).all()


@dataclass(frozen=True)
class Sellable:
    """
    What may be sold of a product that has stock of its own: on hand over sellable warehouses, and all that orders hold.
    """

    on_hand: int
    reserved: int

    @property
    def aggregate(self) -> int:
        """
        I2; below zero where more was sold than there is.
        """
        return self.on_hand - self.reserved


async def aggregate_sellable(
    session: AsyncSession, product_ids: Collection[int], *, mapped_for: int | None = None
) -> Mapping[int, int]:
    """
    I2, by product that has stock of its own. *mapped_for* as for sellable().
    """
    found = await sellable(session, product_ids, mapped_for=mapped_for)
    return {product_id: part.aggregate for product_id, part in found.items()}


async def sellable(
    session: AsyncSession, product_ids: Collection[int], *, mapped_for: int | None = None
) -> Mapping[int, Sellable]:
    """
    By product that has stock of its own. *mapped_for*: count only warehouses that this company's channel has a name for
    (I9).
    """
    on_hand = (
        select(InventoryLevel.product_id, func.sum(InventoryLevel.on_hand))
        .join(Warehouse, Warehouse.id == InventoryLevel.warehouse_id)
        .where(InventoryLevel.product_id.in_(product_ids), Warehouse.is_sellable)
        .group_by(InventoryLevel.product_id)
    )
    if mapped_for is not None:
        named = select(ChannelWarehouseMapping.warehouse_id).where(
            ChannelWarehouseMapping.company_id == mapped_for
        )
        on_hand = on_hand.where(InventoryLevel.warehouse_id.in_(named))
    reserved = (
        select(Reservation.product_id, func.sum(Reservation.quantity))
        .where(Reservation.product_id.in_(product_ids))
        .group_by(Reservation.product_id)
    )
    lies = {product_id: int(quantity) for product_id, quantity in await session.execute(on_hand)}
    held = {product_id: int(quantity) for product_id, quantity in await session.execute(reserved)}
    return {number: Sellable(lies.get(number, 0), held.get(number, 0)) for number in product_ids}
