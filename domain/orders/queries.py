"""Orders with what belongs to them, as their readers may see them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, exists, func, literal, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from domain.filtering import Comparison, Filter, Flag, among, contains, equals, holds_any, search, states
from domain.models import (
    Channel,
    Order,
    OrderAddress,
    OrderItem,
    OrderStatus,
    Product,
    UnreadableOrder,
    literally,
)
from domain.models.base import UtcDateTime
from domain.pagination import Key
from domain.queued_jobs import queries as jobs


def _found(part: ColumnElement[str]) -> ColumnElement[bool]:
    recipient = exists().where(
        OrderAddress.order_id == Order.id, contains(OrderAddress.name, part, folded=OrderAddress.name_folded)
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
ORDERS = [Key(Order.ordered_at, descending=True), Key(Order.id, descending=True)]


class OrderOrderField(Enum):
    """By what orders can be sorted."""

    ORDERED_AT = "ORDERED_AT"  #: when they were placed
    CHANNEL_ORDER_ID = "CHANNEL_ORDER_ID"  #: their number at the channel, as text


ORDER_ORDERS = {
    OrderOrderField.ORDERED_AT: [Key(Order.ordered_at), Key(Order.id)],
    OrderOrderField.CHANNEL_ORDER_ID: [Key(Order.channel_order_id), Key(Order.id)],
}
# What is counted beside a list, and the condition that chooses among it.
ORDER_STATES = "status", states(Order.status)
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


def company_of_note(note: Any) -> ColumnElement[int]:
    """The company whose order a note is on."""
    order = aliased(Order)
    owner = select(order.company_id).where(order.id == note.order_id)
    return owner.correlate_except(order).scalar_subquery()


def note_updated_at(note: Any) -> ColumnElement[datetime]:
    """When a note was last written."""
    return func.coalesce(note.edited_at, note.created_at, type_=UtcDateTime())


def imported(company_id: int, numbers: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    """What holds of the orders that came from Temu by these numbers of its, however many they are."""
    number = among(Order.channel_order_id)
    is_one = number.holds(literal(tuple(numbers), number.type))
    return Order.company_id == company_id, Order.channel == Channel.WEBSITE, is_one


async def locked(session: AsyncSession, *which: ColumnElement[bool]) -> Sequence[Order]:
    """Orders that nobody else changes until the transaction ends, locked in one order so that two wait for each other."""
    statement = select(Order).where(*which).order_by(Order.id)
    return (await session.scalars(statement.with_for_update(key_share=True))).all()


async def items(session: AsyncSession, order_ids: Collection[int]) -> Sequence[OrderItem]:
    """The items of orders that the caller was seen to see."""
    statement = select(OrderItem).where(OrderItem.order_id.in_(order_ids))
    return (await session.scalars(statement.order_by(OrderItem.order_id, OrderItem.id))).all()


async def numbers_held_by_label(session: AsyncSession, company_id: int, *, unmet_by: int) -> Sequence[str]:
    """The orders of a company that are held back and have labels, and that the job *unmet_by* has not met."""
    met = jobs.has_outcome(unmet_by, Order.channel_order_id)
    statement = select(Order.channel_order_id).where(
        Order.company_id == company_id, Order.status == literally(OrderStatus.ON_HOLD), HAS_LABELS, ~met
    )
    return (await session.scalars(statement.order_by(Order.channel_order_id))).all()


async def unreadable_numbers(
    session: AsyncSession, company_id: int, *, seen_before: datetime
) -> Sequence[str]:
    """The orders of a company that could not be read, and that no import has met again since *seen_before*."""
    statement = select(UnreadableOrder.channel_order_id).where(
        UnreadableOrder.company_id == company_id, UnreadableOrder.last_seen_at < seen_before
    )
    return (await session.scalars(statement.order_by(UnreadableOrder.channel_order_id))).all()
