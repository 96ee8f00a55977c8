"""API keys at the command line: create, list, revoke."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from api.commands.database import fail, with_database
from api.values import ids
from domain import audit, clock
from domain.access import api_keys
from domain.database.session import Database
from domain.models import ApiKey, Role

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
    expires: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Last day on which it opens anything, in UTC."),
    ] = None,
    days: Annotated[
        int | None, typer.Option(min=1, max=36_500, help="Days for which it opens anything.")
    ] = None,
) -> None:
    """Make an API key and print it: the only time that it is shown."""
    if admin == bool(company):
        fail("Give either --admin or --company.")
    if expires is not None and days is not None:
        fail("Give either --expires or --days.")
    now, expires_at = clock.now(), None
    if expires is not None:
        expires_at = expires.replace(tzinfo=UTC) + timedelta(days=1)
    elif days is not None:
        expires_at = now + timedelta(days=days)
    numbers = None if admin else [_company_number(global_id) for global_id in company or []]

    async def create(database: Database) -> str:
        async with audit.write(database, audit.by_command("keys create", clock.now())) as session:
            _, secret = await api_keys.create(
                session,
                name=name,
                role=Role.ADMINISTER if admin else role,
                company_ids=numbers,
                expires_at=expires_at,
                now=now,
            )
        return secret

    typer.echo(with_database(create))


@app.command("list")
def list_keys() -> None:
    """List all API keys."""
    now = clock.now()

    async def every(database: Database) -> list[str]:
        async with database.read() as session:
            return [
                f"{key.id}\t…{key.hint}\t{'server' if key.is_server_wide else 'companies'}\t{key.role.value}\t"
                f"last used {key.last_used_at or 'never'}\t{_state(key, now)}\texpires {key.expires_at or 'never'}\t{key.name}"
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


def _state(key: ApiKey, now: datetime) -> str:
    if key.revoked_at is not None:
        return "revoked"
    return "expired" if key.expires_at is not None and key.expires_at <= now else "active"


def _company_number(global_id: str) -> int:
    number = ids.find(global_id, "Company")
    return number if number is not None else fail(f"{global_id} is not the id of a company.")
