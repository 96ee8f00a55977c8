"""The id of each request and its line in the log."""

import json
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import websockets
from structlog.testing import capture_logs

from tests.fixtures.database import one_database
from tests.fixtures.serving import served
from tests.fixtures.world import IMPORT, World

_ROOT = Path(__file__).parent.parent.parent
_NEW_ID = re.compile("[0-9a-f]{32}")
_NAMED = "query Brands { companies(first: 1) { nodes { id } } }"


@pytest.fixture
async def http(world: World) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the world's server, which shows failures as a client sees them."""
    transport = httpx.ASGITransport(app=world.app, raise_app_exceptions=False)
    key = world.api._key
    async with httpx.AsyncClient(
        transport=transport, base_url="http://tradewind", headers={"Authorization": f"Bearer {key}"}
    ) as client:
        yield client


def _lines(logs: list[Any]) -> list[dict[str, Any]]:
    return [line for line in logs if line["event"] == "request.finished"]


@pytest.mark.parametrize(
    "request_id", ["7f3c", "0af7651916cd43dd8448eb211c80319c", "checkout-7.2_b", "x" * 64]
)
@one_database
async def test_an_id_that_is_taken_over(http: httpx.AsyncClient, request_id: str) -> None:
    """A7: a caller's id of a request is told back."""
    reply = await http.post("/graphql", json={"query": _NAMED}, headers={"X-Request-Id": request_id})
    assert reply.headers.get_list("x-request-id") == [request_id]


@pytest.mark.parametrize(
    "request_id", ["", "x" * 65, "a b", "a\tb", 'a"b', "a/../b", "<script>", "a,b", "{}", "Grüße".encode()]
)
@one_database
async def test_an_id_that_is_not(http: httpx.AsyncClient, request_id: str | bytes) -> None:
    """A7: a strange one is not; the request gets one of ours, and nothing of the strange one is logged."""
    value = request_id if isinstance(request_id, bytes) else request_id.encode()
    reply = await http.post("/graphql", json={"query": _NAMED}, headers={b"X-Request-Id": value})
    assert _NEW_ID.fullmatch(reply.headers["x-request-id"])


@one_database
async def test_errors_have_an_id_too(http: httpx.AsyncClient, world: World) -> None:
    """A7: also what never came to an operation, and what nobody caught."""
    replies = {
        400: await http.post("/graphql", content=b"{", headers={"Content-Type": "application/json"}),
        401: await http.post("/graphql", json={"query": _NAMED}, headers={"Authorization": "Bearer x"}),
        404: await http.get("/nowhere"),
        413: await http.post(
            "/graphql", content=b" " * 5_000_000, headers={"Content-Type": "application/json"}
        ),
    }
    del world.app.state.resources
    with capture_logs() as logs:
        replies[500] = await http.post("/events/temu", json={}, headers={"x-tm-signature": "x"})
    for status, reply in replies.items():
        assert reply.status_code == status, reply.text
        assert _NEW_ID.fullmatch(reply.headers["x-request-id"]), status
    assert [line["status"] for line in _lines(logs)] == [500]


@one_database
async def test_the_line_of_a_request(http: httpx.AsyncClient, world: World) -> None:
    """A7: exactly these fields, whoever asks and whatever for; none holds a value or a key."""
    with capture_logs() as logs:
        await http.post("/graphql", json={"query": _NAMED})
        await http.post("/graphql", json={"query": _NAMED})  # remembered
        await http.post("/graphql", json={"query": "{ nothing more }", "operationName": None})
        await http.get("/graphql", params={"query": '{ node(id: "secret") { id } }'})
        await http.post("/graphql", json={"query": IMPORT, "variables": {"input": {"companyId": "x"}}})
        await http.get("/" + "long/" * 100)
        await http.post("/files", content=b"", headers={"Authorization": "Bearer nothing"})
    lines = _lines(logs)
    durations = [line.pop("duration_ms") for line in lines]
    assert all(isinstance(each, float) and each >= 0 for each in durations)
    common = {"event": "request.finished", "log_level": "info", "transport": "http"}
    named = common | {
        "method": "POST", "path": "/graphql", "status": 200, "type": "query", "operation": "Brands", "key_id": 1,
        "errors": 0, "code": None, "cost": lines[0]["cost"],
    }  # fmt: skip
    assert lines[0]["cost"] > 0
    assert lines[0] == lines[1] == named
    assert lines[2] == named | {
        "operation": None, "errors": 2, "code": "GRAPHQL_VALIDATION_FAILED", "cost": lines[2]["cost"],
    }  # fmt: skip
    assert lines[3]["path"] == "/graphql"
    assert (lines[4]["type"], lines[4]["operation"]) == ("mutation", None)
    assert len(lines[5]["path"]) == 100
    assert (lines[6]["path"], lines[6]["status"], lines[6]["key_id"]) == ("/files", 401, None)
    assert all(line.keys() == named.keys() for line in lines)
    assert "secret" not in json.dumps(lines)


@one_database
async def test_an_operation_with_a_long_name(http: httpx.AsyncClient) -> None:
    """A7: of a name that a caller chose, the beginning."""
    with capture_logs() as logs:
        await http.post("/graphql", json={"query": f"query {'N' * 500} {{ __typename }}"})
    assert _lines(logs)[0]["operation"] == "N" * 64


@one_database
async def test_who_watches_is_not_logged(http: httpx.AsyncClient) -> None:
    """A7: what is asked every few seconds has an id and no line."""
    with capture_logs() as logs:
        replies = [await http.get(path) for path in ("/live", "/ready", "/metrics")]
    assert logs == []
    assert all("x-request-id" in reply.headers for reply in replies)


@one_database
async def test_server_sent_events(http: httpx.AsyncClient) -> None:
    """A7: a stream of events is one request."""
    with capture_logs() as logs:
        await http.post("/graphql", json={"query": _NAMED}, headers={"Accept": "text/event-stream"})
    (line,) = _lines(logs)
    assert (line["transport"], line["operation"], line["status"], line["errors"]) == ("sse", "Brands", 200, 0)
    assert line["cost"] > 0


@one_database
async def test_operations_of_a_websocket(world: World) -> None:
    """A7: each has a line of its own, and the connection has one."""
    async with served(world, ws="websockets-sansio") as url:
        with capture_logs() as logs:
            connecting = websockets.connect(
                url.replace("http", "ws") + "/graphql",
                subprotocols=[websockets.Subprotocol("graphql-transport-ws")],
                additional_headers={"Authorization": f"Bearer {world.api._key}", "X-Request-Id": "socket-1"},
            )
            async with connecting as socket:
                await socket.send(json.dumps({"type": "connection_init"}))
                assert json.loads(await socket.recv())["type"] == "connection_ack"
                for number, query in enumerate([_NAMED, "query Wrong { nothing }"]):
                    message = {"type": "subscribe", "id": str(number), "payload": {"query": query}}
                    await socket.send(json.dumps(message))
                    while json.loads(await socket.recv())["type"] == "next":
                        pass
            with pytest.raises(websockets.InvalidStatus):
                await websockets.connect(url.replace("http", "ws") + "/graphql").__aenter__()
    lines = _lines(logs)
    assert [(line["transport"], line["operation"], line["errors"], line["status"]) for line in lines] == [
        ("websocket", "Brands", 0, None),
        ("websocket", "Wrong", 1, None),
        ("websocket", None, 0, 101),
        ("websocket", None, 0, 400),
    ]
    assert [line["key_id"] for line in lines] == [1, 1, 1, None]


_SCRIPT = """
import asyncio, logging, httpx, structlog
from domain import telemetry
from domain.settings import Settings
from starlette.routing import Route
telemetry.configure(log_format="json")
from api.app import create_app
from domain.telemetry import log
async def broken(request):
    log.info("ours", half="\\ud800", large=2**70, token="tw_live_abc", text="Bearer tw_live_abc", none=None)
    logging.getLogger("theirs").warning("theirs %s", 1)
    raise RuntimeError("nobody catches this")
app = create_app(Settings(env="development"))
app.router.routes.insert(0, Route("/broken", broken))
async def main():
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://tradewind") as client:
        await client.get("/broken", headers={"X-Request-Id": "mine"})
        await client.get("/broken", headers={"X-Request-Id": "not mine"})
asyncio.run(main())
import os
os.close(2)
log.info("to nobody")
"""


def test_every_line_of_a_request_has_its_id() -> None:
    """A7: ours and those of libraries, in one form, without secrets, and whatever characters they hold."""
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT], cwd=_ROOT, capture_output=True, text=True, check=True
    )
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [(line["event"], line["logger"]) for line in lines] == [
        ("ours", "tradewind"), ("theirs 1", "theirs"), ("request.finished", "tradewind"),
    ] * 2  # fmt: skip
    assert {line["request_id"] for line in lines[:3]} == {"mine"}
    assert len({line["request_id"] for line in lines[3:]}) == 1
    assert "not mine" not in done.stderr
    assert "tw_live_abc" not in done.stderr
    assert (lines[0]["large"], lines[0]["token"], lines[0]["text"]) == (2**70, "[redacted]", "[redacted]")
