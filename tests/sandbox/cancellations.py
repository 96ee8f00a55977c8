"""What buyers ask to have cancelled, and what becomes of it."""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from tests.sandbox import lifecycle, making
from tests.sandbox.model import OrderLine, ParentOrder, Status

if TYPE_CHECKING:
    from tests.sandbox.mall import Mall

SELLER_MAY_ANSWER_FOR: Final = 24 * 3600


class RequestStatus(IntEnum):
    """
    parentAfterSalesStatus, of which a cancellation takes these. The tables of this list leave UNDER_REVIEW out, which the
    guide on returns has: that it may come here is inferred [C].
    """

    ASKED = 1
    REFUND_BEING_MADE = 4
    REFUNDED = 5
    WITHDRAWN = 6
    DENIED = 7
    UNDER_REVIEW = 11


OPEN: Final = {RequestStatus.ASKED, RequestStatus.UNDER_REVIEW}
# afterSalesStatusGroup of the cancel list: pending, approved, rejected, revoked [B: one table for three regions]. The groups
# 1 to 7 are those of the list of returns.
GROUPS: Final[Mapping[int, frozenset[int]]] = {
    8: frozenset({1, 11}),
    9: frozenset({4, 5, 9}),
    10: frozenset({7}),
    11: frozenset({6}),
}


@dataclass(slots=True)
class RequestedLine:
    number: str
    line: OrderLine
    pieces: int


@dataclass(slots=True, eq=False)
class CancelRequest:
    """One after-sales order of Temu's: pieces of one parent order."""

    number: str
    order: ParentOrder
    lines: list[RequestedLine]
    asked_at: int
    status: RequestStatus = RequestStatus.ASKED


class Cancellations:
    """The requests of one mall, the newest first. `settle` has to be called before they are looked at."""

    def __init__(self, mall: "Mall") -> None:
        self._mall = mall
        self._requests: list[CancelRequest] = []
        # Of its own, so that a request doesn't change the numbers of what comes after.
        self._source = random.Random(f"cancellations/{mall.mall_id}")
        self.orders_follow_agreements = True
        """Whether an order is cancelled at once when the seller agrees; no page says how long it takes [C]."""
        self.overstated = 0
        """How many more requests than there are the list's total names."""

    def ask(
        self, order: ParentOrder, order_sns: Iterable[str] | None, pieces: Mapping[str, int] | None
    ) -> CancelRequest:
        if order.status not in {Status.PENDING, Status.UNSHIPPED, Status.PARTLY_SHIPPED}:
            raise ValueError(f"{order.number} has status {order.status}")
        wanted = self._wanted(order, order_sns, pieces)
        if any(one.order is order and one.status in OPEN for one in self._requests):
            raise ValueError(f"{order.number} has a request that waits")
        source = self._source
        prefix = order.number.split("-")[1]
        lines = [
            RequestedLine(f"D-{prefix}-{making.fifteen_digits(source)}", line, count)
            for line, count in wanted
        ]
        request = CancelRequest(
            f"PA-{prefix}-{making.fifteen_digits(source)}", order, lines, self._mall.now()
        )
        self._requests.insert(0, request)
        order.cancel_pending = True
        return request

    @staticmethod
    def _wanted(
        order: ParentOrder, order_sns: Iterable[str] | None, pieces: Mapping[str, int] | None
    ) -> list[tuple[OrderLine, int]]:
        numbers = list(pieces or order_sns or [line.number for line in order.items if line.remaining])
        wanted: list[tuple[OrderLine, int]] = []
        for number in numbers:
            line = order.line(number)
            count = (pieces or {}).get(number, line.remaining)
            if not 1 <= count <= line.remaining or line.status not in {Status.PENDING, Status.UNSHIPPED}:
                raise ValueError(f"{number} has {line.remaining} pieces that can be cancelled")
            wanted.append((line, count))
        return wanted

    def end(self, request: CancelRequest, status: RequestStatus) -> None:
        """Withdrawn or denied: the order goes on."""
        if request.status not in OPEN:
            raise ValueError(f"{request.number} has ended")
        request.status = status
        request.order.cancel_pending = False

    def is_under_review(self, order: ParentOrder) -> bool:
        return any(one.order is order and one.status is RequestStatus.UNDER_REVIEW for one in self._requests)

    def deny(self, order: ParentOrder) -> None:
        """What waits of an order is denied, as it is shipped."""
        for one in self._requests:
            if one.order is order and one.status in OPEN:
                self.end(one, RequestStatus.DENIED)
        order.cancel_pending = False

    def review(self, request: CancelRequest) -> None:
        """The seller has objected, and Temu decides."""
        if request.status is not RequestStatus.ASKED:
            raise ValueError(f"{request.number} doesn't wait for the seller")
        request.status = RequestStatus.UNDER_REVIEW

    def grant(self, request: CancelRequest, *, is_refunded: bool, order_follows: bool) -> None:
        if request.status not in {*OPEN, RequestStatus.REFUND_BEING_MADE}:
            raise ValueError(f"{request.number} has ended")
        request.status = RequestStatus.REFUNDED if is_refunded else RequestStatus.REFUND_BEING_MADE
        if order_follows:
            self.follow(request)

    def follow(self, request: CancelRequest) -> None:
        """The order becomes what was granted."""
        for one in request.lines:
            left = min(one.pieces, one.line.remaining)
            if left and one.line.status in {Status.PENDING, Status.UNSHIPPED}:
                lifecycle.cancel_pieces(request.order, one.line, left)
        request.order.cancel_pending = False
        self._mall.touch(request.order.number)

    def settle(self) -> None:
        """What nobody has answered within a day is granted by Temu itself."""
        for request in self._requests:
            if request.status in OPEN and request.order.status == Status.CANCELLED:
                request.status = RequestStatus.REFUNDED
            is_late = request.asked_at + SELLER_MAY_ANSWER_FOR <= self._mall.now()
            if request.status is RequestStatus.ASKED and is_late:
                self.grant(request, is_refunded=True, order_follows=True)

    def listed(self) -> list[CancelRequest]:
        self.settle()
        return self._requests.copy()
