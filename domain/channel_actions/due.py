"""Actions that are due and that no job sends: those that wait for a result, or whose job met trouble."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.access.principal import WORKER
from domain.channel_actions import requests
from domain.channel_actions.kinds import kinds_of
from domain.companies import schedule
from domain.database.session import Database
from domain.errors import DomainError, Unavailable
from domain.models import ChannelAction, Company, JobTrigger, JobType
from domain.outbound import IS_PAUSED
from domain.telemetry import log


async def send_due(database: Database, *, now: datetime) -> None:
    """Have jobs send what is due."""
    for job_type in (JobType.SEND_ORDER_ACTIONS, JobType.SEND_PRODUCT_ACTIONS):
        async with database.read() as session:
            company_ids = await _due(session, job_type, now=now)
        for company_id in company_ids:
            try:
                async with database.write() as session:
                    trigger = JobTrigger.EVENT
                    await requests.send_due(
                        session, company_id, job_type, by=WORKER, trigger=trigger, now=now
                    )
            except Unavailable:
                raise
            except DomainError as error:
                log.warning("channel_action.refused", company=company_id, reason=error.message)


async def _due(session: AsyncSession, job_type: JobType, *, now: datetime) -> Sequence[int]:
    """Companies of which something is due that such a job may send."""
    is_due = exists().where(
        ChannelAction.company_id == Company.id,
        ChannelAction.ended_at.is_(None),
        ChannelAction.due_at <= now,
        ChannelAction.kind.in_(kinds_of(job_type)),
    )
    statement = select(Company.id).where(is_due, *schedule.may_ask_for(job_type, now=now), ~IS_PAUSED)
    return (await session.scalars(statement.order_by(Company.id))).all()
