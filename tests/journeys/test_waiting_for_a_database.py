"""A server and a worker that are started before their database."""

import asyncio
import signal
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from tests.fixtures.commands import run_command, start_command


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


@asynccontextmanager
async def _running(folder: Path, **settings: str) -> AsyncGenerator[tuple[str, Path]]:
    """A server and a worker; yields the server's URL and the log of both."""
    port, log = _free_port(), folder.parent / "log"
    server = start_command("serve", "--port", str(port), folder=folder, log=log, **settings)
    worker = start_command("worker", folder=folder, log=log, **settings)
    try:
        yield f"http://127.0.0.1:{port}", log
    finally:
        for process in (server, worker):
            process.send_signal(signal.SIGTERM)
        for process in (server, worker):
            await asyncio.to_thread(process.wait, 60)


async def _answer(url: str, *, status: int) -> httpx.Response:
    """The first answer of this status."""
    async with httpx.AsyncClient() as client, asyncio.timeout(90):
        while True:
            try:
                answer = await client.get(url, timeout=10)
            except httpx.TransportError:
                pass  # Not listening yet.
            else:
                if answer.status_code == status:
                    return answer
            await asyncio.sleep(0.05)


async def _logged(log: Path, words: str) -> str:
    async with asyncio.timeout(90):
        while words not in (text := log.read_text(encoding="utf-8")):  # noqa: ASYNC110, ASYNC240 - written by others
            await asyncio.sleep(0.05)
    return text


async def test_tables_that_are_made_later(tmp_path: Path) -> None:
    """R2, A7: a server listens before the first migration and says so, and both go on by themselves after it."""
    folder = tmp_path / "data"
    async with _running(folder) as (url, log):
        answer = await _answer(f"{url}/ready", status=503)
        assert "run `tradewind migrate`" in answer.json()["problems"]["database"]
        assert (await _answer(f"{url}/live", status=200)).json() == {"status": "live"}
        await _logged(log, "worker.not_ready")

        assert run_command("migrate", folder=folder).returncode == 0

        await _answer(f"{url}/ready", status=200)
        await _logged(log, "server.ready")
        text = await _logged(log, "worker.ready")
    assert [text.count(f"{process}.not_ready") for process in ("server", "worker")] == [1, 1]
    assert "Traceback" not in log.read_text(encoding="utf-8")


async def test_a_database_that_comes_later(postgresql_url: str, redis_url: str, tmp_path: Path) -> None:
    """R2, A7: a PostgreSQL that is not there yet is waited for, with the reason told once."""
    port = _free_port()
    parts = urlsplit(postgresql_url)
    settings = {
        "DATABASE_URL": f"postgresql://postgres@127.0.0.1:{port}{parts.path}",
        "REDIS_URL": redis_url,
    }
    socket_path = f"{parts.query.removeprefix('host=')}/.s.PGSQL.5432"
    async with _running(tmp_path / "data", **settings) as (url, log):
        answer = await _answer(f"{url}/ready", status=503)
        assert answer.json()["problems"]["database"].startswith("does not answer")
        await _logged(log, "worker.not_ready")
        await _logged(log, "server.not_ready")

        async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            there = await asyncio.open_unix_connection(socket_path)
            await asyncio.gather(_copy(reader, there[1]), _copy(there[0], writer))

        async with await asyncio.start_server(forward, "127.0.0.1", port):
            await _answer(f"{url}/ready", status=200)
            await _logged(log, "server.ready")
            text = await _logged(log, "worker.ready")
    assert text.count(f"No PostgreSQL listens at 127.0.0.1:{port}.") == 2


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()
