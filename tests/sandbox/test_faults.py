"""What can be made to go wrong, and what the ledger tells of it."""

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.sandbox.caller import ADDRESS, AMOUNTS, DETAIL, LIST, TOKEN_INFO, Caller
from tests.sandbox.mall import Mall, Sandbox
from tests.sandbox.server import SandboxServer


@pytest.mark.parametrize(
    "kind,options,status,text",
    [
        ("http_status", {"status": 502, "body": "<html>gone"}, 502, "<html>gone"),
        ("html", {}, 200, "<html>"),
        ("empty", {}, 200, ""),
        ("not_an_object", {}, 200, "["),
    ],
)
async def test_answers_that_are_no_envelope(
    caller: Caller, kind: str, options: dict[str, Any], status: int, text: str
) -> None:
    """A fault meets the next call, once, and the ledger names it (R3)."""
    caller.sandbox.faults.add(kind, **options)
    response = await caller.response(LIST)
    assert response.status_code == status
    assert response.text[: len(text)] == text
    assert bool(response.text) == bool(text)
    assert await caller.code(LIST) == 1000000
    assert [(call.fault, call.code) for call in caller.sandbox.ledger.calls] == [
        (kind, None),
        (None, 1000000),
    ]


async def test_truncated_answer_is_no_json(caller: Caller) -> None:
    """A truncated answer is whole to HTTP and broken to JSON (R3)."""
    caller.sandbox.faults.add("truncated")
    response = await caller.response(LIST)
    assert response.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        response.json()


async def test_error_has_the_code_that_was_asked_for(caller: Caller) -> None:
    """Any of Temu's codes can be answered, to the interface and from the call that were asked for (R3)."""
    caller.sandbox.faults.add("error", interface=LIST, skip=1, times=2, code=2000000, message="later")
    codes = [await caller.code(interface) for interface in (TOKEN_INFO, LIST, LIST, TOKEN_INFO, LIST, LIST)]
    assert codes == [1000000, 1000000, 2000000, 1000000, 2000000, 1000000]


async def test_fault_for_ever_lasts_until_cleared(caller: Caller) -> None:
    """A fault without an end meets every call, of the one mall if one is named (R3)."""
    other = caller.sandbox.add_mall()
    caller.sandbox.faults.add("error", times=None, mall_id=caller.mall.mall_id, code=4000000)
    assert [await caller.code(LIST) for _ in range(3)] == [4000000] * 3
    assert await caller.code(LIST, access_token=other.token) == 1000000
    caller.sandbox.faults.clear()
    assert await caller.code(LIST) == 1000000


async def test_dropped_before_and_after_processing(caller: Caller) -> None:
    """A cut connection gives no answer; only the one that is cut afterwards has been processed (R3)."""
    for kind, code in (("drop", None), ("drop_after", 1000000)):
        caller.sandbox.faults.add(kind)
        with pytest.raises(httpx.TransportError):
            await caller.response(LIST)
        call = caller.sandbox.ledger.calls[-1]
        assert (call.fault, call.code) == (kind, code)
    assert await caller.code(LIST) == 1000000


async def test_slow_calls_run_side_by_side(caller: Caller) -> None:
    """A slow call holds up no other, and the ledger tells how many were under way (R3)."""
    caller.sandbox.faults.add("slow", times=2, seconds=0.15)
    assert await asyncio.gather(*(caller.code(LIST) for _ in range(2))) == [1000000, 1000000]
    assert sorted(call.concurrent for call in caller.sandbox.ledger.calls) == [1, 2]
    await caller.code(LIST)
    assert caller.sandbox.ledger.calls[-1].concurrent == 1


async def test_success_that_holds_a_failure(caller: Caller) -> None:
    """An outer success may hold an inner failure, or nothing; a refused call stays refused (R3)."""
    caller.sandbox.faults.add("inner_failure", code=150010005)
    inner = await caller.envelope(LIST)
    assert (inner["success"], inner["result"]["success"], inner["result"]["errorCode"]) == (
        True,
        False,
        150010005,
    )
    caller.sandbox.faults.add("null_result", times=2)
    empty = await caller.envelope(LIST)
    assert (empty["success"], empty["result"]) == (True, None)
    assert await caller.code(LIST, pageSize=0) == 3000000


async def test_repeated_page(caller: Caller) -> None:
    """A page after the first can answer the rows of the one before it (R3)."""
    for _ in range(4):
        caller.mall.add_order()
    caller.sandbox.faults.add("repeat_page")
    first = await caller.numbers(pageSize=2)
    assert await caller.numbers(pageSize=2, pageNumber=2) == first
    assert caller.sandbox.ledger.calls[-1].fault == "repeat_page"
    assert set(await caller.numbers(pageSize=2, pageNumber=2)).isdisjoint(first)


async def test_one_page_over_and_over(caller: Caller) -> None:
    """Every page can answer the rows of the first, as when Temu doesn't know the page's parameter (R3)."""
    for _ in range(6):
        caller.mall.add_order()
    caller.sandbox.faults.add("repeat_page", page=1, times=None)
    pages = [await caller.numbers(pageSize=2, pageNumber=page) for page in (1, 2, 3)]
    assert pages == [pages[0]] * 3
    assert [call.fault for call in caller.sandbox.ledger.calls] == [None, "repeat_page", "repeat_page"]


async def test_spoilt_answers_of_one_order(caller: Caller) -> None:
    """What is told of one order can miss a field, or hold one of a wrong type; of other orders it is sound (R3)."""
    spoilt, sound = caller.mall.add_order().number, caller.mall.add_order().number
    faults = caller.sandbox.faults
    faults.add("missing_field", interface=ADDRESS, order=spoilt, field="receiptName")
    faults.add("wrong_type", interface=AMOUNTS, order=spoilt, field="parentOrderMap.customerPaid.amount")
    faults.add("missing_field", interface=DETAIL, order=spoilt, field="parentOrderTime")
    assert "receiptName" in await caller.result(ADDRESS, parentOrderSn=sound)
    assert "receiptName" not in await caller.result(ADDRESS, parentOrderSn=spoilt)
    assert "receiptName" in await caller.result(ADDRESS, parentOrderSn=spoilt)
    paid = (await caller.result(AMOUNTS, parentOrderSn=spoilt))["parentOrderMap"]["customerPaid"]
    assert isinstance(paid["amount"], list)
    assert "parentOrderTime" not in (await caller.result(DETAIL, parentOrderSn=spoilt))["parentOrderMap"]
    assert [call.fault for call in caller.sandbox.ledger.calls] == [
        None,
        "missing_field",
        None,
        "wrong_type",
        "missing_field",
    ]


async def test_total_and_rows_that_disagree(caller: Caller) -> None:
    """The total can promise five more than there are, and rows can come twice (R3)."""
    order = caller.mall.add_order()
    caller.sandbox.faults.add("short_total")
    caller.sandbox.faults.add("duplicate_rows")
    result = await caller.result(LIST)
    assert result["totalItemNum"] == 6
    assert [row["parentOrderMap"]["parentOrderSn"] for row in result["pageItems"]] == [order.number] * 2
    assert caller.sandbox.ledger.calls[-1].fault == "short_total+duplicate_rows"


async def test_spoilt_rows(caller: Caller) -> None:
    """One order's row can miss a field, hold one of a wrong type, or a status that nobody knows (R3)."""
    spoilt, sound = caller.mall.add_order(updated_at=2 * 10**9), caller.mall.add_order()
    faults = caller.sandbox.faults
    faults.add("missing_field", order=spoilt.number, field="parentOrderTime")
    faults.add("missing_field", order=spoilt.number, field="orderList.0.goodsId")
    faults.add("unknown_status", order=spoilt.number)
    faults.add("wrong_type", order=spoilt.number, field="orderList.0.quantity")
    assert await caller.numbers(parentOrderSnList=[sound.number]) == [sound.number]
    row, other = (await caller.result(LIST, sortby="updateTime"))["pageItems"]
    assert "parentOrderTime" not in row["parentOrderMap"]
    assert "goodsId" not in row["orderList"][0]
    assert row["parentOrderMap"]["parentOrderStatus"] == 99
    assert isinstance(row["orderList"][0]["quantity"], list)
    assert other["orderList"][0]["quantity"] == 1


def test_faults_that_do_not_exist(sandbox: Sandbox) -> None:
    """A fault that is misspelt, or asked of an interface that can't have it, is an error (R3)."""
    wrongs: list[tuple[str, dict[str, Any]]] = [
        ("explode", {}),
        ("slow", {"second": 1}),
        ("repeat_page", {"interface": DETAIL}),
        ("missing_field", {"interface": TOKEN_INFO, "field": "mallId"}),
        ("missing_field", {"interface": DETAIL}),
        ("slow", {"seconds": "long"}),
        ("error", {"code": True}),
        ("html", {"times": "2"}),
        ("html", {"times": -1}),
        ("html", {"skip": None}),
    ]
    for kind, options in wrongs:
        with pytest.raises(ValueError, match=r"no fault|takes no|only|takes a field|can't be"):
            sandbox.faults.add(kind, **options)


async def test_callback_runs_before_its_call(caller: Caller) -> None:
    """A callback sees the calls before its own and none after, and what it changes is in the answer (R3)."""
    seen: list[int] = []
    caller.sandbox.before(LIST, 2, lambda: seen.append(caller.mall.add_order().updated_at))
    assert await caller.numbers() == []
    assert seen == []
    assert len(await caller.numbers()) == len(seen) == 1
    with pytest.raises(ValueError, match="already"):
        caller.sandbox.before(LIST, 2, seen.clear)


async def test_callback_runs_after_its_call(caller: Caller) -> None:
    """What a callback changes after a call isn't in that call's answer, but in the next one's (R3)."""
    caller.sandbox.after(LIST, 1, caller.mall.add_order)
    assert await caller.numbers() == []
    assert len(await caller.numbers()) == 1
    caller.sandbox.faults.add("drop_after")
    caller.sandbox.after(LIST, 3, caller.mall.add_order)
    with pytest.raises(httpx.TransportError):
        await caller.numbers()
    assert len(await caller.numbers()) == 2


async def test_error_of_a_callback_reaches_the_test(sandbox: Sandbox, mall: Mall) -> None:
    """A callback that fails is told when the server stops, not lost in its thread (R3)."""
    sandbox.before(LIST, 1, lambda: mall.cancel("PO-211-0"))
    server = SandboxServer(sandbox)
    server.start()
    async with httpx.AsyncClient(trust_env=False, verify=False) as client:
        assert await _status(Caller(sandbox, mall, server.url, client)) == 500
    with pytest.raises(KeyError, match="PO-211-0"):
        server.stop()


async def _status(caller: Caller) -> int:
    return (await caller.response(LIST)).status_code


async def test_ledger_can_be_filtered(caller: Caller) -> None:
    """Calls can be found by interface, mall, code, and as those after another; each tells how long it took (R3)."""
    other = caller.sandbox.add_mall()
    await caller.code(LIST)
    await caller.code(LIST, access_token=other.token, pageSize=0)
    await caller.code(TOKEN_INFO)
    ledger = caller.sandbox.ledger
    assert [call.sequence for call in ledger.of(mall_id=other.mall_id)] == [2]
    assert [call.sequence for call in ledger.of(LIST, code=1000000)] == [1]
    assert [call.sequence for call in ledger.of(after=1)] == [2, 3]
    assert [call.sequence for call in ledger.of()] == [1, 2, 3]
    assert all(call.seconds is not None and 0 < call.seconds < 5 for call in ledger.calls)


async def test_ledger_can_be_a_file(tmp_path: Path) -> None:
    """Each call is a line of a file as well, where one is given, and holds no secret there either (R3)."""
    sandbox = Sandbox(ledger_file=tmp_path / "calls.jsonl")
    mall = sandbox.add_mall()
    with SandboxServer(sandbox) as server:
        async with httpx.AsyncClient(trust_env=False, verify=False) as client:
            caller = Caller(sandbox, mall, server.url, client)
            await caller.code(LIST, pageNumber=2, sortby="北京")
            await caller.code(DETAIL)
    text = (tmp_path / "calls.jsonl").read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    assert [(line["interface"], line["code"]) for line in lines] == [(LIST, 1000000), (DETAIL, 3000000)]
    assert lines[0]["parameters"] == {"pageNumber": 2, "sortby": "北京"}
    assert mall.token not in text
    assert sandbox.app_secret not in text


async def test_ledger_keeps_no_secret(caller: Caller) -> None:
    """The ledger keeps each call's own parameters, whose mall it was of and its code, and no secret (R3)."""
    await caller.code(LIST, pageNumber=3)
    await caller.code(LIST, access_token="unknown")
    await caller.send(b"nonsense")
    ledger = caller.sandbox.ledger
    assert [(call.sequence, call.mall_id, call.interface, call.code) for call in ledger.calls] == [
        (1, caller.mall.mall_id, LIST, 1000000),
        (2, None, LIST, 3000031),
        (3, None, "", 3000000),
    ]
    assert [call.parameters for call in ledger.of(LIST)] == [{"pageNumber": 3}, {}]
    assert (ledger.count(), ledger.count(LIST), ledger.count(DETAIL)) == (3, 2, 0)
    assert caller.mall.token not in repr(ledger.calls)
