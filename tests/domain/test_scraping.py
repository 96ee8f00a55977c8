"""Scraping a process whose database or Redis is away or silent."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from prometheus_client import generate_latest

from domain import scraping
from domain.resources import opened
from domain.settings import ConfigurationError, Settings
from jobs.queue import connect
from tests.fixtures.scraped import Scraped


@pytest.fixture
async def silent_port() -> AsyncIterator[int]:
    """A server that takes connections and says nothing."""
    left = asyncio.Event()

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await left.wait()
        writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    left.set()
    server.close()
    await server.wait_closed()


async def _scraped(settings: Settings, redis_url: str) -> Scraped:
    redis = connect(redis_url)
    try:
        async with opened(settings, redis=redis) as resources:
            content = await asyncio.to_thread(generate_latest, scraping.registry(resources))
    finally:
        await redis.aclose()
    return Scraped.of(content.decode())


async def test_redis_away(settings: Settings) -> None:
    """A7: where no Redis is, the figures say so, and tell all the rest."""
    told = await _scraped(settings, "redis://127.0.0.1:1")

    assert (told.value("tradewind_redis_up"), told.value("tradewind_database_up")) == (0, 1)
    assert told.value("tradewind_workers", state="alive") == 0


async def test_redis_silent(settings: Settings, silent_port: int) -> None:
    """A7: a Redis that is frozen doesn't hold up a scrape."""
    told = await _scraped(settings, f"redis://127.0.0.1:{silent_port}")

    assert (told.value("tradewind_redis_up"), told.value("tradewind_database_up")) == (0, 1)
    assert told.value("tradewind_outbound_paused") == 0


@pytest.mark.parametrize("is_silent", [False, True])
async def test_database_away(
    settings: Settings, redis_url: str, silent_port: int, *, is_silent: bool
) -> None:
    """A7: without its database a process tells what it has counted, and that the database is away; no figure is made up."""
    port = silent_port if is_silent else 1
    lost = settings.model_copy(
        update={"database_url": f"postgresql+asyncpg://nobody:secret@127.0.0.1:{port}/none"}
    )

    told = await _scraped(lost, redis_url)

    assert (told.value("tradewind_redis_up"), told.value("tradewind_database_up")) == (1, 0)
    assert "tradewind_operations_total" in told.names
    assert told.value("tradewind_database_connections_limit", pool="sessions") == 10
    assert told.value("tradewind_outbound_paused") is None


async def test_figures_are_read_once_in_a_while(settings: Settings, redis_url: str) -> None:
    """A7: two scrapes within a moment ask the database for one snapshot."""
    redis = connect(redis_url)
    async with opened(settings, redis=redis) as resources:
        registry = scraping.registry(resources)
        first, second = [
            Scraped.of((await asyncio.to_thread(generate_latest, registry)).decode()) for _ in range(2)
        ]
    await redis.aclose()

    taken_at = first.value("tradewind_snapshot_timestamp_seconds")
    assert taken_at is not None
    assert second.value("tradewind_snapshot_timestamp_seconds") == taken_at


async def test_a_port_in_use(settings: Settings, silent_port: int) -> None:
    """R6: a port that another process has ends the start with a sentence that names the setting."""
    taken = settings.model_copy(update={"metrics_port": silent_port})
    async with opened(taken, redis=None) as resources:
        with pytest.raises(ConfigurationError, match=f"TRADEWIND_METRICS_PORT: .* port {silent_port}: "):
            async with scraping.served(resources):
                pass
