"""API keys at the command line: create, list, revoke."""

from typing import Annotated

import typer

from api.commands.database import fail, with_database
from api.values import ids
from domain import audit, clock
from domain.access import api_keys
from domain.database.session import Database
from domain.models import Role

app = typer.Typer(
    add_completion=False,
    help="API keys.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.command("create")
def create_key(
    *,
    admin: Annotated[
        bool, typer.Option("--admin", help="A key of the server, which may do everything.")
    ] = False,
    company: Annotated[
        list[str] | None, typer.Option(help="Id of a company it may see; repeat for several.")
    ] = None,
    role: Annotated[Role, typer.Option(case_sensitive=False, help="What it may do there.")] = Role.READ,
    name: Annotated[str, typer.Option(help="What it is for.")] = "made at the command line",
) -> None:
    """Make an API key and print it: the only time that it is shown."""
    if admin == bool(company):
        fail("Give either --admin or --company.")
    numbers = None if admin else [_company_number(global_id) for global_id in company or []]

    async def create(database: Database) -> str:
        async with audit.write(database, audit.by_command("keys create", clock.now())) as session:
            _, secret = await api_keys.create(
                session,
                name=name,
                role=Role.ADMINISTER if admin else role,
                company_ids=numbers,
                now=clock.now(),
            )
        return secret

    typer.echo(with_database(create))


@app.command("list")
def list_keys() -> None:
    """List all API keys."""

    async def every(database: Database) -> list[str]:
        async with database.read() as session:
            return [
                f"{key.id}\t…{key.hint}\t{'server' if key.is_server_wide else 'companies'}\t{key.role.value}\t"
                f"last used {key.last_used_at or 'never'}\t{'revoked' if key.revoked_at else 'active'}\t{key.name}"
                for key in await api_keys.list_all(session)
            ]

    for line in with_database(every):
        typer.echo(line)


@app.command("revoke")
def revoke_key(
    number: Annotated[int, typer.Argument(help="The number that `keys list` shows first.")],
) -> None:
    """End an API key: a second later it opens nothing."""

    async def revoke(database: Database) -> None:
        async with audit.write(database, audit.by_command("keys revoke", clock.now())) as session:
            await api_keys.revoke(session, number, now=clock.now())

    with_database(revoke)


def _company_number(global_id: str) -> int:
    number = ids.find(global_id, "Company")
    return number if number is not None else fail(f"{global_id} is not the id of a company.")
