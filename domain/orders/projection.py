"""
What of orders can be read by a projection: one statement for a page of them with all that belongs to each.
"""

from domain.companies.projection import COMPANY
from domain.models.cancellation import RESPOND_WITHIN
from domain.orders.queries import ORDER_FILTER, ORDERS
from domain.products.projection import PRODUCT
from domain.projection.dialects import Dialect
from domain.projection.fields import (
    Entity,
    Listed,
    Many,
    One,
    Paged,
    Value,
    flag,
    global_id,
    moment,
    money,
    name,
    text,
    texts,
    whole,
)

ORDER = Entity("Order", "orders")

ORDER_ITEM = Entity("OrderItem", "order_items")
ORDER_ITEM.fields |= {
    "id": global_id("OrderItem"),
    "channelOrderItemId": text("channel_order_item_id"),
    "previousChannelOrderItemId": text("previous_channel_order_item_id"),
    "product": One(PRODUCT, "{other}.id = {row}.product_id"),
    "isUnknownProduct": flag("{row}.product_id IS NULL"),
    "websiteProductId": text("website_product_id"),
    "websiteProductVariantId": text("website_product_variant_id"),
    "title": text("title"),
    "quantity": whole("quantity"),
    "cancelledQuantity": whole("cancelled_quantity"),
    "shippedQuantity": whole("shipped_quantity"),
    "piecesPerUnit": whole("pieces_per_unit"),
    "fulfilledBy": name("fulfilled_by"),
    "unitPrice": money("unit_price_amount", "currency_code"),
}

_ADDRESS = Entity("Address", "order_addresses", company=None)
_ADDRESS.fields |= {
    "name": text("name"),
    "phone": text("phone"),
    "line1": text("line1"),
    "line2": text("line2"),
    "city": text("city"),
    "district": text("district"),
    "region": text("region"),
    "postalCode": text("postal_code"),
    "countryCode": text("country_code"),
    "taxCode": text("tax_code"),
    "taxCodeType": text("tax_code_type"),
}

ORDER_NOTE = Entity(
    "OrderNote",
    "order_notes",
    company="(SELECT orders.company_id FROM orders WHERE orders.id = {row}.order_id)",
)
ORDER_NOTE.fields |= {
    "id": global_id("OrderNote"),
    "body": text("body"),
    "author": text("author"),
    "createdAt": moment("created_at"),
}

_REQUEST = Entity("CancellationRequest", "cancellation_requests")
_REQUEST.fields |= {
    "requestedAt": moment("requested_at"),
    "respondBy": Value(lambda d, row: d.moment(d.later(f"{row}.requested_at", RESPOND_WITHIN))),
}


def _restrictions(d: Dialect, row: str) -> str:
    """
    Those of the order and, behind them, that of its address.
    """
    own, of_address = d.elements(f"{row}.shipping_restrictions"), f"nullif({row}.address_restriction, '')"
    last = d.quoted(of_address)
    return d.array(f"coalesce({own} || coalesce(',' || {last}, ''), {last})")


# Behind whatever Temu may list.
_LAST = 1_000_000


def _details(d: Dialect, row: str) -> str:
    """
    The same as objects; that of the address concerns all carriers, and so names none.
    """
    own = d.records(f"{row}.restriction_details", ["code"], ["carriers"])
    of_address = f"SELECT {_LAST}, {row}.address_restriction, NULL WHERE {row}.address_restriction <> ''"
    return f"{own} UNION ALL {of_address}"


_DETAILS = Listed(
    "ShippingRestriction",
    _details,
    {
        "code": text("code"),
        "forbidsAllCarriers": Value(lambda d, row: d.flag(f"{d.elements(f'{row}.carriers')} IS NULL")),
        "carriers": texts("carriers"),
    },
)

ORDER.fields |= {
    "id": global_id("Order"),
    "company": One(COMPANY, "{other}.id = {row}.company_id"),
    "channel": name("channel"),
    "orderSource": name("order_source"),
    "channelOrderId": text("channel_order_id"),
    "status": name("status"),
    "shippingStatus": name("shipping_status"),
    "sourceUpdatedForShipping": flag("{row}.source_updated_for_shipping"),
    "fulfilledBy": name("fulfilled_by"),
    "orderedAt": moment("ordered_at"),
    "latestShipAt": moment("latest_ship_at"),
    "holdReasons": texts("hold_reasons"),
    "labels": texts("labels"),
    "channelNotices": texts("channel_notices"),
    "shippingRestrictions": Value(_restrictions),
    "shippingRestrictionDetails": _DETAILS,
    "total": money("total_amount", "currency_code"),
    "shippingAddress": One(_ADDRESS, "{other}.order_id = {row}.id"),
    "cancellationRequest": One(
        _REQUEST,
        "{other}.company_id = {row}.company_id AND {other}.channel_order_id = {row}.channel_order_id "
        "AND {other}.state = 'OPEN'",
        ["requested_at", "number"],
    ),
    "items": Many(ORDER_ITEM, "{other}.order_id = {row}.id", ["id"]),
    "notes": Many(ORDER_NOTE, "{other}.order_id = {row}.id", ["id"]),
}
ALL_ORDERS = Paged(ORDER, ORDERS, None, ORDER_FILTER)
# Orders are a subject above companies, which know nothing of them by themselves.
COMPANY.fields["orders"] = Paged(ORDER, ORDERS, "{other}.company_id = {row}.id", ORDER_FILTER)
