"""Asking Temu for other prices of one goods' SKUs: looked at once more before it leaves, sent once, followed to its end (T6, J2).

The subject of an action is the goods id, so there is one at a time for each goods; what is wanted meanwhile goes out after it.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

import msgspec
from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.access.principal import WORKER
from domain.channel_actions.kinds import Ended, Found, NotDone, Sent, Withdrawn, Working
from domain.models import ChannelAction, Company, JobTrigger, PriceState, Product, ProductPrice
from domain.prices import reviews, rules
from domain.prices.reviews import Asked, Verdict
from domain.queued_jobs import requests
from domain.queued_jobs.arguments import UploadPrices
from domain.temu import prices
from domain.temu.client import TemuClient
from domain.temu.errors import TemuRefused, one_line

# What to do about Temu's refusals of a whole call [A: the table of the interface].
_ADVICE = {
    150_010_188: "Check the product's Website Product ID.",
    150_010_189: "Check the product's Website Product Variant ID.",
    150_010_192: "Sizes and colours of clothes have one price and one reason: give all of them the same.",
    150_010_233: "It takes part in an activity, or did lately: wait for its end, or leave the activity in the seller centre.",
    150_011_101: "The change is a large one. If it is right, ask for it again within some minutes, which confirms it.",
    150_011_103: "Confirm the price that was imported in the seller centre first.",
    150_019_004: "See in the seller centre which price Temu recommends.",
}
_OPEN = "Another price of this SKU waits at Temu. Answer it in the seller centre, or wait for its end, and ask again."
_OPEN_STATES = (PriceState.PENDING, PriceState.UNDER_REVIEW, PriceState.COUNTERED)


class ChangePrices:
    """A change of prices of one goods."""

    async def prepare(
        self, session: AsyncSession, action: ChannelAction, *, now: datetime
    ) -> NotDone | Withdrawn | None:
        """Leave out what is wanted no more, is mapped otherwise, or is below the floor as it is now."""
        company = await session.get_one(Company, action.company_id)
        change = reviews.change_of(action)
        rows = await _locked(session, action, change.prices, Product.archived_at.is_(None))
        left: list[Asked] = []
        for asked in change.prices:
            row = rows.get(asked.product_id)
            if (
                row is None
                or row.state is not PriceState.PENDING
                or row.requested_at is None
                or not _is_wanted(row, asked)
            ):
                continue
            refusal = rules.why_not(row, requires_minimum=company.require_minimum_price)
            if refusal is not None:
                rules.refuse(row, *refusal, now=now)
            else:
                left.append(asked)
        if len(left) < len(change.prices):
            action.parameters = msgspec.to_builtins(msgspec.structs.replace(change, prices=left))
        if left:
            return None
        await _request_rest(session, action, now=now)
        return Withdrawn()

    async def send(self, temu: TemuClient, action: ChannelAction) -> Sent:
        """Ask for them."""
        wanted = reviews.change_of(action).prices
        try:
            answer = await prices.change(
                temu, action.subject, [(asked.sku, asked.price, asked.reason) for asked in wanted]
            )
        except TemuRefused as error:
            advice = _ADVICE.get(error.temu_code)
            return NotDone(f"TEMU_{error.temu_code}", error.message + (f" {advice}" if advice else ""))
        verdicts = {
            asked.sku: Verdict(PriceState.UNDER_REVIEW)
            if asked.sku in answer.taken
            # What it tells nothing of was not taken [C].
            else Verdict(PriceState.REFUSED, None, "TEMU_REFUSED", _refusal(answer.failed.get(asked.sku)))
            for asked in wanted
        }
        return reviews.conclude(verdicts)

    async def look_up(self, temu: TemuClient, action: ChannelAction) -> Found:
        """Where the goods' price orders stand."""
        return reviews.follow(action, await prices.orders(temu, [action.subject], check=_go_on))

    async def record(
        self, session: AsyncSession, action: ChannelAction, answer: Ended | Working, *, now: datetime
    ) -> None:
        """Store where each price stands; at the end, have what was wanted meanwhile go out."""
        asked_for = reviews.change_of(action).prices
        verdicts = reviews.verdicts_of(answer.result)
        rows = await _locked(session, action, asked_for)
        for asked in asked_for:
            row = rows.get(asked.product_id)
            if row is None:
                continue
            verdict = verdicts.get(asked.sku)
            if verdict is None and isinstance(answer, NotDone):
                verdict = Verdict(PriceState.REFUSED, None, answer.code, answer.message)
            _store(row, asked, verdict, now=now)
        if not isinstance(answer, Working):
            await session.flush()
            await _request_rest(session, action, now=now)


def _store(row: ProductPrice, asked: Asked, verdict: Verdict | None, *, now: datetime) -> None:
    """Where one price stands. Of another one that is wanted by now it says nothing, but what the channel asks."""
    is_wanted = _is_wanted(row, asked) and row.state in _OPEN_STATES
    if verdict is not None and verdict.state is PriceState.ACCEPTED:
        row.channel_amount, row.channel_currency_code = (
            Decimal(verdict.amount or asked.amount),
            asked.currency_code,
        )
        row.channel_read_at = now
    if not is_wanted:
        return
    row.requested_at = None
    if verdict is None:
        # A person has said that Temu was told, and nobody knows what it makes of it.
        return
    if verdict.state is PriceState.REFUSED:
        rules.refuse(row, verdict.code or "REFUSED", verdict.message or "", now=now)
    elif verdict.state is PriceState.ACCEPTED and row.channel_amount != row.amount:
        message = f"Another price was agreed to in the seller centre: {row.channel_amount:f}. Ask for one of the two with updatePrices."
        rules.refuse(row, "OTHER_PRICE_AGREED", message, now=now)
    else:
        rules.forget_answer(row, verdict.state)
        if verdict.state is PriceState.COUNTERED and verdict.amount is not None:
            row.proposed_amount = Decimal(verdict.amount)


def _is_wanted(row: ProductPrice, asked: Asked) -> bool:
    return row.amount == Decimal(asked.amount) and row.currency_code == asked.currency_code


async def _locked(
    session: AsyncSession, action: ChannelAction, asked_for: list[Asked], *conditions: ColumnElement[bool]
) -> Mapping[int, ProductPrice]:
    """The prices of products that are still mapped to what was asked for, locked in the order in which all lock them."""
    of_product = {asked.product_id: asked.sku for asked in asked_for}
    statement = select(ProductPrice, Product.website_product_variant_id).join(
        Product, Product.id == ProductPrice.product_id
    )
    statement = statement.where(
        ProductPrice.product_id.in_(of_product), Product.website_product_id == action.subject, *conditions
    )
    locked = statement.order_by(ProductPrice.product_id).with_for_update(of=ProductPrice)
    rows = await session.execute(locked.execution_options(populate_existing=True))
    return {row.product_id: row for row, variant in rows if variant == of_product[row.product_id]}


async def _request_rest(session: AsyncSession, action: ChannelAction, *, now: datetime) -> None:
    """Have prices of the same goods go out that were asked for while the action was open."""
    is_mapped = Product.id == ProductPrice.product_id, Product.website_product_id == action.subject
    waits = select(ProductPrice.product_id).where(
        ProductPrice.company_id == action.company_id,
        ProductPrice.requested_at.is_not(None),
        exists().where(*is_mapped),
    )
    if await session.scalar(waits.limit(1)) is not None:
        trigger = JobTrigger.EVENT
        await requests.request(
            session, UploadPrices(), action.company_id, by=WORKER, trigger=trigger, now=now
        )


def _refusal(words: str | None) -> str:
    return f"Temu did not take it: {one_line(words).removesuffix('.')}. {_OPEN if 'price order' in (words or '').lower() else ''}".strip()


async def _go_on() -> None:
    """Nothing stops the reading of the few pages that one goods has."""
