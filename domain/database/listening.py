"""Hearing of PostgreSQL's NOTIFY, on a connection outside of every pool."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import asyncpg

from domain.telemetry import log

_AGAIN_SECONDS = 1.0
_CLOSING_SECONDS = 2.0


class Listener:
    """Hears one channel for as long as it runs, and opens its connection again where that ends.

    A connection is trusted once it has heard something, until it ends or something turns up of which it heard nothing: a
    pooler that gives connections out by transactions takes LISTEN and passes no notification on.
    """

    def __init__(self, options: Mapping[str, Any], channel: str) -> None:
        self._options = options
        self._channel = channel
        self._is_lost = False
        self.heard = asyncio.Event()
        """Set by each notification, and when there may have been some that nobody heard."""
        self.is_trusted = False

    async def run(self) -> None:
        """Listen until it is cancelled."""
        while True:
            try:
                await self._hear_until_it_ends()
                self._lost("The server ended the connection.")
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                self._lost(type(error).__name__)
            await asyncio.sleep(_AGAIN_SECONDS)

    async def _hear_until_it_ends(self) -> None:
        ended = asyncio.Event()
        connection = await asyncpg.connect(**self._options)
        try:
            connection.add_termination_listener(lambda _: ended.set())
            await connection.add_listener(self._channel, self._hear)
            self._is_lost = False
            # Of what came before this nothing was heard.
            self.heard.set()
            await ended.wait()
        finally:
            self.is_trusted = False
            with suppress(TimeoutError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await connection.close(timeout=_CLOSING_SECONDS)

    def _hear(self, *_: object) -> None:
        self.is_trusted = True
        self.heard.set()

    def _lost(self, reason: str) -> None:
        if not self._is_lost:
            log.warning("listener.lost", reason=reason)
        self._is_lost = True
