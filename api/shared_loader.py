"""
Loading by the batch, for fields of which any may be given up while others wait for the same.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable
from typing import Any, TypeVar, cast

from strawberry.dataloader import DataLoader

Key = TypeVar("Key")
Value = TypeVar("Value")


class SharedLoader(DataLoader[Key, Value]):
    """
    Strawberry's loader hands the same future to all who load a key. GraphQL gives up what waits in an object that a
    wrong field has made null, and whoever gives up waiting for a future cancels it: for fields elsewhere too, whose
    operation then had no reply at all. Here it is cancelled when nobody is left who waits.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._waiting: Counter[asyncio.Future[Value]] = Counter()

    def load(self, key: Key) -> Awaitable[Value]:
        """
        The value of *key*, with those of all that are asked for at this moment.
        """
        shared = cast("asyncio.Future[Value]", super().load(key))
        own = asyncio.shield(shared)
        self._waiting[shared] += 1
        own.add_done_callback(lambda own: self._leave(shared, own))
        return own

    def _leave(self, shared: asyncio.Future[Value], own: asyncio.Future[Value]) -> None:
        self._waiting[shared] -= 1
        if not own.cancelled():
            own.exception()  # Looked at, for a field that was given up may never await it.
        if not self._waiting[shared]:
            del self._waiting[shared]
            if own.cancelled():
                shared.cancel()
