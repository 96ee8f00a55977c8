"""Products, what lies of them where, and what the channel is to be told (I1, I2, I8, I9)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
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
    ProductPrice,
    Reservation,
    StockChange,
    Warehouse,
)
from tests.oracle.pages import Listed, Values, is_in, microseconds, refuses_nothing
from tests.oracle.rows import Fields, Seen, global_id


def _all_products(_query: None, seen: Seen) -> list[Product]:
    return [product for product in seen.all(Product) if seen.visible(product)]


def _products(company: Company, seen: Seen) -> list[Product]:
    return seen.all(Product, company_id=company.id)


def _is_dear(wanted: Mapping[str, Any], order: str | None, seen: Seen) -> bool:
    """Whether what is worked out for each product would be for those of all companies."""
    is_of_one = "companyId" in wanted or len(seen.company_ids or ()) == 1
    return not is_of_one and (order in _WORKED or _names(wanted, "availableQuantity"))


def _names(wanted: Mapping[str, Any], name: str) -> bool:
    inner = [*wanted.get("and", ()), *wanted.get("or", ()), *([wanted["not"]] if "not" in wanted else ())]
    return name in wanted or any(_names(each, name) for each in inner)


def _matches(product: Product, wanted: Mapping[str, Any], seen: Seen) -> bool:
    is_mapped = product.website_product_id is not None and product.website_product_variant_id is not None
    is_shadow = product.shadow_of_id is not None
    search = fold(wanted.get("search", ""))
    told = seen.one(ChannelStock, product_id=product.id)
    change = seen.one(StockChange, product_id=product.id)
    found = {
        "hasStock": any(level.on_hand > 0 for level in _levels(product, seen)),
        "isWaiting": change is not None or seen.get(Company, id=product.company_id).stock_rules_changed,
        "isRefused": told is not None and told.refused_at is not None,
        "isArchived": product.archived_at is not None,
        "isDrifting": told is not None and told.drifting_since is not None,
    }
    company_id = global_id("Company", product.company_id)
    return (
        wanted.get("companyId", company_id) == company_id
        and all(wanted.get(name, value) is value for name, value in found.items())
        and is_in(product.updated_at, wanted.get("updatedAt"))
        and is_in(None if told is None else told.accepted_at, wanted.get("lastPushedAt"))
        and is_in(_available(product, seen), wanted.get("availableQuantity"), with_end=True)
        and (search in fold(product.sku) or search in fold(product.name))
        and _price_state(product, seen) in wanted.get("priceState", [_price_state(product, seen)])
        and product.sku in wanted.get("skus", [product.sku])
        and is_mapped is wanted.get("isMapped", is_mapped)
        and ("attention" not in wanted or _needs_a_person(product, wanted["attention"], seen))
        and is_shadow is wanted.get("isShadow", is_shadow)
    )


def _price_state(product: Product, seen: Seen) -> str:
    price = seen.one(ProductPrice, product_id=product.id)
    return "NONE" if price is None else price.state.value


def _money(amount: str, currency: str) -> Callable[[ProductPrice, Seen], Mapping[str, Any] | None]:
    def of_price(price: ProductPrice, _seen: Seen) -> Mapping[str, Any] | None:
        found, code = getattr(price, amount), getattr(price, currency)
        return None if found is None or code is None else {"amount": found, "currencyCode": code}

    return of_price


def _last_pushed(product: Product, seen: Seen) -> Values:
    told = seen.one(ChannelStock, product_id=product.id)
    moment = None if told is None else told.accepted_at
    return microseconds(moment) if moment else 0, product.id


def _by_available(product: Product, seen: Seen) -> Values:
    return _available(product, seen), product.id


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
        case "PRICES_REFUSED" | "PRICES_COUNTERED":
            return _price_state(product, seen) == code.removeprefix("PRICES_")
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


@dataclass(frozen=True)
class _ListedLevel:
    """A level with its product's code, by which levels are sorted."""

    product_id: int
    warehouse_id: int
    on_hand: int
    updated_at: datetime
    product: Product


def _listed_levels(_query: None, seen: Seen) -> list[_ListedLevel]:
    found = [(level, seen.get(Product, id=level.product_id)) for level in seen.all(InventoryLevel)]
    return [
        _ListedLevel(level.product_id, level.warehouse_id, level.on_hand, level.updated_at, product)
        for level, product in found
        if seen.visible(product)
    ]


def _level_matches(level: _ListedLevel, wanted: Mapping[str, Any], seen: Seen) -> bool:
    search = fold(wanted.get("search", ""))
    company_id = global_id("Company", level.product.company_id)
    product_id, warehouse_id = (
        global_id("Product", level.product_id),
        global_id("Warehouse", level.warehouse_id),
    )
    is_reserved = bool(seen.all(Reservation, product_id=level.product_id, warehouse_id=level.warehouse_id))
    return (
        (search in fold(level.product.sku) or search in fold(level.product.name))
        and wanted.get("companyId", company_id) == company_id
        and product_id in wanted.get("productIds", [product_id])
        and warehouse_id in wanted.get("warehouseIds", [warehouse_id])
        and is_in(level.on_hand, wanted.get("onHand"), with_end=True)
        and wanted.get("isReserved", is_reserved) is is_reserved
    )


def _product_of(level: Any, seen: Seen) -> Product | None:
    return seen.visible(seen.get(Product, id=level.product_id))


def _sellable(level: Any, seen: Seen) -> int:
    is_sellable = seen.get(Warehouse, id=level.warehouse_id).is_sellable
    return level.on_hand - _reserved(level, seen) if is_sellable else 0


def _by_sku(product: Product) -> Values:
    return product.sku, product.id


_WORKED = {"LAST_PUSHED_AT": _last_pushed, "AVAILABLE_QUANTITY": _by_available}
_PRODUCTS = Listed(
    "products",
    _all_products,
    _by_sku,
    matches=_matches,
    orders={
        "SKU": _by_sku,
        "NAME": lambda product: (product.name, product.id),
        "CREATED_AT": lambda product: (product.id,),
        "UPDATED_AT": lambda product: (microseconds(product.updated_at), product.id),
    },
    worked=_WORKED,
    counted=("isMapped", {"MAPPED": True, "UNMAPPED": False}),
    refuses=_is_dear,
)


def _level_by_sku(level: _ListedLevel) -> Values:
    return level.product.sku, level.product_id, level.warehouse_id


LISTS = {
    "Query.products": _PRODUCTS,
    "Company.products": replace(_PRODUCTS, rows=_products, refuses=refuses_nothing),
    "Query.inventory": Listed(
        "inventory",
        _listed_levels,
        _level_by_sku,
        matches=_level_matches,
        orders={
            "SKU": _level_by_sku,
            "ON_HAND": lambda level: (level.on_hand, level.product_id, level.warehouse_id),
        },
    ),
}
FIELDS: Fields = {
    "Product.price": lambda product, seen: seen.one(ProductPrice, product_id=product.id),
    "ProductPrice.wanted": _money("amount", "currency_code"),
    "ProductPrice.minimum": _money("minimum_amount", "minimum_currency_code"),
    "ProductPrice.channelPrice": _money("channel_amount", "channel_currency_code"),
    "ProductPrice.proposed": _money("proposed_amount", "currency_code"),
    "Product.websiteProperties": _website_properties,
    "Product.shadowOf": _shadow_of,
    "Product.inventory": _levels,
    "InventoryLevel.reserved": _reserved,
    "InventoryLevel.sellable": _sellable,
    "InventoryLevel.product": _product_of,
    "Product.aggregateSellableQuantity": _aggregate_sellable,
    "Product.availableQuantity": _available,
    "Product.stockExplanation": _explanation,
    "ChannelStock.isInDoubt": _is_in_doubt,
}
