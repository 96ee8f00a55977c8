"""
Order lists as two real malls got them, made anew: which fields are there and which are null, labels, warnings, how parents and
lines go together. Every number, name and moment is invented.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

Json = dict[str, Any]

START: Final = 1_760_000_000
FEDEX, USPS = "RESTRICT_FEDEX_SELF_SHIPPING", "RESTRICT_USPS_SELF_SHIPPING"
_PARENT_LABELS: Final = (
    "soon_to_be_overdue",
    "past_due",
    "pending_buyer_cancellation",
    "pending_buyer_address_change",
    "pending_risk_control_alert",
)
_LINE_LABELS: Final = ("customized_products", "US_to_CA")
_TITLES: Final = ("Lamp, oak", "Läufer 60 cm", "折叠椅 two pieces", "Kettle")


@dataclass(frozen=True)
class Line:
    status: int
    ordered: int = 1
    cancelled: int = 0
    code: str = ""


@dataclass(frozen=True)
class Order:
    index: int
    status: int
    lines: Sequence[Line]
    shipped_after: int | None = None
    """Seconds after it was placed; None where nothing was shipped."""
    changed_after: int = 961
    is_without_fee: bool = True

    @property
    def number(self) -> str:
        return f"PO-211-{20_000_000_000_000_000 + self.index * 7_919:017d}"

    @property
    def placed_at(self) -> int:
        return START - self.index * 613

    @property
    def latest_ship_at(self) -> int:
        return self.placed_at + 140_000

    def line_number(self, position: int) -> str:
        return f"211-{20_000_100_000_000_000 + self.index * 7_919 + position:017d}"

    def goods_id(self, position: int) -> int:
        return 601_000_000_000_000 + self.index * 10 + position

    def sku_id(self, position: int) -> int:
        return 37_000_000_000_000 + self.index * 10 + position

    def title(self, position: int) -> str:
        return _TITLES[(self.index + position) % len(_TITLES)]


US_PAGE: Final = (
    Order(0, 4, (Line(4), Line(4, code="LAMP-1")), shipped_after=11_068, changed_after=11_069),
    Order(1, 3, (Line(3, 1, 1, "RUNNER-9"),), changed_after=3_961, is_without_fee=False),
    # Delivered in part, and its line shipped: the two don't move together.
    Order(2, 51, (Line(4, 2, code="CHAIR-2"),), shipped_after=47_303, changed_after=59_229),
    Order(3, 2, (Line(2),), changed_after=51_263),
    Order(4, 4, (Line(4),), shipped_after=51_589, changed_after=51_590),
    Order(5, 4, (Line(4),), shipped_after=61_082, changed_after=61_083),
    Order(6, 4, (Line(4),), shipped_after=53_305, changed_after=53_307),
    Order(7, 2, (Line(2, code="KETTLE-4"),)),
    Order(8, 4, (Line(4),), shipped_after=62_961, changed_after=62_962),
    Order(9, 4, (Line(4),), shipped_after=62_981, changed_after=63_971),
)
SEMI_PAGE: Final = (
    Order(20, 1, (Line(1, code="LAMP-1-US"),), changed_after=76),
    Order(21, 2, (Line(2, 3, 1, "CHAIR-2-US"), Line(3, 1, 1, "KETTLE-4-US"))),
    Order(22, 41, (Line(4), Line(2)), shipped_after=5_000, changed_after=5_001),
)


def us_row(order: Order) -> Json:
    """The page of a local mall in the US: no labels but these, and warehouses and label times all null."""
    return {
        "parentOrderMap": {
            "parentOrderLabel": _labels(_PARENT_LABELS),
            "shippingMethod": 1,
            "parentShippingTime": _shipped_at(order),
            "updateTime": order.placed_at + order.changed_after,
            "latestDeliveryTime": order.placed_at + 650_000,
            "fulfillmentWarning": [FEDEX],
            "orderPaymentType": "PPD",
            "parentOrderTime": order.placed_at,
            "batchOrderNumberList": None,
            "regionId": 211,
            "parentOrderSn": order.number,
            "parentOrderPendingFinishTime": order.placed_at + 960,
            "siteId": 100,
            "expectShipLatestTime": order.latest_ship_at,
            "hasShippingFee": order.is_without_fee,
            "parentOrderStatus": order.status,
        },
        "orderList": [_us_line(order, position, line) for position, line in enumerate(order.lines)],
    }


def semi_row(order: Order) -> Json:
    """The page of a semi-managed mall: six labels, warehouses told, a fee not, and times null while it is pending."""
    row, is_pending = us_row(order), order.status == 1
    row["parentOrderMap"] |= {
        "parentOrderLabel": _labels((*_PARENT_LABELS, "signature_required_on_delivery")),
        "fulfillmentWarning": [USPS, FEDEX, "BLOCK_LOGISTICS_PROVIDERS_{Swift,Tortoise}"],
        "hasShippingFee": None,
        "isShipmentConsolidatedByMainMall": False,
    }
    if is_pending:
        row["parentOrderMap"] |= {"expectShipLatestTime": None, "parentOrderPendingFinishTime": None}
    for line in row["orderList"]:
        line |= {
            "orderLabel": _labels((*_LINE_LABELS, "Y2_advance_sale")),
            "inventoryDeductionWarehouseId": "WH-00000000000000007",
            "inventoryDeductionWarehouseName": "仓库七",
            "isShipmentConsolidatedByMainMall": False,
            "orderCreateTime": order.placed_at,
            "orderShippingTime": _shipped_at(order),
        }
    return row


def without_sku_ids(row: Json) -> Json:
    """As the pages promise semi-managed malls: a line is known by its productList alone. [C]: the real page has both."""
    for line in row["orderList"]:
        line["skuId"] = None
    return row


def _us_line(order: Order, position: int, line: Line) -> Json:
    return {
        "canceledQuantityBeforeShipment": line.cancelled,
        "quantity": line.ordered - line.cancelled,
        "orderSn": order.line_number(position),
        "earliestTimeGetShippingDocument": None,
        "goodsId": order.goods_id(position),
        "orderLabel": _labels(_LINE_LABELS),
        "inventoryDeductionWarehouseId": None,
        "orderStatus": line.status,
        "originalGoodsName": f"{order.title(position)} (original)",
        "fulfillmentType": "fulfillBySeller",
        "isCancelledDuringPending": line.status == 3,
        "spec": "One-size",
        "fulfillmentWarning": [],
        "orderPaymentType": "PPD",
        "earliestTimeBuyShippingLabel": None,
        "originalSpecName": "One-size",
        "originalOrderQuantity": line.ordered,
        "thumbUrl": "https://img.example.com/thumb.jpeg",
        "inventoryDeductionWarehouseName": None,
        "goodsName": order.title(position),
        "skuId": order.sku_id(position),
        "productList": [
            {
                "productSkuId": 600_000_000_000 + order.index * 10 + position,
                "soldFactor": 1,
                "extCode": line.code,
                "productId": 60_000_000_000 + order.index * 10 + position,
            }
        ],
    }


def _labels(names: Sequence[str]) -> list[Json]:
    return [{"name": name, "value": 0} for name in names]


def _shipped_at(order: Order) -> int | None:
    return None if order.shipped_after is None else order.placed_at + order.shipped_after
