"""`tradewind migrate`."""

from typing import Annotated

import typer

from api.commands.database import settings_or_end, with_database
from domain import audit, clock, migration
from domain.database.session import Database
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

    async def work(database: Database) -> Migrated:
        role = settings.application_role
        done = await migration.migrate(database, to=to, finish=finish, application=role, report=typer.echo)
        # Each migration is a transaction of its own; what they did together is recorded behind them.
        if done.ran and (done.after or "") >= audit.SINCE:
            async with audit.write(database, audit.by_command("migrate", clock.now())) as session:
                audit.record(session, None, "migration", done.before, done.after)
        return done

    owner = {"database_url": settings.database_owner_url or settings.database_url}
    done = with_database(work, settings.model_copy(update=owner))
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
