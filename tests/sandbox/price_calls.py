"""bg.local.goods.priceorder.change.sku.price and .query, and bg.local.goods.sku.list.price.query."""

import re
from decimal import Decimal
from typing import Final

from tests.sandbox.asked import Asked, Json
from tests.sandbox.mall import Mall
from tests.sandbox.parameters import Parameters
from tests.sandbox.price_orders import MODIFICATION, PriceOrder, PriceStatus
from tests.sandbox.refusals import (
    BAD_STOCK_PARAMETERS,
    CHANGE_UNCONFIRMED,
    CLOTHES_DIFFER,
    IN_ACTIVITY,
    NOT_THE_GOODS_SKU,
    NOT_THE_MALLS_GOODS,
    PRICE_SKU_TWICE,
    REASON_TWICE,
    TOO_MANY_DECIMALS,
    TOO_MANY_PRICE_SKUS,
    TOO_MANY_REASONS,
    RefusedError,
)

# That there is a limit of both is told, and not which [A: their codes]; so these are inferred [C].
MOST_SKUS: Final = 100
MOST_REASONS: Final = 10
# The guide on currencies [A]: JPY and KRW are whole, all others have two decimals.
WHOLE: Final = frozenset({"JPY", "KRW"})
_AMOUNT: Final = re.compile(r"[0-9]{1,8}(\.([0-9]+))?")
_OPEN_WORDS: Final = {
    PriceStatus.AWAITS_MERCHANT: "Price order pending merchant confirm",
}


def change_prices(asked: Asked) -> Json:
    """
    All SKUs of one goods. What concerns the call is refused whole, with its code [A]; a SKU with a price order that is open
    fails by itself, in words [B: an example]. SKUs of one reason and price share a price order [C].
    """
    mall, parameters = asked.mall, asked.parameters
    goods_id = parameters.required_whole("goodsId")
    rejects = parameters.flag("rejectSkuPricing") or False
    groups = parameters.required_parts("changeSkuPriceDTOList")
    known = {goods.sku_id for goods in mall.skus_of(goods_id)}
    if not known:
        raise RefusedError(NOT_THE_MALLS_GOODS)
    reasons = [group.text("reason") or "" for group in groups]
    if len(groups) > MOST_REASONS:
        raise RefusedError(TOO_MANY_REASONS)
    if len(set(reasons)) < len(reasons):
        raise RefusedError(REASON_TWICE)
    wanted = [
        (reason, row.required_whole("skuId"), _amount(mall, row))
        for reason, group in zip(reasons, groups, strict=True)
        for row in group.required_parts("skuChangePriceBaseDTOList")
    ]
    _refuse(mall, goods_id, known, wanted)
    failed, groups_of = dict[int, str](), dict[tuple[str, Decimal], list[int]]()
    for reason, sku, amount in wanted:
        waiting = mall.prices.open_order(sku)
        if waiting is not None and rejects and waiting.status is PriceStatus.AWAITS_MERCHANT:
            mall.prices.decline(waiting)
        elif waiting is not None:
            failed[sku] = _OPEN_WORDS.get(waiting.status, "Price order under review")
            continue
        groups_of.setdefault((reason, amount), []).append(sku)
    made = [mall.prices.open(goods_id, skus, amount) for (_, amount), skus in groups_of.items()]
    return {
        "successSkuList": [sku for one in made for sku in one.sku_ids],
        "failedSkuList": list(failed),
        "failedSkuReasonMap": {str(sku): words for sku, words in failed.items()},
        "successPriceOrderList": [{"priceOrderSn": one.number, "skuIdList": one.sku_ids} for one in made],
    }


def _amount(mall: Mall, row: Parameters) -> Decimal:
    price = row.part("newSupplierPrice")
    amount, currency = (None, None) if price is None else (price.text("amount"), price.text("currency"))
    found = _AMOUNT.fullmatch(amount or "")
    # In which way another currency is refused is not told [C].
    if found is None or amount is None or currency != mall.prices.currency:
        raise RefusedError(BAD_STOCK_PARAMETERS)
    if len(found[2] or "") > (0 if currency in WHOLE else 2):
        raise RefusedError(TOO_MANY_DECIMALS)
    if Decimal(amount) < Decimal("0.02"):
        raise RefusedError(BAD_STOCK_PARAMETERS)
    return Decimal(amount)


def _refuse(mall: Mall, goods_id: int, known: set[int], wanted: list[tuple[str, int, Decimal]]) -> None:
    prices, skus = mall.prices, [sku for _, sku, _ in wanted]
    if len(skus) > MOST_SKUS:
        raise RefusedError(TOO_MANY_PRICE_SKUS)
    if len(set(skus)) < len(skus):
        raise RefusedError(PRICE_SKU_TWICE)
    if not set(skus) <= known:
        raise RefusedError(NOT_THE_GOODS_SKU)
    if goods_id in prices.clothes and len({(reason, amount) for reason, _, amount in wanted}) > 1:
        raise RefusedError(CLOTHES_DIFFER)
    if any(sku in prices.in_activity and amount < prices.price(sku) for _, sku, amount in wanted):
        raise RefusedError(IN_ACTIVITY)
    if prices.largest_change is None:
        return
    far = {
        (sku, amount)
        for _, sku, amount in wanted
        if abs(amount - prices.price(sku)) > prices.largest_change * prices.price(sku)
    }
    # The same call again within some minutes confirms it, by the words of the code [A].
    if not far <= prices.warned:
        prices.warned |= far
        raise RefusedError(CHANGE_UNCONFIRMED)


def query_price_orders(asked: Asked) -> Json:
    """
    The newest first unless orderByType says otherwise. Below a hundred rows a page [A]; ten unless told [C]. In which unit the
    times are that may be given is not told: they are left unread, as Temu does with what it doesn't know [C].
    """
    parameters, mall = asked.parameters, asked.mall
    page = parameters.whole("page", within=range(1, 2**31)) or 1
    size = parameters.whole("size", within=range(1, 100)) or 10
    kind = parameters.whole("priceOrderType", within=range(1, 3)) or 1
    goods_id, goods_ids = parameters.text("goodsId"), parameters.texts("goodsIdList")
    numbers, status = parameters.texts("priceOrderSnList"), parameters.whole("status")
    is_oldest_first = parameters.whole("orderByType", within=range(2)) == 1
    found = [
        one
        for one in mall.prices.orders
        # Assessments, of new goods, are none that the sandbox has.
        if kind == MODIFICATION
        and (goods_id is None or str(one.goods_id) == goods_id)
        and (goods_ids is None or str(one.goods_id) in goods_ids)
        and (numbers is None or one.number in numbers)
        and (status is None or one.status == status)
    ]
    if not is_oldest_first:
        found.reverse()
    rows = found[(page - 1) * size : page * size]
    return {"pageNum": page, "total": len(found), "priceAuditList": [_row(mall, one) for one in rows]}


def _row(mall: Mall, order: PriceOrder) -> Json:
    specs = {goods.sku_id: goods.spec for goods in mall.skus_of(order.goods_id)}
    return {
        "priceOrderId": order.order_id,
        "goodsId": order.goods_id,
        "pricingType": order.pricing_type,
        "specName": [specs.get(sku, "") for sku in order.sku_ids],
        "skuIdList": order.sku_ids,
        "status": int(order.status),
        "suggestSupplierPrice": _money(mall, order.suggested),
        "targetSupplierPrice": _money(mall, order.target),
        "sourceSupplierPrice": _money(mall, order.source),
        "supplierPrice": _money(mall, order.final),
        "reason": order.reason,
        "rejectTypeDesc": order.reject_type,
        "priceCommitId": order.order_id + 1,
        "priceCommitVersion": 1,
    }


def _money(mall: Mall, amount: Decimal | None) -> Json | None:
    return None if amount is None else {"amount": f"{amount}", "currency": mall.prices.currency}


def query_prices(asked: Asked) -> Json:
    """What Temu holds by now, of SKUs by their goods; what it doesn't know is left out, or refused [C]."""
    mall = asked.mall
    asked.parameters.text("language")
    wanted = [
        (row.required_whole("goodsId"), row.wholes("skuIdList") or [])
        for row in asked.parameters.required_parts("querySupplierPriceBaseList")
    ]
    if sum(len(skus) for _, skus in wanted) > MOST_SKUS:
        raise RefusedError(BAD_STOCK_PARAMETERS)
    found = {goods_id: [g for g in mall.skus_of(goods_id) if g.sku_id in skus] for goods_id, skus in wanted}
    if any(mall.prices.gone.intersection(skus) for _, skus in wanted):
        raise RefusedError(BAD_STOCK_PARAMETERS)
    return {
        "openapiGoodsSupplierPriceDTOList": [
            {
                "goodsId": goods_id,
                "openapiSkuSupplierPriceDTOList": [
                    {"skuId": one.sku_id, "supplierPrice": _money(mall, mall.prices.price(one.sku_id))}
                    for one in goods
                ],
            }
            for goods_id, goods in found.items()
            if goods
        ]
    }
