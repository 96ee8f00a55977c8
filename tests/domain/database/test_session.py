"""Connections that have gone while nobody used them, and callers that have."""

import asyncio

import asyncpg
import pytest
from sqlalchemy import select, text

import domain.database.engine
from domain.database.raw import RawSelect
from domain.database.session import Database
from domain.errors import Unavailable
from domain.models import Company, StoreType
from tests.factories import NOW, make_company

BACKEND = "SELECT CAST(pg_backend_pid() AS TEXT)"
_ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@_ON_POSTGRESQL
async def test_a_restarted_database_is_not_noticed(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A7: a connection that the server closed while it lay in a pool is replaced before it is used."""
    monkeypatch.setattr(domain.database.engine, "_TRUSTED_SECONDS", 0.0)
    async with database.read() as session:
        old = await session.scalar(text(BACKEND))
    ((old_direct,),) = await database.rows(BACKEND, ())
    other = Database(database.engine.url.render_as_string(hide_password=False))
    async with other.write() as session:
        for number in (old, old_direct):
            ended = "SELECT pg_terminate_backend(:number, 5000)"
            assert await session.scalar(text(ended), {"number": int(number or 0)})
    await other.close()

    async with database.read() as session:
        new = await session.scalar(text(BACKEND))
    ((new_direct,),) = await database.rows(BACKEND, ())
    assert len({old, old_direct, new, new_direct, None}) == 5


@_ON_POSTGRESQL
async def test_callers_that_leave(database: Database) -> None:
    """A7: however many callers are cancelled while the database works for them, the next ones are served."""
    for _ in range(3):
        asked = [
            asyncio.create_task(database.rows("SELECT CAST(pg_sleep(30) AS TEXT)", ())) for _ in range(12)
        ]
        await asyncio.sleep(0.05)
        for task in asked:
            task.cancel()
        ended = await asyncio.gather(*asked, return_exceptions=True)
        assert {type(each) for each in ended} == {asyncio.CancelledError}
    found = await asyncio.gather(*(database.rows(BACKEND, ()) for _ in range(20)))
    assert all(found)


@_ON_POSTGRESQL
async def test_a_server_that_takes_no_writes(database: Database) -> None:
    """A7, J2: a standby that is asked in its primary's place, as after a failover, is trouble that passes."""

    async def write() -> None:
        async with database.write() as session:
            await session.execute(text("SET TRANSACTION READ ONLY"))
            await make_company(session)

    with pytest.raises(Unavailable):
        await write()


@_ON_POSTGRESQL
async def test_what_passes_is_told_so(database: Database) -> None:
    """A7: of a statement that took too long the caller hears that it may try again; of a wrong one, it is a fault of ours."""
    await database.rows("SELECT set_config('statement_timeout', '20', false)", ())
    with pytest.raises(Unavailable, match="Try again"):
        await database.rows("SELECT CAST(pg_sleep(30) AS TEXT)", ())
    with pytest.raises(asyncpg.PostgresSyntaxError):
        await database.rows("SELEC 1", ())


async def test_a_raw_select_has_the_types_of_its_columns(database: Database) -> None:
    """A2: what the driver gives for a column is what the column says, on both databases."""
    async with database.write() as session:
        company = await make_company(session, name="One")
        company.orders_not_before = NOW
    query = RawSelect(
        select(
            Company.id, Company.store_type, Company.allow_inventory_upload, Company.orders_not_before
        ).where(Company.name == "One")
    )
    assert list(query.on(database.engine.dialect).values({"name_1": "One"})) == ["One"]
    ((number, kind, flag, moment),) = await database.select_raw(query, name_1="One")
    assert (number, kind, flag, moment) == (
        company.id,
        company.store_type,
        company.allow_inventory_upload,
        NOW,
    )
    assert isinstance(kind, StoreType)
    assert isinstance(flag, bool)
