"""Single rows, as their readers may see them: what a caller may not see does not exist for it."""

from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.access.principal import Principal
from domain.errors import Conflict, NotFound
from domain.models import (
    ChannelAction,
    Company,
    Order,
    Package,
    Product,
    QueuedJob,
    Return,
    ShippingLabel,
    Webhook,
    WebhookDelivery,
)

Row = TypeVar(
    "Row",
    ChannelAction,
    Company,
    Order,
    Package,
    Product,
    QueuedJob,
    Return,
    ShippingLabel,
    Webhook,
    WebhookDelivery,
)
_NOUNS = {
    ChannelAction.__tablename__: "action",
    QueuedJob.__tablename__: "job",
    ShippingLabel.__tablename__: "label",
    WebhookDelivery.__tablename__: "delivery",
}


async def find(
    session: AsyncSession, table: type[Row], row_id: int, *, by: Principal, for_update: bool = False
) -> Row | None:
    """The row, or None where it does not exist for this caller."""
    columns: Any = table
    owner = columns.id if table.__tablename__ == Company.__tablename__ else columns.company_id
    statement = by.visible(select(table).where(table.id == row_id), owner)
    if for_update:
        # As it is now that it is locked, also where it was read before.
        locked = statement.with_for_update(key_share=True)
        return await session.scalar(locked.execution_options(populate_existing=True))
    return await session.scalar(statement)


async def get(
    session: AsyncSession,
    table: type[Row],
    row_id: int,
    *,
    by: Principal,
    for_update: bool = False,
    removed_too: bool = False,
) -> Row:
    """The row, for a change; raises NotFound in the schema's words, and Conflict for one of a company that was removed or
    archived, unless *removed_too*.
    """
    row = await find(session, table, row_id, by=by, for_update=for_update)
    noun = _NOUNS.get(table.__tablename__, table.__name__.lower())
    if row is None:
        raise NotFound(f"There is no {noun} with this {noun}Id.", field=(f"{noun}Id",))
    if not removed_too:
        # Not the company's row itself, which whoever locks it later is to read anew.
        ends = select(Company.removed_at, Company.archived_at)
        found = await session.execute(ends.where(Company.id == getattr(row, "company_id", row.id)))
        # A webhook may be one of all companies.
        for removed_at, archived_at in found:
            refuse_inactive(removed_at, archived_at, field=(f"{noun}Id",))
    return row


def refuse_inactive(
    removed_at: datetime | None, archived_at: datetime | None, *, field: tuple[str, ...] | None = None
) -> None:
    """Raise Conflict for a company that was removed or is archived: what it has can be read, and nothing is done for it."""
    if removed_at is not None:
        message = "This company was removed: its orders and products can be read, and nothing can be changed any more."
        raise Conflict(message)
    if archived_at is not None:
        message = "This company is archived: what it has can be read and not changed. Take it back with unarchiveCompany."
        raise Conflict(message, field=field)
