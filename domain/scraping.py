"""What is read when somebody scrapes, and where a worker is scraped. Nothing here waits longer than some two seconds."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from concurrent.futures import CancelledError
from contextlib import asynccontextmanager
from typing import Generic, TypeVar

from prometheus_client import REGISTRY, CollectorRegistry, start_http_server
from prometheus_client.core import GaugeMetricFamily

from domain import clock, metrics
from domain.monitoring import gauges
from domain.monitoring.snapshot import Snapshot, snapshot
from domain.release import VERSION
from domain.resources import Resources
from domain.settings import ConfigurationError
from domain.telemetry import log

T = TypeVar("T")

# Prometheus gives a scrape ten seconds as a rule; what hasn't come by then isn't told this time.
_PATIENCE_SECONDS = 1.5
_THREAD_PATIENCE_SECONDS = 2.0
# What the whole installation is asked takes some thirty statements.
_SNAPSHOT_EVERY_SECONDS = 15.0
_SNAPSHOT_GOOD_SECONDS = 60.0


def registry(resources: Resources) -> CollectorRegistry:
    """All metrics of this process, to be read by a thread other than that of the running event loop."""
    everything = CollectorRegistry()
    everything.register(REGISTRY)
    everything.register(_Figures(resources, asyncio.get_running_loop()))
    return everything


@asynccontextmanager
async def served(resources: Resources) -> AsyncGenerator[None]:
    """Serve this process's metrics by a thread of their own, where the settings say so; raises ConfigurationError where the
    address can't be had.
    """
    host, port = resources.settings.metrics_host, resources.settings.metrics_port
    if port is None:
        yield
        return
    try:
        # In a thread, since the standard library's server asks for the name of the address, which may take its time.
        server, thread = await asyncio.to_thread(
            start_http_server, port, addr=host, registry=registry(resources)
        )
    except OSError as error:
        message = (
            f"TRADEWIND_METRICS_PORT: can't serve metrics on {host} port {port}: {error.strerror}. "
            "Choose a free port, or with TRADEWIND_METRICS_HOST an address of this machine."
        )
        raise ConfigurationError(message) from error
    try:
        yield
    finally:
        await asyncio.to_thread(server.shutdown)
        server.server_close()
        thread.join()


class _Reading(Generic[T]):
    """What one question comes to, asked by one task at a time: one that takes long is waited for by later scrapes too."""

    def __init__(
        self, what: str, read: Callable[[], Awaitable[T]], *, every: float = 0.0, good_for: float = 0.0
    ) -> None:
        self._what = what
        self._read = read
        self._every = every
        self._good_for = good_for
        self._task: asyncio.Task[None] | None = None
        self._value: T | None = None
        self._asked = 0.0

    async def latest(self) -> T | None:
        """What it came to, asked once in *every* seconds. While that takes long, what it was the time before, for at most
        *good_for* seconds; None where there is neither, or it failed.
        """
        if self._task is None or (self._task.done() and time.monotonic() - self._asked >= self._every):
            self._asked = time.monotonic()
            self._task = asyncio.create_task(self._ask())
        await asyncio.wait({self._task}, timeout=_PATIENCE_SECONDS)
        is_good = self._task.done() or time.monotonic() - self._asked < self._good_for
        return self._value if is_good else None

    async def _ask(self) -> None:
        try:
            self._value = await self._read()
        except Exception as error:  # noqa: BLE001 - what can't be had is absent; a scrape never fails
            self._value = None
            log.warning("metrics.not_read", what=self._what, reason=type(error).__name__)


class _Figures:
    """Collects for prometheus-client, which asks from a thread of its own."""

    def __init__(self, resources: Resources, loop: asyncio.AbstractEventLoop) -> None:
        self._resources = resources
        self._database = resources.database
        self._loop = loop
        self._database_answers = _Reading("database", self._database.answers)
        self._redis_answers = _Reading("redis", resources.redis_answers)
        self._snapshot = _Reading(
            "snapshot", self._take, every=_SNAPSHOT_EVERY_SECONDS, good_for=_SNAPSHOT_GOOD_SECONDS
        )

    def collect(self) -> Iterable[GaugeMetricFamily]:
        future = asyncio.run_coroutine_threadsafe(self._families(), self._loop)
        try:
            return future.result(_THREAD_PATIENCE_SECONDS)
        except (TimeoutError, CancelledError) as error:
            # The loop is blocked, or the process ends: what has been counted is told all the same.
            future.cancel()
            log.warning("metrics.not_read", what="figures", reason=type(error).__name__)
            return []

    async def _families(self) -> list[GaugeMetricFamily]:
        database, redis, installation = await asyncio.gather(
            self._database_answers.latest(), self._redis_answers.latest(), self._snapshot.latest()
        )
        pools = self._database.pools()
        return [
            metrics.BUILD.family({(VERSION,): 1}),
            metrics.DATABASE_UP.family({(): float(bool(database))}),
            metrics.REDIS_UP.family({(): float(bool(redis))}),
            metrics.CONNECTIONS_IN_USE.family({(name,): pool.in_use for name, pool in pools.items()}),
            metrics.CONNECTIONS_LIMIT.family({(name,): pool.limit for name, pool in pools.items()}),
            # Where the database is away, what it said before is no figure of now.
            *(gauges.families(installation) if database and installation else ()),
        ]

    async def _take(self) -> Snapshot:
        async with self._database.read() as session:
            return await snapshot(session, settings=self._resources.settings, now=clock.now())
