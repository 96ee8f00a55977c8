"""Jobs that are followed. Their rows are looked at rather than announced: what is seen is what is stored, whichever process
stored it.
"""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import select

from domain.database.session import Database
from domain.models import ENDED, JobStatus, QueuedJob
from domain.watcher import Watcher

_EVERY_SECONDS = 0.25


class JobState(NamedTuple):
    """What of a job is worth an event when it changes."""

    status: JobStatus
    attempts: int
    error: str | None
    progress_done: int
    progress_total: int | None
    succeeded: int
    failed: int
    skipped: int

    @property
    def has_ended(self) -> bool:
        return self.status in ENDED


_STATES = select(QueuedJob.id, *(getattr(QueuedJob, name) for name in JobState._fields))


def watcher(database: Database) -> Watcher[int, JobState]:
    """Of jobs by their numbers: one statement for all that are followed in this process, four times a second."""

    async def look(job_ids: Collection[int]) -> dict[int, JobState]:
        async with database.read() as session:
            found = await session.execute(_STATES.where(QueuedJob.id.in_(job_ids)))
            return {job_id: JobState(*state) for job_id, *state in found}

    return Watcher(look, every_seconds=_EVERY_SECONDS)
