"""The processes of an installation, each its own to be killed, frozen and started again, and nobody else's."""

import asyncio
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import asyncpg
from redis.asyncio import Redis
from redis.exceptions import RedisError

from jobs.embedded_redis import _binary
from tests.fixtures.database import APPLICATION, OWNER
from tests.fixtures.postgresql import _programs, _run_as

ROOT = Path(__file__).parent.parent.parent
_PR_SET_PDEATHSIG = 1
_LOOK_SECONDS = 0.05
_START_SECONDS = 60.0


class Program:
    """A command that can be started again; what it says is added to one file."""

    def __init__(
        self,
        command: Sequence[str | Path],
        log: Path,
        *,
        environment: Mapping[str, str] | None = None,
        run_as: Mapping[str, Any] | None = None,
        cwd: Path = ROOT,
    ) -> None:
        self._command, self._environment, self._cwd = command, environment, cwd
        self._run_as = run_as or {}
        self.log = log
        self._process: subprocess.Popen[Any] | None = None
        self._began = 0

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        self._began = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as file:
            self._process = subprocess.Popen(
                self._command,
                cwd=self._cwd,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                # Ctrl-C is for whoever started this, who then ends each.
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - it calls nothing but the kernel
                **self._run_as,
            )

    def said(self) -> str:
        """Its log since it was started last."""
        with self.log.open("rb") as file:
            file.seek(self._began)
            return file.read().decode(errors="replace")

    async def until_it_says(self, words: str) -> None:
        async with asyncio.timeout(_START_SECONDS):
            while words not in self.said():
                if not self.is_running:
                    raise RuntimeError(f"{self._command} has ended:\n{self.said()[-2000:]}")
                await asyncio.sleep(_LOOK_SECONDS)

    def send(self, number: signal.Signals) -> None:
        if self.is_running:
            os.kill(self.pid, number)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    async def end(self, number: signal.Signals = signal.SIGTERM, *, seconds: float = 45) -> int | None:
        """Its exit status; None where it had to be killed."""
        self.send(number)
        process = self._process
        if process is None:
            return None
        try:
            return await asyncio.to_thread(process.wait, seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            return None


class Valkey(Program):
    """Empty whenever it starts."""

    def __init__(self, folder: Path, port: int) -> None:
        settings = ("--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder))
        super().__init__([_binary(), *settings], folder / "valkey.log")
        self.url = f"redis://127.0.0.1:{port}/0"

    def client(self) -> Redis:
        client: Redis = Redis.from_url(self.url, socket_timeout=2)
        return client

    async def until_ready(self) -> None:
        async with asyncio.timeout(_START_SECONDS), self.client() as client:
            while True:
                try:
                    await client.ping()
                except (RedisError, OSError):
                    await asyncio.sleep(_LOOK_SECONDS)
                else:
                    return


class PostgreSQL(Program):
    """As it is run in earnest: what it says is committed is on the disk."""

    def __init__(self, programs: Path, folder: Path, data: Path) -> None:
        """*data* may lie elsewhere than *folder*, which holds the socket."""
        self._programs, self._data, self._socket = programs, data, folder
        run_as = _run_as(data.parent)
        _run_as(folder)
        settings = ("-c", "listen_addresses=", "-c", "max_connections=60", "-c", "shared_buffers=32MB")
        command: list[str | Path] = [programs / "postgres", "-D", data, "-k", folder, *settings]
        super().__init__(command, folder.parent / "postgresql.log", run_as=run_as, cwd=folder)
        self.url = f"postgresql+asyncpg://postgres@/postgres?host={folder}"

    @classmethod
    def programs(cls, folder: Path) -> Path:
        """Those of the wheel, where any user may run them."""
        return _programs(folder)

    def make(self) -> None:
        how = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "-N", "--wal-segsize=1")
        command: list[str | Path] = [self._programs / "initdb", "-D", self._data, *how]
        subprocess.run(command, check=True, capture_output=True, cwd=self._socket, **self._run_as)

    async def until_ready(self) -> None:
        async with asyncio.timeout(_START_SECONDS):
            while True:
                try:
                    connection = await self.connect()
                except (OSError, asyncpg.PostgresError, TimeoutError):
                    if not self.is_running:
                        # As a supervisor would: it gives up where it can't write, and starts again.
                        self.start()
                    await asyncio.sleep(_LOOK_SECONDS)
                else:
                    await connection.close()
                    return

    async def make_roles(self) -> None:
        """One that owns the tables, and one as which servers and workers run."""
        connection = await self.connect()
        for statement in (
            f"CREATE ROLE {OWNER} LOGIN",
            f"CREATE ROLE {APPLICATION} LOGIN",
            f"ALTER DATABASE postgres OWNER TO {OWNER}",
        ):
            await connection.execute(statement)
        await connection.close()

    async def connect(self) -> asyncpg.Connection:
        """As the owner of all of it."""
        return await asyncpg.connect(host=str(self._socket), user="postgres", database="postgres", timeout=3)


def _die_with_parent() -> None:
    """Have the kernel end it with the soak, however that ends. Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
