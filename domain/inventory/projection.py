"""
What of warehouses and what lies in them can be read by a projection.
"""

from domain.companies.projection import COMPANY
from domain.projection.fields import Entity, Many, One, flag, global_id, name, number, text, whole

# Warehouses belong to the whole organisation.
WAREHOUSE = Entity("Warehouse", "warehouses", company=None)
WAREHOUSE.fields |= {
    "id": global_id("Warehouse"),
    "name": text("name"),
    "isSellable": flag("{row}.is_sellable"),
}
ALL_WAREHOUSES = Many(WAREHOUSE, None, ["name", "id"])
_WAREHOUSE = One(WAREHOUSE, "{other}.id = {row}.warehouse_id")

_MAPPING = Entity("ChannelWarehouseMapping", "channel_warehouse_mappings")
_MAPPING.fields |= {
    "channel": name("channel"),
    "channelWarehouseCode": text("channel_warehouse_code"),
    "warehouse": _WAREHOUSE,
}
COMPANY.fields["channelWarehouseMappings"] = Many(_MAPPING, "{other}.company_id = {row}.id", ["warehouse_id"])

# Stock is told of a shadow product too, whose own company has none of it.
LEVEL = Entity("InventoryLevel", "inventory_levels", company=None)
LEVEL.fields |= {
    "onHand": whole("on_hand"),
    "reserved": number(
        "SELECT coalesce(sum(reservations.quantity), 0) FROM reservations "
        "WHERE reservations.product_id = {row}.product_id AND reservations.warehouse_id = {row}.warehouse_id"
    ),
    "warehouse": _WAREHOUSE,
}


def sellable(product_id: str, counts: str = "1 = 1") -> str:
    """
    I2 as SQL, of a product that has stock of its own: what queries.aggregate_sellable says. *counts* is a condition over
    inventory_levels.
    """
    return (
        "(coalesce((SELECT sum(inventory_levels.on_hand) FROM inventory_levels "
        "JOIN warehouses ON warehouses.id = inventory_levels.warehouse_id "
        f"WHERE inventory_levels.product_id = {product_id} AND warehouses.is_sellable AND {counts}), 0) "
        "- coalesce((SELECT sum(reservations.quantity) FROM reservations "
        f"WHERE reservations.product_id = {product_id}), 0))"
    )
