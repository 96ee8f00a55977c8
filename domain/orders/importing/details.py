"""What an order gets after it is visible, each by a call of its own: its address (addresses.py), then its amounts
(amounts.py). Here is how orders are gone through.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from typing import ClassVar, Generic, TypeVar

from msgspec.structs import replace
from sqlalchemy import ColumnElement, literal, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from domain.errors import CredentialsRefused, Refused, Unavailable
from domain.filtering import Numbers, one_of
from domain.models import Order, OrderStatus
from domain.orders import queries
from domain.orders.importing.checkpoint import AnyDetails, AnyStage
from domain.queued_jobs.run import JobRun, Outcome, Step, Stopped
from domain.temu.errors import AmountsNotReady, PermissionMissing

Answer = TypeVar("Answer")
Faults = Sequence[tuple[Order, Refused | Unavailable]]
Fetches = list[tuple[Order, asyncio.Task[Answer | Refused | Unavailable]]]
# Orders asked about at the same time, and of these the ones whose answers are stored together while the others are
# awaited: enough that Temu's limit, not the way to it, sets the pace, and few enough that a worker which is to end has
# a batch within its time.
_AT_ONCE, _BATCH = 64, 32


class Detail(ABC, Generic[Answer]):
    """Something that orders lack at first. *wanted*: the column that says whether an order lacks it."""

    wanted: ClassVar[ColumnElement[bool]]

    @abstractmethod
    async def fetch(self, order: Order) -> Answer:
        """Call Temu. Raises what a call raises, and Refused for an answer that can't be read."""

    @abstractmethod
    async def store(self, step: Step, answers: Sequence[tuple[Order, Answer]]) -> None:
        """Write what was answered of one order or more."""

    @abstractmethod
    async def record_faults(self, step: Step, faults: Faults) -> None:
        """Say what could not be had."""

    @abstractmethod
    async def record_forbidden(self, step: Step, error: PermissionMissing) -> None:
        """Say that this may not be asked of any of the company's orders."""


class DetailFetch(Generic[Answer]):
    """Fetches one detail for a company's orders that lack it, whichever import brought them; or *only* for these numbers."""

    def __init__(self, run: JobRun, detail: Detail[Answer], *, only: Collection[str] = ()) -> None:
        self._run = run
        self._detail = detail
        self._only = only
        # Whether the batch before was in trouble as a whole and was passed over.
        self._passed_over = False

    async def run(self, at: AnyDetails, *, then: type[AnyStage]) -> AnyStage:
        """Ask about every order that lacks the detail, the oldest first; returns the next stage."""
        after, forbidden = at.to(then), None
        try:
            await self._fetch_all(at)
        except PermissionMissing as error:
            forbidden = error
        async with self._run.step(checkpoint=after) as step:
            if forbidden is not None:
                await self._detail.record_forbidden(step, forbidden)
        return after

    async def _fetch_all(self, at: AnyDetails) -> None:
        fetches: Fetches[Answer] = []
        try:
            await self._fetch_more(fetches, at, at_most=1)
            # The first answer tells whether the token permits the question at all, and is progress at once. Trouble with
            # it is not stored yet: more answers will tell whether it is trouble with all.
            first = await self._answers(fetches, at_most=1)
            if first and not _is_trouble(first[0][1]):
                at = await self._store(at, first)
                fetches.clear()
            while True:
                await self._fetch_more(fetches, at, at_most=_AT_ONCE)
                if not fetches:
                    return
                at = await self._store(at, await self._answers(fetches, at_most=_BATCH))
                del fetches[:_BATCH]
        except Stopped:
            await self._store_what_came(fetches)
            raise
        finally:
            for _, task in fetches:
                task.cancel()
            await asyncio.gather(*(task for _, task in fetches), return_exceptions=True)

    async def _fetch_more(self, fetches: Fetches[Answer], at: AnyDetails, *, at_most: int) -> None:
        """Ask about more orders, behind those that are asked about; in the end, once more about those in trouble."""
        last = max(at.after, fetches[-1][0].id) if fetches else at.after
        orders = await self._select_lacking(Order.id > last, at_most=at_most - len(fetches))
        if not orders and not fetches and at.again:
            is_one = one_of(Order.id.expression, literal(at.again, Numbers()))
            orders = await self._select_lacking(is_one, at_most=at_most)
        fetches += [(order, asyncio.create_task(self._fetch(order))) for order in orders]

    async def _fetch(self, order: Order) -> Answer | Refused | Unavailable:
        """The answer, or in its place a fault of this order; what concerns all orders is raised."""
        try:
            return await self._detail.fetch(order)
        except (CredentialsRefused, PermissionMissing):
            raise
        except Unavailable as error:
            if error.retry_after is not None:
                raise
            return error
        except Refused as error:
            return error

    async def _select_lacking(self, condition: ColumnElement[bool], *, at_most: int) -> Sequence[Order]:
        statement = select(Order).where(self._detail.wanted, condition).order_by(Order.id).limit(at_most)
        if self._only:
            statement = statement.where(*queries.imported(self._run.company_id, self._only))
        else:
            statement = statement.where(Order.company_id == self._run.company_id)
        async with self._run.database.read() as session:
            return (await session.scalars(statement)).all()

    async def _store(
        self, at: AnyDetails, answers: Sequence[tuple[Order, Answer | Refused | Unavailable]]
    ) -> AnyDetails:
        """Write what was answered about these orders, and say what was not; returns the checkpoint behind them."""
        answered = [(o, answer) for o, answer in answers if not isinstance(answer, Refused | Unavailable)]
        faults = [(o, answer) for o, answer in answers if isinstance(answer, Refused | Unavailable)]
        troubled: list[int] = [order.id for order, error in faults if _is_trouble(error)]
        # Passing trouble with every single order is trouble with Temu; with some, it is trouble with these. So it may be
        # with a batch, or the last few, when it comes back time and again: they must not keep the rest of the work
        # waiting. It is trouble with Temu all the same where the next batch is in trouble too.
        in_vain, is_full = len(troubled) == len(answers), len(answers) == _BATCH
        if in_vain and (self._run.retries_last_few or (is_full and self._passed_over)):
            raise faults[0][1]
        self._passed_over = in_vain and is_full
        ids: list[int] = [order.id for order, _ in answers]
        # What is in trouble for the first time is asked about once more when all others have been, and only then told.
        again = (*(each for each in at.again if each not in ids), *(n for n in troubled if n > at.after))
        after = replace(at, after=max(at.after, *ids), again=again)
        # So many tries are left for what is behind an order in trouble as there were before it.
        async with self._run.step(checkpoint=after, is_progress=not in_vain) as step:
            if current := await self._still_current(step, answered):
                await self._detail.store(step, current)
            await self._detail.record_faults(step, [pair for pair in faults if pair[0].id not in again])
        return after

    async def _answers(
        self, asked: Fetches[Answer], *, at_most: int
    ) -> list[tuple[Order, Answer | Refused | Unavailable]]:
        """What is answered of the first of those asked about. Raises what concerns all orders, and Stopped."""
        first = asked[:at_most]
        if first:
            await self._run.wait([task for _, task in first])
        return [(order, task.result()) for order, task in first]

    async def _store_what_came(self, asked: Fetches[Answer]) -> None:
        """Write what is answered as the worker shuts down, in whatever order; the rest is asked about by another."""
        came = [(o, task.result()) for o, task in asked if task.done() and task.exception() is None]
        answered = [(o, answer) for o, answer in came if not isinstance(answer, Refused | Unavailable)]
        if answered:
            async with self._run.step(even_if_stopping=True) as step:
                if current := await self._still_current(step, answered):
                    await self._detail.store(step, current)

    async def _still_current(
        self, step: Step, answered: Sequence[tuple[Order, Answer]]
    ) -> list[tuple[Order, Answer]]:
        """The answers about orders that nothing happened to since they were asked about: an import of single orders may
        run beside one of the whole mall, and what it has written meanwhile is newer (O18). Its own answers count also
        where the other has had one: it was asked because something happened.
        """
        if not answered:
            return []
        ids = [order.id for order, _ in answered]
        lacks_it = true() if self._only else self._detail.wanted
        statement = select(Order.id, Order.channel_updated_at).where(Order.id.in_(ids), lacks_it)
        rows = await step.session.execute(statement.order_by(Order.id).with_for_update(key_share=True))
        changed_at = {order_id: moment for order_id, moment in rows}  # noqa: C416 - rows, not pairs
        return [pair for pair in answered if changed_at.get(pair[0].id) == pair[0].channel_updated_at]


async def mark_fetched(step: Step, orders: Sequence[Order], wanted: ColumnElement[bool]) -> None:
    """Record that the orders have it; done with those where nothing else is lacking."""
    if not orders:
        return
    statement = update(Order).where(Order.id.in_([order.id for order in orders])).values({wanted: False})
    lack_nothing = await step.session.scalars(
        statement.returning(~(Order.address_wanted | Order.amounts_wanted)).execution_options(
            synchronize_session=False
        )
    )
    step.also_done += sum(map(bool, lack_nothing))


async def mark_wanted(
    session: AsyncSession, wanted: InstrumentedAttribute[bool], *of_orders: ColumnElement[bool]
) -> None:
    """Have a detail asked for once more of orders for which Temu has it."""
    statement = update(Order).where(
        *of_orders,
        Order.status.not_in([OrderStatus.PENDING, OrderStatus.CANCELLED]),
        Order.status_after_hold.is_distinct_from(OrderStatus.PENDING),
    )
    await session.execute(statement.values({wanted: True}))


def failed(order: Order, code: str, message: str) -> Outcome:
    """What is told of an order whose detail could not be had; a later run may have it."""
    return Outcome.failed(order.channel_order_id, code, message, retryable=True)


def _is_trouble(answer: object) -> bool:
    # That amounts are still being computed is an answer: the interface works.
    return isinstance(answer, Unavailable) and not isinstance(answer, AmountsNotReady)
