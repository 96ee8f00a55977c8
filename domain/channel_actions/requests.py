"""Asking for actions, taking back what has not left, and saying what became of one that nobody else can tell of."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain import audit
from domain.access import rows
from domain.access.principal import Principal
from domain.channel_actions.kinds import job_type_of
from domain.companies import queries
from domain.database.upsert import insert
from domain.errors import Conflict
from domain.models import ChannelAction, ChannelActionKind, ChannelActionStatus, Company, JobTrigger, JobType
from domain.queued_jobs import requests
from domain.queued_jobs.arguments import SendOrderActions, SendProductActions

_FIELD = ("actionId",)
# What Temu has not ended by then a person may end here.
_WORKS_FOR = timedelta(days=1)
# What says that it was done, or may have been.
_COUNTS = (
    ChannelActionStatus.QUEUED,
    ChannelActionStatus.IN_DOUBT,
    ChannelActionStatus.WORKING,
    ChannelActionStatus.UNCONFIRMED,
    ChannelActionStatus.SUCCEEDED,
)


async def request(
    session: AsyncSession,
    kind: ChannelActionKind,
    *,
    by: Principal,
    company_id: int,
    subject: str,
    parameters: Mapping[str, Any],
    now: datetime,
    order_id: int | None = None,
    product_id: int | None = None,
    is_once: bool = True,
    field: tuple[str, ...] | None = None,
    trigger: JobTrigger = JobTrigger.MANUAL,
) -> ChannelAction:
    """Have the channel do something, in a transaction that has checked that the caller may. *is_once*: never again once it
    was done. While the same waits or is sent, that one is the answer.

    Raises NotConfigured without a token for it, and Conflict where it was done, or nobody knows whether.
    """
    company = await session.get_one(Company, company_id)
    job_type = job_type_of(kind)
    queries.require_token(job_type, company, await queries.tokens(session, [company_id]), field=field)
    earlier = await _earlier(session, company_id, kind, subject)
    if earlier is not None and earlier.ended_at is None:
        return _still_open(earlier, parameters, field=field)
    if earlier is not None and is_once:
        raise Conflict("Temu has done this already; nothing was sent again.", field=field)
    action = {
        "company_id": company_id, "kind": kind, "status": ChannelActionStatus.QUEUED, "subject": subject,
        "order_id": order_id, "product_id": product_id, "parameters": dict(parameters), "sends": 0, "looks": 0,
        "due_at": now, "created_at": now, "updated_at": now,
    }  # fmt: skip
    inserted = insert(session, ChannelAction).values(**action).on_conflict_do_nothing()
    action_id = await session.scalar(inserted.returning(ChannelAction.id))
    if action_id is None:
        # Somebody asked for the same between our look and our insert, and has committed.
        earlier = await _earlier(session, company_id, kind, subject)
        if earlier is None:
            raise Conflict("The same was asked for at this moment. Try again.", field=field)
        return _still_open(earlier, parameters, field=field)
    await send_due(session, company_id, job_type, by=by, trigger=trigger, now=now)
    row = await session.get_one(ChannelAction, action_id)
    if trigger is JobTrigger.MANUAL:
        audit.record_added(session, row)
    return row


async def send_due(
    session: AsyncSession,
    company_id: int,
    job_type: JobType,
    *,
    by: Principal,
    trigger: JobTrigger,
    now: datetime,
) -> None:
    """Have a job send what is due of a company. Raises as requests.request does."""
    arguments = SendProductActions() if job_type is JobType.SEND_PRODUCT_ACTIONS else SendOrderActions()
    await requests.request(session, arguments, company_id, by=by, trigger=trigger, now=now)


async def cancel(session: AsyncSession, *, by: Principal, action_id: int, now: datetime) -> ChannelAction:
    """Take back an action that has not left; again does nothing. Raises NotFound, and Conflict for one that may have left."""
    action = await rows.get(session, ChannelAction, action_id, by=by, for_update=True)
    if action.status is ChannelActionStatus.CANCELLED:
        return action
    if action.status is not ChannelActionStatus.QUEUED or action.sends:
        message = "Temu was told of this, or may have been, so it can't be taken back here."
        raise Conflict(message, field=_FIELD)
    action.status, action.ended_at, action.due_at = ChannelActionStatus.CANCELLED, now, None
    return action


async def resolve(
    session: AsyncSession, *, by: Principal, action_id: int, has_happened: bool, now: datetime
) -> ChannelAction:
    """Say what became of an action that is UNCONFIRMED, or WORKING for more than a day, as the seller centre shows it. What follows
    from it is done by the next job. Raises NotFound, and Conflict for any other.
    """
    action = await rows.get(session, ChannelAction, action_id, by=by, for_update=True)
    # Temu may have taken something of which it never tells any more.
    is_late = action.sent_at is not None and now - action.sent_at > _WORKS_FOR
    is_working = action.status is ChannelActionStatus.WORKING and is_late
    if action.status is not ChannelActionStatus.UNCONFIRMED and not is_working:
        message = (
            "Only an action that is UNCONFIRMED, or WORKING for more than a day, is resolved by a person."
        )
        raise Conflict(message, field=_FIELD)
    action.is_confirmed, action.due_at = has_happened, now
    trigger = JobTrigger.MANUAL
    await send_due(session, action.company_id, job_type_of(action.kind), by=by, trigger=trigger, now=now)
    return action


async def _earlier(
    session: AsyncSession, company_id: int, kind: ChannelActionKind, subject: str
) -> ChannelAction | None:
    same = select(ChannelAction).where(
        ChannelAction.company_id == company_id, ChannelAction.kind == kind, ChannelAction.subject == subject
    )
    counts = same.where(ChannelAction.status.in_(_COUNTS))
    return await session.scalar(counts.order_by(ChannelAction.id.desc()).limit(1))


def _still_open(
    action: ChannelAction, parameters: Mapping[str, Any], *, field: tuple[str, ...] | None
) -> ChannelAction:
    if action.status is ChannelActionStatus.UNCONFIRMED:
        message = "Whether Temu has done this is not known. Look in the seller centre, say so with resolveChannelAction, and try again."
        raise Conflict(message, field=field)
    if action.parameters != dict(parameters):
        message = "Temu is being asked for this with other values. Wait for its end, or take it back with cancelChannelAction."
        raise Conflict(message, field=field)
    return action
