"""What a mall holds: goods, parent orders and their lines."""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final, Literal


class Status(IntEnum):
    PENDING = 1
    UNSHIPPED = 2
    CANCELLED = 3
    SHIPPED = 4
    PARTLY_SHIPPED = 41
    DELIVERED = 5
    PARTLY_DELIVERED = 51


SkuIdTold = Literal["number", "null", "absent"]
"""How an order line tells its skuId, which Temu promises to local malls alone."""
BY_SELLER: Final = "fulfillBySeller"
BY_OTHER_WAREHOUSE: Final = "fulfillByCooperativeWarehouse"


@dataclass(frozen=True, slots=True)
class Region:
    """One of Temu's regions, with the one country of it that the sandbox ships to."""

    region_id: int
    site_id: int
    country: str
    currency: str
    calling_code: str
    home: tuple[str, str, str]
    """State, city and post code of an address that nobody chose."""
    places: tuple[tuple[str, str, str], ...]
    """The same, of those in a made mall."""
    has_districts: bool = False
    """Whether the place is told as a district, and no city is."""
    tax_code: str = ""
    """Of whoever buys."""


REGIONS: Final = {
    "US": Region(
        211,
        100,
        "United States",
        "USD",
        "+1",
        ("Oregon", "Portland", "97201"),
        (
            ("California", "San José", "95112"),
            ("New York", "New York", "10001"),
            ("Texas", "El Paso", "79901"),
            ("Illinois", "Łódź Corner", "60601"),
            ("Oregon", "北京 Village", "97201"),
            ("Hawaii", "Kāneohe", "96744"),
        ),
    ),
    "EU": Region(
        76,
        105,
        "Germany",
        "EUR",
        "+49",
        ("Berlin", "Berlin", "10115"),
        (
            ("Bayern", "München", "80331"),
            ("Nordrhein-Westfalen", "Köln", "50667"),
            ("Baden-Württemberg", "Tübingen", "72070"),
            ("Sachsen", "Görlitz", "02826"),
            ("Berlin", "Berlin", "10115"),
            ("Hamburg", "Hamburg", "20095"),
        ),
    ),
    "GLOBAL": Region(
        128,
        110,
        "Mexico",
        "MXN",
        "+52",
        ("Ciudad de México", "Coyoacán", "04000"),
        (
            ("Jalisco", "Guadalajara", "44100"),
            ("Nuevo León", "Monterrey", "64000"),
            ("Yucatán", "Mérida", "97000"),
            ("Querétaro", "Querétaro", "76000"),
            ("Ciudad de México", "Coyoacán", "04000"),
            ("Michoacán", "Morelia", "58000"),
        ),
        has_districts=True,
        tax_code="XAXX010101000",
    ),
}

ADDRESS_FIELDS: Final = (
    "receiptName",
    "receiptAdditionalName",
    "mobile",
    "backupMobile",
    "mail",
    "regionName1",
    "regionName2",
    "regionName3",
    "regionName4",
    "addressLine1",
    "addressLine2",
    "addressLine3",
    "postCode",
    "taxCode",
)


@dataclass(frozen=True, slots=True)
class Goods:
    """A product for sale; in the sandbox each has one SKU."""

    goods_id: int
    sku_id: int
    title: str
    spec: str
    sku_code: str
    product_id: int
    product_sku_id: int
    is_mapped_in_demo: bool = True
    product_skc_id: int = 0
    """What semi-managed malls read stock by; none elsewhere."""
    sold_factor: int = 1
    """Pieces of the product in one that is sold."""
    sku_id_in_orders: SkuIdTold = "number"


@dataclass(slots=True)
class OrderLine:
    """An order in Temu's words: one SKU of a parent order."""

    number: str
    goods: Goods
    quantity_ordered: int
    unit_price_cents: int
    status: int
    cancelled: int = 0
    labels: dict[str, int] = field(default_factory=dict)
    """By Temu's names, such as customized_products."""

    @property
    def remaining(self) -> int:
        return self.quantity_ordered - self.cancelled


@dataclass(slots=True, kw_only=True)
class ParentOrder:
    """Times are Unix seconds; None is what hasn't happened."""

    number: str
    status: int
    items: list[OrderLine]
    fulfillment: str
    currency: str
    region_id: int
    site_id: int
    ordered_at: int
    updated_at: int
    address: dict[str, str]
    shipping_cents: int = 0
    amounts_ready: bool = True
    amounts_in: str = "smallest units"
    """Or "decimals" or "decimal text", which no page of Temu's has."""
    confirmed_at: int | None = None
    shipped_at: int | None = None
    delivered_at: int | None = None
    cancelled_while_pending: bool = False
    labels: dict[str, int] = field(default_factory=dict)
    """By Temu's names, such as past_due."""
    shipping_method: int = 1
    """1 as usual, 2 delivered by a store, 3 fetched by the buyer."""
    payment_type: str = "PPD"
    """COD: the buyer pays at the door."""
    sent_by_main_mall: bool = False
    """Another mall of the shop sends it with its own, and confirms it there."""
    cancel_pending: bool = False
    """The buyer has asked to cancel."""
    address_change_pending: bool = False
    """The buyer has asked for another address."""
    own_label_forbidden: bool = False
    """The seller may not confirm it by tracking number. Temu says so when asked to, and not before."""
    ships_alone: bool = False
    """Temu's own rules keep it out of every parcel with other orders."""
    fulfillment_warnings: list[str] = field(default_factory=list)
    """In Temu's words, such as RESTRICT_SELF_SHIPPING, with which an own label is refused."""
    restriction: str | int | None = None
    """
    Why the address is given with a warning. Temu's page has numbers, which it calls scenarios in which an address is not
    returned: with one of these nothing of it is told (inferred).
    """
    address_refusal: int | None = None
    """The code with which its address is refused."""

    def line(self, order_sn: str) -> OrderLine:
        return next(line for line in self.items if line.number == order_sn)

    def set_status(self, status: Status) -> None:
        """The parent and every line that isn't cancelled."""
        self.status = status
        for line in self.items:
            if line.status != Status.CANCELLED:
                line.status = status
