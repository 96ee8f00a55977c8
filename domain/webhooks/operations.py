"""What those who administer do with webhooks."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain import audit, text
from domain.access import rows
from domain.access.principal import Principal
from domain.changes import log
from domain.errors import Conflict, Invalid, LimitExceeded, Required
from domain.models import (
    Company,
    Role,
    Webhook,
    WebhookDelivery,
    WebhookDeliveryStatus,
    WebhookEventType,
    WebhookOffReason,
)
from domain.resources import Resources
from domain.webhooks import signing, urls
from domain.webhooks.queries import IS_PENDING

# Of one company, or of all companies: each is looked at each second.
_MOST = 50
_LONGEST_DOCUMENT = 16_384
_OFF = "This webhook is switched off. Switch it on with updateWebhook(isOn: true) first."


async def create(
    session: AsyncSession,
    resources: Resources,
    *,
    by: Principal,
    name: str,
    url: str,
    event_types: Sequence[WebhookEventType],
    company_id: int | None,
    description: str | None,
    document: str | None,
    now: datetime,
) -> tuple[Webhook, str]:
    """Add a receiver, which is told of what happens from now on; the secret is returned here and never again.

    Without a company it is told of all, for which the key has to be the server's; a key of one company means that one. Raises
    Required, NotFound, Conflict for a company that was removed, Invalid, LimitExceeded.
    """
    by.require(Role.ADMINISTER)
    company_id = await _company(session, by, company_id)
    of_same = select(func.count()).where(Webhook.company_id.is_not_distinct_from(company_id))
    if (await session.scalar(of_same) or 0) >= _MOST:
        raise LimitExceeded(f"There are {_MOST} webhooks already: delete one that is not used any more.")
    secret, position = signing.new_secret(), await log.head(session)
    webhook = Webhook(
        company_id=company_id, api_key_id=by.key_id, sealed="", secret_created_at=now, created_at=now, updated_at=now,
        cursor_xid=position.xid, cursor_id=position.id,
    )  # fmt: skip
    given = {
        "name": name,
        "url": url,
        "event_types": event_types,
        "description": description,
        "document": document,
    }
    _set(webhook, given, private_too=resources.settings.webhooks_reach_private)
    session.add(webhook)
    await session.flush()
    webhook.sealed = resources.seal_webhook_secret(secret, webhook.id)
    audit.record(session, webhook, "host", None, urls.host(webhook.url))
    return webhook, secret


async def change(
    session: AsyncSession,
    resources: Resources,
    *,
    by: Principal,
    webhook_id: int,
    changes: Mapping[str, Any],
    is_on: bool | None,
    now: datetime,
) -> Webhook:
    """Change what is named in *changes*, and switch it on or off. It belongs to whoever changes it from then on: it ends with
    that key. Switched on, it goes on where it stopped. Raises NotFound, Required, Invalid.
    """
    by.require(Role.ADMINISTER)
    webhook = await rows.get(session, Webhook, webhook_id, by=by, for_update=True)
    before = urls.host(webhook.url)
    _set(webhook, changes, private_too=resources.settings.webhooks_reach_private)
    webhook.api_key_id, webhook.updated_at = by.key_id, now
    audit.record(session, webhook, "host", before, urls.host(webhook.url))
    if is_on is False and webhook.off_since is None:
        webhook.off_since, webhook.off_reason = now, WebhookOffReason.SWITCHED_OFF
    if (is_on and webhook.off_since is not None) or "url" in changes:
        webhook.failing_since = webhook.paused_until = None
        webhook.unreachable = 0
        # What waits has three days again, and need not wait for the pause that the receiver of before has earned.
        waiting = update(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook.id, IS_PENDING)
        anew = waiting.values(next_attempt_at=now, failures=0, failing_since=None)
        await session.execute(anew.execution_options(synchronize_session=False))
    if is_on:
        webhook.off_since = webhook.off_reason = None
    return webhook


async def delete(session: AsyncSession, *, by: Principal, webhook_id: int) -> None:
    """Remove a webhook with its deliveries. Raises NotFound."""
    by.require(Role.ADMINISTER)
    await session.delete(
        await rows.get(session, Webhook, webhook_id, by=by, for_update=True, removed_too=True)
    )


async def rotate_secret(
    session: AsyncSession,
    resources: Resources,
    *,
    by: Principal,
    webhook_id: int,
    end_previous: bool,
    now: datetime,
) -> tuple[Webhook, str]:
    """Make another secret, which is returned here and never again. The one before signs too for a day, unless *end_previous*;
    one before that no longer. Raises NotFound.
    """
    by.require(Role.ADMINISTER)
    webhook = await rows.get(session, Webhook, webhook_id, by=by, for_update=True)
    secret = signing.new_secret()
    webhook.sealed_previous = None if end_previous else webhook.sealed
    webhook.previous_secret_until = None if end_previous else now + signing.GRACE
    webhook.sealed = resources.seal_webhook_secret(secret, webhook.id)
    webhook.secret_created_at = webhook.updated_at = now
    return webhook, secret


async def ping(session: AsyncSession, *, by: Principal, webhook_id: int, now: datetime) -> WebhookDelivery:
    """Have a message sent that says nothing. Raises NotFound, and Conflict for a webhook that is off."""
    by.require(Role.ADMINISTER)
    webhook = await rows.get(session, Webhook, webhook_id, by=by, for_update=True)
    _require_on(webhook)
    webhook.paused_until = None
    delivery = WebhookDelivery(
        webhook_id=webhook.id, company_id=webhook.company_id, subject_company_id=webhook.company_id, message_id=signing.new_message_id(),
        event_type=WebhookEventType.PING, subject_type=Webhook.__name__, subject_id=webhook.id, occurred_at=now,
        status=WebhookDeliveryStatus.PENDING, next_attempt_at=now, created_at=now, attempts=0, failures=0,
    )  # fmt: skip
    session.add(delivery)
    await session.flush()
    return delivery


async def retry(session: AsyncSession, *, by: Principal, delivery_id: int, now: datetime) -> WebhookDelivery:
    """Have a message sent now: one that waits, or once more one that was given up or delivered; it has three days again.

    Raises NotFound, and Conflict for a webhook that is off.
    """
    by.require(Role.ADMINISTER)
    found = await rows.get(session, WebhookDelivery, delivery_id, by=by)
    # The webhook first, as the job that delivers does.
    webhook = await session.get_one(Webhook, found.webhook_id, with_for_update=True, populate_existing=True)
    _require_on(webhook)
    await session.refresh(found, with_for_update=True)
    webhook.paused_until = None
    found.status, found.next_attempt_at, found.ended_at = WebhookDeliveryStatus.PENDING, now, None
    found.failures, found.failing_since = 0, None
    return found


def _require_on(webhook: Webhook) -> None:
    if webhook.off_since is not None:
        raise Conflict(_OFF)


async def _company(session: AsyncSession, by: Principal, company_id: int | None) -> int | None:
    if company_id is None and by.company_ids is not None:
        if len(by.company_ids) != 1:
            message = "A key of several companies says which one is meant; for all of them, each has a webhook of its own."
            raise Required(message, field=("companyId",))
        (company_id,) = by.company_ids
    if company_id is not None:
        await rows.get(session, Company, company_id, by=by)
    return company_id


def _set(webhook: Webhook, given: Mapping[str, Any], *, private_too: bool) -> None:
    for name, value in given.items():
        checked: str | list[str] | None
        match name, value:
            case "description" | "document", None:
                checked = None
            case _, None:
                field = _FIELDS[name]
                raise Required(f"{field} can be left out, but not be null.", field=(field,))
            case "url", _:
                checked = urls.checked(value, private_too=private_too)
            case "event_types", _:
                checked = _types(value)
            case "document", _:
                checked = text.paragraphs(value, field=(name,), at_most=_LONGEST_DOCUMENT)
            case "description", _:
                checked = text.paragraphs(value, field=(name,), at_most=2_000)
            case _:
                checked = text.line(value, field=(name,), at_most=200)
        setattr(webhook, name, checked)


_FIELDS = {"name": "name", "url": "url", "event_types": "eventTypes"}


def _types(given: Sequence[WebhookEventType]) -> list[str]:
    """In the order of the schema, each once."""
    if not given:
        raise Required("eventTypes must name one at least.", field=("eventTypes",))
    if WebhookEventType.PING in given:
        raise Invalid("PING is sent to every webhook: leave it out.", field=("eventTypes",))
    return [each.value for each in WebhookEventType if each in given]
