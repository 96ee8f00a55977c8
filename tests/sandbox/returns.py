"""What buyers send back or want their money back for, and what becomes of it."""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from tests.sandbox import making
from tests.sandbox.model import OrderLine, ParentOrder, Status

if TYPE_CHECKING:
    from tests.sandbox.mall import Mall

RESPOND_WITHIN: Final = 2 * 24 * 3600
"""How long the seller has; no page tells. [C]"""
SIGNATURE_LIFE: Final = 300


class ReturnStatus(IntEnum):
    """parentAfterSalesStatus [A: guide on returns]."""

    REFUND_ASKED = 1
    ON_ITS_WAY = 2
    RECEIVED = 3
    REFUND_BEING_MADE = 4
    REFUNDED = 5
    WITHDRAWN = 6
    REJECTED = 7
    LABEL_WANTED = 8
    REFUND_BEING_MADE_TOO = 9
    RETURN_ASKED = 10
    UNDER_REVIEW = 11


# afterSalesStatusGroup; a return may be in two [A: guide on returns].
GROUPS: Final[Mapping[int, frozenset[int]]] = {
    1: frozenset({1, 3, 8}),
    2: frozenset({1, 10}),
    3: frozenset({2}),
    4: frozenset({11}),
    5: frozenset({5}),
    6: frozenset({7}),
    7: frozenset({6}),
}
FULL_REFUND, UPLOAD_LABEL = 1, 10
# What the seller may do, by status: the numbers are documented [B], when each is offered is inferred. [C]
_OPERATIONS: Final[Mapping[int, list[int]]] = {
    ReturnStatus.REFUND_ASKED: [FULL_REFUND],
    ReturnStatus.RECEIVED: [FULL_REFUND],
    ReturnStatus.LABEL_WANTED: [FULL_REFUND, UPLOAD_LABEL],
}
_OVER: Final = frozenset({4, 5, 6, 7, 9})


@dataclass(slots=True)
class ReturnedLine:
    number: str
    line: OrderLine
    pieces: int


@dataclass(slots=True)
class ReturnParcel:
    carrier: str
    tracking_number: str


@dataclass(slots=True, eq=False, kw_only=True)
class BuyerReturn:
    """One after-sales order of Temu's: pieces of one parent order that was shipped. Times are Unix seconds."""

    number: str
    order: ParentOrder
    lines: list[ReturnedLine]
    is_refund_only: bool
    status: ReturnStatus
    created_at: int
    updated_at: int
    expires_at: int | None
    delivery_type: int | None
    """3: the buyer drops it off, 4: it is fetched."""
    reason_code: int = 14
    reason: str = "Item defective or doesn't work"
    comment: str = ""
    parcels: list[ReturnParcel] = field(default_factory=list)
    refunds: int = 0
    """How many times the seller made Temu refund it: never more than once."""
    labels: list[dict[str, object]] = field(default_factory=list)
    """What was uploaded."""
    told_refund: float | None = None
    """What is told of what its buyer gets, as the table of it has a NUMBER and names no unit [A]."""

    @property
    def operations(self) -> list[int]:
        return _OPERATIONS.get(self.status, [])

    @property
    def refund_cents(self) -> float:
        if self.told_refund is not None:
            return self.told_refund
        return sum(one.line.unit_price_cents * one.pieces for one in self.lines)


class Returns:
    """The returns of one mall. `settle` has to be called before they are looked at."""

    def __init__(self, mall: "Mall") -> None:
        self._mall = mall
        self._known: dict[str, BuyerReturn] = {}
        # Of its own, so that a return doesn't change the numbers of what comes after.
        self._source = random.Random(f"returns/{mall.mall_id}")
        self.has_payables = False
        """The seller owes Temu something, and has to pay before it refunds anything."""
        self.signatures: dict[str, int] = {}
        """Until when each may be used to upload a file; once only."""
        self.files: dict[str, bytes] = {}
        """By the address that they were given."""

    def ask(
        self,
        number: str,
        pieces: Mapping[str, int] | None = None,
        *,
        is_refund_only: bool = False,
        wants_label: bool = False,
        comment: str = "",
        respond_within: int = RESPOND_WITHIN,
    ) -> BuyerReturn:
        """The buyer of an order that was shipped asks: for money alone, for a return, or for one with the seller's label."""
        with self._mall.sandbox.lock:
            order, now = self._mall.orders[number], self._mall.now()
            if order.status not in {
                Status.SHIPPED,
                Status.DELIVERED,
                Status.PARTLY_SHIPPED,
                Status.PARTLY_DELIVERED,
            }:
                raise ValueError(f"{number} has status {order.status}")
            prefix = number.split("-")[1]
            lines = [
                ReturnedLine(f"D-{prefix}-{making.fifteen_digits(self._source)}", line, count)
                for line, count in _wanted(order, pieces)
            ]
            made = BuyerReturn(
                number=f"{number}-D{len(self._known) + 1:02d}",
                order=order,
                lines=lines,
                is_refund_only=is_refund_only,
                status=(
                    ReturnStatus.REFUND_ASKED
                    if is_refund_only
                    else ReturnStatus.LABEL_WANTED
                    if wants_label
                    else ReturnStatus.RETURN_ASKED
                ),
                created_at=now,
                updated_at=now,
                expires_at=now + respond_within if is_refund_only or wants_label else None,
                delivery_type=None if is_refund_only else 3,
                comment=comment,
            )
            self._known[made.number] = made
            self._mall.sandbox.events.return_changed(self._mall, made)
            return made

    def send_back(self, one: BuyerReturn, tracking_number: str, carrier: str = "USPS") -> None:
        with self._mall.sandbox.lock:
            one.parcels.append(ReturnParcel(carrier, tracking_number))
            self._become(one, ReturnStatus.ON_ITS_WAY)

    def arrive(self, one: BuyerReturn, *, respond_within: int = RESPOND_WITHIN) -> None:
        with self._mall.sandbox.lock:
            self._become(one, ReturnStatus.RECEIVED, expires_at=self._mall.now() + respond_within)

    def begin_refund(self, one: BuyerReturn) -> None:
        """By the seller."""
        one.refunds += 1
        self._become(one, ReturnStatus.REFUND_BEING_MADE)

    def refund(self, one: BuyerReturn) -> None:
        """By Temu, or its end."""
        with self._mall.sandbox.lock:
            self._become(one, ReturnStatus.REFUNDED)

    def reject(self, one: BuyerReturn) -> None:
        with self._mall.sandbox.lock:
            self._become(one, ReturnStatus.REJECTED)

    def withdraw(self, one: BuyerReturn) -> None:
        with self._mall.sandbox.lock:
            self._become(one, ReturnStatus.WITHDRAWN)

    def review(self, one: BuyerReturn) -> None:
        with self._mall.sandbox.lock:
            self._become(one, ReturnStatus.UNDER_REVIEW)

    def take_label(self, one: BuyerReturn, label: dict[str, object]) -> None:
        """What a return becomes with its label isn't told: the buyer has it to send [C]."""
        one.labels.append(label)
        self._become(one, ReturnStatus.RETURN_ASKED)

    def settle(self) -> None:
        """What the seller left unanswered is refunded by Temu itself."""
        for one in self._known.values():
            if one.expires_at is not None and one.expires_at <= self._mall.now():
                self._become(one, ReturnStatus.REFUNDED)

    def find(self, number: str) -> BuyerReturn | None:
        self.settle()
        return self._known.get(number)

    def listed(self) -> list[BuyerReturn]:
        """What changed last comes first; no page tells the order [C]."""
        self.settle()
        return sorted(self._known.values(), key=lambda one: (-one.updated_at, one.number))

    def sign(self) -> str:
        signature = f"sign{self._source.getrandbits(128):032x}"
        self.signatures[signature] = self._mall.now() + SIGNATURE_LIFE
        return signature

    def keep_file(self, signature: str, content: bytes) -> str | None:
        """The address of an uploaded file; None where its signature is none, was used, or is over."""
        with self._mall.sandbox.lock:
            if self.signatures.pop(signature, 0) < self._mall.now():
                return None
            url = f"https://files.temu.invalid/{self._source.getrandbits(128):032x}"
            self.files[url] = content
            return url

    def _become(self, one: BuyerReturn, status: ReturnStatus, *, expires_at: int | None = None) -> None:
        if one.status in _OVER and status != ReturnStatus.REFUNDED:
            raise ValueError(f"{one.number} has ended")
        one.status, one.expires_at = status, expires_at
        one.updated_at = max(self._mall.now(), one.updated_at + 1)
        self._mall.sandbox.events.return_changed(self._mall, one)


def _wanted(order: ParentOrder, pieces: Mapping[str, int] | None) -> Iterable[tuple[OrderLine, int]]:
    for number in pieces or [line.number for line in order.items if line.remaining]:
        line = order.line(number)
        count = (pieces or {}).get(number, line.remaining)
        if not 1 <= count <= line.remaining:
            raise ValueError(f"{number} has {line.remaining} pieces")
        yield line, count
