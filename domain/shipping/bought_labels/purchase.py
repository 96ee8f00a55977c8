"""Buying labels: the price asked once more, one order to Temu, and its end followed; where the answer is lost, Temu's list of labels
tells whether they were bought.

120012013 says that a label was asked for before, which may have been this call, or somebody else: the list tells which. Of what
Temu tells, only that list has labels of every state, with their pieces and when they were made.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain import text
from domain.channel_actions.kinds import Absent, Done, Ended, Found, NotDone, Sent, Unknown, Working
from domain.errors import Conflict, Unavailable
from domain.models import ChannelAction, Order, ShippingLabel, ShippingLabelLine, ShippingLabelStatus
from domain.orders import holds
from domain.shipping.advice import on_label
from domain.shipping.bought_labels import outcomes
from domain.shipping.packages import refuse_unshippable
from domain.temu import labels
from domain.temu.client import TemuClient
from domain.temu.errors import NotSent, PermissionMissing, TemuRefused
from domain.temu.labels import ListedRow, Offer

OFFER_TOO_DEAR, OFFER_GONE, NOT_SHIPPABLE = "OFFER_TOO_DEAR", "OFFER_GONE", "NOT_SHIPPABLE"
# Two clocks may differ by so much, or Temu refuses every call.
_SKEW = timedelta(minutes=5)

Parcel = Mapping[str, Any]


class BuyShippingLabels:
    """The labels of an order's parcels, or that of one parcel with several orders; its subject is the orders' numbers."""

    async def prepare(self, session: AsyncSession, action: ChannelAction, *, now: datetime) -> NotDone | None:
        """Not for an order that was held back or cancelled since."""
        return await unless_shippable(session, action, now=now)

    async def send(self, temu: TemuClient, action: ChannelAction) -> Sent:
        """Order them, unless they became too dear."""
        parcels: Sequence[Parcel] = action.parameters["parcels"]
        wanted: list[Mapping[str, Any]] = []
        for parcel in parcels:
            offer = await current_offer(temu, parcel)
            if isinstance(offer, NotDone):
                return offer
            wanted.append(told(parcel, offer))
        try:
            numbers = await labels.create(
                temu,
                send_type=action.parameters["sendType"],
                parcels=wanted,
                later_hours=action.parameters["laterHours"],
            )
        except TemuRefused as error:
            if error.temu_code != labels.ALREADY_REQUESTED:
                return refused(error)
            try:
                found = await self._listed(temu, action, was_refused=True)
            except (TemuRefused, PermissionMissing):
                # That the list can't be had is no refusal of the label: it may be bought, and by this call.
                return Unknown()
            # Temu has it, and its list may show that a little later.
            return Unknown() if isinstance(found, Absent) else found
        return Working(outcomes.reference(numbers))

    async def look_up(self, temu: TemuClient, action: ChannelAction) -> Found:
        """Whether Temu has them, and where they stand."""
        numbers = outcomes.numbers_of(action.reference)
        if not numbers:
            return await self._listed(temu, action)
        rows = await labels.results(temu, numbers)
        return outcomes.judge(
            list(rows.values()), [_contents(each) for each in action.parameters["parcels"]], numbers
        )

    async def record(
        self, session: AsyncSession, action: ChannelAction, answer: Ended | Working, *, now: datetime
    ) -> None:
        """What became of each label."""
        rows = await outcomes.of_action(session, action.id)
        if isinstance(answer, Working):
            await outcomes.store_numbers(session, rows, outcomes.numbers_of(answer.reference))
            return
        standings = outcomes.standings(answer)
        await outcomes.forget_numbers(session, rows, standings)
        for place, row in enumerate(rows):
            if place < len(standings):
                await outcomes.store_standing(session, row, standings[place], since=action.sent_at, now=now)
            elif isinstance(answer, Done):
                # A person has seen that it was bought; its number comes with the labels that were bought elsewhere.
                outcomes.bought(row, since=action.sent_at, now=now)
            else:
                row.status = ShippingLabelStatus.FAILED
                row.failure_code, row.failure = answer.code, answer.message

    async def _listed(self, temu: TemuClient, action: ChannelAction, *, was_refused: bool = False) -> Found:
        """What Temu's list has of these pieces. *was_refused*: Temu has just said that something was asked for before."""
        parcels: Sequence[Parcel] = action.parameters["parcels"]
        order_numbers = list(dict.fromkeys(p["parentOrderSn"] for each in parcels for p in each["pieces"]))
        rows = [
            row
            for row in await labels.listed(temu, order_numbers)
            if row.shipping_label_status != labels.CANCELLED
        ]
        known = set(action.parameters["known"])
        news = [row for row in rows if text.shown(row.package_sn) not in known]
        own = [row for row in news if _is_since(row, action.created_at - _SKEW)]
        numbers = _matched(own, [_contents(each) for each in parcels])
        if numbers is not None:
            return Working(outcomes.reference(numbers))
        named = {number for each in parcels for number in _contents(each)}
        others = [row for row in rows if not named.isdisjoint(labels.contents(row.order_info_list))]
        paid = next((row for row in others if row.shipping_label_status != labels.FAILED), None)
        if paid is not None and paid not in own:
            number = text.shown(paid.package_sn)
            message = (
                f"A label was bought for these pieces elsewhere before: package {number}. Nothing was bought."
            )
            return NotDone("ALREADY_BOUGHT", message)
        if was_refused and others and not any(row in own for row in others):
            number = text.shown(others[0].package_sn)
            message = f"Temu keeps to the label that failed: package {number}. Try that one again with retryShippingLabel."
            return NotDone("FAILED_LABEL_WAITS", message)
        return Unknown() if any(row in own for row in others) else Absent()


async def unless_shippable(session: AsyncSession, action: ChannelAction, *, now: datetime) -> NotDone | None:
    """Why the labels of an action are not to be bought any more: they cost money, and an order of theirs may not be shipped."""
    statement = (
        select(Order)
        .join(ShippingLabelLine, ShippingLabelLine.order_id == Order.id)
        .join(ShippingLabel, ShippingLabel.id == ShippingLabelLine.label_id)
        .where(ShippingLabel.action_id == action.id)
        .order_by(Order.id)
    )
    for order in (await session.scalars(statement)).unique():
        try:
            refuse_unshippable(order)
            await holds.refuse_late(session, order, now=now)
        except Conflict:
            # Not in the words for whoever asks: a person's reason for a hold may name somebody.
            message = f"Order {order.channel_order_id} is held back or cancelled by now. Nothing was bought."
            return NotDone(NOT_SHIPPABLE, message)
    return None


async def current_offer(temu: TemuClient, parcel: Parcel) -> Offer | NotDone:
    """What the chosen service asks for a parcel now, or why its label is not to be bought. Raises NotSent, PermissionMissing and
    TemuRefused: nothing was ordered by then.
    """
    try:
        rates = await labels.rates(
            temu,
            address_id=parcel["addressId"],
            measures=parcel["measures"],
            pieces=parcel["pieces"],
            needs_signature=parcel["needsSignature"],
        )
    except Unavailable as error:
        raise NotSent(error.message) from error
    offer = next((each for each in rates.offers if each.service_id == parcel["serviceId"]), None)
    if offer is None:
        refusal = next((each for each in rates.refusals if each.service_id == parcel["serviceId"]), None)
        reason = refusal.reason if refusal is not None else "Temu doesn't offer it for this parcel."
        return NotDone(
            OFFER_GONE, f"This service can't be had any more: {reason} Ask for shippingRates again."
        )
    most, currency = Decimal(parcel["mostToPay"]), parcel["currencyCode"]
    if offer.currency_code != currency or offer.amount > most:
        message = f"The label costs {offer.amount} {offer.currency_code} now, and {most} {currency} is the most to pay. Nothing was bought."
        return NotDone(OFFER_TOO_DEAR, message)
    return offer


def refused(error: TemuRefused) -> NotDone:
    """Temu sells no label, in its words, and what to do."""
    return NotDone(f"TEMU_{error.temu_code}", f"{error.message} {on_label(error.temu_code)}".strip())


def told(parcel: Parcel, offer: Offer) -> Mapping[str, Any]:
    """A parcel in the words of an order for its label."""
    return labels.parcel(
        address_id=parcel["addressId"],
        measures=parcel["measures"],
        pieces=parcel["pieces"],
        offer=offer,
        needs_signature=parcel["needsSignature"],
        denies_cancellation=parcel.get("deniesCancellation", False),
    )


def _contents(parcel: Parcel) -> dict[str, int]:
    found: dict[str, int] = {}
    for piece in parcel["pieces"]:
        found[piece["orderSn"]] = found.get(piece["orderSn"], 0) + piece["quantity"]
    return found


def _matched(rows: Sequence[ListedRow], parcels: Sequence[Mapping[str, int]]) -> list[str] | None:
    """The packages that hold just what these parcels do, one for each; None where some have none. One that failed only where
    none is better.
    """
    left = sorted(rows, key=lambda row: row.shipping_label_status == labels.FAILED)
    found: list[str] = []
    for parcel in parcels:
        row = next((row for row in left if labels.contents(row.order_info_list) == parcel), None)
        if row is None:
            return None
        left.remove(row)
        found.append(text.shown(row.package_sn))
    return found


def _is_since(row: ListedRow, moment: datetime) -> bool:
    return row.create_time is None or row.create_time >= moment.timestamp()
