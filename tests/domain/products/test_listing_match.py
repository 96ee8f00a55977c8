"""The mall's list of SKUs as it is read, and what it says of products."""

from collections.abc import Iterator
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from domain.models import ListingStatus, ListingSubStatus
from domain.products import listings
from domain.products.bulk_mapping import Stored
from domain.products.listing_match import compare
from domain.products.listings import ListingRow
from domain.temu.access import MallAccess
from domain.temu.client import TemuClient
from domain.temu.paging import ListIncomplete, ListPage, ListPlace, read_pages
from domain.temu.partner import PartnerClient

UNMAPPED = Stored(None, uses_default=True, safety_quantity=0)


async def nothing_sent(*_: Any, **__: Any) -> None:
    """No call leaves."""
    raise AssertionError


TRANSPORT: Any = SimpleNamespace(send=nothing_sent)
LOCAL = TemuClient(TRANSPORT, MallAccess("http://nowhere", "token"))
SEMI_MANAGED = PartnerClient(TRANSPORT, MallAccess("http://nowhere", "token"))


def read(mall: TemuClient | PartnerClient, *rows: Any) -> list[ListingRow | None]:
    """What rows of its first list say."""
    source = listings.sources(mall)[0]
    return [each for row in rows for each in source.read(row)]


async def test_rows_without_ids() -> None:
    """M4: a row that makes no sense leaves the others; ids may be numbers or text, codes are kept as they are."""
    found = read(
        LOCAL,
        {"goodsId": 1, "skuId": "2", "skuSn": "A"},
        {"goodsId": 3, "skuSn": "B"},
        {"goodsId": "x", "skuId": 4},
        {"goodsId": [], "skuId": 4},
        "?",
        {"goodsId": 5, "skuId": 6, "skuSn": ""},
        {"goodsId": 7, "skuId": 8, "skuSn": 12},
        {"goodsId": 9, "skuId": 10, "skuSn": "A\0"},
        {"goodsId": 9, "skuId": 11, "skuSn": "A" * 300},
    )

    assert [None if row is None else (row.pair, row.sku) for row in found] == [
        (("1", "2"), "A"), None, None, None, None, (("5", "6"), ""), (("7", "8"), "12"), (("9", "10"), "A\ufffd"),
        (("9", "11"), "A" * 199 + "…"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "told,name,expected",
    [
        ({"price": "12.50", "currency": "usd"}, "price_amount", Decimal("12.50")),
        ({"price": 12, "currency": "USD"}, "currency_code", "USD"),
        *(({"price": price, "currency": "USD"}, "price_amount", None) for price in ("", "-1", "NaN", "1E30", "12,5", None)),
        ({"price": "1"}, "price_amount", None),
        ({"price": "1", "currency": "?"}, "price_amount", None),
        ({"stock": 2**40}, "stock", None),
        ({"skuShowSubStatus4VO": 2101, "subStatus4VO": 8}, "sub_status", ListingSubStatus.LOW_TRAFFIC),
        ({"subStatus4VO": 2001}, "sub_status", ListingSubStatus.ON_SALE),
        ({"skuShowSubStatus4VO": 8}, "sub_status", None),
        ({"skuShowSubStatus4VO": 8}, "sub_status_code", 8),
        ({"goodsName": " A\n b\0 "}, "title", "A b"),
        ({"goodsName": "A" * 600}, "title", "A" * 499 + "…"),
        ({"specName": ""}, "spec", None),
        ({"thumbUrl": "javascript:1"}, "image_url", None),
        ({"thumbUrl": "https://a/b"}, "image_url", "https://a/b"),
    ],
)  # fmt: skip
def test_what_a_row_tells(told: dict[str, Any], name: str, expected: Any) -> None:
    """M4: what looks odd is left out, and costs the row nothing else."""
    (row,) = read(LOCAL, {"goodsId": 1, "skuId": 2} | told)
    assert row is not None
    assert (row.status, getattr(row, name)) == (ListingStatus.FOR_SALE, expected)


@pytest.mark.parametrize(
    "told,expected",
    [(0, "NOT_FOR_SALE"), (1, "FOR_SALE"), (2, "NOT_FOR_SALE"), (3, "UNKNOWN"), (None, "UNKNOWN")],
)
def test_a_semi_managed_malls_rows(told: int | None, expected: str) -> None:
    """C12, M4: an SKC is a row for each of its SKUs, by productId and productSkuId."""
    skus = [{"productSkuId": 3, "extCode": "A"}, {"extCode": "B"}]
    one, other = read(
        SEMI_MANAGED,
        {"productId": 1, "productName": "Mug", "skcSiteStatus": told, "productSkuSummaries": skus},
    )
    assert one is not None
    assert (one.pair, one.sku, one.title, one.status.value, other) == (("1", "3"), "A", "Mug", expected, None)


def _pages(*pages: ListPage) -> Any:
    answers: Iterator[ListPage] = iter(pages)

    async def fetch(_page: int) -> ListPage:
        return next(answers)

    return fetch


async def test_a_list_without_total() -> None:
    """M4: where Temu tells no total, the list ends with a page that is empty."""
    fetch = _pages(ListPage([1], None), ListPage([2], None), ListPage([], None))
    read_so_far = [place async for place, _ in read_pages(fetch, what="SKUs")]
    assert read_so_far == [ListPlace(1, 1), ListPlace(2, 2), ListPlace(3, 2)]


async def test_a_list_is_read_on_behind_a_place() -> None:
    """O17: what was read before counts, and so does the largest number that Temu named."""
    fetch = _pages(ListPage([2], 2))
    begun = read_pages(fetch, what="SKUs", behind=ListPlace(1, 1, 2))
    assert [rows async for _, rows in begun] == [[2]]
    shrunk = read_pages(_pages(ListPage([2], 2)), what="SKUs", behind=ListPlace(1, 1, 3))
    with pytest.raises(ListIncomplete, match="named 3 SKUs but listed only 2"):
        assert [rows async for _, rows in shrunk]


async def test_codes_are_compared_exactly() -> None:
    """M4: case, spaces and leading zeros tell codes apart."""
    codes = {(str(n), "1"): code for n, code in enumerate(["a", " A", "0A", "A ", ""], start=1)}

    requests, others = compare(codes, {"A": UNMAPPED})

    assert requests == []
    assert {one.code for one in others} == {"NO_PRODUCT", "NO_CODE"}
