"""Which jobs may run now, and which of them first (J9): as cheap with 100,000 jobs that wait as with a hundred.

What is read is the front of the queue: the first rows of each trigger, in the order of an index. Where these don't tell, since
they wait for lanes that are busy or for the end of a pause, the first job of each lane is read, for there are few lanes.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import Enum
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    ScalarSelect,
    Select,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from domain.database.dialect_sql import database_milliseconds
from domain.models import OUTBOUND_JOBS, JobStatus, JobTrigger, JobType, QueuedJob, literally
from domain.outbound import IS_PAUSED

TRIGGERS = tuple(JobTrigger)
# Longer than any lease, and any pause before a job's next try.
LONGEST_MILLISECONDS = 3_600_000
_FRONT_ROWS = 100
_IS_QUEUED = QueuedJob.status == literally(JobStatus.QUEUED)
_IS_RUNNING = QueuedJob.status == literally(JobStatus.RUNNING)
# 1 for the clock's jobs, so that they come after those that somebody waits for.
_IS_SCHEDULED = case((QueuedJob.trigger == literally(JobTrigger.SCHEDULE), 1), else_=0)
_DUE_SINCE = case((_IS_RUNNING, QueuedJob.lease_until), else_=QueuedJob.run_at)
_ORDER = (_IS_SCHEDULED, _DUE_SINCE, QueuedJob.id)
# Asked for once a statement: what may be another time for each row can't be looked up in an index. As a sum, since of one that
# is declared an integer SQLite doesn't take it for the end of a range of rows.
_NOW = select(database_milliseconds()).scalar_subquery() + 0


class _Due(NamedTuple):
    """A job that is due. *waited*: milliseconds. *may_run*: a free slot is all that it lacks."""

    id: int
    lane: str
    trigger: JobTrigger
    order: tuple[int, int, int]
    waited: int
    may_run: bool


async def due_jobs(
    session: AsyncSession,
    *,
    at_most: int,
    triggers: Collection[JobTrigger] = TRIGGERS,
    without: Collection[JobType] = (),
) -> Sequence[int]:
    """Jobs of *triggers*, and *without* those of these types, that may run, one a lane: those that somebody waits for first (J9), and of these the ones that wait
    longest.
    """
    front = await _read(session, _front(triggers), without=without)
    ends = [max(job.order for job in front if job.trigger is trigger) for trigger in _cut_off(front)]
    # Of what comes behind such an end something may go before the rest.
    found = _first_of_lanes(job for job in front if not ends or job.order <= min(ends))
    if len(found) < at_most and ends:
        most = at_most * len(TRIGGERS)
        found = _first_of_lanes(await _read(session, _heads(triggers), at_most=most, without=without))
    return [job.id for job in found[:at_most]]


async def due_seconds(session: AsyncSession) -> Mapping[JobTrigger, float]:
    """Of each trigger, for how long the oldest of its jobs has been due for which a free slot is all that lacks."""
    front = await _read(session, _front(TRIGGERS))
    oldest = {job.trigger: job.waited / 1000 for job in reversed(front) if job.may_run}
    if oldest.keys() >= _cut_off(front):
        return oldest
    waited = database_milliseconds() - func.min(_DUE_SINCE)
    of_heads = select(QueuedJob.trigger, waited).where(QueuedJob.id.in_(_heads(TRIGGERS)), _type_may_run())
    rows = await session.execute(of_heads.group_by(QueuedJob.trigger))
    return {trigger: milliseconds / 1000 for trigger, milliseconds in rows}


async def next_of_lane(session: AsyncSession, lane: str) -> int | None:
    """Of the queued jobs of a lane the one that is due first."""
    heads = union_all(*(select(_head(literal(lane), trigger)) for trigger in TRIGGERS))
    first = select(QueuedJob.id).where(QueuedJob.id.in_(heads)).order_by(*_ORDER)
    return await session.scalar(first.limit(1))


def is_active() -> ColumnElement[bool]:
    """What ix_queued_jobs_active holds, in its words."""
    return or_(_IS_QUEUED, _IS_RUNNING)


def is_free(*, without: Collection[JobType] = ()) -> ColumnElement[bool]:
    """Whether a job is due, not of these types, and nothing but its lane may keep it from running."""
    is_due = or_(
        and_(_IS_QUEUED, QueuedJob.run_at <= database_milliseconds()), and_(_IS_RUNNING, _is_silent())
    )
    return and_(is_due, _type_may_run(without))


async def _read(
    session: AsyncSession,
    ids: CompoundSelect[int],
    *,
    at_most: int | None = None,
    without: Collection[JobType] = (),
) -> list[_Due]:
    """These jobs in their order. *at_most*: they are of free lanes, and of them so many that may run."""
    is_free = or_(_IS_RUNNING, QueuedJob.lane.not_in(_busy_lanes())) if at_most is None else true()
    waited, may_run = database_milliseconds() - _DUE_SINCE, and_(_type_may_run(without), is_free)
    found = select(QueuedJob.lane, QueuedJob.trigger, *_ORDER, waited, may_run).where(QueuedJob.id.in_(ids))
    if at_most is not None:
        found = found.where(_type_may_run(without)).limit(at_most)
    rows = await session.execute(found.order_by(*_ORDER))
    return [
        _Due(job_id, lane, trigger, (is_scheduled, since, job_id), waited, may_run)
        for lane, trigger, is_scheduled, since, job_id, waited, may_run in rows
    ]


def _cut_off(front: Iterable[_Due]) -> set[JobTrigger]:
    """The triggers that may have more due jobs than the front shows."""
    counts = Counter(job.trigger for job in front)
    return {trigger for trigger, count in counts.items() if count >= _FRONT_ROWS}


def _first_of_lanes(jobs: Iterable[_Due]) -> list[_Due]:
    first: dict[str, _Due] = {}
    for job in jobs:
        if job.may_run:
            first.setdefault(job.lane, job)
    return list(first.values())


def _front(triggers: Iterable[JobTrigger]) -> CompoundSelect[int]:
    """The first due jobs of each trigger."""
    queued = (_due(QueuedJob.trigger, trigger).limit(_FRONT_ROWS).subquery() for trigger in triggers)
    return union_all(*(select(each.c.id) for each in queued), _silent(triggers))


def _heads(triggers: Collection[JobTrigger]) -> CompoundSelect[int]:
    """The first due job of each free lane and trigger, found by going from lane to lane in their index."""
    lanes = select(cast(literal_column("''"), Text).label("lane")).cte("lanes", recursive=True)
    following = select(func.min(QueuedJob.lane)).where(_IS_QUEUED, QueuedJob.lane > lanes.c.lane)
    lanes = lanes.union_all(select(following.scalar_subquery()).where(lanes.c.lane.is_not(None)))
    is_free = and_(lanes.c.lane > "", lanes.c.lane.not_in(_busy_lanes()))
    heads = (select(_head(lanes.c.lane, trigger)).where(is_free) for trigger in triggers)
    return union_all(*heads, _silent(triggers))


def _head(lane: ColumnElement[str], trigger: JobTrigger) -> ScalarSelect[int]:
    return _due(QueuedJob.lane, lane, QueuedJob.trigger, trigger).limit(1).scalar_subquery()


def _due(*of: Any) -> Select[int]:
    """Queued jobs that are due *of* these columns and values, the first that was due first. Compared as rows, they can be
    read in this order from one index only, so it is taken whatever the database believes of how rows are spread.
    """
    values = [literally(value) if isinstance(value, Enum) else value for value in of[1::2]]
    columns = *of[::2], QueuedJob.run_at
    row = tuple_(*columns)
    due = select(QueuedJob.id).where(_IS_QUEUED, row >= tuple_(*values, 0), row <= tuple_(*values, _NOW))
    return due.order_by(*columns, QueuedJob.id)


def _silent(triggers: Iterable[JobTrigger]) -> Select[int]:
    """Jobs whose holder has not renewed its lease."""
    of_triggers = QueuedJob.trigger.in_([literally(trigger) for trigger in triggers])
    return select(QueuedJob.id).where(_runs(), _is_silent(), of_triggers)


def _is_silent() -> ColumnElement[bool]:
    # A lease that ends too late was given by a clock that was ahead; who holds it still renews it by the right one.
    end = QueuedJob.lease_until
    return or_(end < database_milliseconds(), end > database_milliseconds() + LONGEST_MILLISECONDS)


def _type_may_run(without: Collection[JobType] = ()) -> ColumnElement[bool]:
    # A job of a type that only a newer release knows waits for it, and is in nobody's way meanwhile.
    return and_(
        QueuedJob.type.in_([each for each in JobType if each not in without]),
        or_(QueuedJob.type.not_in(OUTBOUND_JOBS), ~IS_PAUSED),
    )


def _busy_lanes() -> Select[str]:
    return select(QueuedJob.lane).where(_runs())


def _runs() -> ColumnElement[bool]:
    # Each lane is more than nothing: said so that SQLite takes the index of the few lanes that are busy.
    return and_(_IS_RUNNING, QueuedJob.lane > literal_column("''"))
