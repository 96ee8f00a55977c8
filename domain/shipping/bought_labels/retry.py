"""Labels that failed, tried again: by other measures, from another warehouse or with another service. Temu does it once for each, and
only while it has failed, so nothing is paid twice [A] (120018002, 120018017).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from domain.access import rows
from domain.access.principal import Principal
from domain.channel_actions import requests
from domain.channel_actions.kinds import Absent, Done, Ended, Found, NotDone, Sent, Unknown, Working
from domain.errors import Conflict
from domain.inventory.mutation_transaction import run_in_transaction
from domain.models import (
    ChannelAction,
    ChannelActionKind,
    ShippingLabel,
    ShippingLabelLine,
    ShippingLabelStatus,
)
from domain.resources import Resources
from domain.shipping.bought_labels import outcomes, queries
from domain.shipping.bought_labels.contents import ParcelInput, pack
from domain.shipping.bought_labels.purchase import current_offer, refused, told, unless_shippable
from domain.shipping.bought_labels.purchase_requests import Purchase, check, parcel_parameters, take_over
from domain.shipping.bought_labels.rates import LabelAddresses, addresses
from domain.shipping.packages import LineInput
from domain.temu import labels
from domain.temu.client import TemuClient
from domain.temu.errors import PermissionMissing, TemuRefused

_FIELD = ("labelId",)


async def retry(
    resources: Resources, *, by: Principal, label_id: int, purchase: Purchase, now: datetime
) -> int:
    """Have a label that failed made after all; returns its id. What *purchase* says of orders and lines is the label's. Raises
    NotFound, Invalid, NotConfigured, TemuUnavailable, and Conflict where it has not failed, or was tried again before.
    """
    check(purchase, field=())
    async with resources.database.read() as session:
        _, lines = await _failed(session, by, label_id)
        wanted = _of_label(purchase, lines)
        _, [contents] = await pack(session, [wanted.parcel], by=by, for_update=False, fields=[()])
    places = await addresses(resources, contents, {wanted.parcel.warehouse_id: ("warehouseId",)})
    return await run_in_transaction(
        resources.database, _request, by=by, label_id=label_id, purchase=purchase, places=places, now=now
    )


async def _request(
    session: AsyncSession,
    *,
    by: Principal,
    label_id: int,
    purchase: Purchase,
    places: LabelAddresses,
    now: datetime,
) -> int:
    label, lines = await _failed(session, by, label_id, for_update=True)
    wanted = _of_label(purchase, lines)
    _, [contents] = await pack(session, [wanted.parcel], by=by, for_update=True, fields=[()])
    if contents.is_paid_at_the_door:
        message = "The label of an order paid on delivery can't be tried again (120018062). Buy another with buyShippingLabels."
        raise Conflict(message, field=_FIELD)
    take_over(label, wanted, places)
    action = await requests.request(
        session,
        ChannelActionKind.RETRY_SHIPPING_LABEL,
        by=by,
        company_id=label.company_id,
        subject=label.package_number or "",
        parameters={"parcel": parcel_parameters(wanted, contents, places)},
        order_id=contents.orders[0].id,
        is_once=False,
        now=now,
        field=_FIELD,
    )
    label.action_id = action.id
    return label.id


async def _failed(
    session: AsyncSession, by: Principal, label_id: int, *, for_update: bool = False
) -> tuple[ShippingLabel, Sequence[ShippingLabelLine]]:
    label = await rows.get(session, ShippingLabel, label_id, by=by, for_update=for_update)
    if label.status is not ShippingLabelStatus.FAILED:
        raise Conflict("Only a label that FAILED can be tried again.", field=_FIELD)
    if label.package_number is None:
        message = "Temu never had the order for this label. Buy one with buyShippingLabels."
        raise Conflict(message, field=_FIELD)
    if label.retried_at is not None:
        message = "Temu tries a label again once only (120018017). Buy another with buyShippingLabels."
        raise Conflict(message, field=_FIELD)
    return label, await queries.lines(session, label.id)


def _of_label(purchase: Purchase, lines: Sequence[ShippingLabelLine]) -> Purchase:
    """What is asked for, of the pieces that the label is for: they can't be others (120018004) [A]."""
    order_ids = list(dict.fromkeys(line.order_id for line in lines))
    pieces = [LineInput(line.order_item_id, line.quantity) for line in lines] if len(order_ids) == 1 else None
    parcel: ParcelInput = replace(purchase.parcel, order_ids=order_ids, lines=pieces)
    return replace(purchase, parcel=parcel)


class RetryShippingLabel:
    """A label that failed; its subject is the package's number."""

    async def prepare(self, session: AsyncSession, action: ChannelAction, *, now: datetime) -> NotDone | None:
        """Not for an order that was held back or cancelled since."""
        return await unless_shippable(session, action, now=now)

    async def send(self, temu: TemuClient, action: ChannelAction) -> Sent:
        """Have it made, unless it became too dear."""
        parcel = action.parameters["parcel"]
        offer = await current_offer(temu, parcel)
        if isinstance(offer, NotDone):
            return offer
        try:
            await labels.retry(temu, package_number=action.subject, parcel=told(parcel, offer))
        except TemuRefused as error:
            if error.temu_code == labels.NOT_FAILED:
                # It is being made, or is made: by this call before, or in the seller centre. Where that can't be asked now it is later.
                try:
                    found = await self.look_up(temu, action)
                except (TemuRefused, PermissionMissing):
                    return Unknown()
                return Unknown() if isinstance(found, Absent) else found
            return refused(error)
        return Working(action.subject)

    async def look_up(self, temu: TemuClient, action: ChannelAction) -> Found:
        """Where it stands. While its answer is lost, that it has failed may be the failure of before: to send it again is no harm,
        as Temu takes it only then, and once.
        """
        found = await labels.results(temu, [action.subject])
        row = found.get(action.subject)
        if row is None:
            return Unknown()
        if row.shipping_label_status == labels.FAILED and action.in_doubt_since is not None:
            return Absent()
        return outcomes.judge([row], [labels.contents(row.order_send_info_list)], [action.subject])

    async def record(
        self, session: AsyncSession, action: ChannelAction, answer: Ended | Working, *, now: datetime
    ) -> None:
        """What became of it."""
        for row in await outcomes.of_action(session, action.id):
            if isinstance(answer, Working):
                await outcomes.store_numbers(session, [row], [])
                row.retried_at = now
                continue
            standings = outcomes.standings(answer)
            was_taken = bool(standings) or (
                isinstance(answer, NotDone) and answer.code == f"TEMU_{labels.RETRIED_BEFORE}"
            )
            row.retried_at = now if was_taken and row.retried_at is None else row.retried_at
            if standings:
                await outcomes.store_standing(session, row, standings[0], since=action.sent_at, now=now)
            elif isinstance(answer, Done):
                outcomes.bought(row, since=action.sent_at, now=now)
            else:
                row.status = ShippingLabelStatus.FAILED
                row.failure_code, row.failure = answer.code, answer.message
