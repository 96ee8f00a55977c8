"""Products, what lies of them where, and what the channel is to be told (I1, I2, I8, I9)."""

from collections.abc import Iterable, Mapping
from typing import Any

from domain.folding import fold
from domain.models import (
    ChannelStock,
    ChannelWarehouseMapping,
    Company,
    InventoryLevel,
    Order,
    OrderItem,
    Product,
    Reservation,
    StockChange,
    Warehouse,
)
from tests.oracle.pages import Listed
from tests.oracle.rows import Fields, Seen


def _products(company: Company, seen: Seen) -> list[Product]:
    return seen.all(Product, company_id=company.id)


def _matches(product: Product, wanted: Mapping[str, Any], seen: Seen) -> bool:
    is_mapped = product.website_product_id is not None and product.website_product_variant_id is not None
    is_shadow = product.shadow_of_id is not None
    search = fold(wanted.get("search", ""))
    return (
        (search in fold(product.sku) or search in fold(product.name))
        and product.sku in wanted.get("skus", [product.sku])
        and is_mapped is wanted.get("isMapped", is_mapped)
        and ("attention" not in wanted or _needs_a_person(product, wanted["attention"], seen))
        and is_shadow is wanted.get("isShadow", is_shadow)
    )


def _needs_a_person(product: Product, code: str, seen: Seen) -> bool:
    """C11: what an item of attention with this code counts."""
    company = seen.get(Company, id=product.company_id)
    if company.store_plugin is None or company.archived_at is not None:
        return False
    told, changed = (
        seen.one(ChannelStock, product_id=product.id),
        seen.one(StockChange, product_id=product.id),
    )
    match code:
        case "UNMAPPED_PRODUCTS":
            return product.website_product_id is None
        case "DRIFTING_STOCK":
            return told is not None and told.drifts >= 2
        case "STOCK_REFUSED":
            return told is not None and told.refused_at is not None
        case _:
            is_held_back = changed is not None and changed.held_back_since is not None
            return is_held_back and product.website_product_id is not None


def _website_properties(product: Product, seen: Seen) -> Mapping[str, Any]:
    told = seen.one(ChannelStock, product_id=product.id)
    return {
        "websiteProductId": product.website_product_id,
        "websiteProductVariantId": product.website_product_variant_id,
        "useDefaultSafetyQuantity": product.use_default_safety_quantity,
        "safetyQuantity": product.safety_quantity,
        "lastPushedQuantity": None if told is None else told.accepted_quantity,
        "lastPushedAt": None if told is None else told.accepted_at,
    }


def _shadow_of(product: Product, seen: Seen) -> Product | None:
    return seen.visible(seen.one(Product, id=product.shadow_of_id))


def _stock_id(product: Product) -> int:
    """The product whose stock this one sells (M5)."""
    return product.id if product.shadow_of_id is None else product.shadow_of_id


def _levels(product: Product, seen: Seen) -> list[InventoryLevel]:
    found = seen.all(InventoryLevel, product_id=_stock_id(product))
    return sorted(found, key=lambda level: level.warehouse_id)


def _reserved(level: InventoryLevel, seen: Seen) -> int:
    return _pieces(seen.all(Reservation, product_id=level.product_id, warehouse_id=level.warehouse_id))


def _pieces(reservations: Iterable[Reservation]) -> int:
    return sum(reservation.quantity for reservation in reservations)


def _all_reserved(product: Product, seen: Seen) -> int:
    return _pieces(seen.all(Reservation, product_id=_stock_id(product)))


def _aggregate_sellable(product: Product, seen: Seen) -> int:
    """I2."""
    lies = sum(
        level.on_hand
        for level in _levels(product, seen)
        if seen.get(Warehouse, id=level.warehouse_id).is_sellable
    )
    return lies - _all_reserved(product, seen)


def _reason_not_to_count(level: InventoryLevel, company: Company, seen: Seen) -> str | None:
    """I9."""
    if not seen.get(Warehouse, id=level.warehouse_id).is_sellable:
        return "This warehouse is not sellable."
    named = seen.all(ChannelWarehouseMapping, company_id=company.id, warehouse_id=level.warehouse_id)
    if company.sell_only_mapped_warehouses and not named:
        return "The company sells only from warehouses with a channel warehouse code, and this has none."
    return None


def _counting(product: Product, company: Company, seen: Seen) -> int:
    lies = sum(
        level.on_hand
        for level in _levels(product, seen)
        if _reason_not_to_count(level, company, seen) is None
    )
    return lies - _all_reserved(product, seen)


def _safety(product: Product, company: Company) -> int:
    return company.safety_quantity if product.use_default_safety_quantity else product.safety_quantity


def _available(product: Product, seen: Seen) -> int:
    """I1, with the cap of I9."""
    company = seen.get(Company, id=product.company_id)
    if product.archived_at is not None:
        return 0
    quantity = max(_counting(product, company, seen) - _safety(product, company), 0)
    return quantity if company.max_quantity is None else min(quantity, company.max_quantity)


def _explanation(product: Product, seen: Seen) -> Mapping[str, Any]:
    """I8."""
    company = seen.get(Company, id=product.company_id)
    change = seen.one(StockChange, product_id=product.id)
    return {
        "warehouses": [_explained(level, company, seen) for level in _levels(product, seen)],
        "reservations": _reservations(product, seen),
        "reservedQuantity": _all_reserved(product, seen),
        "aggregateSellableQuantity": _counting(product, company, seen),
        "safetyQuantity": _safety(product, company),
        "isDefaultSafetyQuantity": product.use_default_safety_quantity,
        "maxQuantity": company.max_quantity,
        "availableQuantity": _available(product, seen),
        "isWaiting": change is not None or company.stock_rules_changed,
        "heldBackSince": None if change is None else change.held_back_since,
        "channel": seen.one(ChannelStock, product_id=product.id),
    }


def _explained(level: InventoryLevel, company: Company, seen: Seen) -> Mapping[str, Any]:
    reason = _reason_not_to_count(level, company, seen)
    return {
        "warehouse": seen.get(Warehouse, id=level.warehouse_id),
        "onHand": level.on_hand,
        "counts": reason is None,
        "reason": reason,
    }


def _reservations(product: Product, seen: Seen) -> list[Mapping[str, Any]]:
    by_order: dict[int, int] = {}
    for reservation in seen.all(Reservation, product_id=_stock_id(product)):
        order_id = seen.get(OrderItem, id=reservation.order_item_id).order_id
        if seen.visible(seen.get(Order, id=order_id)) is None:
            continue
        by_order[order_id] = by_order.get(order_id, 0) + reservation.quantity
    largest_first = sorted(by_order.items(), key=lambda pair: (-pair[1], pair[0]))
    return [
        {"quantity": quantity, "order": seen.get(Order, id=order_id)}
        for order_id, quantity in largest_first[:100]
    ]


def _is_in_doubt(stock: ChannelStock, _seen: Seen) -> bool:
    return stock.in_flight_since is not None


LISTS = {
    "Company.products": Listed(
        "products", _products, lambda product: (product.sku, product.id), matches=_matches
    )
}
FIELDS: Fields = {
    "Product.websiteProperties": _website_properties,
    "Product.shadowOf": _shadow_of,
    "Product.inventory": _levels,
    "InventoryLevel.reserved": _reserved,
    "Product.aggregateSellableQuantity": _aggregate_sellable,
    "Product.availableQuantity": _available,
    "Product.stockExplanation": _explanation,
    "ChannelStock.isInDoubt": _is_in_doubt,
}
