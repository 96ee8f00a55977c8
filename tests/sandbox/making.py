"""Numbers, goods and orders from a source of chance, so that a seed always gives the same ones."""

import random
from collections.abc import Iterable

from tests.sandbox.model import ADDRESS_FIELDS, Goods, OrderLine, ParentOrder, Region, Status

HOUR = 3600
DAY = 24 * HOUR


def fifteen_digits(source: random.Random) -> int:
    return source.randrange(10**14, 10**15)


def token(source: random.Random) -> str:
    return f"sandbox{source.getrandbits(192):048x}"


def goods(
    source: random.Random, *, title: str, sku_code: str, spec: str, is_mapped_in_demo: bool = True
) -> Goods:
    return Goods(
        goods_id=fifteen_digits(source),
        sku_id=fifteen_digits(source),
        title=title,
        spec=spec,
        sku_code=sku_code,
        product_id=fifteen_digits(source),
        product_sku_id=fifteen_digits(source),
        is_mapped_in_demo=is_mapped_in_demo,
    )


def order(
    source: random.Random,
    region: Region,
    *,
    status: int,
    items: list[tuple[Goods, int, int]],
    fulfillment: str,
    ordered_at: int,
    updated_at: int,
    address: dict[str, str],
    currency: str | None = None,
) -> ParentOrder:
    """Each item is its goods, how many, and the price of one in cents."""
    check_address(address)
    prefix = f"{region.region_id:03d}"
    made = ParentOrder(
        number=f"PO-{prefix}-{_seventeen_digits(source)}",
        status=status,
        items=[OrderLine(f"{prefix}-{_seventeen_digits(source)}", *item, status) for item in items],
        fulfillment=fulfillment,
        currency=currency or region.currency,
        region_id=region.region_id,
        site_id=region.site_id,
        ordered_at=ordered_at,
        updated_at=updated_at,
        address=_default_address(region) | address,
    )
    _give_history(made)
    return made


def check_address(fields: Iterable[str]) -> None:
    unknown = set(fields) - set(ADDRESS_FIELDS)
    if unknown:
        raise ValueError(f"an address has no {', '.join(sorted(unknown))}")


def _give_history(order: ParentOrder) -> None:
    """The times and the cancelled pieces that an order of such a status must have."""
    if order.status == Status.CANCELLED:
        for line in order.items:
            line.cancelled = line.quantity_ordered
    if order.status in {Status.PENDING, Status.CANCELLED}:
        return
    order.confirmed_at = min(order.ordered_at + HOUR, order.updated_at)
    if order.status != Status.UNSHIPPED:
        order.shipped_at = min(order.ordered_at + DAY, order.updated_at)
    if order.status in {Status.DELIVERED, Status.PARTLY_DELIVERED}:
        order.delivered_at = order.updated_at
    # Partly is one line that has gone the further step, so it takes two lines to be partly anything.
    before, after = {
        Status.PARTLY_SHIPPED: (Status.UNSHIPPED, Status.SHIPPED),
        Status.PARTLY_DELIVERED: (Status.SHIPPED, Status.DELIVERED),
    }.get(Status(order.status), (None, None))
    if before is not None and after is not None:
        for position, line in enumerate(order.items):
            line.status = before if position else after


def place(region: Region, state: str, city: str, post_code: str) -> dict[str, str]:
    """Fields of an address by the customs of its country."""
    return {
        "regionName1": region.country,
        "regionName2": state,
        "regionName3": "" if region.has_districts else city,
        "regionName4": city if region.has_districts else "",
        "postCode": post_code,
        "taxCode": region.tax_code,
    }


def _default_address(region: Region) -> dict[str, str]:
    return (
        dict.fromkeys(ADDRESS_FIELDS, "")
        | place(region, *region.home)
        | {
            "receiptName": "Jane Doe",
            "mobile": f"{region.calling_code} 5550100 ext. 1234",
            "mail": "buyer@example.com",
            "addressLine1": "1 Main Street",
        }
    )


def _seventeen_digits(source: random.Random) -> str:
    return str(source.randrange(10**16, 10**17))
