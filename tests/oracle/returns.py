"""What buyers send back or want refunded."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from domain.models import Company, Order, OrderItem, Return, ReturnLine, ReturnStatus
from tests.oracle.pages import Listed, Values, is_in, microseconds
from tests.oracle.rows import Fields, Seen

_NEVER = 253_370_764_800_000_000
"""9999-12-31, in microseconds since 1970."""


def _of(column: str) -> Callable[[Any, Seen], list[Return]]:
    return lambda parent, seen: seen.all(Return, **{column: parent.id})


def _newest_first(row: Return) -> Values:
    return microseconds(row.requested_at), row.id


def _is_due(row: Return, now: datetime) -> bool:
    return row.respond_by is not None and now < row.respond_by < now + timedelta(hours=24)


def _matches(row: Return, wanted: Mapping[str, Any], seen: Seen) -> bool:
    is_due = _is_due(row, seen.rows.now)
    return (
        row.status.value in wanted.get("status", [row.status.value])
        and wanted.get("type", row.type.value) == row.type.value
        and row.channel_return_id in wanted.get("channelReturnIds", [row.channel_return_id])
        and row.channel_order_id in wanted.get("channelOrderIds", [row.channel_order_id])
        and ("trackingNumbers" not in wanted or bool({*row.tracking_numbers} & {*wanted["trackingNumbers"]}))
        and (
            "availableOperations" not in wanted
            or bool({*row.available_operations} & {*wanted["availableOperations"]})
        )
        and is_in(row.respond_by, wanted.get("respondBy"))
        and is_in(row.requested_at, wanted.get("requestedAt"))
        and is_in(row.updated_at, wanted.get("updatedAt"))
        and wanted.get("isDue", is_due) is is_due
    )


_ORDERS: Mapping[str, Callable[[Return], Values]] = {
    "REQUESTED_AT": _newest_first,
    "RESPOND_BY": lambda row: (_NEVER if row.respond_by is None else microseconds(row.respond_by), row.id),
    "UPDATED_AT": lambda row: (microseconds(row.updated_at), row.id),
}
_STATES = {each.value: [each.value] for each in ReturnStatus}


def _listed(column: str) -> Listed:
    return Listed(
        "returns", _of(column), _newest_first, descending=True, matches=_matches, orders=_ORDERS,
        counted=("status", _STATES),
    )  # fmt: skip


def _money(row: Return | ReturnLine, _seen: Seen) -> Mapping[str, Any] | None:
    if row.refund_amount is None or row.currency_code is None:
        return None
    return {"amount": row.refund_amount, "currencyCode": row.currency_code}


LISTS = {"Company.returns": _listed("company_id"), "Order.returns": _listed("order_id")}
FIELDS: Fields = {
    "Return.refund": _money,
    "Return.createdAt": lambda row, _: row.imported_at,
    "Return.company": lambda row, seen: seen.visible(seen.get(Company, id=row.company_id)),
    "Return.order": lambda row, seen: seen.one(Order, id=row.order_id),
    "Return.lines": lambda row, seen: sorted(
        seen.all(ReturnLine, return_id=row.id), key=lambda line: line.id
    ),
    "ReturnLine.refund": _money,
    "ReturnLine.orderItem": lambda line, seen: seen.one(OrderItem, id=line.order_item_id),
}
