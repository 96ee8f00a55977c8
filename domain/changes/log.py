"""Reading the log of what changed in an order in which nothing is missed.

Numbers are given when a row is written, and rows are seen when their transaction has ended, which may be later than one with
a higher number. So on PostgreSQL rows are read in the order of their transactions, and only of those before which all have
ended; whoever has read up to a position then never finds one before it later.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    exists,
    literal,
    literal_column,
    select,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from domain.models import Change, ChangeType, Webhook

# As pg_restore brings rows into a younger cluster, their transactions would lie in its future.
_ENDED = literal_column("CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS TEXT) AS BIGINT)", BigInteger())
_NEXT = literal_column("CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS TEXT) AS BIGINT)", BigInteger())
# Kept whatever its age: positions are known by the last change, and SQLite would give its number again.
IS_LAST = (
    Change.id == select(Change.id).order_by(Change.xid.desc(), Change.id.desc()).limit(1).scalar_subquery()
)


class Position(NamedTuple):
    """A place in the log: everything up to it was read."""

    xid: int
    id: int


@dataclass(frozen=True)
class Logged:
    """A change as the log has it."""

    position: Position
    company_id: int
    type: ChangeType
    subject_type: str
    subject_id: int
    occurred_at: datetime


async def head(session: AsyncSession) -> Position:
    """The place after all that may be read by now."""
    newest = select(Change.xid, Change.id).where(*_may_be_read(session))
    row = (await session.execute(newest.order_by(Change.xid.desc(), Change.id.desc()).limit(1))).first()
    return Position(0, 0) if row is None else Position(*row)


async def since(
    session: AsyncSession, position: Position, *, at_most: int, where: ColumnElement[bool] | None = None
) -> Sequence[Logged]:
    """What comes after a position, oldest first."""
    columns: list[Any] = [Change.xid, Change.id, Change.company_id, Change.type]
    columns += [Change.subject_type, Change.subject_id, Change.occurred_at]
    wanted = select(*columns).where(_comes_after(session, position), *_may_be_read(session))
    if where is not None:
        wanted = wanted.where(where)
    order = [Change.xid, Change.id] if _has_transactions(session) else [Change.id]
    rows = await session.execute(wanted.order_by(*order).limit(at_most))
    return [Logged(Position(xid, number), *rest) for xid, number, *rest in rows]


async def is_withheld(session: AsyncSession, position: Position) -> bool:
    """Whether there is something after a position that may not be read yet, as it has to come after what a transaction that
    hasn't ended may write.
    """
    if not _has_transactions(session):
        return False
    return bool(await session.scalar(select(exists().where(_comes_after(session, position)))))


async def adopt_restored(session: AsyncSession) -> int:
    """Put changes of transactions that this database has not seen yet, as those of a restored copy are, before all others;
    returns how many. Without it they would be read only when its transactions have come so far.
    """
    if not _has_transactions(session):
        return 0
    # Whose cursor lies there begins again; of what it was told a delivery is still there, but for the oldest.
    await session.execute(
        update(Webhook).where(Webhook.cursor_xid >= _NEXT).values(cursor_xid=0, cursor_id=0)
    )
    moved = await session.scalars(
        update(Change).where(Change.xid >= _NEXT).values(xid=0).returning(Change.id)
    )
    return len(moved.all())


def _comes_after(session: AsyncSession, position: Position) -> ColumnElement[bool]:
    if not _has_transactions(session):
        # All are of one transaction to it, and of two columns it would take no more than the first to an index.
        return Change.id > position.id
    return tuple_(Change.xid, Change.id) > tuple_(literal(position.xid), literal(position.id))


def _may_be_read(session: AsyncSession) -> tuple[ColumnElement[bool], ...]:
    return (Change.xid < _ENDED,) if _has_transactions(session) else ()


def _has_transactions(session: AsyncSession) -> bool:
    return session.get_bind().dialect.name == "postgresql"
