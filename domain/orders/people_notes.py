"""People's notes on orders: each is its writer's, known by the API key, and nobody else changes it but whoever erases a buyer."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain import audit, clock, global_ids, text
from domain.access import rows
from domain.access.principal import Principal
from domain.errors import Forbidden, NotFound, Refused
from domain.models import ApiKey, Order, OrderNote

_LONGEST = 10_000
_FIELD = ("noteId",)


async def add(session: AsyncSession, *, by: Principal, order_id: int, body: str, now: datetime) -> Order:
    """Add a person's note to an order; each call adds one."""
    order = await rows.get(session, Order, order_id, by=by)
    key = await session.get_one(ApiKey, by.key_id)
    note = OrderNote(order_id=order.id, author=key.name, api_key_id=key.id, created_at=now)
    note.body = text.paragraphs(body, field=("body",), at_most=_LONGEST)
    session.add(note)
    await session.flush()
    _record(session, order, note, None, {})
    return order


async def update(session: AsyncSession, *, by: Principal, note_id: int, body: str, now: datetime) -> Order:
    """Write a note of one's own anew. Raises NotFound, Forbidden, Required, Invalid."""
    order, note = await _own(session, by, note_id)
    body = text.paragraphs(body, field=("body",), at_most=_LONGEST)
    if body != note.body:
        before = None if note.edited_at is None else clock.rfc3339(note.edited_at)
        note.body, note.edited_at = body, now
        _record(session, order, note, {"editedAt": before}, {"editedAt": clock.rfc3339(now)})
    return order


async def delete(session: AsyncSession, *, by: Principal, note_id: int) -> Order:
    """Take a note of one's own away, for good. Raises NotFound, Forbidden."""
    order, note = await _own(session, by, note_id)
    await session.delete(note)
    _record(session, order, note, {}, None)
    return order


async def _own(session: AsyncSession, by: Principal, note_id: int) -> tuple[Order, OrderNote]:
    """A note that the caller wrote, and its order, which nobody erases meanwhile."""
    order_id = await session.scalar(select(OrderNote.order_id).where(OrderNote.id == note_id))
    order = None if order_id is None else await rows.find(session, Order, order_id, by=by)
    if order is None:
        raise NotFound("There is no note with this noteId.", field=_FIELD)
    try:
        order = await rows.get(session, Order, order.id, by=by, for_update=True)
    except Refused as error:
        error.field = _FIELD
        raise
    note = await session.get(OrderNote, note_id, populate_existing=True)
    if note is None:
        raise NotFound("There is no note with this noteId.", field=_FIELD)
    if note.event is not None:
        raise Forbidden("This note is Tradewind's own and can't be changed.", field=_FIELD)
    if note.api_key_id != by.key_id:
        raise Forbidden(
            "This API key has not written this note; only the one that has can change it.", field=_FIELD
        )
    return order, note


def _record(
    session: AsyncSession,
    order: Order,
    note: OrderNote,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> None:
    # That there is one, and not what it says: a person may name the buyer in it.
    named = {"id": global_ids.encode("OrderNote", note.id)}
    was, becomes = (None if side is None else named | side for side in (before, after))
    audit.record(session, order, "notes", was, becomes, key=note.id)
