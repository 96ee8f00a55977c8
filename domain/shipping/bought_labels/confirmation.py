"""Telling the channel that parcels with bought labels have left: at the hand-over, or by the clock before it says so by itself.

Saying it twice changes nothing at Temu, which answers that the package is shipped [A: 120012004]; so one of which nothing is known is
told again, and what Temu has then is what is recorded.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain import text
from domain.access import rows
from domain.access.principal import Principal
from domain.channel_actions import requests
from domain.channel_actions.kinds import Absent, Done, Ended, Found, NotDone, Sent, Working
from domain.errors import Conflict, LimitExceeded, NotFound, Refused, Required
from domain.inventory import warehouses
from domain.models import (
    ChannelAction,
    ChannelActionKind,
    HoldReason,
    JobTrigger,
    Order,
    OrderItem,
    OrderStatus,
    ShippingLabel,
    ShippingLabelLine,
    ShippingLabelStatus,
)
from domain.orders.notes import Note, add_notes
from domain.queued_jobs.requests import request_import_of
from domain.shipping.bought_labels.handover import Pieces, hand_over, lines_of
from domain.temu import label_shipping
from domain.temu.client import TemuClient
from domain.temu.errors import ALREADY_SHIPPED, PermissionMissing, TemuRefused
from domain.temu.wording import tellable

AT_MOST = 100
# The package was cancelled, or nothing of it can be shipped [A].
_CANCELLED = frozenset({120_018_010, 120_018_015, 120_012_012})
_CANCELLED_CODE = "LABEL_CANCELLED"
_NOT_BOUGHT = {
    ShippingLabelStatus.REQUESTED: "This label is not made yet.",
    ShippingLabelStatus.WORKING: "This label is not made yet.",
    ShippingLabelStatus.FAILED: "This label was not made, so no parcel can have it.",
    ShippingLabelStatus.CANCELLED: "This label is cancelled. Don't hand its parcel over; ship the order anew.",
    ShippingLabelStatus.CONFIRMED: "Temu has the parcel of this label as shipped already.",
}


async def confirm(
    session: AsyncSession,
    *,
    by: Principal,
    label_ids: Sequence[int],
    warehouse_id: int | None,
    now: datetime,
    trigger: JobTrigger = JobTrigger.MANUAL,
) -> Sequence[ChannelAction]:
    """Have Temu told that the parcels of labels have left, all or none. *warehouse_id*: where those leave from of which that is not
    known. Raises NotFound, Required, LimitExceeded, NotConfigured, and Conflict for a label that is not BOUGHT, or whose order is
    cancelled or held back.
    """
    if not label_ids:
        raise Required("Name at least one label.", field=("labelIds",))
    if len(label_ids) > AT_MOST:
        raise LimitExceeded(f"At most {AT_MOST} labels a call.", field=("labelIds",))
    if warehouse_id is not None and not await warehouses.in_use(session, [warehouse_id]):
        raise NotFound("There is no warehouse with this warehouseId.", field=("warehouseId",))
    place = {label_id: i for i, label_id in reversed(list(enumerate(label_ids)))}
    found: dict[int, ChannelAction] = {}
    # In one order, so that two who name the same labels wait for each other.
    for label_id in sorted(place):
        try:
            found[label_id] = await _confirm(session, by, label_id, warehouse_id, now=now, trigger=trigger)
        except Refused as error:
            if error.field in {None, ("labelId",)}:
                error.field = ("labelIds", str(place[label_id]))
            raise
    return [found[label_id] for label_id in place]


async def _confirm(
    session: AsyncSession,
    by: Principal,
    label_id: int,
    warehouse_id: int | None,
    *,
    now: datetime,
    trigger: JobTrigger,
) -> ChannelAction:
    label = await rows.get(session, ShippingLabel, label_id, by=by, for_update=True)
    if label.status is not ShippingLabelStatus.BOUGHT:
        raise Conflict(_NOT_BOUGHT[label.status])
    if label.package_number is None:
        raise Conflict("Temu's number of this parcel is not known yet. Run importOrders, and try again.")
    label.warehouse_id = label.warehouse_id or warehouse_id
    if label.warehouse_id is None:
        message = "It is not known which of your warehouses this parcel leaves from, whose stock it takes. Name it by warehouseId."
        raise Required(message, field=("warehouseId",))
    lines = await lines_of(session, [label.id])
    found = [await session.get_one(Order, each) for each in sorted({line.order_id for line in lines})]
    if found and all(order.status is OrderStatus.CANCELLED for order in found):
        raise Conflict(_NOT_BOUGHT[ShippingLabelStatus.CANCELLED])
    for order in found:
        _refuse_held(order)
    pieces = await _bought_for(session, lines)
    return await requests.request(
        session,
        ChannelActionKind.CONFIRM_SHIPPING_LABEL,
        by=by,
        company_id=label.company_id,
        subject=label.package_number,
        parameters={
            "trackingNumber": label.tracking_number,
            "pieces": [[*at, quantity] for at, quantity in pieces.items()],
        },
        order_id=found[0].id if found else None,
        now=now,
        trigger=trigger,
    )


def _refuse_held(order: Order) -> None:
    """What the channel would refuse: a buyer waits for an answer [A: 120018025]. Where it was handed over all the same, the channel
    says so by itself.
    """
    if order.status is OrderStatus.ON_HOLD:
        because = order.held_because if HoldReason.MANUAL.value in order.hold_reasons else None
        words = f": {because}" if because else ""
        message = f"Order {order.channel_order_id} is held back{words}. Answer that first; don't hand the parcel over."
        raise Conflict(message)


async def _bought_for(session: AsyncSession, lines: Sequence[ShippingLabelLine]) -> Pieces:
    numbers = select(OrderItem.id, OrderItem.channel_order_item_id, Order.channel_order_id).join(
        Order, Order.id == OrderItem.order_id
    )
    of_lines = numbers.where(OrderItem.id.in_([line.order_item_id for line in lines]))
    by_item = {item_id: (order, item) for item_id, item, order in await session.execute(of_lines)}
    return {by_item[line.order_item_id]: line.quantity for line in lines}


class ConfirmShippingLabel:
    """Saying that a parcel left; its subject is the package's number."""

    async def send(self, temu: TemuClient, action: ChannelAction) -> Sent:
        """Say it, with what of the package Temu has as shippable."""
        pieces, tracking = _pieces(action), action.parameters["trackingNumber"]
        package = await _waiting_package(temu, action)
        if package is not None:
            pieces, tracking = package.pieces(), tracking or text.shown(package.tracking_number)
            if not pieces:
                return NotDone(_CANCELLED_CODE, "All that this label was bought for was cancelled.")
        try:
            warnings = await label_shipping.confirm(
                temu,
                package_number=action.subject,
                tracking_number=tracking or "",
                pieces=pieces,
            )
        except TemuRefused as error:
            if error.temu_code in _CANCELLED:
                return NotDone(_CANCELLED_CODE, error.message)
            if error.temu_code != ALREADY_SHIPPED:
                raise
            return await _done(temu, action) or NotDone(
                f"TEMU_{ALREADY_SHIPPED}",
                "Temu has the order as shipped, and not with this label. Look it up in the seller centre.",
            )
        if warnings:
            sent = (action.subject, tracking or "")
            words = " ".join(tellable(each, sent=sent) for each in warnings)
            return await _done(temu, action) or NotDone("NOT_CONFIRMED", words)
        return _with(pieces)

    async def look_up(self, temu: TemuClient, action: ChannelAction) -> Found:
        """Whether Temu has the package as shipped. Where it hasn't, it may be told again, whatever it says then."""
        return await _done(temu, action) or Absent()

    async def record(
        self, session: AsyncSession, action: ChannelAction, answer: Ended | Working, *, now: datetime
    ) -> None:
        """Record the packages, or that the label is cancelled and the order to be looked at."""
        label = await session.scalar(
            select(ShippingLabel)
            .where(
                ShippingLabel.company_id == action.company_id, ShippingLabel.package_number == action.subject
            )
            .with_for_update(key_share=True)
        )
        if label is None:
            return
        if isinstance(answer, Done):
            told = None if answer.result is None else answer.result["pieces"]
            await hand_over(session, label, None if told is None else _of(told), now=now)
        elif isinstance(answer, NotDone) and answer.code == _CANCELLED_CODE:
            await cancel_label(session, label, now=now)


async def cancel_label(session: AsyncSession, label: ShippingLabel, *, now: datetime) -> None:
    """What it was bought for was cancelled before its parcel left: nothing of it is shipped, and the orders are brought in anew."""
    if label.status is not ShippingLabelStatus.BOUGHT:
        return
    label.status = ShippingLabelStatus.CANCELLED
    lines = await lines_of(session, [label.id])
    found = [await session.get_one(Order, each) for each in sorted({line.order_id for line in lines})]
    body = f"The label {label.tracking_number} was bought for this order and is cancelled. Don't hand its parcel over."
    await add_notes(session, [(order, Note(f"label-cancelled:{label.id}", body)) for order in found], now=now)
    for order in found:
        await request_import_of(
            session, company_id=label.company_id, order_number=order.channel_order_id, now=now
        )


async def _waiting_package(temu: TemuClient, action: ChannelAction) -> label_shipping.UnshippedPackage | None:
    """The package as Temu lists it; None where it doesn't, or may not be asked."""
    numbers = sorted({parent for parent, _ in _pieces(action)})
    try:
        page = await label_shipping.unshipped(temu, page=1, order_numbers=numbers)
    except (PermissionMissing, TemuRefused):
        return None
    return next((row for row in page.rows if str(row.package_sn) == action.subject), None)


async def _done(temu: TemuClient, action: ChannelAction) -> Done | None:
    """That Temu has the package as shipped, with what of it; None where it hasn't."""
    shipped: dict[tuple[str, str], int] = {}
    for (parent, order), bought in _pieces(action).items():
        for row in await temu.shipments(parent, order):
            if str(row.package_sn) == action.subject:
                shipped[parent, order] = bought if row.quantity is None else row.quantity
    return _with(shipped) if shipped else None


def _with(pieces: Pieces) -> Done:
    return Done(result={"pieces": [[*at, quantity] for at, quantity in pieces.items()]})


def _pieces(action: ChannelAction) -> Pieces:
    return _of(action.parameters["pieces"])


def _of(rows: Sequence[Sequence[object]]) -> Mapping[tuple[str, str], int]:
    return {(str(parent), str(order)): int(str(quantity)) for parent, order, quantity in rows}
