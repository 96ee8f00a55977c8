"""What buyers send back, as lists, details and acts have it."""

from typing import Any

import pytest

from tests.sandbox.caller import Caller
from tests.sandbox.file_upload import PATH
from tests.sandbox.refusals import (
    AFTER_SALES_FORBIDDEN,
    AFTER_SALES_PARAMETERS,
    AFTER_SALES_UNKNOWN,
    PAYABLES,
    RETURN_LABEL_INVALID,
    RETURN_NUMBER_INVALID,
)
from tests.sandbox.returns import BuyerReturn
from tests.sandbox.shipping import CARRIERS

LIST = "bg.aftersales.parentaftersales.list.get"
DETAIL = "temu.aftersales.parentaftersales.detail.get"
REFUND = "temu.aftersales.refund.issue"
UPLOAD = "temu.aftersales.upload.returnlabel"


def _ask(caller: Caller, **how: Any) -> BuyerReturn:
    return caller.mall.returns.ask(caller.mall.add_order(status=4).number, **how)


def _named(one: BuyerReturn) -> dict[str, str]:
    return {"parentOrderSn": one.order.number, "parentAfterSalesSn": one.number}


async def _rows(caller: Caller, **how: Any) -> list[Any]:
    now = caller.mall.now()
    result = await caller.result(LIST, **({"updateAtStart": now - 60, "updateAtEnd": now + 86400} | how))
    rows: list[Any] = result["data"]
    return rows


async def test_a_return_from_its_asking_to_its_refund(caller: Caller) -> None:
    """A return is listed with its status, group, deadline and what the seller may do; Temu refunds what nobody answers (R3)."""
    one = _ask(caller)
    (asked,) = await _rows(caller, afterSalesStatusGroup=2)
    caller.mall.returns.send_back(one, "9400100000000000000001")
    (on_its_way,) = await _rows(caller, afterSalesStatusGroup=3)
    parcels = (await caller.result("bg.aftersales.parentreturnorder.get", parentAfterSalesSn=one.number))[
        "logisticsInfoList"
    ]
    caller.mall.returns.arrive(one)
    (received,) = await _rows(caller, afterSalesStatusGroup=1)
    one.expires_at = caller.mall.now()
    (refunded,) = await _rows(caller, afterSalesStatusGroup=5)

    told = [
        (row["parentAfterSalesStatus"], row["availableOperateList"])
        for row in (asked, on_its_way, received, refunded)
    ]
    assert told == [(10, []), (2, []), (3, [1]), (5, [])]
    assert received["operateExpireTimeMs"] > asked["createAt"] * 1000
    assert parcels[0]["trackingNumber"] == "9400100000000000000001"
    assert one.refunds == 0


async def test_a_list_wants_a_whole_span(caller: Caller) -> None:
    """Neither without a span nor with one end of it; both ends are included (R3)."""
    one = _ask(caller)
    at = one.updated_at

    assert await caller.code(LIST) == AFTER_SALES_PARAMETERS
    assert await caller.code(LIST, updateAtStart=at) == AFTER_SALES_PARAMETERS
    assert await caller.code(LIST, updateAtStart=at, updateAtEnd=at, pageSize=201) == AFTER_SALES_PARAMETERS
    assert len(await _rows(caller, updateAtStart=at, updateAtEnd=at)) == 1
    assert await _rows(caller, updateAtStart=at + 1, updateAtEnd=at + 1) == []


async def test_a_refund_is_issued_once(caller: Caller) -> None:
    """Where it may be, of a return that there is, and once (R3)."""
    one = _ask(caller, is_refund_only=True)
    whole = _named(one) | {"openApiRefundType": 1}

    caller.mall.returns.has_payables = True
    owing = await caller.code(REFUND, **whole)
    caller.mall.returns.has_payables = False
    codes = [await caller.code(REFUND, **whole) for _ in range(2)]
    detail = await caller.result(DETAIL, **_named(one))

    assert owing == PAYABLES
    assert codes == [1000000, AFTER_SALES_FORBIDDEN]
    assert await caller.code(REFUND, **(whole | {"parentAfterSalesSn": "?"})) == AFTER_SALES_UNKNOWN
    assert (one.refunds, detail["parentAfterSalesStatus"]) == (1, 4)
    assert detail["refundSummary"]["buyerTotalRefund"] == {"currency": "USD", "amount": 1999}


async def test_a_label_is_uploaded(caller: Caller) -> None:
    """A file goes up with a signature, which is good once; then the label names it (R3)."""
    one, url = _ask(caller, wants_label=True), caller.url.replace("/openapi/router", PATH)
    signature = (await caller.result("temu.aftersales.signature.get"))["signature"]
    prepared = await caller.result("temu.aftersales.returnlabel.prepare.get", **_named(one))
    replies = [
        await caller.client.post(
            url, data={"sign": signature}, files={"file": ("a.pdf", b"%PDF-1\r\n\r\n--")}
        )
        for _ in range(2)
    ]
    label = {
        "mallWarehouseId": prepared["availableReturnWarehouseList"][0]["warehouseId"],
        "returnLabelUrl": replies[0].json()["url"],
        "carrierId": CARRIERS[0].id,
        "trackingNumber": "9400100000000000000001",
    }
    wrong = [
        await caller.code(UPLOAD, **_named(one), returnLabelDTOList=[label | change])
        for change in ({"returnLabelUrl": "https://elsewhere.invalid"}, {"trackingNumber": "no number"})
    ]
    codes = [await caller.code(UPLOAD, **_named(one), returnLabelDTOList=[label]) for _ in range(2)]

    assert [reply.status_code for reply in replies] == [200, 403]
    assert wrong == [RETURN_LABEL_INVALID, RETURN_NUMBER_INVALID]
    assert codes == [1000000, AFTER_SALES_FORBIDDEN]
    assert (one.labels[0]["content"], int(one.status)) == (b"%PDF-1\r\n\r\n--", 10)


async def test_who_may_ask(caller: Caller) -> None:
    """An order that was not shipped has no return, and one that has ended stays as it is (R3)."""
    with pytest.raises(ValueError, match="has status 2"):
        caller.mall.returns.ask(caller.mall.add_order().number)
    one = _ask(caller)
    caller.mall.returns.withdraw(one)
    with pytest.raises(ValueError, match="has ended"):
        caller.mall.returns.arrive(one)
