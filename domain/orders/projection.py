"""
What of orders can be read by a projection: one statement for a page of them with all that belongs to each.
"""

from domain.companies.projection import COMPANY
from domain.orders.queries import ORDERS
from domain.products.projection import PRODUCT
from domain.projection.fields import Entity, Many, One, Paged, flag, global_id, moment, money, text, whole

ORDER = Entity("Order", "orders", "company_id")

_ITEM = Entity("OrderItem", "order_items", "company_id")
_ITEM.fields |= {
    "id": global_id("OrderItem"),
    "channelOrderItemId": text("channel_order_item_id"),
    "product": One(PRODUCT, "{other}.id = {row}.product_id"),
    "isUnknownProduct": flag("{row}.product_id IS NULL"),
    "websiteProductId": text("website_product_id"),
    "websiteProductVariantId": text("website_product_variant_id"),
    "title": text("title"),
    "quantity": whole("quantity"),
    "cancelledQuantity": whole("cancelled_quantity"),
    "shippedQuantity": whole("shipped_quantity"),
    "fulfilledBy": text("fulfilled_by"),
    "unitPrice": money("unit_price_amount", "currency_code"),
}

_ADDRESS = Entity("Address", "order_addresses", "order_id")
_ADDRESS.fields |= {
    "name": text("name"),
    "phone": text("phone"),
    "line1": text("line1"),
    "line2": text("line2"),
    "city": text("city"),
    "region": text("region"),
    "postalCode": text("postal_code"),
    "countryCode": text("country_code"),
}

_NOTE = Entity("OrderNote", "order_notes", "order_id")
_NOTE.fields |= {
    "id": global_id("OrderNote"),
    "body": text("body"),
    "author": text("author"),
    "createdAt": moment("created_at"),
}

ORDER.fields |= {
    "id": global_id("Order"),
    "company": One(COMPANY, "{other}.id = {row}.company_id"),
    "channel": text("channel"),
    "orderSource": text("order_source"),
    "channelOrderId": text("channel_order_id"),
    "status": text("status"),
    "shippingStatus": text("shipping_status"),
    "sourceUpdatedForShipping": flag("{row}.source_updated_for_shipping"),
    "fulfilledBy": text("fulfilled_by"),
    "orderedAt": moment("ordered_at"),
    "latestShipAt": moment("latest_ship_at"),
    "total": money("total_amount", "currency_code"),
    "shippingAddress": One(_ADDRESS, "{other}.order_id = {row}.id"),
    "items": Many(_ITEM, "{other}.order_id = {row}.id", ["id"]),
    "notes": Many(_NOTE, "{other}.order_id = {row}.id", ["id"]),
}
ALL_ORDERS = Paged(ORDER, ORDERS, None)
# Orders are a subject above companies, which know nothing of them by themselves.
COMPANY.fields["orders"] = Paged(ORDER, ORDERS, "{other}.company_id = {row}.id")
