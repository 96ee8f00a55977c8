"""Labels that are bought from the channel, as their readers may see them."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.filtering import Filter, Flag, among, during, equals, numbered
from domain.models import (
    Order,
    ShippingLabel,
    ShippingLabelFile,
    ShippingLabelLine,
)
from domain.pagination import Key

# The newest comes first.
LABELS = [Key(ShippingLabel.id, descending=True)]
_IS_PRINTED = exists().where(
    ShippingLabelFile.label_id == ShippingLabel.id, ShippingLabelFile.printed_at.is_not(None)
)
LABEL_FILTER = Filter(
    status=among(ShippingLabel.status),
    origin=among(ShippingLabel.origin),
    tracking_number=equals(ShippingLabel.tracking_number),
    package_number=equals(ShippingLabel.package_number),
    warehouse_ids=numbered(ShippingLabel.warehouse_id),
    carriers=among(ShippingLabel.carrier),
    is_printed=Flag(_IS_PRINTED),
    created_at=during(ShippingLabel.created_at),
    bought_at=during(ShippingLabel.bought_at),
    confirmed_at=during(ShippingLabel.confirmed_at),
)


async def package_numbers(session: AsyncSession, order_ids: Collection[int]) -> list[str]:
    """The channel's numbers of all labels that are known of orders, whatever became of them."""
    of_orders = select(ShippingLabelLine.label_id).where(ShippingLabelLine.order_id.in_(order_ids))
    statement = select(ShippingLabel.package_number).where(
        ShippingLabel.id.in_(of_orders), ShippingLabel.package_number.is_not(None)
    )
    return [number for number in await session.scalars(statement.order_by(ShippingLabel.id)) if number]


async def lines(session: AsyncSession, label_id: int) -> list[ShippingLabelLine]:
    """What a label is for."""
    of_label = ShippingLabelLine.label_id == label_id
    statement = select(ShippingLabelLine).where(of_label).order_by(ShippingLabelLine.order_item_id)
    return list(await session.scalars(statement))


def is_for(order: Any, label: type[ShippingLabel]) -> ColumnElement[bool]:
    """Whether a label holds pieces of an order."""
    return label.id.in_(select(ShippingLabelLine.label_id).where(ShippingLabelLine.order_id == order.id))


def is_order_of(label: Any, order: type[Order]) -> ColumnElement[bool]:
    """Whether an order has pieces in a label."""
    return order.id.in_(select(ShippingLabelLine.order_id).where(ShippingLabelLine.label_id == label.id))
