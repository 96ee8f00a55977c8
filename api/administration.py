"""What an operator does by hand: migrate the database, make API keys and end them."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Annotated, Any, NoReturn, TypeVar

import typer

from api.values import ids
from domain import clock, migration
from domain.access import api_keys
from domain.database.session import Database
from domain.errors import DomainError
from domain.models import Role
from domain.settings import ConfigurationError, Settings

Result = TypeVar("Result")

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)
keys = typer.Typer(help="API keys.", no_args_is_help=True)
app.add_typer(keys, name="keys")


@app.command()
def migrate(
    to: Annotated[str, typer.Option(help="Revision to move to; `base` takes everything back.")] = "head",
) -> None:
    """Bring the database to the tables of this release."""
    _with_database(lambda database: migration.migrate(database, to=to))


@keys.command("create")
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
        _fail("Give either --admin or --company.")
    numbers = None if admin else [_company_number(global_id) for global_id in company or []]

    async def create(database: Database) -> str:
        async with database.write() as session:
            _, secret = await api_keys.create(
                session,
                name=name,
                role=Role.ADMINISTER if admin else role,
                company_ids=numbers,
                now=clock.now(),
            )
        return secret

    typer.echo(_with_database(create))


@keys.command("list")
def list_keys() -> None:
    """List all API keys."""

    async def every(database: Database) -> list[str]:
        async with database.read() as session:
            return [
                f"{key.id}\t…{key.hint}\t{'server' if key.is_server_wide else 'companies'}\t{key.role.value}\t"
                f"last used {key.last_used_at or 'never'}\t{'revoked' if key.revoked_at else 'active'}\t{key.name}"
                for key in await api_keys.list_all(session)
            ]

    for line in _with_database(every):
        typer.echo(line)


@keys.command("revoke")
def revoke_key(
    number: Annotated[int, typer.Argument(help="The number that `keys list` shows first.")],
) -> None:
    """End an API key: a second later it opens nothing."""

    async def revoke(database: Database) -> None:
        async with database.write() as session:
            await api_keys.revoke(session, number, now=clock.now())

    _with_database(revoke)


def _company_number(global_id: str) -> int:
    number = ids.find(global_id, "Company")
    return number if number is not None else _fail(f"{global_id} is not the id of a company.")


def _settings() -> Settings:
    try:
        return Settings.load()
    except ConfigurationError as error:
        _fail(str(error))


def _with_database(work: Callable[[Database], Coroutine[Any, Any, Result]]) -> Result:
    """Open the database, do *work*, close it; what is refused is told in one line."""
    settings = _settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)

    async def run() -> Result:
        # A migration takes the time that it needs.
        database = Database(settings.effective_database_url, command_seconds=None)
        try:
            return await work(database)
        finally:
            await database.close()

    try:
        return asyncio.run(run())
    except DomainError as error:
        _fail(error.message)


def _fail(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(code=1)
