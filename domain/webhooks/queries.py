"""Webhooks and their deliveries, as their readers may see them."""

from sqlalchemy import ColumnElement

from domain.filtering import Filter, among, equals
from domain.models import WebhookDelivery, WebhookDeliveryStatus, literally
from domain.models.webhook import Webhook
from domain.pagination import Key

# Both newest first.
WEBHOOKS = [Key(Webhook.id, descending=True)]
DELIVERIES = [Key(WebhookDelivery.id, descending=True)]
DELIVERY_FILTER = Filter(
    webhook_id=equals(WebhookDelivery.webhook_id),
    status=among(WebhookDelivery.status),
    event_type=among(WebhookDelivery.event_type),
    subject_type=equals(WebhookDelivery.subject_type),
    subject_id=equals(WebhookDelivery.subject_id),
)
IS_PENDING: ColumnElement[bool] = WebhookDelivery.status == literally(WebhookDeliveryStatus.PENDING)
