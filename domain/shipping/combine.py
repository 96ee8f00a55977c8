"""Records one parcel that holds several orders of one buyer (T13).

What must hold [A]: all that is to be shipped of each order is in it, and they go to one address (the order fulfilment guide;
codes 120012015, 120015539 of bg.logistics.shipment.v2.confirm).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.access import rows
from domain.access.principal import Principal
from domain.errors import Conflict, Invalid, LimitExceeded, Refused, Required
from domain.models import CombinedPackage, FulfilledBy, Order, OrderAddress, OrderLabel, ShippingStatus
from domain.orders import queries as orders
from domain.shipping import packages, queries
from domain.shipping.matching import Carrier, folded
from domain.shipping.packages import PackageInput

# Not documented; more than a person packs into one parcel.
MOST_ORDERS = 20
_FIELD = "orderIds"
# What may differ though two orders go to one place: the phone is often a number of Temu's with an extension for each order.
# name_folded says nothing that name doesn't.
_NOT_OF_THE_PLACE = {"order_id", "phone", "name_folded", "erased_at"}


@dataclass(frozen=True)
class ParcelInput:
    """A parcel to record, with all that is to be shipped of these orders."""

    order_ids: Sequence[int]
    warehouse_id: int
    carrier: str
    tracking_number: str


def check_form(order_ids: Sequence[int]) -> None:
    """Raises Required, Invalid, LimitExceeded."""
    if len(order_ids) < 2:
        raise Required(
            "Name at least two orders; shipOrder records packages of a single one.", field=(_FIELD,)
        )
    if len(order_ids) > MOST_ORDERS:
        raise LimitExceeded(f"At most {MOST_ORDERS} orders a parcel.", field=(_FIELD,))
    for i, order_id in enumerate(order_ids):
        if order_id in order_ids[:i]:
            raise Invalid("This order stands twice in the parcel.", field=(_FIELD, str(i)))


def check_company(found: Sequence[Order]) -> None:
    """Raises Invalid: a parcel is of one mall."""
    for i, order in enumerate(found):
        if order.company_id != found[0].company_id:
            message = (
                "This order is another company's than the first: Temu takes orders of one mall together only."
            )
            raise Invalid(message, field=(_FIELD, str(i)))


async def ship_together(
    session: AsyncSession,
    *,
    by: Principal,
    parcel: ParcelInput,
    carriers: Sequence[Carrier] | None,
    groups: Sequence[Collection[str]] | None,
    now: datetime,
) -> Sequence[Order]:
    """Record a package of each order, all with one tracking number: of all of them, or of none.

    *groups*: the orders that Temu lists as ones that may go together; None where it can't be asked now. Raises what
    packages.ship does, with the places of this input.
    """
    # All of them first and in one order, so that two who ship the same orders wait for each other.
    locked = {
        order_id: await get(session, by, order_id, place, for_update=True)
        for place, order_id in sorted(enumerate(parcel.order_ids), key=lambda each: each[1])
    }
    found = [locked[order_id] for order_id in parcel.order_ids]
    check_company(found)
    before = [order.shipping_status for order in found]
    package = PackageInput(parcel.warehouse_id, parcel.carrier, parcel.tracking_number, lines=None)
    numbers = [order.channel_order_id for order in found]
    for place, order_id in enumerate(parcel.order_ids):
        try:
            await packages.ship(
                session,
                by=by,
                order_id=order_id,
                packages=[package],
                carriers=carriers,
                now=now,
                beside=numbers,
            )
        except Refused as error:
            error.field = _placed(error.field, place)
            raise
    # What a single order is refused for has been said by now; this unit is undone as a whole.
    check_order_labels(found)
    await check_whole(session, found, before)
    await check_addresses(session, found)
    if groups is not None:
        _check_groups(found, groups)
    ids = [row.id for row in await queries.packages(session, parcel.order_ids)]
    session.add_all(CombinedPackage(package_id=number, parcel_id=min(ids)) for number in ids)
    await session.flush()
    return found


async def get(
    session: AsyncSession, by: Principal, order_id: int, place: int, *, for_update: bool = False
) -> Order:
    """The order that stands at *place* of the input; raises NotFound."""
    try:
        return await rows.get(session, Order, order_id, by=by, for_update=for_update)
    except Refused as error:
        error.field = _placed(error.field, place)
        raise


def _placed(field: tuple[str, ...] | None, place: int) -> tuple[str, ...] | None:
    """Where in this input stands what an error says of shipOrder's."""
    if field is None:
        return None
    # ("packages", "0", "carrier") is ("carrier",) here; a package as such, and the order, are the order's.
    return field[2:] if field[0] == "packages" and len(field) > 2 else (_FIELD, str(place))


async def check_whole(
    session: AsyncSession, found: Sequence[Order], before: Sequence[ShippingStatus]
) -> None:
    items = await orders.items(session, [order.id for order in found])
    for i, order in enumerate(found):
        if before[i] is not ShippingStatus.UNSHIPPED:
            message = (
                "A part of this order is shipped already. Temu takes only orders together of which nothing was shipped "
                "before."
            )
            raise Conflict(message, field=(_FIELD, str(i)))
        own = (
            item for item in items if item.order_id == order.id and item.cancelled_quantity < item.quantity
        )
        if any(item.fulfilled_by is not FulfilledBy.SELLER for item in own):
            message = "Temu or a warehouse service of its ships a part of this order, and it takes only whole orders together."
            raise Conflict(message, field=(_FIELD, str(i)))


def check_order_labels(found: Sequence[Order]) -> None:
    """What Temu's labels keep out of a parcel with others, by codes of bg.logistics.shipment.v2.confirm [A]."""
    is_abroad = OrderLabel.US_TO_CA.value in found[0].labels
    for i, order in enumerate(found):
        if order.cancellation_declined_at is not None:
            message = (
                "A request to cancel this order is declined by its shipment, which would decline for all orders of the parcel. "
                "Ship it with shipOrder."
            )
            raise Conflict(message, field=(_FIELD, str(i)))
        if OrderLabel.SIGNATURE_REQUIRED_ON_DELIVERY.value in order.labels:
            message = (
                "This order has to be signed for on delivery, and Temu takes such orders in no parcel with others "
                "(120015543). Ship it with shipOrder."
            )
            raise Conflict(message, field=(_FIELD, str(i)))
        if (OrderLabel.US_TO_CA.value in order.labels) != is_abroad:
            message = (
                "One of this order and the first goes from the United States to Canada and the other doesn't: Temu takes "
                "them apart only (120015518)."
            )
            raise Conflict(message, field=(_FIELD, str(i)))


async def check_addresses(session: AsyncSession, found: Sequence[Order]) -> None:
    columns = [c.name for c in OrderAddress.__table__.columns if c.name not in _NOT_OF_THE_PLACE]
    statement = select(OrderAddress).where(OrderAddress.order_id.in_([order.id for order in found]))
    addresses = {row.order_id: row for row in await session.scalars(statement)}
    places = {
        order_id: [folded(getattr(row, name) or "") for name in columns]
        for order_id, row in addresses.items()
    }
    for i, order in enumerate(found):
        if order.id in addresses and addresses[order.id].erased_at is not None:
            message = "The address of this order was erased, so it can't be compared. Ship it with shipOrder."
            raise Conflict(message, field=(_FIELD, str(i)))
        if order.id not in places:
            message = (
                "The address of this order has not come in yet, so it can't be compared. Import orders first."
            )
            raise Conflict(message, field=(_FIELD, str(i)))
        if places[order.id] != places[found[0].id]:
            message = (
                "This order goes to another recipient or address than the first: Temu takes orders to one address together "
                "only."
            )
            raise Conflict(message, field=(_FIELD, str(i)))


def _check_groups(found: Sequence[Order], groups: Sequence[Collection[str]]) -> None:
    numbers = {order.channel_order_id for order in found}
    if not any(numbers <= set(group) for group in groups):
        message = (
            "Temu doesn't list these orders as ones that may go in one parcel, and would refuse its tracking. Ship each "
            "with a label of its own."
        )
        raise Conflict(message, field=(_FIELD,))
