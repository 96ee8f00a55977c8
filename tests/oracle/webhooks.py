"""Webhooks, their messages, and each attempt to deliver one."""

import json
from collections.abc import Mapping
from typing import Any

from domain.models import ApiKey, Company, Webhook, WebhookAttempt, WebhookDelivery
from tests.oracle.pages import Listed, Values
from tests.oracle.rows import Fields, Seen, global_id


def _webhooks(_query: None, seen: Seen) -> list[Webhook]:
    return [webhook for webhook in seen.all(Webhook) if seen.visible(webhook)]


def _every_delivery(_query: None, seen: Seen) -> list[WebhookDelivery]:
    return [delivery for delivery in seen.all(WebhookDelivery) if seen.visible(delivery)]


def _deliveries(webhook: Webhook, seen: Seen) -> list[WebhookDelivery]:
    return seen.all(WebhookDelivery, webhook_id=webhook.id)


def _newest_first(row: Any) -> Values:
    return (row.id,)


def _matches(delivery: WebhookDelivery, wanted: Mapping[str, Any], _seen: Seen) -> bool:
    return (
        wanted.get("webhookId") in {None, global_id("Webhook", delivery.webhook_id)}
        and wanted.get("subjectId") in {None, _subject_id(delivery)}
        and delivery.status.value in wanted.get("status", [delivery.status.value])
        and delivery.event_type.value in wanted.get("eventType", [delivery.event_type.value])
    )


def _subject_id(delivery: WebhookDelivery, _seen: Seen | None = None) -> str:
    return global_id(delivery.subject_type, delivery.subject_id)


def _company_of_delivery(delivery: WebhookDelivery, seen: Seen) -> Company | None:
    found = seen.one(Company, id=delivery.subject_company_id)
    return seen.visible(found)


def _company(webhook: Webhook, seen: Seen) -> Company | None:
    return seen.visible(seen.one(Company, id=webhook.company_id))


def _key(webhook: Webhook, seen: Seen) -> ApiKey | None:
    return seen.one(ApiKey, id=webhook.api_key_id)


def _attempts(delivery: WebhookDelivery, seen: Seen) -> list[WebhookAttempt]:
    return sorted(seen.all(WebhookAttempt, delivery_id=delivery.id), key=lambda attempt: attempt.id)


LISTS = {
    "Query.webhooks": Listed("webhooks", _webhooks, _newest_first, descending=True),
    "Query.webhookDeliveries": Listed(
        "webhook_deliveries", _every_delivery, _newest_first, descending=True, matches=_matches
    ),
    "Webhook.deliveries": Listed(
        "webhook_deliveries", _deliveries, _newest_first, descending=True, matches=_matches
    ),
}
FIELDS: Fields = {
    "Webhook.company": _company,
    "Webhook.apiKey": _key,
    "Webhook.isOn": lambda webhook, _: webhook.off_since is None,
    "WebhookDelivery.webhook": lambda delivery, seen: seen.get(Webhook, id=delivery.webhook_id),
    "WebhookDelivery.company": _company_of_delivery,
    "WebhookDelivery.subjectId": _subject_id,
    "WebhookDelivery.attemptCount": lambda delivery, _: delivery.attempts,
    "WebhookDelivery.attempts": _attempts,
    "WebhookAttempt.requestHeaders": lambda attempt, _: json.loads(attempt.request_headers),
}
