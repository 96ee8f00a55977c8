"""
Orders with what belongs to them, as their readers may see them.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.access.principal import Principal
from domain.errors import NotFound
from domain.filtering import Comparison, Filter, Flag, among, contains, equals, holds_any, search
from domain.models import (
    CancellationRequest,
    CancellationState,
    Channel,
    JobOutcome,
    Order,
    OrderAddress,
    OrderItem,
    OrderNote,
    OrderStatus,
    Product,
    UnreadableOrder,
    literally,
)
from domain.pagination import Key, Listing


def _found(part: ColumnElement[str]) -> ColumnElement[bool]:
    recipient = exists().where(
        OrderAddress.order_id == Order.id,
        contains(OrderAddress.name, part, folded=OrderAddress.name_folded),
    )
    sku = exists().where(
        OrderItem.order_id == Order.id,
        OrderItem.product_id == Product.id,
        contains(Product.sku, part, folded=Product.sku_folded),
    )
    return or_(contains(Order.channel_order_id, part), recipient, sku)


# As the index of such orders has it.
HAS_LABELS = literal_column("orders.labels") != literal_column("'[]'")
# The one placed last comes first.
ORDERS: Listing[Order] = Listing(
    [Key(Order.ordered_at, descending=True), Key(Order.id, descending=True)], Order.company_id
)
# *ordered_from* is included, *ordered_to* is not; *search* is looked for in order number, recipient and the items' SKUs.
ORDER_FILTER = Filter(
    company_id=equals(Order.company_id),
    channel=equals(Order.channel),
    order_source=equals(Order.order_source),
    status=among(Order.status),
    shipping_status=among(Order.shipping_status),
    has_unknown_product=Flag(exists().where(OrderItem.order_id == Order.id, OrderItem.product_id.is_(None))),
    source_updated_for_shipping=Flag(Order.source_updated_for_shipping.expression),
    ordered_from=Comparison(Order.ordered_at.type, lambda moment: Order.ordered_at >= moment),
    ordered_to=Comparison(Order.ordered_at.type, lambda moment: Order.ordered_at < moment),
    labels=holds_any(Order.labels, HAS_LABELS),
    search=search(_found),
)


def imported(company_id: int, numbers: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    """
    What holds of the orders that came from Temu by these numbers of its.
    """
    return (
        Order.company_id == company_id,
        Order.channel == Channel.WEBSITE,
        Order.channel_order_id.in_(numbers),
    )


def orders(*, by: Principal, **given: Any) -> Select[Order]:
    """
    The orders that meet every condition given of ORDER_FILTER.
    """
    return by.visible(select(Order), Order.company_id).where(*ORDER_FILTER.conditions(given))


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
        .where(Order.id.in_(order_ids), CancellationRequest.state == literally(CancellationState.OPEN))
        .order_by(CancellationRequest.requested_at, CancellationRequest.number)
    )
    return [(number, request) for number, request in await session.execute(statement)]


async def notes(session: AsyncSession, order_ids: Collection[int]) -> Sequence[OrderNote]:
    """
    The notes of orders that the caller was seen to see, oldest first.
    """
    statement = select(OrderNote).where(OrderNote.order_id.in_(order_ids))
    return (await session.scalars(statement.order_by(OrderNote.order_id, OrderNote.id))).all()


async def numbers_held_by_label(session: AsyncSession, company_id: int, *, unmet_by: int) -> Sequence[str]:
    """
    The orders of a company that are held back and have labels, and that the job *unmet_by* has not met.
    """
    met = exists().where(JobOutcome.job_id == unmet_by, JobOutcome.subject == Order.channel_order_id)
    statement = select(Order.channel_order_id).where(
        Order.company_id == company_id, Order.status == literally(OrderStatus.ON_HOLD), HAS_LABELS, ~met
    )
    return (await session.scalars(statement.order_by(Order.channel_order_id))).all()


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
