"""How long a start takes: `.venv/bin/python -m benchmarks.start`.

From starting `tradewind serve` to its first answer to a query, and from starting `tradewind worker` to its readiness,
with a Redis that runs already and with the embedded one, which they start themselves; SQLite, migrated. Beside them, in
turn with them, an interpreter loads a server's libraries and no more: the limit. On a machine that has other work take
the CPU and the ratios. The figures are medians.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import httpx
from rich.console import Console
from rich.table import Table

from tests.demo.processes import _command, _process, free_port
from tests.fixtures.embedded import running_redis

SECONDS = 60.0
LIBRARIES = (
    "aiosqlite, arq.worker, asyncpg, cryptography.hazmat.primitives.ciphers.aead, httpx, msgspec, orjson, "
    "prometheus_client, pydantic_settings, redis.asyncio, sqlalchemy.ext.asyncio, starlette.applications, "
    "strawberry, structlog, typer, uvicorn, uvloop, websockets"
)
Taken = tuple[float, float]  # seconds until it answered, and of CPU with its end
QUERY = {"query": "{ companies(first: 1) { nodes { id } } }"}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.start", description=__doc__)
    parser.add_argument("--starts", type=int, default=9, help="of each kind")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tw-start-") as name:
        folder = Path(name)
        embedded = _environment(folder)
        _command(embedded, "migrate")
        key = _command(embedded, "keys", "create", "--admin", "--name", "start")
        with running_redis(folder / "other") as redis:
            outside = embedded | {"TRADEWIND_REDIS_URL": redis.url}
            kinds: dict[str, Callable[[], float]] = {
                "the libraries alone": lambda: _load(embedded),
                "server, Redis runs": lambda: _serve(outside, folder / "log", key),
                "server, Redis embedded": lambda: _serve(embedded, folder / "log", key),
                "worker, Redis runs": lambda: _work(outside, folder / "log"),
                "worker, Redis embedded": lambda: _work(embedded, folder / "log"),
            }
            taken: dict[str, list[Taken]] = {kind: [] for kind in kinds}
            for start in kinds.values():
                start()  # the first one reads from the disk
            for _ in range(options.starts):
                for kind, start in kinds.items():
                    before = _cpu_of_children()
                    wall = start()
                    taken[kind].append((wall, _cpu_of_children() - before))
    _print(taken)


def _environment(folder: Path) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("TRADEWIND_")}
    return own | {
        "TRADEWIND_ENV": "development",
        "TRADEWIND_SHUTDOWN_DELAY_SECONDS": "0",
        "TRADEWIND_DATA_DIR": str(folder),
        "TRADEWIND_TEMU_APP_KEY": "key",
        "TRADEWIND_TEMU_APP_SECRET": "secret",
    }


def _load(environment: dict[str, str]) -> float:
    with _clock() as seconds:
        subprocess.run([sys.executable, "-c", f"import {LIBRARIES}"], env=environment, check=True)
        return seconds()


def _serve(environment: dict[str, str], log: Path, key: str) -> float:
    port = free_port()
    headers = {"Authorization": f"Bearer {key}"}
    with (
        httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, trust_env=False) as client,
        _clock() as seconds,
        _process(environment, log, "serve", "--port", str(port)),
    ):
        while not _answers(client):
            assert seconds() < SECONDS, log.read_text(encoding="utf-8")[-4000:]
            time.sleep(0.005)
        return seconds()


def _answers(client: httpx.Client) -> bool:
    try:
        return "errors" not in client.post("/graphql", json=QUERY).raise_for_status().json()
    except httpx.TransportError:
        return False  # it doesn't listen yet


def _work(environment: dict[str, str], log: Path) -> float:
    log.write_text("", encoding="utf-8")
    with _clock() as seconds, _process(environment, log, "worker"):
        while "worker.ready" not in log.read_text(encoding="utf-8"):
            assert seconds() < SECONDS, log.read_text(encoding="utf-8")[-4000:]
            time.sleep(0.005)
        return seconds()


@contextmanager
def _clock() -> Generator[Callable[[], float]]:
    began = time.perf_counter()
    yield lambda: time.perf_counter() - began


def _cpu_of_children() -> float:
    """Of those that have ended: other work on the machine, which makes a start longer, adds little to it."""
    times = os.times()
    return times.children_user + times.children_system


def _print(taken: dict[str, list[Taken]]) -> None:
    table = Table(
        "start of", "median", "shortest", "of the first row", "CPU", "of the first row", title="Cold starts"
    )
    bare_wall, bare_cpu = (
        statistics.median(times) for times in zip(*taken["the libraries alone"], strict=True)
    )
    for kind, starts in taken.items():
        walls, cpus = zip(*starts, strict=True)
        wall, cpu = statistics.median(walls), statistics.median(cpus)
        table.add_row(
            kind,
            *(f"{wall:.2f} s", f"{min(walls):.2f} s", f"{wall / bare_wall:.2f}"),
            *(f"{cpu:.2f} s", f"{cpu / bare_cpu:.2f}"),
        )
    Console().print(table)


if __name__ == "__main__":
    main()
