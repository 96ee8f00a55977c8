"""A semi-managed mall's own list of products, read to its end as listings.py reads a local one's.

A SKU is known there by productId and productSkuId, and so it is mapped: its goods id, which orders name, isn't told. [B]
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from domain.products.listings import Listings, ListingsIncomplete, code_text, id_text
from domain.temu.errors import TemuRefused
from domain.temu.messages import convert
from domain.temu.partner import PartnerClient, ProductRow


async def read_all(partner: PartnerClient, *, after_page: Callable[[], Awaitable[None]]) -> Listings:
    """Read every page; *after_page* may raise to stop. Raises ListingsIncomplete."""
    listings = Listings()
    number, seen, total = 1, 0, 0
    before: Sequence[Any] = []
    while True:
        page = await partner.products(page=number)
        rows = page.data or []
        if rows and rows == before:
            raise ListingsIncomplete("Temu sent the same page of products twice. Run it again later.")
        seen, total = seen + len(rows), max(total, page.total_count or 0)
        for i, row in enumerate(rows, start=1):
            _add(listings, row, place=f"(page {number}, row {i})")
        await after_page()
        if not rows or (page.total_count is not None and seen >= page.total_count):
            break
        number, before = number + 1, rows
    if seen < total:
        message = (
            f"Temu named {total} products but listed only {seen}. Run it again later; nothing was changed."
        )
        raise ListingsIncomplete(message)
    return listings


def _add(listings: Listings, row: Any, *, place: str) -> None:
    try:
        product = convert(row, ProductRow, "a row of the list")
    except TemuRefused:
        listings.unreadable.append(place)
        return
    goods = id_text(product.product_id)
    for sku in product.product_sku_summaries or []:
        number = id_text(sku.product_sku_id)
        if goods is None or number is None:
            listings.unreadable.append(place)
        else:
            listings.codes[goods, number] = code_text(sku.ext_code)
