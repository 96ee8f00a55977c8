"""What Tradewind itself tells of an order, once for each event."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from domain.database.upsert import upsert
from domain.models import Order, OrderNote

AUTHOR = "Tradewind"


@dataclass(frozen=True)
class Note:
    """Something to tell of an order; *event* makes a repeat add nothing."""

    event: str
    body: str


async def add_notes(session: AsyncSession, notes: Collection[tuple[Order, Note]], *, now: datetime) -> None:
    """Tell these of their orders, but for what is told already."""
    rows = [
        {
            "order_id": order.id, "body": note.body, "author": AUTHOR, "created_at": now, "event": note.event,
        }
        for order, note in notes
    ]  # fmt: skip
    await upsert(session, OrderNote, rows)
