"""What an answer to an edit of stock says of each SKU, as a table."""

from itertools import product as combinations
from typing import Any

import pytest

from domain.inventory.push_answers import Verdicts, judge
from domain.models import Product
from domain.temu.messages import StockEditMessage, convert

ONE, OTHER = Product(id=1, website_product_variant_id="11"), Product(id=2, website_product_variant_id="22")
GONE = object()
FLAGS = list(combinations([True, False, None, GONE], repeat=2))


def row(sku: int, status: Any, **more: Any) -> dict[str, Any]:
    return {"skuId": sku} | ({} if status is GONE else {"stockEditStatus": status}) | more


def verdicts(operate: Any, *rows: dict[str, Any], of: tuple[Product, ...] = (ONE, OTHER)) -> Verdicts:
    answer: dict[str, Any] = {"skuStockEditStatusInfoList": list(rows), "msg": "closed"}
    answer |= {} if operate is GONE else {"operateResult": operate}
    return judge(of, convert(answer, StockEditMessage, "edit"))


@pytest.mark.parametrize("operate, status", FLAGS)
def test_one_sku(operate: Any, status: Any) -> None:
    """I5: only both flags together say that a figure was taken; a row that says no is a refusal, all else is open."""
    found = verdicts(operate, row(11, status), of=(ONE,))

    is_taken = operate is True and status is True
    is_refused = status is False or (operate is False and status is not True)
    assert list(found.refusals) == ([1] if is_refused else [])
    assert list(found.unconfirmed) == ([] if is_taken or is_refused else [1])


@pytest.mark.parametrize(
    "operate, refused, unconfirmed", [(True, [], [1]), (False, [1], []), (None, [], [1]), (GONE, [], [1])]
)
def test_no_row(operate: Any, refused: list[int], unconfirmed: list[int]) -> None:
    """I5: a SKU without a row was not taken: refused where the whole call was, open otherwise."""
    found = verdicts(operate, of=(ONE,))
    assert (list(found.refusals), list(found.unconfirmed)) == (refused, unconfirmed)


def test_no_list_at_all() -> None:
    """I5: an answer that is empty settles nothing."""
    assert judge([ONE], convert({}, StockEditMessage, "edit")) == Verdicts({}, [1])


def test_a_call_that_failed_for_another_sku() -> None:
    """I5: where one SKU's refusal makes the call a failure, the others are open and not refused with it."""
    found = verdicts(False, row(11, True), row(22, False, errorCode=7, errorMsg="off the shelf"))
    assert {number: refusal.code for number, refusal in found.refusals.items()} == {2: "TEMU_7"}
    assert "off the shelf" in found.refusals[2].message
    assert list(found.unconfirmed) == [1]

    assert list(verdicts(False, row(22, False)).unconfirmed) == [1]


def test_a_call_that_failed_as_a_whole() -> None:
    """I5: where no row says anything and the call failed, its words are every SKU's."""
    found = verdicts(False, row(11, None))
    assert list(found.refusals) == [1, 2]
    assert all("closed" in refusal.message for refusal in found.refusals.values())


def test_two_rows_of_one_sku() -> None:
    """I5: the worse of two rows of a SKU counts; rows of other SKUs are nobody's."""
    assert list(verdicts(True, row(11, True), row(11, False), row(22, True)).refusals) == [1]
    assert list(verdicts(True, row(11, None), row(11, True), row(22, True)).unconfirmed) == [1]
    assert list(verdicts(True, row(11, True), row(33, True)).unconfirmed) == [2]


def test_a_refusal_that_passes() -> None:
    """J4: a row that says to try later passes."""
    assert verdicts(True, row(11, False, errorCode="150010005"), row(22, True)).refusals[1].passes
