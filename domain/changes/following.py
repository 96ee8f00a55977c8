"""Following what changes: whoever follows holds no changes, only how far it has come.

So one that is slow finds what changed meanwhile as one, and holds nobody up; one that comes back with a cursor, or has fallen
behind what the reader holds, is told from the log.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement

from domain import clock, metrics
from domain.changes import log as changes_log
from domain.changes.log import Logged, Position
from domain.changes.reader import Reader
from domain.database.session import Database
from domain.errors import CursorExpired, Unavailable
from domain.models import Change, ChangeType
from domain.once import Once

MOST_OBJECTS = 50
"""Objects that a follower is told of at once."""

_AGAIN_SECONDS = 1.0
_READ_AT_ONCE = 1_000


@dataclass(frozen=True)
class Wanted:
    """What somebody follows: changes of these types, of these companies; None is all."""

    types: frozenset[ChangeType]
    company_ids: frozenset[int] | None

    def matches(self, change: Logged) -> bool:
        """Whether a change is one of these."""
        is_theirs = self.company_ids is None or change.company_id in self.company_ids
        return is_theirs and change.type in self.types

    def of_companies(self) -> ColumnElement[bool] | None:
        """The part of it that an index of the log knows."""
        return None if self.company_ids is None else Change.company_id.in_(self.company_ids)


@dataclass(eq=False)
class Changes:
    """What changed up to a position: each object once, by its number, with the types of its changes in their order. Nothing
    after the position is older than *moment*. All who follow the same and have come as far get the same one.
    """

    objects: Mapping[int, Sequence[ChangeType]]
    position: Position
    moment: datetime
    once: Once = field(default_factory=Once)
    """What is made of it for several of them."""


class Feed:
    """What changes, for all who follow it in this process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._reader: Reader | None = None
        # What comes next, by how far somebody has come and what it wants, as the reader's last look has it.
        self._next = Once()
        self._looked_at: Position | None = None

    async def follow(self, wanted: Wanted, after: Position | None) -> AsyncGenerator[Changes]:
        """At once what has changed since *after*, which may be nothing, as it is where it begins now; then whatever changes.
        Raises CursorExpired for a position that this log hasn't come to.
        """
        reader = self._reader = self._reader or Reader(self._database)
        reader.followers += 1
        metrics.CHANGES_FOLLOWERS.inc()
        try:
            await reader.started.wait()
            if after is not None and after > reader.head:
                await self._require(after)
            position, is_first = after or reader.head, True
            while True:
                if not is_first and position >= reader.head:
                    await reader.news.wait()
                    continue
                try:
                    changes = await self._since(reader, position, wanted)
                except Unavailable:
                    await asyncio.sleep(_AGAIN_SECONDS)
                    continue
                position = changes.position
                if changes.objects or (is_first and position >= reader.head):
                    is_first = False
                    yield changes
        finally:
            metrics.CHANGES_FOLLOWERS.dec()
            reader.followers -= 1
            if not reader.followers:
                self._reader, self._next = None, Once()
                await reader.close()

    async def _require(self, position: Position) -> None:
        # Another process may have read on; a database that was restored has forgotten.
        async with self._database.read() as session:
            if position > await changes_log.head(session):
                raise CursorExpired

    async def _since(self, reader: Reader, position: Position, wanted: Wanted) -> Changes:
        if self._looked_at != reader.head:
            self._next, self._looked_at = Once(), reader.head
        return await self._next.get((position, wanted), lambda: self._read(reader, position, wanted))

    async def _read(self, reader: Reader, position: Position, wanted: Wanted) -> Changes:
        held, now = reader.after(position), clock.now()
        # What lies before the reader's head is visible by now, so that nothing will be found before it later.
        end = max(position, reader.head)
        if held is not None:
            return _merged((each for each in held if wanted.matches(each)), end, now)
        async with self._database.read() as session:
            # Of whatever type, or one statement would read all of a long log for a type that is rare.
            found = await changes_log.since(
                session, position, at_most=_READ_AT_ONCE, where=wanted.of_companies()
            )
        ours = [each for each in found if wanted.matches(each)]
        if len(found) == _READ_AT_ONCE:
            return _merged(ours, found[-1].position, found[-1].occurred_at)
        return _merged(ours, max([end, *(each.position for each in found[-1:])]), now)


def _merged(changes: Iterable[Logged], end: Position, moment: datetime) -> Changes:
    """Changes up to a position as one, as far as they are of few enough objects."""
    objects: dict[int, list[ChangeType]] = {}
    last = None
    for change in changes:
        if last is not None and change.subject_id not in objects and len(objects) == MOST_OBJECTS:
            return Changes(objects, last.position, last.occurred_at)
        types = objects.setdefault(change.subject_id, [])
        if change.type not in types:
            types.append(change.type)
        last = change
    return Changes(objects, end, moment)
