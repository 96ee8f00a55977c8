"""A whole installation as somebody runs it: a database, Redis, a server, two workers and Temu, each its own process but
for the sandbox, which is a thread of this one so that its mall can be changed and read.
"""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from tests.demo.processes import free_port
from tests.fixtures.database import as_application, as_owner
from tests.sandbox.mall import Sandbox
from tests.sandbox.server import SandboxServer
from tests.soak.programs import ROOT, PostgreSQL, Program, Valkey

LEASE_SECONDS = 3
_WORKERS = 2
_CLI = (sys.executable, "-m", "api.cli")


class Rows:
    """The database as whoever owns it sees it; nothing of ours is between."""

    def __init__(self, url: str) -> None:
        # Of its own each time: it outlives every restart.
        self._engine = create_async_engine(url, poolclass=NullPool)

    async def of(self, statement: str, **values: Any) -> list[Any]:
        async with self._engine.connect() as connection:
            return list((await connection.execute(text(statement), values)).all())


@dataclass
class Installation:
    kind: str
    folder: Path
    sandbox: Sandbox
    redis: Valkey
    postgresql: PostgreSQL | None
    rows: Rows
    environment: dict[str, str]
    port: int
    server: Program = field(init=False)
    workers: list[Program] = field(init=False)
    key: str = ""

    def __post_init__(self) -> None:
        self.server = self.program("serve", "--port", str(self.port), log="server.log")
        self.workers = [self.program("worker", log=f"worker-{number}.log") for number in range(_WORKERS)]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def program(self, *arguments: str, log: str, **environment: str) -> Program:
        """`tradewind` with these arguments."""
        return Program([*_CLI, *arguments], self.folder / log, environment=self.environment | environment)

    async def command(self, *arguments: str) -> str:
        """What `tradewind` prints; it has to succeed."""
        done = await asyncio.to_thread(
            subprocess.run,
            [*_CLI, *arguments],
            cwd=ROOT,
            env=self.environment,
            check=False,
            capture_output=True,
        )
        if done.returncode != 0:
            raise RuntimeError(done.stderr.decode()[-2000:])
        return done.stdout.decode().strip()

    async def until_ready(self) -> None:
        """Everything that should run does: what has ended is started, what is frozen goes on."""
        if self.postgresql is not None:
            await self.postgresql.until_ready()
        for program in (self.redis, self.server, *self.workers):
            program.send(signal.SIGCONT)
            if not program.is_running:
                program.start()
        await self.redis.until_ready()
        await self._until_served()
        for worker in self.workers:
            await worker.until_it_says("worker.ready")

    async def _until_served(self) -> None:
        async with asyncio.timeout(60), httpx.AsyncClient(base_url=self.url, timeout=2) as http:
            while True:
                try:
                    if (await http.get("/ready")).is_success:
                        return
                except httpx.TransportError:
                    if not self.server.is_running:
                        raise RuntimeError(self.server.said()[-2000:]) from None
                await asyncio.sleep(0.05)

    async def connections(self) -> dict[str, int]:
        """Connections that are in use, by pool, as the server's metrics tell, and by PostgreSQL, transactions left open."""
        async with httpx.AsyncClient(base_url=self.url, timeout=10) as http:
            headers = {"Authorization": f"Bearer {self.key}"}
            lines = (await http.get("/metrics", headers=headers)).text.splitlines()
        name = "tradewind_database_connections_in_use{"
        in_use = {
            f"in use of {line[len(name) :].split('}')[0]}": line for line in lines if line.startswith(name)
        }
        assert in_use, lines[:5]
        found = {what: int(float(line.rpartition(" ")[2])) for what, line in in_use.items()}
        if self.postgresql is not None:
            idle = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"
            [(count,)] = await self.rows.of(idle)
            found["idle in transaction"] = count
        return found


@asynccontextmanager
async def installation(
    kind: str, *, data: Path | None = None, programs: Path | None = None
) -> AsyncGenerator[Installation]:
    """One that runs, and is gone afterwards. *data*: where its database lies, if not in its own folder."""
    async with AsyncExitStack() as stack:
        folder = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="tw-soak-", ignore_cleanup_errors=True))
        )
        folder.chmod(0o755)
        for name in ("redis", "data", "socket"):
            (folder / name).mkdir()
        data = data or folder / "data"
        sandbox = Sandbox(ledger_file=folder / "ledger")
        temu = stack.enter_context(SandboxServer(sandbox))
        redis = Valkey(folder / "redis", free_port())
        stack.callback(redis.kill)
        redis.start()
        postgresql, url = None, f"sqlite+aiosqlite:///{data}/tradewind.sqlite3"
        if kind == "postgresql":
            postgresql = PostgreSQL(
                programs or PostgreSQL.programs(folder), folder / "socket", data / "postgresql"
            )
            url = postgresql.url
            postgresql.make()
            stack.push_async_callback(postgresql.end, signal.SIGINT, seconds=10)
            postgresql.start()
            await postgresql.until_ready()
            await postgresql.make_roles()
        environment = _environment(folder, sandbox, temu.url, url, redis.url)
        running = Installation(kind, folder, sandbox, redis, postgresql, Rows(url), environment, free_port())
        for program in (running.server, *running.workers):
            stack.callback(program.kill)
        await running.command("migrate")
        running.key = await running.command("keys", "create", "--admin", "--name", "soak")
        await running.until_ready()
        yield running


def _environment(folder: Path, sandbox: Sandbox, temu: str, database: str, redis: str) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("TRADEWIND_")}
    settings = {
        "ENV": "development",
        "DATA_DIR": str(folder),
        # Servers and workers run as a role that owns nothing, so that the wall between companies holds for them.
        "DATABASE_URL": as_application(database),
        "REDIS_URL": redis,
        "TEMU_APP_KEY": sandbox.app_key,
        "TEMU_APP_SECRET": sandbox.app_secret,
        "TEMU_CALLS_PER_SECOND": "300",
        "IMPORT_ORDERS_INTERVAL_SECONDS": "10",
        "LEASE_SECONDS": str(LEASE_SECONDS),
        "SHUTDOWN_DELAY_SECONDS": "1",
    } | {f"TEMU_URL_{region}": temu for region in ("US", "EU", "GLOBAL", "PARTNER")}
    if database.startswith("postgresql"):
        settings["DATABASE_OWNER_URL"] = as_owner(database)
    return own | {f"TRADEWIND_{name}": value for name, value in settings.items()} | {"PYTHONPATH": str(ROOT)}
