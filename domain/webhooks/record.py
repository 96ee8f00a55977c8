"""What attempts to deliver make of a delivery and of its webhook."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from random import Random

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain import metrics
from domain.models import (
    Webhook,
    WebhookAttempt,
    WebhookDelivery,
    WebhookDeliveryStatus,
    WebhookOffReason,
)
from domain.telemetry import log
from domain.webhooks import backoff
from domain.webhooks.receiver import Answer


@dataclass(frozen=True)
class Attempt:
    """One attempt of a delivery: *headers* are those without secrets, *body* is what may be kept of what was sent."""

    delivery_id: int
    at: datetime
    headers: dict[str, str]
    body: str | None
    answer: Answer


async def record(
    session: AsyncSession, webhook_id: int, attempts: Collection[Attempt], *, now: datetime, random: Random
) -> int:
    """Record what came of attempts; returns how many were delivered. What was deleted meanwhile is passed over."""
    # The webhook first, as whoever changes either does.
    webhook = await session.scalar(select(Webhook).where(Webhook.id == webhook_id).with_for_update())
    if webhook is None:
        return 0
    ids = [attempt.delivery_id for attempt in attempts]
    found = select(WebhookDelivery).where(WebhookDelivery.id.in_(ids)).order_by(WebhookDelivery.id)
    deliveries = {each.id: each for each in await session.scalars(found.with_for_update())}
    for attempt in attempts:
        if (delivery := deliveries.get(attempt.delivery_id)) is not None:
            _record(delivery, attempt, now=now, random=random)
            session.add(_row(attempt))
            _tell(webhook, delivery, attempt)
    _judge(webhook, [attempt.answer for attempt in attempts], now=now, random=random)
    return sum(attempt.answer.error is None for attempt in attempts)


def switch_off_for_key(webhook: Webhook, *, now: datetime) -> None:
    """Nobody may be told any more what the webhook's key could see."""
    _switch_off(webhook, WebhookOffReason.KEY_ENDED, now=now)


def _record(delivery: WebhookDelivery, attempt: Attempt, *, now: datetime, random: Random) -> None:
    delivery.attempts += 1
    delivery.body = attempt.body or delivery.body
    if attempt.answer.error is None:
        delivery.status, delivery.ended_at, delivery.next_attempt_at = (
            WebhookDeliveryStatus.DELIVERED,
            now,
            None,
        )
        return
    delivery.failures += 1
    since = delivery.failing_since or attempt.at
    delivery.failing_since = since
    delivery.next_attempt_at = backoff.next_attempt(
        failures=delivery.failures, since=since, now=now, random=random,
        retry_after=attempt.answer.retry_after,
    )  # fmt: skip
    if delivery.next_attempt_at is None:
        delivery.status, delivery.ended_at = WebhookDeliveryStatus.FAILED, now


def _row(attempt: Attempt) -> WebhookAttempt:
    return WebhookAttempt(
        delivery_id=attempt.delivery_id,
        attempted_at=attempt.at,
        milliseconds=attempt.answer.milliseconds,
        request_headers=orjson.dumps(attempt.headers).decode(),
        response_status=attempt.answer.status,
        error=attempt.answer.error,
    )


def _tell(webhook: Webhook, delivery: WebhookDelivery, attempt: Attempt) -> None:
    answer = attempt.answer
    outcome = "DELIVERED" if answer.error is None else "UNREACHABLE" if answer.is_unreachable else "REFUSED"
    metrics.WEBHOOK_ATTEMPTS.labels(outcome).inc()
    metrics.WEBHOOK_SECONDS.observe(answer.milliseconds / 1000)
    # Neither URL nor body: either may hold what is nobody's business.
    say = log.info if answer.error is None else log.warning
    say(
        "webhook.delivered" if answer.error is None else "webhook.failed",
        webhook=webhook.id,
        delivery=delivery.id,
        attempt=delivery.attempts,
        response=answer.status,
        status=delivery.status.value,
        duration_ms=answer.milliseconds,
    )


def _judge(webhook: Webhook, answers: Collection[Answer], *, now: datetime, random: Random) -> None:
    """Leave a receiver alone that can't be reached, and switch off one that is gone or has failed for days."""
    if any(answer.error is None for answer in answers):
        webhook.failing_since = webhook.paused_until = None
        webhook.unreachable = 0
        return
    since = webhook.failing_since or now
    webhook.failing_since = since
    away = [answer for answer in answers if answer.is_unreachable]
    if away:
        webhook.unreachable += 1
        pause = backoff.pause_of_receiver(failures=webhook.unreachable, random=random)
        webhook.paused_until = now + pause
    if any(answer.is_gone for answer in answers):
        _switch_off(webhook, WebhookOffReason.RECEIVER_GONE, now=now)
    elif now - since >= backoff.GIVEN_UP_AFTER:
        _switch_off(webhook, WebhookOffReason.RECEIVER_FAILS, now=now)


def _switch_off(webhook: Webhook, reason: WebhookOffReason, *, now: datetime) -> None:
    webhook.off_since, webhook.off_reason = now, reason
    log.warning("webhook.switched_off", webhook=webhook.id, reason=reason.value)
