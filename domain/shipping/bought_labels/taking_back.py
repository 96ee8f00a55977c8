"""Taking back what Temu was not asked for yet, with what hangs on it here."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.access.principal import Principal
from domain.models import ChannelAction, ShippingLabel, ShippingLabelStatus
from domain.orders import actions

_TAKEN_BACK = "The other try was taken back before Temu was asked for it."


async def cancel(session: AsyncSession, *, by: Principal, action_id: int, now: datetime) -> ChannelAction:
    """Take back an action that has not left: a label that it was to buy is CANCELLED, one that it was to try again has FAILED as
    before. Raises as actions.cancel does.
    """
    action = await actions.cancel(session, by=by, action_id=action_id, now=now)
    statement = select(ShippingLabel).where(
        ShippingLabel.action_id == action.id, ShippingLabel.status == ShippingLabelStatus.REQUESTED
    )
    for label in await session.scalars(statement):
        if label.package_number is None:
            label.status = ShippingLabelStatus.CANCELLED
        else:
            label.status, label.failure = ShippingLabelStatus.FAILED, label.failure or _TAKEN_BACK
    return action
