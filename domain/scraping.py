"""What is read when somebody scrapes, and where a worker is scraped."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from concurrent.futures import CancelledError
from contextlib import asynccontextmanager
from typing import Generic, TypeVar

from prometheus_client import REGISTRY, CollectorRegistry, start_http_server
from prometheus_client.core import GaugeMetricFamily

from domain import metrics
from domain.resources import Resources
from domain.settings import ConfigurationError
from domain.telemetry import log

T = TypeVar("T")

# Prometheus gives a scrape ten seconds as a rule; what hasn't come by then isn't told this time.
_PATIENCE_SECONDS = 1.5
_THREAD_PATIENCE_SECONDS = 2.0
_UNLABELLED: tuple[str, ...] = ()


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
            "Choose a free port, or an address of this machine with TRADEWIND_METRICS_HOST."
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

    def __init__(self, what: str, read: Callable[[], Awaitable[T]], *, every: float = 0.0) -> None:
        self._what = what
        self._read = read
        self._every = every
        self._task: asyncio.Task[T | None] | None = None
        self._asked = 0.0

    async def latest(self) -> T | None:
        """What it came to, at most *every* seconds ago; None where that fails or takes too long."""
        is_old = self._task is None or (self._task.done() and time.monotonic() - self._asked >= self._every)
        if is_old:
            self._asked = time.monotonic()
            self._task = asyncio.create_task(self._asking())
        assert self._task is not None  # noqa: S101 - set above
        await asyncio.wait({self._task}, timeout=_PATIENCE_SECONDS)
        return self._task.result() if self._task.done() else None

    async def _asking(self) -> T | None:
        try:
            return await self._read()
        except Exception as error:  # noqa: BLE001 - what can't be had is absent; a scrape never fails
            log.warning("metrics.not_read", what=self._what, reason=type(error).__name__)
            return None


class _Figures:
    """Collects for prometheus-client, which asks from a thread of its own."""

    def __init__(self, resources: Resources, loop: asyncio.AbstractEventLoop) -> None:
        self._database = resources.database
        self._loop = loop
        self._database_answers = _Reading("database", self._database.answers)
        self._redis_answers = _Reading("redis", resources.redis_answers)

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
        database, redis = await asyncio.gather(self._database_answers.latest(), self._redis_answers.latest())
        pools = self._database.pools()
        return [
            metrics.DATABASE_UP.family({_UNLABELLED: float(bool(database))}),
            metrics.REDIS_UP.family({_UNLABELLED: float(bool(redis))}),
            metrics.CONNECTIONS_IN_USE.family({(name,): pool.in_use for name, pool in pools.items()}),
            metrics.CONNECTIONS_LIMIT.family({(name,): pool.limit for name, pool in pools.items()}),
        ]
