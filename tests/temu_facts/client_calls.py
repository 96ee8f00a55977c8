"""
Each method of both clients, called as the product calls it. A new method needs an entry here, with arguments of its kind:
at its limits where it has any, and each way where it has several.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from domain.models import Order, OrderItem, Package, PackageLine, SubPackage
from domain.orders.importing.parse_cancellations import PENDING_GROUP
from domain.shipping import confirm_message
from domain.shipping.parcels import Parcel
from domain.temu.client import NUMBERS_A_CALL, SKUS_A_CALL, SkuKind, TemuClient
from domain.temu.partner import PartnerClient
from domain.temu.regions import sites_of
from domain.temu.sale_status import set_sale_status

Call = Callable[[TemuClient], Awaitable[Any]]
PartnerCall = Callable[[PartnerClient], Awaitable[Any]]

NUMBERS: Final = [f"PO-211-{number:017d}" for number in range(NUMBERS_A_CALL)]
SKUS: Final = [str(37_000_000_000_000 + number) for number in range(SKUS_A_CALL)]
EVENTS: Final = ["bg_order_status_change_event", "bg_cancel_order_status_change"]
ADDRESS: Final = "WH-00000000000000001"


async def _targets() -> Mapping[str, int]:
    return dict.fromkeys(SKUS, 1_000_000)


def _parcel(
    number: int, *, boxes: int = 0, order: Order | None = None, parcel_id: int | None = None
) -> Parcel:
    item = OrderItem(
        channel_order_item_id="211-00000000000000001",
        website_product_id="601099512345678",
        website_product_variant_id="37386079732361",
    )
    return Parcel(
        order or Order(id=1, channel_order_id=NUMBERS[0]),
        Package(id=number, carrier="UPS", tracking_number=f"1Z{number:016d}", warehouse_id=1),
        [(PackageLine(quantity=1), item)],
        [SubPackage(carrier="UPS", tracking_number=f"1Z{box:016d}") for box in range(100, 100 + boxes)],
        parcel_id,
    )


def _confirm(*parcels: Parcel) -> Call:
    """What the product confirms of these: its sendType and its packages."""
    labels = confirm_message.TemuIds({"UPS": "960246690"}, {1: ADDRESS})
    send_type, packages = confirm_message.send_type(parcels), confirm_message.packages(parcels, labels)
    return lambda client: client.confirm_shipment(send_type=send_type, packages=packages)


def _of_two_parents() -> list[Parcel]:
    orders = [Order(id=number, channel_order_id=NUMBERS[number]) for number in (1, 2)]
    return [_parcel(1, order=order, parcel_id=1) for order in orders]


def _edit(client: TemuClient) -> Awaitable[None]:
    return client.edit_shipment(
        package_number="PK-0000000000000000001",
        carrier_id="960246690",
        tracking_number="1Z0000000000000001",
        address_id=ADDRESS,
    )


def _skus(kind: SkuKind) -> Call:
    return lambda client: client.skus(page=1, kind=kind)


def _warehouses(region: str, mall_id: str | None) -> PartnerCall:
    return lambda client: client.warehouses(sites_of(region), mall_id=mall_id)


CALLS: Final[Mapping[str, Sequence[Call]]] = {
    "token_info": [lambda client: client.token_info()],
    "permit_events": [lambda client: client.permit_events(EVENTS)],
    "orders_changed": [
        lambda client: client.orders_changed(datetime(2026, 1, 1, tzinfo=UTC), page=3),
        lambda client: client.orders_changed(
            datetime(2026, 1, 1, tzinfo=UTC), until=datetime(2026, 1, 2, tzinfo=UTC), page=1
        ),
    ],
    "orders_by_number": [lambda client: client.orders_by_number(NUMBERS)],
    "address": [lambda client: client.address(NUMBERS[0])],
    "amounts": [lambda client: client.amounts(NUMBERS[0])],
    "carriers": [lambda client: client.carriers(211)],
    "shipping_addresses": [lambda client: client.shipping_addresses()],
    "confirm_shipment": [
        _confirm(_parcel(1)),
        _confirm(_parcel(1), _parcel(2)),
        _confirm(_parcel(1, boxes=10)),
        _confirm(*_of_two_parents()),
    ],
    "edit_shipment": [_edit],
    "shipments": [lambda client: client.shipments(NUMBERS[0], "211-00000000000000001")],
    "combined_shipments": [lambda client: client.combined_shipments(patience=1.0)],
    "set_stock": [lambda client: client.set_stock("601099512345678", _targets)],
    "stock": [lambda client: client.stock(SKUS)],
    "cancellations": [
        lambda client: client.cancellations(page=2, group=PENDING_GROUP),
        lambda client: client.cancellations(page=1, order_numbers=NUMBERS),
    ],
    # What the files of subjects send by it.
    "send_once": [
        lambda client: set_sale_status(client, goods_id="601099512345678", sku_id=SKUS[0], is_for_sale=False),
    ],
    "skus": [
        *(_skus(kind) for kind in SkuKind),
        lambda client: client.skus(page=1, kind=SkuKind.FOR_SALE, sku_ids=SKUS[:1]),
    ],
}

PARTNER_CALLS: Final[Mapping[str, Sequence[PartnerCall]]] = {
    "token_info": [lambda client: client.token_info()],
    "warehouses": [_warehouses("US", "634418000000001"), _warehouses("EU", None)],
    "set_stock": [lambda client: client.set_stock(_targets, warehouse_id="WH-00001")],
    "stock": [lambda client: client.stock("2646000001")],
    "products": [lambda client: client.products(page=1)],
}
