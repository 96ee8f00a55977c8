"""Taking back what a person has asked the channel for, with what that means for the order."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from domain.access.principal import Principal
from domain.channel_actions import requests
from domain.models import ChannelAction, ChannelActionKind
from domain.orders import invoice_upload, out_of_stock


async def cancel(session: AsyncSession, *, by: Principal, action_id: int, now: datetime) -> ChannelAction:
    """As requests.cancel, and what waits for the action here waits no longer. Raises what that does."""
    action = await requests.cancel(session, by=by, action_id=action_id, now=now)
    if action.ended_at != now:
        return action  # It was taken back before.
    if action.kind is ChannelActionKind.REPORT_OUT_OF_STOCK:
        await out_of_stock.go_on(session, action, now=now)
    if action.kind is ChannelActionKind.UPLOAD_INVOICE:
        await invoice_upload.go_back(session, action)
    return action
