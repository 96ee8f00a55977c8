"""Warehouses: finding, creating, changing and archiving them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from domain import text
from domain.access.principal import Principal
from domain.errors import Conflict, NotFound, Taken
from domain.folding import fold
from domain.inventory import changes
from domain.models import ChannelWarehouseMapping, Company, InventoryLevel, Role, Warehouse
from domain.tables.columns import listed

_FIELD = ("warehouseId",)


async def in_use(session: AsyncSession, warehouse_ids: Collection[int]) -> Mapping[int, Warehouse]:
    """Those of these warehouses that there are and that are not archived. They stay so until the transaction ends, and sellable
    or not: asked for before any product is locked, in the order of whoever changes a warehouse.
    """
    statement = select(Warehouse).where(Warehouse.id.in_(warehouse_ids), Warehouse.archived_at.is_(None))
    held = statement.order_by(Warehouse.id).with_for_update(read=True, key_share=True)
    return {row.id: row for row in await session.scalars(held)}


class NamedWarehouses:
    """All warehouses by the names that people write: the very name, or else the only one that differs by case and accents."""

    def __init__(self, warehouses: Sequence[Warehouse]) -> None:
        self._exact = {each.name: each for each in warehouses}
        self._alike: dict[str, list[Warehouse]] = {}
        for each in warehouses:
            self._alike.setdefault(fold(each.name), []).append(each)

    def get(self, name: str) -> Warehouse | None:
        """The one that is meant, which may be archived."""
        alike = self._alike.get(fold(name), ())
        return self._exact.get(name) or (alike[0] if len(alike) == 1 else None)

    def unknown(self, name: str) -> NotFound:
        """What is told where none is meant, or one that is archived."""
        there_are = sorted(each.name for each in self._exact.values() if each.archived_at is None)
        return NotFound(f"There is no warehouse named {name}. There are: {listed(there_are) or 'none'}.")


async def named(session: AsyncSession) -> NamedWarehouses:
    """All of them, as they are now."""
    return NamedWarehouses((await session.scalars(select(Warehouse))).all())


async def create(session: AsyncSession, *, by: Principal, name: str, is_sellable: bool) -> Warehouse:
    """Add a warehouse to the organisation. Raises Taken where one has this name."""
    _require(by)
    warehouse = Warehouse(name=text.line(name, field=("name",), at_most=200), is_sellable=is_sellable)
    session.add(warehouse)
    await _flush(session, warehouse)
    return warehouse


async def update(
    session: AsyncSession, *, by: Principal, warehouse_id: int, name: str | None, is_sellable: bool | None
) -> Warehouse:
    """Give a warehouse another name, or have what lies there sold or not; None leaves it. Raises NotFound, Taken."""
    warehouse = await _get(session, by, warehouse_id)
    if name is not None:
        warehouse.name = text.line(name, field=("name",), at_most=200)
        await _flush(session, warehouse)
    if is_sellable is not None and is_sellable is not warehouse.is_sellable:
        # First, because it sees what is on its way to Temu.
        await changes.record_warehouse(session, warehouse.id)
        warehouse.is_sellable = is_sellable
    return warehouse


async def archive(session: AsyncSession, *, by: Principal, warehouse_id: int, now: datetime) -> Warehouse:
    """Put an empty warehouse away; again does nothing. Raises NotFound, and Conflict while pieces lie in it or a channel has
    a name for it.
    """
    warehouse = await _get(session, by, warehouse_id)
    if warehouse.archived_at is not None:
        return warehouse
    lies = exists().where(InventoryLevel.warehouse_id == warehouse.id, InventoryLevel.on_hand > 0)
    if await session.scalar(select(lies)):
        message = "Pieces lie in this warehouse. Set them to zero with setInventory before it is archived."
        raise Conflict(message, field=_FIELD)
    named = select(Company.name).join(
        ChannelWarehouseMapping, ChannelWarehouseMapping.company_id == Company.id
    )
    # Nobody could take away the names that a removed company had.
    named = named.where(ChannelWarehouseMapping.warehouse_id == warehouse.id, Company.removed_at.is_(None))
    if (company := await session.scalar(named.order_by(Company.id).limit(1))) is not None:
        message = f"The channel of {company} has a name for this warehouse. Take it away with setChannelWarehouseMappings."
        raise Conflict(message, field=_FIELD)
    warehouse.archived_at = now
    return warehouse


async def unarchive(session: AsyncSession, *, by: Principal, warehouse_id: int) -> Warehouse:
    """Take a warehouse back; again does nothing. Raises NotFound."""
    warehouse = await _get(session, by, warehouse_id)
    warehouse.archived_at = None
    return warehouse


def _require(by: Principal) -> None:
    by.require(Role.ADMINISTER)
    by.require_server_wide()


async def _get(session: AsyncSession, by: Principal, warehouse_id: int) -> Warehouse:
    """The warehouse, in which nobody puts anything until the transaction ends."""
    _require(by)
    # Not only its key is kept: whatever is put there refers to it.
    warehouse = await session.get(Warehouse, warehouse_id, with_for_update=True)
    if warehouse is None:
        raise NotFound("There is no warehouse with this warehouseId.", field=_FIELD)
    return warehouse


async def _flush(session: AsyncSession, warehouse: Warehouse) -> None:
    name = warehouse.name
    try:
        await session.flush()
    except IntegrityError:
        raise Taken(f"There is a warehouse named {name} already.", field=("name",)) from None
