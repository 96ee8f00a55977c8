"""Filters of messages to receivers."""

import strawberry

from api.values import enums
from api.values.described import described_input, optional


@described_input
class WebhookDeliveryFilter:
    """Which messages to receivers; every condition given must hold."""

    webhook_id: strawberry.ID | None = optional("Of this webhook.")
    status: list[enums.WebhookDeliveryStatus] | None = optional("In one of these states.")
    event_type: list[enums.WebhookEventType] | None = optional("About one of these.")
    subject_id: strawberry.ID | None = optional("About this object, such as an order or a product.")
