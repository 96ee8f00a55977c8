"""`tradewind doctor`."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack

import typer
from rich.console import Console
from rich.markup import escape

from domain import faults
from domain.monitoring import doctor as checks
from domain.monitoring.doctor import Finding, Verdict
from domain.resources import opened
from domain.settings import ConfigurationError, Settings
from jobs.embedded_redis import EmbeddedRedisError
from jobs.queue import connected

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
_STYLE = {Verdict.OK: "green", Verdict.WARNING: "yellow", Verdict.FAULT: "bold red"}


@app.command()
def doctor() -> None:
    """Check settings, database, Redis, clock, keys and the way to Temu; exit code 1 where something is wrong."""
    raise typer.Exit(code=1 if asyncio.run(_examine()) else 0)


async def _examine() -> bool:
    """Show each finding as it comes; returns whether one is a fault."""
    console = Console(highlight=False, soft_wrap=True)
    has_fault = False
    async for finding in _findings():
        has_fault = has_fault or finding.verdict is Verdict.FAULT
        verdict = f"[{_STYLE[finding.verdict]}]{finding.verdict.value:<7}[/]"
        console.print(f"{verdict} {escape(f'{finding.part}: {finding.what} {finding.advice}'.rstrip())}")
    return has_fault


async def _findings() -> AsyncGenerator[Finding]:
    try:
        settings = Settings.load()
    except ConfigurationError as error:
        for line in str(error).splitlines():
            yield Finding("settings", Verdict.FAULT, f"{line}.")
        return
    yield Finding("settings", Verdict.OK, "They can be used.")
    for finding in checks.names():
        yield finding
    folder = checks.folder(settings)
    if folder is not None:
        yield folder
    async with AsyncExitStack() as stack:
        redis = None
        try:
            redis = (await stack.enter_async_context(connected(settings))).redis
        except (EmbeddedRedisError, OSError) as error:
            yield Finding("redis", Verdict.FAULT, str(error), "Set TRADEWIND_REDIS_URL, or mend that.")
        try:
            resources = await stack.enter_async_context(opened(settings, redis=redis))
        except (ConfigurationError, OSError) as error:
            fault = faults.describe(error, settings)
            yield Finding("start", Verdict.FAULT, fault.line if fault else str(error))
            return
        for finding in await checks.database(resources):
            yield finding
        for finding in [] if redis is None else await checks.redis(redis):
            yield finding
        for finding in await checks.temu(resources):
            yield finding
