"""
Each method of the client, called as the product calls it. A new method needs an entry here, with arguments of its kind: at
its limits where it has any, and each way where it has several.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from domain.models import Order, OrderItem, Package, PackageLine, SubPackage
from domain.orders.incoming_cancellations import OPEN_GROUPS
from domain.shipping import confirmation
from domain.temu.client import NUMBERS_A_CALL, SKUS_A_CALL, TemuClient

Call = Callable[[TemuClient], Awaitable[Any]]

NUMBERS: Final = [f"PO-211-{number:017d}" for number in range(NUMBERS_A_CALL)]
SKUS: Final = [str(37_000_000_000_000 + number) for number in range(SKUS_A_CALL)]
EVENTS: Final = ["bg_order_status_change_event", "bg_cancel_order_status_change"]


async def _targets() -> Mapping[str, int]:
    return dict.fromkeys(SKUS, 1_000_000)


def _packages(count: int, *, boxes: int = 0) -> tuple[int, list[dict[str, Any]]]:
    """What the product confirms of one order: its sendType and its packages."""
    order = Order(channel_order_id=NUMBERS[0])
    item = OrderItem(
        channel_order_item_id="211-00000000000000001",
        website_product_id="601099512345678",
        website_product_variant_id="37386079732361",
    )
    parcels = [
        confirmation.Parcel(
            Package(carrier="UPS", tracking_number=f"1Z{number:016d}", warehouse_id=1),
            [(PackageLine(quantity=1), item)],
            [SubPackage(carrier="UPS", tracking_number=f"1Z{box:016d}") for box in range(100, 100 + boxes)],
        )
        for number in range(count)
    ]
    labels = confirmation.Labels({"UPS": "960246690"}, {1: "WH-00000000000000001"})
    return confirmation.send_type(parcels), confirmation.packages(order, parcels, labels)


def _confirm(count: int, *, boxes: int = 0) -> Call:
    send_type, packages = _packages(count, boxes=boxes)
    return lambda client: client.confirm_shipment(send_type=send_type, packages=packages)


CALLS: Final[Mapping[str, Sequence[Call]]] = {
    "token_info": [lambda client: client.token_info()],
    "permit_events": [lambda client: client.permit_events(EVENTS)],
    "orders_changed": [lambda client: client.orders_changed(datetime(2026, 1, 1, tzinfo=UTC), page=3)],
    "orders_by_number": [lambda client: client.orders_by_number(NUMBERS)],
    "address": [lambda client: client.address(NUMBERS[0])],
    "amounts": [lambda client: client.amounts(NUMBERS[0])],
    "carriers": [lambda client: client.carriers(211)],
    "shipping_addresses": [lambda client: client.shipping_addresses()],
    "confirm_shipment": [_confirm(1), _confirm(2), _confirm(1, boxes=10)],
    "shipments": [lambda client: client.shipments(NUMBERS[0], "211-00000000000000001")],
    "set_stock": [lambda client: client.set_stock("601099512345678", _targets)],
    "stock": [lambda client: client.stock(SKUS)],
    "cancellations": [
        *(lambda client, group=group: client.cancellations(page=2, group=group) for group in OPEN_GROUPS),
        lambda client: client.cancellations(page=1, order_numbers=NUMBERS),
    ],
    "skus": [lambda client: client.skus(page=1)],
}
