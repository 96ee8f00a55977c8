"""Pushes the figures of one goods to Temu: computed when the call has its slot, recorded as in flight before it leaves,
and resolved by its answer (I5, I6).
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain import clock
from domain.database.upsert import execute_for_each, upsert
from domain.inventory import figures
from domain.inventory.channel import StockChannel
from domain.inventory.figures import Figure
from domain.inventory.push_answers import StockRefusal, Verdicts, judge
from domain.inventory.semi_managed import RefusedTogether
from domain.inventory.zeroing import UnforeseenZeros, ZeroingGuard
from domain.models import ChannelStock, Product, StockChange
from domain.queued_jobs.run import JobRun, Outcome, Step
from domain.temu.errors import INTERNAL_FAULT, FaultCount, InternalFault, TemuRefused, TemuUnavailable
from domain.temu.messages import StockEditMessage

UNCONFIRMED = "Temu answered, but didn't say that it took the stock of this SKU. It is told again."

_LANDED = {ChannelStock.in_flight_quantity: None, ChannelStock.in_flight_since: None}
_OF_PRODUCT = update(ChannelStock).where(ChannelStock.product_id == bindparam("of_product"))
_ACCEPTED = _OF_PRODUCT.values(
    {
        **_LANDED,
        ChannelStock.accepted_quantity: bindparam("quantity"),
        ChannelStock.accepted_at: bindparam("at"),
        ChannelStock.refused_at: None,
        ChannelStock.refusal_code: None,
        ChannelStock.refusal: None,
    }
)
# What was refused so may have landed all the same.
_UNKNOWN = _OF_PRODUCT.values(
    {
        ChannelStock.refused_at: bindparam("at"),
        ChannelStock.refusal_code: bindparam("code"),
        ChannelStock.refusal: bindparam("words"),
    }
)
_REFUSED = _UNKNOWN.values(_LANDED)
_FORGET_CHANGE = delete(StockChange).where(
    StockChange.product_id == bindparam("of_product"), StockChange.version <= bindparam("up_to")
)


class PushedInPart(TemuUnavailable):
    """Temu is in passing trouble with *products*, or didn't confirm them; the call's other SKUs have their answer."""

    def __init__(self, message: str, products: Sequence[Product], *, code: str = "UNAVAILABLE") -> None:
        super().__init__(message)
        self.products = products
        self.code = code


class _NothingLeft(Exception):
    """All that was to be pushed was removed, mapped otherwise or held back before the call had its slot."""


@dataclass(frozen=True)
class _Pushed:
    """What one call pushed, and what became of it; *held* was left out of it."""

    sent: Mapping[int, Figure]
    held: AbstractSet[int]
    verdicts: Verdicts


class StockPusher:
    """Pushes the figures of one company's goods, as part of one run."""

    def __init__(self, run: JobRun, temu: StockChannel, guard: ZeroingGuard) -> None:
        self._run = run
        self._temu = temu
        self._guard = guard

    async def push(self, goods_id: str, products: Sequence[Product]) -> None:
        """Push the figures of these SKUs of one goods. Raises TemuUnavailable where nobody knows whether Temu took
        them: they stay in flight; PushedInPart; and what concerns all goods.

        What an answer leaves unconfirmed is pushed again at once, without what it resolved: another SKU of the call may
        be to blame. What even then is unconfirmed is passing trouble.
        """
        left = await self._without_held(products)
        busy: list[Product] = []
        words = ""
        while left:
            try:
                pushed = await self._push_once(goods_id, left)
            except RefusedTogether:
                await self._push_singly(goods_id, left)
                break
            for product in left:
                refusal = pushed.verdicts.refusals.get(product.id)
                if refusal is not None and refusal.passes:
                    busy.append(product)
                    words = words or refusal.message
            again = [product for product in left if product.id in pushed.verdicts.unconfirmed]
            if again and len(again) == len(pushed.sent):
                raise PushedInPart(UNCONFIRMED, [*busy, *again], code="UNCONFIRMED")
            left = again
        if busy:
            raise PushedInPart(words, busy)

    async def _without_held(self, products: Sequence[Product]) -> Sequence[Product]:
        """The products whose figures may leave; for those whose zeros are held back no call is worth its slot."""
        held = [product for product in products if self._guard.holds(product)]
        if outcomes := _known(self._guard.outcome(product) for product in held):
            async with self._run.step() as step:
                step.outcomes += outcomes
        return [product for product in products if product not in held]

    async def _push_once(self, goods_id: str, products: Sequence[Product]) -> _Pushed:
        sent: Mapping[int, Figure] = {}
        held: AbstractSet[int] = frozenset()

        async def targets() -> Mapping[str, int]:
            nonlocal sent, held
            async with self._run.transaction() as session:
                found = await figures.compute(session, self._run.company_id, products)
                held = await self._guard.held_of(session, found)
                sent = {number: figure for number, figure in found.items() if number not in held}
                if not sent:
                    raise _NothingLeft
                await _record_flight(session, self._run.company_id, sent, now=clock.now())
            return {p.website_product_variant_id or "": sent[p.id].quantity for p in products if p.id in sent}

        verdicts = Verdicts()
        try:
            answer = await self._call(goods_id, targets)
            verdicts = judge([product for product in products if product.id in sent], answer)
        except _NothingLeft:
            pass  # Each has its outcome below, and is still to be pushed.
        except RefusedTogether:
            raise  # Nobody knows which of them is to blame.
        except TemuRefused as error:
            # What came of faults of Temu's service says nothing about what it holds.
            is_unknown = error.temu_code == INTERNAL_FAULT
            whole = StockRefusal(f"TEMU_{error.temu_code}", error.message, is_unknown=is_unknown)
            verdicts = Verdicts({product.id: whole for product in products if product.id in sent})
        pushed = _Pushed(sent, held, verdicts)
        outcomes = _known(
            self._guard.outcome(product) if product.id in held else _outcome(product, pushed)
            for product in products
        )
        # Where nothing is resolved, trouble goes on counting towards giving up.
        async with self._run.step(is_progress=bool(outcomes)) as step:
            await _resolve(step, pushed, now=clock.now())
            step.outcomes += outcomes
        return pushed

    async def _call(
        self, goods_id: str, targets: Callable[[], Awaitable[Mapping[str, int]]]
    ) -> StockEditMessage:
        faults = FaultCount()
        while True:
            try:
                return await self._temu.set_stock(goods_id, targets)
            except UnforeseenZeros as zeros:
                await self._guard.judge(zeros.product_ids)
            except InternalFault as fault:
                # Pushed again, each time what is available by then.
                if refusal := faults.add(fault):
                    raise refusal from None

    async def _push_singly(self, goods_id: str, products: Sequence[Product]) -> None:
        for i, product in enumerate(products):
            try:
                await self.push(goods_id, [product])
            except TemuUnavailable as trouble:
                raise PushedInPart(trouble.message, products[i:]) from trouble


async def _record_flight(
    session: AsyncSession, company_id: int, sent: Mapping[int, Figure], *, now: datetime
) -> None:
    rows = [
        {"product_id": number, "company_id": company_id, "in_flight_quantity": figure.quantity,
         "in_flight_since": now}
        for number, figure in sent.items()
    ]  # fmt: skip
    await upsert(
        session, ChannelStock, rows, key=("product_id",), news=("in_flight_quantity", "in_flight_since")
    )
    # Until the answer is recorded there is something to push, whatever becomes of this run.
    marks = [
        {"product_id": number, "company_id": company_id, "version": figure.version, "changed_at": now}
        for number, figure in sent.items()
    ]
    await upsert(session, StockChange, marks)


async def _resolve(step: Step, pushed: _Pushed, *, now: datetime) -> None:
    """Record what became of each SKU, one statement for each verdict. What is unconfirmed stays in flight."""
    sent, verdicts = pushed.sent, pushed.verdicts
    open_ones = {*verdicts.refusals, *verdicts.unconfirmed}
    taken = [number for number in sent if number not in open_ones]
    accepted = [{"of_product": number, "at": now, "quantity": sent[number].quantity} for number in taken]
    refused, unknown = (
        [
            {"of_product": number, "at": now, "code": refusal.code, "words": refusal.message}
            for number, refusal in verdicts.refusals.items()
            if refusal.is_unknown is is_unknown
        ]
        for is_unknown in (False, True)
    )
    # Nothing more is to be pushed of these, unless something has changed since the figure was computed.
    for_good = [n for n, r in verdicts.refusals.items() if not (r.passes or r.is_unknown)]
    # In the order in which changes are marked, so that neither waits for the other.
    ended = [{"of_product": number, "up_to": sent[number].version} for number in sorted([*taken, *for_good])]
    await execute_for_each(step.session, _ACCEPTED, accepted)
    await execute_for_each(step.session, _REFUSED, refused)
    await execute_for_each(step.session, _UNKNOWN, unknown)
    await execute_for_each(step.session, _FORGET_CHANGE, ended)


def _outcome(product: Product, pushed: _Pushed) -> Outcome | None:
    """The outcome of a SKU; none yet where it is tried again."""
    refusal, figure = pushed.verdicts.refusals.get(product.id), pushed.sent.get(product.id)
    if refusal is not None:
        failed = Outcome.failed(product.sku, refusal.code, refusal.message)
        return None if refusal.passes else failed
    if product.id in pushed.verdicts.unconfirmed:
        return None
    if figure is None:
        message = "The product was removed or mapped otherwise at this moment."
        return Outcome.skipped(product.sku, "CHANGED", message)
    return Outcome.succeeded(product.sku, "UPDATED", f"Temu was told of {figure.quantity}.")


def _known(outcomes: Iterable[Outcome | None]) -> list[Outcome]:
    return [outcome for outcome in outcomes if outcome is not None]
