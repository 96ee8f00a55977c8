"""Temu's webhook events: each is stored once, so that a replay or a duplicate does nothing, and in the same transaction an
import of just that order is requested (O14).

Temu waits half a second for the answer, so nothing is asked of Temu here; and it gives up after eight more tries, so
the schedule remains the safety net.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from domain.access.principal import WORKER
from domain.companies import queries as companies
from domain.companies import schedule
from domain.database.upsert import insert
from domain.errors import NotConfigured
from domain.models import ChannelEvent, JobTrigger, QueuedJob
from domain.queued_jobs import requests
from domain.queued_jobs.arguments import ImportReturns
from domain.resources import Resources
from domain.settings import Settings
from domain.telemetry import log
from domain.temu.regions import region_id_of_order, region_of
from domain.temu.webhooks import HEADERS, SECRET_BYTES, SIGNATURE, Event, Malformed, NotGenuine, open_webhook

_CLOCKS_DIFFER = timedelta(minutes=5)
# Temu tries for a day and some hours [A].
_LONGEST_ON_ITS_WAY = timedelta(days=2)

__all__ = ["HEADERS", "SIGNATURE", "Malformed", "NotGenuine", "receive"]


async def receive(resources: Resources, headers: Mapping[str, str], body: bytes, *, now: datetime) -> None:
    """Store a webhook event and ask for its order; a duplicate does nothing. It is durable when this returns.

    Raises NotConfigured, and Malformed and NotGenuine (Refused), which change nothing.
    """
    app_key, secret = _app(resources.settings)
    event = open_webhook(app_key, secret, headers, body, now=now)
    async with resources.database.write() as session:
        outcome = await _record(session, event, now=now)
    log.info("webhook.received", code=event.code, **outcome)


async def _record(session: AsyncSession, event: Event, *, now: datetime) -> dict[str, object]:
    """What is worth telling an operator, without ids of others."""
    if event.mall_id is None or event.order_number is None:
        return {"left": "about no order"}
    # A semi-managed mall has the same number in each region, and a company for each: the order's number tells whose.
    region = region_of(region_id_of_order(event.order_number))
    company_ids = await companies.companies_of_mall(session, event.mall_id, region)
    if not company_ids:
        return {"left": "no company has this mall"}
    values = {
        "key": event.key, "code": event.code, "mall_id": event.mall_id,
        "parent_order_number": event.order_number, "received_at": now, "sent_at": event.sent_at,
    }  # fmt: skip
    inserted = insert(session, ChannelEvent).values(**values).on_conflict_do_nothing()
    event_id = await session.scalar(inserted.returning(ChannelEvent.id))
    if event_id is None:
        return {"companies": company_ids, "left": "received before"}
    importing = [number for number in company_ids if await schedule.downloads_orders(session, number)]
    jobs = [
        await requests.request_import_of(session, company_id=number, order_number=event.order_number, now=now)
        for number in importing
    ]
    if event.return_number is not None:
        returning = [each for each in company_ids if await schedule.downloads_returns(session, each)]
        jobs += [await _import_return(session, each, event, now=now) for each in returning]
        importing = sorted({*importing, *returning})
    if not jobs:
        return {"companies": company_ids, "left": "orders don't come in by themselves"}
    row = await session.get_one(ChannelEvent, event_id)
    row.job_id = jobs[0].id
    return {"companies": importing, "imports": [job.id for job in jobs]}


async def _import_return(session: AsyncSession, company_id: int, event: Event, *, now: datetime) -> QueuedJob:
    """Have one return brought in, which changed when the event says so or later."""
    changed_at = event.changed_at or event.sent_at - _LONGEST_ON_ITS_WAY
    arguments = ImportReturns(since=changed_at - _CLOCKS_DIFFER, numbers=(event.return_number or "",))
    trigger = JobTrigger.EVENT
    return await requests.request(session, arguments, company_id, by=WORKER, trigger=trigger, now=now)


def _app(settings: Settings) -> tuple[str, bytes]:
    secret = b"" if settings.temu_app_secret is None else settings.temu_app_secret.get_secret_value().encode()
    if not settings.temu_app_key or len(secret) < SECRET_BYTES:
        raise NotConfigured(
            "This server takes no events: it has no app key and secret of Temu, or none that can be right."
        )
    return settings.temu_app_key, secret
