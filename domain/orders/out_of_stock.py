"""Items that the seller can't send for want of stock: Temu is told, reviews it, and cancels what it approves (O15, O20).

The order is held back from when a person says so until Temu has refused it, or an import shows what was cancelled; so nothing of
it is sent meanwhile. Its stock stays reserved until then.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import product

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain import clock
from domain.access import rows
from domain.access.principal import Principal
from domain.channel_actions import requests
from domain.channel_actions.kinds import Absent, Done, Ended, Found, NotDone, Sent, Working
from domain.errors import Conflict, NotFound, Required
from domain.models import (
    ChannelAction,
    ChannelActionKind,
    FulfilledBy,
    Order,
    OrderItem,
    OrderStatus,
    ShippingStatus,
    TrackingUpload,
)
from domain.orders import holds, queries
from domain.orders.importing.parse import Unreadable, read
from domain.orders.notes import Note, add_notes
from domain.queued_jobs.requests import request_import_of
from domain.temu import cancelling
from domain.temu.client import TemuClient

_FIELD = ("orderId",)
_ITEMS = "orderItemIds"
# applyStatus is explained nowhere: read as the status of the list of appeals beside it is [C]. What it is taken for only says
# how long Temu is asked; what was cancelled an import of the order tells.
_APPROVED = 2
_REFUSED = {3: "Temu has rejected it.", 4: "It could not be applied for.", 5: "It was taken back."}
# How long what Temu has approved may take to show, and its review.
_SHOWN_WITHIN = timedelta(hours=48)
_REVIEWED_WITHIN = timedelta(days=14)
_AGAIN_AFTER = timedelta(minutes=10)


async def report(
    session: AsyncSession, *, by: Principal, order_id: int, item_ids: Sequence[int] | None, now: datetime
) -> ChannelAction:
    """Have Temu told that items of an order, each whole, can't be sent; without *item_ids* all that is left of it. The order is
    held back from now on.

    Raises NotFound, NotConfigured, Required, and Conflict where nothing of that is to be shipped, or it was packed.
    """
    order = await rows.get(session, Order, order_id, by=by, for_update=True)
    await _refuse_unfit(session, order, now=now)
    items = _chosen(await queries.items(session, [order.id]), item_ids)
    numbers = [item.channel_order_item_id for item in items]
    action = await requests.request(
        session,
        ChannelActionKind.REPORT_OUT_OF_STOCK,
        by=by,
        company_id=order.company_id,
        subject=order.channel_order_id,
        parameters={"itemNumbers": numbers},
        order_id=order.id,
        # Another item of the same order may run out too, and what was rejected may be reported again.
        is_once=False,
        now=now,
        field=_FIELD,
    )
    order.out_of_stock_items = list(dict.fromkeys([*order.out_of_stock_items, *numbers]))
    body = f"Temu is told that there is no stock of {', '.join(numbers)}. The order is held until Temu has decided."
    await add_notes(session, [(order, Note(f"out-of-stock:{action.id}", body))], now=now)
    await holds.apply(session, order.company_id, [order], now=now)
    return action


async def _refuse_unfit(session: AsyncSession, order: Order, *, now: datetime) -> None:
    if order.fulfilled_by is not FulfilledBy.SELLER:
        message = "Temu or a warehouse service of its ships this order; its stock is none of the seller's."
        raise Conflict(message, field=_FIELD)
    if OrderStatus.PENDING in {order.status, order.status_after_hold}:
        raise Conflict("Temu has not released this order yet. Report it then.", field=_FIELD)
    is_open = order.status in {OrderStatus.IN_PROCESS, OrderStatus.ON_HOLD}
    if not is_open or order.shipping_status is ShippingStatus.FULLY_SHIPPED:
        raise Conflict("Nothing of this order is left to be shipped.", field=_FIELD)
    waiting = await holds.open_requests(session, order.company_id, [order.channel_order_id])
    if not all(holds.is_declined(order, request, now=now) for request in waiting):
        message = "The buyer has asked to cancel this order: acceptCancellation is what you want."
        raise Conflict(message, field=_FIELD)
    doubted = select(TrackingUpload.in_doubt_since).where(TrackingUpload.order_id == order.id)
    if await session.scalar(doubted) is not None:
        message = (
            "Temu is being told of packages of this order. Try again when the UPLOAD_TRACKING job has ended."
        )
        raise Conflict(message, field=_FIELD)


def _chosen(items: Sequence[OrderItem], item_ids: Sequence[int] | None) -> Sequence[OrderItem]:
    by_id = {item.id: item for item in items}
    if item_ids is None:
        found = [item for item in items if _refusal(item) is None]
        if not found:
            raise Conflict("Of no item of this order everything is left to be shipped.", field=_FIELD)
        return found
    if not item_ids:
        raise Required("Name at least one item, or leave orderItemIds out.", field=(_ITEMS,))
    for place, item_id in enumerate(item_ids):
        if item_id not in by_id:
            raise NotFound("There is no order item with this orderItemId.", field=(_ITEMS, str(place)))
        refusal = _refusal(by_id[item_id])
        if refusal is not None:
            raise Conflict(refusal, field=(_ITEMS, str(place)))
    return [by_id[item_id] for item_id in sorted(set(item_ids))]


def _refusal(item: OrderItem) -> str | None:
    """Why an item can't be reported; Temu cancels a line whole."""
    number = item.channel_order_item_id
    if item.fulfilled_by is not FulfilledBy.SELLER:
        return f"{number} is shipped by Temu or a warehouse service of its."
    if item.shipped_quantity:
        return f"Pieces of {number} are packed here. Take their package back with voidPackage first."
    if item.cancelled_quantity >= item.quantity:
        return f"{number} is cancelled already."
    return None


async def go_on(session: AsyncSession, action: ChannelAction, *, now: datetime) -> None:
    """Nothing will be cancelled: the order is held back for it no longer."""
    if action.order_id is None:
        return
    order = await session.get_one(Order, action.order_id, with_for_update={"key_share": True})
    reported = set(action.parameters["itemNumbers"])
    order.out_of_stock_items = [number for number in order.out_of_stock_items if number not in reported]
    await holds.apply(session, order.company_id, [order], now=now)


class ReportOutOfStock:
    """Reporting missing stock; its subject is the order's number. It is done when Temu's own order shows what was cancelled."""

    async def send(self, temu: TemuClient, action: ChannelAction) -> Sent:
        """Report it."""
        numbers = action.parameters["itemNumbers"]
        refused = await cancelling.report_out_of_stock(
            temu, order_number=action.subject, item_numbers=numbers
        )
        if refused is not None:
            return NotDone("NOT_TAKEN", f"Temu did not take the report of missing stock. {refused}")
        return Working()

    async def look_up(self, temu: TemuClient, action: ChannelAction) -> Found:
        """How Temu's review of it is going, and once it is approved, whether the order shows it."""
        numbers = action.parameters["itemNumbers"]
        if await self._is_cancelled(temu, action):
            return Done()
        reviews = await cancelling.out_of_stock_reviews(
            temu, order_number=action.subject, item_numbers=numbers
        )
        told = {reviews[number] for number in numbers if number in reviews}
        if not told and action.in_doubt_since is not None:
            return Absent()
        refused = [status for status in told if status in _REFUSED]
        if refused and told <= {_APPROVED, *_REFUSED}:
            return NotDone(
                "REJECTED",
                f"{_REFUSED[refused[0]]} The order is to be sent, or look it up in the seller centre.",
            )
        since = clock.now() - (action.sent_at or action.created_at)
        if since > (_SHOWN_WITHIN if told <= {_APPROVED} else _REVIEWED_WITHIN):
            message = "Temu took it, and shows neither a decision nor anything cancelled. Look it up in the seller centre."
            return NotDone("NOT_SHOWN", message)
        return Working(again_after=_AGAIN_AFTER)

    async def record(
        self, session: AsyncSession, action: ChannelAction, answer: Ended | Working, *, now: datetime
    ) -> None:
        """Let the order go on where nothing will be cancelled; else an import shows what was, and lets the rest go on."""
        if isinstance(answer, Working):
            return
        if isinstance(answer, NotDone):
            await go_on(session, action, now=now)
        await request_import_of(session, company_id=action.company_id, order_number=action.subject, now=now)

    async def _is_cancelled(self, temu: TemuClient, action: ChannelAction) -> bool:
        """Whether Temu's own order shows all that was reported as cancelled."""
        page = await temu.orders_by_number([action.subject])
        # Of which kind the mall is says what lines are of, which is no matter here.
        for row, is_semi_managed in product(page.rows, (False, True)):
            with suppress(Unreadable):
                order = read(row, is_semi_managed=is_semi_managed)
                left = {item.number for item in order.items if not item.is_cancelled}
                return order.is_cancelled or left.isdisjoint(action.parameters["itemNumbers"])
        return False
