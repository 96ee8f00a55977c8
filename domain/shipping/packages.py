"""Records packages: what was packed, where from, and what follows for the order and its stock (T1, T9 to T11)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from domain.access import rows
from domain.access.principal import Principal
from domain.errors import Conflict, Invalid, LimitExceeded, NotFound, Required, Taken
from domain.inventory import warehouses
from domain.models import (
    FulfilledBy,
    HoldReason,
    Order,
    OrderItem,
    OrderLabel,
    OrderStatus,
    Package,
    PackageLine,
    ShippingStatus,
    SubPackage,
)
from domain.orders import holds, restrictions
from domain.orders import matching as order_matching
from domain.orders import queries as orders
from domain.orders.restrictions import Restriction
from domain.shipping import queries, stock
from domain.shipping.labels import check_carrier, checked_number, wants_own_label
from domain.shipping.matching import Carrier
from domain.shipping.tracking_numbers import tracking_key

AT_MOST = 50
# Temu's own limit for the boxes of one piece (120011098).
MOST_SUB_PACKAGES = 10
_NOT_TO_BE_SHIPPED = {
    OrderStatus.PENDING: "Temu has not released this order yet: the buyer may still change it. It becomes "
    "IN_PROCESS by an import.",
    OrderStatus.CANCELLED: "This order is cancelled and must not be shipped.",
}

_HELD = {
    HoldReason.CANCELLATION_REQUESTED: "The buyer has asked to cancel this order. It can be shipped when the request is "
    "withdrawn, or declined by declineCancellation.",
    HoldReason.ADDRESS_CHANGE_REQUESTED: "The buyer has asked for another address. Answer that in the seller centre; the "
    "order can be shipped when an import has seen it.",
    HoldReason.OUT_OF_STOCK_REPORTED: "Temu was told that there is no stock of it. It can be shipped when Temu has decided.",
    HoldReason.RISK_CONTROL: "Temu is looking into this order for a risk. It can be shipped when Temu has decided.",
}
# What Temu answers to a confirmation all the same is told nowhere [C]; it would be of a parcel that is packed twice.
_OF_MAIN_MALL = (
    "Another mall of this shop sends this order together with orders of its own, and confirms it there "
    f"({restrictions.OF_MAIN_MALL}). An import sees when it has left."
)
# The code is of bg.logistics.shipment.v2.confirm [A].
_CASH_ON_DELIVERY = (
    "The buyer pays when this order is delivered, so Temu takes its own label only (120015528). Buy it with buyShippingLabels, at a "
    "price that shippingRates tells, or in the seller centre."
)


@dataclass(frozen=True)
class LineInput:
    order_item_id: int
    quantity: int


@dataclass(frozen=True)
class SubPackageInput:
    """A further box of a piece that needs several."""

    carrier: str
    tracking_number: str


@dataclass(frozen=True)
class PackageInput:
    """A package to record. Without *lines*, everything of the order that is still unshipped."""

    warehouse_id: int
    carrier: str
    tracking_number: str
    lines: Sequence[LineInput] | None
    sub_packages: Sequence[SubPackageInput] = ()


async def ship(
    session: AsyncSession,
    *,
    by: Principal,
    order_id: int,
    packages: Sequence[PackageInput],
    carriers: Sequence[Carrier] | None,
    now: datetime,
    beside: Collection[str] = (),
) -> Order:
    """Record packages of one order; the shipping status follows from the quantities. All of them, or none.

    *carriers*: Temu's list for the order's region; None where it can't be had now, and the upload looks them up.
    *beside*: the numbers of orders that are in the same parcel, and so have its tracking number too.
    Raises NotFound, Required, Invalid, Taken, Conflict, LimitExceeded.
    """
    order = await rows.get(session, Order, order_id, by=by, for_update=True)
    refuse_unshippable(order)
    _refuse_own_labels(order)
    await holds.refuse_late(session, order, now=now)
    if not packages:
        raise Required("Name at least one package.", field=("packages",))
    if len(packages) > AT_MOST:
        raise LimitExceeded(f"At most {AT_MOST} packages a call.", field=("packages",))
    items = await orders.items(session, [order.id])
    contents = _Contents(items)
    packed = [contents.of(package, field=("packages", str(i))) for i, package in enumerate(packages)]
    await _refuse_labelled(session, packed)
    await _check_warehouses(session, packages)
    keys = _check_labels(packages, packed, carriers, restrictions.of(order))
    await _check_boxes(session, order, packages, is_rest_left=contents.is_rest_left)
    await refuse_used_numbers(session, order, keys, beside=beside)
    lines = await _store(session, order, items, packages, packed, now=now)
    for line, item, _ in lines:
        item.shipped_quantity += line.quantity
    order.shipping_status = shipping_status(items)
    await session.flush()
    await stock.withdraw(session, lines)
    await order_matching.reserve(session, [order], items)
    return order


def shipping_status(items: Sequence[OrderItem]) -> ShippingStatus:
    """What the quantities of the items that the seller ships add up to."""
    own = [item for item in items if item.fulfilled_by is FulfilledBy.SELLER]
    if not any(item.shipped_quantity for item in own):
        return ShippingStatus.UNSHIPPED
    is_done = all(item.shipped_quantity + item.cancelled_quantity >= item.quantity for item in own)
    return ShippingStatus.FULLY_SHIPPED if is_done else ShippingStatus.PARTIALLY_SHIPPED


def refuse_unshippable(order: Order, *, field: tuple[str, ...] = ("orderId",)) -> None:
    """Refuse an order that may not be shipped by the seller now, with whatever label. Raises Conflict."""
    if order.status is OrderStatus.ON_HOLD:
        raise Conflict(
            " ".join(_held_by(order, HoldReason(each)) for each in order.hold_reasons), field=field
        )
    if order.status in _NOT_TO_BE_SHIPPED:
        raise Conflict(_NOT_TO_BE_SHIPPED[order.status], field=field)
    if order.fulfilled_by is not FulfilledBy.SELLER:
        message = "Temu or a warehouse service of its ships this order; nothing of it is to be shipped here."
        raise Conflict(message, field=field)
    if restrictions.OF_MAIN_MALL in order.channel_notices:
        raise Conflict(_OF_MAIN_MALL, field=field)


def _refuse_own_labels(order: Order) -> None:
    field = ("orderId",)
    if OrderLabel.CASH_ON_DELIVERY.value in order.labels:
        raise Conflict(_CASH_ON_DELIVERY, field=field)
    words = ", ".join(each.code for each in restrictions.of(order) if each.forbids_all)
    if words:
        raise Conflict(wants_own_label(words), field=field)


def _held_by(order: Order, reason: HoldReason) -> str:
    if reason is HoldReason.MANUAL:
        return f"This order is held back: {order.held_because}. It can be shipped after releaseOrder."
    return _HELD[reason]


class _Contents:
    """What of an order is still to be packed, as packages take from it one by one."""

    def __init__(self, items: Sequence[OrderItem]) -> None:
        self._numbers = {item.id: item.channel_order_item_id for item in items}
        self._is_own = {item.id: item.fulfilled_by is FulfilledBy.SELLER for item in items}
        self._rest = {
            item.id: item.quantity - item.cancelled_quantity - item.shipped_quantity for item in items
        }

    @property
    def is_rest_left(self) -> bool:
        """Whether there is more for the seller to ship than the packages have taken."""
        return any(rest > 0 and self._is_own[item] for item, rest in self._rest.items())

    def of(self, package: PackageInput, *, field: tuple[str, ...]) -> Mapping[int, int]:
        """The pieces of one package by item, taken off the rest."""
        if package.lines is None:
            taken: Mapping[int, int] = {
                item: rest for item, rest in self._rest.items() if rest > 0 and self._is_own[item]
            }
            if not taken:
                raise Invalid("Nothing of this order is left to ship in this package.", field=field)
        else:
            taken = self._named(package.lines, field=(*field, "lines"))
        for item, quantity in taken.items():
            self._rest[item] -= quantity
        return taken

    def _named(self, lines: Sequence[LineInput], *, field: tuple[str, ...]) -> Mapping[int, int]:
        if not lines:
            raise Required("A package holds at least one piece.", field=field)
        taken: dict[int, int] = {}
        for i, line in enumerate(lines):
            at = (*field, str(i))
            rest = self._rest.get(line.order_item_id)
            if rest is None:
                raise NotFound("There is no order item with this orderItemId.", field=(*at, "orderItemId"))
            number = self._numbers[line.order_item_id]
            if line.order_item_id in taken:
                raise Invalid(f"{number} stands twice in this package.", field=(*at, "orderItemId"))
            if not self._is_own[line.order_item_id]:
                message = f"{number} is shipped by Temu or a warehouse service of its, not here."
                raise Conflict(message, field=(*at, "orderItemId"))
            if line.quantity < 1:
                raise Invalid("quantity must be at least 1.", field=(*at, "quantity"))
            if line.quantity > rest:
                message = f"Of {number} {max(rest, 0)} pieces are left to ship, not {line.quantity}."
                raise Invalid(message, field=(*at, "quantity"))
            taken[line.order_item_id] = line.quantity
        return taken


async def _refuse_labelled(session: AsyncSession, packed: Sequence[Mapping[int, int]]) -> None:
    """Temu takes no label of one's own for what one of its own was bought for (120012020) [A]."""
    labelled = await queries.labelled(session, {item for taken in packed for item in taken})
    for i, taken in enumerate(packed):
        if not labelled.keys().isdisjoint(taken):
            message = "A label of Temu's is bought for pieces of this package, or is being bought; see shippingLabels."
            raise Conflict(message, field=("packages", str(i)))


async def _check_warehouses(session: AsyncSession, packages: Sequence[PackageInput]) -> None:
    wanted = {package.warehouse_id for package in packages}
    known = await warehouses.in_use(session, wanted)
    for i, package in enumerate(packages):
        if package.warehouse_id not in known:
            field = ("packages", str(i), "warehouseId")
            raise NotFound("There is no warehouse with this warehouseId.", field=field)


def _check_labels(
    packages: Sequence[PackageInput],
    packed: Sequence[Mapping[int, int]],
    carriers: Sequence[Carrier] | None,
    forbidding: Sequence[Restriction],
) -> Mapping[str, tuple[str, ...]]:
    """Refuse labels that Temu would; returns where in the input each tracking number stands."""
    places: dict[str, tuple[str, ...]] = {}
    for i, (package, taken) in enumerate(zip(packages, packed, strict=True)):
        field = ("packages", str(i))
        if len(package.sub_packages) > MOST_SUB_PACKAGES:
            message = f"Temu takes at most {MOST_SUB_PACKAGES} further boxes of one piece."
            raise LimitExceeded(message, field=(*field, "subPackages"))
        if package.sub_packages and sum(taken.values()) != 1:
            message = (
                "Only a package of a single piece can have further boxes. Make packages of their own of them."
            )
            raise Invalid(message, field=(*field, "subPackages"))
        labels: list[tuple[PackageInput | SubPackageInput, tuple[str, ...]]] = [(package, field)]
        labels += [(box, (*field, "subPackages", str(k))) for k, box in enumerate(package.sub_packages)]
        for label, at in labels:
            check_carrier(label.carrier, carriers=carriers, restrictions=forbidding, field=(*at, "carrier"))
            key = checked_number(label.tracking_number, field=(*at, "trackingNumber"))
            if key in places:
                message = "This tracking number stands twice in this call; Temu takes each once only."
                raise Invalid(message, field=(*at, "trackingNumber"))
            places[key] = (*at, "trackingNumber")
    return places


async def _check_boxes(
    session: AsyncSession, order: Order, packages: Sequence[PackageInput], *, is_rest_left: bool
) -> None:
    """Refuse further boxes beside other packages: Temu's guide has them only where one piece is all that is sent (T9)."""
    at = next((i for i, package in enumerate(packages) if package.sub_packages), None)
    if at is None:
        return
    if is_rest_left or len(packages) > 1 or await queries.packages(session, [order.id]):
        message = (
            "Temu takes further boxes only where their one piece is all that is to be shipped of the order. Record "
            "this shipment in the seller centre."
        )
        raise Invalid(message, field=("packages", str(at), "subPackages"))


async def refuse_used_numbers(
    session: AsyncSession,
    order: Order,
    places: Mapping[str, tuple[str, ...]],
    *,
    beside: Collection[str] = (),
    but_package: int | None = None,
) -> None:
    """Raises Taken where the company has used one of these tracking keys, but for orders *beside*, at its place."""
    used = await queries.orders_with_tracking(session, order.company_id, places, but_package=but_package)
    for key, number in used:
        if number in beside:
            continue
        message = f"This tracking number is on a package of order {number}; Temu takes each once only."
        raise Taken(message, field=places[key])


async def _store(
    session: AsyncSession,
    order: Order,
    items: Sequence[OrderItem],
    packages: Sequence[PackageInput],
    packed: Sequence[Mapping[int, int]],
    *,
    now: datetime,
) -> stock.Placed:
    placed: list[tuple[PackageLine, OrderItem, int]] = []
    item_of = {item.id: item for item in items}
    for package, taken in zip(packages, packed, strict=True):
        row = Package(
            order_id=order.id,
            company_id=order.company_id,
            warehouse_id=package.warehouse_id,
            carrier=package.carrier.strip(),
            tracking_number=package.tracking_number.strip(),
            tracking_key=tracking_key(package.tracking_number),
            shipped_at=now,
        )
        session.add(row)
        await session.flush()
        for number, quantity in taken.items():
            line = PackageLine(package_id=row.id, order_item_id=number, quantity=quantity)
            session.add(line)
            placed.append((line, item_of[number], package.warehouse_id))
        session.add_all(
            SubPackage(
                package_id=row.id,
                position=position,
                carrier=box.carrier.strip(),
                tracking_number=box.tracking_number.strip(),
                tracking_key=tracking_key(box.tracking_number),
            )
            for position, box in enumerate(package.sub_packages, start=1)
        )
    return placed
