"""Migrations beside servers that go on: locks that aren't waited for, indexes, and which release fits which tables."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from domain import migration, revision
from domain.database.session import Database
from domain.errors import Conflict, Invalid, Unavailable
from domain.migration import migrate
from domain.revision import problem
from migrations import online
from tests.factories import make_company, make_level, make_order, make_product, make_warehouse
from tests.fixtures.commands import run_command
from tests.fixtures.database import as_application, as_superuser


async def _execute(database: Database, *statements: str) -> None:
    async with database.engine.execution_options(write=True).begin() as connection:
        for statement in statements:
            await connection.execute(text(statement))


@pytest.fixture
async def postgresql(postgresql_url: str) -> AsyncIterator[Database]:
    # Some of these tests do what only a superuser may.
    database = Database(as_superuser(postgresql_url))
    yield database
    await database.close()


async def test_a_table_in_use(postgresql: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """R4: a table that stays locked isn't waited for, which would keep everybody from it, but tried again; then all is there."""
    monkeypatch.setattr(migration, "_LOCK_TIMEOUT", "50ms")
    monkeypatch.setattr(migration, "_PAUSE_SECONDS", (0.0, 0.05))
    await migrate(postgresql, to="0011")
    told: list[str] = []
    in_use = asyncio.Event()

    def report(line: str) -> None:
        told.append(line)
        in_use.set()

    async with postgresql.engine.connect() as other:
        await other.execute(text("LOCK TABLE orders IN ACCESS SHARE MODE"))
        migrating = asyncio.create_task(migrate(postgresql, report=report))
        await in_use.wait()
        # Whoever reads the table meanwhile gets it between two tries.
        async with postgresql.read() as session:
            await session.execute(text("SELECT count(*) FROM orders"))
    done = await migrating

    assert told[0] == "A table is in use; trying again. What was done so far is kept."
    assert done.before == "0011"
    assert done.ran == tuple(number for number in revision.KNOWN if "0011" < number <= revision.REQUIRED)
    assert await problem(postgresql) is None


async def test_a_table_in_use_for_ever(postgresql: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """R4: it ends some time, with what to do, and what came before it is kept."""
    monkeypatch.setattr(migration, "_LOCK_TIMEOUT", "10ms")
    monkeypatch.setattr(migration, "_PAUSE_SECONDS", (0.0, 0.01))
    monkeypatch.setattr(migration, "_MOST_TRIES", 3)
    await migrate(postgresql, to="0011")
    async with postgresql.engine.connect() as other:
        await other.execute(text("LOCK TABLE queued_jobs IN ACCESS SHARE MODE"))
        with pytest.raises(Unavailable, match="pg_stat_activity"):
            await migrate(postgresql)

    needed = f"this release needs {revision.REQUIRED}: run `tradewind migrate`"
    assert await problem(postgresql) == f"is at migration 0014, {needed}"
    await migrate(postgresql)


async def test_a_table_held_by_whoever_wants_another(
    postgresql: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R4: a transaction that has one table and wants another that the migration has is a deadlock, and that passes too."""
    monkeypatch.setattr(migration, "_LOCK_TIMEOUT", "20s")
    monkeypatch.setattr(migration, "_PAUSE_SECONDS", (0.0, 0.05))
    await migrate(postgresql, to="0013")
    told: list[str] = []
    async with postgresql.engine.connect() as other:
        await other.execute(text("SET LOCAL deadlock_timeout = '60s'"))
        await other.execute(text("LOCK TABLE packages IN ROW EXCLUSIVE MODE"))
        migrating = asyncio.create_task(migrate(postgresql, report=told.append))
        await _waits_for(postgresql, "packages")
        # The migration finds it out: it looks a second after it began to wait.
        await other.execute(text("LOCK TABLE companies IN ACCESS SHARE MODE"))
    done = await migrating

    assert told
    assert set(told) == {"A table is in use; trying again. What was done so far is kept."}
    assert done.after == revision.REQUIRED


async def test_another_process_that_migrates(postgresql: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """R4: it is waited for, and told of once however long it takes."""
    monkeypatch.setattr(migration, "_ASK_FOR_LOCK_SECONDS", 0.0)
    told: list[str] = []
    waits = asyncio.Event()

    def report(line: str) -> None:
        told.append(line)
        waits.set()

    async with postgresql.engine.connect() as other:
        await other.execute(text("SELECT pg_advisory_lock(:key)"), {"key": migration._LOCK})
        migrating = asyncio.create_task(migrate(postgresql, report=report))
        await waits.wait()
        for _ in range(50):
            await other.execute(text("SELECT 1"))
        await other.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": migration._LOCK})
    await migrating

    assert told == ["Another process is migrating; waiting for it."]


async def test_servers_that_were_granted_nothing_new_yet(postgresql_url: str) -> None:
    """R4: triggers write what is new for servers too whose role is granted it only when the last migration has been run."""
    owner, servers = Database(postgresql_url), Database(as_application(postgresql_url))
    await migrate(owner, to="0019")
    await migrate(owner)
    async with servers.write() as session:
        company = await make_company(session)
        await make_order(session, company)
        await make_level(session, await make_product(session, company), await make_warehouse(session), 5)
    for table, least in (("changes", 4), ("order_sum_changes", 1)):
        async with owner.read() as session:
            count = await session.scalar(text(f"SELECT count(*) FROM {table}"))
        assert count is not None
        assert count >= least
    await servers.close()
    await owner.close()


async def test_a_connection_that_is_ended(postgresql: Database, postgresql_url: str, tmp_path: Path) -> None:
    """R4, R6: where PostgreSQL ends the connection of a migration, one line says so, and it can be run again."""
    await migrate(postgresql, to="0011")
    async with postgresql.engine.connect() as other:
        await other.execute(text("LOCK TABLE orders IN ACCESS SHARE MODE"))
        command = partial(run_command, "migrate", folder=tmp_path / "data", DATABASE_URL=postgresql_url)
        migrating = asyncio.create_task(asyncio.to_thread(command))
        waits = await _waits_for(postgresql, "orders")
        await other.execute(text("SELECT pg_terminate_backend(:number, 5000)"), {"number": waits})
    ended = await migrating

    assert ended.returncode == 1
    assert "ended the connection. Try again." in ended.stderr.splitlines()[-1]
    assert "Traceback" not in ended.stderr
    await migrate(postgresql)


async def _waits_for(database: Database, table: str) -> int:
    """The backend that waits for a table's lock, as soon as there is one."""
    waiting = text("SELECT pid FROM pg_locks WHERE NOT granted AND relation = CAST(:name AS regclass)")
    async with asyncio.timeout(60):
        while True:
            async with database.read() as session:
                number: int | None = await session.scalar(waiting, {"name": table})
            if number is not None:
                return number
            await asyncio.sleep(0.01)


async def test_an_index_that_was_cut_off(postgresql: Database) -> None:
    """R4: an index whose making was cut off is there, invalid, and made anew."""
    await migrate(postgresql, to="0012")
    wanted = await _definition(postgresql, "ix_stock_changes_company")
    assert wanted is not None
    await migrate(postgresql, to="0013")
    wanted = await _definition(postgresql, "ix_stock_changes_held_back")
    await migrate(postgresql, to="0012")
    await _execute(
        postgresql,
        "CREATE INDEX ix_stock_changes_held_back ON stock_changes (product_id)",
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_stock_changes_held_back'::regclass",
    )

    await migrate(postgresql)

    assert await _definition(postgresql, "ix_stock_changes_held_back") == wanted


async def test_migrations_that_were_cut_off(postgresql: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """R4: one that ends when it has made an index can be run again."""
    await migrate(postgresql, to="0020")
    create = online.create_index
    cut_off = {"uq_queued_jobs_webhook", "ix_orders_company_status", "ix_channel_stock_drifting"}

    def end_once(name: str, *given: Any, **more: Any) -> None:
        create(name, *given, **more)
        if name in cut_off:
            cut_off.remove(name)
            raise ConnectionResetError(name)

    monkeypatch.setattr(online, "create_index", end_once)
    for _ in range(3):
        with pytest.raises(ConnectionResetError):
            await migrate(postgresql)
    await migrate(postgresql)

    assert await problem(postgresql) is None


async def _definition(database: Database, index: str) -> str | None:
    async with database.engine.connect() as connection:
        statement = text("SELECT indexdef FROM pg_indexes WHERE indexname = :name")
        definition: str | None = await connection.scalar(statement, {"name": index})
        return definition


async def test_tables_of_a_newer_release(database: Database) -> None:
    """R4: a release goes on with tables ahead of it as long as these serve it, and can't migrate them."""
    await _execute(database, "UPDATE alembic_version SET version_num = '9999'")
    assert await problem(database) is None
    with pytest.raises(Conflict, match="is at migration 9999, which this release"):
        await migrate(database)

    await _execute(database, "UPDATE installation SET compatible_from = '9998'")

    newest = revision.KNOWN[-1]
    assert (
        await problem(database)
        == f"is at migration 9999, which this release ({newest}) doesn't know: run a newer release"
    )


async def test_tables_of_something_else(database: Database) -> None:
    """R4: a migration that nobody knows is named, and nothing is done."""
    await _execute(database, "UPDATE alembic_version SET version_num = '0000abc'")
    told = await problem(database)
    assert told is not None
    assert "is at migration 0000abc, which this release" in told
    with pytest.raises(Conflict, match="0000abc"):
        await migrate(database)
    await _execute(database, f"UPDATE alembic_version SET version_num = '{revision.KNOWN[-1]}'")
    with pytest.raises(Invalid, match="There is no migration nonsense; there are base and 0001 to"):
        await migrate(database, to="nonsense")


async def test_second_halves_wait(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """R4: what only older releases used is taken away last, when told to; then the tables say whom they serve."""
    last = revision.KNOWN[-2:]
    before = revision.KNOWN[-4]
    monkeypatch.setattr(revision, "POST", last)
    monkeypatch.setattr(revision, "REQUIRED", revision.KNOWN[-3])
    await migrate(database, to=before)

    first = await migrate(database)
    assert (first.ran, first.waiting) == ((revision.REQUIRED,), last)
    assert await problem(database) is None
    second = await migrate(database, finish=True)

    assert (second.before, second.ran, second.waiting) == (revision.REQUIRED, tuple(last), [])
    async with database.read() as session:
        assert await session.scalar(text("SELECT compatible_from FROM installation")) == last[-1]
    assert (await migrate(database)).ran == ()


async def test_a_new_database_has_both_halves(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """R4: where there was nothing, no older release runs either."""
    newest = revision.KNOWN[-1]
    monkeypatch.setattr(revision, "POST", [newest])
    await migrate(database, to="base")
    done = await migrate(database)
    assert (done.before, done.after, done.waiting) == (None, newest, [])
