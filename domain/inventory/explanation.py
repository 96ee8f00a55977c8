"""Why a product's figure is what it is, from what lies where to what Temu was told and holds (I8)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.inventory import availability, queries
from domain.models import (
    ChannelStock,
    ChannelWarehouseMapping,
    Company,
    OrderItem,
    Product,
    Reservation,
    StockChange,
)

_MOST_RESERVATIONS = 100


@dataclass(frozen=True)
class WarehouseStock:
    """Pieces in a warehouse; *left_out* says why they don't count, None where they do."""

    warehouse_id: int
    on_hand: int
    left_out: str | None


@dataclass(frozen=True)
class OrderReservation:
    """Pieces that one order holds."""

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


async def explain(session: AsyncSession, product_ids: Collection[int]) -> Mapping[int, Explanation]:
    """The explanations for products that the caller was seen to see; for a shadow, of the stock that it sells."""
    stock = availability.stock_id(Product)
    lies, held = availability.on_hand(stock, Company), availability.reserved(stock)
    safety = availability.safety_quantity(Product, Company)
    available = availability.sellable_part(lies - held, Product, Company)
    statement = (
        select(Product, Company, held, lies - held, safety, available)
        .join(Company, Company.id == Product.company_id)
        .where(Product.id.in_(product_ids))
    )
    rows = (await session.execute(statement)).all()
    stock_ids = {product.stock_product_id for product, *_ in rows}
    lying = await _warehouses(session, stock_ids, {company.id for _, company, *_ in rows})
    reservations = await _reservations(session, stock_ids)
    waiting = await session.scalars(select(StockChange).where(StockChange.product_id.in_(product_ids)))
    changes = {change.product_id: change for change in waiting}
    pushed = await session.scalars(select(ChannelStock).where(ChannelStock.product_id.in_(product_ids)))
    channel = {row.product_id: row for row in pushed}
    found: dict[int, Explanation] = {}
    for product, company, reserved, sellable, quantity, to_tell in rows:
        change = changes.get(product.id)
        found[product.id] = Explanation(
            warehouses=lying(product, company),
            reservations=reservations.get(product.stock_product_id, []),
            reserved=reserved,
            sellable=sellable,
            safety_quantity=quantity,
            safety_is_default=product.use_default_safety_quantity,
            max_quantity=company.max_quantity,
            available=to_tell,
            stock=channel.get(product.id),
            is_waiting=change is not None or company.stock_rules_changed,
            held_back_since=None if change is None else change.held_back_since,
        )
    return found


async def _warehouses(
    session: AsyncSession, stock_ids: Collection[int], company_ids: Collection[int]
) -> Callable[[Product, Company], list[WarehouseStock]]:
    """What lies where of a product, as it counts for its company."""
    levels = await queries.levels(session, stock_ids)
    used = {level.warehouse_id for found in levels.values() for level in found}
    sellable = {row.id: row.is_sellable for row in await queries.warehouses(session, used)}
    named = select(ChannelWarehouseMapping.company_id, ChannelWarehouseMapping.warehouse_id)
    rows = await session.execute(named.where(ChannelWarehouseMapping.company_id.in_(company_ids)))
    codes = {(company_id, warehouse_id) for company_id, warehouse_id in rows}

    def left_out(company: Company, warehouse_id: int) -> str | None:
        if not sellable[warehouse_id]:
            return "This warehouse is not sellable."
        if company.sell_only_mapped_warehouses and (company.id, warehouse_id) not in codes:
            return "The company sells only from warehouses with a channel warehouse code, and this has none."
        return None

    return lambda product, company: [
        WarehouseStock(level.warehouse_id, level.on_hand, left_out(company, level.warehouse_id))
        for level in levels[product.stock_product_id]
    ]


async def _reservations(
    session: AsyncSession, stock_ids: Collection[int]
) -> Mapping[int, list[OrderReservation]]:
    """By the product whose stock it is, the largest first."""
    pieces = func.sum(Reservation.quantity)
    order = pieces.desc(), OrderItem.order_id
    place = func.row_number().over(partition_by=Reservation.product_id, order_by=order)
    held = (
        select(Reservation.product_id, OrderItem.order_id, pieces.label("pieces"), place.label("place"))
        .join(OrderItem, OrderItem.id == Reservation.order_item_id)
        .where(Reservation.product_id.in_(stock_ids))
        .group_by(Reservation.product_id, OrderItem.order_id)
        .subquery()
    )
    statement = (
        select(held).where(held.c.place <= _MOST_RESERVATIONS).order_by(held.c.product_id, held.c.place)
    )
    found: dict[int, list[OrderReservation]] = {}
    for product_id, order_id, quantity, _ in await session.execute(statement):
        found.setdefault(product_id, []).append(OrderReservation(order_id, int(quantity)))
    return found
