"""
Telling Temu of one order's packages so that it happens once, whatever becomes of the answer (T6, T8).

A confirmation is sent once. Where its answer is lost, or Temu has the order as shipped already, Temu is asked what it
holds, and that decides: the same tracking numbers are success, others are a failure that shows both.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from domain import text
from domain.models import Order
from domain.orders.incoming import IncomingOrder, Unreadable, read
from domain.shipping import advice, confirmation
from domain.shipping.confirmation import Labels, Parcel
from domain.shipping.tracking_numbers import tracking_key
from domain.temu.client import TemuClient
from domain.temu.errors import (
    ALREADY_SHIPPED,
    NO_CODE,
    NUMBER_TWICE,
    NUMBER_USED,
    TemuRefused,
    TemuUnavailable,
)

# Refusals after which Temu is asked what it holds. A failure without a code says nothing about what became of the call,
# and a number "used before" may have been used by the very shipment that is being told of.
_TAKEN_BEFORE = {ALREADY_SHIPPED, NUMBER_TWICE, NUMBER_USED, NO_CODE}
# How Temu answers about an order that is not shipped is not documented; its page has these codes for what isn't there.
# Should the order be there all the same, Temu refuses it as shipped already.
_NOTHING_THERE = {120_012_007, 120_012_016}


@dataclass(frozen=True)
class Shipment:
    """
    An order with its packages and what Temu calls their carriers and addresses.

    *in_doubt*: it was sent before, and nobody knows what became of that.
    """

    order: Order
    parcels: Sequence[Parcel]
    labels: Labels
    in_doubt: bool


@dataclass(frozen=True)
class Accepted:
    """
    Temu has the order as shipped with these packages; *warnings* is what it says of their numbers.
    """

    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refusal:
    """
    Temu doesn't take it, for a reason that a person has to see to.

    *settles* is False where it says nothing about what Temu was told before: if that was in doubt, it stays so.
    """

    code: str
    message: str
    is_cancelled: bool = False
    settles: bool = True

    @classmethod
    def unsettled(cls, code: str, message: str) -> "Refusal":
        """
        A reason for which Temu is not told now.
        """
        return cls(code, message, settles=False)


async def tell(temu: TemuClient, shipment: Shipment) -> Accepted | Refusal:
    """
    Have Temu know of the packages. Raises TemuUnavailable where nobody knows yet whether it does, CredentialsRefused and
    PermissionMissing.
    """
    order, parcels = shipment.order, shipment.parcels
    if shipment.in_doubt:
        known = await _found_out(temu, shipment)
        if known is not None:
            return known
    try:
        warnings = await temu.confirm_shipment(
            send_type=confirmation.send_type(parcels),
            packages=confirmation.packages(order, parcels, shipment.labels),
        )
    except TemuUnavailable as trouble:
        known = await _found_out(temu, shipment)
        if known is None:
            raise trouble from None
        return known
    except TemuRefused as error:
        return await _taken_before(temu, shipment, error) or await _explained(temu, shipment, error)
    return Accepted(tuple(warnings))


async def _found_out(temu: TemuClient, shipment: Shipment) -> Accepted | Refusal | None:
    """
    What follows from that which Temu holds, as _known() says; where Temu refuses to say it, the order stays in doubt.
    """
    try:
        return await _known(temu, shipment)
    except TemuRefused as error:
        message = f"Whether Temu has this order as shipped can't be found out, so it isn't told again. {error.message}"
        return Refusal.unsettled(f"TEMU_{error.temu_code}", message)


async def _taken_before(
    temu: TemuClient, shipment: Shipment, error: TemuRefused
) -> Accepted | Refusal | None:
    """
    What a refusal means that may come of Temu having taken the shipment already; None where it means what it says.
    """
    if error.temu_code not in _TAKEN_BEFORE:
        return None
    try:
        known = await _known(temu, shipment)
    except TemuRefused:
        return None  # The first refusal is the one to be told.
    return known if error.temu_code == ALREADY_SHIPPED or isinstance(known, Accepted) else None


async def _known(temu: TemuClient, shipment: Shipment) -> Accepted | Refusal | None:
    """
    What follows from that which Temu holds; None where it has nothing of the order as shipped.
    """
    ours = confirmation.numbers(shipment.parcels)
    theirs = {
        number: await _numbers_at_temu(temu, shipment.order.channel_order_id, number) for number in ours
    }
    if not any(theirs.values()):
        return None
    if all(tracking_key_set <= _keys(theirs[number]) for number, tracking_key_set in ours.items()):
        return Accepted()
    at_temu = ", ".join(dict.fromkeys(number for found in theirs.values() for number in found))
    here = ", ".join(parcel.package.tracking_number for parcel in shipment.parcels)
    message = (
        f"Temu has this order as shipped with {at_temu}, but here it was shipped with {here}. "
        "Find out which is right, and correct it in the seller centre."
    )
    return Refusal("ALREADY_SHIPPED", message)


async def _numbers_at_temu(temu: TemuClient, order_number: str, item_number: str) -> list[str]:
    found: list[str] = []
    try:
        shipments = await temu.shipments(order_number, item_number)
    except TemuRefused as error:
        if error.temu_code in _NOTHING_THERE:
            return found
        raise
    for package in shipments:
        boxes = package.sub_package_shipment_info_list or []
        numbers = [package.tracking_number, *(box.tracking_number for box in boxes)]
        found += [text.shown(number) for number in numbers if number]
    return list(dict.fromkeys(found))


def _keys(numbers: Sequence[str]) -> set[str]:
    return {tracking_key(number) for number in numbers}


async def _explained(temu: TemuClient, shipment: Shipment, error: TemuRefused) -> Refusal:
    """
    Why Temu refuses: what has become of the order since may say more than the code.
    """
    incoming = await _incoming(temu, shipment.order)
    if incoming is not None and incoming.is_cancelled:
        message = "The order was cancelled on Temu after it was shipped here; the parcel may come back."
        return Refusal("CANCELLED_ON_TEMU", message, is_cancelled=True)
    remaining = {} if incoming is None else {i.number: i.quantity - i.cancelled for i in incoming.items}
    for number, shipped in _shipped(shipment).items():
        if remaining.get(number, shipped) != shipped:
            message = (
                f"Of {number} {shipped} pieces were shipped here, but Temu wants {remaining[number]}: its quantity "
                f"has changed since. {error.message}"
            )
            return Refusal("QUANTITY_CHANGED", message)
    return Refusal(f"TEMU_{error.temu_code}", f"{advice.on(error.temu_code)} {error.message}")


def _shipped(shipment: Shipment) -> dict[str, int]:
    pieces: dict[str, int] = {}
    for parcel in shipment.parcels:
        for line, item in parcel.lines:
            number = item.channel_order_item_id
            pieces[number] = pieces.get(number, 0) + line.quantity
    return pieces


async def _incoming(temu: TemuClient, order: Order) -> IncomingOrder | None:
    try:
        page = await temu.orders_by_number([order.channel_order_id])
        return read(page.rows[0]) if page.rows else None
    except (TemuUnavailable, TemuRefused, Unreadable):
        return None  # The refusal itself is told all the same.
