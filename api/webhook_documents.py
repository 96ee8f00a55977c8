"""Runs the documents of webhooks' receivers, for the worker that delivers: as their key, at nobody's cost, as any query is run."""

from collections.abc import Collection
from datetime import datetime

import orjson
from strawberry.types.graphql import OperationType

from api.context import Context
from api.documents.by_id import DocumentsById
from api.documents.check import ID
from api.schema.build import build
from api.schema.errors import present
from api.values import ids
from domain.access.key_cache import KeyCache
from domain.access.points import PointsLimiter
from domain.access.principal import Principal
from domain.attention import following as attention
from domain.changes.following import Feed
from domain.document_store import DocumentStore
from domain.errors import Unavailable
from domain.models import WebhookDelivery
from domain.queued_jobs import following
from domain.resources import Resources
from domain.webhooks.payloads import DocumentFailed

# What nobody waits for takes nothing of what the key has for its own operations; each costs no more than one may.
_POINTS = 2**31


class WebhookDocuments:
    """What domain.webhooks.payloads.Documents asks for."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        self._schema = build(introspection=resources.settings.shows_schema)

    async def run(self, document: str, delivery: WebhookDelivery, *, by: Principal, now: datetime) -> bytes:
        """What a document brings for the object of a delivery, as JSON. Raises DocumentFailed and Unavailable."""
        result = await self._schema.execute(
            document,
            variable_values={ID: ids.encode(delivery.subject_type, delivery.subject_id)},
            context_value=self._context(by, now=now),
            allowed_operation_types=[OperationType.QUERY],
        )
        for error in result.errors or ():
            if isinstance(error.original_error, Unavailable):
                raise error.original_error
            raise DocumentFailed(f"The document failed: {present(error).message}")
        return orjson.dumps(result.data)

    def _context(self, by: Principal, *, now: datetime) -> Context:
        resources = self._limited(by.company_ids)
        points = PointsLimiter(None, maximum=_POINTS, per_second=_POINTS)
        database = resources.database
        return Context(
            by,
            resources,
            now,
            KeyCache(database),
            points,
            following.watcher(database),
            DocumentsById(DocumentStore(None), {}, only_trusted=False),
            Feed(database),
            attention.watcher(database, resources.settings),
        )

    def _limited(self, company_ids: Collection[int] | None) -> Resources:
        return self._resources.limited_to(company_ids)
