"""
What an order gets after it is visible: its address, then its amounts (O16), each by a call of its own.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, select, update

from domain.database import Database, insert
from domain.errors import CredentialsRefused, Refused, Unavailable
from domain.models import JobOutcomeStatus, Order, OrderAddress, OrderItem, OrderStatus
from domain.orders.incoming_details import IncomingAmounts, read_address, read_amounts
from domain.queued_jobs.run import JobRun, Outcome, Step
from domain.temu.client import TemuClient
from domain.temu.errors import AmountsNotReady, PermissionMissing

Checkpoint = Mapping[str, Any]
Answer = TypeVar("Answer")
# Orders asked about at the same time: enough that Temu's answers, not their way here, set the pace.
_AT_ONCE = 16


class OrderDetails:
    """
    Fetches what orders of one company still lack, whichever import brought them in.
    """

    def __init__(self, database: Database, run: JobRun, temu: TemuClient) -> None:
        self._database = database
        self._run = run
        self._temu = temu
        self._company_id = run.job.company_id

    async def addresses(self, at: Checkpoint, *, then: str) -> Checkpoint:
        """
        Where orders go. What Temu refuses for good fails that order and is asked again by later imports.
        """

        async def ask(order: Order) -> dict[str, str | None]:
            message = await self._temu.address(order.channel_order_id)
            return read_address(
                message, order_number=order.channel_order_id, region_id=order.channel_region_id
            )

        async def keep(step: Step, order: Order, address: dict[str, str | None]) -> None:
            statement = insert(step.session, OrderAddress).values(order_id=order.id, **address)
            await step.session.execute(
                statement.on_conflict_do_update(index_elements=["order_id"], set_=address)
            )
            await self._no_longer_wanted(step, order, Order.address_wanted)

        async def refuse(step: Step, order: Order, error: Refused | Unavailable) -> None:
            if isinstance(error, Refused) and order.status is OrderStatus.COMPLETED:
                # Shipped before it came in: nobody needs its address, and Temu no longer gives it.
                await self._no_longer_wanted(step, order, Order.address_wanted)
                return
            message = f"The address could not be read: {error.message}"
            step.outcomes.append(
                Outcome(order.channel_order_id, JobOutcomeStatus.FAILED, "ADDRESS", message, retryable=True)
            )

        async def forbidden(step: Step, error: PermissionMissing) -> None:
            message = f"Orders came in without address. {error.message}"
            step.outcomes.append(
                Outcome("(addresses)", JobOutcomeStatus.FAILED, "PERMISSION_MISSING", message)
            )

        return await self._each(at, Order.address_wanted, ask, keep, refuse, forbidden, then=then)

    async def amounts(self, at: Checkpoint, *, then: str) -> Checkpoint:
        """
        What orders cost. Where the token may not know, or Temu has not computed it yet, totals stay empty, nothing
        fails, and a later import asks again.
        """

        async def ask(order: Order) -> IncomingAmounts:
            return read_amounts(await self._temu.amounts(order.channel_order_id))

        async def keep(step: Step, order: Order, amounts: IncomingAmounts) -> None:
            await _keep_amounts(step, order, amounts)
            await self._no_longer_wanted(step, order, Order.amounts_wanted)

        async def refuse(step: Step, order: Order, error: Refused | Unavailable) -> None:
            if isinstance(error, AmountsNotReady):
                return
            if isinstance(error, Refused):
                await self._no_longer_wanted(step, order, Order.amounts_wanted)
            message = f"The amounts could not be read: {error.message}"
            step.outcomes.append(
                Outcome(order.channel_order_id, JobOutcomeStatus.FAILED, "AMOUNTS", message, retryable=True)
            )

        async def forbidden(step: Step, error: PermissionMissing) -> None:
            pass  # O16: total stays null; testSettings tells the person what is missing.

        return await self._each(at, Order.amounts_wanted, ask, keep, refuse, forbidden, then=then)

    async def _each(
        self,
        at: Checkpoint,
        wanted: Any,
        ask: Callable[[Order], Awaitable[Answer]],
        keep: Callable[[Step, Order, Answer], Awaitable[None]],
        refuse: Callable[[Step, Order, Refused | Unavailable], Awaitable[None]],
        forbidden: Callable[[Step, PermissionMissing], Awaitable[None]],
        *,
        then: str,
    ) -> Checkpoint:
        """
        Ask about every order that *wanted* says lacks something, batch by batch, the oldest first.
        """
        at_once = 1  # The first answer tells whether the token permits the question at all.
        while orders := await self._batch(wanted, after=at.get("after", 0), size=at_once):
            answers = await _gather(orders, ask)
            lacking = next((a for a in answers if isinstance(a, PermissionMissing)), None)
            if lacking is not None:
                async with self._run.step(checkpoint={**at, "stage": then, "after": 0}) as step:
                    await forbidden(step, lacking)
                return {**at, "stage": then, "after": 0}
            if at_once == 1 and isinstance(answers[0], Unavailable):
                at_once = _AT_ONCE  # Trouble with this one order, or with all? More of them will tell.
                continue
            _raise_if_it_concerns_all(answers)
            at = {**at, "after": orders[-1].id}
            async with self._run.step(checkpoint=at) as step:
                for order, answer in zip(orders, answers, strict=True):
                    if isinstance(answer, Refused | Unavailable):
                        await refuse(step, order, answer)
                    else:
                        await keep(step, order, answer)
            at_once = _AT_ONCE
        at = {**at, "stage": then, "after": 0}
        async with self._run.step(checkpoint=at):
            return at

    async def _batch(self, wanted: ColumnElement[bool], *, after: int, size: int) -> Sequence[Order]:
        statement = select(Order).where(Order.company_id == self._company_id, wanted, Order.id > after)
        async with self._database.read() as session:
            return (await session.scalars(statement.order_by(Order.id).limit(size))).all()

    async def _no_longer_wanted(self, step: Step, order: Order, wanted: Any) -> None:
        """
        Note that the order has it; done with the order where nothing else is lacking.
        """
        statement = update(Order).where(Order.id == order.id).values({wanted: False})
        lacks_nothing = await step.session.scalar(
            statement.returning(~(Order.address_wanted | Order.amounts_wanted)).execution_options(
                synchronize_session=False
            )
        )
        step.done += bool(lacks_nothing)


async def _gather(
    orders: Sequence[Order], ask: Callable[[Order], Awaitable[Answer]]
) -> list[Answer | Refused | Unavailable]:
    """
    All answers at once, a refusal or passing trouble in the place of its order; anything else is raised.
    """
    answers: list[Answer | Refused | Unavailable] = []
    for answer in await asyncio.gather(*map(ask, orders), return_exceptions=True):
        if isinstance(answer, BaseException) and not isinstance(answer, Refused | Unavailable):
            raise answer
        answers.append(answer)
    return answers


def _raise_if_it_concerns_all(answers: Sequence[object]) -> None:
    for answer in answers:
        if isinstance(answer, CredentialsRefused):
            raise answer
    # Passing trouble with every single order is trouble with Temu; with some, it is trouble with these.
    passing = [answer for answer in answers if isinstance(answer, Unavailable)]
    if len(passing) == len(answers) and not all(isinstance(answer, AmountsNotReady) for answer in passing):
        raise passing[0]


async def _keep_amounts(step: Step, order: Order, amounts: IncomingAmounts) -> None:
    if amounts.total is not None:
        total = {"total_amount": amounts.total.amount, "currency_code": amounts.total.currency_code}
        await step.session.execute(update(Order).where(Order.id == order.id).values(**total))
    for number, price in amounts.unit_prices.items():
        await step.session.execute(
            update(OrderItem)
            .where(OrderItem.order_id == order.id, OrderItem.channel_order_item_id == number)
            .values(unit_price_amount=price.amount, currency_code=price.currency_code)
        )
