"""Prices in Temu's words: what it holds of SKUs, asking for others, and the price orders by which it reviews these.

What a seller sets is the base price, of which Temu makes the buyer's [A]. Amounts are decimals as text, in units of the
currency [A: 150011018 speaks of its decimals; B: hundredths were listed at a hundred times the price].
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from domain.currencies import with_digits
from domain.temu.client import TemuClient
from domain.temu.errors import TemuUnavailable
from domain.temu.interfaces import PRICE_CHANGE, PRICE_ORDERS, PRICES
from domain.temu.messages import Struct, convert, convert_or_unavailable, id_number
from domain.temu.paging import ListPage, read_rows

# Neither is documented; that there are limits of SKUs and of reasons is [A], so these are cautious guesses [C].
SKUS_A_CALL = 100
REASONS_A_CALL = 10
GOODS_A_CALL = 20
# Fewer than a hundred [A].
_PAGE_SIZE = 50
# Opportunities and modifications; unless told, a list has the assessments of new goods alone [A].
_OF_LISTED_GOODS = 2
# pricingType of a change that a seller asked for [A].
_MODIFICATION = 2
_LARGEST = Decimal(10) ** 12


class PriceMessage(Struct):
    """An amount of one currency."""

    amount: str | None = None
    currency: str | None = None

    def read(self) -> "Price | None":
        """None where it makes no sense."""
        try:
            amount = Decimal(self.amount or "")
        except InvalidOperation:
            return None
        is_amount = amount.is_finite() and 0 <= amount < _LARGEST and -8 <= _exponent(amount) <= 0
        if not is_amount or not self.currency or len(self.currency) != 3:
            return None
        return Price(with_digits(amount, self.currency), self.currency)


class SkuPrice(Struct):
    sku_id: int | str | None = None
    supplier_price: PriceMessage | None = None


class GoodsPrices(Struct):
    openapi_sku_supplier_price_dto_list: list[SkuPrice] | None = msgspec.field(
        name="openapiSkuSupplierPriceDTOList", default=None
    )


class PricesMessage(Struct):
    """bg.local.goods.sku.list.price.query."""

    openapi_goods_supplier_price_dto_list: list[GoodsPrices] | None = msgspec.field(
        name="openapiGoodsSupplierPriceDTOList", default=None
    )


class ChangeMessage(Struct):
    """bg.local.goods.priceorder.change.sku.price: what became of each SKU."""

    success_sku_list: list[int | str] | None = None
    failed_sku_list: list[int | str] | None = None
    failed_sku_reason_map: dict[str, Any] | None = None


class PriceOrderListMessage(Struct):
    """bg.local.goods.priceorder.query. Rows are read one by one."""

    price_audit_list: list[Any] | None = None
    total: int | None = None


class PriceOrderMessage(Struct):
    """One row: some SKUs of one goods that are to have one price."""

    price_order_id: int | str | None = None
    goods_id: int | str | None = None
    pricing_type: int | None = None
    sku_id_list: list[int | str] | None = None
    status: int | None = None
    suggest_supplier_price: PriceMessage | None = None
    target_supplier_price: PriceMessage | None = None
    supplier_price: PriceMessage | None = None
    reason: str | None = None
    reject_type_desc: str | None = None

    @property
    def is_sellers(self) -> bool:
        """Whether a seller asked for it, and Temu did not propose it by itself."""
        return self.pricing_type in {None, _MODIFICATION}


@dataclass(frozen=True)
class Price:
    """What a SKU is to cost, or costs."""

    amount: Decimal
    currency_code: str


@dataclass(frozen=True)
class Changed:
    """What Temu said at once: the SKUs of which it opened price orders, and why not of others, in its own words."""

    taken: frozenset[str]
    failed: Mapping[str, str]


async def change(temu: TemuClient, goods_id: str, wanted: Sequence[tuple[str, Price, str | None]]) -> Changed:
    """Ask for prices of SKUs of one goods, each with a reason or without: 100 and 10 of them at the most. A price order of Temu's
    that waits for the seller is left as it is: what rejectSkuPricing does to one is told nowhere. Raises as send_once does.
    """
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for sku, price, reason in wanted:
        money = {"amount": f"{price.amount:f}", "currency": price.currency_code}
        groups.setdefault(reason or "", []).append({"skuId": id_number(sku), "newSupplierPrice": money})
    rows = [
        ({"reason": reason} if reason else {}) | {"skuChangePriceBaseDTOList": skus}
        for reason, skus in groups.items()
    ]
    parameters = {"goodsId": id_number(goods_id), "changeSkuPriceDTOList": rows}
    result = await temu.send_once(PRICE_CHANGE, parameters)
    # An answer that makes no sense doesn't say that Temu opened nothing.
    message = convert_or_unavailable(result, ChangeMessage, PRICE_CHANGE)
    reasons = {str(sku): str(words) for sku, words in (message.failed_sku_reason_map or {}).items()}
    failed = {str(sku): reasons.get(str(sku), "") for sku in message.failed_sku_list or reasons}
    if not (message.success_sku_list or failed):
        raise TemuUnavailable("Temu's answer to a change of prices tells of no SKU.")
    return Changed(frozenset(map(str, message.success_sku_list or ())), failed)


async def orders(
    temu: TemuClient, goods_ids: Sequence[str], *, check: Callable[[], Awaitable[None]]
) -> Sequence[PriceOrderMessage]:
    """All price orders of listed goods, 20 at the most, the newest first. Raises ListIncomplete, and TemuRefused where a row makes
    no sense: whether a price was asked for can't be told then.
    """

    async def page(number: int) -> ListPage:
        parameters = {
            "page": number,
            "size": _PAGE_SIZE,
            "priceOrderType": _OF_LISTED_GOODS,
            "goodsIdList": list(goods_ids),
        }
        result = await temu.read(PRICE_ORDERS, parameters, may_be_empty=True)
        message = convert_or_unavailable(result, PriceOrderListMessage, PRICE_ORDERS)
        return ListPage(rows=message.price_audit_list or [], total=message.total)

    rows = read_rows(page, what="price orders", check=check)
    return [convert(row, PriceOrderMessage, "a row of the list") async for _, row in rows]


async def prices(temu: TemuClient, skus: Mapping[str, Sequence[str]]) -> Mapping[str, Price]:
    """What Temu asks for SKUs by now, by their goods, 100 at the most; those that it doesn't know are left out."""
    wanted = [
        {"goodsId": id_number(goods), "skuIdList": [id_number(sku) for sku in of_goods]}
        for goods, of_goods in skus.items()
    ]
    result = await temu.read(PRICES, {"querySupplierPriceBaseList": wanted}, may_be_empty=True)
    goods = convert(result, PricesMessage, PRICES).openapi_goods_supplier_price_dto_list or []
    rows = [row for one in goods for row in one.openapi_sku_supplier_price_dto_list or []]
    read = {str(row.sku_id): row.supplier_price.read() for row in rows if row.supplier_price is not None}
    return {sku: price for sku, price in read.items() if price is not None}


def _exponent(amount: Decimal) -> int:
    exponent = amount.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 1
