"""Orders with their items, addresses, notes and requests to cancel."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from domain.folding import fold
from domain.models import (
    CancellationRequest,
    CancellationState,
    ChannelAction,
    Company,
    FulfilledBy,
    Order,
    OrderAddress,
    OrderInvoice,
    OrderItem,
    OrderNote,
    OrderStatus,
    Package,
    PackageCorrection,
    PackageLine,
    Product,
    ShippingStatus,
    TrackingUpload,
)
from tests.oracle.pages import Listed, Values, microseconds
from tests.oracle.rows import Fields, Seen, global_id


def _all_orders(_query: None, seen: Seen) -> list[Order]:
    return [order for order in seen.all(Order) if seen.visible(order)]


def _orders(company: Company, seen: Seen) -> list[Order]:
    return seen.all(Order, company_id=company.id)


def _last_placed_first(order: Order) -> Values:
    return microseconds(order.ordered_at), order.id


def _matches(order: Order, wanted: Mapping[str, Any], seen: Seen) -> bool:
    is_unknown = any(item.product_id is None for item in _items(order, seen))
    is_updated = order.source_updated_for_shipping
    company_id = global_id("Company", order.company_id)
    has_request = _cancellation_request(order, seen) is not None
    is_restricted = bool(_restriction_details(order, seen))
    needs_invoice = _wants_invoice(order, seen)
    return (
        wanted.get("companyId", company_id) == company_id
        and wanted.get("channel", order.channel.value) == order.channel.value
        and wanted.get("orderSource", order.order_source.value) == order.order_source.value
        and order.status.value in wanted.get("status", [order.status.value])
        and order.shipping_status.value in wanted.get("shippingStatus", [order.shipping_status.value])
        and ("labels" not in wanted or any(label in order.labels for label in wanted["labels"]))
        and wanted.get("hasUnknownProduct", is_unknown) is is_unknown
        and wanted.get("sourceUpdatedForShipping", is_updated) is is_updated
        and order.ordered_at >= wanted.get("orderedFrom", order.ordered_at)
        and order.ordered_at < wanted.get("orderedTo", order.ordered_at + timedelta(seconds=1))
        and _is_in(order.latest_ship_at, wanted.get("latestShipAt"))
        and _is_in(order.updated_at, wanted.get("updatedAt"))
        and _is_of_total(order, wanted.get("total"))
        and order.channel_order_id in wanted.get("channelOrderIds", [order.channel_order_id])
        and ("skus" not in wanted or any(sku in wanted["skus"] for sku in _skus(order, seen)))
        and ("countryCodes" not in wanted or _country(order, seen) in wanted["countryCodes"])
        and wanted.get("hasCancellationRequest", has_request) is has_request
        and wanted.get("wantsInvoice", needs_invoice) is needs_invoice
        and wanted.get("isRestricted", is_restricted) is is_restricted
        and ("forbidsCarrier" not in wanted or _forbids(order, wanted["forbidsCarrier"], seen))
        and (
            "package" not in wanted
            or any(_is_meant(each, wanted["package"]) for each in _packages(order, seen))
        )
        and ("attention" not in wanted or needs_a_person(order, wanted["attention"], seen))
        and ("search" not in wanted or _is_found(order, fold(wanted["search"]), seen))
    )


def _is_in(moment: datetime | None, wanted: Mapping[str, datetime] | None) -> bool:
    """A range of moments; without one, none is asked for."""
    if not wanted:
        return True
    if moment is None:
        return False
    return moment >= wanted.get("from", moment) and ("to" not in wanted or moment < wanted["to"])


def _is_of_total(order: Order, wanted: Mapping[str, str] | None) -> bool:
    bounds = {name: Decimal(value) for name, value in (wanted or {}).items() if name != "currencyCode"}
    amount = order.total_amount
    if wanted and "currencyCode" in wanted and order.currency_code != wanted["currencyCode"]:
        return False
    if amount is None:
        return not bounds
    return bounds.get("from", amount) <= amount <= bounds.get("to", amount)


def _skus(order: Order, seen: Seen) -> list[str]:
    products = (seen.one(Product, id=item.product_id) for item in _items(order, seen))
    return [product.sku for product in products if product is not None]


def _country(order: Order, seen: Seen) -> str | None:
    address = _address(order, seen)
    return None if address is None else address.country_code


def _forbids(order: Order, carrier: str, seen: Seen) -> bool:
    found = _restriction_details(order, seen)
    return any(detail["forbidsAllCarriers"] or carrier in detail["carriers"] for detail in found)


def _packages(order: Order, seen: Seen) -> list[Package]:
    return [package for package in seen.all(Package, order_id=order.id) if package.voided_at is None]


def _is_meant(package: Package, wanted: Mapping[str, Any]) -> bool:
    warehouse_id = global_id("Warehouse", package.warehouse_id)
    return (
        package.carrier in wanted.get("carriers", [package.carrier])
        and warehouse_id in wanted.get("warehouseIds", [warehouse_id])
        and _is_in(package.shipped_at, wanted.get("shippedAt"))
        and _is_in(package.uploaded_at, wanted.get("uploadedAt"))
    )


def needs_a_person(order: Order, code: str, seen: Seen) -> bool:  # noqa: PLR0911 - one for each code
    """C11: what an item of attention with this code counts."""
    company = seen.get(Company, id=order.company_id)
    if company.store_plugin is None or company.archived_at is not None:
        return False
    items, packages = _items(order, seen), _packages(order, seen)
    is_own = order.fulfilled_by is FulfilledBy.SELLER
    is_open = order.status.value in {"PENDING", "ON_HOLD", "IN_PROCESS"}
    is_refused = any(upload.refused_at for upload in seen.all(TrackingUpload, order_id=order.id))
    match code:
        case "PAST_SHIP_BY":
            rest = [item for item in items if item.quantity > item.cancelled_quantity + item.shipped_quantity]
            is_late = order.latest_ship_at is not None and order.latest_ship_at < seen.rows.now
            is_waiting = is_own and is_open and order.shipping_status is not ShippingStatus.FULLY_SHIPPED
            return is_waiting and is_late and bool(rest)
        case "TRACKING_REFUSED":
            return is_refused
        case "CORRECTIONS_REFUSED":
            of_order = seen.all(Package, order_id=order.id)
            found = [seen.one(PackageCorrection, package_id=package.id) for package in of_order]
            return any(correction is not None and correction.refused_at for correction in found)
        case "SHIPPED_NOT_UPLOADED":
            is_whole = order.shipping_status is ShippingStatus.FULLY_SHIPPED
            is_in_part = order.shipping_status is ShippingStatus.PARTIALLY_SHIPPED and _has_ready(
                company, packages, seen
            )
            is_untold = is_own and not order.source_updated_for_shipping and not is_refused
            return is_untold and (is_whole or is_in_part) and bool(packages)
        case "UNKNOWN_PRODUCTS":
            return is_own and is_open and any(item.product_id is None for item in items)
        case "ORDERS_HELD":
            reasons = {"ADDRESS_CHANGE_REQUESTED", "RISK_CONTROL"} & set(order.hold_reasons)
            return order.status.value == "ON_HOLD" and bool(order.labels) and bool(reasons)
        case "RENUMBERED_ITEMS":
            return is_open and any(item.previous_channel_order_item_id is not None for item in items)
        case "INVOICES_WANTED":
            return _wants_invoice(order, seen)
        case _:
            return _is_unanswered(order, seen)


def _has_ready(company: Company, packages: list[Package], seen: Seen) -> bool:
    """T13: a package that Temu has not been told of, and holds lines that are packed whole only."""
    if not company.upload_tracking_per_item:
        return False
    for package in packages:
        lines = seen.all(PackageLine, package_id=package.id)
        items = [seen.get(OrderItem, id=line.order_item_id) for line in lines]
        whole = [item.quantity - item.cancelled_quantity <= item.shipped_quantity for item in items]
        if package.uploaded_at is None and all(whole):
            return True
    return False


def _is_found(order: Order, part: str, seen: Seen) -> bool:
    """By its number, its recipient or the SKU of an item."""
    address = _address(order, seen)
    products = [_product(item, seen) for item in _items(order, seen)]
    return (
        part in fold(order.channel_order_id)
        or (address is not None and address.name is not None and part in fold(address.name))
        or any(product is not None and part in fold(product.sku) for product in products)
    )


def _items(order: Order, seen: Seen) -> list[OrderItem]:
    return sorted(seen.all(OrderItem, order_id=order.id), key=lambda item: item.id)


def _is_unknown_product(item: OrderItem, _seen: Seen) -> bool:
    return item.product_id is None


def _product(item: OrderItem, seen: Seen) -> Product | None:
    return seen.visible(seen.one(Product, id=item.product_id))


def _unit_price(item: OrderItem, _seen: Seen) -> Mapping[str, Any] | None:
    return money(item.unit_price_amount, item.currency_code)


def _total(order: Order, _seen: Seen) -> Mapping[str, Any] | None:
    return money(order.total_amount, order.currency_code)


def money(amount: Decimal | None, currency: str | None) -> Mapping[str, Any] | None:
    return None if amount is None or currency is None else {"amount": amount, "currencyCode": currency}


def _address(order: Order, seen: Seen) -> OrderAddress | None:
    return seen.one(OrderAddress, order_id=order.id)


def _notes(order: Order, seen: Seen) -> list[OrderNote]:
    return sorted(seen.all(OrderNote, order_id=order.id), key=lambda note: note.id)


def _cancellation_request(order: Order, seen: Seen) -> CancellationRequest | None:
    """O15: the oldest that waits."""
    of_order = {"company_id": order.company_id, "channel_order_id": order.channel_order_id}
    waiting = seen.all(CancellationRequest, state=CancellationState.OPEN, **of_order)
    return min(waiting, key=lambda request: (request.requested_at, request.number), default=None)


def _is_unanswered(order: Order, seen: Seen) -> bool:
    """O15: a request that waits, and that nobody has declined, or whose day to do so is over."""
    declined = order.cancellation_declined_at
    return any(
        declined is None
        or request.requested_at > declined
        or request.requested_at + timedelta(hours=24) <= seen.rows.now
        for request in _waiting(order, seen)
    )


def _waiting(order: Order, seen: Seen) -> list[CancellationRequest]:
    of_order = {"company_id": order.company_id, "channel_order_id": order.channel_order_id}
    return seen.all(CancellationRequest, state=CancellationState.OPEN, **of_order)


def _wants_invoice(order: Order, seen: Seen) -> bool:
    found = seen.all(OrderInvoice, order_id=order.id)
    return any(invoice.state.value in {"WANTED", "REFUSED"} for invoice in found)


def _invoices(order: Order, seen: Seen) -> list[OrderInvoice]:
    return sorted(seen.all(OrderInvoice, order_id=order.id), key=lambda invoice: invoice.id)


def _available_actions(order: Order, seen: Seen) -> list[Mapping[str, Any]]:
    """O15: what may be done with it, as people read the rules."""
    now, waiting = seen.rows.now, _waiting(order, seen)
    is_open = order.status.value in {"PENDING", "ON_HOLD", "IN_PROCESS"}
    if not is_open and order.source_updated_for_shipping:
        return []
    is_left = is_open and order.shipping_status is not ShippingStatus.FULLY_SHIPPED
    is_own = order.fulfilled_by is FulfilledBy.SELLER
    until = min((request.requested_at for request in waiting), default=None)
    until = None if until is None else until + timedelta(hours=24)
    is_declined = bool(waiting) and not _is_unanswered(order, seen)
    actions = [
        action
        for action in seen.all(ChannelAction, order_id=order.id)
        if action.status.value not in {"REFUSED", "CANCELLED"}
    ]
    is_agreed = any(action.kind.value == "ACCEPT_CANCELLATION" for action in actions)
    is_reported = any(
        action.kind.value == "REPORT_OUT_OF_STOCK" and action.ended_at is None for action in actions
    )
    is_listed = any(not request.number.startswith("label-") for request in waiting)
    may_answer = until is not None and now < until and not is_agreed
    was_pending = order.status_after_hold is not None and order.status_after_hold.value == "PENDING"
    is_pending = order.status.value == "PENDING" or was_pending
    may_report = is_left and is_own and not is_pending and (not waiting or is_declined) and not is_reported
    is_elsewhere = "isShipmentConsolidatedByMainMall" in order.channel_notices
    rules = [
        (
            "SHIP",
            order.status.value == "IN_PROCESS" and is_left and is_own and not is_elsewhere,
            until if is_declined else order.latest_ship_at,
        ),
        ("ACCEPT_CANCELLATION", may_answer and is_listed, until),
        ("DECLINE_CANCELLATION", may_answer and is_own and not is_declined, until),
        ("REPORT_OUT_OF_STOCK", may_report, None),
        ("RELEASE", order.held_at is not None and is_left, None),
    ]
    return [{"action": action, "until": at} for action, is_there, at in rules if is_there]


def _respond_by(request: CancellationRequest, _seen: Seen) -> Any:
    return request.requested_at + timedelta(hours=24)


def _restrictions(order: Order, _seen: Seen) -> list[str]:
    """T10: Temu's words, and behind them that of the address."""
    of_address = order.address_restriction
    return [*order.shipping_restrictions, of_address] if of_address else order.shipping_restrictions


def _restriction_details(order: Order, _seen: Seen) -> list[Mapping[str, Any]]:
    """T11: the same with their carriers; what names none concerns all."""
    found = [(detail["code"], detail["carriers"]) for detail in order.restriction_details]
    if order.address_restriction:
        found.append((order.address_restriction, []))
    return [
        {"code": code, "forbidsAllCarriers": carriers == [], "carriers": carriers} for code, carriers in found
    ]


def _imported_at(order: Order, _seen: Seen) -> Any:
    return order.imported_at


def _note_updated_at(note: OrderNote, _seen: Seen) -> Any:
    return note.edited_at or note.created_at


_NEVER = datetime(9999, 12, 31, tzinfo=UTC)
_ORDERS = Listed(
    "orders",
    _all_orders,
    _last_placed_first,
    descending=True,
    matches=_matches,
    orders={
        "ORDERED_AT": _last_placed_first,
        "LATEST_SHIP_AT": lambda order: (microseconds(order.latest_ship_at or _NEVER), order.id),
        "TOTAL": lambda order: (Decimal(-1) if order.total_amount is None else order.total_amount, order.id),
        "UPDATED_AT": lambda order: (microseconds(order.updated_at), order.id),
        "CHANNEL_ORDER_ID": lambda order: (order.channel_order_id, order.id),
    },
    counted=("status", {status.value: [status.value] for status in OrderStatus}),
)
LISTS = {"Query.orders": _ORDERS, "Company.orders": replace(_ORDERS, rows=_orders)}
FIELDS: Fields = {
    "Order.items": _items,
    "OrderItem.isUnknownProduct": _is_unknown_product,
    "OrderItem.product": _product,
    "OrderItem.unitPrice": _unit_price,
    "Order.total": _total,
    "Order.shippingAddress": _address,
    "Order.notes": _notes,
    "Order.createdAt": _imported_at,
    "OrderNote.updatedAt": _note_updated_at,
    "Order.cancellationRequest": _cancellation_request,
    "Order.availableActions": _available_actions,
    "Order.invoices": _invoices,
    "CancellationRequest.respondBy": _respond_by,
    "Order.shippingRestrictions": _restrictions,
    "Order.shippingRestrictionDetails": _restriction_details,
}
