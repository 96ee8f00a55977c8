"""`tradewind backup`."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from api.commands.database import fail, settings_or_end
from domain import backup as backups
from domain import clock
from domain.errors import DomainError

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The file to make; one that is there is never overwritten.")],
) -> None:
    """Copy a SQLite database that is in use to a file. A copy that is restored starts paused."""
    settings = settings_or_end()
    try:
        asyncio.run(backups.back_up(settings.effective_database_url, file, now=clock.now()))
    except DomainError as error:
        fail(error.message)
    typer.echo(f"{file}: {file.stat().st_size} bytes. Keep it with the encryption keys, not beside them.")
