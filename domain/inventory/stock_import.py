"""What lies in warehouses, from a file: set by its rows, in a job (M2)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.access.principal import WORKER
from domain.errors import Refused
from domain.folding import fold
from domain.inventory import operations, warehouses
from domain.inventory.changes import retry_while_in_flight
from domain.inventory.operations import LARGEST_QUANTITY, LevelInput
from domain.models import InventoryLevel, Product
from domain.queued_jobs.arguments import ImportInventory
from domain.queued_jobs.run import JobRun, Outcome
from domain.tables.columns import Columns
from domain.tables.imports import FileImport, rows_of_file, together_or_one_by_one
from domain.tables.values import RowCells, UnreadableCell

SKU, WAREHOUSE, ON_HAND, COMPARE = "SKU", "Warehouse", "OnHand", "CompareOnHand"
COLUMNS = Columns(
    required=(SKU, WAREHOUSE, ON_HAND),
    optional=(COMPARE,),
    telling=(ON_HAND,),
    example=("SKU-1", "Main warehouse", "120", ""),
)
_AT_ONCE = 200


@dataclass(frozen=True)
class StockRow:
    """What is to lie of a product in a warehouse, and what *compare* says that lies there now."""

    subject: str
    place: str
    sku: str
    written: str
    warehouse: str
    on_hand: int
    compare: int | None
    hint: str

    @property
    def key(self) -> tuple[str, str]:
        """Equal for those that are about the same stock."""
        return self.sku, fold(self.warehouse)

    @property
    def wish(self) -> object:
        """Equal for those that want the same of it."""
        return self.on_hand, self.compare

    @property
    def what(self) -> str:
        """It in words."""
        return f"{self.sku} in {self.warehouse}"


async def import_inventory(run: JobRun, arguments: ImportInventory) -> None:
    """Apply the rows of a file. Raises NotFound for one that is gone, Invalid, LimitExceeded, Unavailable."""
    file = await rows_of_file(run, arguments.file_id, COLUMNS, _read_row)
    applying = FileImport(
        run,
        file,
        validate_only=arguments.validate_only,
        at_once=_AT_ONCE,
        retrying=retry_while_in_flight,
    )

    async def apply(session: AsyncSession, units: Sequence[Sequence[StockRow]]) -> list[Outcome]:
        return await _apply(session, run.company_id, [row for unit in units for row in unit])

    await applying.apply([[request] for request in file.requests], apply)


def _read_row(row: RowCells) -> StockRow | Outcome:
    sku, written = row.line(SKU, at_most=100), row.written(SKU)
    row.name(sku)
    # As an export has it of a product that has stock in no warehouse.
    if row.is_blank(WAREHOUSE, ON_HAND):
        said = f"{row.place}: nothing to set: warehouse and quantity are empty."
        return Outcome.skipped(row.subject, "NOTHING_TO_SET", said)
    warehouse = row.line(WAREHOUSE, at_most=200)
    row.name(f"{sku} {warehouse}"[:180])
    on_hand = row.quantity(ON_HAND, most=LARGEST_QUANTITY)
    if on_hand is None:
        raise UnreadableCell(f"{ON_HAND} is empty")
    compare = row.quantity(COMPARE, most=LARGEST_QUANTITY)
    return StockRow(row.subject, row.place, sku, written, warehouse, on_hand, compare, row.hint(sku, written))


async def _apply(session: AsyncSession, company_id: int, requests: Sequence[StockRow]) -> list[Outcome]:
    known = await warehouses.named(session)
    meant = [known.get(request.warehouse) for request in requests]
    # Before the products, as whoever changes a warehouse locks them.
    held = await warehouses.in_use(session, {each.id for each in meant if each is not None})
    products = await _products(session, company_id, requests)
    present = await _present(session, {product.id for product in products.values()})
    outcomes: list[Outcome] = []
    left: list[tuple[StockRow, LevelInput]] = []
    for request, warehouse in zip(requests, meant, strict=True):
        product = products.get(request.written) or products.get(request.sku)
        if product is None:
            message = f"This company has no product with SKU {request.sku}{request.hint}."
            outcomes.append(_failed(request, "NOT_FOUND", message))
        elif warehouse is None or warehouse.id not in held:
            outcomes.append(_failed(request, "NOT_FOUND", known.unknown(request.warehouse).message))
        elif present.get((product.id, warehouse.id)) == request.on_hand:
            # Whatever it is compared with: so a file that is handed in again changes nothing.
            said = f"{request.place}: of {request.what} there are {request.on_hand} already."
            outcomes.append(Outcome.skipped(request.subject, "UNCHANGED", said))
        else:
            level = LevelInput(product.id, warehouse.id, request.on_hand, request.compare)
            left.append((request, level))

    async def apply(some: Sequence[tuple[StockRow, LevelInput]]) -> list[Outcome]:
        await operations.set_levels(session, by=WORKER, levels=[level for _, level in some])
        return [
            Outcome.succeeded(
                request.subject,
                "CHANGED",
                f"{request.place}: {request.what} set from {present.get((level.product_id, level.warehouse_id), 0)} to "
                f"{level.on_hand}.",
            )
            for request, level in some
        ]

    return outcomes + (await together_or_one_by_one(session, left, apply, _refused) if left else [])


async def _products(
    session: AsyncSession, company_id: int, requests: Sequence[StockRow]
) -> Mapping[str, Product]:
    """The products by SKU, locked as whoever sets their stock locks them."""
    skus = {sku for request in requests for sku in (request.sku, request.written)}
    these = select(Product).where(Product.company_id == company_id, Product.sku.in_(skus))
    rows = await session.scalars(these.order_by(Product.id).with_for_update(key_share=True))
    return {product.sku: product for product in rows}


async def _present(session: AsyncSession, product_ids: Collection[int]) -> Mapping[tuple[int, int], int]:
    levels = await session.scalars(select(InventoryLevel).where(InventoryLevel.product_id.in_(product_ids)))
    return {(level.product_id, level.warehouse_id): level.on_hand for level in levels}


def _refused(unit: tuple[StockRow, LevelInput], refusal: Refused) -> list[Outcome]:
    return [_failed(unit[0], refusal.code.value, refusal.message)]


def _failed(request: StockRow, code: str, message: str) -> Outcome:
    return Outcome.failed(request.subject, code, f"{request.place}: {message}")
