"""What a label is for: pieces of an order that are left to ship, or all that is left of several orders to one address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.access import rows
from domain.access.principal import Principal
from domain.errors import Conflict, Invalid, LimitExceeded, NotFound, Refused, Required
from domain.models import FulfilledBy, Order, OrderItem, OrderLabel, Package, Warehouse
from domain.orders import queries as orders
from domain.orders import restrictions
from domain.shipping import combine, queries
from domain.shipping.bought_labels.measures import Dimensions, Weight, check
from domain.shipping.packages import LineInput, refuse_unshippable
from domain.temu import labels as temu_labels

_FIELD = "orderIds"
# Y2_advance_sale is no label of orders that has a value here (120015533, 120015534) [A].
_SOLD_IN_ADVANCE = "Y2_advance_sale"


@dataclass(frozen=True)
class ParcelInput:
    """A parcel that a label is wanted for. Without *lines*, all that is left of its orders. *needs_signature*: what Temu's
    label of an order says, where it is None.
    """

    order_ids: Sequence[int]
    warehouse_id: int
    weight: Weight
    dimensions: Dimensions
    lines: Sequence[LineInput] | None = None
    needs_signature: bool | None = None


@dataclass(frozen=True)
class Contents:
    """What a parcel holds, and what Temu says of its orders."""

    orders: Sequence[Order]
    pieces: Sequence[tuple[OrderItem, int]]

    @property
    def company_id(self) -> int:
        return self.orders[0].company_id

    @property
    def is_paid_at_the_door(self) -> bool:
        return any(OrderLabel.CASH_ON_DELIVERY.value in order.labels for order in self.orders)

    @property
    def is_sold_in_advance(self) -> bool:
        return any(_SOLD_IN_ADVANCE in order.channel_notices for order in self.orders)

    def needs_signature(self, parcel: ParcelInput) -> bool:
        """Whether it has to be signed for: as asked for, or as Temu wants it (120015544) [A]."""
        is_wanted = any(
            OrderLabel.SIGNATURE_REQUIRED_ON_DELIVERY.value in order.labels for order in self.orders
        )
        return is_wanted or bool(parcel.needs_signature)

    def told(self) -> list[dict[str, object]]:
        """Its pieces in Temu's words."""
        numbers = {order.id: order.channel_order_id for order in self.orders}
        return [
            temu_labels.piece(
                order_number=numbers[item.order_id],
                item_number=item.channel_order_item_id,
                goods_id=item.website_product_id,
                sku_id=item.website_product_variant_id,
                quantity=quantity,
            )
            for item, quantity in self.pieces
        ]


class Packing:
    """What is left of orders, as parcels take from it one by one."""

    def __init__(
        self, found: Mapping[int, Order], items: Sequence[OrderItem], labelled: Mapping[int, int]
    ) -> None:
        self._orders = found
        self._items = {item.id: item for item in items if item.fulfilled_by is FulfilledBy.SELLER}
        self._rest = {
            item.id: item.quantity
            - item.cancelled_quantity
            - item.shipped_quantity
            - labelled.get(item.id, 0)
            for item in self._items.values()
        }

    def take(self, parcel: ParcelInput, *, field: tuple[str, ...] = ()) -> Contents:
        """What a parcel holds, taken off the rest. Raises Invalid, Required, NotFound and Conflict."""
        found = [self._orders[order_id] for order_id in parcel.order_ids]
        if parcel.lines is not None and len(found) > 1:
            message = "Temu takes several orders in one parcel whole only: leave lines out."
            raise Invalid(message, field=(*field, "lines"))
        if parcel.lines is None:
            taken: Mapping[int, int] = {
                item.id: self._rest[item.id]
                for item in self._items.values()
                if item.order_id in parcel.order_ids and self._rest[item.id] > 0
            }
        else:
            taken = self._named(parcel.lines, found[0], field=(*field, "lines"))
        for order in found:
            if all(self._items[item].order_id != order.id for item in taken):
                message = (
                    "Nothing of this order is left that a label could be bought for: it is shipped or cancelled, or a label of "
                    "Temu's is bought for it; see shippingLabels."
                )
                raise Conflict(message, field=(*field, _FIELD, str(parcel.order_ids.index(order.id))))
        for item, quantity in taken.items():
            self._rest[item] -= quantity
        return Contents(found, [(self._items[item], quantity) for item, quantity in sorted(taken.items())])

    def refuse_rest(self, order: Order, *, field: tuple[str, ...]) -> None:
        """Refuse to leave something of an order behind: Temu sells labels for all that waits of an order by one call
        (sendType 1) [A]. Raises Conflict.
        """
        left = [
            item for item in self._items.values() if item.order_id == order.id and self._rest[item.id] > 0
        ]
        if left:
            named = ", ".join(f"{self._rest[item.id]} of {item.channel_order_item_id}" for item in left[:5])
            message = (
                f"Temu sells the labels of an order all at once. Left of it: {named}. Name the parcels that hold these in the "
                "same call."
            )
            raise Conflict(message, field=field)

    def is_whole(self, contents: Contents) -> bool:
        """Whether a parcel holds all that there ever was to ship of its order."""
        order_id, held = contents.orders[0].id, {item.id: quantity for item, quantity in contents.pieces}
        return all(
            held.get(item.id, 0) == item.quantity - item.cancelled_quantity
            for item in self._items.values()
            if item.order_id == order_id
        )

    def _named(
        self, lines: Sequence[LineInput], order: Order, *, field: tuple[str, ...]
    ) -> Mapping[int, int]:
        if not lines:
            raise Required("A parcel holds at least one piece.", field=field)
        taken: dict[int, int] = {}
        for i, line in enumerate(lines):
            at = (*field, str(i))
            item = self._items.get(line.order_item_id)
            if item is None or item.order_id != order.id:
                message = "There is no item of this order with this orderItemId that is shipped here."
                raise NotFound(message, field=(*at, "orderItemId"))
            if item.id in taken:
                message = f"{item.channel_order_item_id} stands twice in this parcel."
                raise Invalid(message, field=(*at, "orderItemId"))
            rest = max(self._rest[item.id], 0)
            if not 1 <= line.quantity <= rest:
                message = f"Of {item.channel_order_item_id} {rest} pieces are left, not {line.quantity}."
                raise Invalid(message, field=(*at, "quantity"))
            taken[item.id] = line.quantity
        return taken


async def pack(
    session: AsyncSession,
    parcels: Sequence[ParcelInput],
    *,
    by: Principal,
    for_update: bool,
    fields: Sequence[tuple[str, ...]],
) -> tuple[Packing, Sequence[Contents]]:
    """What parcels hold, whose orders are locked in one order where they are to stay so. *fields*: where each stands in the
    input. Raises NotFound, Required, Invalid, LimitExceeded and Conflict, for what Temu would refuse too.
    """
    found: dict[int, Order] = {}
    for parcel, field in zip(parcels, fields, strict=True):
        _check_form(parcel, field=field)
        await _check_warehouse(session, parcel.warehouse_id, field=(*field, "warehouseId"))
    wanted = sorted({order_id for parcel in parcels for order_id in parcel.order_ids})
    for order_id in wanted:
        parcel, field = next(
            each for each in zip(parcels, fields, strict=True) if order_id in each[0].order_ids
        )
        at = (*field, _FIELD, str(parcel.order_ids.index(order_id)))
        try:
            found[order_id] = await rows.get(session, Order, order_id, by=by, for_update=for_update)
        except Refused as error:
            error.field = at
            raise
        _refuse_order(found[order_id], field=at)
    items = await orders.items(session, wanted)
    await _refuse_open_packages(session, found, items, fields[0])
    packing = Packing(found, items, await queries.labelled(session, [item.id for item in items]))
    packed: list[Contents] = []
    for parcel, field in zip(parcels, fields, strict=True):
        try:
            await _check_together(session, [found[order_id] for order_id in parcel.order_ids])
        except Refused as error:
            error.field = (*field, *(error.field or ()))
            raise
        packed.append(packing.take(parcel, field=field))
    return packing, packed


def _check_form(parcel: ParcelInput, *, field: tuple[str, ...]) -> None:
    if not parcel.order_ids:
        raise Required("Name the orders of this parcel.", field=(*field, _FIELD))
    if len(parcel.order_ids) > combine.MOST_ORDERS:
        raise LimitExceeded(f"At most {combine.MOST_ORDERS} orders a parcel.", field=(*field, _FIELD))
    if len(set(parcel.order_ids)) < len(parcel.order_ids):
        raise Invalid("An order stands twice in this parcel.", field=(*field, _FIELD))
    check(parcel.weight, parcel.dimensions, field=field)


async def _check_warehouse(session: AsyncSession, warehouse_id: int, *, field: tuple[str, ...]) -> None:
    known = select(Warehouse.id).where(Warehouse.id == warehouse_id, Warehouse.archived_at.is_(None))
    if await session.scalar(known) is None:
        raise NotFound("There is no warehouse with this warehouseId.", field=field)


def _refuse_order(order: Order, *, field: tuple[str, ...]) -> None:
    refuse_unshippable(order, field=field)
    if restrictions.OF_BOUGHT_LABELS in order.channel_notices:
        message = f"Temu sells no label for this order ({restrictions.OF_BOUGHT_LABELS}). Ship it with a label of your own by shipOrder."
        raise Conflict(message, field=field)


async def _refuse_open_packages(
    session: AsyncSession, found: Mapping[int, Order], items: Sequence[OrderItem], field: tuple[str, ...]
) -> None:
    """Refuse what Temu doesn't know yet to be shipped in part: for it, all of it waits still."""
    untold = exists().where(
        Package.order_id == Order.id, Package.voided_at.is_(None), Package.uploaded_at.is_(None)
    )
    statement = select(Order.id).where(Order.id.in_(found), untold)
    for order_id in await session.scalars(statement):
        message = (
            f"Temu has not been told yet how a part of {found[order_id].channel_order_id} was shipped. Run uploadTracking, or take "
            "the package back with voidPackage, and try again."
        )
        raise Conflict(message, field=(*field, _FIELD))
    for item in items:
        if 0 < item.shipped_quantity < item.quantity - item.cancelled_quantity:
            message = f"A part of {item.channel_order_item_id} is shipped, and Temu takes each whole only."
            raise Conflict(message, field=(*field, _FIELD))


async def _check_together(session: AsyncSession, found: Sequence[Order]) -> None:
    if len(found) < 2:
        return
    combine.check_company(found)
    combine.check_order_labels(found)
    await combine.check_whole(session, found, [order.shipping_status for order in found])
    await combine.check_addresses(session, found)
    is_paid = {OrderLabel.CASH_ON_DELIVERY.value in order.labels for order in found}
    if len(is_paid) > 1:
        message = "Orders paid on delivery and others can't go in one parcel (120011057)."
        raise Conflict(message, field=(_FIELD,))
