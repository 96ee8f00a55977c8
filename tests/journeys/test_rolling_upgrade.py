"""An upgrade while requests go on: tables first, then one server after the other, then what only old servers used."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from domain import revision
from tests.demo.processes import free_port
from tests.fixtures.database import as_owner

_ROOT = Path(__file__).parent.parent.parent
_PATIENCE_SECONDS = 60
_CLIENTS = 4
_WRITE = """mutation($id: ID!, $sku: String!) { upsertProducts(input: {companyId: $id, products: [{sku: $sku}]}) {
  products { sku } userErrors { message } } }"""
_CREATE = 'mutation { createCompany(input: {name: "C"}) { company { id } } }'
_READ = "{ companies(first: 5) { nodes { name products(first: 3) { nodes { sku } } orders(first: 3) { nodes { id } } } } }"

# The next release: its first half adds, its second takes away what the release before still uses.
_FIRST_HALF = """
import sqlalchemy as sa
from alembic import op
from migrations.online import create_index, drop_index

revision = "9001"
down_revision = "{before}"
branch_labels = depends_on = None


def upgrade() -> None:
    op.add_column("products", sa.Column("colour", sa.String(20), nullable=True))
    create_index("ix_products_colour", "products", ["company_id", "colour"])


def downgrade() -> None:
    drop_index("ix_products_colour", "products")
    op.drop_column("products", "colour")
"""
_SECOND_HALF = """
import sqlalchemy as sa
from alembic import op
from migrations.online import create_index, drop_index

revision = "9002"
down_revision = "9001"
branch_labels = depends_on = None


def upgrade() -> None:
    drop_index("ix_products_colour", "products")
    op.drop_column("products", "colour")


def downgrade() -> None:
    op.add_column("products", sa.Column("colour", sa.String(20), nullable=True))
    create_index("ix_products_colour", "products", ["company_id", "colour"])
"""


@dataclass
class Balancer:
    """Sends each request to a server that says it is ready, as a reverse proxy with health checks does."""

    http: httpx.AsyncClient
    servers: list[str] = field(default_factory=list)
    ready: list[str] = field(default_factory=list)
    turned: int = 0

    async def watch(self) -> None:
        while True:
            self.ready = [url for url in self.servers if await self.is_ready(url)]
            self.turned += 1
            await asyncio.sleep(0.1)

    async def is_ready(self, url: str) -> bool:
        try:
            return (await self.http.get(f"{url}/ready")).status_code == 200
        except httpx.TransportError:
            return False

    async def until(self, *urls: str) -> None:
        """Until just these are ready, and requests that were sent elsewhere before have been answered."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            seen = self.turned
            while set(self.ready) != set(urls) or self.turned < seen + 2:  # noqa: ASYNC110 - others write it
                await asyncio.sleep(0.05)


@pytest.fixture
async def next_release(tmp_path: Path) -> Path:
    """A checkout of the release after this one."""
    tree = tmp_path / "next"
    for folder in ("api", "domain", "jobs", "migrations"):
        shutil.copytree(_ROOT / folder, tree / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(_ROOT / "pyproject.toml", tree)
    versions = tree / "migrations" / "versions"
    before = max(path.name[:4] for path in versions.glob("[0-9]*.py"))
    (versions / "9001_colours.py").write_text(_FIRST_HALF.format(before=before))
    (versions / "9002_post_colours.py").write_text(_SECOND_HALF)
    return tree


class Machine:
    """Servers and commands of either release, on one database."""

    def __init__(self, database_url: str, folder: Path, redis_url: str) -> None:
        self.log = folder / "log"
        self._environment = {n: v for n, v in os.environ.items() if not n.startswith("TRADEWIND_")} | {
            "TRADEWIND_ENV": "development",
            "TRADEWIND_DATA_DIR": str(folder),
            "TRADEWIND_DATABASE_URL": database_url,
            "TRADEWIND_DATABASE_OWNER_URL": as_owner(database_url),
            "TRADEWIND_REDIS_URL": redis_url,
            "TRADEWIND_SHUTDOWN_DELAY_SECONDS": "3",
        }

    async def command(self, tree: Path, *arguments: str) -> str:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "api.cli", *arguments,
            cwd=tree, env=self._environment | {"PYTHONPATH": str(tree)},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        output, errors = await process.communicate()
        assert process.returncode == 0, errors.decode()
        return output.decode().strip()

    @asynccontextmanager
    async def server(self, tree: Path) -> AsyncGenerator[tuple[str, asyncio.subprocess.Process]]:
        port = free_port()
        with self.log.open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "api.cli", "serve", "--port", str(port),
                cwd=tree, env=self._environment | {"PYTHONPATH": str(tree)}, stdout=log, stderr=log,
            )  # fmt: skip
        try:
            yield f"http://127.0.0.1:{port}", process
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


@pytest.fixture
def machine(postgresql_url: str, tmp_path: Path, redis_url: str) -> Machine:
    """On a database that is migrated to this release."""
    return Machine(postgresql_url, tmp_path, redis_url)


@dataclass
class Load:
    """Clients that read and write without a pause, and every reply of theirs that is no answer."""

    balancer: Balancer
    headers: dict[str, str]
    company_id: str
    answered: int = 0
    failures: list[str] = field(default_factory=list)
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    async def ask(self) -> None:
        while not self.stop.is_set():
            self.answered += 1
            url = self.balancer.ready[self.answered % len(self.balancer.ready)]
            writes = {"query": _WRITE, "variables": {"id": self.company_id, "sku": f"SKU {self.answered}"}}
            body = writes if self.answered % 3 == 0 else {"query": _READ}
            try:
                reply = await self.balancer.http.post(f"{url}/graphql", json=body, headers=self.headers)
                if reply.status_code != 200 or "errors" in reply.json():
                    self.failures.append(f"{reply.status_code} {reply.text}")
            except httpx.HTTPError as error:
                self.failures.append(repr(error))


@asynccontextmanager
async def running(*loops: Coroutine[Any, Any, None]) -> AsyncGenerator[None]:
    """Run what never ends by itself beside the body."""
    tasks = [asyncio.create_task(loop) for loop in loops]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
    for task in tasks:
        if not task.cancelled():
            task.result()


async def test_no_request_fails(machine: Machine, next_release: Path) -> None:
    """R4, A7: while two servers are replaced by those of the next release, under load, no request fails."""
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(httpx.AsyncClient(timeout=30))
        balancer = Balancer(http)
        key = await machine.command(_ROOT, "keys", "create", "--admin")
        old = [await stack.enter_async_context(machine.server(_ROOT)) for _ in range(2)]
        balancer.servers = [url for url, _ in old]
        await stack.enter_async_context(running(balancer.watch()))
        await balancer.until(*balancer.servers)
        headers = {"Authorization": f"Bearer {key}"}
        reply = await http.post(f"{old[0][0]}/graphql", json={"query": _CREATE}, headers=headers)
        load = Load(balancer, headers, reply.json()["data"]["createCompany"]["company"]["id"])

        async with running(*(load.ask() for _ in range(_CLIENTS))):
            told = await machine.command(next_release, "migrate")
            assert "is at 9001; run: 9001." in told
            assert "9002 waits: run `tradewind migrate --finish`" in told
            await balancer.until(*balancer.servers)
            for url, process in old:
                new, _ = await stack.enter_async_context(machine.server(next_release))
                balancer.servers = [*balancer.servers, new]
                await balancer.until(*balancer.servers)
                process.send_signal(signal.SIGTERM)
                await balancer.until(*(other for other in balancer.servers if other != url))
                await asyncio.wait_for(process.wait(), _PATIENCE_SECONDS)
                balancer.servers = [other for other in balancer.servers if other != url]
            told = await machine.command(next_release, "migrate", "--finish")
            assert "was at migration 9001 and is at 9002; run: 9002." in told
            await balancer.until(*balancer.servers)
            load.stop.set()

        assert load.failures == []
        assert load.answered > _CLIENTS
        late, _ = await stack.enter_async_context(machine.server(_ROOT))
        assert "doesn't know: run a newer release" in await _why_unready(http, late)
        told = await machine.command(next_release, "migrate", "--to", revision.KNOWN[-1])
        assert told.splitlines() == [
            f"The database was at migration 9002 and is at {revision.KNOWN[-1]}; run: 9002, 9001."
        ]


async def _why_unready(http: httpx.AsyncClient, url: str) -> str:
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while True:
            try:
                reply = await http.get(f"{url}/ready")
            except httpx.TransportError:
                await asyncio.sleep(0.05)  # Not listening yet.
            else:
                assert reply.status_code == 503
                reason: str = reply.json()["problems"]["database"]
                return reason
