"""Lines of an order that Temu lists under another number than before: one gone, a new one of the same SKU (O20). Pure.

Held as two they would hold their stock twice. That it is the same line is inferred [C], so a person is asked to look.
"""

from collections.abc import Iterable, Mapping, Sequence

from domain.models import OrderItem
from domain.orders.importing.parse import IncomingItem, IncomingOrder


def renumbered(items: Sequence[OrderItem], incoming: IncomingOrder) -> Mapping[str, IncomingItem]:
    """By a known line's number here, the line that it has become: of several that may be, one of the same quantity first."""
    listed = {item.number for item in incoming.items}
    known = {item.channel_order_item_id for item in items}
    gone = [item for item in items if item.channel_order_item_id not in listed]
    new = [item for item in incoming.items if item.number not in known and not item.is_cancelled]
    found: dict[str, IncomingItem] = {}
    for is_same_quantity in (True, False):
        for line in gone:
            if line.channel_order_item_id in found or line.cancelled_quantity == line.quantity:
                continue
            match = _first(new, line, is_same_quantity=is_same_quantity)
            if match is not None:
                new.remove(match)
                found[line.channel_order_item_id] = match
    return found


def _first(new: Iterable[IncomingItem], line: OrderItem, *, is_same_quantity: bool) -> IncomingItem | None:
    return next(
        (
            item
            for item in new
            if (item.website_product_id, item.website_product_variant_id)
            == (line.website_product_id, line.website_product_variant_id)
            and (item.quantity == line.quantity or not is_same_quantity)
        ),
        None,
    )
