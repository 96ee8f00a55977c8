"""The mall's own list of SKUs, read to its end; a list with a gap is refused, as nobody could say what is missing.

Temu lists what is for sale and what isn't apart, so the list is read in two passes. A SKU that changes sides between them
is met twice, and counts once.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from domain.errors import Refused
from domain.products.queries import WebsiteIds
from domain.temu.client import Page, SkuKind, TemuClient
from domain.temu.errors import TemuRefused
from domain.temu.messages import SkuMessage, convert
from domain.temu.reply_json import REPLACEMENT

_WORDS = {SkuKind.FOR_SALE: "for sale", SkuKind.NOT_FOR_SALE: "not for sale"}


class ListingsIncomplete(Refused):
    """Temu's list has a gap or repeats itself, so a SKU code that seems to be there once may be there twice."""

    may_pass = True


@dataclass
class Listings:
    """Every SKU of the mall with the merchant's code, where it has one; and the places of rows that made no sense."""

    codes: dict[WebsiteIds, str | None] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether Temu listed nothing at all."""
        return not self.codes and not self.unreadable


async def read_all(temu: TemuClient, *, after_page: Callable[[], Awaitable[None]]) -> Listings:
    """Read every page of both passes; *after_page* may raise to stop. Raises ListingsIncomplete."""
    found = Listings()
    for kind in SkuKind:
        listings = await _read(temu, kind, after_page=after_page)
        found.codes |= listings.codes
        found.unreadable += listings.unreadable
    return found


async def _read(temu: TemuClient, kind: SkuKind, *, after_page: Callable[[], Awaitable[None]]) -> Listings:
    listings = Listings()
    number, rows, total = 1, 0, 0
    before: Page | None = None
    while True:
        page = await temu.skus(page=number, kind=kind)
        if page.rows and before is not None and page.rows == before.rows:
            raise ListingsIncomplete("Temu sent the same page of SKUs twice. Run it again later.")
        rows += len(page.rows)
        total = max(total, page.total or 0)
        for i, row in enumerate(page.rows, start=1):
            _take(listings, row, place=f"({_WORDS[kind]}, page {number}, row {i})")
        await after_page()
        if not page.rows or (page.total is not None and rows >= page.total):
            break
        number, before = number + 1, page
    seen = len(listings.codes) + len(listings.unreadable)
    if seen < total:
        message = (
            f"Temu named {total} SKUs {_WORDS[kind]} but listed only {seen}. "
            "Run it again later; nothing was changed."
        )
        raise ListingsIncomplete(message)
    return listings


def _take(listings: Listings, row: Any, *, place: str) -> None:
    try:
        message = convert(row, SkuMessage, "a row of the list")
    except TemuRefused:
        listings.unreadable.append(place)
        return
    goods, sku = id_text(message.goods_id), id_text(message.sku_id)
    if goods is None or sku is None:
        listings.unreadable.append(place)
    else:
        listings.codes[goods, sku] = code_text(message.sku_sn)


def code_text(value: int | str | None) -> str | None:
    """
    A merchant's SKU code as products are looked for by it; None where there is none. PostgreSQL can't be asked for NUL, and
    no product has a code with what stands for it.
    """
    return ("" if value is None else str(value)).replace("\0", REPLACEMENT) or None


def id_text(value: int | str | None) -> str | None:
    """An id of Temu's as products are mapped by it; None where it is none."""
    text = str(value or "")
    return (
        text if text.isascii() and text.isdigit() and len(text) <= 32 and not text.startswith("0") else None
    )
