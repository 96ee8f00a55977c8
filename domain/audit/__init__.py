"""Who changed what: recorded in the transaction of the change, so that there is neither one without the other.

Rows that are changed by their attributes are seen when they are flushed, as far as `changes.WATCHED` names them. What statements
change is told by `record` and its like, which do nothing where nobody acts, as in a job.
"""

from collections.abc import AsyncGenerator, Generator, Hashable
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import event, insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.audit.changes import Changes, itself
from domain.database.session import Database
from domain.database.upsert import execute_for_each
from domain.models import AuditActor, AuditEvent, Base


@dataclass(frozen=True)
class Acting:
    """Who does what, and as part of which request. *action* is the field of a mutation, or the words of a command."""

    actor: AuditActor
    action: str
    now: datetime
    api_key_id: int | None = None
    request_id: str | None = None


def by_command(action: str, now: datetime) -> Acting:
    """Whoever may run `tradewind`: which person that is, the machine's own records tell."""
    return Acting(AuditActor.COMMAND, action, now)


def by_itself(action: str, now: datetime) -> Acting:
    """Tradewind, without anybody asking."""
    return Acting(AuditActor.SYSTEM, action, now)


# The migration that makes the table.
SINCE = "0016"
_acting: ContextVar[Acting | None] = ContextVar("acting", default=None)
_CHANGES = "audit_changes"


@contextmanager
def acting(by: Acting) -> Generator[None]:
    """Have what `write` writes in the body recorded as done by *by*."""
    token = _acting.set(by)
    try:
        yield
    finally:
        _acting.reset(token)


@asynccontextmanager
async def write(database: Database, by: Acting | None = None) -> AsyncGenerator[AsyncSession]:
    """`Database.write` of whoever acts, with a record of each object that it changes."""
    by = by or _acting.get()
    async with database.write() as session:
        if by is None:
            yield session
            return
        session.info[_CHANGES] = changes = Changes()
        event.listen(session.sync_session, "after_flush", changes.look)
        yield session
        await session.flush()
        who = {"occurred_at": by.now, "actor": by.actor, "action": by.action}
        who |= {"api_key_id": by.api_key_id, "request_id": by.request_id}
        await execute_for_each(session, insert(AuditEvent), [who | what for what in changes.rows()])


def record(
    session: AsyncSession, row: Base | None, name: str, before: object, after: object, *, key: Hashable = None
) -> None:
    """That a member of a row's object was changed from one value of JSON to another. *row* is None where the installation as
    a whole is meant. With *key*, that of one of a list: None where it was not there before, or is not any more.
    """
    if (changes := _of(session)) is not None:
        changes.put(itself(row), name, key, before, after)


def record_added(session: AsyncSession, row: Base) -> None:
    """That a row was inserted by a statement."""
    if (changes := _of(session)) is not None:
        changes.look_at(type(row), row, {}, is_added=True)


def record_removed(session: AsyncSession, table: type[Base], row: Any) -> None:
    """That a statement removed a row, of which *row* has the columns that are watched."""
    if (changes := _of(session)) is not None:
        changes.look_at(table, row, {}, is_removed=True)


def _of(session: AsyncSession) -> Changes | None:
    return session.info.get(_CHANGES)
