"""What the malls of one semi-managed shop have in common: its warehouses, and how much lies in each."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class StockWarehouse:
    """A place from which the shop sells at one of Temu's sites."""

    warehouse_id: str
    name: str
    site_id: int
    is_disabled: bool = False
    shipping_mode: int = 1
    """1 where the seller ships himself, 2 where a cooperating warehouse does."""


@dataclass
class SemiManagedShop:
    """One seller's shop, with a mall of the same number in each region."""

    warehouses: list[StockWarehouse] = field(default_factory=list)
    stock: dict[tuple[int, str], int | None] = field(default_factory=dict)
    """By product SKU id and warehouse; None is what may not be looked at."""
    told: list[tuple[int, str, int]] = field(default_factory=list)
    """What calls have set: product SKU id, warehouse and figure."""

    def add_warehouse(
        self, site_id: int, name: str, *, is_disabled: bool = False, shipping_mode: int = 1
    ) -> StockWarehouse:
        number = f"WH-{len(self.warehouses) + 1:05d}"
        added = StockWarehouse(number, name, site_id, is_disabled, shipping_mode)
        self.warehouses.append(added)
        return added

    def warehouse(self, warehouse_id: str) -> StockWarehouse | None:
        return next((one for one in self.warehouses if one.warehouse_id == warehouse_id), None)

    def sell(self, product_sku_id: int, pieces: int, *, site_id: int) -> None:
        """From the first warehouse of the site that holds any."""
        for place in self.warehouses:
            held = self.stock.get((product_sku_id, place.warehouse_id))
            if place.site_id == site_id and held:
                self.stock[product_sku_id, place.warehouse_id] = max(held - pieces, 0)
                return
