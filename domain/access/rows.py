"""Single rows, as their readers may see them: what a caller may not see does not exist for it."""

from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.access.principal import Principal
from domain.errors import Conflict, NotFound
from domain.models import Company, Order, Package, Product, QueuedJob, Webhook, WebhookDelivery

Row = TypeVar("Row", Company, Order, Package, Product, QueuedJob, Webhook, WebhookDelivery)
_NOUNS = {QueuedJob.__tablename__: "job", WebhookDelivery.__tablename__: "delivery"}


async def find(
    session: AsyncSession, table: type[Row], row_id: int, *, by: Principal, for_update: bool = False
) -> Row | None:
    """The row, or None where it does not exist for this caller."""
    columns: Any = table
    owner = columns.id if table.__tablename__ == Company.__tablename__ else columns.company_id
    statement = by.visible(select(table).where(table.id == row_id), owner)
    return await session.scalar(statement.with_for_update(key_share=True) if for_update else statement)


async def get(
    session: AsyncSession,
    table: type[Row],
    row_id: int,
    *,
    by: Principal,
    for_update: bool = False,
    removed_too: bool = False,
) -> Row:
    """The row, for a change; raises NotFound in the schema's words, and Conflict for one of a company that was removed,
    unless *removed_too*.
    """
    row = await find(session, table, row_id, by=by, for_update=for_update)
    if row is None:
        noun = _NOUNS.get(table.__tablename__, table.__name__.lower())
        raise NotFound(f"There is no {noun} with this {noun}Id.", field=(f"{noun}Id",))
    if not removed_too:
        # Not the company's row itself, which whoever locks it later is to read anew.
        removed = select(Company.removed_at).where(Company.id == getattr(row, "company_id", row.id))
        refuse_removed(await session.scalar(removed))
    return row


def refuse_removed(removed_at: datetime | None) -> None:
    """Raise Conflict for a company that was removed: what it had can be read, and nothing is done for it any more."""
    if removed_at is not None:
        message = "This company was removed: its orders and products can be read, and nothing can be changed any more."
        raise Conflict(message)
