"""Tracking upload at most once: what happens when the answer is lost or times out (T6, T8).

A confirmation is sent once. Where its answer is lost, or Temu has the order as shipped already, Temu is asked what it
holds, and that decides: the same tracking numbers are success, others are a failure that shows both. So it is too
where Temu's service fails (InternalFault), which says as little about what became of the call: it is sent again only
when Temu was asked and holds nothing, three times in all.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from domain import text
from domain.errors import CredentialsRefused, Paused, Unavailable
from domain.orders.importing.parse import IncomingOrder, Unreadable, read
from domain.shipping import advice, confirm_message
from domain.shipping.confirm_message import TemuIds
from domain.shipping.parcels import OrderPart, Shipment
from domain.shipping.tracking_numbers import tracking_key
from domain.temu.client import TemuClient
from domain.temu.errors import (
    ALREADY_SHIPPED,
    INTERNAL_FAULT,
    NO_CODE,
    NUMBER_TWICE,
    NUMBER_USED,
    FaultCount,
    InternalFault,
    PermissionMissing,
    TemuRefused,
    TemuUnavailable,
)
from domain.temu.wording import HIDDEN

_NUMBER = re.compile("[0-9A-Za-z-]{1,64}")
# Refusals after which Temu is asked what it holds. A failure without a code says nothing about what became of the call,
# and a number "used before" may have been used by the very shipment that is being confirmed.
_TAKEN_BEFORE = {ALREADY_SHIPPED, NUMBER_TWICE, NUMBER_USED, NO_CODE}
# How Temu answers about an order that is not shipped is not documented; its page has these codes for what isn't there.
# Should the order be there all the same, Temu refuses it as shipped already.
_NOTHING_THERE = {120_012_007, 120_012_016}


# The code of a refusal that came of faults of Temu's service.
SERVICE_FAULT = f"TEMU_{INTERNAL_FAULT}"


class CallRefused(Exception):
    """
    Temu refused the call before it looked at the shipment, and would refuse every other one, or none may leave now: nothing
    was confirmed.
    """

    def __init__(self, error: CredentialsRefused | PermissionMissing | Paused) -> None:
        super().__init__(error.message)
        self.error = error


@dataclass(frozen=True)
class Accepted:
    """Temu has these packages; *warnings* by package is what it says of their numbers."""

    warnings: Mapping[int, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class ShipmentRefusal:
    """Temu doesn't take it, for a reason that a person has to see to.

    *resolves_doubt* is False where it says nothing about what Temu was told before: if that was in doubt, it stays so.
    """

    code: str
    message: str
    is_cancelled: bool = False
    resolves_doubt: bool = True

    @classmethod
    def unresolved(cls, code: str, message: str) -> "ShipmentRefusal":
        """A reason for which Temu is not told now."""
        return cls(code, message, resolves_doubt=False)


Answer = Accepted | ShipmentRefusal | Unavailable
Answers = list[tuple[OrderPart, Answer]]


async def confirm(temu: TemuClient, shipment: Shipment, temu_ids: TemuIds) -> Answers:
    """Confirm the parts to Temu, and say of each what became of it; of those that are not due, only where Temu has
    them. An Unavailable among the answers: nobody knows yet. Raises CallRefused where nothing left, and
    CredentialsRefused, PermissionMissing and Paused.
    """
    answers: Answers = []
    rest = shipment.parts
    if shipment.in_doubt:
        answers, rest = await _compare_with_temu(temu, rest)
    calls = [_Call(rest)] if rest and shipment.is_due else []
    has_left = False
    while calls:
        try:
            answered, again = await _send(calls.pop(0), temu, temu_ids, is_per_item=shipment.is_per_item)
        except CallRefused as refused:
            if has_left:
                raise refused.error from None
            raise
        has_left = True
        answers += answered
        calls += again
    return answers


@dataclass(frozen=True)
class _Call:
    """What one call is to confirm, and how often Temu's service has failed with it."""

    parts: Sequence[OrderPart]
    faults: FaultCount = field(default_factory=FaultCount)


async def _send(
    call: _Call, temu: TemuClient, temu_ids: TemuIds, *, is_per_item: bool
) -> tuple[Answers, list[_Call]]:
    """One confirmation: what it says of the parts, and the calls of their own that some of them need."""
    parts = call.parts
    parcels = [parcel for part in parts for parcel in part.parcels]
    try:
        warnings = await temu.confirm_shipment(
            send_type=confirm_message.send_type(parcels),
            packages=confirm_message.packages(parcels, temu_ids),
        )
    except TemuUnavailable as trouble:
        return await _after_fault(trouble, call, temu)
    except (CredentialsRefused, PermissionMissing, Paused) as refused:
        raise CallRefused(refused) from None
    except TemuRefused as error:
        answers, rest = await _resolve_refusal(temu, parts, error)
        if answers:
            return answers, [_Call(rest)] if rest else []
        is_of_one_order = len({part.order.id for part in parts}) == 1
        if is_per_item and is_of_one_order and len(parts) > 1:
            # One line that Temu refuses doesn't hold up the others (T7).
            return [], [_Call([part]) for part in parts]
        return await _explain(temu, parts, error)
    said = confirm_message.warnings_by_package(warnings, {p.package.id: p.tracking_keys for p in parcels})
    return [(part, Accepted({p.package.id: said[p.package.id] for p in part.parcels})) for part in parts], []


async def _after_fault(
    trouble: TemuUnavailable, call: _Call, temu: TemuClient
) -> tuple[Answers, list[_Call]]:
    """What is known of a call whose answer was lost, or that Temu's service failed with."""
    answers, rest = await _compare_with_temu(temu, call.parts)
    left: Answer = trouble
    if isinstance(trouble, InternalFault):
        refused = call.faults.add(trouble)
        if rest and refused is None:
            return answers, [_Call(rest, call.faults)]
        # Temu was asked since and holds nothing of the rest. Were it to take it late, it says so to whoever confirms it again.
        left = trouble if refused is None else ShipmentRefusal(SERVICE_FAULT, refused.message)
    return [*answers, *((part, left) for part in rest)], []


async def _compare_with_temu(
    temu: TemuClient, parts: Sequence[OrderPart]
) -> tuple[Answers, Sequence[OrderPart]]:
    """What follows from that which Temu holds, and the parts of which it holds nothing. Where that can't be had of one
    of them, none that Temu may lack is sent again.
    """
    answers: Answers = []
    rest: list[OrderPart] = []
    trouble: Answer | None = None
    for part in parts:
        known: Answer | None
        try:
            known = await _held(temu, part)
        except (TemuRefused, PermissionMissing) as error:
            code = f"TEMU_{error.temu_code}" if isinstance(error, TemuRefused) else "PERMISSION_MISSING"
            message = f"Whether Temu has this order as shipped can't be found out, so it isn't told again. {error.message}"
            trouble = known = ShipmentRefusal.unresolved(code, message)
        except TemuUnavailable as error:
            trouble = known = error
        if known is None:
            rest.append(part)
        else:
            answers.append((part, known))
    if trouble is None:
        return answers, rest
    return [*answers, *((part, trouble) for part in rest)], []


async def _resolve_refusal(
    temu: TemuClient, parts: Sequence[OrderPart], error: TemuRefused
) -> tuple[Answers, Sequence[OrderPart]]:
    """What a refusal means that may come of Temu having taken parts already; no answers where it means what it says."""
    if error.temu_code not in _TAKEN_BEFORE:
        return [], parts
    answers, _ = await _compare_with_temu(temu, parts)
    is_shipped = error.temu_code == ALREADY_SHIPPED
    # Where Temu refuses to say what it holds, the first refusal is the one to record.
    meant = [
        (part, answer)
        for part, answer in answers
        if not isinstance(answer, ShipmentRefusal) or (answer.resolves_doubt and is_shipped)
    ]
    answered = [part for part, _ in meant]
    return meant, [part for part in parts if part not in answered]


async def _held(temu: TemuClient, part: OrderPart) -> Accepted | ShipmentRefusal | None:
    """What follows from that which Temu holds; None where it has nothing of the part as shipped."""
    ours = confirm_message.numbers(part.parcels)
    theirs = {number: await numbers_at_temu(temu, part.order.channel_order_id, number) for number in ours}
    if not any(theirs.values()):
        return None
    if all(wanted <= {tracking_key(each) for each in theirs[n]} for n, wanted in ours.items()):
        return Accepted()
    at_temu = ", ".join(dict.fromkeys(number for found in theirs.values() for number in found))
    here = ", ".join(parcel.package.tracking_number for parcel in part.parcels)
    message = (
        f"Temu has this order as shipped with {at_temu}, but here it was shipped with {here}. "
        "Find out which is right, and correct it in the seller centre."
    )
    return ShipmentRefusal("ALREADY_SHIPPED", message)


async def numbers_at_temu(temu: TemuClient, order_number: str, item_number: str) -> list[str]:
    """The tracking numbers that Temu has of an order below a parent. Raises as TemuClient.shipments() does."""
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
        # What is no tracking number is told to nobody.
        found += [n if _NUMBER.fullmatch(n) else HIDDEN for n in map(text.shown, filter(None, numbers))]
    return list(dict.fromkeys(found))


async def _explain(
    temu: TemuClient, parts: Sequence[OrderPart], error: TemuRefused
) -> tuple[Answers, list[_Call]]:
    """Why Temu refuses: what has become of the orders since may say more than the code. Orders of one parcel are
    confirmed without one that was cancelled.
    """
    incoming = await _incoming(temu, {part.order.channel_order_id for part in parts})
    refusals = [(part, _reason(part, incoming.get(part.order.channel_order_id), error)) for part in parts]
    rest = [part for part, refusal in refusals if not refusal.is_cancelled]
    if len(rest) < len(parts):
        cancelled: Answers = [(part, refusal) for part, refusal in refusals if refusal.is_cancelled]
        return cancelled, [_Call(rest)] if rest else []
    numbers = list(dict.fromkeys(part.order.channel_order_id for part in parts))
    return [(part, _beside(refusal, part, numbers)) for part, refusal in refusals], []


def _reason(part: OrderPart, incoming: IncomingOrder | None, error: TemuRefused) -> ShipmentRefusal:
    if incoming is not None and incoming.is_cancelled:
        message = "The order was cancelled on Temu after it was shipped here; the parcel may come back."
        return ShipmentRefusal("CANCELLED_ON_TEMU", message, is_cancelled=True)
    remaining = {} if incoming is None else {i.number: i.quantity - i.cancelled for i in incoming.items}
    for number, shipped in _shipped(part).items():
        if remaining.get(number, shipped) != shipped:
            message = (
                f"Of {number} {shipped} pieces were shipped here, but Temu wants {remaining[number]}: its quantity "
                f"has changed since. {error.message}"
            )
            return ShipmentRefusal("QUANTITY_CHANGED", message)
    return ShipmentRefusal(f"TEMU_{error.temu_code}", f"{advice.on(error.temu_code)} {error.message}")


def _beside(refusal: ShipmentRefusal, part: OrderPart, numbers: Sequence[str]) -> ShipmentRefusal:
    others = ", ".join(number for number in numbers if number != part.order.channel_order_id)
    if not others:
        return refusal
    message = f"{refusal.message} It is one parcel with {others}, and Temu is told of both together."
    return replace(refusal, message=message)


def _shipped(part: OrderPart) -> dict[str, int]:
    pieces: Counter[str] = Counter()
    for parcel in part.parcels:
        for line, item in parcel.lines:
            pieces[item.channel_order_item_id] += line.quantity
    return pieces


async def _incoming(temu: TemuClient, numbers: Collection[str]) -> Mapping[str, IncomingOrder]:
    found: dict[str, IncomingOrder] = {}
    try:
        page = await temu.orders_by_number(sorted(numbers))
    except (TemuUnavailable, TemuRefused, PermissionMissing):
        return found  # The refusal itself is recorded all the same.
    for row in page.rows:
        with suppress(Unreadable):
            order = read(row)
            found[order.number] = order
    return found
