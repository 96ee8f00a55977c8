"""The seller's side of cancelling, in Temu's words."""

from domain.temu.client import TemuClient
from domain.temu.interfaces import CANCELLATION_AGREE


async def agree(temu: TemuClient, *, number: str, order_number: str) -> None:
    """Agree to a buyer's request [A: tables of three regions]; the answer holds nothing. Raises as send_once does."""
    await temu.send_once(CANCELLATION_AGREE, {"parentAfterSalesSn": number, "parentOrderSn": order_number})
