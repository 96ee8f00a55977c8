"""Temu's messages about a return -> IncomingReturn and ReturnDetails, or why they can't be read. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from domain import text
from domain.errors import Refused
from domain.models import ENDED_RETURNS, ReturnDelivery, ReturnOperation, ReturnStatus, ReturnType
from domain.orders.importing.parse import text_number
from domain.orders.importing.parse_details import Money, read_money
from domain.temu.returns import (
    ReturnDetailLine,
    ReturnDetailMessage,
    ReturnedGoods,
    ReturnLineRow,
    ReturnMessage,
    ReturnParcel,
)

# parentAfterSalesStatus [A: the guide on returns].
STATUSES: Mapping[int, ReturnStatus] = {
    1: ReturnStatus.REFUND_REQUESTED,
    2: ReturnStatus.IN_TRANSIT,
    3: ReturnStatus.RECEIVED,
    4: ReturnStatus.REFUNDING,
    5: ReturnStatus.REFUNDED,
    6: ReturnStatus.WITHDRAWN,
    7: ReturnStatus.REJECTED,
    8: ReturnStatus.LABEL_REQUESTED,
    9: ReturnStatus.REFUNDING,
    10: ReturnStatus.RETURN_REQUESTED,
    11: ReturnStatus.IN_REVIEW,
}
# afterSalesType [A: the event's table too].
_TYPES = {1: ReturnType.REFUND_ONLY, 2: ReturnType.RETURN_AND_REFUND}
# returnDeliveryType and availableOperateList [B: one copy of the reference pages].
_DELIVERIES = {3: ReturnDelivery.DROP_OFF, 4: ReturnDelivery.PICK_UP}
_OPERATIONS = {1: ReturnOperation.ISSUE_REFUND, 10: ReturnOperation.UPLOAD_LABEL}
# What Temu waits for the seller to do [A: its guide], where it tells no list of what may be done [C]; it refuses what may not.
_WAITS_FOR = {
    1: ReturnOperation.ISSUE_REFUND,
    3: ReturnOperation.ISSUE_REFUND,
    8: ReturnOperation.UPLOAD_LABEL,
}
_LONGEST = 200
_MOST_PARCELS = 20


class UnreadableReturn(Exception):
    """A return that can't be understood; *number* is its own, where that could be read."""

    def __init__(self, number: str | None, reason: str) -> None:
        super().__init__(reason)
        self.number = number


@dataclass(frozen=True)
class IncomingReturn:
    """A return as Temu lists it."""

    number: str
    order_number: str
    type: ReturnType
    status: ReturnStatus
    delivery: ReturnDelivery | None
    respond_by: datetime | None
    operations: tuple[str, ...]
    requested_at: datetime
    changed_at: datetime


@dataclass(frozen=True)
class IncomingLine:
    """Some pieces of it; *item_number* is None where Temu's answer doesn't tell the order below the parent."""

    number: str
    item_number: str | None
    goods_id: str | None
    sku_id: str | None
    quantity: int
    reason_code: int | None = None
    reason: str | None = None
    refund: Money | None = None


@dataclass(frozen=True)
class ReturnDetails:
    """What has to be asked for beside the list. *is_whole*: there is nothing to be asked for again; *fault*: why there is, where
    Temu refused this return alone.
    """

    lines: Sequence[IncomingLine] | None = None
    refund: Money | None = None
    carrier: str | None = None
    tracking_numbers: Sequence[str] | None = None
    is_whole: bool = True
    fault: str | None = None


def read_return(row: Any) -> IncomingReturn:
    """One row of Temu's list. Raises UnreadableReturn."""
    try:
        message = msgspec.convert(row, ReturnMessage, strict=False)
    except msgspec.ValidationError as error:
        told = row.get("parentAfterSalesSn") if isinstance(row, dict) else None
        raise UnreadableReturn(
            text_number(told), f"Temu's message about a return could not be read: {error}"
        ) from None
    number, order_number = text_number(message.parent_after_sales_sn), text_number(message.parent_order_sn)
    if number is None or order_number is None:
        raise UnreadableReturn(number, "Temu sent a return without its number or its order's.")
    status = STATUSES.get(message.parent_after_sales_status or 0)
    kind = _TYPES.get(message.after_sales_type or 0)
    if status is None or kind is None:
        told = f"status {message.parent_after_sales_status} and type {message.after_sales_type}"
        raise UnreadableReturn(number, f"Temu sent a return with {told}, which aren't known here.")
    changed_at = _moment(number, message.update_at or message.create_at, 1)
    if changed_at is None:
        raise UnreadableReturn(number, "Temu sent a return without its moments (createAt, updateAt).")
    is_over = status in ENDED_RETURNS
    return IncomingReturn(
        number=number,
        order_number=order_number,
        type=kind,
        status=status,
        delivery=_DELIVERIES.get(message.return_delivery_type or 0),
        respond_by=None if is_over else _moment(number, message.operate_expire_time_ms, 1000),
        operations=() if is_over else operations(message),
        requested_at=_moment(number, message.create_at, 1) or changed_at,
        changed_at=changed_at,
    )


def operations(message: ReturnMessage | ReturnDetailMessage) -> tuple[str, ...]:
    """What may be done: what Temu tells, or where it tells nothing of it, what it waits for."""
    if message.available_operate_list is not None:
        return told_operations(message)
    waits_for = _WAITS_FOR.get(message.parent_after_sales_status or 0)
    return () if waits_for is None else (waits_for.value,)


def told_operations(message: ReturnMessage | ReturnDetailMessage) -> tuple[str, ...]:
    """What may be done, of the numbers that Temu tells, which alone show that something was not done yet; others of them nobody knows
    the meaning of.
    """
    values = message.available_operate_list or ()
    known = (_OPERATIONS.get(value) if isinstance(value, int) else None for value in values)
    return tuple(dict.fromkeys(each.value for each in known if each is not None))


def read_detail_lines(message: ReturnDetailMessage) -> list[IncomingLine]:
    """The lines of a return; one whose amount isn't one is without."""
    return [line for each in message.after_sales_list or [] if (line := _line(each)) is not None]


def read_refund(message: ReturnDetailMessage) -> Money | None:
    """What the buyer of a return gets. Raises Refused for an amount that isn't one."""
    summary = message.refund_summary
    return None if summary is None else read_money(summary.buyer_total_refund)


def read_lines(rows: Sequence[ReturnLineRow]) -> list[IncomingLine]:
    """The same as far as it is told without the detail."""
    found: list[IncomingLine] = []
    for row in rows:
        number = text_number(row.after_sales_sn)
        if number is not None:
            pieces = max(row.apply_after_sales_goods_number or 0, 0)
            found.append(IncomingLine(number, None, *_ids(row), pieces))
    return found


def read_parcels(rows: Sequence[ReturnParcel]) -> tuple[str | None, list[str]]:
    """Who carries it, and the numbers of its parcels."""
    carriers = [_words(row.carrier_name) for row in rows]
    numbers = [_words(row.tracking_number) for row in rows]
    told = list(dict.fromkeys(filter(None, numbers)))[:_MOST_PARCELS]
    return next(filter(None, carriers), None), told


def is_older(incoming: IncomingReturn, *, changed_at: datetime, status: ReturnStatus) -> bool:
    """Whether a message is older than what is known (O18): by Temu's own time, which tells seconds; of two states of one second the
    one that has ended is the newer.
    """
    if incoming.changed_at != changed_at:
        return incoming.changed_at < changed_at
    return status in ENDED_RETURNS and incoming.status is not status


def _line(message: ReturnDetailLine) -> IncomingLine | None:
    number = text_number(message.after_sales_sn)
    if number is None:
        return None
    goods = message.after_sales_goods_info or ReturnedGoods()
    try:
        refund = read_money(message.apply_refund_amount)
    except Refused:
        refund = None
    return IncomingLine(
        number,
        text_number(message.order_sn),
        *_ids(goods),
        max(message.apply_after_sales_goods_number or 0, 0),
        message.after_sales_reason_code,
        _words(message.after_sales_reason_desc),
        refund,
    )


def _ids(goods: ReturnedGoods | ReturnLineRow) -> tuple[str | None, str | None]:
    # Orders of semi-managed malls are known by productSkuId, as their lines tell no skuId.
    return text_number(goods.goods_id), text_number(goods.sku_id or goods.product_sku_id)


def _words(value: int | str | None) -> str | None:
    return text.shown(value)[:_LONGEST] or None


def _moment(number: str, stamp: int | None, per_second: int) -> datetime | None:
    if not stamp or stamp < 0:
        return None
    try:
        return datetime.fromtimestamp(stamp / per_second, UTC)
    except (ValueError, OverflowError, OSError):
        raise UnreadableReturn(number, f"Temu sent a return with {stamp}, which is no moment.") from None
