"""What a resolver may use: who asks, the resources of this process, and the moment."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

import strawberry

from api.documents.by_id import DocumentsById
from api.documents.cache import Prepared
from domain.access.key_cache import KeyCache
from domain.access.points import Charge, PointsLimiter
from domain.access.principal import Principal
from domain.attention.following import Attention
from domain.changes.following import Feed
from domain.database.session import Database
from domain.queued_jobs.following import JobState
from domain.reading.fields import Reader
from domain.reading.plans import Scope
from domain.resources import Resources
from domain.watcher import Watcher

T = TypeVar("T")


@dataclass
class Context:
    """Made anew for each operation; *prepared* is set when that has been read, and *plans* are those made for it."""

    principal: Principal
    resources: Resources
    now: datetime
    keys: KeyCache
    points: PointsLimiter
    jobs: Watcher[int, JobState]
    documents: DocumentsById
    changes: Feed
    attention: Watcher[frozenset[int] | None, Attention]
    prepared: Prepared = field(init=False)
    plans: dict[Hashable, Any] = field(default_factory=dict[Hashable, Any])

    @property
    def database(self) -> Database:
        """The database, which most resolvers need."""
        return self.resources.database

    @property
    def scope(self) -> Scope:
        """Of how many companies the caller may see something."""
        return Scope.of(self.principal.company_ids)

    @property
    def reader(self) -> Reader:
        """Who reads, for plans."""
        return Reader(self.principal, self.now, self.resources.settings)

    @property
    def seen_from(self) -> Hashable:
        """What plans depend on besides the operation: whose rows they show, and the database whose words they are in."""
        return self.scope, self.database.engine.dialect.name

    async def charge(self, points: int) -> Charge:
        """Take the cost of an operation from the key's points."""
        return await self.points.charge(self.principal.key_id, points)

    async def store_document(self, extensions: Mapping[str, Any], text: str) -> None:
        """Remember a document that was found good, by the hash that the request gives."""
        await self.documents.store(extensions, text, key_id=self.principal.key_id)

    async def key_ended(self) -> None:
        """Return when the key doesn't open any more what it opened for this operation."""
        await self.keys.ended(self.principal)


Info = strawberry.Info[Context, None]


def given(value: T | None) -> T | None:
    """An argument, None where it was left out."""
    return None if value is strawberry.UNSET else value
