"""The sandbox as a program, and the addresses that change its malls."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.sandbox.caller import DETAIL, LIST, Caller
from tests.sandbox.mall import Sandbox
from tests.sandbox.server import SandboxServer

ROOT = Path(__file__).parents[2]


COMMAND = [sys.executable, "-m", "tests.sandbox", "--orders", "20", "--seed", "7"]


@pytest.fixture
def program(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    command = [
        *COMMAND,
        "--port",
        "0",
        "--region",
        "US",
        "--region",
        "EU",
        "--ledger",
        str(tmp_path / "calls"),
    ]
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
    lines = [program.stdout.readline().split() for _ in range(5)]
    assert [line[0] for line in lines] == ["router", "app_key", "app_secret", "mall", "mall"]
    url = lines[0][1]
    assert lines[3][2:5] == ["region", "US", "token"]
    with httpx.Client(trust_env=False) as client:
        mall, european = client.get(url.replace("/openapi/router", "/control/malls")).json()
    assert [str(mall["id"]), mall["region"], mall["token"]] == [lines[3][1], "US", lines[3][5]]
    assert len(mall["goods"]) == 30
    assert (lines[4][1], lines[4][3], lines[4][5]) == (str(european["id"]), "EU", european["token"])
    program.send_signal(number)
    _, errors = program.communicate(timeout=5)
    assert (program.returncode, errors) == (0, "")


def test_program_says_that_its_port_is_taken() -> None:
    """It ends with one line where its port is taken, and without a traceback (R3)."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [*COMMAND, "--port", port], cwd=ROOT, capture_output=True, text=True, check=False
        )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert port in done.stderr


async def test_control_changes_tokens(caller: Caller) -> None:
    """A mall's token can be expired, replaced, revoked and given other interfaces from outside (R3)."""
    tokens = caller.url.replace("/openapi/router", f"/control/tokens/{caller.mall.mall_id}")
    assert (await caller.client.post(f"{tokens}/expire")).status_code == 200
    assert await caller.code(LIST) == 3000034
    old = caller.mall.token
    replaced = (await caller.client.post(f"{tokens}/replace")).json()
    assert replaced["token"] == caller.mall.token != old
    assert await caller.code(LIST) == 1000000
    changed = (await caller.client.post(f"{tokens}/scopes", json={"scopes": [DETAIL]})).json()
    assert changed["scopes"] == [DETAIL]
    assert await caller.code(LIST) == 3000032
    wrongs: list[Any] = [{}, [], {"scopes": "all"}, {"scopes": [1]}]
    for wrong in wrongs:
        assert (await caller.client.post(f"{tokens}/scopes", json=wrong)).status_code == 400
    assert (await caller.client.post(f"{tokens}/scopes", content=b"{")).status_code == 400
    assert (await caller.client.post(f"{tokens}/revoke")).status_code == 200
    assert await caller.code(LIST) == 3000031
    assert (await caller.client.post(f"{tokens}/lose")).status_code == 404
    for action in ("expire", "scopes"):
        assert (await caller.client.post(f"{tokens}0/{action}")).status_code == 404


async def test_control_lists_what_is_asked_for(caller: Caller) -> None:
    """Orders can be listed of one mall, and so many of them; calls by interface, mall and number (R3)."""
    other = caller.sandbox.add_mall()
    orders = [mall.add_order().number for mall in (caller.mall, other, other)]
    control = caller.url.replace("/openapi/router", "/control")
    await caller.code(LIST)
    await caller.code(DETAIL)

    async def got(address: str) -> Any:
        return (await caller.client.get(f"{control}/{address}")).json()

    assert {one["number"] for one in await got("orders")} == set(orders)
    assert {one["number"] for one in await got(f"orders?mall={other.mall_id}")} == set(orders[1:])
    assert len(await got(f"orders?mall={other.mall_id}&limit=1")) == 1
    assert [call["sequence"] for call in await got("ledger?after=1")] == [2]
    assert [call["sequence"] for call in await got(f"ledger?interface={LIST}")] == [1]
    assert await got(f"ledger?mall={other.mall_id}") == []
    for wrong in ("orders?mall=x", "orders?limit=-1", "ledger?after=x"):
        assert (await caller.client.get(f"{control}/{wrong}")).status_code == 400


async def test_control_can_be_left_out(sandbox: Sandbox) -> None:
    """A sandbox that is started without control has Temu's one address only (R3)."""
    with SandboxServer(sandbox, has_control=False) as server:
        async with httpx.AsyncClient(trust_env=False, verify=False) as client:
            control = server.url.replace("/openapi/router", "/control/malls")
            assert (await client.get(control)).status_code == 404


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
    assert [one["kind"] for one in (await caller.client.get(f"{control}/faults")).json()] == ["error"]
    assert await caller.code(LIST) == 4000000
    assert (await caller.client.delete(f"{control}/faults")).status_code == 200
    assert await caller.code(LIST) == 1000000
    wrongs: list[Any] = [
        {"kind": "explode"},
        {},
        [],
        {"kind": "slow", "second": 1},
        {"kind": "slow", "seconds": "x"},
    ]
    for wrong in wrongs:
        assert (await caller.client.post(f"{control}/faults", json=wrong)).status_code == 400
    calls = (await caller.client.get(f"{control}/ledger")).json()
    assert [call["code"] for call in calls] == [4000000, 1000000]
