"""`tradewind outbound`: the pause of all that changes something at Temu."""

from typing import Annotated

import typer

from api.commands.database import with_database
from domain import audit, clock, outbound
from domain.database.session import Database

app = typer.Typer(
    add_completion=False,
    help="The pause of all that changes something at Temu.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.command("pause")
def pause(
    *,
    reason: Annotated[str | None, typer.Option(help="Why, for whoever looks later.")] = None,
    restored: Annotated[
        bool,
        typer.Option(
            "--restored",
            help="The database is a restored copy: have Temu asked before it is told anything again.",
        ),
    ] = False,
) -> None:
    """Send nothing to Temu that changes something there, until it is resumed. Orders still come in."""

    async def change(database: Database) -> None:
        async with audit.write(database, audit.by_command("outbound pause", clock.now())) as session:
            if restored:
                words = reason or outbound.RESTORED
                await outbound.pause_restored(session, reason=words, now=clock.now())
            else:
                await outbound.pause(session, reason=reason, now=clock.now())

    with_database(change)
    typer.echo("Paused. What had left before is answered within half a minute.")


@app.command("resume")
def resume() -> None:
    """Let it go on; jobs that wait start within seconds."""

    async def change(database: Database) -> None:
        async with audit.write(database, audit.by_command("outbound resume", clock.now())) as session:
            await outbound.resume(session)

    with_database(change)
    typer.echo("Resumed.")


@app.command("show")
def show() -> None:
    """Say whether it is paused, since when and why."""

    async def look(database: Database) -> str:
        async with database.read() as session:
            row = await outbound.get(session)
        if row.outbound_paused_at is None:
            return "Not paused."
        return f"Paused since {row.outbound_paused_at:%Y-%m-%d %H:%M:%S} UTC. {row.outbound_pause_reason or ''}".rstrip()

    typer.echo(with_database(look))
