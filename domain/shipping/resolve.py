"""Resolves the carriers and warehouses that people named to Temu's ids of carriers and addresses (T3, T5)."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from functools import partial
from typing import TypeVar

from sqlalchemy import select

from domain.database.session import Database
from domain.errors import Unavailable
from domain.models import ChannelWarehouseMapping, Order
from domain.orders import restrictions
from domain.orders.restrictions import Restriction
from domain.shipping import matching
from domain.shipping.confirm import ShipmentRefusal
from domain.shipping.confirm_message import TemuIds
from domain.shipping.directories import Directories, NotListed
from domain.shipping.labels import forbidden, forbidding, unknown_carrier
from domain.shipping.matching import NoMatch
from domain.shipping.parcels import OrderPart, Shipment

Found = TypeVar("Found")
Entry = TypeVar("Entry")


class Unresolved(Exception):
    """What an order's packages name can't be found at Temu."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.refusal = ShipmentRefusal.unresolved(code, message)


class Resolver:
    def __init__(self, database: Database, directories: Directories) -> None:
        self._database = database
        self._directories = directories

    async def resolve(
        self, shipments: Sequence[Shipment]
    ) -> tuple[list[tuple[Shipment, TemuIds]], list[tuple[Shipment, ShipmentRefusal | Unavailable]]]:
        """What can be confirmed, and why the rest can't (T7). Raises CredentialsRefused and PermissionMissing."""
        resolved: list[tuple[Shipment, TemuIds]] = []
        refused: list[tuple[Shipment, ShipmentRefusal | Unavailable]] = []
        for shipment in shipments:
            try:
                carriers: dict[str, str] = {}
                for part in shipment.parts:
                    carriers |= await self._carriers(part, shipment)
                addresses = await self.addresses({p.package.warehouse_id for p in shipment.parcels})
            except Unresolved as error:
                refused.append((shipment, error.refusal))
            except Unavailable as trouble:
                refused.append((shipment, trouble))
            else:
                resolved.append((shipment, TemuIds(carriers, addresses)))
        return resolved, refused

    async def _carriers(self, part: OrderPart, shipment: Shipment) -> dict[str, str]:
        # What Temu may have taken already is found out by asking, whatever it restricts since.
        restricted = () if shipment.in_doubt else restrictions.of(part.order)
        wanted = {carrier for parcel in part.parcels for carrier in parcel.carriers}
        try:
            return await self.carriers(part.order, wanted, restricted)
        except Unresolved as error:
            if len(shipment.orders) == 1:
                raise
            number = part.order.channel_order_id
            words = f"{error.refusal.message} That is of {number}, and Temu is told of all orders of its parcel together."
            raise Unresolved(error.refusal.code, words) from None

    async def carriers(
        self, order: Order, names: Collection[str], restricted: Sequence[Restriction]
    ) -> dict[str, str]:
        """Temu's ids of these carriers. Raises Unresolved, and as Directories does."""
        region_id = order.channel_region_id
        if region_id is None:
            message = "Temu told no region of this order, so its carriers can't be looked up."
            raise Unresolved("REGION_UNKNOWN", message)
        read = partial(self._directories.carriers, region_id)
        found: dict[str, str] = {}
        for wanted in sorted(names):
            try:
                carrier = await _match(partial(matching.carrier, wanted), read)
            except NoMatch as error:
                raise Unresolved("CARRIER_UNKNOWN", unknown_carrier(wanted, error)) from None
            restriction = forbidding(restricted, carrier)
            if restriction is not None:
                words = forbidden(restriction, carrier, restricted, await read())
                raise Unresolved("CARRIER_RESTRICTED", words)
            found[wanted] = carrier.id
        return found

    async def addresses(self, warehouse_ids: Collection[int]) -> dict[int, str]:
        """Temu's ids of the places that these warehouses ship from, by channel warehouse code. Raises as carriers."""
        codes = await self._codes()
        found: dict[int, str] = {}
        for warehouse_id in sorted(warehouse_ids):
            code = codes.get(warehouse_id)
            try:
                address = await _match(partial(matching.address, code), self._directories.addresses)
            except NoMatch as error:
                raise Unresolved("ADDRESS_UNKNOWN", _unknown_address(code, error)) from None
            found[warehouse_id] = address.id
        return found

    async def _codes(self) -> Mapping[int, str]:
        mapping = ChannelWarehouseMapping
        statement = select(mapping.warehouse_id, mapping.channel_warehouse_code)
        async with self._database.read() as session:
            rows = await session.execute(statement.where(mapping.company_id == self._directories.company_id))
            return {warehouse_id: code for warehouse_id, code in rows}  # noqa: C416 - rows, not pairs


async def _match(
    match: Callable[[Sequence[Entry]], Found], read: Callable[..., Awaitable[Sequence[Entry]]]
) -> Found:
    """What *match* finds in the list as it is stored, or else as Temu has it now. Raises NoMatch."""
    try:
        try:
            return match(await read())
        except NoMatch:
            return match(await read(again=True))
    except NotListed as error:
        raise Unresolved(f"TEMU_{error.temu_code}", error.message) from None


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
