"""What is read of a mall's stock."""

from typing import Any

import pytest

from domain.temu.access import MallAccess
from domain.temu.client import TemuClient


class Answer:
    """A transport with one answer."""

    def __init__(self, *rows: Any) -> None:
        self._rows = list(rows)

    async def send(self, *_asked: Any, **_options: Any) -> Any:
        """The answer."""
        return {"stockList": [{"goodsId": 1, "skuStockInfoList": self._rows}]}


@pytest.mark.parametrize(
    "stock, expected",
    [
        ({"stock": 7, "stockType": 0}, {"5": 7}),
        ({"stock": 7}, {"5": 7}),
        ({"stock": 7, "stockType": None}, {"5": 7}),
        ({"stock": 7, "stockType": 1}, {}),
        ({"stock": 7, "stockType": 2}, {}),
        ({"stock": None, "stockType": 0}, {}),
        (None, {}),
    ],
)
async def test_ordinary_stock_only(stock: Any, expected: dict[str, int]) -> None:
    """I4: ordinary stock is of type 0, or of none that is told; other kinds are left alone."""
    row = {"skuId": 5, "selfOrdinaryStock": stock, "selfPreSaleStock": {"stock": 3, "stockType": 1}}
    transport: Any = Answer(row)
    assert await TemuClient(transport, MallAccess("http://nowhere", "token")).stock(["5"]) == expected
