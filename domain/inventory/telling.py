"""
Telling Temu the figures of one goods: computed when the call has its turn, noted as on their way before it leaves, and
settled by its answer (I5, I6).
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain import clock
from domain.database import execute_for_each, put
from domain.inventory import figures
from domain.inventory.figures import Figure
from domain.models import ChannelStock, JobOutcomeStatus, Product, StockChange
from domain.queued_jobs.run import JobRun, Outcome, Step
from domain.temu.client import TemuClient
from domain.temu.errors import (
    INTERNAL_FAULT,
    InternalFault,
    TemuRefused,
    TemuUnavailable,
    is_passing,
    one_line,
)
from domain.temu.messages import StockEditMessage, StockEditRow

CHECKPOINT = {"stage": "goods"}

Targets = Callable[[], Awaitable[Mapping[str, int]]]

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
_REFUSED = _OF_PRODUCT.values(
    {
        **_LANDED,
        ChannelStock.refused_at: bindparam("at"),
        ChannelStock.refusal_code: bindparam("code"),
        ChannelStock.refusal: bindparam("words"),
    }
)
_TICK_OFF = delete(StockChange).where(
    StockChange.product_id == bindparam("of_product"), StockChange.version <= bindparam("up_to")
)


@dataclass(frozen=True)
class Refusal:
    """
    Why Temu doesn't take the figure of a SKU.

    *passes*: this job tries again. *is_unknown*: it doesn't, but Temu may hold either figure, so there is something to
    tell it still.
    """

    code: str
    message: str
    passes: bool = False
    is_unknown: bool = False


class ToldInPart(TemuUnavailable):
    """
    Temu is in passing trouble with *products*, and has answered for the other SKUs of the call.
    """

    def __init__(self, message: str, products: Sequence[Product]) -> None:
        super().__init__(message)
        self.products = products


class _NothingLeft(Exception):
    """
    All that was to be told was removed or mapped otherwise before the call had its turn.
    """


class Teller:
    """
    Tells the figures of one company's goods, as part of one run.
    """

    def __init__(self, run: JobRun, temu: TemuClient, *, company_id: int) -> None:
        self._run = run
        self._temu = temu
        self._company_id = company_id

    async def tell(self, goods_id: str, products: Sequence[Product]) -> None:
        """
        Tell the figures of these SKUs of one goods. Raises TemuUnavailable where nobody knows whether Temu took them:
        they stay noted as on their way; ToldInPart; and what concerns all goods.
        """
        sent: Mapping[int, Figure] = {}

        async def targets() -> Mapping[str, int]:
            nonlocal sent
            async with self._run.preparation() as session:
                sent = await figures.compute(session, self._company_id, products)
                if not sent:
                    raise _NothingLeft
                await _note_flight(session, self._company_id, sent, now=clock.now())
            return {p.website_product_variant_id or "": sent[p.id].quantity for p in products if p.id in sent}

        refusals: Mapping[int, Refusal] = {}
        whole: Refusal | None = None
        try:
            refusals = _refusals(products, await self._told(goods_id, targets))
        except _NothingLeft:
            pass  # Each is told of below, and is still to be told to Temu.
        except InternalFault as fault:
            whole = Refusal(f"TEMU_{INTERNAL_FAULT}", fault.as_refusal().message, is_unknown=True)
        except TemuRefused as error:
            whole = Refusal(f"TEMU_{error.temu_code}", error.message)
        if whole is not None:
            refusals = {product.id: whole for product in products if product.id in sent}
        async with self._run.step(checkpoint=self._run.checkpoint or CHECKPOINT) as step:
            await _settle(step, products, sent, refusals, now=clock.now())
        later = [product for product in products if product.id in refusals and refusals[product.id].passes]
        if later:
            raise ToldInPart(refusals[later[0].id].message, later)

    async def _told(self, goods_id: str, targets: Targets) -> StockEditMessage:
        """
        Temu's answer; where its service fails it is told again, each time what is available by then.
        """
        for _ in range(InternalFault.MOST_FAULTS - 1):
            with suppress(InternalFault):
                return await self._temu.set_stock(goods_id, targets)
        return await self._temu.set_stock(goods_id, targets)


async def _note_flight(
    session: AsyncSession, company_id: int, sent: Mapping[int, Figure], *, now: datetime
) -> None:
    rows = [
        {"product_id": number, "company_id": company_id, "in_flight_quantity": figure.quantity,
         "in_flight_since": now}
        for number, figure in sent.items()
    ]  # fmt: skip
    await put(
        session, ChannelStock, rows, key=("product_id",), news=("in_flight_quantity", "in_flight_since")
    )
    # Until the answer is noted there is something to tell, whatever becomes of this run.
    marks = [
        {"product_id": number, "company_id": company_id, "version": figure.version, "changed_at": now}
        for number, figure in sent.items()
    ]
    await put(session, StockChange, marks)


def _refusals(products: Sequence[Product], answer: StockEditMessage) -> Mapping[int, Refusal]:
    rows = {str(row.sku_id): row for row in answer.sku_stock_edit_status_info_list or []}
    found: dict[int, Refusal] = {}
    for product in products:
        row = rows.get(product.website_product_variant_id or "")
        is_done = answer.operate_result is not False if row is None else row.stock_edit_status is not False
        if not is_done:
            found[product.id] = _refusal(row, answer)
    return found


def _refusal(row: StockEditRow | None, answer: StockEditMessage) -> Refusal:
    code = (row.error_code if row is not None else None) or 0
    words = (row.error_msg if row is not None else None) or answer.msg
    message = (
        f"Temu doesn't take the stock of this SKU ({code}): {one_line(words)} "
        "Check its listing in the seller centre, and its mapping here."
    )
    return Refusal(f"TEMU_{code}", message, passes=is_passing(code))


async def _settle(
    step: Step,
    products: Sequence[Product],
    sent: Mapping[int, Figure],
    refusals: Mapping[int, Refusal],
    *,
    now: datetime,
) -> None:
    """
    Note what became of each SKU: all that were taken by one statement, all that were refused by another.
    """
    taken = [product.id for product in products if product.id in sent and product.id not in refusals]
    accepted = [{"of_product": number, "at": now, "quantity": sent[number].quantity} for number in taken]
    refused = [
        {"of_product": number, "at": now, "code": refusal.code, "words": refusal.message}
        for number, refusal in refusals.items()
    ]
    # Nothing more is to be told of these, unless something has changed since the figure was computed.
    for_good = [
        number
        for number, refusal in refusals.items()
        if number in sent and not refusal.passes and not refusal.is_unknown
    ]
    # In the order in which changes are marked, so that neither waits for the other.
    ended = [{"of_product": number, "up_to": sent[number].version} for number in sorted([*taken, *for_good])]
    await execute_for_each(step.session, _ACCEPTED, accepted)
    await execute_for_each(step.session, _REFUSED, refused)
    await execute_for_each(step.session, _TICK_OFF, ended)
    outcomes = (_outcome(p, sent.get(p.id), refusals.get(p.id)) for p in products)
    step.outcomes += [outcome for outcome in outcomes if outcome is not None]


def _outcome(product: Product, figure: Figure | None, refusal: Refusal | None) -> Outcome | None:
    """
    What to tell of a SKU; nothing yet where it will be tried again.
    """
    if refusal is not None:
        failed = Outcome(product.sku, JobOutcomeStatus.FAILED, refusal.code, refusal.message)
        return None if refusal.passes else failed
    if figure is None:
        message = "The product was removed or mapped otherwise at this moment."
        return Outcome(product.sku, JobOutcomeStatus.SKIPPED, "CHANGED", message)
    message = f"Temu was told of {figure.quantity}."
    return Outcome(product.sku, JobOutcomeStatus.SUCCEEDED, "UPDATED", message)
