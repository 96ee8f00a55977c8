"""Everything that is kept of a buyer, to be handed over to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain import audit, clock
from domain.access import rows
from domain.access.principal import Principal
from domain.buyers.erasure import orders_of_buyer
from domain.models import Order, OrderAddress, OrderNote


@dataclass(frozen=True)
class BuyerNote:
    """What a person noted on an order."""

    body: str
    author: str
    created_at: datetime


@dataclass(frozen=True)
class BuyerData:
    """What one order keeps of its buyer: the columns of its address by name, why a person holds it back, and people's notes."""

    order_id: int
    address: Mapping[str, Any]
    held_because: str | None
    notes: Sequence[BuyerNote] = field(default=())


async def export_buyer(
    session: AsyncSession, *, by: Principal, order_id: int, now: datetime
) -> Sequence[BuyerData]:
    """What is kept of the buyer of an order in all orders of its company that eraseBuyer would erase. Raises NotFound. That it was
    handed out is recorded.
    """
    order = await rows.get(session, Order, order_id, by=by, removed_too=True)
    found = await orders_of_buyer(session, order)
    ids = [each.id for each in found]
    for each in found:
        audit.record(session, each, "buyerExportedAt", None, clock.rfc3339(now))
    addresses = {
        address.order_id: address
        for address in await session.scalars(select(OrderAddress).where(OrderAddress.order_id.in_(ids)))
    }
    statement = select(OrderNote).where(OrderNote.order_id.in_(ids), OrderNote.event.is_(None))
    notes: dict[int, list[BuyerNote]] = {number: [] for number in ids}
    for note in await session.scalars(statement.order_by(OrderNote.id)):
        notes[note.order_id].append(BuyerNote(note.body, note.author, note.created_at))
    reasons = {each.id: each.held_because for each in found}
    columns = [column.name for column in OrderAddress.__table__.columns if column.name != "order_id"]
    return [
        BuyerData(
            number,
            {name: getattr(addresses.get(number), name, None) for name in columns},
            reasons[number],
            notes[number],
        )
        for number in ids
    ]
