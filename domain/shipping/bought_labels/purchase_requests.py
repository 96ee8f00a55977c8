"""Asking for labels to be bought: what Temu would refuse is refused here, and a label holds its pieces from the moment that it is
asked for, so that nothing is bought twice.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from domain.access.principal import Principal
from domain.channel_actions import requests
from domain.errors import Invalid
from domain.inventory import warehouses
from domain.inventory.mutation_transaction import run_in_transaction
from domain.models import (
    ChannelActionKind,
    LabelOrigin,
    ShippingLabel,
    ShippingLabelLine,
    ShippingLabelStatus,
)
from domain.resources import Resources
from domain.shipping.bought_labels import queries
from domain.shipping.bought_labels.contents import Contents, Packing, ParcelInput, pack
from domain.shipping.bought_labels.measures import in_temus_words
from domain.shipping.bought_labels.rates import LabelAddresses, addresses

# After so many hours Temu takes a parcel for sent, unless it was told before: of any order, and of one sold in advance
# (120015532) [A].
_HOURS = (24, 48, 72, 96, 120)
_HOURS_IN_ADVANCE = (144, 168, 192, 216, 240, 264, 288, 312, 336, 360)
_LONGEST_SUBJECT = 200


@dataclass(frozen=True)
class Price:
    """The most that a label may cost."""

    amount: Decimal
    currency_code: str


@dataclass(frozen=True)
class Purchase:
    """A label to buy: the parcel, Temu's number of the service that carries it, and the most to pay."""

    parcel: ParcelInput
    service_id: str
    most_to_pay: Price


def groups(purchases: Sequence[Sequence[object]]) -> list[list[int]]:
    """Which purchases, by their places, Temu is told of by one call: the parcels of one order. *purchases*: the orders of each."""
    found: dict[object, list[int]] = {}
    for place, order_ids in enumerate(purchases):
        key = order_ids[0] if len(order_ids) == 1 else ("several", place)
        found.setdefault(key, []).append(place)
    return list(found.values())


async def request(
    resources: Resources,
    *,
    by: Principal,
    purchases: Sequence[Purchase],
    fields: Sequence[tuple[str, ...]],
    now: datetime,
) -> Sequence[int]:
    """Have one group of labels bought by a job: of all of them, or of none; returns their ids. *fields*: where each stands in the
    input. Raises what contents.pack does, NotConfigured, and TemuUnavailable where an address has to be asked for and can't.
    """
    for purchase, field in zip(purchases, fields, strict=True):
        check(purchase, field=field)
    parcels = [purchase.parcel for purchase in purchases]
    async with resources.database.read() as session:
        _, packed = await pack(session, parcels, by=by, for_update=False, fields=fields)
    wanted = {p.warehouse_id: (*field, "warehouseId") for p, field in zip(parcels, fields, strict=True)}
    places = await addresses(resources, packed[0], wanted)
    return await run_in_transaction(
        resources.database, _request, by=by, purchases=purchases, fields=fields, places=places, now=now
    )


async def _request(
    session: AsyncSession,
    *,
    by: Principal,
    purchases: Sequence[Purchase],
    fields: Sequence[tuple[str, ...]],
    places: LabelAddresses,
    now: datetime,
) -> Sequence[int]:
    parcels = [purchase.parcel for purchase in purchases]
    # They stay as they are looked at next.
    await warehouses.in_use(session, {parcel.warehouse_id for parcel in parcels})
    packing, packed = await pack(session, parcels, by=by, for_update=True, fields=fields)
    orders = list({order.id: order for contents in packed for order in contents.orders}.values())
    for order in orders:
        packing.refuse_rest(order, field=(*fields[-1], "lines"))
    rows: list[ShippingLabel] = []
    hours = _later_hours(packed[0], now=now)
    for purchase, contents in zip(purchases, packed, strict=True):
        rows.append(await _store(session, purchase, contents, places, hours=hours, now=now))
    action = await requests.request(
        session,
        ChannelActionKind.BUY_SHIPPING_LABEL,
        by=by,
        company_id=places.company.id,
        subject=subject([order.channel_order_id for order in orders]),
        parameters={
            "sendType": _send_type(packed, packing),
            "laterHours": hours,
            "known": await queries.package_numbers(session, [order.id for order in orders]),
            "parcels": [
                parcel_parameters(purchase, contents, places)
                for purchase, contents in zip(purchases, packed, strict=True)
            ],
        },
        order_id=orders[0].id,
        is_once=False,
        now=now,
    )
    for row in rows:
        row.action_id = action.id
    return [row.id for row in rows]


def parcel_parameters(purchase: Purchase, contents: Contents, places: LabelAddresses) -> Mapping[str, Any]:
    """What an action has of a parcel: numbers, measures and amounts."""
    parcel = purchase.parcel
    return {
        "addressId": places.of_warehouse[parcel.warehouse_id],
        "measures": dict(in_temus_words(parcel.weight, parcel.dimensions, places.company.region)),
        "pieces": contents.told(),
        "serviceId": purchase.service_id,
        "needsSignature": contents.needs_signature(parcel),
        "deniesCancellation": all(order.cancellation_declined_at is not None for order in contents.orders),
        "mostToPay": format(purchase.most_to_pay.amount, "f"),
        "currencyCode": purchase.most_to_pay.currency_code,
    }


def take_over(row: ShippingLabel, purchase: Purchase, places: LabelAddresses) -> None:
    """What a label becomes by what is asked for."""
    parcel, price = purchase.parcel, purchase.most_to_pay
    row.status = ShippingLabelStatus.REQUESTED
    row.warehouse_id, row.channel_warehouse_id = parcel.warehouse_id, places.of_warehouse[parcel.warehouse_id]
    row.weight, row.weight_unit = parcel.weight.value, parcel.weight.unit
    sides = parcel.dimensions
    row.length, row.width, row.height, row.length_unit = sides.length, sides.width, sides.height, sides.unit
    row.service_id = purchase.service_id
    row.most_to_pay_amount, row.currency_code = price.amount, price.currency_code


def check(purchase: Purchase, *, field: tuple[str, ...]) -> None:
    """Raises Invalid."""
    price = purchase.most_to_pay
    if not 0 < price.amount < 10**6:
        raise Invalid("amount must be above 0, and below 1000000.", field=(*field, "mostToPay", "amount"))
    if not (
        len(price.currency_code) == 3 and price.currency_code.isascii() and price.currency_code.isupper()
    ):
        message = "currencyCode must be three capitals, such as USD."
        raise Invalid(message, field=(*field, "mostToPay", "currencyCode"))
    if not (
        purchase.service_id.isascii() and purchase.service_id.isalnum() and len(purchase.service_id) <= 32
    ):
        raise Invalid("serviceId must be one that shippingRates tells.", field=(*field, "serviceId"))


async def _store(
    session: AsyncSession,
    purchase: Purchase,
    contents: Contents,
    places: LabelAddresses,
    *,
    hours: int | None,
    now: datetime,
) -> ShippingLabel:
    row = ShippingLabel(
        company_id=contents.company_id,
        origin=LabelOrigin.TRADEWIND,
        ship_later_hours=hours,
        created_at=now,
    )
    take_over(row, purchase, places)
    session.add(row)
    await session.flush()
    session.add_all(
        ShippingLabelLine(
            label_id=row.id,
            order_item_id=item.id,
            order_id=item.order_id,
            company_id=row.company_id,
            quantity=quantity,
        )
        for item, quantity in contents.pieces
    )
    await session.flush()
    return row


def _send_type(packed: Sequence[Contents], packing: Packing) -> int:
    """Temu's number for how orders go: 0 is one whole order in one parcel, 1 parts of one, 2 several in one [A]."""
    if len(packed[0].orders) > 1:
        return 2
    is_whole = len(packed) == 1 and packing.is_whole(packed[0])
    return 0 if is_whole else 1


def _later_hours(contents: Contents, *, now: datetime) -> int | None:
    """How long Temu is to wait until it takes the parcel for sent by itself: as long as it may and the order is not late by then.
    None: not at all, as it wants it of orders paid at the door (120011053) [A].
    """
    if contents.is_paid_at_the_door:
        return None
    choices = _HOURS_IN_ADVANCE if contents.is_sold_in_advance else _HOURS
    latest = min((order.latest_ship_at for order in contents.orders if order.latest_ship_at), default=None)
    if latest is None:
        return choices[0]
    return max((each for each in choices if now + timedelta(hours=each) <= latest), default=choices[0])


def subject(numbers: Sequence[str]) -> str:
    """The orders' numbers; of many, the first of them and what tells them from others."""
    told = "+".join(numbers)
    if len(told) <= _LONGEST_SUBJECT:
        return told
    digest = hashlib.sha256(told.encode()).hexdigest()[:16]
    return f"{numbers[0]}+{len(numbers) - 1}:{digest}"
