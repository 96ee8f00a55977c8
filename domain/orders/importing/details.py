"""
What an order gets after it is visible, each by a call of its own: its address (addresses.py), then its amounts
(amounts.py). Here is how orders are gone through.
"""

import asyncio
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Generic, Self

from sqlalchemy import ColumnElement, func, select, true, update

from domain.database import Database
from domain.errors import CredentialsRefused, Refused, Unavailable
from domain.models import JobOutcomeStatus, Order
from domain.orders import queries
from domain.orders.importing.asking_ahead import Answer, Answers, AskingAhead
from domain.queued_jobs.run import JobRun, Outcome, Step
from domain.telemetry import log
from domain.temu.errors import AmountsNotReady, PermissionMissing

Checkpoint = Mapping[str, Any]
Faults = Sequence[tuple[Order, Refused | Unavailable]]
# Orders asked about at the same time: enough that Temu's answers, not their way here, set the pace, and few enough that
# a worker which is to end has them within its time.
_AT_ONCE = 32
# How often it is looked whether there are more to ask about early, in seconds; with so many answers that could not be had
# nothing more is asked early, since they take memory.
_LOOK_EVERY = 0.1
_MOST_UNSETTLED = 200
# So often a job waits for passing trouble to pass before its last few orders are given up for this run.
_TRIES_FOR_THE_LAST = 3


class Detail(ABC, Generic[Answer]):
    """
    Something that orders lack at first.
    """

    @property
    @abstractmethod
    def wanted(self) -> ColumnElement[bool]:
        """
        The column that says whether an order lacks it.
        """

    @abstractmethod
    async def ask(self, order: Order) -> Answer:
        """
        Call Temu. Raises what a call raises, and Refused for an answer that can't be read.
        """

    @abstractmethod
    async def keep(self, step: Step, answers: Sequence[tuple[Order, Answer]]) -> None:
        """
        Keep what was answered of one order or more.
        """

    @abstractmethod
    async def refuse(self, step: Step, faults: Faults) -> None:
        """
        Tell what could not be had.
        """

    @abstractmethod
    async def forbidden(self, step: Step, error: PermissionMissing, *, company_id: int) -> None:
        """
        Tell that this may not be asked of any of the company's orders.
        """


class DetailStage(Generic[Answer]):
    """
    Fetches one detail for the orders of one company that lack it, whichever import brought them in; or *only* for those
    so numbered. Entered, it gives up in the end what was asked for nothing.
    """

    def __init__(
        self, database: Database, run: JobRun, detail: Detail[Answer], *, only: Collection[str] | None = None
    ) -> None:
        self._database = database
        self._run = run
        self._detail = detail
        self._company_id = run.job.company_id
        self._only = only
        self._ahead = AskingAhead(detail.ask)
        # What asking early told of the token.
        self._is_permitted = False
        self._forbidden: PermissionMissing | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._ahead.give_up()

    @asynccontextmanager
    async def meanwhile(self, *, at_once: int, came_in_at: datetime | None = None) -> AsyncGenerator[None]:
        """
        Ask about orders, or those that are about to come in with this moment, while something else of this run has its
        calls, so that Temu's calls per second don't lie idle. What is still under way then, and what can't be had, is
        go_through()'s to settle.
        """
        ending = asyncio.Event()
        after = 0 if came_in_at is None else await self._last()
        early = asyncio.create_task(self._early(ending, at_once, after=after, came_in_at=came_in_at))
        try:
            yield
        finally:
            ending.set()
            # Never cancelled: of a transaction that is, SQLite's lock would stay until somebody collects it.
            await asyncio.wait({early})
            fault = early.exception()
        if fault is not None:
            raise fault

    async def go_through(self, at: Checkpoint, *, then: str) -> Checkpoint:
        """
        Ask about every order that lacks the detail, batch by batch, the oldest first.
        """
        end = {**at, "stage": then, "after": 0, "again": []}
        if self._forbidden is not None:
            return await self._end(end, self._forbidden)
        # Trouble that there was early may have passed.
        self._ahead.forget(_is_trouble)
        # The first answer tells whether the token permits the question at all.
        is_first = not self._is_permitted
        orders = await self._batch(at, size=1 if is_first else _AT_ONCE)
        answering = self._ahead.begin(orders)
        while orders:
            following = [] if is_first else await self._following(at, orders)
            answering_next = self._ahead.begin(following)
            answers = await answering
            self._ahead.settle(orders)
            lacking = next((a for a in answers if isinstance(a, PermissionMissing)), None)
            if lacking is not None:
                return await self._end(end, lacking)
            # Trouble with the first order, or with all? More of them will tell.
            if not (is_first and _is_trouble(answers[0])):
                at = await self._settle(at, orders, answers)
            orders, answering, is_first = following, answering_next, False
            if not orders:
                orders = await self._batch(at, size=_AT_ONCE)
                answering = self._ahead.begin(orders)
        return await self._end(end)

    async def _end(self, end: Checkpoint, forbidden: PermissionMissing | None = None) -> Checkpoint:
        async with self._run.step(checkpoint=end) as step:
            if forbidden is not None:
                await self._detail.forbidden(step, forbidden, company_id=self._company_id)
        return end

    async def _early(
        self, ending: asyncio.Event, at_once: int, *, after: int, came_in_at: datetime | None
    ) -> None:
        of = true() if came_in_at is None else Order.imported_at == came_in_at
        has_sense = True
        begun: deque[tuple[Sequence[Order], asyncio.Task[Answers[Answer]]]] = deque()
        while has_sense and not ending.is_set():
            # The first answer tells whether the token permits the question at all.
            most, size = (2, at_once) if self._is_permitted else (1, 1)
            found = await self._batch({"after": after}, size=size, of=of) if len(begun) < most else []
            if found:
                begun.append((found, self._ahead.begin(found)))
                after = found[-1].id
            elif begun:
                orders, answering = begun.popleft()
                if await _is_done(answering, unless=ending):
                    has_sense = await self._keep_early(orders, answering.result())
            else:
                await _pass(ending, seconds=_LOOK_EVERY)

    async def _keep_early(self, orders: Sequence[Order], answers: Answers[Answer]) -> bool:
        """
        Keep what was answered; False where there is no sense in asking on.
        """
        answered, faults = _parted(orders, answers)
        errors = [error for _, error in faults]
        self._forbidden = next((error for error in errors if isinstance(error, PermissionMissing)), None)
        if self._forbidden or any(isinstance(error, CredentialsRefused) for error in errors):
            return False
        is_all_trouble = all(map(_is_trouble, answers))
        self._is_permitted = self._is_permitted or not is_all_trouble
        if answered:
            self._ahead.settle(order for order, _ in answered)
            try:
                async with self._run.step(is_progress=False) as step:
                    await self._keep(step, answered)
            except Unavailable as trouble:
                log.info("import.nothing_early", reason=trouble.message)
                return False
        return not is_all_trouble and self._ahead.unsettled <= _MOST_UNSETTLED

    async def _last(self) -> int:
        async with self._database.read() as session:
            return await session.scalar(select(func.max(Order.id))) or 0

    async def _settle(self, at: Checkpoint, orders: Sequence[Order], answers: Answers[Answer]) -> Checkpoint:
        """
        Keep what was answered about these orders, and tell of the rest; returns the checkpoint behind them.
        """
        self._raise_if_it_concerns_all(answers)
        answered, faults = _parted(orders, answers)
        at, faults = _behind(at, orders, faults)
        async with self._run.step(checkpoint=at) as step:
            await self._keep(step, answered)
            await self._detail.refuse(step, faults)
        return at

    async def _following(self, at: Checkpoint, orders: Sequence[Order]) -> Sequence[Order]:
        """
        The orders behind these; those that are to be asked about once more come when all others have been.
        """
        if orders[0].id <= at.get("after", 0):
            return []
        return await self._batch({"after": orders[-1].id}, size=_AT_ONCE)

    async def _batch(
        self, at: Checkpoint, *, size: int, of: ColumnElement[bool] | None = None
    ) -> Sequence[Order]:
        statement = select(Order).where(self._detail.wanted)
        if of is not None:
            statement = statement.where(of)
        if self._only is None:
            statement = statement.where(Order.company_id == self._company_id)
        else:
            statement = statement.where(*queries.imported(self._company_id, self._only))
        statement = statement.order_by(Order.id).limit(size)
        async with self._database.read() as session:
            orders = (await session.scalars(statement.where(Order.id > at.get("after", 0)))).all()
            if orders or not at.get("again"):
                return orders
            return (await session.scalars(statement.where(Order.id.in_(at["again"])))).all()

    async def _keep(self, step: Step, answered: Sequence[tuple[Order, Answer]]) -> None:
        if current := await self._still_current(step, answered):
            await self._detail.keep(step, current)

    async def _still_current(
        self, step: Step, answered: Sequence[tuple[Order, Answer]]
    ) -> list[tuple[Order, Answer]]:
        """
        The answers about orders that nothing happened to since they were asked about: an import of single orders may
        run beside one of the whole mall, and what it has kept meanwhile is newer (O18). Its own answers count also where
        the other has had one: it was asked because something happened.
        """
        if not answered:
            return []
        ids = [order.id for order, _ in answered]
        lacks_it = self._detail.wanted if self._only is None else true()
        statement = select(Order.id, Order.channel_updated_at).where(Order.id.in_(ids), lacks_it)
        rows = await step.session.execute(statement.order_by(Order.id).with_for_update(key_share=True))
        changed_at = {order_id: moment for order_id, moment in rows}  # noqa: C416 - rows, not pairs
        return [pair for pair in answered if changed_at.get(pair[0].id) == pair[0].channel_updated_at]

    def _raise_if_it_concerns_all(self, answers: Sequence[object]) -> None:
        for answer in answers:
            if isinstance(answer, CredentialsRefused):
                raise answer
        # Passing trouble with every single order is trouble with Temu; with some, it is trouble with these. So it is
        # with the last few when it comes back time and again: they must not keep the rest of the work waiting.
        troubles = [answer for answer in answers if isinstance(answer, Unavailable) and _is_trouble(answer)]
        are_few = len(answers) < _AT_ONCE and self._run.job.passing_failures >= _TRIES_FOR_THE_LAST
        if len(troubles) == len(answers) and not are_few:
            raise troubles[0]


async def no_longer_wanted(step: Step, orders: Sequence[Order], wanted: ColumnElement[bool]) -> None:
    """
    Note that the orders have it; done with those where nothing else is lacking.
    """
    if not orders:
        return
    statement = update(Order).where(Order.id.in_([order.id for order in orders])).values({wanted: False})
    lack_nothing = await step.session.scalars(
        statement.returning(~(Order.address_wanted | Order.amounts_wanted)).execution_options(
            synchronize_session=False
        )
    )
    step.done += sum(map(bool, lack_nothing))


def failed(order: Order, code: str, message: str) -> Outcome:
    """
    What is told of an order whose detail could not be had; a later run may have it.
    """
    return Outcome(order.channel_order_id, JobOutcomeStatus.FAILED, code, message, retryable=True)


async def _pass(event: asyncio.Event, *, seconds: float) -> None:
    """
    Let so many seconds pass, or fewer where the event comes.
    """
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return


async def _is_done(answering: "asyncio.Task[Any]", *, unless: asyncio.Event) -> bool:
    """
    Wait for an answer; False where *unless* comes first.
    """
    ending = asyncio.create_task(unless.wait())
    try:
        done, _ = await asyncio.wait({answering, ending}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        ending.cancel()
    return answering in done


def _parted(
    orders: Sequence[Order], answers: Sequence[Answer | Refused | Unavailable]
) -> tuple[list[tuple[Order, Answer]], Faults]:
    answered: list[tuple[Order, Answer]] = []
    faults: list[tuple[Order, Refused | Unavailable]] = []
    for order, answer in zip(orders, answers, strict=True):
        if isinstance(answer, Refused | Unavailable):
            faults.append((order, answer))
        else:
            answered.append((order, answer))
    return answered, faults


def _behind(at: Checkpoint, orders: Sequence[Order], faults: Faults) -> tuple[Checkpoint, Faults]:
    """
    The checkpoint behind these orders, and the faults to tell of: those in passing trouble are asked about once more
    when all others have been, and only then told.
    """
    again: list[int] = at.get("again", [])
    if orders[0].id <= at.get("after", 0):
        asked = {order.id for order in orders}
        return {**at, "again": [number for number in again if number not in asked]}, faults
    troubled = [order.id for order, error in faults if _is_trouble(error)]
    told = [(order, error) for order, error in faults if not _is_trouble(error)]
    return {**at, "after": orders[-1].id, "again": [*again, *troubled]}, told


def _is_trouble(answer: object) -> bool:
    # That amounts are still being computed is an answer: the interface works.
    return isinstance(answer, Unavailable) and not isinstance(answer, AmountsNotReady)
