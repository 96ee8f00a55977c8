"""The mall's list of SKUs as it is read, and what it says of products."""

from typing import Any

import pytest

from domain.models import JobOutcomeStatus
from domain.products import listings
from domain.products.bulk_mapping import Stored
from domain.products.listing_match import compare
from domain.products.listings import Listings
from domain.temu.client import TemuClient
from domain.temu.transport import MallAccess

UNMAPPED = Stored(None, uses_default=True, safety_quantity=0)


class Answers:
    """A transport that has its answers ready, of SKUs for sale: what no mall of the sandbox would ever say."""

    def __init__(self, *results: Any) -> None:
        self._results = iter(results)
        self.asked: list[int] = []

    async def send(
        self, _access: MallAccess, _interface: str, parameters: dict[str, Any], **_options: Any
    ) -> Any:
        """The next answer; nothing is not for sale."""
        if parameters["skuSearchType"] == 3:
            return {"total": 0, "skuList": []}
        self.asked.append(parameters["pageNo"])
        return next(self._results)


async def nothing() -> None:
    """Go on."""


async def read_all(*results: Any) -> tuple[Listings, list[int]]:
    transport: Any = Answers(*results)
    temu = TemuClient(transport, MallAccess("http://nowhere", "token"))
    return await listings.read_all(temu, check=nothing), transport.asked


async def test_rows_without_ids() -> None:
    """M4: a row that makes no sense is told of and leaves the others; ids may be numbers or text."""
    rows = [
        {"goodsId": 1, "skuId": "2", "skuSn": "A"},
        {"goodsId": 3, "skuSn": "B"},
        {"goodsId": "x", "skuId": 4},
        {"goodsId": [], "skuId": 4},
        "?",
        {"goodsId": 5, "skuId": 6, "skuSn": ""},
        {"goodsId": 7, "skuId": 8, "skuSn": 12},
        {"goodsId": 9, "skuId": 10, "skuSn": "A\0"},
    ]
    found, asked = await read_all({"total": 8, "skuList": rows})

    codes = {("1", "2"): "A", ("5", "6"): None, ("7", "8"): "12", ("9", "10"): "A\ufffd"}
    assert found.codes == codes
    assert found.unreadable == [f"(for sale, page 1, row {i})" for i in (2, 3, 4, 5)]
    assert asked == [1]
    requests, others = compare(found, {})
    assert requests == []
    assert [one.code for one in others if one.status is JobOutcomeStatus.FAILED] == ["UNREADABLE"] * 4


@pytest.mark.parametrize("last", [{"skuList": []}, {"skuList": None}, {}])
async def test_a_list_without_total(last: dict[str, Any]) -> None:
    """M4: where Temu tells no total, the list ends with a page that is empty."""
    row = {"goodsId": 1, "skuId": 2, "skuSn": "A"}
    found, asked = await read_all({"skuList": [row]}, last)

    assert asked == [1, 2]
    assert compare(found, {"A": UNMAPPED})[0][0].pair == ("1", "2")


async def test_codes_are_compared_exactly() -> None:
    """M4: case, spaces and leading zeros tell codes apart."""
    found = Listings({(str(n), "1"): code for n, code in enumerate(["a", " A", "0A", "A "], start=1)})

    requests, others = compare(found, {"A": UNMAPPED})

    assert requests == []
    assert {one.code for one in others} == {"NO_PRODUCT"}
