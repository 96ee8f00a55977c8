"""A person's hold of an order, which no import releases (O18). What Temu holds it for comes and goes beside it."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from domain import text
from domain.access import rows
from domain.access.principal import Principal
from domain.errors import Conflict
from domain.models import OPEN_ORDERS, FulfilledBy, Order, ShippingStatus
from domain.orders import holds

_FIELD = ("orderId",)


async def hold(session: AsyncSession, *, by: Principal, order_id: int, reason: str, now: datetime) -> Order:
    """Hold an order back, or what is left of it; of one that is held, the reason becomes another. Its reservation stays.

    Raises NotFound, Required, Invalid, and Conflict where nothing of it is to be shipped from here.
    """
    order = await rows.get(session, Order, order_id, by=by, for_update=True)
    reason = text.line(reason, field=("reason",), at_most=500)
    if order.status not in OPEN_ORDERS or order.shipping_status is ShippingStatus.FULLY_SHIPPED:
        raise Conflict("Nothing of this order is left to be shipped, so it can't be held back.", field=_FIELD)
    if order.fulfilled_by is not FulfilledBy.SELLER:
        message = "Temu or a warehouse service of its ships this order, so it can't be held back here."
        raise Conflict(message, field=_FIELD)
    order.held_at, order.held_because = order.held_at or now, reason
    await holds.apply(session, order.company_id, [order], now=now)
    return order


async def release(session: AsyncSession, *, by: Principal, order_id: int, now: datetime) -> Order:
    """Take a person's hold back; what Temu holds the order for goes on. Again does nothing. Raises NotFound."""
    order = await rows.get(session, Order, order_id, by=by, for_update=True)
    if order.held_at is not None:
        order.held_at = order.held_because = None
        await holds.apply(session, order.company_id, [order], now=now)
    return order
