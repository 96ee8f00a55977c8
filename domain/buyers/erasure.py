"""Erasing what is kept of buyers: their addresses, the files of their labels, and what people noted on their orders or held them back for. Orders, countries and amounts stay.

An order is locked as an import's steps lock it, and keeps a row of its address that says when it was erased: so an import
that has asked Temu for the address meanwhile finds the row, and writes nothing (orders/importing/addresses.py).
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain import audit, clock
from domain.access import rows
from domain.access.principal import Principal
from domain.database.upsert import upsert
from domain.errors import Conflict
from domain.exports.removal import remove_with_buyers
from domain.folding import fold
from domain.models import (
    OPEN_ORDERS,
    FulfilledBy,
    Order,
    OrderAddress,
    OrderNote,
    Return,
    ReturnLabel,
    ShippingStatus,
)
from domain.orders import invoice_upload
from domain.shipping.bought_labels import files
from domain.telemetry import log

ERASED_NOTE = "Erased with the buyer's data."
# What an order keeps of its address: its number, where in the world it went, and that the rest was erased.
STAYS = frozenset({"order_id", "country_code", "erased_at"})
_GOING = [column.name for column in OrderAddress.__table__.columns if column.name not in STAYS]
_MOST_NAMED = 10


async def erase_buyer(session: AsyncSession, *, by: Principal, order_id: int, now: datetime) -> Sequence[int]:
    """Erase the buyer of an order in all orders of its company that are the same buyer's; returns their ids, without those
    that were erased before. Raises NotFound, and Conflict while one of them is still to be shipped.
    """
    order = await rows.get(session, Order, order_id, by=by, for_update=True, removed_too=True)
    found = await orders_of_buyer(session, order, for_update=True)
    waiting = [each.channel_order_id for each in found if _is_to_be_shipped(each)]
    if waiting:
        more = f" and {len(waiting) - _MOST_NAMED} more" if len(waiting) > _MOST_NAMED else ""
        message = (
            f"This buyer has orders that are still to be shipped, which needs the address: {', '.join(waiting[:_MOST_NAMED])}"
            f"{more}. Ship them, or cancel them in the seller centre and import, and erase then."
        )
        raise Conflict(message, field=("orderId",))
    kept = [each for each in found if each.keeps_buyer]
    erased = [each.id for each in kept]
    await remove_with_buyers(session, order.company_id)
    # What was noted since an earlier erasure goes too.
    await erase(session, [each.id for each in found], now=now)
    for each in kept:
        audit.record(session, each, "buyerErasedAt", None, clock.rfc3339(now))
    log.info("buyer.erased", company=order.company_id, orders=len(erased), key=by.key_id)
    return erased


async def orders_of_buyer(
    session: AsyncSession, order: Order, *, for_update: bool = False
) -> Sequence[Order]:
    """The orders of a company that went to the same recipient as *order*, that one among them, by id: of the same name and
    phone, whatever the case and accents of the name; without a phone, of the same name, postal code and first line.
    """
    address = await session.get(OrderAddress, order.id)
    is_same: ColumnElement[bool] = Order.id == order.id
    if address is not None and address.name is not None:
        is_same = or_(is_same, Order.id.in_(_of_same_recipient(order.company_id, address)))
    statement = select(Order).where(Order.company_id == order.company_id, is_same).order_by(Order.id)
    return (
        await session.scalars(statement.with_for_update(key_share=True) if for_update else statement)
    ).all()


def _of_same_recipient(company_id: int, address: OrderAddress) -> Any:
    name = address.name or ""
    alike = select(OrderAddress.order_id).join(Order, Order.id == OrderAddress.order_id)
    # Rows of older releases may not have the folded one.
    is_named = or_(OrderAddress.name_folded == fold(name), OrderAddress.name == name)
    others = ("phone",) if address.phone is not None else ("phone", "postal_code", "line1")
    equal = [getattr(OrderAddress, part).is_not_distinct_from(getattr(address, part)) for part in others]
    return alike.where(Order.company_id == company_id, is_named, *equal)


async def erase(session: AsyncSession, order_ids: Collection[int], *, now: datetime) -> None:
    """Erase the buyers of orders whose rows the caller has locked. Repeating it changes nothing but newer notes."""
    if not order_ids:
        return
    # A row for each, also where Temu had not told the address yet.
    await files.erase(session, order_ids, now=now)
    blank = [{"order_id": each, "erased_at": now} for each in order_ids]
    await upsert(session, OrderAddress, blank)
    gone = update(OrderAddress).where(OrderAddress.order_id.in_(order_ids), OrderAddress.erased_at.is_(None))
    await session.execute(gone.values({**dict.fromkeys(_GOING), "erased_at": now}))
    await invoice_upload.erase(session, list(order_ids))
    by_people = OrderNote.order_id.in_(order_ids), OrderNote.event.is_(None), OrderNote.body != ERASED_NOTE
    await session.execute(update(OrderNote).where(*by_people).values(body=ERASED_NOTE))
    # Why a person holds or held an order back may tell of the buyer too.
    held = update(Order).where(Order.id.in_(order_ids), Order.held_because != ERASED_NOTE)
    await session.execute(held.values(held_because=ERASED_NOTE))
    # A label for a return names its buyer.
    of_orders = select(Return.id).where(Return.order_id.in_(order_ids))
    labels = update(ReturnLabel).where(ReturnLabel.return_id.in_(of_orders), ReturnLabel.sealed.is_not(None))
    await session.execute(labels.values(sealed=None, content=None))
    orders = update(Order).where(Order.id.in_(order_ids))
    await session.execute(orders.values(keeps_buyer=False, address_wanted=False))


def _is_to_be_shipped(order: Order) -> bool:
    is_open = order.status in OPEN_ORDERS and order.shipping_status is not ShippingStatus.FULLY_SHIPPED
    return order.keeps_buyer and is_open and order.fulfilled_by is FulfilledBy.SELLER
