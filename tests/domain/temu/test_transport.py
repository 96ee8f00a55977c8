"""Calls to the sandbox through the real transport: which faults pass, which last, and how many calls each takes."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from arq.connections import ArqRedis

from domain.errors import Unavailable
from domain.temu.access import App, MallAccess
from domain.temu.client import TemuClient
from domain.temu.errors import (
    AmountsNotReady,
    AppRefused,
    ClockRefused,
    InternalFault,
    NotSent,
    PermissionMissing,
    RateLimited,
    TemuRefused,
    TemuUnavailable,
    TokenRefused,
)
from domain.temu.rate_limiter import RateLimiter
from domain.temu.transport import Transport
from tests.fixtures.permits import permit_all
from tests.sandbox.mall import Mall, Sandbox

INFO = "bg.open.accesstoken.info.get"
LIST = "bg.order.list.v2.get"
AMOUNTS = "bg.order.amount.query"


@dataclass
class Line:
    """A transport to the sandbox."""

    sandbox: Sandbox
    mall: Mall
    url: str
    transport: Transport
    is_writing: bool = False

    async def ask(self, interface: str = LIST, **parameters: Any) -> Any:
        """One question."""
        return await self.transport.send(MallAccess(self.url, self.mall.token), interface, parameters)

    def secret_is(self, secret: str) -> None:
        """Sign with another secret from now on."""
        self.transport._app = App(self.sandbox.app_key, secret)


@pytest.fixture
async def line(sandbox: Sandbox, temu_url: str) -> AsyncIterator[Line]:
    """A transport to an empty mall."""
    limiter = RateLimiter(None, calls_per_second=10_000)
    line: Line

    def is_writing() -> bool:
        return line.is_writing

    transport = Transport(
        App(sandbox.app_key, sandbox.app_secret),
        limiter,
        forbidden_while=is_writing,
        permit=permit_all,
        private_too=True,
    )
    line = Line(sandbox, sandbox.add_mall(), temu_url, transport)
    yield line
    await transport.close()


@pytest.mark.parametrize(
    "kind,options",
    [
        ("http_status", {"status": 500}),
        ("http_status", {"status": 502}),
        ("http_status", {"status": 403}),
        ("http_status", {"status": 302, "headers": {"location": "http://127.0.0.1:1/"}}),
        ("html", {}),
        ("empty", {}),
        ("not_an_object", {}),
        ("truncated", {}),
        ("drop", {}),
        ("drop_after", {}),
        ("null_result", {}),
        ("inner_failure", {"code": 4000000}),
        ("error", {"code": 4000000}),
        ("error", {"code": 6000001}),
    ],
)
async def test_what_passes_is_tried_three_times(line: Line, kind: str, options: dict[str, Any]) -> None:
    """J4: trouble that passes is met by the next try; trouble that stays is Unavailable after three."""
    line.sandbox.faults.add(kind, interface=LIST, times=2, **options)

    assert await line.ask() == {"totalItemNum": 0, "pageItems": []}
    assert line.sandbox.ledger.count(LIST) == 3
    line.sandbox.faults.add(kind, interface=LIST, times=None, **options)
    with pytest.raises(TemuUnavailable):
        await line.ask()
    assert line.sandbox.ledger.count(LIST) == 6


@pytest.mark.parametrize(
    "code,kind",
    [
        (3000000, TemuRefused),
        (3000001, AppRefused),
        (3000026, AppRefused),
        (3000031, TokenRefused),
        (3000034, TokenRefused),
        (5000000, TokenRefused),
        (3000032, PermissionMissing),
        (3000021, PermissionMissing),
        (3000027, PermissionMissing),
        (2000000, TemuRefused),
        (140020014, TemuRefused),
        (140020008, AmountsNotReady),
    ],
)
@pytest.mark.parametrize("fault", ["error", "inner_failure"])
async def test_what_lasts_is_one_call(line: Line, code: int, kind: type[Exception], fault: str) -> None:
    """J4: a fault that another try would only repeat is told after one call, within the result as around it."""
    line.sandbox.faults.add(fault, interface=LIST, times=None, code=code)

    with pytest.raises(kind):
        await line.ask()

    assert line.sandbox.ledger.count(LIST) == 1


@pytest.mark.parametrize("fault", ["error", "inner_failure"])
@pytest.mark.parametrize("patience", [None, 5.0])
async def test_a_fault_of_temus_service_passes_three_times(
    line: Line, fault: str, patience: float | None
) -> None:
    """J4: 7000000 is met by the next try; answered to all three it is a refusal with Temu's words, and no call follows."""
    access = MallAccess(line.url, line.mall.token)
    line.sandbox.faults.add(fault, interface=INFO, times=2, code=7000000)
    await line.transport.send(access, INFO, {}, patience=patience)
    assert line.sandbox.ledger.count(INFO) == 3
    line.sandbox.faults.add(fault, interface=INFO, times=None, code=7000000, message="no service")

    with pytest.raises(TemuRefused, match=r"time and again \(7000000\): no service") as refused:
        await line.transport.send(access, INFO, {}, patience=patience)

    assert refused.value.temu_code == 7000000
    assert line.sandbox.ledger.count(INFO) == 6


async def test_a_fault_amid_other_trouble_still_passes(line: Line) -> None:
    """J4: one answer of 7000000 while Temu is away is no refusal yet."""
    line.sandbox.faults.add("http_status", interface=LIST, times=2, status=503)
    line.sandbox.faults.add("error", interface=LIST, times=1, code=7000000)

    with pytest.raises(InternalFault):
        await line.ask()


async def test_a_fault_of_what_is_sent_once(line: Line) -> None:
    """J4, T6: what may have had an effect is sent once, and whoever sent it hears of the fault."""
    line.sandbox.faults.add("error", interface=LIST, times=None, code=7000000)

    with pytest.raises(InternalFault):
        await line.transport.send(MallAccess(line.url, line.mall.token), LIST, {}, once=True)

    assert line.sandbox.ledger.count(LIST) == 1


@pytest.mark.parametrize("code", [3000021, 3000027])
async def test_what_the_app_lacks(line: Line, code: int) -> None:
    """C14: an interface that the app may not call is a missing permission of that one; others answer."""
    line.sandbox.app_lacks[AMOUNTS] = code

    with pytest.raises(PermissionMissing, match=f"This server's app may not call {AMOUNTS}"):
        await line.ask(AMOUNTS, parentOrderSn="PO-1")

    assert line.sandbox.ledger.count(AMOUNTS) == 1
    await line.ask()


async def test_real_refusals(line: Line) -> None:
    """J4: a wrong secret, an unknown token, one that expired and one without the permission are told apart."""
    line.secret_is("wrong")
    with pytest.raises(AppRefused, match="TRADEWIND_TEMU_APP_SECRET"):
        await line.ask()
    line.secret_is(line.sandbox.app_secret)
    line.mall.scopes = line.mall.scopes - {LIST}
    with pytest.raises(PermissionMissing, match=LIST):
        await line.ask()
    line.mall.expire_token()
    with pytest.raises(TokenRefused, match="has expired or was replaced") as refused:
        await line.ask()
    assert refused.value.temu_code == 3000034
    line.mall.revoke_token()
    with pytest.raises(TokenRefused, match="doesn't know this access token"):
        await line.ask()
    assert line.sandbox.ledger.count() == 4


@pytest.mark.parametrize("seconds", [-4000, -310, 310, 4000])
async def test_a_clock_that_is_off_is_followed(line: Line, seconds: int) -> None:
    """J4: a timestamp that Temu refuses is corrected by Temu's own clock, once, and remembered."""
    line.sandbox.clock = lambda: time.time() + seconds

    await line.ask()
    await line.ask()

    assert [call.code for call in line.sandbox.ledger.calls] == [
        3000011 if seconds < 0 else 3000012,
        1000000,
        1000000,
    ]
    assert line.transport.clock_offset == pytest.approx(seconds, abs=3)
    behind = TemuClient(line.transport, MallAccess(line.url, line.mall.token)).clock_behind.total_seconds()
    assert behind == pytest.approx(max(0, -seconds), abs=3)


async def test_a_clock_that_stays_refused(line: Line) -> None:
    """J4: timestamps that Temu goes on refusing are passing trouble, with advice about the clock."""
    line.sandbox.faults.add("error", times=None, code=3000012)

    with pytest.raises(ClockRefused, match="Check its time service"):
        await line.ask()
    assert issubclass(ClockRefused, Unavailable)


@pytest.mark.parametrize("kind,options", [("http_status", {"status": 429}), ("error", {"code": 4000004})])
async def test_too_many_calls_slow_everyone_down(
    line: Line, monkeypatch: pytest.MonkeyPatch, kind: str, options: dict[str, Any]
) -> None:
    """J4: an answer that tells of the limit is tried again, but not before the pause has passed."""
    monkeypatch.setattr("domain.temu.rate_limiter._PAUSE_SECONDS", 0.3)
    line.sandbox.faults.add(kind, interface=LIST, times=1, **options)
    began = time.monotonic()

    await line.ask()

    assert time.monotonic() - began >= 0.29
    line.sandbox.faults.add(kind, interface=LIST, times=None, **options)
    with pytest.raises(RateLimited):
        await line.ask()


async def test_trying_ends(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """J4: where the first try took as long as all may, there is no other."""
    monkeypatch.setattr("domain.temu.transport._LONGEST_TRYING", 0.0)
    line.sandbox.faults.add("http_status", interface=LIST, times=None, status=500)

    with pytest.raises(TemuUnavailable):
        await line.ask()

    assert line.sandbox.ledger.count(LIST) == 1


class _Slow(RateLimiter):
    """A limiter that is as slow as that of an app with many malls."""

    def __init__(self, seconds: float) -> None:
        super().__init__(None, calls_per_second=10_000)
        self.seconds = seconds

    async def wait(self, app_key: str, *, line: str) -> float:
        await asyncio.sleep(self.seconds)
        return await super().wait(app_key, line=line)


@pytest.mark.parametrize("kind,options", [("error", {"code": 7000000}), ("http_status", {"status": 503})])
async def test_waiting_for_the_first_slot_is_not_trying(
    line: Line, monkeypatch: pytest.MonkeyPatch, kind: str, options: dict[str, Any]
) -> None:
    """J4: a call that waited long for its slot has its other tries all the same."""
    monkeypatch.setattr("domain.temu.transport._LONGEST_TRYING", 0.5)
    monkeypatch.setattr("domain.temu.transport._BACKOFF", 0.0)
    monkeypatch.setattr(line.transport, "_limiter", slow := _Slow(0.6))
    line.sandbox.faults.add(kind, interface=LIST, times=1, **options)
    asking = asyncio.create_task(line.ask())
    await asyncio.sleep(0.1)
    slow.seconds = 0.0

    await asking
    assert line.sandbox.ledger.count(LIST) == 2


@pytest.mark.parametrize("tries", [1, 2])
async def test_a_fault_of_fewer_tries_still_passes(
    line: Line, monkeypatch: pytest.MonkeyPatch, tries: int
) -> None:
    """J4: 7000000 is no refusal where there was no time for all three tries."""
    monkeypatch.setattr("domain.temu.transport._LONGEST_TRYING", 0.1 * (tries - 1))
    monkeypatch.setattr("domain.temu.transport._BACKOFF", 0.0)
    monkeypatch.setattr(line.transport, "_limiter", _Slow(0.15))
    line.sandbox.faults.add("error", interface=LIST, times=None, code=7000000)

    with pytest.raises(InternalFault):
        await line.ask()
    assert line.sandbox.ledger.count(LIST) == tries


async def test_patience_is_for_the_slot_too(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """J9: who waits for an answer for a moment doesn't wait longer than that for a slot, and nothing leaves later."""
    monkeypatch.setattr(line.transport, "_limiter", _Slow(60))

    async with asyncio.timeout(10):
        with pytest.raises(NotSent, match="all in use"):
            await line.transport.send(MallAccess(line.url, line.mall.token), LIST, {}, patience=0.1)
    assert line.sandbox.ledger.count() == 0


async def test_bulk_calls_hold_up_no_other_call_of_the_mall(line: Line, redis: ArqRedis) -> None:
    """J9: a call for a mall doesn't wait behind those of an import of the whole mall."""
    transport = Transport(
        App(line.sandbox.app_key, line.sandbox.app_secret),
        RateLimiter(redis, calls_per_second=20),
        forbidden_while=lambda: False,
        permit=permit_all,
        private_too=True,
    )
    access = MallAccess(line.url, line.mall.token)
    bulk = [asyncio.create_task(transport.send(replace(access, is_bulk=True), LIST, {})) for _ in range(64)]
    await asyncio.wait(bulk, return_when=asyncio.FIRST_COMPLETED)
    await transport.send(access, INFO, {})
    for task in bulk:
        task.cancel()
    await asyncio.gather(*bulk, return_exceptions=True)
    await transport.close()

    before = [call.interface for call in line.sandbox.ledger.calls].index(INFO)
    assert before < 16


async def test_silence_ends(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """J4: an answer that takes too long is passing trouble, and a caller without patience asks once."""
    monkeypatch.setattr("domain.temu.transport._LONGEST_CALL", 0.1)
    line.sandbox.faults.add("slow", interface=LIST, times=1, seconds=0.3)

    await line.ask()

    assert line.sandbox.ledger.count(LIST) == 2
    monkeypatch.setattr("domain.temu.transport._LONGEST_CALL", 10)
    line.sandbox.faults.add("slow", interface=LIST, times=None, seconds=0.3)
    with pytest.raises(TemuUnavailable, match="did not answer in time"):
        await line.transport.send(MallAccess(line.url, line.mall.token), LIST, {}, patience=0.1)
    assert line.sandbox.ledger.count(LIST) == 3


@pytest.mark.parametrize("patience", [None, 5.0])
async def test_nothing_where_that_is_an_answer(line: Line, patience: float | None) -> None:
    """J4: an interface that may answer with nothing isn't in trouble when it does, whether somebody waits or not."""
    line.sandbox.faults.add("null_result", interface=INFO, times=None)
    access = MallAccess(line.url, line.mall.token)

    assert await line.transport.send(access, INFO, {}, patience=patience, may_be_empty=True) == {}
    assert line.sandbox.ledger.count(INFO) == 1


async def test_nobody_there(line: Line) -> None:
    """J4: a Temu that can't be reached is passing trouble; the message holds no address and no token."""
    access = MallAccess("http://127.0.0.1:1/openapi/router", line.mall.token)

    with pytest.raises(TemuUnavailable) as gone:
        await line.transport.send(access, LIST, {})

    assert gone.value.message == "Temu could not be reached (ConnectError)."
    assert line.mall.token not in repr(access)


async def test_no_call_inside_a_transaction(line: Line) -> None:
    """O16: a call while a transaction is open is our own mistake, and never leaves."""
    line.is_writing = True

    with pytest.raises(AssertionError, match="called inside a database transaction"):
        await line.ask()

    assert line.sandbox.ledger.count() == 0


async def test_what_is_sent(line: Line) -> None:
    """O1: nulls are left out; lists, numbers and non-ASCII text arrive as they are, and the signature fits."""
    await line.ask(
        pageNumber=1, parentOrderSnList=["PO-211-1", "Łódź"], regionId=None, sortby='a "b" \\ 北京'
    )

    (call,) = line.sandbox.ledger.calls
    assert call.parameters == {
        "pageNumber": 1,
        "parentOrderSnList": ["PO-211-1", "Łódź"],
        "sortby": 'a "b" \\ 北京',
    }
    assert call.code == 1000000


async def _envelope(line: Line, envelope: str) -> Any:
    line.sandbox.faults.add("http_status", interface=LIST, times=None, status=200, body=envelope)
    return await line.ask()


@pytest.mark.parametrize(
    "envelope,result",
    [
        ('{"success": true, "errorCode": 1000000, "result": {"a": 1}}', {"a": 1}),
        ('{"errorCode": 1000000, "result": []}', []),
        ('{"errorCode": "1000000", "result": {"success": true}}', {"success": True}),
    ],
)
async def test_envelopes_that_succeed(line: Line, envelope: str, result: object) -> None:
    """J4: success is told by `success`, or by the code where that is missing."""
    assert await _envelope(line, envelope) == result


@pytest.mark.parametrize(
    "envelope,kind",
    [
        ('{"success": false}', TemuRefused),
        ('{"success": false, "errorCode": 1000000}', TemuRefused),
        ('{"success": false, "errorCode": "3000034"}', TokenRefused),
        ('{"success": false, "errorCode": [1]}', TemuRefused),
        ('{"errorCode": 4000000, "result": {}}', TemuUnavailable),
        ("{}", TemuRefused),
    ],
)
async def test_envelopes_that_fail(line: Line, envelope: str, kind: type[Exception]) -> None:
    """J4: a failure without a code that we know is never taken for success."""
    with pytest.raises(kind):
        await _envelope(line, envelope)
