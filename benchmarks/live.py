"""What it costs to follow: `.venv/bin/python -m benchmarks.live`.

A PostgreSQL of its own, one server process, and so many WebSockets on loopback that follow the orders of all companies, beside
one that does so in the same run. Orders are changed in the database; told is when the first and the last of them have the event,
what the server and the database did meanwhile, and what they do while nothing changes. The clients share the machine.
"""

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import orjson
from rich.console import Console
from rich.table import Table
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from benchmarks.filling import Filled, driver_url, execute, fill
from benchmarks.running import _children, cpu_seconds
from tests.demo.processes import _process, _wait_until_ready, free_port
from tests.fixtures.postgresql import postgresql

FOLLOW = """subscription { ordersChanged { cursor changes { orderId types order {
  id channelOrderId status shippingStatus orderedAt total { amount currencyCode } company { name } items { quantity title } } } } }"""
_AT_ONCE = 25
# Statements by a word of theirs; the last are those that begin a transaction by naming its companies.
_KINDS = {
    "log": b"changes",
    "keys": b"FROM api_keys",
    "events": b"FROM orders",
    "set_config": b": SELECT set_config",
}
_CHANGED = 5


@dataclass(frozen=True)
class Measured:
    """Of so many that follow. Milliseconds from the commit of a change; statements and CPU of the server a second."""

    followers: int
    first_ms: float
    last_ms: float
    busy_statements: dict[str, float]
    cpu_ms_a_change: float
    idle_statements: dict[str, float]
    idle_cpu: float
    mebibytes: float


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.live", description=__doc__)
    parser.add_argument("--followers", type=int, default=1000)
    parser.add_argument("--orders", type=int, default=10_000, help="in the database")
    parser.add_argument("--changes", type=int, default=20, help="told to each, one after the other")
    parser.add_argument("--idle", type=float, default=10, help="seconds in which nothing changes")
    options = parser.parse_args()
    with ExitStack() as stack:
        server = stack.enter_context(postgresql(in_memory=False))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        filled = asyncio.run(fill(server, orders=options.orders))
        asyncio.run(execute(filled.url, "ALTER SYSTEM SET log_statement = 'all'"))
        asyncio.run(execute(filled.url, "SELECT pg_reload_conf()"))
        port, before = free_port(), _children()
        stack.enter_context(
            _process(_environment(filled, folder), folder / "log", "serve", "--port", str(port))
        )
        (pid,) = _children() - before
        _wait_until_ready(f"http://127.0.0.1:{port}", folder / "log")
        measure = _Measure(filled, f"ws://127.0.0.1:{port}/graphql", pid, _log_of(server))
        found = [
            asyncio.run(measure.of(count, options.changes, options.idle)) for count in (1, options.followers)
        ]
    _print(found)


@dataclass(frozen=True)
class _Measure:
    filled: Filled
    address: str
    pid: int
    log: Path

    async def of(self, followers: int, changes: int, idle: float) -> Measured:
        async with AsyncExitStack() as stack:
            sockets: list[ClientConnection] = []
            while len(sockets) < followers:
                some = [self._follow(stack) for _ in range(min(_AT_ONCE, followers - len(sockets)))]
                sockets += await asyncio.gather(*some)
            writer = await asyncpg.connect(driver_url(self.filled.url))
            stack.push_async_callback(writer.close)
            await self._change(writer, sockets)
            log, cpu, began = self.log.stat().st_size, cpu_seconds(self.pid), time.perf_counter()
            times = [await self._change(writer, sockets) for _ in range(changes)]
            seconds, busy = time.perf_counter() - began, self._statements(log)
            cpu = cpu_seconds(self.pid) - cpu
            log, idle_cpu = self.log.stat().st_size, cpu_seconds(self.pid)
            await asyncio.sleep(idle)
            return Measured(
                followers,
                statistics.median(first for first, _ in times),
                statistics.median(last for _, last in times),
                {name: count / seconds for name, count in busy.items()},
                cpu / changes * 1000,
                {name: count / idle for name, count in self._statements(log).items()},
                (cpu_seconds(self.pid) - idle_cpu) / idle,
                _mebibytes(self.pid),
            )

    async def _follow(self, stack: AsyncExitStack) -> ClientConnection:
        opening = connect(self.address, subprotocols=[Subprotocol("graphql-transport-ws")], compression=None)
        socket = await stack.enter_async_context(opening)
        payload = {"Authorization": f"Bearer {self.filled.key}"}
        await socket.send(orjson.dumps({"type": "connection_init", "payload": payload}).decode())
        await socket.recv()
        message = {"type": "subscribe", "id": "1", "payload": {"query": FOLLOW}}
        await socket.send(orjson.dumps(message).decode())
        _changes_of(await socket.recv())
        return socket

    async def _change(self, writer: Any, sockets: list[ClientConnection]) -> tuple[float, float]:
        """Change some orders; after how many milliseconds the first and the last have heard."""
        status = "CASE status WHEN 'ON_HOLD' THEN 'IN_PROCESS' ELSE 'ON_HOLD' END"
        await writer.execute(
            f"UPDATE orders SET status = {status} WHERE id IN (SELECT id FROM orders ORDER BY id LIMIT {_CHANGED})"
        )
        began = time.perf_counter()
        ends = await asyncio.gather(*(self._heard(socket) for socket in sockets))
        return (min(ends) - began) * 1000, (max(ends) - began) * 1000

    async def _heard(self, socket: ClientConnection) -> float:
        heard = 0
        while heard < _CHANGED:
            heard += len(_changes_of(await socket.recv()))
        return time.perf_counter()

    def _statements(self, offset: int) -> dict[str, int]:
        """What the server asked the database since then, by what it was for."""
        with self.log.open("rb") as file:
            file.seek(offset)
            entries = [each for each in file.read().split(b"LOG:  ") if each.startswith(b"execute")]
        counts = dict.fromkeys((*_KINDS, "others"), 0)
        for entry in entries:
            if b"UPDATE orders" not in entry:
                counts[next((name for name, word in _KINDS.items() if word in entry), "others")] += 1
        return counts


def _changes_of(message: str | bytes) -> list[Any]:
    found: list[Any] = orjson.loads(message)["payload"]["data"]["ordersChanged"]["changes"]
    return found


def _environment(filled: Filled, folder: Path) -> dict[str, str]:
    return os.environ | {
        "TRADEWIND_ENV": "development",
        "TRADEWIND_SHUTDOWN_DELAY_SECONDS": "0",
        "TRADEWIND_DATABASE_URL": filled.application_url,
        "TRADEWIND_DATA_DIR": str(folder),
        # One key follows as often as there is somebody.
        "TRADEWIND_KEY_POINTS": str(10**12),
        "TRADEWIND_KEY_POINTS_PER_SECOND": str(10**12),
    }


def _log_of(server: str) -> Path:
    """Where the PostgreSQL of this URL writes its log: to what it was started with."""
    home = Path(server.partition("host=")[2])
    pid = int((home / "data" / "postmaster.pid").read_text().split()[0])
    return Path(f"/proc/{pid}/fd/2").resolve()


def _mebibytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def _print(found: list[Measured]) -> None:
    table = Table(title="PostgreSQL, one server process; medians", title_justify="left")
    table.add_column("", no_wrap=True)
    for each in found:
        table.add_column(f"{each.followers} follow", justify="right")
    rows = {
        "ms until the first has a change": [f"{each.first_ms:.0f}" for each in found],
        "ms until the last has it": [f"{each.last_ms:.0f}" for each in found],
        "CPU of the server for a change, ms": [f"{each.cpu_ms_a_change:.1f}" for each in found],
        "statements a second while they change": [_shown(each.busy_statements) for each in found],
        "statements a second while nothing does": [_shown(each.idle_statements) for each in found],
        "CPU of the server while nothing does": [f"{each.idle_cpu:.1%}" for each in found],
        "memory of the server, MiB": [f"{each.mebibytes:.0f}" for each in found],
    }
    for name, values in rows.items():
        table.add_row(name, *values)
    Console().print(table)


def _shown(statements: dict[str, float]) -> str:
    return "\n".join(f"{name} {rate:.1f}" for name, rate in statements.items() if rate)


if __name__ == "__main__":
    main()
