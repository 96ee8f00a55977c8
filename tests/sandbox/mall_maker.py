"""A mall as a seller would find it: five weeks of orders of every kind, made from the mall's seed."""

import random
from typing import TYPE_CHECKING, Final

from tests.sandbox import making
from tests.sandbox.model import BY_OTHER_WAREHOUSE, BY_SELLER, REGIONS, Goods, ParentOrder, Region, Status

if TYPE_CHECKING:
    from tests.sandbox.mall import Mall

FIVE_WEEKS: Final = 35 * making.DAY
GOODS: Final = 30
UNMAPPED: Final = 4

THINGS: Final = (
    "Ceramic mug",
    "Desk lamp",
    "Crêpe pan",
    "Wool blanket",
    "Jalapeño seeds",
    "Phone stand",
    "Garden hose",
    "Yoga mat",
    "Smörgås board",
    "Travel pillow",
)
SPECS: Final = ("Blue", 'Large / 12"', "Rosé")
NAMES: Final = (
    "José Núñez",
    "Zoë Brontë",
    "李小龙",
    "Łukasz Wiśniewski",
    "Mary O'Neil",
    "Anaïs Ågren",
    "John Smith",
    "Ольга Петрова",
)
STREETS: Final = ("Main St", "Peña Blvd", "Zoë Lane", "Oak Avenue", "Straße des 17. Juni", "5th Ave")
# How often an order has each status, in a hundred.
STATUSES: Final = {
    Status.PENDING: 5,
    Status.UNSHIPPED: 33,
    Status.CANCELLED: 5,
    Status.SHIPPED: 24,
    Status.PARTLY_SHIPPED: 3,
    Status.DELIVERED: 30,
}


def fill(mall: "Mall", orders: int) -> None:
    """Thirty goods, and so many orders from the five weeks before now."""
    source = mall.source
    for position in range(GOODS):
        mall.add_goods(
            title=f"{THINGS[position % len(THINGS)]} {position // len(THINGS) + 1}",
            sku_code=f"TW-{position + 1:03d}",
            spec=SPECS[position % len(SPECS)],
            is_mapped_in_demo=position < GOODS - UNMAPPED,
        )
    prices = {goods.goods_id: source.randrange(399, 8999) for goods in mall.goods}
    statuses = source.choices(list(STATUSES), list(STATUSES.values()), k=orders)
    region, now = REGIONS[mall.region], mall.now()
    for status in statuses:
        mall.keep(_order(source, region, status=status, goods=mall.goods, prices=prices, now=now))


def _order(
    source: random.Random,
    region: Region,
    *,
    status: Status,
    goods: list[Goods],
    prices: dict[int, int],
    now: int,
) -> ParentOrder:
    count = source.choices((1, 2, 3, 4), (60, 24, 11, 5))[0]
    if status is Status.PARTLY_SHIPPED:
        count = max(2, count)
    chosen = source.sample(goods, count)
    pieces = source.choices((1, 2, 3, 5), (70, 18, 8, 4), k=count)
    ordered_at, updated_at = _times(source, status, now)
    order = making.order(
        source,
        region,
        status=status,
        items=[(sort, number, prices[sort.goods_id]) for sort, number in zip(chosen, pieces, strict=True)],
        fulfillment=BY_OTHER_WAREHOUSE if source.random() < 0.04 else BY_SELLER,
        ordered_at=ordered_at,
        updated_at=updated_at,
        address=_address(source, region),
    )
    order.shipping_cents = source.choice((0, 0, 299))
    order.cancelled_while_pending = status is Status.CANCELLED and source.random() < 0.3
    if status not in {Status.PENDING, Status.CANCELLED} and source.random() < 0.06:
        _cancel_partly(order)
    return order


def _times(source: random.Random, status: Status, now: int) -> tuple[int, int]:
    """Pending orders are hours old, unshipped ones days, and the rest anything up to five weeks."""
    youngest, oldest = {
        Status.PENDING: (60, 4 * making.HOUR),
        Status.UNSHIPPED: (2 * making.HOUR, 6 * making.DAY),
    }.get(status, (2 * making.DAY, FIVE_WEEKS))
    ordered_at = now - source.randint(youngest, oldest)
    longest = {Status.PENDING: 0, Status.UNSHIPPED: making.HOUR, Status.DELIVERED: 9 * making.DAY}
    updated_at = ordered_at + source.randint(0, longest.get(status, 2 * making.DAY))
    return ordered_at, min(updated_at, now)


def _cancel_partly(order: ParentOrder) -> None:
    """One piece of a line with several, or else a whole line beside another: something of the order remains."""
    for line in order.items:
        if line.quantity_ordered > 1:
            line.cancelled = 1
            return
    if len(order.items) > 1 and order.status != Status.PARTLY_SHIPPED:
        last = order.items[-1]
        last.cancelled, last.status = last.quantity_ordered, Status.CANCELLED


def _address(source: random.Random, region: Region) -> dict[str, str]:
    place = making.place(region, *source.choice(region.places))
    name = source.choice(NAMES)
    return place | {
        "receiptName": name,
        "mobile": f"{region.calling_code} 555{source.randrange(10**6, 10**7)} ext. {source.randrange(1000, 9999)}",
        "mail": f"{source.getrandbits(48):012x}@example.com",
        "addressLine1": f"{source.randrange(1, 9999)} {source.choice(STREETS)}",
        "addressLine2": source.choice(("", "", "Apt 4B", "c/o 北京 Trading")),
    }
