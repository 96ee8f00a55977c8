"""Following a job: its present state at once, each change, and the end."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import strawberry

from api.context import Info
from api.reading.answering import event_of
from api.schema.types.queued_job import QueuedJob
from api.values import ids
from api.values.described import described_type
from domain import clock, models, tracing
from domain.access import rows
from domain.errors import NotFound, Unavailable

# The row is looked at rather than announced: what is seen is what is stored, whichever process stored it.
_LOOK_EVERY_SECONDS = 0.25


@described_type
class Subscription:
    """What can be followed."""

    @strawberry.subscription(
        description="Emits at once with the present state, then on every change, and completes when the job has ended."
    )
    async def queued_job(self, info: Info, id: strawberry.ID) -> AsyncGenerator[QueuedJob]:  # noqa: A002
        context = info.context
        number = ids.decode(id, "QueuedJob", "id")
        before: tuple[object, ...] | None = None
        event: Any = None
        while True:
            try:
                with tracing.untraced():
                    async with context.database.read() as session:
                        row = await rows.find(session, models.QueuedJob, number, by=context.principal)
                if row is None:
                    raise NotFound("There is no job with this id.", field=("id",))
                state = (row.status, row.attempts, row.error, row.progress_done, row.progress_total, row.succeeded,
                         row.failed, row.skipped)  # fmt: skip
                if state != before:
                    context.now = clock.now()
                    event = await event_of(info, row.id)
            except Unavailable:
                if before is None:
                    raise
                await asyncio.sleep(_LOOK_EVERY_SECONDS * 4)
                continue  # What was seen stands until the database answers again.
            if state != before:
                yield event
                before = state
            if row.status in models.ENDED:
                return
            await asyncio.sleep(_LOOK_EVERY_SECONDS)
