"""What the rows of a mapping file ask for (M2). Pure."""

from domain.products import mapping
from domain.products.mapping_plan import MappingRequest
from domain.queued_jobs.run import Outcome
from domain.tables.cells import Table
from domain.tables.columns import Columns
from domain.tables.rows import FileRows, read_rows
from domain.tables.values import RowCells

SKU, GOODS, VARIANT = "ProductID", "WebsiteProductID", "WebsiteProductIDVariantID"
USES_DEFAULT, SAFETY = "UseDefaultSafetyQuantity", "SafetyQuantity"
COLUMNS = Columns(
    required=(SKU, GOODS, VARIANT),
    optional=(USES_DEFAULT, SAFETY),
    telling=(GOODS, VARIANT),
    example=("SKU-1", "601099512345678", "17592186044416", "true", ""),
)

MappingFile = FileRows[MappingRequest]


def read(table: Table) -> MappingFile:
    """Read a whole file. Raises Invalid."""
    return read_rows(table, COLUMNS, _read_row)


def _read_row(row: RowCells) -> MappingRequest | Outcome:
    """What a row asks for; or what is told of one that asks for nothing. Raises UnreadableCell."""
    sku, written = row.line(SKU, at_most=100), row.written(SKU)
    row.name(sku)
    request = MappingRequest(row.subject, row.place, sku, row.pair(GOODS, VARIANT), row.flag(USES_DEFAULT),
                             row.quantity(SAFETY, most=mapping.LARGEST_QUANTITY), hint=row.hint(sku, written), written=written)  # fmt: skip
    if request.pair is None and request.uses_default is None and request.safety_quantity is None:
        return Outcome.skipped(
            row.subject, "NOTHING_TO_SET", f"{row.place}: nothing to set: both ids are empty."
        )
    return request
