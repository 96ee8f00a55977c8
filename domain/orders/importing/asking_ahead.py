"""
Asking Temu about orders by the batch, the next one while the answers about the last are awaited and kept: otherwise the
calls per second would lie idle for as long as the slowest answer of each batch takes.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from datetime import datetime
from typing import Any, Generic, Self, TypeVar

from domain.errors import Refused, Unavailable
from domain.models import Order

Answer = TypeVar("Answer")
Answers = Sequence[Answer | Refused | Unavailable]
"""A refusal or passing trouble in the place of its order."""


class AskingAhead(Generic[Answer]):
    """
    Questions that were begun, one for each order as it was then. What is not settled in the end is given up.
    """

    def __init__(self, ask: Callable[[Order], Coroutine[Any, Any, Answer]]) -> None:
        self._ask = ask
        self._questions: dict[tuple[int, datetime | None], asyncio.Task[Answer]] = {}
        self._begun: set[asyncio.Task[Any]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.give_up()

    async def give_up(self) -> None:
        """
        End what is under way.
        """
        for task in self._begun:
            task.cancel()
        await asyncio.gather(*self._begun, return_exceptions=True)

    def begin(self, orders: Sequence[Order]) -> "asyncio.Task[Answers[Answer]]":
        """
        Ask about these orders now, but for those whose question is not settled yet, to await the answers later. What is
        neither refusal nor passing trouble is raised then.
        """
        return self._task(_together([self._question(order) for order in orders]))

    @property
    def unsettled(self) -> int:
        """
        Of how many orders a question was begun that is not settled.
        """
        return len(self._questions)

    def settle(self, orders: Iterable[Order]) -> None:
        """
        Be done with these orders: whoever asks about them again wants a new answer.
        """
        for order in orders:
            self._questions.pop(_key(order), None)

    def forget(self, is_such: Callable[[object], bool]) -> None:
        """
        Have those orders asked about anew whose question ended in such a fault.
        """
        for key, question in list(self._questions.items()):
            if question.done() and is_such(question.exception()):
                del self._questions[key]

    def _question(self, order: Order) -> asyncio.Task[Answer]:
        key = _key(order)
        if key not in self._questions:
            self._questions[key] = self._task(self._ask(order))
        return self._questions[key]

    def _task(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.create_task(work)
        self._begun.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._begun.discard(task)
        if not task.cancelled():
            task.exception()  # Looked at, for nobody else may: what came before it has ended everything.


def _key(order: Order) -> tuple[int, datetime | None]:
    return order.id, order.channel_updated_at


async def _together(questions: Sequence[asyncio.Task[Answer]]) -> Answers[Answer]:
    if questions:
        await asyncio.wait(questions)
    answers: list[Answer | Refused | Unavailable] = []
    for question in questions:
        try:
            answers.append(question.result())
        except (Refused, Unavailable) as error:
            answers.append(error)
    return answers
