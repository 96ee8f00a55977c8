"""
From what people named to what Temu calls it: the carriers and addresses of orders that are to be uploaded (T3, T5).
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.database import Database
from domain.errors import Unavailable
from domain.inventory import queries as inventory
from domain.models import Order, OrderItem, PackageLine, SubPackage, TrackingUpload
from domain.orders import restrictions
from domain.orders.restrictions import Restriction
from domain.shipping import matching, queries
from domain.shipping.confirmation import Labels, Parcel
from domain.shipping.directories import Directories, NotListed
from domain.shipping.labels import forbidden, forbidding, unknown_carrier
from domain.shipping.matching import Carrier, NoMatch
from domain.shipping.telling import Refusal, Shipment

Found = TypeVar("Found")
Entry = TypeVar("Entry")


class Unlabelled(Exception):
    """
    What an order's packages name can't be found at Temu.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.refusal = Refusal.unsettled(code, message)


class Labeller:
    """
    Prepares orders of one company for the call that tells Temu of them.
    """

    def __init__(self, database: Database, directories: Directories) -> None:
        self._database = database
        self._directories = directories

    async def label(
        self, company_id: int, orders: Sequence[Order]
    ) -> tuple[list[Shipment], list[tuple[Order, Refusal | Unavailable]]]:
        """
        The orders that can be told of, and why the others can't. One bad order never blocks the others (T7). Raises
        CredentialsRefused and PermissionMissing.
        """
        async with self._database.read() as session:
            parcels = await parcels_of(session, [order.id for order in orders])
            rows = await inventory.channel_warehouse_mappings(session, [company_id])
            codes = {row.warehouse_id: row.channel_warehouse_code for row in rows}
            doubted = select(TrackingUpload.order_id).where(
                TrackingUpload.order_id.in_([order.id for order in orders]),
                TrackingUpload.in_doubt_since.is_not(None),
            )
            in_doubt = set(await session.scalars(doubted))
        shipments: list[Shipment] = []
        refused: list[tuple[Order, Refusal | Unavailable]] = []
        for order in orders:
            try:
                labels = Labels(
                    carriers=await self._carriers(order, parcels[order.id], in_doubt=order.id in in_doubt),
                    addresses=await self.addresses(
                        {p.package.warehouse_id for p in parcels[order.id]}, codes
                    ),
                )
            except Unlabelled as error:
                refused.append((order, error.refusal))
            except Unavailable as trouble:
                refused.append((order, trouble))
            except NotListed as error:
                refused.append((order, Refusal.unsettled(f"TEMU_{error.temu_code}", error.message)))
            else:
                shipments.append(Shipment(order, parcels[order.id], labels, in_doubt=order.id in in_doubt))
        return shipments, refused

    async def _carriers(self, order: Order, parcels: Sequence[Parcel], *, in_doubt: bool) -> dict[str, str]:
        # What Temu may have taken already is found out by asking, whatever it restricts since.
        restricted = () if in_doubt else restrictions.of(order)
        wanted = {carrier for parcel in parcels for carrier in parcel.carriers}
        return await self.carriers(order, wanted, restricted)

    async def carriers(
        self, order: Order, names: Collection[str], restricted: Sequence[Restriction]
    ) -> dict[str, str]:
        """
        What Temu calls these carriers. Raises Unlabelled, and as Directories does.
        """
        region_id = order.channel_region_id
        if region_id is None:
            message = "Temu told no region of this order, so its carriers can't be looked up."
            raise Unlabelled("REGION_UNKNOWN", message)
        found: dict[str, str] = {}
        for wanted in sorted(names):

            def look(carriers: Sequence[Carrier], wanted: str = wanted) -> Carrier:
                return matching.carrier(wanted, carriers)

            try:
                carrier = await _look_twice(
                    look, lambda again: self._directories.carriers(region_id, again=again)
                )
            except NoMatch as error:
                raise Unlabelled("CARRIER_UNKNOWN", unknown_carrier(wanted, error)) from None
            restriction = forbidding(restricted, carrier)
            if restriction is not None:
                others = await self._directories.carriers(region_id)
                raise Unlabelled("CARRIER_RESTRICTED", forbidden(restriction, carrier, restricted, others))
            found[wanted] = carrier.id
        return found

    async def addresses(self, warehouse_ids: Collection[int], codes: Mapping[int, str]) -> dict[int, str]:
        """
        What Temu calls the places that these warehouses ship from, by their channel warehouse codes. Raises as carriers
        does.
        """
        found: dict[int, str] = {}
        for warehouse_id in sorted(warehouse_ids):
            code = codes.get(warehouse_id)

            def look(addresses: Sequence[matching.ShippingAddress], code: str | None = code) -> str:
                return matching.address(code, addresses).id

            try:
                found[warehouse_id] = await _look_twice(
                    look, lambda again: self._directories.addresses(again=again)
                )
            except NoMatch as error:
                raise Unlabelled("ADDRESS_UNKNOWN", _unknown_address(code, error)) from None
        return found


async def _look_twice(
    look: Callable[[Sequence[Entry]], Found], read: Callable[[bool], Awaitable[Sequence[Entry]]]
) -> Found:
    """
    What *look* finds in the list as it is kept, or else as Temu has it now. Raises NoMatch.
    """
    try:
        return look(await read(False))
    except NoMatch:
        return look(await read(True))


def _unknown_address(code: str | None, error: NoMatch) -> str:
    names = ", ".join(error.nearest) or "none"
    if code is None:
        return (
            f"The mall has no default address, and the warehouse no channel warehouse code. Its addresses: {names}. "
            "Name one with setChannelWarehouseMappings."
        )
    return (
        f"The mall has no address named {code!r}. Its addresses: {names}. Correct the channel warehouse code with "
        "setChannelWarehouseMappings, or add the address in the seller centre."
    )


async def parcels_of(session: AsyncSession, order_ids: Sequence[int]) -> dict[int, list[Parcel]]:
    """
    The packages of orders with what they hold, as they are stored.
    """
    packages = await queries.packages(session, order_ids)
    ids = [package.id for package in packages]
    lines: defaultdict[int, list[tuple[PackageLine, OrderItem]]] = defaultdict(list)
    boxes: defaultdict[int, list[SubPackage]] = defaultdict(list)
    for line, item in await queries.lines(session, ids):
        lines[line.package_id].append((line, item))
    for box in await queries.sub_packages(session, ids):
        boxes[box.package_id].append(box)
    parcels: dict[int, list[Parcel]] = {order_id: [] for order_id in order_ids}
    for package in packages:
        parcels[package.order_id].append(Parcel(package, lines[package.id], boxes[package.id]))
    return parcels
