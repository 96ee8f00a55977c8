"""
What of a product can be read by a projection.
"""

from domain.companies.projection import COMPANY
from domain.projection.fields import Entity, One, Part, flag, global_id, text, whole

PRODUCT = Entity("Product", "products", "company_id")
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
        },
    ),
}
