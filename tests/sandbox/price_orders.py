"""What a mall asks for its SKUs, and the price orders by which Temu reviews each change of it."""

import random
from dataclasses import dataclass, field
from decimal import Decimal
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from tests.sandbox.model import REGIONS, Goods

if TYPE_CHECKING:
    from tests.sandbox.mall import Mall

FIRST_PRICE: Final = Decimal("19.99")


class PriceStatus(IntEnum):
    """By the guide on prices [A: two copies]."""

    UNDER_REVIEW = 100
    AWAITS_MERCHANT = 101
    APPROVED = 201
    TO_BE_MODIFIED = 202
    CONFIRMED = 203
    MODIFYING = 204
    DECLINED = 205
    REFUSED = 206


# The guide lists the others as those in which a price may be changed again [A].
OPEN: Final = {PriceStatus.UNDER_REVIEW, PriceStatus.AWAITS_MERCHANT, PriceStatus.MODIFYING}
# pricingType of an answer: an opportunity is Temu's own proposal, a modification the seller's [A].
OPPORTUNITY: Final = 1
MODIFICATION: Final = 2


@dataclass(slots=True, eq=False)
class PriceOrder:
    """One change of price of SKUs of one goods, of which Temu decides."""

    number: str
    order_id: int
    goods_id: int
    sku_ids: list[int]
    source: Decimal
    target: Decimal
    pricing_type: int = MODIFICATION
    status: PriceStatus = PriceStatus.UNDER_REVIEW
    suggested: Decimal | None = None
    final: Decimal | None = None
    reason: str = ""
    reject_type: str = ""


@dataclass(slots=True)
class Prices:
    """A mall's prices by SKU id, and its price orders, the oldest first."""

    mall: "Mall"
    of: dict[int, Decimal] = field(default_factory=dict[int, Decimal])
    orders: list[PriceOrder] = field(default_factory=list[PriceOrder])
    gone: set[int] = field(default_factory=set[int])
    """SKU ids because of which a reading is refused whole, as no page rules out [C]."""
    in_activity: set[int] = field(default_factory=set[int])
    """SKU ids whose price must not fall for now."""
    clothes: set[int] = field(default_factory=set[int])
    """Goods ids whose SKUs all cost the same."""
    largest_change: Decimal | None = None
    """The part of a price by which it may change unconfirmed; None is any."""
    warned: set[tuple[int, Decimal]] = field(default_factory=set[tuple[int, Decimal]])
    is_approved_at_once: bool = False
    source: random.Random = field(default_factory=lambda: random.Random("price orders"))

    @property
    def currency(self) -> str:
        return REGIONS[self.mall.region].currency

    def price(self, sku_id: int) -> Decimal:
        return self.of.get(sku_id, FIRST_PRICE)

    def open_order(self, sku_id: int) -> PriceOrder | None:
        return next((one for one in self.orders if sku_id in one.sku_ids and one.status in OPEN), None)

    def open(
        self, goods_id: int, sku_ids: list[int], amount: Decimal, *, kind: int = MODIFICATION
    ) -> PriceOrder:
        made = PriceOrder(
            number=f"PS-{self.source.randrange(10**14, 10**15)}",
            # Not in the order of time: nobody says that they are.
            order_id=self.source.randrange(10**12, 10**13),
            goods_id=goods_id,
            sku_ids=sku_ids,
            source=self.price(sku_ids[0]),
            target=amount,
            pricing_type=kind,
        )
        self.orders.append(made)
        if self.is_approved_at_once:
            self.approve(made)
        return made

    def propose(self, goods: Goods, amount: str) -> PriceOrder:
        """Temu proposes another price by itself, and waits for the seller."""
        with self.mall.sandbox.lock:
            made = self.open(goods.goods_id, [goods.sku_id], self.price(goods.sku_id), kind=OPPORTUNITY)
            self.suggest(made, amount)
            return made

    def approve(self, order: PriceOrder) -> None:
        with self.mall.sandbox.lock:
            order.status = PriceStatus.APPROVED
            self._set(order, order.target)

    def refuse(self, order: PriceOrder, reason: str = "the price is too high") -> None:
        with self.mall.sandbox.lock:
            order.status, order.reason, order.reject_type = PriceStatus.REFUSED, reason, "price"

    def suggest(self, order: PriceOrder, amount: str) -> None:
        """Temu would take another price, and waits for the seller."""
        with self.mall.sandbox.lock:
            order.status, order.suggested = PriceStatus.AWAITS_MERCHANT, Decimal(amount)

    def confirm(self, order: PriceOrder) -> None:
        """The seller agrees to what Temu suggests, in the seller centre."""
        with self.mall.sandbox.lock:
            order.status = PriceStatus.CONFIRMED
            self._set(order, order.suggested or order.target)

    def decline(self, order: PriceOrder) -> None:
        with self.mall.sandbox.lock:
            order.status = PriceStatus.DECLINED

    def _set(self, order: PriceOrder, amount: Decimal) -> None:
        order.final = amount
        self.of.update(dict.fromkeys(order.sku_ids, amount))
