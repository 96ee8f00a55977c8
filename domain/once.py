"""What many wait for at about the same time, made once for all of them."""

import asyncio
import contextvars
import math
import time
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

from domain import tracing

Made = TypeVar("Made")

GOOD_SECONDS = 1.0
"""For so long what was made is given to others."""


@dataclass
class _Making:
    task: asyncio.Task[Any]
    good_until: float = math.inf


class Once:
    """Holds what was made as long as it lives itself."""

    def __init__(self) -> None:
        self._makings: dict[Hashable, _Making] = {}

    async def get(self, key: Hashable, make: Callable[[], Awaitable[Made]]) -> Made:
        """What one of those who give this key makes, whoever of them leaves meanwhile. What failed is made anew for whoever asks
        later.
        """
        making = self._makings.get(key)
        if making is None or making.good_until < time.monotonic():
            # Of nobody's request: it outlives whoever came first.
            task = asyncio.create_task(_untraced(make), context=contextvars.Context())
            making = self._makings[key] = _Making(task)
            task.add_done_callback(lambda done: self._end(key, done))
        made: Made = await asyncio.shield(making.task)
        return made

    def _end(self, key: Hashable, done: asyncio.Task[Any]) -> None:
        if done.cancelled() or done.exception() is not None:
            del self._makings[key]
        else:
            self._makings[key].good_until = time.monotonic() + GOOD_SECONDS


async def _untraced(make: Callable[[], Awaitable[Made]]) -> Made:
    with tracing.untraced():
        return await make()
