"""`tradewind encryption`: the keys that seal access tokens and the secrets of webhooks."""

from typing import Annotated

import typer

from api.commands.database import settings_or_end, with_database
from domain import audit, clock, faults
from domain.companies import resealing
from domain.companies.resealing import Sealed
from domain.database.session import Database
from domain.resources import secret_box
from domain.secrets import SecretBox

app = typer.Typer(
    add_completion=False,
    help="The keys that seal access tokens.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.callback()
def encryption() -> None:
    """The keys that seal access tokens."""


@app.command("rotate")
def rotate(
    *,
    check: Annotated[bool, typer.Option("--check", help="Only say what would be done.")] = False,
) -> None:
    """Seal all tokens and secrets of webhooks with the first key of TRADEWIND_ENCRYPTION_KEYS; servers and workers go on. Exit
    code 1 where one can't be opened.
    """
    settings = settings_or_end()
    with faults.ending_in_one_line(settings):
        secrets = secret_box(settings)

    async def work(database: Database) -> tuple[int, Sealed]:
        with audit.acting(audit.by_command("encryption rotate", clock.now())):
            count = 0 if check else await resealing.reseal(database, secrets)
        return count, await resealing.look(database, secrets)

    count, sealed = with_database(work)
    if not check:
        typer.echo(f"Sealed {count} tokens with {secrets.key_ids[0]}.")
    _tell(secrets, sealed)
    if sealed.unopened:
        raise typer.Exit(code=1)


def _tell(secrets: SecretBox, sealed: Sealed) -> None:
    first, *others = secrets.key_ids
    if waiting := sealed.waiting(secrets):
        typer.echo(f"{waiting} tokens are sealed with another key than {first}.")
    for token in sealed.unopened:
        remedy = (
            "make another with rotateWebhookSecret"
            if token.startswith("webhook ")
            else "set it again with setAccessToken"
        )
        typer.echo(f"Can't be opened with these keys, so {remedy}: {token}.")
    for key_id in others:
        used = sealed.by_key[key_id]
        typer.echo(
            f"{key_id} is used by {used} tokens: keep it."
            if used
            else f"{key_id} is not used any more: it can be removed."
        )
