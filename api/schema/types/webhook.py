"""Webhooks, their deliveries, and each attempt of one."""

from datetime import datetime

import strawberry
from strawberry.scalars import JSON

from api.reading.declared import column, id_of, many, one, paged, ready_json, rows_of
from api.schema.relay import Connection, Node
from api.schema.types.api_key import ApiKey
from api.schema.types.company import Company
from api.values import enums
from api.values.described import described_type
from api.values.filters.webhooks import WebhookDeliveryFilter
from domain import models
from domain.models import Role
from domain.webhooks.queries import DELIVERIES, DELIVERY_FILTER


@rows_of(models.WebhookAttempt, None)
@described_type
class WebhookAttempt:
    """One attempt to deliver a message, and what came of it."""

    attempted_at: datetime = column("When it was sent.")
    milliseconds: int = column("How long the request took, its answer included.")
    request_headers: JSON = ready_json(
        'What was sent besides the body, without the signatures: {"webhook-id": "msg_..."}.',
        lambda attempt: attempt.request_headers,
    )
    response_status: int | None = column("The status of the answer, such as 204; null where there was none.")
    error: str | None = column("Why it failed, for a person; null where it was delivered.")


@rows_of(models.WebhookDelivery, role=Role.ADMINISTER)
@described_type
class WebhookDelivery(Node):
    """One message for one receiver: made once of each change, and sent until it is taken or given up."""

    webhook: "Webhook" = one(
        "The webhook that it belongs to.", lambda delivery, webhook: webhook.id == delivery.webhook_id
    )
    company: Company | None = one(
        "The company whose object changed; null of a ping of a webhook of all companies.",
        lambda delivery, company: company.id == delivery.subject_company_id,
    )
    message_id: str = column("What it is sent with as `webhook-id`, the same each time.")
    event_type: enums.WebhookEventType = column("What happened.")
    subject_id: strawberry.ID | None = id_of(
        "The global id of the object that it is about.",
        lambda delivery: delivery.subject_type,
        lambda delivery: delivery.subject_id,
    )
    occurred_at: datetime = column("When it happened.")
    status: enums.WebhookDeliveryStatus = column("Where it stands.")
    body: str | None = column(
        "What was last sent; null before the first attempt, and where the webhook has a document: what that brings may be of a "
        "buyer, and is not kept."
    )
    attempt_count: int = column("How often it was sent.", lambda delivery: delivery.attempts)
    attempts: list[WebhookAttempt] = many(
        "Each time that it was sent, the first one first.",
        lambda delivery, attempt: attempt.delivery_id == delivery.id,
    )
    next_attempt_at: datetime | None = column(
        "When it is sent next, unless an earlier one about the same object waits; null where it has ended."
    )
    ended_at: datetime | None = column("When it was delivered or given up.")
    created_at: datetime = column("When it was made.")


@rows_of(models.Webhook, role=Role.ADMINISTER)
@described_type
class Webhook(Node):
    """A receiver that is told of what happens, by messages signed as Standard Webhooks has it. Never the secret itself."""

    name: str = column("What people call it.")
    description: str | None = column("What it is for.")
    url: str = column("Where messages are posted to.")
    event_types: list[enums.WebhookEventType] = column("What it is told of.")
    company: Company | None = one(
        "The company that it is told of; null where it is told of all.",
        lambda webhook, company: company.id == webhook.company_id,
    )
    document: str | None = column(
        "The query whose result comes with each message, as `data.result`; null for ids and a version alone."
    )
    api_key: ApiKey | None = one(
        "The key that made or last changed it: it is told what that may see, until the key ends.",
        lambda webhook, key: key.id == webhook.api_key_id,
    )
    secret_created_at: datetime = column("When its secret was made.")
    previous_secret_until: datetime | None = column(
        "Until when the secret before signs too; null without one."
    )
    is_on: bool = column("Whether it is told of anything.", lambda webhook: webhook.off_since.is_(None))
    off_since: datetime | None = column("Since when it is off; null while it is on.")
    off_reason: enums.WebhookOffReason | None = column("Why it is off; null while it is on.")
    failing_since: datetime | None = column(
        "Since when nothing could be delivered; null where something can."
    )
    created_at: datetime = column("When it was made.")
    updated_at: datetime = column("When somebody last changed it.")
    deliveries: Connection[WebhookDelivery] = paged(
        "Its messages, the newest first.",
        DELIVERIES,
        lambda webhook, delivery: delivery.webhook_id == webhook.id,
        filter=(WebhookDeliveryFilter, DELIVERY_FILTER),
    )
