"""`tradewind migrate`."""

from typing import Annotated

import typer

from api.commands.database import settings_or_end, with_database
from domain import migration
from domain.migration import Migrated

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def migrate(
    *,
    to: Annotated[
        str | None, typer.Option(help="Migration to move to; `base` takes everything back.")
    ] = None,
    finish: Annotated[
        bool,
        typer.Option("--finish", help="Also take away what only older releases use: none may run any more."),
    ] = False,
) -> None:
    """Bring the database to the tables of this release; servers and workers of the release before go on meanwhile."""
    settings = settings_or_end()
    role = settings.application_role
    done = with_database(
        lambda database: migration.migrate(
            database, to=to, finish=finish, application=role, report=typer.echo
        ),
        settings.model_copy(update={"database_url": settings.database_owner_url or settings.database_url}),
    )
    typer.echo(_told(done, is_upgrade=to is None))


def _told(done: Migrated, *, is_upgrade: bool) -> str:
    lines = [
        f"The database was at migration {done.before or 'none'} and is at {done.after or 'none'}; "
        + (f"run: {', '.join(done.ran)}." if done.ran else "there was nothing to do.")
    ]
    if done.filled:
        lines.append(f"{done.filled} rows were filled for searching.")
    if done.waiting and is_upgrade:
        lines.append(
            f"{', '.join(done.waiting)} waits: run `tradewind migrate --finish` when no older release runs any more."
        )
    return "\n".join(lines)
