"""From the log of changes to deliveries, and from what is due to the job that delivers it.

Each worker looks each second. A webhook's row is locked while its deliveries are made, and its cursor moves in the same
transaction, so each change becomes one delivery of it, in the order in which they happened to an object, whichever worker dies
when.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, String, and_, cast, exists, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from domain.changes import log
from domain.changes.log import Logged, Position
from domain.database.session import Database
from domain.database.upsert import upsert
from domain.models import (
    Change,
    ChangeType,
    Company,
    JobTrigger,
    QueuedJob,
    Webhook,
    WebhookDelivery,
    WebhookDeliveryStatus,
    WebhookEventType,
)
from domain.queued_jobs import requests
from domain.queued_jobs.arguments import WEBHOOK, DeliverWebhooks
from domain.queued_jobs.due import is_active
from domain.webhooks.queries import IS_PENDING
from domain.webhooks.signing import new_message_id

_AT_ONCE = 500
# With so many that wait for a receiver, the rest waits in the log.
_MOST_PENDING = 10_000
_EARLIER = aliased(WebhookDelivery)


async def dispatch(database: Database, *, now: datetime) -> None:
    """Make the deliveries of what has changed, and have what is due of them delivered."""
    async with database.read() as session:
        following = [webhook.id for webhook in await _active(session) if await _has_news(session, webhook)]
    for webhook_id in following:
        while await _follow(database, webhook_id, now=now):
            pass
    async with database.read() as session:
        due = await _due(session, now=now)
    for webhook_id, company_id in due:
        async with database.write() as session:
            arguments = DeliverWebhooks(webhook_id)
            await requests.run_again(session, arguments, company_id, trigger=JobTrigger.WEBHOOK, now=now)


def is_ready(now: datetime) -> ColumnElement[bool]:
    """Whether a delivery is due and no earlier one about the same object waits."""
    is_earlier = and_(
        _EARLIER.webhook_id == WebhookDelivery.webhook_id,
        _EARLIER.subject_type == WebhookDelivery.subject_type,
        _EARLIER.subject_id == WebhookDelivery.subject_id,
        _EARLIER.id < WebhookDelivery.id,
        _EARLIER.status == WebhookDeliveryStatus.PENDING,
    )
    return and_(IS_PENDING, WebhookDelivery.next_attempt_at <= now, ~exists().where(is_earlier))


def is_on(now: datetime) -> ColumnElement[bool]:
    """Whether a webhook is on, and its receiver is not left alone for a while."""
    return and_(Webhook.off_since.is_(None), or_(Webhook.paused_until.is_(None), Webhook.paused_until <= now))


async def _active(session: AsyncSession) -> Sequence[Webhook]:
    of_removed = exists().where(Company.id == Webhook.company_id, Company.removed_at.is_not(None))
    return (await session.scalars(select(Webhook).where(Webhook.off_since.is_(None), ~of_removed))).all()


async def _has_news(session: AsyncSession, webhook: Webhook) -> bool:
    """Whether anything at all came behind its cursor, of which it may then be told or not."""
    return bool(await log.since(session, _cursor(webhook), at_most=1))


async def _follow(database: Database, webhook_id: int, *, now: datetime) -> bool:
    """Make deliveries of the changes behind a webhook's cursor; returns whether there may be more."""
    async with database.write() as session:
        # Whoever has the row makes them.
        row = select(Webhook).where(Webhook.id == webhook_id, Webhook.off_since.is_(None))
        webhook = await session.scalar(row.with_for_update(skip_locked=True))
        if webhook is None or await _has_enough(session, webhook_id):
            return False
        before, head = _cursor(webhook), await log.head(session)
        found = await log.since(session, before, at_most=_AT_ONCE, where=_is_told(webhook))
        # As they happened to an object, whose row lets in one transaction after the other: one that began before another may
        # have written behind it, and comes first in the log.
        as_happened = sorted(found, key=lambda change: change.position.id)
        await upsert(session, WebhookDelivery, [_delivery(webhook, each, now=now) for each in as_happened])
        has_more = len(found) == _AT_ONCE
        reached = (
            [each.position for each in found[-1:]]
            if has_more
            else [before, head, *(e.position for e in found)]
        )
        webhook.cursor_xid, webhook.cursor_id = max(reached)
        return has_more


async def _has_enough(session: AsyncSession, webhook_id: int) -> bool:
    pending = select(WebhookDelivery.id).where(WebhookDelivery.webhook_id == webhook_id, IS_PENDING)
    some = pending.limit(_MOST_PENDING).subquery()
    return (await session.scalar(select(func.count()).select_from(some)) or 0) >= _MOST_PENDING


def _is_told(webhook: Webhook) -> ColumnElement[bool]:
    is_wanted = Change.type.in_([ChangeType[name] for name in webhook.event_types])
    return (
        is_wanted if webhook.company_id is None else and_(is_wanted, Change.company_id == webhook.company_id)
    )


def _delivery(webhook: Webhook, change: Logged, *, now: datetime) -> dict[str, object]:
    return {
        "webhook_id": webhook.id, "company_id": webhook.company_id, "subject_company_id": change.company_id,
        "change_id": change.position.id,
        "message_id": new_message_id(), "event_type": WebhookEventType[change.type.name],
        "subject_type": change.subject_type, "subject_id": change.subject_id, "occurred_at": change.occurred_at,
        "status": WebhookDeliveryStatus.PENDING, "attempts": 0, "failures": 0, "next_attempt_at": now, "created_at": now,
    }  # fmt: skip


def _cursor(webhook: Webhook) -> Position:
    return Position(webhook.cursor_xid, webhook.cursor_id)


async def _due(session: AsyncSession, *, now: datetime) -> Sequence[tuple[int, int]]:
    """Webhooks of which something is due and that nobody delivers of, each with the company that its job stands with: its own,
    or of one of all companies the first.
    """
    first = select(func.min(Company.id)).where(Company.removed_at.is_(None)).scalar_subquery()
    company_id = func.coalesce(Webhook.company_id, first)
    lane = literal(WEBHOOK) + cast(Webhook.id, String)
    is_delivered = exists().where(QueuedJob.lane == lane, is_active())
    has_due = exists().where(WebhookDelivery.webhook_id == Webhook.id, is_ready(now))
    of_removed = exists().where(Company.id == Webhook.company_id, Company.removed_at.is_not(None))
    webhooks = select(Webhook.id, company_id).where(is_on(now), ~is_delivered, has_due, ~of_removed)
    webhooks = webhooks.where(company_id.is_not(None))
    rows = await session.execute(webhooks.order_by(Webhook.id))
    return [(webhook_id, company) for webhook_id, company in rows]
