"""Which parent orders may leave in one parcel, as Temu groups them."""

from collections import defaultdict

from tests.sandbox.asked import Asked, Json
from tests.sandbox.mall import Mall
from tests.sandbox.model import BY_SELLER, ParentOrder, Status


def combined_shipments(asked: Asked) -> Json:
    """
    There are no parameters. By what Temu groups orders is not documented [C]: here by all that it would refuse together.
    """
    groups: defaultdict[tuple[str, ...], list[ParentOrder]] = defaultdict(list)
    for order in asked.mall.orders.values():
        if _may_be_combined(order):
            groups[tuple(order.address.values())].append(order)
    return {
        "combinedShippingGroups": [
            {"combinedShippingGroup": [_row(asked.mall, order) for order in group]}
            for group in groups.values()
            if len(group) > 1
        ]
    }


def _may_be_combined(order: ParentOrder) -> bool:
    return (
        order.status == Status.UNSHIPPED
        and order.fulfillment == BY_SELLER
        and not order.ships_alone
        and not order.labels.get("signature_required_on_delivery")
    )


def _row(mall: Mall, order: ParentOrder) -> Json:
    return {
        "parentOrderSn": order.number,
        "parentOrderStatus": int(order.status),
        "parentOrderTime": order.ordered_at,
        "mallId": mall.mall_id,
        "semiUniqueId": "",
    }
