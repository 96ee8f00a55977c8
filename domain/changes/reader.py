"""The one who reads the log of changes in a process, and holds what it read last."""

import asyncio
import contextvars
from bisect import bisect_right
from collections.abc import Sequence
from contextlib import suppress
from operator import attrgetter

from domain import clock, metrics, tracing
from domain.changes import log as changes_log
from domain.changes.log import Logged, Position
from domain.database.session import Database
from domain.errors import Unavailable
from domain.telemetry import log

_CHANNEL = "tradewind_changes"
# Between two looks, so that what several transactions write one after the other comes as one; and for each follower, so that
# telling all of them is over, and others had their turn, before it begins again.
_LEAST_SECONDS, _FOLLOWER_SECONDS = 0.05, 0.0005
# Without notifications; while it isn't known that they come; and while they do, as a safety net.
_POLL_SECONDS, _UNTRUSTED_SECONDS, _TRUSTED_SECONDS = 0.25, 1.0, 5.0
# While there are changes that may not be read yet, as a transaction before theirs hasn't ended: its end is told by nobody.
_WITHHELD_SECONDS = 0.25
_AGAIN_SECONDS = 1.0
_READ_AT_ONCE = 1_000
_HELD = 10_000


class Reader:
    """Reads from when it is made until it is closed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._listener = database.listener(_CHANNEL)
        self._wake = asyncio.Event() if self._listener is None else self._listener.heard
        self._closing = asyncio.Event()
        self.followers = 0
        """How many are told of what it finds."""
        self._is_withheld = False
        # All that changed after the one position and up to the other.
        self._held: list[Logged] = []
        self._begin = Position(0, 0)
        self.head = Position(0, 0)
        """How far it has come, once it has started."""
        self.started = asyncio.Event()
        self.news = asyncio.Event()
        """Set when it has come further, and another one from then on."""
        # Of nobody's request: it outlives whoever came first.
        self._running = asyncio.create_task(self._run(), context=contextvars.Context())

    async def close(self) -> None:
        """Have it end, with what it has open."""
        self._closing.set()
        self._wake.set()
        await asyncio.wait([self._running])

    def after(self, position: Position) -> Sequence[Logged] | None:
        """What it has read after a position; None where it doesn't hold all of that."""
        if position < self._begin:
            return None
        return self._held[bisect_right(self._held, position, key=attrgetter("position")) :]

    async def _run(self) -> None:
        listening = None if self._listener is None else asyncio.create_task(self._listener.run())
        try:
            with tracing.untraced():
                while not self._closing.is_set():
                    seconds = await self._look_or_fail()
                    await _wait(self._closing, max(_LEAST_SECONDS, self.followers * _FOLLOWER_SECONDS))
                    await _wait(self._wake, seconds)
        finally:
            if listening is not None:
                listening.cancel()
                await asyncio.wait([listening])

    async def _look_or_fail(self) -> float:
        """Look once; returns after how many seconds to look again where nothing is heard."""
        try:
            await self._look()
        except Unavailable:
            return _AGAIN_SECONDS
        except Exception as error:  # noqa: BLE001 - whoever follows goes on as soon as it can be read again
            log.error("changes.look_failed", exc_info=error)
            return _AGAIN_SECONDS
        if self._is_withheld:
            return _WITHHELD_SECONDS
        if self._listener is None:
            return _POLL_SECONDS
        return _TRUSTED_SECONDS if self._listener.is_trusted else _UNTRUSTED_SECONDS

    async def _look(self) -> None:
        was_heard = self._wake.is_set() or self._is_withheld
        self._wake.clear()
        async with self._database.read() as session:
            if not self.started.is_set():
                self._begin = self.head = await changes_log.head(session)
                self.started.set()
                return
            found = await changes_log.since(session, self.head, at_most=_READ_AT_ONCE)
            head = found[-1].position if found else self.head
            self._is_withheld = await changes_log.is_withheld(session, head)
        if not found:
            return
        if self._listener is not None and not was_heard:
            self._listener.is_trusted = False
        if len(found) == _READ_AT_ONCE:
            self._wake.set()
        metrics.CHANGES_LAG_SECONDS.observe(max(0.0, (clock.now() - found[0].occurred_at).total_seconds()))
        self._held += found
        if len(self._held) > _HELD:
            self._begin = self._held[-_HELD - 1].position
            del self._held[:-_HELD]
        self.head = head
        news, self.news = self.news, asyncio.Event()
        news.set()


async def _wait(event: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
