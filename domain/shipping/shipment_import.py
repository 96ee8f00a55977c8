"""Shipments from a file: packages recorded by its rows, in a job (M2, T1). What a package holds already is skipped, so that
a file may be handed in again, and no order is shipped twice by it.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.access.principal import WORKER
from domain.errors import Conflict, NotFound, Refused
from domain.folding import fold
from domain.inventory import changes, warehouses
from domain.inventory.changes import retry_while_in_flight
from domain.inventory.warehouses import NamedWarehouses
from domain.models import HoldReason, Order, OrderItem, Package, Warehouse
from domain.orders import matching
from domain.orders import queries as orders
from domain.queued_jobs.arguments import ImportShipments
from domain.queued_jobs.run import JobRun, Outcome
from domain.resources import Resources
from domain.shipping import packages, queries
from domain.shipping.carrier_lists import CarrierLists
from domain.shipping.matching import Carrier
from domain.shipping.packages import LineInput, PackageInput
from domain.shipping.shipment_file import COLUMNS, ITEM, ShipmentRow, by_order, left_for, read_row
from domain.tables.imports import FileImport, one_by_one, rows_of_file

_AT_ONCE = 20
# Not why, as shipOrder says it: a person may name the buyer there, and outcomes hold nothing of buyers.
_HELD = "A person holds this order back: its heldBecause says why. It can be shipped after releaseOrder."
Rows = Sequence[ShipmentRow]


async def import_shipments(
    resources: Resources, run: JobRun, arguments: ImportShipments, *, now: datetime
) -> None:
    """Apply the rows of a file. Raises NotFound for one that is gone, Invalid, LimitExceeded, Unavailable."""
    file = await rows_of_file(run, arguments.file_id, COLUMNS, read_row)
    units = by_order(file)
    shipments = _Shipments(resources, run.company_id, {row.carrier for row in file.requests}, now=now)
    applying = FileImport(
        run,
        file,
        validate_only=arguments.validate_only,
        at_once=_AT_ONCE,
        retrying=retry_while_in_flight,
    )
    await applying.apply(units, shipments.apply, prepare=shipments.read_carriers)


class _RowRefused(Refused):
    """What is wrong with one row, so that nothing of its order is recorded."""

    def __init__(self, row: ShipmentRow, refusal: Refused) -> None:
        super().__init__(refusal.message)
        self.row = row
        self.refusal = refusal


class _OrderRefused(Refused):
    """Why nothing of an order is recorded, but for what is *done* already."""

    def __init__(self, refusal: Refused, done: Sequence[Outcome]) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal
        self.done = done


class _Shipments:
    """Records packages of a company's orders."""

    def __init__(
        self, resources: Resources, company_id: int, names: Collection[str], *, now: datetime
    ) -> None:
        self._database = resources.database
        self._lists = CarrierLists(resources, company_id)
        self._company_id = company_id
        self._names = names
        self._now = now
        self._carriers: dict[int | None, Sequence[Carrier] | None] = {}
        self._warehouses = NamedWarehouses([])

    async def read_carriers(self, units: Sequence[Rows]) -> None:
        """Ask for the carriers of the regions to which these orders go."""
        numbers = {unit[0].order for unit in units}
        regions = select(Order.channel_region_id).where(
            Order.company_id == self._company_id, Order.channel_order_id.in_(numbers)
        )
        async with self._database.read() as session:
            found = set(await session.scalars(regions))
        for region in found:
            if region not in self._carriers:
                self._carriers[region] = await self._lists.of(region, self._names)

    async def apply(self, session: AsyncSession, units: Sequence[Rows]) -> list[Outcome]:
        """Record the packages of orders, each order whole or not at all."""
        self._warehouses = await warehouses.named(session)
        await self._lock(session, units)

        async def apply(rows: Rows) -> list[Outcome]:
            return await self._ship(session, rows)

        return await one_by_one(session, units, apply, _refused)

    async def _lock(self, session: AsyncSession, units: Sequence[Rows]) -> None:
        """Lock all that these orders take, in the order in which everybody does: locked order by order, the products of one would
        be waited for by whoever has the next one.
        """
        numbers = {rows[0].order for rows in units}
        found = await orders.locked(session, *orders.imported(self._company_id, numbers))
        meant = {self._warehouses.get(row.warehouse) for rows in units for row in rows}
        await warehouses.in_use(session, {each.id for each in meant if each is not None})
        items = await orders.items(session, [order.id for order in found])
        stock = await matching.stock_products(session, {item.product_id for item in items})
        await changes.lock(session, set(stock.values()))

    async def _ship(self, session: AsyncSession, rows: Rows) -> list[Outcome]:
        """Record the packages of one order. Raises _OrderRefused."""
        outcomes: list[Outcome] = []
        try:
            shipped = await self._record(session, rows, outcomes)
        except Refused as refusal:
            raise _OrderRefused(refusal, outcomes) from None
        return outcomes + [_shipped(row) for row in shipped]

    async def _record(self, session: AsyncSession, rows: Rows, outcomes: list[Outcome]) -> Rows:
        """Record what isn't recorded yet, and return its rows; *outcomes* gets those of the others. Raises _RowRefused, or
        another Refused where it is about the order.
        """
        order = await session.scalar(
            select(Order)
            .where(Order.company_id == self._company_id, Order.channel_order_id == rows[0].order)
            .with_for_update(key_share=True)
        )
        if order is None:
            raise NotFound(f"This company has no order {rows[0].order}. Import it first.")
        items = await orders.items(session, [order.id])
        recorded = _Recorded(await queries.packages(session, [order.id]), await _contents(session, order))
        by_package: dict[str, list[ShipmentRow]] = {}
        for row in rows:
            by_package.setdefault(row.package, []).append(row)
        shipped: list[list[ShipmentRow]] = []
        for lines in by_package.values():
            _check_form(lines)
            warehouse, *_ = [self._warehouse(row) for row in lines]
            package = recorded.package(lines[0].package)
            if package is not None:
                outcomes += [recorded.compared(row, package, warehouse) for row in lines]
            elif warehouse.archived_at is None:
                shipped.append(lines)
            else:
                raise _RowRefused(lines[0], self._warehouses.unknown(lines[0].warehouse))
        if shipped:
            if HoldReason.MANUAL.value in order.hold_reasons:
                raise Conflict(_HELD)
            inputs = [
                PackageInput(
                    self._warehouse(lines[0]).id,
                    lines[0].carrier,
                    lines[0].tracking,
                    _lines(lines, items, shipped[:i]),
                )
                for i, lines in enumerate(shipped)
            ]
            try:
                await packages.ship(
                    session,
                    by=WORKER,
                    order_id=order.id,
                    packages=inputs,
                    carriers=self._carriers.get(order.channel_region_id),
                    now=self._now,
                )
            except Refused as refusal:
                raise _at_row(shipped, refusal) from None
        return [row for lines in shipped for row in lines]

    def _warehouse(self, row: ShipmentRow) -> Warehouse:
        warehouse = self._warehouses.get(row.warehouse)
        if warehouse is None:
            raise _RowRefused(row, self._warehouses.unknown(row.warehouse))
        return warehouse


class _Recorded:
    """What an order was shipped by so far."""

    def __init__(self, packages: Sequence[Package], contents: Mapping[tuple[int, str], int]) -> None:
        # A package whose number was corrected since is still the one that the file's row made.
        self._by_key = {package.recorded_key or package.tracking_key: package for package in packages}
        self._by_key |= {package.tracking_key: package for package in packages}
        self._contents = contents

    def package(self, key: str) -> Package | None:
        return self._by_key.get(key)

    def compared(self, row: ShipmentRow, package: Package, warehouse: Warehouse) -> Outcome:
        """What is told of a row whose package is there: that it says nothing new. Raises _RowRefused where it says otherwise."""
        is_corrected = package.tracking_key != row.package
        if not is_corrected:
            if row.item is not None:
                held = self._contents.get((package.id, row.item), 0)
                if held == 0 or row.quantity not in {None, held}:
                    message = (
                        f"The package {package.tracking_number} was recorded with {held} of {row.item}. What a package holds "
                        "can't be changed: take it back with voidPackage and record it anew."
                    )
                    raise _RowRefused(row, Conflict(message))
            if fold(package.carrier) != fold(row.carrier) or package.warehouse_id != warehouse.id:
                message = (
                    f"The package {package.tracking_number} was recorded with the carrier {package.carrier}, or from another "
                    "warehouse. Correct it with updatePackage."
                )
                raise _RowRefused(row, Conflict(message))
        said = f"{row.place}: {row.order} was shipped by {row.tracking} before."
        if is_corrected:
            said += f" That package has the number {package.tracking_number} now."
        return Outcome.skipped(row.subject, "ALREADY_SHIPPED", said)


async def _contents(session: AsyncSession, order: Order) -> Mapping[tuple[int, str], int]:
    """Pieces by package and by number of the item, of packages that weren't voided."""
    numbers = [package.id for package in await queries.packages(session, [order.id])]
    lines = await queries.lines(session, numbers)
    return {
        (line.package_id, number): line.quantity
        for line, item in lines
        for number in (item.channel_order_item_id, item.previous_channel_order_item_id)
        if number is not None
    }


def _check_form(lines: Rows) -> None:
    """Raises _RowRefused where rows of one package can't be one."""
    first = lines[0]
    for row in lines[1:]:
        if row.label != first.label:
            message = f"{first.place} has the same tracking number with another carrier or warehouse."
            raise _RowRefused(row, Conflict(message))
        if (row.item is None) != (first.item is None):
            message = f"Of one package all rows have an {ITEM}, or there is one row without."
            raise _RowRefused(row, Conflict(message))


def _lines(lines: Rows, items: Sequence[OrderItem], before: Sequence[Rows]) -> Sequence[LineInput] | None:
    """What a package holds by its rows; *before*: those that take of the same items first. Raises _RowRefused."""
    if lines[0].item is None:
        return None
    of = {
        number: item
        for item in items
        for number in (item.previous_channel_order_item_id, item.channel_order_item_id)
        if number is not None
    }
    found: list[LineInput] = []
    for row in lines:
        item = of.get(row.item or "")
        if item is None:
            raise _RowRefused(row, NotFound(f"Order {row.order} has no item with the number {row.item}."))
        taken = sum(each.quantity or 0 for rows in before for each in rows if of.get(each.item or "") is item)
        rest = item.quantity - item.cancelled_quantity - item.shipped_quantity - taken
        # At least one: what is not there is refused in shipOrder's words.
        found.append(LineInput(item.id, max(rest, 1) if row.quantity is None else row.quantity))
    return found


def _at_row(shipped: Sequence[Rows], refusal: Refused) -> Refused:
    """The refusal of a package, or of a line of it, as that of a row."""
    match refusal.field:
        case ("packages", package, "lines", line, *_):
            return _RowRefused(shipped[int(package)][int(line)], refusal)
        case ("packages", package, *_):
            return _RowRefused(shipped[int(package)][0], refusal)
        case _:
            return refusal


def _shipped(row: ShipmentRow) -> Outcome:
    said = f"{row.place}: {row.item or row.order} shipped by {row.tracking}."
    return Outcome.succeeded(row.subject, "SHIPPED", said)


def _refused(rows: Rows, refused: Refused) -> list[Outcome]:
    assert isinstance(refused, _OrderRefused)  # noqa: S101 - nothing else is raised for an order
    done = {outcome.subject: outcome for outcome in refused.done}
    return [done.get(row.subject) or _failed(row, refused.refusal) for row in rows]


def _failed(row: ShipmentRow, refusal: Refused) -> Outcome:
    if isinstance(refusal, _RowRefused):
        if row is not refusal.row:
            return left_for(row, refusal.row.place)
        refusal = refusal.refusal
    return Outcome.failed(row.subject, refusal.code.value, f"{row.place}: {refusal.message}")
