"""deploy/nginx/nginx.conf in a real nginx, before two servers of ours."""

import asyncio
import json
import os
import re
import shutil
import socket
import subprocess
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from api.files import _BODY_SECONDS
from api.transport.limits import ConnectionLimits, SocketLimits
from domain.settings import Settings
from tests.deploy.container_file import ROOT
from tests.fixtures.database import one_database
from tests.fixtures.serving import served
from tests.fixtures.world import IMPORT, World

CONFIGURATION = (ROOT / "deploy" / "nginx" / "nginx.conf").read_text()
NGINX = shutil.which("nginx")
SUBSCRIPTION = "subscription($id: ID!) { queuedJob(id: $id) { status } }"

needs_nginx = pytest.mark.skipif(NGINX is None, reason="there is no nginx on the path")


def _adapted(folder: Path, port: int, servers: list[str]) -> Path:
    """The configuration with other ports, names and folders, and else as it is."""
    text = CONFIGURATION
    for number, server in enumerate(servers, 1):
        assert f"server server-{number}:8000 " in text
        text = text.replace(f"server server-{number}:8000 ", f"server {server} ")
    for old, new in (
        ("rate=50r/s", "rate=1r/s"),
        ("listen 8080;", f"listen 127.0.0.1:{port};"),
        (" /tmp/", f" {folder}/"),
        (" /var/log/nginx/", f" {folder}/"),
    ):
        assert old in text
        text = text.replace(old, new)
    path = folder / "nginx.conf"
    path.write_text(text)
    return path


def _command(configuration: Path, *more: str) -> list[str]:
    """nginx in the foreground; its processes as ourselves, who alone may enter the test's folder."""
    own = "user root;" if os.geteuid() == 0 else ""
    return [
        str(NGINX),
        "-p",
        str(configuration.parent),
        "-c",
        str(configuration),
        "-g",
        f"daemon off; {own}",
        *more,
    ]


@needs_nginx
def test_the_configuration_is_valid(tmp_path: Path) -> None:
    """R2: nginx takes it, without a warning."""
    path = _adapted(tmp_path, 8080, ["127.0.0.1:8000", "127.0.0.1:8001"])
    done = subprocess.run(_command(path, "-t"), capture_output=True, text=True, check=False)
    assert (done.returncode, "[warn]" in done.stderr) == (0, False), done.stderr


def test_its_limits_are_the_servers() -> None:
    """A6: bodies may be as large as the servers take them; connections to servers are closed by nginx first."""
    sizes = re.findall(r"client_max_body_size (\d+)([km]);", CONFIGURATION)
    unit = {"k": 1024, "m": 1024**2}
    general, files = [int(size) * unit[letter] for size, letter in sizes]
    assert general == ConnectionLimits().body_bytes
    assert files == Settings.model_fields["largest_file_bytes"].default
    seconds = [int(each) for each in re.findall(r"client_body_timeout (\d+)s;", CONFIGURATION)]
    assert seconds[0] == ConnectionLimits().body_seconds
    assert seconds[1] <= _BODY_SECONDS
    assert SocketLimits().idle_seconds == 30
    heads = re.search(r"large_client_header_buffers (\d+) (\d+)k;", CONFIGURATION)
    assert heads is not None
    assert int(heads[1]) * int(heads[2]) * 1024 == SocketLimits().head_bytes
    assert f"client_header_timeout {SocketLimits().head_seconds:g}s;" in CONFIGURATION
    to_servers = [int(each) for each in re.findall(r"max_conns=(\d+)", CONFIGURATION)]
    assert max(to_servers) < Settings.model_fields["server_connections"].default
    assert re.search(r"keepalive 64;.*?keepalive_timeout 20s;", CONFIGURATION, re.DOTALL)


def _start(configuration: Path) -> "subprocess.Popen[bytes]":
    with (configuration.parent / "output").open("wb") as output:
        return subprocess.Popen(_command(configuration), stdout=output, stderr=output)


@asynccontextmanager
async def _proxied(world: World, folder: Path) -> AsyncGenerator[tuple[str, AsyncExitStack]]:
    """nginx before two servers: its address, and what ends the first of the two."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    async with AsyncExitStack() as first, served(world, ws="websockets-sansio") as second:
        servers = [(await first.enter_async_context(served(world, ws="websockets-sansio"))), second]
        path = _adapted(folder, port, [url.removeprefix("http://") for url in servers])
        process = _start(path)
        try:
            async with httpx.AsyncClient() as http:
                while process.poll() is None:
                    try:
                        await http.get(f"http://127.0.0.1:{port}/live")
                        break
                    except httpx.ConnectError:
                        await asyncio.sleep(0.02)
            yield f"127.0.0.1:{port}", first
        finally:
            process.terminate()
            await asyncio.to_thread(process.wait)


@needs_nginx
@one_database
async def test_through_the_proxy(world: World, tmp_path: Path) -> None:
    """A3, A6, R2: queries, subscriptions over both transports and files pass; what is too large or not public doesn't."""
    key = {"Authorization": f"Bearer {world.api._key}"}
    job: dict[str, Any] = (await world.api.ask(IMPORT, input={"companyId": world.company_id}))["job"]
    subscription = {"query": SUBSCRIPTION, "variables": {"id": job["id"]}}
    async with (
        _proxied(world, tmp_path) as (place, first),
        httpx.AsyncClient(base_url=f"http://{place}", headers=key, timeout=30) as http,
        asyncio.timeout(120),
    ):
        answers = [await http.post("/graphql", json={"query": "{ __typename }"}) for _ in range(4)]
        assert {answer.json()["data"]["__typename"] for answer in answers} == {"Query"}
        assert len({answer.headers["x-request-id"] for answer in answers}) == 4
        for named in ("a", "from.the_caller-1"):
            answer = await http.get("/ready", headers={"X-Request-Id": named})
            assert answer.headers.get_list("x-request-id") == [named]

        async with connect(
            f"ws://{place}/graphql",
            subprotocols=[Subprotocol("graphql-transport-ws")],
            origin=f"http://{place}",  # type: ignore[arg-type]
        ) as websocket:
            await websocket.send(json.dumps({"type": "connection_init", "payload": key}))
            await websocket.send(json.dumps({"type": "subscribe", "id": "1", "payload": subscription}))
            messages = [json.loads(await websocket.recv()) for _ in range(2)]
            assert messages[1]["payload"]["data"]["queuedJob"]["status"] == "QUEUED"

            events = {"Accept": "text/event-stream"}
            async with http.stream("POST", "/graphql", json=subscription, headers=events) as stream:
                # Told while the job waits, so that nothing but what was told is there to wait for.
                lines = stream.aiter_lines()
                while not (line := await anext(lines)).startswith("data:"):
                    pass
                assert "QUEUED" in line
                await world.run_jobs()
                last = [line async for line in lines if line.startswith("data: ")][-1]
                assert "SUCCEEDED" in last
            told = [json.loads(await websocket.recv())]
            while told[-1]["type"] != "complete":
                told.append(json.loads(await websocket.recv()))
            assert told[-2]["payload"]["data"]["queuedJob"]["status"] == "SUCCEEDED"

        csv = {"Content-Type": "text/csv"}
        uploaded = await http.post("/files?name=a.csv", content=b"ProductID\n" * 100_000, headers=csv)
        assert (uploaded.status_code, uploaded.json()["bytes"]) == (201, 1_000_000)
        for path, size in (("/graphql", 256 * 1024 + 1), ("/files", 20 * 1024**2 + 1)):
            refused = await http.post(path, content=b" " * size, headers=csv)
            assert refused.status_code == 413
            assert refused.json()["errors"][0]["extensions"]["code"] == "PAYLOAD_TOO_LARGE"
            assert "x-request-id" in refused.headers
        assert (await http.get("/metrics")).status_code == 404
        assert "__typename" not in (tmp_path / "access.log").read_text()

        await first.aclose()
        after = [await http.post("/graphql", json={"query": "{ __typename }"}) for _ in range(20)]
        assert {answer.status_code for answer in after} == {200}

        flood = await asyncio.gather(*(http.get("/live") for _ in range(250)))
        too_many = [answer.json() for answer in flood if answer.status_code == 429]
        assert too_many
        assert too_many[0]["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
