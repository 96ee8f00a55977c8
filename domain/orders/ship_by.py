"""Which orders are still to be shipped."""

from sqlalchemy import ColumnElement, and_, exists

from domain.models import OPEN_ORDERS, FulfilledBy, Order, OrderItem, ShippingStatus, literally


def is_to_be_shipped() -> ColumnElement[bool]:
    """Whether the seller has pieces of an order left to ship."""
    # Temu may have cancelled all that was left.
    has_rest = exists().where(
        OrderItem.order_id == Order.id,
        OrderItem.quantity > OrderItem.cancelled_quantity + OrderItem.shipped_quantity,
    )
    return and_(
        # Written out, so that both databases take the index of such orders.
        Order.fulfilled_by == literally(FulfilledBy.SELLER),
        Order.status.in_([literally(status) for status in OPEN_ORDERS]),
        Order.shipping_status != literally(ShippingStatus.FULLY_SHIPPED),
        has_rest,
    )
