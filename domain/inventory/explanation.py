"""Why a product's figure is what it is, from what lies where to what Temu was told and holds (I8)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.access.principal import Principal
from domain.inventory import availability
from domain.models import (
    ChannelStock,
    Company,
    InventoryLevel,
    OrderItem,
    Product,
    Reservation,
    StockChange,
    Warehouse,
)

_MOST_RESERVATIONS = 100
_NOT_SELLABLE = "This warehouse is not sellable."
_NOT_MAPPED = "The company sells only from warehouses with a channel warehouse code, and this has none."


@dataclass(frozen=True)
class WarehouseStock:
    """Pieces in a warehouse; *left_out* says why they don't count, None where they do."""

    warehouse_id: int
    on_hand: int
    left_out: str | None


@dataclass(frozen=True)
class OrderReservation:
    order_id: int
    quantity: int


@dataclass(frozen=True)
class Explanation:
    """The steps of the figure. *stock* is None where nothing was ever told; *is_waiting*: a change is still to be told;
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


async def explain(
    session: AsyncSession, product_ids: Collection[int], *, by: Principal
) -> Mapping[int, Explanation]:
    """The explanations for products that the caller was seen to see; for a shadow, of the stock that it sells. *reserved*
    counts what all orders hold, *reservations* names those that the caller may see.
    """
    stock = availability.stock_id(Product)
    lies, held = availability.on_hand(stock, Company), availability.reserved(stock)
    safety = availability.safety_quantity(Product, Company)
    available = availability.sellable_part(lies - held, Product, Company)
    is_changed, since = StockChange.product_id.is_not(None), StockChange.held_back_since
    statement = (
        select(Product, Company, held, lies - held, safety, available, ChannelStock, is_changed, since)
        .join(Company, Company.id == Product.company_id)
        .outerjoin(ChannelStock, ChannelStock.product_id == Product.id)
        .outerjoin(StockChange, StockChange.product_id == Product.id)
        .where(Product.id.in_(product_ids))
    )
    rows = (await session.execute(statement)).all()
    warehouses = await _warehouses(session, product_ids)
    reservations = await _reservations(session, {product.stock_product_id for product, *_ in rows}, by)
    return {
        product.id: Explanation(
            warehouses=warehouses.get(product.id, []),
            reservations=reservations.get(product.stock_product_id, []),
            reserved=reserved,
            sellable=sellable,
            safety_quantity=quantity,
            safety_is_default=product.use_default_safety_quantity,
            max_quantity=company.max_quantity,
            available=to_push,
            stock=channel,
            is_waiting=is_pending or company.stock_rules_changed,
            held_back_since=held_back_since,
        )
        for product, company, reserved, sellable, quantity, to_push, channel, is_pending, held_back_since in rows
    }


async def _warehouses(
    session: AsyncSession, product_ids: Collection[int]
) -> Mapping[int, list[WarehouseStock]]:
    """By product: what lies where of the stock that it sells, and whether its company sells from there."""
    level, is_sold_from = InventoryLevel, availability.is_sold_from(InventoryLevel, Company)
    statement = (
        select(Product.id, level.warehouse_id, level.on_hand, Warehouse.is_sellable, is_sold_from)
        .join(Company, Company.id == Product.company_id)
        .join(level, availability.is_stock_of(Product, level.product_id))
        .join(Warehouse, Warehouse.id == level.warehouse_id)
        .where(Product.id.in_(product_ids))
        .order_by(Product.id, level.warehouse_id)
    )
    found: dict[int, list[WarehouseStock]] = {}
    for product_id, warehouse_id, on_hand, is_sellable, is_sold in await session.execute(statement):
        left_out = None if is_sold else _NOT_MAPPED
        stock = WarehouseStock(warehouse_id, on_hand, left_out if is_sellable else _NOT_SELLABLE)
        found.setdefault(product_id, []).append(stock)
    return found


async def _reservations(
    session: AsyncSession, stock_ids: Collection[int], by: Principal
) -> Mapping[int, list[OrderReservation]]:
    """By the product whose stock it is, the largest first."""
    pieces = func.sum(Reservation.quantity)
    order = pieces.desc(), OrderItem.order_id
    place = func.row_number().over(partition_by=Reservation.product_id, order_by=order)
    named = (
        select(Reservation.product_id, OrderItem.order_id, pieces.label("pieces"), place.label("place"))
        .join(OrderItem, OrderItem.id == Reservation.order_item_id)
        .where(Reservation.product_id.in_(stock_ids))
        .group_by(Reservation.product_id, OrderItem.order_id)
    )
    held = by.visible(named, OrderItem.company_id).subquery()
    statement = (
        select(held).where(held.c.place <= _MOST_RESERVATIONS).order_by(held.c.product_id, held.c.place)
    )
    found: dict[int, list[OrderReservation]] = {}
    for product_id, order_id, quantity, _ in await session.execute(statement):
        found.setdefault(product_id, []).append(OrderReservation(order_id, int(quantity)))
    return found
