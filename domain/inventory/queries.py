"""Warehouses, levels and availability, for many products in one statement."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from domain.models import ChannelStock, ChannelWarehouseMapping, InventoryLevel, Reservation, Warehouse


@dataclass(frozen=True)
class Level:
    """What lies of one product in one warehouse, and what of it orders hold."""

    warehouse_id: int
    on_hand: int
    reserved: int


async def warehouses(session: AsyncSession, ids: Collection[int] | None = None) -> Sequence[Warehouse]:
    """The organisation's warehouses, all or some, by name: every key may see them, for they belong to all companies."""
    statement = select(Warehouse).order_by(Warehouse.name, Warehouse.id)
    if ids is not None:
        statement = statement.where(Warehouse.id.in_(ids))
    return (await session.scalars(statement)).all()


async def channel_warehouse_mappings(
    session: AsyncSession, company_ids: Collection[int]
) -> Sequence[ChannelWarehouseMapping]:
    """The names by which the companies' channels know warehouses."""
    statement = select(ChannelWarehouseMapping).where(ChannelWarehouseMapping.company_id.in_(company_ids))
    return (await session.scalars(statement.order_by(ChannelWarehouseMapping.warehouse_id))).all()


async def levels(session: AsyncSession, product_ids: Collection[int]) -> Mapping[int, list[Level]]:
    """Levels by product that has stock of its own."""
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


def of_channel_stock(product: Any, name: str) -> ColumnElement[Any]:
    """A column of what the channel knows of a product; null where it was told nothing."""
    stock = aliased(ChannelStock)
    statement = select(getattr(stock, name)).where(stock.product_id == product.id)
    return statement.correlate_except(stock).scalar_subquery()
