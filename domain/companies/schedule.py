"""Which companies are due for scheduled work, asking for it once, and how far it lags (C4, C5, C6)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain import clock
from domain.access.principal import WORKER
from domain.companies import queries
from domain.database.upsert import insert
from domain.models import (
    AccessToken,
    AccessTokenPurpose,
    Company,
    JobStatus,
    JobTrigger,
    JobType,
    QueuedJob,
    ScheduleTick,
    StorePlugin,
    literally,
)
from domain.queued_jobs import requests
from domain.queued_jobs.arguments import (
    BY_NUMBER,
    TYPE_OF,
    Arguments,
    ImportOrders,
    ImportReturns,
    UpdateInventory,
    UploadPrices,
    UploadTracking,
)
from domain.queued_jobs.due import is_active
from domain.settings import Settings

# A job that failed before it came to its work is not asked for again at once.
_REST = timedelta(minutes=1)


@dataclass(frozen=True)
class Flow:
    """Work that the clock asks for: the company's switch, what a run is told, and the setting that says how often."""

    switch: str
    arguments: Arguments
    setting: str

    @property
    def type(self) -> JobType:
        """The type of the jobs that do it."""
        return TYPE_OF[type(self.arguments)]

    def interval(self, settings: Settings) -> int:
        """Seconds between two runs for one company."""
        return int(getattr(settings, self.setting))

    def tick(self, now: datetime, settings: Settings) -> int:
        """The last moment at or before *now* at which a run was due, in Unix seconds."""
        interval = self.interval(settings)
        return int(now.timestamp()) // interval * interval


FLOWS = (
    Flow("allow_order_download", ImportOrders(), "import_orders_interval_seconds"),
    Flow("allow_return_download", ImportReturns(), "import_returns_interval_seconds"),
    Flow("allow_tracking_upload", UploadTracking(), "upload_tracking_interval_seconds"),
    Flow("allow_inventory_upload", UpdateInventory(only_changed=True), "update_inventory_interval_seconds"),
    Flow("allow_price_upload", UploadPrices(), "upload_prices_interval_seconds"),
)


@dataclass(frozen=True)
class Standing:
    """How a flow of a company goes. *next_run_at* is None where it is off or paused; *lag* is how long the next success
    is overdue, zero where it isn't.
    """

    flow: Flow
    interval: timedelta
    is_on: bool
    is_paused: bool
    next_run_at: datetime | None
    last_succeeded_at: datetime | None
    lag: timedelta


_SUCCEEDED = QueuedJob.status.in_([JobStatus.SUCCEEDED, JobStatus.PARTIALLY_SUCCEEDED])


async def due(session: AsyncSession, flow: Flow, *, tick: int, now: datetime) -> Sequence[int]:
    """Companies with the flow switched on that have a token, are not paused, and whose *tick* nobody has seen yet."""
    # Whose clock is a little ahead has seen the next one already; a tick of tomorrow says nothing of today.
    latest = now + clock.TOLERANCE
    seen = exists().where(
        ScheduleTick.company_id == Company.id,
        ScheduleTick.type == flow.type,
        ScheduleTick.tick.between(tick, int(latest.timestamp())),
    )
    statement = select(Company.id).where(getattr(Company, flow.switch), *is_ready(flow.type), ~seen)
    return (await session.scalars(statement.order_by(Company.id))).all()


async def downloads_orders(session: AsyncSession, company_id: int) -> bool:
    """Whether the company's orders come in unasked: by schedule and, where Temu posts webhook events, by these (C5, O14)."""
    return await _is_on(session, company_id, Company.allow_order_download, JobType.IMPORT_ORDERS)


async def downloads_returns(session: AsyncSession, company_id: int) -> bool:
    """The same of its returns."""
    return await _is_on(session, company_id, Company.allow_return_download, JobType.IMPORT_RETURNS)


async def _is_on(session: AsyncSession, company_id: int, switch: Any, job_type: JobType) -> bool:
    statement = select(Company.id).where(Company.id == company_id, switch, *is_ready(job_type))
    return await session.scalar(statement) is not None


async def request_run(
    session: AsyncSession, flow: Flow, *, company_id: int, tick: int, now: datetime
) -> None:
    """Note the tick and ask for its run, together; does nothing where another worker was first."""
    values = {"company_id": company_id, "type": flow.type, "tick": tick}
    inserted = insert(session, ScheduleTick).values(**values).on_conflict_do_nothing()
    if await session.scalar(inserted.returning(ScheduleTick.tick)) is None:
        return
    of_flow = ScheduleTick.company_id == company_id, ScheduleTick.type == flow.type
    # The one before stays: should this one be of tomorrow, today's is not asked for twice.
    before = select(func.max(ScheduleTick.tick)).where(*of_flow, ScheduleTick.tick < tick).scalar_subquery()
    await session.execute(delete(ScheduleTick).where(*of_flow, ScheduleTick.tick < before))
    trigger = JobTrigger.SCHEDULE
    await requests.request(session, flow.arguments, company_id, by=WORKER, trigger=trigger, now=now)


async def standings(
    session: AsyncSession,
    company_ids: Collection[int],
    *,
    settings: Settings,
    now: datetime,
    only_switched_on: bool = False,
) -> Mapping[int, list[Standing]]:
    """How each flow of companies goes that the caller was seen to see, by company.

    *only_switched_on*: of the other flows it isn't found out when they last succeeded.
    """
    companies = (await session.scalars(select(Company).where(Company.id.in_(company_ids)))).all()
    ids = [company.id for company in companies]
    ticks = select(ScheduleTick.company_id, ScheduleTick.type, func.max(ScheduleTick.tick))
    latest = int((now + clock.TOLERANCE).timestamp())
    of_these = ticks.where(ScheduleTick.company_id.in_(ids), ScheduleTick.tick <= latest)
    rows = await session.execute(of_these.group_by(ScheduleTick.company_id, ScheduleTick.type))
    seen = {(company_id, kind): tick for company_id, kind, tick in rows}
    ready = {
        flow.type: set(
            await session.scalars(select(Company.id).where(Company.id.in_(ids), *is_ready(flow.type)))
        )
        for flow in FLOWS
    }
    last: dict[tuple[int, JobType], datetime] = {}
    first: dict[tuple[int, JobType], datetime] = {}
    for flow in FLOWS:
        asked = [c.id for c in companies if getattr(c, flow.switch) or not only_switched_on]
        last |= await _moments(session, flow, asked, QueuedJob.finished_at, QueuedJob.id.desc(), _SUCCEEDED)
        without = ready[flow.type].difference(number for number, kind in last if kind is flow.type)
        first |= await _moments(session, flow, without, QueuedJob.created_at, QueuedJob.id.asc())
    found: dict[int, list[Standing]] = {company.id: [] for company in companies}
    for company in companies:
        for flow in FLOWS:
            at = (company.id, flow.type)
            is_on = bool(getattr(company, flow.switch))
            runs = is_on and company.id in ready[flow.type]
            interval, tick = timedelta(seconds=flow.interval(settings)), flow.tick(now, settings)
            is_due = seen.get(at, tick - 1) < tick
            next_run_at = now if is_due else datetime.fromtimestamp(tick, UTC) + interval
            began = last.get(at) or first.get(at)
            overdue = now - began - interval if began is not None and runs else timedelta()
            standing = Standing(
                flow=flow,
                interval=interval,
                is_on=is_on,
                is_paused=company.schedule_paused_at is not None,
                next_run_at=next_run_at if runs else None,
                last_succeeded_at=last.get(at),
                lag=max(overdue, timedelta()),
            )
            found[company.id].append(standing)
    return found


async def _moments(
    session: AsyncSession,
    flow: Flow,
    company_ids: Collection[int],
    moment: Any,
    order: ColumnElement[int],
    *conditions: ColumnElement[bool],
) -> Mapping[tuple[int, JobType], datetime]:
    """A moment of the first of each company's jobs of a flow, in this order of their ids. Each is looked up by itself: an
    aggregate would read all jobs that are kept, of which there may be millions.
    """
    # An import that an event asked for is of some orders only, and says nothing of the others.
    of_flow = QueuedJob.type == literally(flow.type), ~QueuedJob.lane.endswith(BY_NUMBER)
    found = select(moment).where(QueuedJob.company_id == Company.id, *of_flow, *conditions)
    one = found.order_by(order).limit(1).scalar_subquery()
    rows = await session.execute(select(Company.id, one).where(Company.id.in_(company_ids)))
    return {(company_id, flow.type): value for company_id, value in rows if value is not None}


def is_ready(job_type: JobType) -> tuple[ColumnElement[bool], ...]:
    """What a flow needs: the plugin, a token for orders and shipping, and no pause or archive; and where it uses it, a token for
    products. Stock doesn't go out while orders don't come in: it would offer again what was sold meanwhile.
    """
    is_first = AccessToken.purpose != AccessTokenPurpose.PRODUCTS
    has_token = exists().where(AccessToken.company_id == Company.id, is_first)
    is_open = Company.archived_at.is_(None) & Company.schedule_paused_at.is_(None)
    needs = Company.store_plugin == StorePlugin.TEMU, is_open, has_token
    return (*needs, queries.has_product_token()) if job_type in queries.PRODUCT_JOBS else needs


def may_ask_for(job_type: JobType, *, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """What a company's work that is due of itself needs for a job to be asked for: a flow that is ready, with no job of this type that
    is active, nor one that has just failed.
    """
    of_company = exists().where(QueuedJob.company_id == Company.id, QueuedJob.type == literally(job_type))
    has_failed = (QueuedJob.status == literally(JobStatus.FAILED)) & (QueuedJob.finished_at > now - _REST)
    return (*is_ready(job_type), ~of_company.where(is_active()), ~of_company.where(has_failed))
