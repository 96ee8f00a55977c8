"""The mall's own lists of SKUs, and what a row of them says.

A local mall lists what is for sale and what isn't apart, so it has two lists; a SKU that changes sides while they are read is
met in both, or in neither, so what wasn't met is asked for by its id. A semi-managed mall lists products: a SKU is known there by productId and productSkuId, and so it is mapped, as its
goods id, which orders name, isn't told. [B]
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any

from domain import text
from domain.models import ListingStatus, ListingSubStatus
from domain.products.queries import WebsiteIds
from domain.temu.client import SkuKind, TemuClient
from domain.temu.errors import TemuRefused
from domain.temu.messages import SkuMessage, convert
from domain.temu.paging import ListPage
from domain.temu.partner import PartnerClient, ProductRow
from domain.temu.reply_json import REPLACEMENT

_A_ROW = "a row of the list"
_LONGEST_CODE, _LONGEST_TEXT, _LONGEST_URL = 200, 500, 2_000
_LARGEST_INT = 2**31 - 1
# Sub-statuses of SKUs [A: two guides]; temu.local.sku.list.retrieve calls 2005 and 2006 2002.
_SUB_STATUSES = {
    2001: ListingSubStatus.ON_SALE,
    2002: ListingSubStatus.MATERIALS_MISSING,
    2005: ListingSubStatus.CATEGORY_WRONG,
    2006: ListingSubStatus.VARIANTS_WRONG,
    2101: ListingSubStatus.LOW_TRAFFIC,
    3001: ListingSubStatus.PUNISHED,
    3002: ListingSubStatus.TAKEN_OFF,
    3003: ListingSubStatus.SOLD_OUT,
    3004: ListingSubStatus.PRICE_TOO_HIGH,
}
# What the one list of a semi-managed mall says of an SKC [B].
_SITE_STATUSES = {0: ListingStatus.NOT_FOR_SALE, 1: ListingStatus.FOR_SALE, 2: ListingStatus.NOT_FOR_SALE}


@dataclass(frozen=True)
class ListingRow:
    """One SKU as the mall lists it; the names are those of Listing's columns."""

    website_product_id: str
    website_product_variant_id: str
    sku: str
    title: str
    status: ListingStatus
    spec: str | None = None
    image_url: str | None = None
    sub_status: ListingSubStatus | None = None
    sub_status_code: int | None = None
    price_amount: Decimal | None = None
    currency_code: str | None = None
    stock: int | None = None

    @property
    def pair(self) -> WebsiteIds:
        """What products are mapped by."""
        return self.website_product_id, self.website_product_variant_id


@dataclass(frozen=True)
class ListingSource:
    """One list of a mall: how a page of it is had, and what its rows say; None stands for a row that makes no sense."""

    what: str
    """Of which it is a list."""
    fetch: Callable[[int], Awaitable[ListPage]]
    read: Callable[[Any], Iterator[ListingRow | None]]
    is_by_sku: bool = True
    """Whether each row is one SKU, so that their number is the list's total."""
    find: Callable[[Sequence[str]], Awaitable[ListPage]] | None = None
    """The rows of SKU ids, a page's worth at the most, where the list can be asked for these."""


def sources(mall: TemuClient | PartnerClient) -> Sequence[ListingSource]:
    """The lists that together hold all of a mall's SKUs."""
    if isinstance(mall, PartnerClient):
        partner = mall
        return [
            ListingSource("products", lambda page: partner.products(page=page), _of_product, is_by_sku=False)
        ]
    return [
        _skus(mall, SkuKind.FOR_SALE, "SKUs for sale", ListingStatus.FOR_SALE),
        _skus(mall, SkuKind.NOT_FOR_SALE, "SKUs not for sale", ListingStatus.NOT_FOR_SALE),
    ]


async def read_one(temu: TemuClient, sku_id: str, kind: SkuKind) -> ListingRow | None:
    """One SKU of a local mall, where it stands on that list."""
    status = ListingStatus.FOR_SALE if kind is SkuKind.FOR_SALE else ListingStatus.NOT_FOR_SALE
    page = await temu.skus(page=1, kind=kind, sku_ids=[sku_id])
    found = (each for row in page.rows for each in _of_sku(row, status=status))
    # Whatever else it lists was not asked for.
    return next(
        (each for each in found if each is not None and each.website_product_variant_id == sku_id), None
    )


def sub_status_of(code: int | None) -> ListingSubStatus | None:
    """What a number of Temu's means, where that is known."""
    return None if code is None else _SUB_STATUSES.get(code)


def _skus(temu: TemuClient, kind: SkuKind, what: str, status: ListingStatus) -> ListingSource:
    return ListingSource(
        what,
        lambda page: temu.skus(page=page, kind=kind),
        partial(_of_sku, status=status),
        find=lambda ids: temu.skus(page=1, kind=kind, sku_ids=ids),
    )


def _of_sku(row: Any, *, status: ListingStatus) -> Iterator[ListingRow | None]:
    try:
        sku = convert(row, SkuMessage, _A_ROW)
    except TemuRefused:
        yield None
        return
    found = _row(sku.goods_id, sku.sku_id, sku.sku_sn, sku.goods_name, status, sku.thumb_url)
    code = next((each for each in (sku.shown_sub_status, sku.sub_status) if each in _SUB_STATUSES), None)
    price, currency = _amount(sku.price), _currency(sku.currency)
    yield found and replace(
        found,
        spec=_cut(sku.spec_name) or None,
        sub_status=sub_status_of(code),
        sub_status_code=_int(sku.shown_sub_status if sku.shown_sub_status is not None else sku.sub_status),
        price_amount=None if currency is None else price,
        currency_code=None if price is None else currency,
        stock=_int(sku.stock),
    )


def _of_product(row: Any) -> Iterator[ListingRow | None]:
    try:
        product = convert(row, ProductRow, _A_ROW)
    except TemuRefused:
        yield None
        return
    status = _SITE_STATUSES.get(product.skc_site_status or 0, ListingStatus.UNKNOWN)
    if product.skc_site_status is None:
        status = ListingStatus.UNKNOWN
    for sku in product.product_sku_summaries or []:
        yield _row(
            product.product_id, sku.product_sku_id, sku.ext_code, product.product_name, status, product.main_image_url
        )  # fmt: skip


def _row(
    goods: int | str | None,
    sku: int | str | None,
    code: int | str | None,
    title: int | str | None,
    status: ListingStatus,
    image: str | None,
) -> ListingRow | None:
    goods_id, sku_id = _id_text(goods), _id_text(sku)
    if goods_id is None or sku_id is None:
        return None
    # A code is compared as it is, spaces and all; PostgreSQL can't hold NUL, and no product has a code with what stands for it.
    found = "".join(c if text.is_storable(c) else REPLACEMENT for c in ("" if code is None else str(code)))
    if len(found) > _LONGEST_CODE:
        found = f"{found[: _LONGEST_CODE - 1]}…"
    url = text.shown(image)
    is_url = url.startswith(("https://", "http://")) and len(url) <= _LONGEST_URL
    return ListingRow(goods_id, sku_id, found, _cut(title), status, image_url=url if is_url else None)


def _id_text(value: int | str | None) -> str | None:
    """An id of Temu's as products are mapped by it; None where it is none."""
    digits = str(value or "")
    is_id = digits.isascii() and digits.isdigit() and len(digits) <= 32 and not digits.startswith("0")
    return digits if is_id else None


def _cut(words: int | str | None) -> str:
    line = text.shown(words)
    return line if len(line) <= _LONGEST_TEXT else f"{line[: _LONGEST_TEXT - 1]}…"


def _int(value: int | None) -> int | None:
    return value if value is not None and abs(value) <= _LARGEST_INT else None


def _amount(value: float | str | None) -> Decimal | None:
    try:
        amount = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and 0 <= amount < 10**15 and amount == round(amount, 10) else None


def _currency(value: str | None) -> str | None:
    code = (value or "").strip().upper()
    return code if len(code) == 3 and code.isascii() and code.isalpha() else None
