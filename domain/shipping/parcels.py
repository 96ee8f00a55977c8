"""Packages of orders with what they hold, and what of them is confirmed to Temu together or apart."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from domain.models import Order, OrderItem, Package, PackageLine, ShippingStatus, SubPackage
from domain.shipping import queries


@dataclass(frozen=True)
class Parcel:
    """A package with what it holds. Those of one *parcel_id* are one parcel, with one label, of several orders."""

    order: Order
    package: Package
    lines: Sequence[tuple[PackageLine, OrderItem]]
    sub_packages: Sequence[SubPackage]
    parcel_id: int | None = None

    @property
    def carriers(self) -> set[str]:
        """Who carries it and its further boxes, as the person wrote them."""
        return {self.package.carrier, *(box.carrier for box in self.sub_packages)}

    @property
    def tracking_keys(self) -> set[str]:
        """The numbers of it and of its further boxes, as carriers compare them."""
        return {self.package.tracking_key, *(box.tracking_key for box in self.sub_packages)}


@dataclass(frozen=True)
class OrderPart:
    """Packages of one order that Temu takes together or not at all: those that hold pieces of the same lines."""

    order: Order
    parcels: Sequence[Parcel]


@dataclass(frozen=True)
class Shipment:
    """Parts of one order, or orders of one parcel, that are confirmed to Temu together.

    *in_doubt*: some of it was sent before, and nobody knows what became of that. *is_per_item*: parts may be confirmed
    apart from each other; else what is left of an order is confirmed once all of it is shipped.
    """

    parts: Sequence[OrderPart]
    in_doubt: bool
    is_per_item: bool

    @property
    def orders(self) -> list[Order]:
        return list({part.order.id: part.order for part in self.parts}.values())

    @property
    def parcels(self) -> list[Parcel]:
        return [parcel for part in self.parts for parcel in part.parcels]

    @property
    def is_due(self) -> bool:
        """Whether it may be confirmed now, and not only be asked what it holds."""
        is_done = all(order.shipping_status is ShippingStatus.FULLY_SHIPPED for order in self.orders)
        return self.is_per_item or is_done


def is_whole(item: Any) -> Any:
    """Whether all that remains of an item is in packages; of the class OrderItem, the condition."""
    return item.shipped_quantity + item.cancelled_quantity >= item.quantity


def parts(order: Order, parcels: Sequence[Parcel], *, only_whole: bool) -> list[OrderPart]:
    """What of an order Temu has not taken yet, in as many parts as can be. *only_whole*: without those that hold pieces
    of a line whose rest is not packed yet. Temu takes a line whole and a tracking number once, so a package of several
    lines waits until all of them are whole.
    """
    found: list[tuple[set[int], list[Parcel]]] = []
    for parcel in parcels:
        if parcel.package.uploaded_at is not None:
            continue
        items, together = {item.id for _, item in parcel.lines}, [parcel]
        joined = [part for part in found if part[0] & items]
        for part in joined:
            found.remove(part)
            items |= part[0]
            together = [*part[1], *together]
        found.append((items, together))
    in_order = [sorted(together, key=lambda parcel: parcel.package.id) for _, together in found]
    return [
        OrderPart(order, together)
        for together in in_order
        if not only_whole or all(is_whole(item) for parcel in together for _, item in parcel.lines)
    ]


async def load(session: AsyncSession, orders: Collection[Order]) -> dict[int, list[Parcel]]:
    """All packages of these orders by order, in the order in which they were recorded."""
    parcels: dict[int, list[Parcel]] = {order.id: [] for order in orders}
    by_id = {order.id: order for order in orders}
    packages = await queries.packages(session, by_id)
    ids = [package.id for package in packages]
    lines: defaultdict[int, list[tuple[PackageLine, OrderItem]]] = defaultdict(list)
    boxes: defaultdict[int, list[SubPackage]] = defaultdict(list)
    for line, item in await queries.lines(session, ids):
        lines[line.package_id].append((line, item))
    for box in await queries.sub_packages(session, ids):
        boxes[box.package_id].append(box)
    combined = await queries.combined_parcels(session, ids)
    for package in packages:
        order, number = by_id[package.order_id], package.id
        parcels[order.id].append(Parcel(order, package, lines[number], boxes[number], combined.get(number)))
    return parcels
