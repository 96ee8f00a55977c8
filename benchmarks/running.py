"""What benchmarks measure against: a sandbox in a process of its own, and a whole installation beside it."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.demo.client import Client
from tests.demo.processes import _command, _process, _wait_until_ready, free_port

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Temu:
    """A running sandbox."""

    url: str
    app_key: str
    app_secret: str
    tokens: list[str]

    def calls(self) -> list[dict[str, Any]]:
        """Every call that reached it."""
        calls: list[dict[str, Any]] = httpx.get(
            httpx.URL(self.url).copy_with(path="/control/ledger"), timeout=60
        ).json()
        return calls


@contextmanager
def temu(*, malls: int, orders: int, calls_per_second: float | None) -> Generator[Temu]:
    """A sandbox with malls of so many orders each."""
    command = [
        sys.executable,
        "-m",
        "tests.sandbox",
        "--port",
        "0",
        "--orders",
        str(orders),
        *["--region", "US"] * malls,
    ]
    if calls_per_second is not None:
        command += ["--calls-per-second", str(calls_per_second)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline().split() for _ in range(3 + malls)]
        (_, url), (_, app_key), (_, app_secret) = lines[:3]
        try:
            yield Temu(url, app_key, app_secret, [line[-1] for line in lines[3:]])
        finally:
            process.send_signal(signal.SIGTERM)


@contextmanager
def tradewind(
    temu: Temu, *, workers: int, calls_per_second: float, database_url: str | None = None
) -> Generator[tuple[Client, list[int]]]:
    """
    A server and workers on the embedded Redis, and on SQLite where no other database is named: a client of the one, the
    process ids of the others.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tradewind-benchmark-")))
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("TRADEWIND_")
        } | {
            "TRADEWIND_ENV": "development",
            "TRADEWIND_SHUTDOWN_DELAY_SECONDS": "0",
            "TRADEWIND_DATA_DIR": str(folder),
            "TRADEWIND_TEMU_APP_KEY": temu.app_key,
            "TRADEWIND_TEMU_APP_SECRET": temu.app_secret,
            "TRADEWIND_TEMU_URL_US": temu.url,
            "TRADEWIND_TEMU_URL_PARTNER": temu.url,
            "TRADEWIND_TEMU_CALLS_PER_SECOND": str(calls_per_second),
        }
        if database_url is not None:
            environment["TRADEWIND_DATABASE_URL"] = database_url
        log = folder / "log"
        _command(environment, "migrate")
        key = _command(environment, "keys", "create", "--admin", "--name", "benchmark")
        port = free_port()
        stack.enter_context(_process(environment, log, "serve", "--port", str(port)))
        _wait_until_ready(f"http://127.0.0.1:{port}", log)
        before = _children()
        for _ in range(workers):
            stack.enter_context(_process(environment, log, "worker"))
        pids = sorted(_children() - before)
        while log.read_text(encoding="utf-8").count("worker.ready") < workers:
            time.sleep(0.05)
        yield stack.enter_context(Client(f"http://127.0.0.1:{port}", key)), pids


def cpu_seconds(pid: int) -> float:
    """What a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak_mib(pid: int) -> float:
    """The most memory that a process held so far."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _children() -> set[int]:
    text = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii")
    return {int(pid) for pid in text.split()}
