"""What Temu says of an order beside its status: labels of the parent order and of its lines, and warnings (O19). Pure.

Names and values: the tables of bg.order.list.v2.get for three regions, and real answers, which carry a row for each label
with 0 or 1 [A]. What is unknown is a notice, never a reason to refuse an order.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from domain.models import OrderLabel
from domain.orders.restrictions import OF_BOUGHT_LABELS, OF_MAIN_MALL
from domain.temu.messages import OrderLine, OrderMap

_SHIPPING_METHODS = {"2": OrderLabel.STORE_DELIVERY, "3": OrderLabel.CUSTOMER_PICKUP}
_PAYMENT_TYPES = {"COD": OrderLabel.CASH_ON_DELIVERY}
_WARNINGS = {
    "CONFIRMED_CHANGED_ADDRESS": OrderLabel.ADDRESS_CHANGE_CONFIRMED,
    "REQUIRES_CUSTOMER_PICKUP": OrderLabel.CUSTOMER_PICKUP,
}
# These restrict labels of one's own, or say that they don't: no notices, but for what keeps Temu's own labels off.
_RESTRICTING = ("RESTRICT_", "BLOCK_")
# Numbers in every answer that is known [A]; text, and what other interfaces have for flags, mean the same.
_SET = ("1", "True", "true")
_WORD = re.compile(r"[A-Za-z][0-9A-Za-z_-]{0,199}")
_MOST_NOTICES = 20


def read(parent: OrderMap, lines: Sequence[OrderLine]) -> tuple[tuple[OrderLabel, ...], tuple[str, ...]]:
    """The labels, in the order of their declaration, and what else Temu says in its own words."""
    names = [*_present(parent.parent_order_label), *(n for line in lines for n in _present(line.order_label))]
    warnings = [
        *_texts(parent.fulfillment_warning),
        *(w for x in lines for w in _texts(x.fulfillment_warning)),
    ]
    payments = [parent.order_payment_type, *(line.order_payment_type for line in lines)]
    known = {name: OrderLabel.__members__.get(name.upper()) for name in names}
    found = {
        *known.values(),
        *(_WARNINGS.get(warning) for warning in warnings),
        _SHIPPING_METHODS.get(str(parent.shipping_method)),
        *(_PAYMENT_TYPES.get(str(payment).upper()) for payment in payments),
    }
    notices = [name for name, label in known.items() if label is None]
    notices += [
        w
        for w in warnings
        if w == OF_BOUGHT_LABELS or (w not in _WARNINGS and not w.startswith(_RESTRICTING))
    ]
    consolidated = [parent.is_shipment_consolidated_by_main_mall]
    consolidated += [line.is_shipment_consolidated_by_main_mall for line in lines]
    if any(str(flag) in _SET for flag in consolidated):
        notices.insert(0, OF_MAIN_MALL)
    # What is not one of Temu's words for a computer may be about the buyer.
    words = dict.fromkeys(notice for notice in notices if _WORD.fullmatch(notice))
    return tuple(label for label in OrderLabel if label in found), tuple(words)[:_MOST_NOTICES]


def _present(rows: Any) -> Iterable[str]:
    """The names of the labels that an order has; what doesn't look like a row of them is none."""
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict) and str(row.get("value")) in _SET:
            yield from _texts([row.get("name")])


def _texts(values: Sequence[Any] | None) -> Iterable[str]:
    return (value.replace("\0", "") for value in values or () if isinstance(value, str) and value)
