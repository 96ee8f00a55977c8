"""`tradewind migrate`."""

from typing import Annotated

import typer

from api.commands.database import with_database
from domain import migration

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def migrate(
    to: Annotated[str, typer.Option(help="Revision to move to; `base` takes everything back.")] = "head",
) -> None:
    """Bring the database to the tables of this release."""
    with_database(lambda database: migration.migrate(database, to=to))
