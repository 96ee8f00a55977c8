"""What is read of returns: lists of them and of their lines, details, parcels."""

from tests.sandbox.asked import Asked, Json
from tests.sandbox.parameters import Parameters
from tests.sandbox.refusals import AFTER_SALES_PARAMETERS, BAD_PARAMETERS, NOT_IN_SECONDS, RefusedError
from tests.sandbox.returns import GROUPS, BuyerReturn, ReturnedLine


def return_list(asked: Asked) -> Json:
    """bg.aftersales.parentaftersales.list.get: pages of 10 where nothing is said and of 200 at the most; a span of creation
    or of changes has to be named, both ends of it, which are included.
    """
    try:
        page, size = _page(asked.parameters)
        found, group = _found(asked, asked.parameters)
    except RefusedError as error:
        raise _in_its_words(error) from None
    return {
        "total": len(found),
        "pageNumber": page,
        "data": [_row(one, group) for one in found[(page - 1) * size : page * size]],
    }


def line_list(asked: Asked) -> Json:
    """bg.aftersales.aftersales.list.get."""
    try:
        page, size = _page(asked.parameters)
        numbers = asked.parameters.texts("parentAfterSalesSnList")
    except RefusedError as error:
        raise _in_its_words(error) from None
    if not numbers:
        raise RefusedError(AFTER_SALES_PARAMETERS)
    rows = [
        _line_row(one, line)
        for one in asked.mall.returns.listed()
        if one.number in numbers
        for line in one.lines
    ]
    return {"total": len(rows), "pageNumber": page, "data": rows[(page - 1) * size : page * size]}


def return_detail(asked: Asked) -> Json:
    """temu.aftersales.parentaftersales.detail.get."""
    one = find(asked, with_order=True, unknown=AFTER_SALES_PARAMETERS)
    return {
        "parentAfterSalesSn": one.number,
        "parentOrderSn": one.order.number,
        "parentAfterSalesStatus": int(one.status),
        "afterSalesType": _type(one),
        "createAtMillis": one.created_at * 1000,
        "lastUpdateAtMillis": one.updated_at * 1000,
        "availableOperateList": one.operations,
        "refundSummary": {
            "buyerTotalRefund": _money(one, one.refund_cents),
            "retailPriceRefundTaxExcl": _money(one, one.refund_cents),
            **{
                name: _money(one, 0)
                for name in (
                    "discountFromSellerRefund",
                    "discountFromTEMURefund",
                    "shippingAmountRefundTaxExcl",
                    "taxTotalRefund",
                )
            },
        },
        "afterSalesList": [_detail_line(one, line) for line in one.lines],
    }


def return_parcels(asked: Asked) -> Json:
    """bg.aftersales.parentreturnorder.get."""
    one = find(asked, with_order=False, unknown=AFTER_SALES_PARAMETERS)
    asked.parameters.text("afterSalesSn")
    return {
        "logisticsInfoList": [
            {
                "carrierName": parcel.carrier,
                "trackingNumber": parcel.tracking_number,
                "returnWarehouseType": 1,
                "returnWarehouseRegion1Name": "United States",
            }
            for parcel in one.parcels
        ]
    }


def find(asked: Asked, *, with_order: bool, unknown: int) -> BuyerReturn:
    """The return that a call names. How one that isn't known is answered, only some interfaces' pages tell."""
    try:
        number = asked.parameters.required_text("parentAfterSalesSn")
        order_number = asked.parameters.required_text("parentOrderSn") if with_order else None
    except RefusedError as error:
        raise _in_its_words(error) from None
    one = asked.mall.returns.find(number)
    if one is None or order_number not in {None, one.order.number}:
        raise RefusedError(unknown)
    return one


def _page(parameters: Parameters) -> tuple[int, int]:
    page = parameters.whole("pageNo", within=range(1, 2**31)) or 1
    return page, parameters.whole("pageSize", within=range(1, 201)) or 10


def _found(asked: Asked, parameters: Parameters) -> tuple[list[BuyerReturn], int | None]:
    orders, numbers = parameters.texts("parentOrderSnList"), parameters.texts("parentAfterSalesSnList")
    created = parameters.seconds("createAtStart"), parameters.seconds("createAtEnd")
    updated = parameters.seconds("updateAtStart"), parameters.seconds("updateAtEnd")
    group = parameters.whole("afterSalesStatusGroup", within=range(1, 8))
    if any((start is None) != (end is None) for start, end in (created, updated)):
        raise RefusedError(AFTER_SALES_PARAMETERS)
    if created == updated == (None, None):
        raise RefusedError(AFTER_SALES_PARAMETERS)
    found = [
        one
        for one in asked.mall.returns.listed()
        if (not orders or one.order.number in orders)
        and (not numbers or one.number in numbers)
        and _is_within(one.created_at, *created)
        and _is_within(one.updated_at, *updated)
        and (group is None or one.status in GROUPS[group])
    ]
    return found, group


def _is_within(at: int, start: int | None, end: int | None) -> bool:
    return start is None or end is None or start <= at <= end


def _row(one: BuyerReturn, group: int | None) -> Json:
    groups = [number for number, statuses in GROUPS.items() if one.status in statuses]
    return {
        "parentAfterSalesSn": one.number,
        "parentOrderSn": one.order.number,
        "parentAfterSalesStatus": int(one.status),
        # Those on the way to a refund are in no group.
        "afterSalesStatusGroup": group or next(iter(groups), None),
        "afterSalesType": _type(one),
        "returnDeliveryType": one.delivery_type,
        "operateExpireTimeMs": None if one.expires_at is None else one.expires_at * 1000,
        "availableOperateList": one.operations,
        "createAt": one.created_at,
        "updateAt": one.updated_at,
    }


def _line_row(one: BuyerReturn, line: ReturnedLine) -> Json:
    return {
        "parentAfterSalesSn": one.number,
        "afterSalesSn": line.number,
        "applyAfterSalesGoodsNumber": line.pieces,
        "afterSalesStatus": int(one.status),
        "afterSalesType": _type(one),
        **_goods(line),
    }


def _detail_line(one: BuyerReturn, line: ReturnedLine) -> Json:
    return {
        "afterSalesSn": line.number,
        "orderSn": line.line.number,
        "applyAfterSalesGoodsNumber": line.pieces,
        "afterSalesStatus": int(one.status),
        "applyRefundAmount": _money(one, line.line.unit_price_cents * line.pieces),
        "afterSalesReasonCode": one.reason_code,
        "afterSalesReasonDesc": one.reason,
        "buyerComment": one.comment,
        "afterSalesGoodsInfo": _goods(line),
    }


def _goods(line: ReturnedLine) -> Json:
    goods = line.line.goods
    return {
        "goodsId": goods.goods_id,
        "skuId": goods.sku_id,
        "productSkuId": goods.product_sku_id,
        "productList": [{"productSkuId": goods.product_sku_id, "extCode": goods.sku_code}],
    }


def _money(one: BuyerReturn, cents: float) -> Json:
    """In the smallest unit, as other amounts of Temu's [C]."""
    return {"currency": one.order.currency, "amount": cents}


def _type(one: BuyerReturn) -> int:
    return 1 if one.is_refund_only else 2


def _in_its_words(error: RefusedError) -> RefusedError:
    """The one code on these interfaces' pages for what is wrong with a call's own parameters."""
    is_parameters = error.code in {BAD_PARAMETERS, NOT_IN_SECONDS}
    return RefusedError(AFTER_SALES_PARAMETERS if is_parameters else error.code, error.message)
