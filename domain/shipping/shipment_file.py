"""What the rows of a file of shipments say: packages of orders, several rows of an order being its packages or their lines.
Pure.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from domain.folding import fold
from domain.models import JobOutcomeStatus
from domain.queued_jobs.run import Outcome
from domain.shipping import tracking_numbers
from domain.shipping.tracking_numbers import tracking_key
from domain.tables.columns import Columns
from domain.tables.rows import FileRows
from domain.tables.values import RowCells, UnreadableCell

ORDER, ITEM, QUANTITY = "ChannelOrderID", "OrderItemID", "Quantity"
CARRIER, TRACKING, WAREHOUSE = "Carrier", "TrackingNumber", "Warehouse"
COLUMNS = Columns(
    required=(ORDER, CARRIER, TRACKING, WAREHOUSE),
    optional=(ITEM, QUANTITY),
    telling=(ORDER, TRACKING),
    like=r"[\s\"'=.,+\w-]+",
    example=("PO-211-01234567890123456", "UPS", "1Z999AA10123456784", "Main warehouse", "", ""),
)
_LARGEST_QUANTITY = 1_000_000
# Of a number that is longer a spreadsheet keeps fifteen digits; one number in a million really ends so.
_ROUNDED = re.compile(r"\d{15}0{6,}")


@dataclass(frozen=True)
class ShipmentRow:
    """A package of an order, or a line of it. Without an *item*: all that is still unshipped; without a *quantity*: all of
    the item that is.
    """

    subject: str
    place: str
    order: str
    item: str | None
    quantity: int | None
    carrier: str
    tracking: str
    warehouse: str

    @property
    def package(self) -> str:
        """Equal for the rows of one package."""
        return tracking_key(self.tracking)

    @property
    def key(self) -> tuple[str, str, str | None]:
        """Equal for those that are about the same pieces in the same package."""
        return self.order, self.package, self.item

    @property
    def wish(self) -> object:
        """Equal for those that say the same of them."""
        return self.quantity, self.label

    @property
    def label(self) -> tuple[str, str]:
        """What all rows of a package have in common."""
        return fold(self.carrier), fold(self.warehouse)

    @property
    def what(self) -> str:
        """It in words."""
        return f"{self.order} {self.tracking}" + (f" {self.item}" if self.item else "")


def read_row(row: RowCells) -> ShipmentRow:
    """What a row says. Raises UnreadableCell."""
    order = row.code(ORDER, at_most=64)
    row.name(order)
    item = None if row.is_blank(ITEM) else row.code(ITEM, at_most=64)
    quantity = row.quantity(QUANTITY, least=1, most=_LARGEST_QUANTITY)
    if quantity is not None and item is None:
        raise UnreadableCell(f"{QUANTITY} is given without {ITEM}")
    tracking = row.line(TRACKING, at_most=200)
    if _ROUNDED.fullmatch(tracking_numbers.unspaced(tracking)):
        said = f"{TRACKING} {tracking} was shortened by a spreadsheet, which left zeros for its last digits"
        raise UnreadableCell(f"{said}; format the column as text and copy it from the carrier again")
    fault = tracking_numbers.fault(tracking)
    if fault is not None:
        raise UnreadableCell(f"{TRACKING} {tracking}: {fault.rstrip('.')}")
    carrier, warehouse = row.line(CARRIER, at_most=200), row.line(WAREHOUSE, at_most=200)
    return ShipmentRow(row.subject, row.place, order, item, quantity, carrier, tracking, warehouse)


def by_order(file: FileRows[ShipmentRow]) -> Sequence[Sequence[ShipmentRow]]:
    """The rows of each order. An order of which a row is bad goes out as a whole or not at all: without the bad one, a row
    that takes what is left would take what is not its own.
    """
    # A subject is "row 5 PO-211-1", or "row 5" where not even the order could be read.
    bad = {
        number: f"{row} {place}"
        for other in file.others
        if other.status is JobOutcomeStatus.FAILED
        for row, place, *numbers in [other.subject.split(" ", 2)]
        for number in numbers
    }
    orders: dict[str, list[ShipmentRow]] = {}
    for row in file.requests:
        orders.setdefault(row.order, []).append(row)
    for number in orders.keys() & bad.keys():
        file.others += [left_for(row, bad[number]) for row in orders[number]]
        file.requests = [row for row in file.requests if row.order != number]
    return [rows for number, rows in orders.items() if number not in bad]


def left_for(row: ShipmentRow, place: str) -> Outcome:
    """What is told of a row that was left because another one of its order was refused."""
    said = (
        f"{row.place}: left, as {place} of the same order was refused: an order's rows are applied together."
    )
    return Outcome.failed(row.subject, "ORDER_LEFT", said)
