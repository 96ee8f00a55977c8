"""What the seller reports as out of stock, and Temu's review of it."""

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from tests.sandbox import lifecycle
from tests.sandbox.model import OrderLine, ParentOrder, Status

if TYPE_CHECKING:
    from tests.sandbox.mall import Mall


class ReviewStatus(IntEnum):
    """applyStatus, of which no page says what its numbers mean: those of the list of appeals beside it [C]."""

    AUDITING = 1
    APPROVED = 2
    REJECTED = 3


@dataclass(slots=True, eq=False)
class Report:
    order: ParentOrder
    line: OrderLine
    status: ReviewStatus = ReviewStatus.AUDITING

    @property
    def is_open(self) -> bool:
        return self.status is ReviewStatus.AUDITING


class OutOfStock:
    """The reports of one mall, by order line the last one."""

    def __init__(self, mall: "Mall") -> None:
        self._mall = mall
        self._reports: dict[str, Report] = {}
        self.is_approved_when_asked: bool | None = None
        """What Temu decides when it is next asked about; None where it takes `review`."""

    def of(self, order: ParentOrder) -> list[Report]:
        return [report for report in self._reports.values() if report.order is order]

    def report(self, order: ParentOrder, line: OrderLine) -> None:
        self._reports[line.number] = Report(order, line)

    def review(self, order_sn: str, *, is_approved: bool, order_follows: bool = True) -> None:
        """Temu has decided; what it approves is cancelled, at once or by `follow`."""
        report = self._reports[order_sn]
        if not report.is_open:
            raise ValueError(f"{order_sn} is decided")
        report.status = ReviewStatus.APPROVED if is_approved else ReviewStatus.REJECTED
        if is_approved and order_follows:
            self.follow(order_sn)

    def follow(self, order_sn: str) -> None:
        """The order becomes what was approved."""
        report = self._reports[order_sn]
        if report.line.remaining and report.line.status in {Status.PENDING, Status.UNSHIPPED}:
            lifecycle.cancel_pieces(report.order, report.line, report.line.remaining)
            self._mall.touch(report.order.number)
