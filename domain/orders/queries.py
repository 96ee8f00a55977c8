"""
Orders with what belongs to them, as their readers may see them.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.access.principal import Principal
from domain.errors import NotFound
from domain.models import (
    CancellationRequest,
    CancellationState,
    Channel,
    Order,
    OrderAddress,
    OrderItem,
    OrderNote,
    OrderSource,
    OrderStatus,
    Product,
    ShippingStatus,
    UnreadableOrder,
)
from domain.pagination import Key, Listing

Value = TypeVar("Value")

# The one placed last comes first.
ORDERS: Listing[Order] = Listing(
    [Key(Order.ordered_at, descending=True), Key(Order.id, descending=True)], Order.company_id
)


def orders(
    *,
    by: Principal,
    company_id: int | None = None,
    channel: Channel | None = None,
    order_source: OrderSource | None = None,
    status: Collection[OrderStatus] | None = None,
    shipping_status: Collection[ShippingStatus] | None = None,
    has_unknown_product: bool | None = None,
    source_updated_for_shipping: bool | None = None,
    ordered_from: datetime | None = None,
    ordered_to: datetime | None = None,
    search: str | None = None,
) -> Select[Order]:
    """
    The orders that match every filter given; *ordered_from* is included, *ordered_to* is not.

    *search* is looked for in order number, recipient and the SKUs of the items.
    """
    given: list[ColumnElement[bool] | None] = [
        _when(company_id, lambda value: Order.company_id == value),
        _when(channel, lambda value: Order.channel == value),
        _when(order_source, lambda value: Order.order_source == value),
        _when(status, Order.status.in_),
        _when(shipping_status, Order.shipping_status.in_),
        _when(
            has_unknown_product, lambda value: _has_unknown_product() if value else ~_has_unknown_product()
        ),
        _when(source_updated_for_shipping, lambda value: Order.source_updated_for_shipping == value),
        _when(ordered_from, lambda value: Order.ordered_at >= value),
        _when(ordered_to, lambda value: Order.ordered_at < value),
        _when(search or None, _found),
    ]
    conditions = [condition for condition in given if condition is not None]
    return by.visible(select(Order), Order.company_id).where(*conditions)


async def find(session: AsyncSession, *, by: Principal, order_id: int) -> Order | None:
    """
    The order, or None where it does not exist for this caller.
    """
    return await session.scalar(orders(by=by).where(Order.id == order_id))


async def get(session: AsyncSession, *, by: Principal, order_id: int, for_update: bool = False) -> Order:
    """
    The order; raises NotFound.
    """
    statement = orders(by=by).where(Order.id == order_id)
    order = await session.scalar(statement.with_for_update(key_share=True) if for_update else statement)
    if order is None:
        raise NotFound("There is no order with this orderId.", field=("orderId",))
    return order


async def find_item(session: AsyncSession, *, by: Principal, item_id: int) -> OrderItem | None:
    """
    The item, or None where it does not exist for this caller.
    """
    statement = by.visible(select(OrderItem), OrderItem.company_id)
    return await session.scalar(statement.where(OrderItem.id == item_id))


async def find_note(session: AsyncSession, *, by: Principal, note_id: int) -> OrderNote | None:
    """
    The note, or None where it does not exist for this caller.
    """
    statement = select(OrderNote).join(Order, Order.id == OrderNote.order_id).where(OrderNote.id == note_id)
    return await session.scalar(by.visible(statement, Order.company_id))


async def items(session: AsyncSession, order_ids: Collection[int]) -> Sequence[OrderItem]:
    """
    The items of orders that the caller was seen to see.
    """
    statement = select(OrderItem).where(OrderItem.order_id.in_(order_ids))
    return (await session.scalars(statement.order_by(OrderItem.order_id, OrderItem.id))).all()


async def addresses(session: AsyncSession, order_ids: Collection[int]) -> Sequence[OrderAddress]:
    """
    The addresses of orders that the caller was seen to see.
    """
    return (await session.scalars(select(OrderAddress).where(OrderAddress.order_id.in_(order_ids)))).all()


async def open_cancellations(
    session: AsyncSession, order_ids: Collection[int]
) -> Sequence[tuple[int, CancellationRequest]]:
    """
    What buyers ask about orders that the caller was seen to see, by order, the oldest request first.
    """
    statement = (
        select(Order.id, CancellationRequest)
        .join(
            CancellationRequest,
            (CancellationRequest.company_id == Order.company_id)
            & (CancellationRequest.channel_order_id == Order.channel_order_id),
        )
        .where(Order.id.in_(order_ids), CancellationRequest.state == CancellationState.OPEN)
        .order_by(CancellationRequest.requested_at, CancellationRequest.number)
    )
    return [(number, request) for number, request in await session.execute(statement)]


async def notes(session: AsyncSession, order_ids: Collection[int]) -> Sequence[OrderNote]:
    """
    The notes of orders that the caller was seen to see, oldest first.
    """
    statement = select(OrderNote).where(OrderNote.order_id.in_(order_ids))
    return (await session.scalars(statement.order_by(OrderNote.order_id, OrderNote.id))).all()


def _when(
    value: Value | None, condition: Callable[[Value], ColumnElement[bool]]
) -> ColumnElement[bool] | None:
    return None if value is None else condition(value)


def _has_unknown_product() -> ColumnElement[bool]:
    return exists().where(OrderItem.order_id == Order.id, OrderItem.product_id.is_(None))


def _found(search: str) -> ColumnElement[bool]:
    recipient = exists().where(
        OrderAddress.order_id == Order.id, OrderAddress.name.icontains(search, autoescape=True)
    )
    sku = exists().where(
        OrderItem.order_id == Order.id,
        OrderItem.product_id == Product.id,
        Product.sku.icontains(search, autoescape=True),
    )
    return or_(Order.channel_order_id.icontains(search, autoescape=True), recipient, sku)


async def unreadable_numbers(
    session: AsyncSession, company_id: int, *, seen_before: datetime
) -> Sequence[str]:
    """
    The orders of a company that could not be read, and that no import has met again since *seen_before*.
    """
    statement = select(UnreadableOrder.channel_order_id).where(
        UnreadableOrder.company_id == company_id, UnreadableOrder.last_seen_at < seen_before
    )
    return (await session.scalars(statement.order_by(UnreadableOrder.channel_order_id))).all()
