"""Following a job: its present state at once, each change, and the end."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
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

_AGAIN_SECONDS = 1.0


@described_type
class Subscription:
    """What can be followed."""

    @strawberry.subscription(
        description="Emits at once with the present state, then on every change, and completes when the job has ended."
    )
    async def queued_job(self, info: Info, id: strawberry.ID) -> AsyncGenerator[QueuedJob]:  # noqa: A002
        context = info.context
        number = ids.decode(id, "QueuedJob", "id")
        with tracing.untraced():
            async with context.database.read() as session:
                found = await rows.find(session, models.QueuedJob, number, by=context.principal)
        if found is None:
            raise NotFound("There is no job with this id.", field=("id",))
        is_first = True
        async with aclosing(context.jobs.states(number)) as states:
            async for state in states:
                if state is None:
                    raise NotFound("There is no job with this id.", field=("id",))
                yield await _event(info, number, is_patient=not is_first)
                is_first = False
                if state.has_ended:
                    return


async def _event(info: Info, number: int, *, is_patient: bool) -> Any:
    """The job as it is now; where it could be seen before, a database that is away is waited for."""
    while True:
        try:
            info.context.now = clock.now()
            return await event_of(info, number)
        except Unavailable:
            if not is_patient:
                raise
            await asyncio.sleep(_AGAIN_SECONDS)
