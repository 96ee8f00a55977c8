"""
Asking Temu about orders by the batch, the next one while the answers about the last are awaited and kept: otherwise the
calls per second would lie idle for as long as the slowest answer of each batch takes.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from types import TracebackType
from typing import Generic, Self, TypeVar

from domain.errors import Refused, Unavailable
from domain.models import Order

Answer = TypeVar("Answer")
Answers = Sequence[Answer | Refused | Unavailable]
"""A refusal or passing trouble in the place of its order."""


class AskingAhead(Generic[Answer]):
    """
    Questions that were begun; what is not awaited in the end is given up.
    """

    def __init__(self, ask: Callable[[Order], Awaitable[Answer]]) -> None:
        self._ask = ask
        self._begun: set[asyncio.Task[Answers[Answer]]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for task in self._begun:
            task.cancel()
        await asyncio.gather(*self._begun, return_exceptions=True)

    def begin(self, orders: Sequence[Order]) -> "asyncio.Task[Answers[Answer]]":
        """
        Ask about these orders now, to await the answers later. What is neither refusal nor passing trouble is raised then.
        """
        task = asyncio.create_task(_gather(orders, self._ask))
        self._begun.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: "asyncio.Task[Answers[Answer]]") -> None:
        self._begun.discard(task)
        if not task.cancelled():
            task.exception()  # Looked at, for nobody else may: what came before it has ended everything.


async def _gather(orders: Sequence[Order], ask: Callable[[Order], Awaitable[Answer]]) -> Answers[Answer]:
    answers: list[Answer | Refused | Unavailable] = []
    for answer in await asyncio.gather(*map(ask, orders), return_exceptions=True):
        if isinstance(answer, BaseException) and not isinstance(answer, Refused | Unavailable):
            raise answer
        answers.append(answer)
    return answers
