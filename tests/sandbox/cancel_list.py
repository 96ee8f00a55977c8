"""bg.aftersales.cancel.list.get: what buyers of a mall ask to have cancelled, a page at a time."""

from tests.sandbox.asked import Asked, Json
from tests.sandbox.cancellations import GROUPS, CancelRequest, RequestedLine
from tests.sandbox.parameters import Parameters
from tests.sandbox.refusals import AFTER_SALES_PARAMETERS, BAD_PARAMETERS, RefusedError

NUMBERS_AT_MOST = 200


def cancel_list(asked: Asked) -> Json:
    """
    Every parameter is optional. Pages of 10 where nothing is said and of 200 at the most, 200 numbers at the most, groups
    8 to 11 [B: one table for three regions]. The order in the list is not told: newest first here.
    """
    try:
        page, size, found = _found(asked, asked.parameters)
    except RefusedError as error:
        # The one code on the interface's page for what is wrong with its own parameters.
        code = AFTER_SALES_PARAMETERS if error.code == BAD_PARAMETERS else error.code
        raise RefusedError(code, error.message) from None
    chosen = found[(page - 1) * size : page * size]
    total = len(found) + asked.mall.cancellations.overstated
    return {"total": total, "pageNumber": page, "data": [_row(request) for request in chosen]}


def _found(asked: Asked, parameters: Parameters) -> tuple[int, int, list[CancelRequest]]:
    page = parameters.whole("pageNo", within=range(1, 2**31)) or 1
    size = parameters.whole("pageSize", within=range(1, 201)) or 10
    orders = parameters.texts("parentOrderSnList", at_most=NUMBERS_AT_MOST)
    numbers = parameters.texts("parentAfterSalesSnList", at_most=NUMBERS_AT_MOST)
    group = parameters.whole("afterSalesStatusGroup", within=range(8, 12))
    found = [
        request
        for request in asked.mall.cancellations.listed()
        if (not orders or request.order.number in orders)
        and (not numbers or request.number in numbers)
        and (group is None or request.status in GROUPS[group])
    ]
    return page, size, found


def _row(request: CancelRequest) -> Json:
    return {
        "parentAfterSalesSn": request.number,
        "parentAfterSalesStatus": int(request.status),
        "afterSalesInfoList": [_line(request, one) for one in request.lines],
    }


def _line(request: CancelRequest, one: RequestedLine) -> Json:
    goods = one.line.goods
    return {
        "afterSalesSn": one.number,
        "orderSn": one.line.number,
        "parentOrderSn": request.order.number,
        "goodsId": goods.goods_id,
        "productSkuId": goods.product_sku_id,
        "applyGoodsNumber": one.pieces,
        "createAtMillis": request.asked_at * 1000,
        "productList": [{"productSkuId": goods.product_sku_id, "extCode": goods.sku_code}],
    }
