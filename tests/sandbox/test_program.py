"""The sandbox as a program, and the addresses that change its malls."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.sandbox.caller import LIST, Caller

ROOT = Path(__file__).parents[2]


@pytest.fixture
def program() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.sandbox", "--port", "0", "--orders", "20", "--seed", "7"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_program_prints_what_it_takes_and_ends_cleanly(
    program: subprocess.Popen[str], number: signal.Signals
) -> None:
    """It prints its address, the app and the mall's token, serves, and ends on a signal (R3)."""
    assert program.stdout is not None
    lines = [program.stdout.readline().split() for _ in range(4)]
    assert [line[0] for line in lines] == ["router", "app_key", "app_secret", "mall"]
    url = lines[0][1]
    assert lines[3][2:5] == ["region", "US", "token"]
    with httpx.Client(trust_env=False) as client:
        mall = client.get(url.replace("/openapi/router", "/control/malls")).json()[0]
    assert [str(mall["id"]), mall["region"], mall["token"]] == [lines[3][1], "US", lines[3][5]]
    assert len(mall["goods"]) == 30
    program.send_signal(number)
    _, errors = program.communicate(timeout=5)
    assert (program.returncode, errors) == (0, "")


async def test_control_changes_orders(caller: Caller) -> None:
    """An order can be moved on from outside; what can't happen is refused (R3)."""
    order = caller.mall.add_order(status=1)
    control = caller.url.replace("/openapi/router", "/control")
    for action, status in (("release", 2), ("ship", 4), ("deliver", 5)):
        answer = await caller.client.post(f"{control}/orders/{order.number}/{action}")
        assert (answer.status_code, answer.json()["status"]) == (200, status)
    assert (await caller.client.post(f"{control}/orders/{order.number}/cancel")).status_code == 409
    assert (await caller.client.post(f"{control}/orders/{order.number}/lose")).status_code == 404
    assert (await caller.client.post(f"{control}/orders/PO-211-0/cancel")).status_code == 404
    listed = (await caller.client.get(f"{control}/orders")).json()
    assert [(one["number"], one["status"]) for one in listed] == [(order.number, 5)]


async def test_control_plans_faults(caller: Caller) -> None:
    """A fault can be planned and cleared from outside, and the ledger read (R3)."""
    control = caller.url.replace("/openapi/router", "/control")
    fault = {"kind": "error", "code": 4000000, "times": None}
    assert (await caller.client.post(f"{control}/faults", json=fault)).status_code == 201
    assert await caller.code(LIST) == 4000000
    assert (await caller.client.delete(f"{control}/faults")).status_code == 200
    assert await caller.code(LIST) == 1000000
    wrongs: list[Any] = [{"kind": "explode"}, {}, [], {"kind": "slow", "second": 1}]
    for wrong in wrongs:
        assert (await caller.client.post(f"{control}/faults", json=wrong)).status_code == 400
    calls = (await caller.client.get(f"{control}/ledger")).json()
    assert [call["code"] for call in calls] == [4000000, 1000000]
