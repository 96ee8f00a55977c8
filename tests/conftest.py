"""Plugins and options."""

import asyncio
import gc
import os
from collections.abc import Callable
from pathlib import Path

import pytest
import structlog
import uvloop
from hypothesis import HealthCheck, settings

from tests.fixtures.postgresql import memory

ROOT = Path(__file__).parent
# Processes that are killed, whole flows, and fixtures that take longer to start than what is fast takes in all.
SLOW_FOLDERS = ("demo", "journeys", "migrations", "sandbox", "temu_facts")
SLOW_FIXTURES = {"browser_page", "postgresql_server", "redis_url"}

# How many examples a test of random ones plays; --hypothesis-profile=long plays many. That making them is slow says
# something of the machine, which may be busy, and nothing of us.
settings.register_profile("suite", max_examples=8, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("long", max_examples=2000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")

pytest_plugins = [
    "tests.fixtures.browser",
    "tests.fixtures.compiling",
    "tests.fixtures.database",
    "tests.fixtures.world",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--fast`, for the time between two thoughts."""
    parser.addoption("--fast", action="store_true", help="pure tests, and of databases SQLite alone")


def pytest_configure() -> None:
    """Have what tests write lie in memory, where there is enough of it: SQLite waits for the disk at every commit. Log plainly."""
    folder = memory()
    if folder is not None:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", folder)
    # Its own tracebacks are drawn with all variables, which takes tenths of a second each.
    *processors, _ = structlog.get_config()["processors"]
    renderer = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*processors, renderer])


@pytest.fixture(scope="session")
def _asyncio_loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    """The event loop that servers and workers have as well. By pytest-asyncio's hook, each test without one would end the session's."""
    return uvloop.new_event_loop


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is slow, where that was asked for."""
    if config.getoption("--fast"):
        slow = [item for item in items if _is_slow(item)]
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if item not in set(slow)]


def pytest_collection_finish() -> None:
    """Spare the garbage collector all that lives until the end: it would go through the tests themselves again and again."""
    gc.freeze()


def _is_slow(item: pytest.Item) -> bool:
    folder = item.path.relative_to(ROOT).parts[0]
    parameters = getattr(item, "callspec", None)
    is_on_postgresql = parameters is not None and "postgresql" in parameters.params.values()
    fixtures: list[str] = getattr(item, "fixturenames", [])
    return folder in SLOW_FOLDERS or is_on_postgresql or not SLOW_FIXTURES.isdisjoint(fixtures)
