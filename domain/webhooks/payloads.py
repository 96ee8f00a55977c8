"""What a message says: ids and a version, and what the receiver's own document asks for besides."""

from datetime import datetime
from typing import Any, Protocol

import orjson

from domain import clock, global_ids
from domain.access.principal import Principal
from domain.errors import Refused
from domain.models import ChangeType, WebhookDelivery, WebhookEventType

_LARGEST_BODY = 256 * 1024


class DocumentFailed(Refused):
    """A document brought errors in place of a result."""


class Documents(Protocol):
    """Runs GraphQL for messages: whoever starts a worker hands it in, since the domain knows none."""

    async def run(self, document: str, delivery: WebhookDelivery, *, by: Principal, now: datetime) -> bytes:
        """What a document brings for the object of a delivery, as JSON. Raises DocumentFailed and Unavailable."""
        ...


def type_of(event: WebhookEventType) -> str:
    """How a message names what it is about."""
    return "ping" if event is WebhookEventType.PING else ChangeType[event.name].value


def body_of(delivery: WebhookDelivery, result: bytes | None = None) -> str:
    """The body, with the *result* of a document where there is one. Raises DocumentFailed."""
    data: dict[str, Any] = {
        "id": global_ids.encode(delivery.subject_type, delivery.subject_id),
        "companyId": None
        if delivery.subject_company_id is None
        else global_ids.encode("Company", delivery.subject_company_id),
        "version": delivery.id,
    }
    if result is not None:
        data["result"] = orjson.Fragment(result)
    whole = {
        "type": type_of(delivery.event_type),
        "timestamp": clock.rfc3339(delivery.occurred_at),
        "data": data,
    }
    body = orjson.dumps(whole)
    if len(body) > _LARGEST_BODY:
        raise DocumentFailed(f"The document brings more than {_LARGEST_BODY // 1024} KiB: ask for less.")
    return body.decode()
