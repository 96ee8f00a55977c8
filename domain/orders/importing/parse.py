"""Temu's order message -> IncomingOrder, or why it can't be read. Pure; Temu's words end here."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any

import msgspec

from domain.models import FulfilledBy, OrderLabel
from domain.orders import restrictions
from domain.orders.importing import parse_labels
from domain.temu.messages import OrderLine, OrderMap, OrderMessage, SoldProduct
from domain.temu.regions import region_id_of_order

_NUMBER = re.compile(r"[0-9A-Za-z_-]{1,64}")
_LONGEST_REGION = 6
_LARGEST_QUANTITY = 1_000_000
_LARGEST_SECONDS = 10**11  # A later moment than this is one in milliseconds.
# The only value that Temu's pages show for orders that the seller ships; a missing one is taken for it.
_BY_SELLER = "fulfillBySeller"


class ChannelState(Enum):
    """Temu's status of a parent order, and of each order below it."""

    PENDING = 1
    UNSHIPPED = 2
    CANCELLED = 3
    SHIPPED = 4
    PARTLY_SHIPPED = 41
    DELIVERED = 5
    PARTLY_DELIVERED = 51


WHOLLY_SHIPPED = (ChannelState.SHIPPED, ChannelState.DELIVERED)


class Unreadable(Exception):
    """An order that can't be understood: *number* is None where not even that is known."""

    def __init__(self, number: str | None, reason: str) -> None:
        super().__init__(reason)
        self.number = number
        self.reason = reason
        # What outcomes call it; whoever read the page names the place where there is no number.
        self.subject = number or "(order without number)"


class _Flaw(Exception):
    """Why the order that is being read can't be understood."""


@dataclass(frozen=True)
class IncomingItem:
    """One order below the parent. *quantity* was ordered, *cancelled* of these are cancelled; both in Temu's units,
    each of which is *pieces_per_unit* pieces of stock. A cancelled line whose quantity Temu doesn't tell has none.
    """

    number: str
    state: ChannelState
    website_product_id: str
    website_product_variant_id: str
    title: str
    quantity: int
    cancelled: int
    fulfilled_by: FulfilledBy
    pieces_per_unit: int = 1

    @property
    def is_cancelled(self) -> bool:
        """Whether no piece is left."""
        return self.cancelled >= self.quantity


@dataclass(frozen=True)
class IncomingOrder:
    """A parent order as Temu has it since *updated_at*."""

    number: str
    state: ChannelState
    ordered_at: datetime
    # None where Temu doesn't tell: not promised by the documentation.
    updated_at: datetime | None
    latest_ship_at: datetime | None
    region_id: int | None
    items: Sequence[IncomingItem]
    # What forbids some label of one's own, or all of them, in Temu's words.
    restrictions: Sequence[str] = ()
    labels: Sequence[OrderLabel] = ()
    # What else Temu says of it, in its words.
    notices: Sequence[str] = ()

    @property
    def is_cancelled(self) -> bool:
        """Whether nothing of it is left to deliver."""
        return self.state is ChannelState.CANCELLED or all(item.is_cancelled for item in self.items)


def number_of(row: Any) -> str | None:
    """The parent order number of a row, readable or not."""
    try:
        number = row["parentOrderMap"]["parentOrderSn"]
    except (TypeError, KeyError):
        return None
    return text_number(number)


def changed_at(row: Any) -> int | None:
    """When a row's order last changed, in Unix seconds, whether the row is readable or not; None where it doesn't tell."""
    try:
        second = int(row["parentOrderMap"]["updateTime"])
    except (TypeError, KeyError, ValueError, OverflowError):
        return None
    return second // 1000 if second > _LARGEST_SECONDS else second


def text_number(value: Any) -> str | None:
    """An order number as text: it is logged and told, so nothing else that Temu may send in its place is taken for one."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    return str(value) if _NUMBER.fullmatch(str(value)) else None


def read(row: Any, *, is_semi_managed: bool = False) -> IncomingOrder:
    """One row of Temu's list; raises Unreadable. What lines are of depends on the kind of mall."""
    number = number_of(row)
    if number is None:
        raise Unreadable(None, "Temu sent an order without a parent order number.")
    try:
        message = msgspec.convert(row, OrderMessage, strict=False)
        return _order(number, message, is_semi_managed=is_semi_managed)
    except msgspec.ValidationError as error:
        raise Unreadable(number, f"Temu's message about this order could not be read: {error}") from None
    except _Flaw as flaw:
        raise Unreadable(number, str(flaw)) from None


def _order(number: str, message: OrderMessage, *, is_semi_managed: bool) -> IncomingOrder:
    parent, lines = message.parent_order_map, message.order_list or []
    state = _state(parent.parent_order_status, "parentOrderStatus")
    found, notices = parse_labels.read(parent, lines)
    latest_ship = parent.expect_ship_latest_time
    return IncomingOrder(
        number=number,
        state=state,
        ordered_at=_moment(parent.parent_order_time, "parentOrderTime"),
        updated_at=_moment(parent.update_time, "updateTime") if parent.update_time else None,
        # Pending orders have none yet, and come with zero or nothing.
        latest_ship_at=_moment(latest_ship, "expectShipLatestTime") if latest_ship else None,
        region_id=_region(parent.region_id) or region_id_of_order(number),
        items=_items(state, lines, is_semi_managed=is_semi_managed),
        restrictions=_restrictions(parent, lines),
        labels=found,
        notices=notices,
    )


def _restrictions(parent: OrderMap, lines: Sequence[OrderLine]) -> tuple[str, ...]:
    lists = [parent.fulfillment_warning, *(line.fulfillment_warning for line in lines)]
    return tuple(
        each.code for each in restrictions.read(word for found in lists for word in found or [] if word)
    )


def _items(parent: ChannelState, lines: Sequence[OrderLine], *, is_semi_managed: bool) -> list[IncomingItem]:
    items: list[IncomingItem] = []
    for line in lines:
        try:
            items.append(_item(parent, line, is_semi_managed=is_semi_managed))
        except _Flaw:
            # A cancelled order is cancelled whatever its items look like.
            if parent is not ChannelState.CANCELLED:
                raise
    if not items and parent is not ChannelState.CANCELLED:
        raise _Flaw("Temu sent this order without any item (orderList).")
    # The same order number twice is the same order: the later row wins.
    return list({item.number: item for item in items}.values())


def _item(parent: ChannelState, line: OrderLine, *, is_semi_managed: bool) -> IncomingItem:
    order_sn = text_number(line.order_sn)
    if order_sn is None:
        raise _Flaw("Temu sent an item of this order without its order number (orderSn).")
    state = parent if line.order_status is None else _state(line.order_status, "orderStatus")
    if parent in WHOLLY_SHIPPED and state is not ChannelState.CANCELLED:
        state = parent
    quantity, cancelled = _quantities(line, is_cancelled=state is ChannelState.CANCELLED)
    by_seller = line.fulfillment_type in {None, "", _BY_SELLER}
    variant, pieces = _variant(line, is_semi_managed=is_semi_managed)
    return IncomingItem(
        number=order_sn,
        state=state,
        website_product_id=_id(line.goods_id, "goodsId"),
        website_product_variant_id=variant,
        title=(line.goods_name or line.original_goods_name or "").replace("\0", ""),
        quantity=quantity,
        cancelled=cancelled,
        fulfilled_by=FulfilledBy.SELLER if by_seller else FulfilledBy.CHANNEL,
        pieces_per_unit=pieces,
    )


def _variant(line: OrderLine, *, is_semi_managed: bool) -> tuple[str, int]:
    """The id of the SKU that a line is of, and how many pieces of it one unit is: skuId, or in a semi-managed mall,
    whose stock is told by product SKU, the one product of its list and its soldFactor [B: one table for three regions].
    Real answers carry both for either kind of mall [B].
    """
    if not line.product_list or (line.sku_id and not is_semi_managed):
        return _id(line.sku_id, "skuId"), 1
    try:
        products = msgspec.convert(line.product_list, list[SoldProduct], strict=False)
    except msgspec.ValidationError as error:
        raise _Flaw(f"Temu's productList of {line.order_sn} could not be read: {error}") from None
    if len(products) > 1:
        # Not documented whether all belong to one unit or one of them: counting either may sell what isn't there.
        message = f"Temu sent {line.order_sn} with {len(products)} products in one line (productList), which Tradewind can't take apart."
        raise _Flaw(message)
    pieces = 1 if products[0].sold_factor is None else products[0].sold_factor
    if not 0 < pieces <= _LARGEST_QUANTITY:
        raise _Flaw(f"Temu's soldFactor of {line.order_sn} makes no sense.")
    return _id(products[0].product_sku_id, "productSkuId"), pieces


def _quantities(line: OrderLine, *, is_cancelled: bool) -> tuple[int, int]:
    """Units ordered, and units of these cancelled. Temu's `quantity` is what remains [A, real answers], and each of the
    three fields may be absent. A cancelled line is cancelled whole whatever they say [A]; what it was of is left open
    where they say no more than that nothing remains, or make no sense.
    """
    cancelled = line.canceled_quantity_before_shipment
    original, remaining = line.original_order_quantity or 0, line.quantity
    if cancelled is None:
        cancelled = max(original - remaining, 0) if original and remaining is not None else 0
    # A buyer may raise a pending order: then more remains than was ordered at first.
    ordered = max(original, (remaining or 0) + cancelled)
    contradicts = original < 0 or (original > 0 and cancelled > original)
    cancelled = ordered if is_cancelled else cancelled
    if not contradicts and 0 < ordered <= _LARGEST_QUANTITY and 0 <= cancelled <= ordered:
        return ordered, cancelled
    if not is_cancelled:
        raise _Flaw(f"Temu's quantities of {line.order_sn} make no sense.")
    return 0, 0


def _state(code: int | None, name: str) -> ChannelState:
    if code is None:
        raise _Flaw(f"Temu sent this order without {name}.")
    try:
        return ChannelState(code)
    except ValueError:
        raise _Flaw(f"Temu sent this order with {name} {code}, which Tradewind doesn't know.") from None


def _moment(stamp: int | None, name: str) -> datetime:
    if not stamp or stamp < 0:
        raise _Flaw(f"Temu sent this order without {name}.")
    try:
        return datetime.fromtimestamp(stamp / 1000 if stamp > _LARGEST_SECONDS else stamp, UTC)
    except (ValueError, OverflowError, OSError):
        raise _Flaw(f"Temu sent this order with {name} {stamp}, which is no moment.") from None


def _region(region_id: int | str | None) -> int | None:
    text = "" if region_id is None else str(region_id)
    # Temu's regions have three digits; what else comes is no country, and may not fit into a column.
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_REGION else None


def _id(value: int | str | None, name: str) -> str:
    text = "" if value is None else str(value)
    if not (text.isascii() and text.isdecimal()) or len(text) > 32:
        raise _Flaw(f"Temu sent an item of this order without {name}.")
    return text
