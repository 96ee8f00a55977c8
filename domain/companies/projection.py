"""
What of a company can be read by a projection.
"""

from domain.companies.queries import COMPANIES
from domain.projection.fields import Entity, Paged, Part, flag, global_id, moment, text, whole

COMPANY = Entity("Company", "companies", "id")
COMPANY.fields |= {
    "id": global_id("Company"),
    "name": text("name"),
    "settings": Part(
        "CompanySettings",
        {
            "storeType": text("store_type"),
            "storePlugin": text("store_plugin"),
            "region": text("region"),
            "allowInventoryUpload": flag("{row}.allow_inventory_upload"),
            "allowOrderDownload": flag("{row}.allow_order_download"),
            "allowTrackingUpload": flag("{row}.allow_tracking_upload"),
            "safetyQuantity": whole("safety_quantity"),
            "maxQuantity": whole("max_quantity"),
            "sellOnlyMappedWarehouses": flag("{row}.sell_only_mapped_warehouses"),
            "ordersNotBefore": moment("orders_not_before"),
        },
    ),
}
ALL_COMPANIES = Paged(COMPANY, COMPANIES, None)
