"""What commands at the command line share: settings, a database opened for one piece of work, and one line for a fault."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, NoReturn, TypeVar

import typer

from domain import faults
from domain.database.session import Database
from domain.settings import Settings

Result = TypeVar("Result")


def settings_or_end() -> Settings:
    with faults.ending_in_one_line():
        return Settings.load()


def with_database(
    work: Callable[[Database], Coroutine[Any, Any, Result]], settings: Settings | None = None
) -> Result:
    """Open the database, do *work*, close it; what is refused is told in one line."""
    settings = settings or settings_or_end()

    async def run() -> Result:
        # A migration takes the time that it needs.
        database = Database(settings.effective_database_url, command_seconds=None)
        try:
            return await work(database)
        finally:
            await database.close()

    with faults.ending_in_one_line(settings):
        if settings.database_url is None:
            settings.data_dir.mkdir(parents=True, exist_ok=True)
        return asyncio.run(run())


def fail(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(code=1)
