"""Why a product's figure is what it is, from what lies where to what Temu was told and holds (I8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.inventory import queries
from domain.inventory.availability import available
from domain.models import (
    ChannelStock,
    ChannelWarehouseMapping,
    Company,
    OrderItem,
    Product,
    Reservation,
    StockChange,
    Warehouse,
)

_MOST_RESERVATIONS = 100


@dataclass(frozen=True)
class WarehouseStock:
    """Pieces in a warehouse; *left_out* says why they don't count, None where they do."""

    warehouse: Warehouse
    on_hand: int
    left_out: str | None


@dataclass(frozen=True)
class OrderReservation:
    """Pieces that one order holds."""

    order_id: int
    quantity: int


@dataclass(frozen=True)
class Explanation:
    """
    The steps of the figure. *stock* is None where nothing was ever told; *is_waiting*: a change is still to be told;
    *held_back_since*: it is a zero that waits for a person's word (I10).
    """

    warehouses: Sequence[WarehouseStock]
    reservations: Sequence[OrderReservation]
    reserved: int
    sellable: int
    safety_quantity: int
    safety_is_default: bool
    max_quantity: int | None
    available: int
    stock: ChannelStock | None
    is_waiting: bool
    held_back_since: datetime | None


async def explain(session: AsyncSession, product: Product, company: Company) -> Explanation:
    """The explanation for a product of *company*; for a shadow, of the stock that it sells."""
    stock_id = product.stock_product_id
    mapped_for = company.id if company.sell_only_mapped_warehouses else None
    sellable = (await queries.aggregate_sellable(session, [stock_id], mapped_for=mapped_for))[stock_id]
    safety = company.safety_quantity if product.use_default_safety_quantity else product.safety_quantity
    reserved = select(func.coalesce(func.sum(Reservation.quantity), 0))
    change = await session.get(StockChange, product.id)
    return Explanation(
        warehouses=await _warehouses(session, stock_id, company),
        reservations=await _reservations(session, stock_id),
        reserved=int(await session.scalar(reserved.where(Reservation.product_id == stock_id)) or 0),
        sellable=sellable,
        safety_quantity=safety,
        safety_is_default=product.use_default_safety_quantity,
        max_quantity=company.max_quantity,
        available=available(sellable=sellable, safety_quantity=safety, max_quantity=company.max_quantity),
        stock=await session.get(ChannelStock, product.id),
        is_waiting=change is not None or company.stock_rules_changed,
        held_back_since=None if change is None else change.held_back_since,
    )


async def _warehouses(session: AsyncSession, stock_id: int, company: Company) -> list[WarehouseStock]:
    levels = (await queries.levels(session, [stock_id]))[stock_id]
    rows = {
        row.id: row for row in await queries.warehouses(session, [level.warehouse_id for level in levels])
    }
    named = select(ChannelWarehouseMapping.warehouse_id)
    codes = set(await session.scalars(named.where(ChannelWarehouseMapping.company_id == company.id)))
    found: list[WarehouseStock] = []
    for level in levels:
        warehouse = rows[level.warehouse_id]
        why = None
        if not warehouse.is_sellable:
            why = "This warehouse is not sellable."
        elif company.sell_only_mapped_warehouses and warehouse.id not in codes:
            why = "The company sells only from warehouses with a channel warehouse code, and this has none."
        found.append(WarehouseStock(warehouse, level.on_hand, why))
    return found


async def _reservations(session: AsyncSession, stock_id: int) -> list[OrderReservation]:
    """The largest first."""
    pieces = func.sum(Reservation.quantity)
    statement = (
        select(OrderItem.order_id, pieces)
        .join(OrderItem, OrderItem.id == Reservation.order_item_id)
        .where(Reservation.product_id == stock_id)
        .group_by(OrderItem.order_id)
        .order_by(pieces.desc(), OrderItem.order_id)
    )
    rows = await session.execute(statement.limit(_MOST_RESERVATIONS))
    return [OrderReservation(order_id, int(quantity)) for order_id, quantity in rows]
