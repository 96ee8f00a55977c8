"""Audit events are added and, once they are old enough, removed: nothing else is done to them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError

from domain import clock
from domain.audit import by_command, record, write
from domain.database.session import Database
from domain.models import AuditEvent
from jobs.sweeper import Sweeper
from tests.fixtures.world import World


async def _add(database: Database, *, days: float) -> None:
    """An event of so many days ago."""
    by = by_command("outbound pause", clock.now() - timedelta(days=days))
    async with write(database, by) as session:
        record(session, None, "outboundPaused", before=False, after=True)


async def _ages(database: Database) -> list[int]:
    async with database.read() as session:
        moments = await session.scalars(select(AuditEvent.occurred_at).order_by(AuditEvent.id))
        return [(clock.now() - moment).days for moment in moments]


@pytest.mark.parametrize("days", [0, 29.9, 400])
async def test_events_are_never_changed(database: Database, days: float) -> None:
    """A5: no statement changes an event, however old it is, and none but an old one is removed, on either database."""
    await _add(database, days=days)
    refused: list[Any] = [update(AuditEvent).values(action="another")]
    if days < 30:
        refused.append(delete(AuditEvent))
    if database.engine.dialect.name == "postgresql":
        refused.append(text("TRUNCATE audit_events"))
    for statement in refused:
        with pytest.raises(DBAPIError, match=r"audit events are|permission denied"):
            async with database.write() as session:
                await session.execute(statement)
    assert await _ages(database) == [int(days)]
    if days > 30:
        async with database.write() as session:
            await session.execute(delete(AuditEvent))
        assert await _ages(database) == []


async def test_old_ones_are_removed(world: World) -> None:
    """J7: events are kept as long as the setting says, a year where it says nothing."""
    async with world.database.read() as session:
        before = await session.scalar(select(func.count(AuditEvent.id))) or 0
    for days in (366, 364, 1):
        await _add(world.database, days=days)
    _, sweeper = world.sweeper()
    await sweeper.clean()
    assert (await _ages(world.database))[before:] == [364, 1]
    shorter = world.resources.settings.model_copy(update={"keep_audit_days": 30})
    runner, _ = world.sweeper()
    await Sweeper(replace(world.resources, settings=shorter), runner).clean()
    assert (await _ages(world.database))[before:] == [1]
