"""
What an order gets after it is visible: its address, then its amounts (O16), each by a call of its own.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.database import Database, execute_for_each, insert
from domain.errors import CredentialsRefused, Refused, Unavailable
from domain.models import (
    Channel,
    FulfilledBy,
    JobOutcomeStatus,
    Order,
    OrderAddress,
    OrderItem,
    OrderStatus,
)
from domain.orders.asking_ahead import Answer, AskingAhead
from domain.orders.incoming_details import IncomingAmounts, read_address, read_amounts, read_restriction
from domain.orders.notes import Note, add_notes
from domain.queued_jobs.run import JobRun, Outcome, Step
from domain.temu.client import TemuClient
from domain.temu.errors import AmountsNotReady, PermissionMissing

Checkpoint = Mapping[str, Any]
Faults = Sequence[tuple[Order, Refused | Unavailable]]
# Orders asked about at the same time: enough that Temu's answers, not their way here, set the pace, and few enough that
# a worker which is to end has them within its time.
_AT_ONCE = 32
# So often a job waits for passing trouble to pass before its last few orders are given up for this run.
_TRIES_FOR_THE_LAST = 3

# What a note calls each column of an address.
_PARTS = {
    "name": "recipient",
    "phone": "phone",
    "line1": "street",
    "line2": "street",
    "city": "city",
    "region": "region",
    "postal_code": "postal code",
    "country_code": "country",
}

_SET_TOTAL = (
    update(Order)
    .where(Order.id == bindparam("of_order"))
    .values(total_amount=bindparam("amount"), currency_code=bindparam("currency"))
)
_SET_RESTRICTION = (
    update(Order)
    .where(Order.id == bindparam("of_order"))
    .values(address_restriction=bindparam("restriction"))
)
_SET_UNIT_PRICE = (
    update(OrderItem)
    .where(
        OrderItem.order_id == bindparam("of_order"), OrderItem.channel_order_item_id == bindparam("number")
    )
    .values(unit_price_amount=bindparam("amount"), currency_code=bindparam("currency"))
)


class OrderDetails:
    """
    Fetches what orders of one company still lack, whichever import brought them in; or *only* those so numbered.
    """

    def __init__(
        self,
        database: Database,
        run: JobRun,
        temu: TemuClient,
        *,
        now: datetime,
        only: Collection[str] | None = None,
    ) -> None:
        self._database = database
        self._run = run
        self._temu = temu
        self._now = now
        self._company_id = run.job.company_id
        self._only = only

    async def addresses(self, at: Checkpoint, *, then: str) -> Checkpoint:
        """
        Where orders go. What Temu refuses for good fails that order and is asked again by later imports.
        """

        async def ask(order: Order) -> tuple[dict[str, str | None], str | None]:
            message = await self._temu.address(order.channel_order_id)
            address = read_address(
                message, order_number=order.channel_order_id, region_id=order.channel_region_id
            )
            return address, read_restriction(message)

        async def keep(
            step: Step, answers: Sequence[tuple[Order, tuple[dict[str, str | None], str | None]]]
        ) -> None:
            await add_notes(step.session, await _moves(step.session, answers), now=self._now)
            rows = [{"order_id": order.id, **address} for order, (address, _) in answers]
            statement = insert(step.session, OrderAddress)
            news = {name: statement.excluded[name] for name in rows[0] if name != "order_id"}
            newest = statement.on_conflict_do_update(index_elements=["order_id"], set_=news)
            await execute_for_each(step.session, newest, rows)
            restricted = [
                {"of_order": order.id, "restriction": restriction}
                for order, (_, restriction) in answers
                if restriction != order.address_restriction
            ]
            await execute_for_each(step.session, _SET_RESTRICTION, restricted)
            await _no_longer_wanted(step, [order for order, _ in answers], Order.address_wanted)

        async def refuse(step: Step, faults: Faults) -> None:
            # Shipped before it came in, or by others: nobody here needs its address, and Temu may no longer give it.
            needless = [
                order for order, e in faults if isinstance(e, Refused) and not _is_shipped_here(order)
            ]
            await _no_longer_wanted(step, needless, Order.address_wanted)
            step.outcomes += [
                _failed(order, "ADDRESS", f"The address could not be read: {error.message}")
                for order, error in faults
                if order not in needless
            ]

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

        async def keep(step: Step, amounts: Sequence[tuple[Order, IncomingAmounts]]) -> None:
            await _keep_amounts(step, amounts)
            await _no_longer_wanted(step, [order for order, _ in amounts], Order.amounts_wanted)

        async def refuse(step: Step, faults: Faults) -> None:
            for_good = [order for order, error in faults if isinstance(error, Refused)]
            await _no_longer_wanted(step, for_good, Order.amounts_wanted)
            step.outcomes += [
                _failed(order, "AMOUNTS", f"The amounts could not be read: {error.message}")
                for order, error in faults
                if not isinstance(error, AmountsNotReady)
            ]

        async def forbidden(step: Step, error: PermissionMissing) -> None:
            pass  # O16: total stays null; testSettings tells the person what is missing.

        return await self._each(at, Order.amounts_wanted, ask, keep, refuse, forbidden, then=then)

    async def _each(
        self,
        at: Checkpoint,
        wanted: Any,
        ask: Callable[[Order], Awaitable[Answer]],
        keep: Callable[[Step, Sequence[tuple[Order, Answer]]], Awaitable[None]],
        refuse: Callable[[Step, Faults], Awaitable[None]],
        forbidden: Callable[[Step, PermissionMissing], Awaitable[None]],
        *,
        then: str,
    ) -> Checkpoint:
        """
        Ask about every order that *wanted* says lacks something, batch by batch, the oldest first.
        """
        end = {**at, "stage": then, "after": 0, "again": []}
        async with AskingAhead(ask) as ahead:
            # The first answer tells whether the token permits the question at all.
            orders = await self._batch(wanted, at, size=1)
            answering = ahead.begin(orders)
            is_first = True
            while orders:
                following = [] if is_first else await self._following(wanted, at, orders)
                answering_next = ahead.begin(following)
                answers = await answering
                lacking = next((a for a in answers if isinstance(a, PermissionMissing)), None)
                if lacking is not None:
                    async with self._run.step(checkpoint=end) as step:
                        await forbidden(step, lacking)
                    return end
                # Trouble with the first order, or with all? More of them will tell.
                if not (is_first and _is_trouble(answers[0])):
                    self._raise_if_it_concerns_all(answers)
                    answered, faults = _parted(orders, answers)
                    at, faults = _behind(at, orders, faults)
                    async with self._run.step(checkpoint=at) as step:
                        if current := await self._still_current(step, answered, wanted):
                            await keep(step, current)
                        await refuse(step, faults)
                orders, answering, is_first = following, answering_next, False
                if not orders:
                    orders = await self._batch(wanted, at, size=_AT_ONCE)
                    answering = ahead.begin(orders)
        async with self._run.step(checkpoint=end):
            return end

    async def _following(
        self, wanted: ColumnElement[bool], at: Checkpoint, orders: Sequence[Order]
    ) -> Sequence[Order]:
        """
        The orders behind these; those that are to be asked about once more come when all others have been.
        """
        if orders[0].id <= at.get("after", 0):
            return []
        return await self._batch(wanted, {"after": orders[-1].id}, size=_AT_ONCE)

    async def _batch(self, wanted: ColumnElement[bool], at: Checkpoint, *, size: int) -> Sequence[Order]:
        statement = select(Order).where(Order.company_id == self._company_id, wanted)
        if self._only is not None:
            statement = statement.where(
                Order.channel == Channel.WEBSITE, Order.channel_order_id.in_(self._only)
            )
        statement = statement.order_by(Order.id).limit(size)
        async with self._database.read() as session:
            orders = (await session.scalars(statement.where(Order.id > at.get("after", 0)))).all()
            if orders or not at.get("again"):
                return orders
            return (await session.scalars(statement.where(Order.id.in_(at["again"])))).all()

    async def _still_current(
        self, step: Step, answered: Sequence[tuple[Order, Answer]], wanted: ColumnElement[bool]
    ) -> list[tuple[Order, Answer]]:
        """
        The answers about orders that nothing happened to since they were asked about: an import of single orders may
        run beside one of the whole mall, and what it has kept meanwhile is newer (O18). Its own answers count also where
        the other has had one: it was asked because something happened.
        """
        if not answered:
            return []
        ids = [order.id for order, _ in answered]
        lacks_it = wanted if self._only is None else true()
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


async def ask_again_for_amounts(session: AsyncSession, company_id: int, numbers: Collection[str]) -> None:
    """
    Have the amounts of these orders asked for once more where a refusal had ended that.
    """
    await session.execute(
        update(Order)
        .where(
            Order.company_id == company_id,
            Order.channel == Channel.WEBSITE,
            Order.channel_order_id.in_(numbers),
            Order.total_amount.is_(None),
            Order.status.not_in([OrderStatus.PENDING, OrderStatus.CANCELLED]),
            Order.status_after_hold.is_distinct_from(OrderStatus.PENDING),
        )
        .values(amounts_wanted=True)
    )


async def ask_again_for_addresses(session: AsyncSession, company_id: int, numbers: Collection[str]) -> None:
    """
    Have the addresses of these orders asked for once more where they are still to be shipped.
    """
    await session.execute(
        update(Order)
        .where(
            Order.company_id == company_id,
            Order.channel == Channel.WEBSITE,
            Order.channel_order_id.in_(numbers),
            Order.status.not_in([OrderStatus.PENDING, OrderStatus.CANCELLED, OrderStatus.COMPLETED]),
        )
        .values(address_wanted=True)
    )


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


def _is_shipped_here(order: Order) -> bool:
    return order.status is not OrderStatus.COMPLETED and order.fulfilled_by is FulfilledBy.SELLER


def _failed(order: Order, code: str, message: str) -> Outcome:
    return Outcome(order.channel_order_id, JobOutcomeStatus.FAILED, code, message, retryable=True)


async def _moves(
    session: AsyncSession, answers: Sequence[tuple[Order, tuple[dict[str, str | None], Any]]]
) -> list[tuple[Order, Note]]:
    """
    A note for each order whose address was known and is another now (O13). It names the parts and nothing of what they
    say, which would keep personal data in a second place.
    """
    ids = [order.id for order, _ in answers]
    # For update: of two runs that read the same new address, one tells of it.
    statement = select(OrderAddress).where(OrderAddress.order_id.in_(ids)).with_for_update()
    known = {address.order_id: address for address in await session.scalars(statement)}
    notes: list[tuple[Order, Note]] = []
    for order, (address, _) in answers:
        before = known.get(order.id)
        parts = [words for name, words in _PARTS.items() if before and getattr(before, name) != address[name]]
        if parts:
            event = f"address-changed:{order.channel_updated_at.isoformat()}"
            body = f"The address was changed on Temu before shipping: {', '.join(dict.fromkeys(parts))}."
            notes.append((order, Note(event, body)))
    return notes


async def _no_longer_wanted(step: Step, orders: Sequence[Order], wanted: Any) -> None:
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


async def _keep_amounts(step: Step, amounts: Sequence[tuple[Order, IncomingAmounts]]) -> None:
    """
    All totals by one statement, and all unit prices by another.
    """
    totals = [
        {"of_order": order.id, "amount": found.total.amount, "currency": found.total.currency_code}
        for order, found in amounts
        if found.total is not None
    ]
    prices = [
        {"of_order": order.id, "number": number, "amount": price.amount, "currency": price.currency_code}
        for order, found in amounts
        for number, price in found.unit_prices.items()
    ]
    await execute_for_each(step.session, _SET_TOTAL, totals)
    await execute_for_each(step.session, _SET_UNIT_PRICE, prices)
