"""What follows here once the channel has a parcel with a bought label as shipped: packages of its orders, stock and status (T1, T13).

Packages are recorded here and not when a label is bought: until the parcel is handed over its pieces lie where they lay, held by
their orders. What is available is the same before and after, so no push on its way has to be waited for.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.models import (
    CombinedPackage,
    Order,
    OrderItem,
    OrderStatus,
    Package,
    PackageLine,
    ShippingLabel,
    ShippingLabelLine,
    ShippingLabelStatus,
    ShippingStatus,
)
from domain.orders import matching as order_matching
from domain.orders import queries as orders
from domain.orders.notes import Note, add_notes
from domain.shipping import queries, stock
from domain.shipping.packages import shipping_status
from domain.shipping.tracking_numbers import tracking_key

# By the order's number and that of its line, as the channel tells them.
Pieces = Mapping[tuple[str, str], int]


async def hand_over(
    session: AsyncSession, label: ShippingLabel, pieces: Pieces | None, *, now: datetime
) -> None:
    """Record that a label's parcel left with *pieces*, or with all that it was bought for; once, however often it is told. The caller
    has locked the label, which names a warehouse.
    """
    if label.status is ShippingLabelStatus.CONFIRMED or label.warehouse_id is None:
        return
    lines = await lines_of(session, [label.id])
    # In one order, so that two who change the same orders wait for each other.
    found = [
        await session.get_one(Order, each, with_for_update={"key_share": True})
        for each in sorted({line.order_id for line in lines})
    ]
    items = {item.id: item for item in await orders.items(session, [order.id for order in found])}
    packages: list[Package] = []
    for order in found:
        wanted = {
            line.order_item_id: _quantity(order, items[line.order_item_id], line, pieces)
            for line in lines
            if line.order_id == order.id
        }
        package = await _record(session, label, order, wanted, now=now)
        packages += [package] if package is not None else []
    if len(packages) > 1:
        parcel = min(package.id for package in packages)
        session.add_all(CombinedPackage(package_id=each.id, parcel_id=parcel) for each in packages)
    label.status, label.confirmed_at = ShippingLabelStatus.CONFIRMED, now
    await session.flush()


async def lines_of(session: AsyncSession, label_ids: Collection[int]) -> Sequence[ShippingLabelLine]:
    """What labels were bought for."""
    statement = select(ShippingLabelLine).where(ShippingLabelLine.label_id.in_(label_ids))
    return (
        await session.scalars(statement.order_by(ShippingLabelLine.label_id, ShippingLabelLine.order_item_id))
    ).all()


def _quantity(order: Order, item: OrderItem, line: ShippingLabelLine, pieces: Pieces | None) -> int:
    """What of a line left, as far as it is not shipped or cancelled here."""
    rest = item.quantity - item.cancelled_quantity - item.shipped_quantity
    if pieces is None:
        return min(line.quantity, rest)
    numbers = (item.channel_order_item_id, item.previous_channel_order_item_id)
    told = max(pieces.get((order.channel_order_id, number), 0) for number in numbers if number)
    return min(told, rest)


async def _record(
    session: AsyncSession, label: ShippingLabel, order: Order, wanted: Mapping[int, int], *, now: datetime
) -> Package | None:
    """One order's part of the parcel; None where nothing of it is left to ship, which a note says."""
    items = await orders.items(session, [order.id])
    item_of = {item.id: item for item in items}
    wanted = {item_id: quantity for item_id, quantity in wanted.items() if quantity > 0}
    if not wanted:
        body = (
            f"Temu has the parcel of the label {label.tracking_number} as shipped, and nothing of this order was left to ship here. "
            "Check what is in it."
        )
        await add_notes(session, [(order, Note(f"label-shipped:{label.id}", body))], now=now)
        return None
    package = Package(
        order_id=order.id,
        company_id=order.company_id,
        warehouse_id=label.warehouse_id,
        carrier=label.carrier or "",
        tracking_number=label.tracking_number or "",
        tracking_key=tracking_key(label.tracking_number or ""),
        shipped_at=now,
        # Temu made its number, so nobody has to tell it.
        uploaded_at=now,
    )
    session.add(package)
    await session.flush()
    placed: list[tuple[PackageLine, OrderItem, int]] = []
    for item_id, quantity in wanted.items():
        line = PackageLine(package_id=package.id, order_item_id=item_id, quantity=quantity)
        session.add(line)
        placed.append((line, item_of[item_id], package.warehouse_id))
        item_of[item_id].shipped_quantity += quantity
    order.shipping_status = shipping_status(items)
    await session.flush()
    await stock.withdraw(session, placed)
    await order_matching.reserve(session, [order], items)
    await _complete(session, order)
    return package


async def _complete(session: AsyncSession, order: Order) -> None:
    """Shipped whole, and the channel knows: nothing is left to do."""
    told = all(package.uploaded_at is not None for package in await queries.packages(session, [order.id]))
    if order.shipping_status is not ShippingStatus.FULLY_SHIPPED or not told:
        return
    order.source_updated_for_shipping = True
    if order.status is OrderStatus.IN_PROCESS:
        order.status = OrderStatus.COMPLETED
