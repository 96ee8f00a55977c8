"""Subscriptions, and the pushes that follow them."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from tests.sandbox.caller import TOKEN_INFO, Caller
from tests.sandbox.events import ADDRESS_CHANGED, SELLERS_EVENTS, STATUS_CHANGED, signature_of
from tests.sandbox.mall import Mall

UPDATE = "bg.tmc.message.update"


class Receiver(HTTPServer):
    """Keeps what is pushed to it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.pushes: list[tuple[dict[str, str], Any]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        assert isinstance(self.server, Receiver)
        self.server.pushes.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"result": {}}')

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's own form
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


async def test_subscribing(caller: Caller) -> None:
    """Events are added and cancelled for the mall of the token, and another mall's stay as they are (R3)."""
    done: Any = await caller.result(UPDATE, permitEventCodeList=[STATUS_CHANGED, ADDRESS_CHANGED])
    assert done is True
    assert await caller.code(UPDATE, cancelEventCodeList=[STATUS_CHANGED]) == 1000000
    assert caller.mall.subscribed_events == {ADDRESS_CHANGED}
    assert caller.sandbox.add_mall().subscribed_events == set()
    info = await caller.result("bg.open.accesstoken.info.get")
    assert {row["eventCode"]: row["permitsStatus"] for row in info["authEventCodeList"]} == {
        code: int(code == ADDRESS_CHANGED) for code in SELLERS_EVENTS
    }


@pytest.mark.parametrize(
    "lists,code",
    [
        ({}, 3000000),
        ({"permitEventCodeList": []}, 3000000),
        ({"permitEventCodeList": STATUS_CHANGED}, 3000000),
        ({"permitEventCodeList": [STATUS_CHANGED] * 21}, 110020005),
        ({"permitEventCodeList": [STATUS_CHANGED], "cancelEventCodeList": [STATUS_CHANGED]}, 110020006),
        ({"permitEventCodeList": [STATUS_CHANGED, "bg_open_event_test"]}, 110020008),
        ({"permitEventCodeList": [STATUS_CHANGED, "bg_unknown"]}, 110020009),
    ],
)
async def test_refused_subscriptions(caller: Caller, lists: dict[str, Any], code: int) -> None:
    """What Temu's page refuses is refused with its codes, and then nothing is subscribed (R3)."""
    assert await caller.code(UPDATE, **lists) == code
    assert caller.mall.subscribed_events == set()


def test_only_what_happens_is_pushed(mall: Mall, receiver: Receiver) -> None:
    """A change of status or address is pushed once, to malls that subscribed, and a mere touch isn't (R3)."""
    order, events = mall.add_order(status=1), mall.sandbox.events
    events.push_to(receiver.url)
    mall.release(order.number)
    events.settle()
    assert receiver.pushes == []
    mall.subscribed_events = {STATUS_CHANGED, ADDRESS_CHANGED}
    mall.touch(order.number)
    mall.change_address(order.number, addressLine1="2 Oak Avenue")
    events.settle()
    mall.cancel(order.number)
    events.settle()
    assert [headers["x-tm-event-code"] for headers, _ in receiver.pushes] == [ADDRESS_CHANGED, STATUS_CHANGED]
    assert [(sent.status, sent.answer) for sent in events.sent] == [(200, {"result": {}})] * 2


def test_the_guides_signatures() -> None:
    """The signatures are those of the examples in Temu's guide (R3)."""
    fields = {
        "eventData": '{"orderSn":"XXYYZZ","status":1}',
        "x-tm-app-key": "demo-test-app",
        "x-tm-event-code": "bg_test_event",
        "x-tm-ext-param": "{}",
        "x-tm-timestamp": "1726127013525",
    }
    secret = "12345678abcdefgh"
    plain = "b5143d1a831453afbcf76d4621baa74a2dc07a486f26f5a956c6e50c61a338fb"
    without = "987875c01ea5c7f608502fb92e1de102c59e1c9195c010ab8a80bdb501a04fbc"
    assert signature_of(fields, secret, "plain") == plain
    assert signature_of(fields, secret, "plain without extra") == without


async def test_pushing_that_temu_has_stopped(caller: Caller, receiver: Receiver) -> None:
    """Where Temu has stopped pushing to the app the token's information says so, and nothing is pushed (R3)."""
    caller.sandbox.events.push_to(receiver.url)
    caller.mall.subscribed_events = {STATUS_CHANGED}
    assert (await caller.result(TOKEN_INFO))["appSubscribeStatus"] == 0

    caller.sandbox.events.is_stopped = True
    caller.mall.add_order()
    caller.sandbox.events.settle()

    assert (await caller.result(TOKEN_INFO))["appSubscribeStatus"] == 1
    assert receiver.pushes == []
