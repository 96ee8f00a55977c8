"""What of an order's packages Temu is told of together or apart, and in which form; no I/O."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.models import Order, OrderItem, Package, PackageLine, ShippingStatus, SubPackage
from domain.shipping import confirm_message
from domain.shipping.confirm_message import TemuIds
from domain.shipping.parcels import OrderPart, Parcel, Shipment, is_whole, parts

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
LABELS = TemuIds({"UPS": "96", "USPS": "97"}, {1: "WH-1"})


def _order(number: int = 1, status: ShippingStatus = ShippingStatus.PARTIALLY_SHIPPED) -> Order:
    return Order(id=number, channel_order_id=f"PO-211-{number}", shipping_status=status)


def _item(number: int, *, quantity: int = 1, shipped: int = 1, cancelled: int = 0) -> OrderItem:
    return OrderItem(
        id=number,
        channel_order_item_id=f"211-{number}",
        website_product_id="601",
        website_product_variant_id="170",
        quantity=quantity,
        shipped_quantity=shipped,
        cancelled_quantity=cancelled,
    )


def _parcel(
    number: int,
    *items: OrderItem,
    order: Order | None = None,
    is_uploaded: bool = False,
    boxes: Sequence[SubPackage] = (),
    parcel_id: int | None = None,
) -> Parcel:
    package = Package(
        id=number,
        warehouse_id=1,
        carrier="UPS",
        tracking_number=f"N {number}",
        uploaded_at=NOON if is_uploaded else None,
    )
    lines = [(PackageLine(package_id=number, order_item_id=item.id, quantity=1), item) for item in items]
    return Parcel(order or _order(), package, lines, boxes, parcel_id)


def _numbers(found: Sequence[OrderPart]) -> list[list[int]]:
    return [[parcel.package.id for parcel in part.parcels] for part in found]


@pytest.mark.parametrize(
    "quantity, shipped, cancelled, whole",
    [(2, 2, 0, True), (2, 1, 0, False), (2, 1, 1, True), (3, 1, 1, False), (2, 0, 2, True)],
)
def test_whole(quantity: int, shipped: int, cancelled: int, *, whole: bool) -> None:
    """T9, T13: a line is whole when all that was not cancelled of it is in packages."""
    assert is_whole(_item(1, quantity=quantity, shipped=shipped, cancelled=cancelled)) is whole


def test_parts() -> None:
    """T13: packages that share a line are one part, over any number of steps; what Temu has is none."""
    one, two, three, four = (_item(number) for number in range(1, 5))
    parcels = [
        _parcel(1, one),
        _parcel(2, two, three),
        _parcel(3, four, is_uploaded=True),
        _parcel(4, three),
        _parcel(5, one, two),
        _parcel(6, four),
    ]

    assert _numbers(parts(_order(), parcels, only_whole=True)) == [[1, 2, 4, 5], [6]]


def test_only_whole_parts() -> None:
    """T9, T13: what holds pieces of a line whose rest is missing waits, with all that shares a line with it."""
    whole, missing, other = _item(1), _item(2, quantity=2), _item(3)
    parcels = [_parcel(1, whole), _parcel(2, whole, missing), _parcel(3, other)]

    assert _numbers(parts(_order(), parcels, only_whole=True)) == [[3]]
    assert _numbers(parts(_order(), parcels, only_whole=False)) == [[1, 2], [3]]


@given(st.lists(st.sets(st.integers(1, 6), min_size=1, max_size=3), max_size=8), st.sets(st.integers(1, 6)))
def test_parts_hold_lines_whole(contents: list[set[int]], missing: set[int]) -> None:
    """T9, T13: each package is in one part, no line in two, and no part is left out that could go."""
    items = {number: _item(number, quantity=2 if number in missing else 1) for number in range(1, 7)}
    parcels = [_parcel(i, *(items[number] for number in sorted(each))) for i, each in enumerate(contents)]

    found = parts(_order(), parcels, only_whole=False)
    whole = parts(_order(), parcels, only_whole=True)

    assert sorted(number for part in _numbers(found) for number in part) == list(range(len(contents)))
    lines = [set[int]().union(*(contents[number] for number in part)) for part in _numbers(found)]
    assert sum(map(len, lines)) == len(set[int]().union(*lines))
    assert _numbers(whole) == [
        part for part, held in zip(_numbers(found), lines, strict=True) if not held & missing
    ]


def test_forms() -> None:
    """T4, T13: one package, several, one with further boxes, and one of several orders each have their send type."""
    box = SubPackage(carrier="USPS", tracking_number="BOX 1")
    one, two = _parcel(1, _item(1)), _parcel(2, _item(2))
    here, there = (_parcel(n, _item(n), order=_order(n), parcel_id=3) for n in (3, 4))

    assert confirm_message.send_type([one]) == 0
    assert confirm_message.send_type([one, two]) == 1
    assert confirm_message.send_type([_parcel(1, _item(1), boxes=[box])]) == 1
    assert confirm_message.send_type([here, there]) == 2
    # The other order of the parcel is no longer to be sent: what is left is an order like any other.
    assert confirm_message.send_type([there]) == 0


def test_one_entry_for_one_number() -> None:
    """T13: a parcel of two orders is one entry with the lines of both."""
    here, there = (_parcel(n, _item(n), order=_order(n), parcel_id=3) for n in (3, 4))

    [entry] = confirm_message.packages([here, there], LABELS)

    assert (entry["carrierId"], entry["trackingNumber"]) == (96, "N3")
    assert [(row["parentOrderSn"], row["orderSn"]) for row in entry["orderSendInfoList"]] == [
        ("PO-211-3", "211-3"),
        ("PO-211-4", "211-4"),
    ]
    assert len(confirm_message.packages([_parcel(1, _item(1)), _parcel(2, _item(2))], LABELS)) == 2


def test_due() -> None:
    """T2, T13: without the switch only what is fully shipped is told of."""
    fully, partly = _order(1, ShippingStatus.FULLY_SHIPPED), _order(2)

    def is_due(order: Order, *, per_item: bool) -> bool:
        return Shipment([OrderPart(order, [])], in_doubt=True, is_per_item=per_item).is_due

    assert is_due(fully, per_item=False)
    assert not is_due(partly, per_item=False)
    assert is_due(partly, per_item=True)
