"""temu.order.cancel.outofstock.apply and .result.get: the seller can't send lines of an order, and how that is going."""

from collections.abc import Sequence

from tests.sandbox import refusals
from tests.sandbox.asked import Asked, Json
from tests.sandbox.mall import Mall
from tests.sandbox.model import BY_SELLER, OrderLine, ParentOrder, Status
from tests.sandbox.refusals import BAD_PARAMETERS, OUT_OF_STOCK_PARAMETERS, RefusedError


def report_out_of_stock(asked: Asked) -> Json:
    """All lines of a call or none [C]; a line that can't be reported is told with a code of a list that no page has [C]."""
    order, lines = _named(asked)
    failed = [line for line in lines if _refusal(asked.mall, order, line)]
    if failed:
        reasons = [
            {
                "parentOrderSn": order.number,
                "orderSn": line.number,
                "reasonList": [_refusal(asked.mall, order, line)],
            }
            for line in failed
        ]
        return {"applyResult": False, "failReasonList": reasons}
    for line in lines:
        asked.mall.out_of_stock.report(order, line)
    return {"applyResult": True, "failReasonList": []}


def out_of_stock_result(asked: Asked) -> Json:
    order, lines = _named(asked)
    reports = [report for report in asked.mall.out_of_stock.of(order) if report.line in lines]
    decision = asked.mall.out_of_stock.is_approved_when_asked
    for report in reports:
        if decision is not None and report.is_open:
            asked.mall.out_of_stock.review(report.line.number, is_approved=decision)
    if not reports:
        raise RefusedError(refusals.NEVER_OUT_OF_STOCK)
    rows = [{"orderSn": report.line.number, "applyStatus": int(report.status)} for report in reports]
    return {"applyResultInfoList": rows}


def _named(asked: Asked) -> tuple[ParentOrder, Sequence[OrderLine]]:
    try:
        number = asked.parameters.required_text("parentOrderSn")
        order_sns = asked.parameters.texts("orderSnList")
    except RefusedError as error:
        code = OUT_OF_STOCK_PARAMETERS if error.code == BAD_PARAMETERS else error.code
        raise RefusedError(code, error.message) from None
    if not order_sns:
        raise RefusedError(OUT_OF_STOCK_PARAMETERS, "orderSnList is missing")
    order = asked.mall.orders.get(number)
    lines = [] if order is None else [line for line in order.items if line.number in order_sns]
    if order is None or len(lines) < len(set(order_sns)) or order.fulfillment != BY_SELLER:
        raise RefusedError(refusals.NOTHING_TO_FULFIL)
    return order, lines


def _refusal(mall: Mall, order: ParentOrder, line: OrderLine) -> str | None:
    if line.status != Status.UNSHIPPED:
        return "ORDER_STATUS_NOT_ALLOWED"
    if order.cancel_pending:
        return "CANCEL_PENDING"
    if any(report.line is line and report.is_open for report in mall.out_of_stock.of(order)):
        return "ALREADY_APPLIED"
    return None
