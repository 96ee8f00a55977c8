"""What an incoming order means for the back office: O5 to O9, O11, O12 and O18 to O20 as pure functions.

Upsert of orders: a new one is created, a known one changed where it differs, and a stale message, older than what is stored,
never replaces it. An import owns what Temu tells: status up to cancellation, quantities, ship-by time. It never touches what
is done here: shipping status and source-updated after the first import, notes by people.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.models import OPEN_ORDERS, FulfilledBy, Order, OrderItem, OrderLabel, OrderStatus, ShippingStatus
from domain.orders import restrictions
from domain.orders.importing.parse import WHOLLY_SHIPPED, ChannelState, IncomingItem, IncomingOrder
from domain.orders.importing.renumbering import renumbered
from domain.orders.notes import Note


@dataclass(frozen=True)
class Skip:
    """Leave it alone, for a reason that the outcome tells."""

    code: str
    reason: str


@dataclass(frozen=True)
class Create:
    """An order seen for the first time: column values, of the order and of each item by its number."""

    order: Mapping[str, Any]
    items: Mapping[str, Mapping[str, Any]]


@dataclass
class Change:
    """What is new about an order that is known: column values that differ, and nothing where nothing does."""

    order: dict[str, Any] = field(default_factory=dict)
    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    new_items: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.order or self.items or self.new_items or self.notes)


CANCELLED_AFTER_SHIPPING = Note(
    "cancelled-after-shipping",
    "Cancelled on Temu after it was shipped. Its status stays; the parcel may come back.",
)
SHIPPED_ELSEWHERE = Note(
    "shipped-elsewhere",
    "Temu shows this order as shipped, but it was not shipped here. Check who sent it.",
)
_LABEL_NOTES = {
    OrderLabel.PENDING_BUYER_ADDRESS_CHANGE: "The buyer has asked for another address. The order is held until that is "
    "answered in the seller centre.",
    OrderLabel.PENDING_RISK_CONTROL_ALERT: "Temu is looking into this order for a risk. It is held until Temu has decided.",
}


def create(incoming: IncomingOrder, *, not_before: datetime | None) -> Create | Skip:
    """The first sight of an order."""
    if incoming.is_cancelled:
        return Skip("CANCELLED_BEFORE_IMPORT", "Cancelled on Temu before its first import.")
    if not_before is not None and incoming.ordered_at < not_before:
        return Skip("BEFORE_START", "Placed before ordersNotBefore of this company.")
    # Of a cancelled line without quantity nothing is known that could be shipped.
    items = {item.number: _item_values(item) for item in incoming.items if item.quantity}
    shipping = _first_shipping_status(items.values())
    is_shipped = shipping is ShippingStatus.FULLY_SHIPPED
    is_pending = incoming.state is ChannelState.PENDING
    status = (
        OrderStatus.PENDING if is_pending else OrderStatus.COMPLETED if is_shipped else OrderStatus.IN_PROCESS
    )
    order = {
        "channel_order_id": incoming.number,
        "status": status,
        "shipping_status": shipping,
        # Temu knows of what was shipped before we knew the order: nothing is left to tell it (O11).
        "source_updated_for_shipping": is_shipped,
        "fulfilled_by": _fulfilled_by(incoming),
        "ordered_at": incoming.ordered_at,
        "latest_ship_at": incoming.latest_ship_at,
        "channel_region_id": incoming.region_id,
        "shipping_restrictions": list(incoming.restrictions),
        "labels": [label.value for label in incoming.labels],
        "channel_notices": list(incoming.notices),
        "restriction_details": restrictions.stored(incoming.restrictions),
        "channel_updated_at": incoming.updated_at or incoming.ordered_at,
        # Temu has neither for a pending order, and the buyer may still change it.
        "address_wanted": not is_pending,
        "amounts_wanted": not is_pending,
    }
    return Create(order, items)


def change(order: Order, items: Sequence[OrderItem], incoming: IncomingOrder) -> Change | Skip:
    """What *incoming* changes about a known order."""
    if incoming.updated_at is not None and incoming.updated_at < order.channel_updated_at:
        return Skip(
            "OLDER", "Temu sent an older state of this order than the one known; the newer one stays."
        )
    known = {item.channel_order_item_id: item for item in items}
    result = Change()
    _update_labels(result, order, incoming)
    if incoming.is_cancelled:
        _cancel(result, order, items)
    else:
        _update_status(result, order, incoming)
        _update_address(result, order, incoming)
        _cancel_vanished(result, order, items, incoming)
        # While an order is pending the buyer may change it freely, and what is gone was cancelled above.
        moved = {} if _is_pending(order) else renumbered(items, incoming)
        for number, item in moved.items():
            _renumber(result, order, known.pop(number), item)
        taken = {item.number for item in moved.values()}
        for item in incoming.items:
            if item.number in taken:
                continue
            if item.number in known:
                _update_item(result, order, known[item.number], item)
            elif not item.is_cancelled:
                result.new_items[item.number] = {**_item_values(item), "shipped_quantity": 0}
        # Temu may choose the warehouse only when it releases the order. What was shipped here, was shipped here.
        if order.shipping_status is ShippingStatus.UNSHIPPED:
            _set(result, order, fulfilled_by=_fulfilled_by(incoming))
        _update_shipping(result, order, items)
        _compare_shipping(result, order, incoming)
    _set(result, order, latest_ship_at=incoming.latest_ship_at or order.latest_ship_at)
    if incoming.updated_at is not None and incoming.updated_at > order.channel_updated_at:
        result.order["channel_updated_at"] = incoming.updated_at
    return result


def ended_at(incoming: IncomingOrder, known: Order | None) -> datetime | None:
    """When nothing more was to come of it on Temu, as it was delivered or cancelled: not what COMPLETED says here. From then
    on its buyer is kept so many days. None while something is.
    """
    if not (incoming.is_cancelled or incoming.state is ChannelState.DELIVERED):
        return None
    return (known and known.ended_at) or incoming.updated_at or incoming.ordered_at


def _cancel(result: Change, order: Order, items: Sequence[OrderItem]) -> None:
    if order.status is OrderStatus.CANCELLED:
        return
    # What others shipped (O12) is COMPLETED without a shipping status of its own.
    is_shipped = (
        order.status is OrderStatus.COMPLETED or order.shipping_status is not ShippingStatus.UNSHIPPED
    )
    if is_shipped or any(item.shipped_quantity for item in items):
        result.notes.append(CANCELLED_AFTER_SHIPPING)
        if order.status in OPEN_ORDERS:
            _cancel_rest(result, items)
        return
    result.order["status"] = OrderStatus.CANCELLED
    _set(result, order, status_after_hold=None, address_wanted=False, amounts_wanted=False)
    for item in items:
        if item.cancelled_quantity != item.quantity:
            result.items[item.channel_order_item_id] = {"cancelled_quantity": item.quantity}
    result.notes.append(Note("cancelled", "Cancelled on Temu before anything was shipped."))


def _cancel_rest(result: Change, items: Sequence[OrderItem]) -> None:
    """What is not shipped is not to be shipped any more, and holds no stock (O20)."""
    for item in items:
        rest = item.quantity - item.shipped_quantity
        if item.fulfilled_by is FulfilledBy.SELLER and item.cancelled_quantity != rest:
            result.items[item.channel_order_item_id] = {"cancelled_quantity": rest}


def _update_labels(result: Change, order: Order, incoming: IncomingOrder) -> None:
    names = [label.value for label in incoming.labels]
    for label, body in _LABEL_NOTES.items():
        if label.value in names and label.value not in order.labels:
            moment = (incoming.updated_at or order.channel_updated_at).isoformat()
            result.notes.append(Note(f"label:{label.value}:{moment}", body))
    _set(result, order, labels=names, channel_notices=list(incoming.notices))
    if list(incoming.restrictions) != order.shipping_restrictions:
        result.order["shipping_restrictions"] = list(incoming.restrictions)
        result.order["restriction_details"] = restrictions.stored(incoming.restrictions)


def _update_status(result: Change, order: Order, incoming: IncomingOrder) -> None:
    released = _is_pending(order) and incoming.state is not ChannelState.PENDING
    revived = order.status is OrderStatus.CANCELLED
    if released or revived:
        is_pending = incoming.state is ChannelState.PENDING
        # What is on hold stays so: it is released when the hold ends.
        column = "status_after_hold" if order.status is OrderStatus.ON_HOLD else "status"
        result.order[column] = OrderStatus.PENDING if is_pending else OrderStatus.IN_PROCESS
        result.order["address_wanted"] = result.order["amounts_wanted"] = not is_pending


def _is_pending(order: Order) -> bool:
    """Whether Temu had not released it as far as is known here."""
    return OrderStatus.PENDING in {order.status, order.status_after_hold}


def _update_address(result: Change, order: Order, incoming: IncomingOrder) -> None:
    """Have the address read again where the buyer may have moved (O13).

    That a new address moves Temu's update time is inferred from its event of that name and seen nowhere; nothing in the
    list tells of the address itself. So whatever moves the time of an order that is to be shipped costs one call.
    """
    is_confirmed = (
        OrderLabel.ADDRESS_CHANGE_CONFIRMED in incoming.labels
        and OrderLabel.ADDRESS_CHANGE_CONFIRMED.value not in order.labels
    )
    is_news = is_confirmed or (
        incoming.updated_at is not None and incoming.updated_at > order.channel_updated_at
    )
    is_here = OrderStatus.IN_PROCESS in {order.status, order.status_after_hold}
    is_unshipped = order.shipping_status is ShippingStatus.UNSHIPPED and incoming.state not in WHOLLY_SHIPPED
    is_ours = _fulfilled_by(incoming) is FulfilledBy.SELLER
    if is_news and is_here and is_ours and is_unshipped and not order.address_wanted:
        result.order["address_wanted"] = True


def _cancel_vanished(
    result: Change, order: Order, items: Sequence[OrderItem], incoming: IncomingOrder
) -> None:
    """A buyer may take a line out of an order while it is pending: then Temu lists the others alone."""
    if not _is_pending(order):
        return
    listed = {item.number for item in incoming.items}
    for item in items:
        number = item.channel_order_item_id
        if number not in listed and not item.shipped_quantity and item.cancelled_quantity != item.quantity:
            result.items[number] = {"cancelled_quantity": item.quantity}
            body = (
                f"Temu no longer lists {number} in this order: all {item.quantity} pieces count as cancelled."
            )
            result.notes.append(Note(f"vanished:{number}", body))


def _update_item(result: Change, order: Order, known: OrderItem, item: IncomingItem) -> None:
    changes: dict[str, Any] = {}
    number = known.channel_order_item_id
    # A cancelled line without quantity is cancelled whole, whatever it was of.
    quantity = max(item.quantity or known.quantity, known.shipped_quantity)
    wanted = min(item.cancelled, quantity) if item.quantity else quantity
    cancelled = min(wanted, quantity - known.shipped_quantity)
    if wanted > cancelled:
        too_late = wanted - cancelled
        body = (
            f"{too_late} of {quantity} pieces of {item.number} were cancelled on Temu after they were shipped here; the "
            "parcel may come back."
        )
        result.notes.append(Note(f"cancelled-after-shipping:{item.number}:{too_late}", body))
    if quantity != known.quantity:
        changes["quantity"] = quantity
        # While an order is pending the buyer may change it freely; nobody here has acted on it yet.
        if not _is_pending(order):
            note = f"{item.number} is for {quantity} pieces now."
            result.notes.append(Note(f"quantity:{item.number}:{quantity}", note))
    if cancelled != known.cancelled_quantity:
        changes["cancelled_quantity"] = cancelled
        body = f"{cancelled} of {quantity} pieces of {item.number} are cancelled on Temu."
        result.notes.append(Note(f"cancelled:{item.number}:{cancelled}", body))
    if item.fulfilled_by is not known.fulfilled_by and not known.shipped_quantity:
        changes["fulfilled_by"] = item.fulfilled_by
    if changes:
        result.items[number] = {**result.items.get(number, {}), **changes}


def _renumber(result: Change, order: Order, known: OrderItem, item: IncomingItem) -> None:
    before = known.channel_order_item_id
    result.items[before] = {"channel_order_item_id": item.number, "previous_channel_order_item_id": before}
    body = f"Temu lists {before} as {item.number} now. Its stock is held once; look whether it is the same."
    result.notes.append(Note(f"renumbered:{item.number}", body))
    _update_item(result, order, known, item)


def _update_shipping(result: Change, order: Order, items: Sequence[OrderItem]) -> None:
    """Part was shipped here; the rest is cancelled, shipped by others or back. Nothing else of it is an import's (O18)."""
    before, is_news = order.shipping_status, bool(result.items) and not result.new_items
    if before is ShippingStatus.UNSHIPPED or order.status not in OPEN_ORDERS or not is_news:
        return
    now = ({"quantity": i.quantity, "cancelled_quantity": i.cancelled_quantity, "fulfilled_by": i.fulfilled_by,
            "shipped_quantity": i.shipped_quantity, **result.items.get(i.channel_order_item_id, {})} for i in items)  # fmt: skip
    own = [each for each in now if each["fulfilled_by"] is FulfilledBy.SELLER]
    is_done = _first_shipping_status(own) is ShippingStatus.FULLY_SHIPPED
    is_back = any(each.get("fulfilled_by") is FulfilledBy.SELLER for each in result.items.values())
    after = ShippingStatus.FULLY_SHIPPED if is_done else ShippingStatus.PARTIALLY_SHIPPED
    if after is not before and (is_done or is_back):
        result.order["shipping_status"] = after


def _compare_shipping(result: Change, order: Order, incoming: IncomingOrder) -> None:
    """What is shipped on Temu and not here; here, once lines that Temu has cancelled are no longer waited for."""
    shipping = result.order.get("shipping_status", order.shipping_status)
    if incoming.state not in WHOLLY_SHIPPED or shipping is ShippingStatus.FULLY_SHIPPED:
        return
    if _fulfilled_by(incoming) is not FulfilledBy.CHANNEL:
        result.notes.append(SHIPPED_ELSEWHERE)
    elif order.status is not OrderStatus.COMPLETED:
        # Others have packed and sent it, as they were meant to (O12).
        result.order["status"] = OrderStatus.COMPLETED
        _set(result, order, status_after_hold=None)


def _set(result: Change, order: Order, **values: Any) -> None:
    """Note those of these column values that differ."""
    result.order.update({name: value for name, value in values.items() if getattr(order, name) != value})


def _fulfilled_by(incoming: IncomingOrder) -> FulfilledBy:
    by_seller = any(item.fulfilled_by is FulfilledBy.SELLER for item in incoming.items)
    return FulfilledBy.SELLER if by_seller else FulfilledBy.CHANNEL


def _item_values(item: IncomingItem) -> dict[str, Any]:
    remaining = item.quantity - item.cancelled
    return {
        "channel_order_item_id": item.number,
        "website_product_id": item.website_product_id,
        "website_product_variant_id": item.website_product_variant_id,
        "title": item.title,
        "quantity": item.quantity,
        "cancelled_quantity": item.cancelled,
        # Temu ships each order number whole: one that is partly shipped is counted as not shipped, which holds
        # too much stock rather than too little.
        "shipped_quantity": remaining if item.state in WHOLLY_SHIPPED else 0,
        "fulfilled_by": item.fulfilled_by,
        "pieces_per_unit": item.pieces_per_unit,
    }


def _first_shipping_status(items: Collection[Mapping[str, Any]]) -> ShippingStatus:
    if all(item["quantity"] == item["cancelled_quantity"] + item["shipped_quantity"] for item in items):
        return ShippingStatus.FULLY_SHIPPED
    if any(item["shipped_quantity"] for item in items):
        return ShippingStatus.PARTIALLY_SHIPPED
    return ShippingStatus.UNSHIPPED
