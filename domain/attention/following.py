"""Attention items that are followed: of all companies that anybody follows in this process, one look finds them."""

import math
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from domain import clock
from domain.attention.items import AttentionItem, attention
from domain.changes import log
from domain.changes.log import Position
from domain.database.session import Database
from domain.models import Company
from domain.once import Once
from domain.settings import Settings
from domain.watcher import Watcher

Companies = frozenset[int] | None
"""Those that somebody follows, None being all."""

_EVERY_SECONDS = 1.0
# Some troubles are told by no change: time that goes by, most of all.
_ALL_EVERY_SECONDS = 30.0
_CHANGES_AT_ONCE = 1_000


@dataclass(frozen=True)
class Attention:
    """The items of companies by their numbers, as one look found them."""

    items: Mapping[int, Sequence[AttentionItem]]
    once: Once = field(default_factory=Once, compare=False)
    """What is made of it for several who follow the same."""


class _Looks:
    """Looks one after the other: of companies of which the log has nothing new, what was found lately stands."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._found: dict[int, Sequence[AttentionItem]] = {}
        self._position = Position(0, 0)
        self._all_at = -math.inf

    async def look(self, followed: Collection[Companies]) -> Mapping[Companies, Attention]:
        async with self._database.read() as session:
            companies = frozenset[int]().union(*(each for each in followed if each is not None))
            if None in followed:
                companies |= frozenset(await session.scalars(select(Company.id)))
            if time.monotonic() - self._all_at >= _ALL_EVERY_SECONDS:
                self._position = await log.head(session)
                self._all_at = time.monotonic()
                self._found.clear()
            changes = await log.since(session, self._position, at_most=_CHANGES_AT_ONCE)
            changed = {each.company_id for each in changes}
            stale = {number for number in companies if number in changed or number not in self._found}
            if stale:
                self._found |= await attention(session, stale, settings=self._settings, now=clock.now())
            # Whoever isn't followed now may be later, when this change is no news any more.
            for number in changed - companies:
                self._found.pop(number, None)
            if changes:
                self._position = changes[-1].position
        return {
            each: Attention({number: self._found[number] for number in (companies if each is None else each)})
            for each in followed
        }


def watcher(database: Database, settings: Settings) -> Watcher[Companies, Attention]:
    """Of companies: looked at once a second, and where nothing changed each half minute."""
    return Watcher(_Looks(database, settings).look, every_seconds=_EVERY_SECONDS)
