"""What is followed in this process: one look at all of it every so often, however many follow it."""

import asyncio
import contextvars
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Hashable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from domain import tracing
from domain.errors import Unavailable
from domain.telemetry import log

Subject = TypeVar("Subject", bound=Hashable)
State = TypeVar("State")
# Of a database that is away, and of a look that failed.
_PAUSE = 4


@dataclass
class _Watched(Generic[State]):
    """A subject as the last look saw it."""

    followers: int = 0
    state: State | None = None
    # The number of the look that saw it, and of the last one that had begun when somebody came to follow.
    look: int = 0
    joined_after: int = 0
    news: asyncio.Event = field(default_factory=asyncio.Event)


class Watcher(Generic[Subject, State]):
    """Looks while anybody follows anything. *look*: the states of subjects, without those that there are not."""

    def __init__(
        self,
        look: Callable[[Collection[Subject]], Awaitable[Mapping[Subject, State]]],
        *,
        every_seconds: float,
    ) -> None:
        self._look = look
        self._every_seconds = every_seconds
        self._watched: dict[Subject, _Watched[State]] = {}
        self._begun = 0
        self._hurry = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None
        self._in_look = asyncio.Lock()

    async def states(self, subject: Subject) -> AsyncGenerator[State | None]:
        """The subject's state now, None where there is none, and each other one; a follower that is slow misses those that
        were between, and holds nobody up.
        """
        watched = self._watched.setdefault(subject, _Watched())
        watched.followers += 1
        # A look that has begun already may have seen what was before.
        last = watched.joined_after = self._begun
        self._hurry.set()
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(
                self._keep_looking(),
                # Of nobody's request: it outlives whoever came first.
                context=contextvars.Context(),
            )
        is_first, before = True, None
        try:
            while True:
                news = watched.news
                if watched.look > last and (is_first or watched.state != before):
                    is_first, before = False, watched.state
                    yield before
                else:
                    await news.wait()
        finally:
            watched.followers -= 1
            if not watched.followers:
                del self._watched[subject]
                self._hurry.set()
                if not self._watched:
                    # Whoever was the last may go on to close what is looked at.
                    async with self._in_look:
                        pass

    async def _keep_looking(self) -> None:
        with tracing.untraced():
            while self._watched:
                self._hurry.clear()
                self._begun += 1
                subjects = list(self._watched)
                try:
                    async with self._in_look:
                        self._tell(subjects, await self._look(subjects))
                except Unavailable:
                    # What was seen stands until the database answers again.
                    await asyncio.sleep(_PAUSE * self._every_seconds)
                    continue
                except Exception as error:  # noqa: BLE001 - whoever follows goes on as soon as it can be seen again
                    log.error("watcher.look_failed", exc_info=error)
                    await asyncio.sleep(_PAUSE * self._every_seconds)
                    continue
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._every_seconds):
                        await self._hurry.wait()

    def _tell(self, subjects: Collection[Subject], states: Mapping[Subject, State]) -> None:
        for subject in subjects:
            watched = self._watched.get(subject)
            if watched is None:
                continue
            state = states.get(subject)
            is_news = state != watched.state or watched.joined_after >= watched.look
            watched.state, watched.look = state, self._begun
            if is_news:
                watched.news.set()
                watched.news = asyncio.Event()
