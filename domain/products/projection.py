"""
What of a product can be read by a projection.
"""

from domain.companies.projection import COMPANY
from domain.inventory.projection import LEVEL, sellable
from domain.products.queries import PRODUCT_FILTER, PRODUCTS
from domain.projection.dialects import Dialect
from domain.projection.fields import (
    Entity,
    Many,
    One,
    Paged,
    Part,
    Value,
    flag,
    global_id,
    moment,
    number,
    of_other,
    text,
    whole,
)

# The product whose stock it sells.
_STOCK_ID = "coalesce({row}.shadow_of_id, {row}.id)"
_UNCAPPED = 2**63 - 1


def _available(d: Dialect, row: str) -> str:
    """
    I1: what inventory.availability says.
    """
    mapped = (
        "(NOT companies.sell_only_mapped_warehouses OR EXISTS (SELECT 1 FROM channel_warehouse_mappings AS named "
        "WHERE named.company_id = companies.id AND named.warehouse_id = inventory_levels.warehouse_id))"
    )
    safety = f"CASE WHEN {row}.use_default_safety_quantity THEN companies.safety_quantity ELSE {row}.safety_quantity END"
    quantity = d.larger(f"{sellable(_STOCK_ID.format(row=row), mapped)} - {safety}", "0")
    capped = d.smaller(quantity, f"coalesce(companies.max_quantity, {_UNCAPPED})")
    return f"(SELECT {d.whole(capped)} FROM companies WHERE companies.id = {row}.company_id)"


_CHANNEL_STOCK = "channel_stock.product_id = {row}.id"

PRODUCT = Entity("Product", "products")
PRODUCT.fields |= {
    "id": global_id("Product"),
    "company": One(COMPANY, "{other}.id = {row}.company_id"),
    "sku": text("sku"),
    "name": text("name"),
    "websiteProperties": Part(
        "WebsiteProperties",
        {
            "websiteProductId": text("website_product_id"),
            "websiteProductVariantId": text("website_product_variant_id"),
            "useDefaultSafetyQuantity": flag("{row}.use_default_safety_quantity"),
            "safetyQuantity": whole("safety_quantity"),
            "lastPushedQuantity": of_other("channel_stock", _CHANNEL_STOCK, whole("accepted_quantity")),
            "lastPushedAt": of_other("channel_stock", _CHANNEL_STOCK, moment("accepted_at")),
        },
    ),
    "shadowOf": One(PRODUCT, "{other}.id = {row}.shadow_of_id"),
    "inventory": Many(LEVEL, "{other}.product_id = " + _STOCK_ID, ["warehouse_id"]),
    "aggregateSellableQuantity": number(sellable(_STOCK_ID)),
    "availableQuantity": Value(_available),
}
COMPANY.fields["products"] = Paged(PRODUCT, PRODUCTS, "{other}.company_id = {row}.id", PRODUCT_FILTER)
