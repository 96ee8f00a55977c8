"""Prices as they are asked for, reviewed and read."""

from decimal import Decimal
from typing import Any

import pytest

from tests.sandbox.caller import Caller
from tests.sandbox.model import Goods

CHANGE = "bg.local.goods.priceorder.change.sku.price"
ORDERS = "bg.local.goods.priceorder.query"
READ = "bg.local.goods.sku.list.price.query"


def _asks(goods: Goods, amount: str, *, currency: str = "USD", reason: str = "Costs") -> dict[str, Any]:
    row = {"skuId": goods.sku_id, "newSupplierPrice": {"amount": amount, "currency": currency}}
    group = {"reason": reason, "skuChangePriceBaseDTOList": [row]}
    return {"goodsId": goods.goods_id, "changeSkuPriceDTOList": [group]}


async def _read(caller: Caller, goods: Goods) -> str:
    asked = [{"goodsId": goods.goods_id, "skuIdList": [goods.sku_id]}]
    [found] = (await caller.result(READ, querySupplierPriceBaseList=asked))[
        "openapiGoodsSupplierPriceDTOList"
    ]
    amount: str = found["openapiSkuSupplierPriceDTOList"][0]["supplierPrice"]["amount"]
    return amount


async def _orders(caller: Caller, goods: Goods, **more: Any) -> list[dict[str, Any]]:
    asked = {"priceOrderType": 2, "goodsIdList": [str(goods.goods_id)]} | more
    rows: list[dict[str, Any]] = (await caller.result(ORDERS, **asked))["priceAuditList"]
    return rows


async def test_a_price_is_reviewed(caller: Caller) -> None:
    """It holds once Temu has approved it, and not before; while it is open, another is not taken (R3)."""
    goods = caller.mall.add_goods()
    answer = await caller.result(CHANGE, **_asks(goods, "18.50"))
    assert answer["successSkuList"] == [goods.sku_id]
    assert [row["status"] for row in await _orders(caller, goods)] == [100]
    assert await _read(caller, goods) == "19.99"

    again = await caller.result(CHANGE, **_asks(goods, "17"))
    assert again["failedSkuReasonMap"] == {str(goods.sku_id): "Price order under review"}
    assert again["successPriceOrderList"] == []

    caller.mall.prices.approve(caller.mall.prices.orders[0])
    [row] = await _orders(
        caller, goods, priceOrderSnList=[answer["successPriceOrderList"][0]["priceOrderSn"]]
    )
    assert (row["status"], row["supplierPrice"]["amount"]) == (201, "18.50")
    assert await _read(caller, goods) == "18.50"


async def test_temu_proposes_another(caller: Caller) -> None:
    """What the seller agrees to holds; what waits for the merchant is declined where that is asked for (R3)."""
    goods = caller.mall.add_goods()
    prices = caller.mall.prices
    await caller.result(CHANGE, **_asks(goods, "25"))
    prices.suggest(prices.orders[0], "21")
    assert (await caller.result(CHANGE, **_asks(goods, "24")))["failedSkuList"] == [goods.sku_id]
    await caller.result(CHANGE, **_asks(goods, "24"), rejectSkuPricing=True)
    assert [row["status"] for row in await _orders(caller, goods)] == [100, 205]
    prices.suggest(prices.orders[1], "22")
    prices.confirm(prices.orders[1])
    assert await _read(caller, goods) == "22"


@pytest.mark.parametrize(
    "amount, currency, code",
    [
        ("18.999", "USD", 150011018),
        ("18,99", "USD", 150010003),
        ("0.01", "USD", 150010003),
        ("18.99", "EUR", 150010003),
    ],
)
async def test_no_such_price(caller: Caller, amount: str, currency: str, code: int) -> None:
    """Temu names the decimals that a currency has (R3)."""
    goods = caller.mall.add_goods()
    assert await caller.code(CHANGE, **_asks(goods, amount, currency=currency)) == code


async def test_calls_that_are_refused_whole(caller: Caller) -> None:
    """The same SKU twice, another goods' SKU, clothes of two prices, a lower price in an activity (R3)."""
    blue = caller.mall.add_goods()
    red = caller.mall.add_variant(blue, "RED")
    other = caller.mall.add_goods()
    asks = _asks(blue, "18")
    [group] = asks["changeSkuPriceDTOList"]
    assert await caller.code(CHANGE, **asks | {"goodsId": other.goods_id}) == 150010189
    assert await caller.code(CHANGE, **asks | {"goodsId": 1}) == 150010188
    twice = {"changeSkuPriceDTOList": [group, group | {"reason": "Again"}]}
    assert await caller.code(CHANGE, **asks | twice) == 150010190
    assert await caller.code(CHANGE, **asks | {"changeSkuPriceDTOList": [group, group]}) == 150010191
    caller.mall.prices.clothes.add(blue.goods_id)
    both = {"changeSkuPriceDTOList": [group, *_asks(red, "17", reason="Sale")["changeSkuPriceDTOList"]]}
    assert await caller.code(CHANGE, **asks | both) == 150010192
    caller.mall.prices.in_activity.add(blue.sku_id)
    assert await caller.code(CHANGE, **asks) == 150010233
    assert not caller.mall.prices.orders


async def test_a_large_change_is_confirmed(caller: Caller) -> None:
    """By the same call again (R3)."""
    goods = caller.mall.add_goods()
    caller.mall.prices.largest_change = Decimal("0.5")
    assert await caller.code(CHANGE, **_asks(goods, "1.99")) == 150011101
    assert await caller.code(CHANGE, **_asks(goods, "1.98")) == 150011101
    assert (await caller.result(CHANGE, **_asks(goods, "1.99")))["successSkuList"] == [goods.sku_id]


async def test_price_orders_are_listed_by_pages(caller: Caller) -> None:
    """The newest first, below a hundred a page (R3)."""
    goods = [caller.mall.add_goods() for _ in range(3)]
    for one in goods:
        caller.mall.prices.propose(one, "18")
    first = await caller.result(ORDERS, priceOrderType=2, size=2)
    second = await caller.result(ORDERS, priceOrderType=2, size=2, page=2)
    found = [row["goodsId"] for page in (first, second) for row in page["priceAuditList"]]
    assert found == [one.goods_id for one in reversed(goods)]
    assert first["total"] == 3
    assert (await caller.result(ORDERS))["priceAuditList"] == []
    assert await caller.code(ORDERS, size=100) == 3000000
