"""The mall's own list of SKUs, with the merchant's codes.

A local mall lists what is for sale and what isn't apart, so its list is read in two passes; a SKU that changes sides between
them is met twice, and counts once. A semi-managed mall lists products: a SKU is known there by productId and productSkuId,
and so it is mapped, as its goods id, which orders name, isn't told. [B]
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from domain.products.queries import WebsiteIds
from domain.temu.client import SkuKind, TemuClient
from domain.temu.errors import TemuRefused
from domain.temu.messages import SkuMessage, convert
from domain.temu.paging import read_rows
from domain.temu.partner import PartnerClient, ProductRow
from domain.temu.reply_json import REPLACEMENT

_WORDS = {SkuKind.FOR_SALE: "for sale", SkuKind.NOT_FOR_SALE: "not for sale"}


@dataclass
class Listings:
    """Every SKU of the mall with the merchant's code, where it has one; and the places of rows that made no sense."""

    codes: dict[WebsiteIds, str | None] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)

    def add(self, place: str, goods: int | str | None, sku: int | str | None, code: int | str | None) -> None:
        """One SKU, as Temu tells it."""
        goods_id, sku_id = _id_text(goods), _id_text(sku)
        if goods_id is None or sku_id is None:
            self.unreadable.append(place)
        else:
            # PostgreSQL can't be asked for NUL, and no product has a code with what stands for it.
            code = ("" if code is None else str(code)).replace("\0", REPLACEMENT)
            self.codes[goods_id, sku_id] = code or None


async def read_all(mall: TemuClient | PartnerClient, *, check: Callable[[], Awaitable[None]]) -> Listings:
    """Read every page; *check* may raise to stop. Raises ListIncomplete."""
    if isinstance(mall, PartnerClient):
        return await _read_products(mall, check)
    found = Listings()
    for kind in SkuKind:
        of_kind = await _read_skus(mall, kind, check)
        found.codes |= of_kind.codes
        found.unreadable += of_kind.unreadable
    return found


async def _read_skus(temu: TemuClient, kind: SkuKind, check: Callable[[], Awaitable[None]]) -> Listings:
    found, words = Listings(), _WORDS[kind]
    rows = read_rows(
        lambda number: temu.skus(page=number, kind=kind), what=f"SKUs {words}", check=check,
        seen=lambda: len(found.codes) + len(found.unreadable),
    )  # fmt: skip
    async for place, row in rows:
        try:
            sku = convert(row, SkuMessage, "a row of the list")
        except TemuRefused:
            found.unreadable.append(f"({words}, {place})")
        else:
            found.add(f"({words}, {place})", sku.goods_id, sku.sku_id, sku.sku_sn)
    return found


async def _read_products(partner: PartnerClient, check: Callable[[], Awaitable[None]]) -> Listings:
    found = Listings()
    rows = read_rows(lambda number: partner.products(page=number), what="products", check=check)
    async for place, row in rows:
        try:
            product = convert(row, ProductRow, "a row of the list")
        except TemuRefused:
            found.unreadable.append(f"({place})")
            continue
        for sku in product.product_sku_summaries or []:
            found.add(f"({place})", product.product_id, sku.product_sku_id, sku.ext_code)
    return found


def _id_text(value: int | str | None) -> str | None:
    """An id of Temu's as products are mapped by it; None where it is none."""
    text = str(value or "")
    is_id = text.isascii() and text.isdigit() and len(text) <= 32 and not text.startswith("0")
    return text if is_id else None
