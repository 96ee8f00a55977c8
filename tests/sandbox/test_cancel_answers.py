"""The seller's side of cancelling: agreeing, denying by a shipment, and reporting that there is no stock."""

from tests.sandbox.caller import Caller
from tests.sandbox.cancellations import RequestStatus
from tests.sandbox.mall import Mall
from tests.sandbox.model import Status
from tests.sandbox.shipment_calls import DONE, confirm, entry, order_of_two_lines, piece

AGREE = "bg.aftersales.cancel.agree"
REPORT = "temu.order.cancel.outofstock.apply"
RESULT = "temu.order.cancel.outofstock.result.get"


async def test_agreeing_cancels_once(caller: Caller, mall: Mall) -> None:
    order, other = mall.add_order(), mall.add_order()
    request = mall.request_cancel(order.number)
    named = {"parentAfterSalesSn": request.number, "parentOrderSn": order.number}

    assert await caller.code(AGREE, **named | {"parentOrderSn": other.number}) == 130010001
    assert await caller.code(AGREE, parentOrderSn=order.number) == 130010001
    assert await caller.code(AGREE, **named) == DONE
    assert (order.status, request.status) == (Status.CANCELLED, RequestStatus.REFUND_BEING_MADE)
    assert await caller.code(AGREE, **named) == 130010005


async def test_what_has_ended_left_or_is_looked_into_is_not_agreed_to(caller: Caller, mall: Mall) -> None:
    for end, code in ((mall.withdraw_cancel, 130010005), (mall.review_cancel, 130010005)):
        order = mall.add_order()
        request = mall.request_cancel(order.number)
        end(request)
        assert await caller.code(AGREE, parentAfterSalesSn=request.number, parentOrderSn=order.number) == code
    order = mall.add_order()
    request = mall.request_cancel(order.number)
    mall.ship(order.number)
    assert (
        await caller.code(AGREE, parentAfterSalesSn=request.number, parentOrderSn=order.number) == 130010002
    )


async def test_the_order_may_follow_late(caller: Caller, mall: Mall) -> None:
    mall.cancellations.orders_follow_agreements = False
    order = mall.add_order()
    request = mall.request_cancel(order.number)
    assert await caller.code(AGREE, parentAfterSalesSn=request.number, parentOrderSn=order.number) == DONE
    assert (order.status, request.status) == (Status.UNSHIPPED, RequestStatus.REFUND_BEING_MADE)
    mall.follow_cancel(request)
    assert order.status == Status.CANCELLED


async def test_a_shipment_denies_what_it_says(caller: Caller, mall: Mall) -> None:
    order = mall.add_order()
    mall.mark(order.number, address_change_pending=True, labels={"pending_risk_control_alert": 1})
    request = mall.request_cancel(order.number)
    words: list[str] = []
    for code, word in (
        (120012030, "DENY_CANCELLATION"),
        (120012023, "DENY_ADDRESS_CHANGE"),
        (120012031, "DENY_PARENT_RISK_WARNING"),
    ):
        parcel = entry(mall, "9400100000000000000001", piece(order), confirmAcceptance=words)
        assert await confirm(caller, 0, parcel) == code
        words = [*words, word]
    parcel = entry(mall, "9400100000000000000001", piece(order), confirmAcceptance=words)
    assert await confirm(caller, 0, parcel) == DONE
    assert (order.status, request.status) == (Status.SHIPPED, RequestStatus.DENIED)
    assert not any((order.cancel_pending, order.address_change_pending))


async def test_every_package_has_to_deny(caller: Caller, mall: Mall) -> None:
    order = order_of_two_lines(mall)
    mall.request_cancel(order.number)
    first = entry(
        mall,
        "9400100000000000000001",
        piece(order, order.items[0]),
        confirmAcceptance=["DENY_CANCELLATION"],
    )
    second = entry(mall, "9400100000000000000002", piece(order, order.items[1]))
    assert await confirm(caller, 1, first, second) == 120012030
    both = second | {"confirmAcceptance": ["DENY_CANCELLATION"]}
    assert await confirm(caller, 1, first, both) == DONE


async def test_what_temu_looks_into_is_not_denied(caller: Caller, mall: Mall) -> None:
    order = mall.add_order()
    mall.review_cancel(mall.request_cancel(order.number))
    parcel = entry(mall, "9400100000000000000001", piece(order), confirmAcceptance=["DENY_CANCELLATION"])
    assert await confirm(caller, 0, parcel) == 120017007


async def test_a_report_of_missing_stock(caller: Caller, mall: Mall) -> None:
    order = order_of_two_lines(mall)
    line, rest = order.items
    named = {"parentOrderSn": order.number, "orderSnList": [line.number]}

    assert await caller.code(RESULT, **named) == 140040004
    assert await caller.code(REPORT, parentOrderSn=order.number, orderSnList=[]) == 140040001
    assert await caller.code(REPORT, **named | {"orderSnList": ["211-1"]}) == 140040002
    assert (await caller.result(REPORT, **named))["applyResult"] is True
    again = await caller.result(REPORT, **named | {"orderSnList": [line.number, rest.number]})
    assert again["applyResult"] is False
    assert [row["orderSn"] for row in again["failReasonList"]] == [line.number]
    told = {"orderSn": line.number, "applyStatus": 1}
    assert (await caller.result(RESULT, **named))["applyResultInfoList"] == [told]
    assert await confirm(caller, 0, entry(mall, "9400100000000000000001", piece(order, rest))) == 120017007

    mall.review_out_of_stock(line.number, is_approved=True, order_follows=False)
    assert (await caller.result(RESULT, **named))["applyResultInfoList"] == [told | {"applyStatus": 2}]
    assert line.status == Status.UNSHIPPED
    mall.out_of_stock.follow(line.number)
    assert (line.status, rest.status, order.status) == (Status.CANCELLED, Status.UNSHIPPED, Status.UNSHIPPED)


async def test_a_report_that_is_rejected_may_be_made_again(caller: Caller, mall: Mall) -> None:
    order = mall.add_order()
    named = {"parentOrderSn": order.number, "orderSnList": [order.items[0].number]}
    for _ in range(2):
        assert (await caller.result(REPORT, **named))["applyResult"] is True
        mall.review_out_of_stock(order.items[0].number, is_approved=False)
        (row,) = (await caller.result(RESULT, **named))["applyResultInfoList"]
        assert row["applyStatus"] == 3
    mall.ship(order.number)
    assert (await caller.result(REPORT, **named))["applyResult"] is False
