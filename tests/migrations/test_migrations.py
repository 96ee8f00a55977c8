"""The way from nothing to today's tables, and back, on both databases."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, Connection, func, inspect, select, text
from sqlalchemy.exc import IntegrityError

import domain.migration
from domain.database.session import Database
from domain.migration import migrate
from domain.models import AccessToken, AccessTokenPurpose, AccessTokenStatus, Base
from domain.revision import REQUIRED, problem
from tests.api.reading.rows_of_every_kind import fill
from tests.factories import make_company

VERSIONS = sorted((Path(__file__).parent.parent.parent / "migrations" / "versions").glob("*.py"))

# SQLAlchemy and Alembic say so of each index of an expression in SQLite.
UNREAD = pytest.mark.filterwarnings("ignore:.*expression-based index")
_DEFINITIONS = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
    "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE indexname <> 'alembic_version_pkc'",
}


def _tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) - {"alembic_version"}


def _is_compared(item: Any, _name: str | None, kind: str, *_: Any) -> bool:
    """Indexes of expressions aren't: SQLite's can't be read, and PostgreSQL words them anew. Their definitions are, below."""
    return kind != "index" or all(isinstance(each, Column) for each in item.expressions)


def _differences(connection: Connection) -> list[object]:
    options = {"compare_type": True, "include_object": _is_compared}
    context = MigrationContext.configure(connection, opts=options)
    return [change for change in compare_metadata(context, Base.metadata)]  # noqa: C416 - it is typed as Any


async def test_back_and_forth(database: Database) -> None:
    """R4: migrations run forward, back to nothing and forward again."""
    assert await problem(database) is None
    await migrate(database, to="base")
    async with database.engine.connect() as connection:
        assert await connection.run_sync(_tables) == set()
    assert (
        await problem(database)
        == f"is at migration none, this release needs {REQUIRED}: run `tradewind migrate`"
    )

    await migrate(database)
    await migrate(database)

    assert await problem(database) is None
    async with database.engine.connect() as connection:
        assert await connection.run_sync(_tables) == set(Base.metadata.tables)


@UNREAD
async def test_models_equal_migrations(database: Database) -> None:
    """R4: what the migrations make is what the models say."""
    async with database.engine.connect() as connection:
        assert await connection.run_sync(_differences) == []


async def test_indexes_of_migrations_hold_what_models_say(database: Database) -> None:
    """R4: an index is of the same rows whether migrations or models made it; the comparison above sees no conditions."""
    statement = text(_DEFINITIONS[database.engine.dialect.name])
    async with database.engine.connect() as connection:
        migrated = {name: sql for name, sql in await connection.execute(statement)}  # noqa: C416 - rows, not pairs
    await migrate(database, to="base")
    async with database.engine.execution_options(write=True).begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
        made = {name: sql for name, sql in await connection.execute(statement)}  # noqa: C416 - rows, not pairs

    assert "ix_orders_address_wanted" in migrated
    assert migrated == made


async def test_what_is_searched_is_filled(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """O2, R4: rows of the time before are searched like new ones once they are migrated, however many there are."""
    monkeypatch.setattr(domain.migration, "_BATCH", 3)
    await migrate(database, to="0008")
    company = (
        "INSERT INTO companies (id, name, created_at, store_type, region, allow_inventory_upload, "
        "allow_order_download, allow_tracking_upload, safety_quantity, sell_only_mapped_warehouses) "
        "VALUES (1, 'x', '2026-01-01', 'NONE', 'US', false, false, false, 0, false)"
    )
    product = (
        "INSERT INTO products (id, company_id, sku, name, use_default_safety_quantity, safety_quantity) "
        "VALUES (:id, 1, :sku, :name, true, 0)"
    )
    rows = [{"id": i, "sku": f"Å{i}", "name": "SØREN"} for i in range(1, 9)]
    async with database.write() as session:
        await session.execute(text(company))
        await session.execute(text(product), rows)

    await migrate(database)

    # A server of the release before, which is not stopped yet, and another look at what it wrote.
    async with database.write() as session:
        await session.execute(text(product), [{"id": 9, "sku": "Å9", "name": "SØREN"}])
    await migrate(database)
    async with database.read() as session:
        found = await session.execute(text("SELECT sku_folded, name_folded FROM products ORDER BY id"))
        assert found.all() == [(f"a{i}", "soren") for i in range(1, 10)]


async def test_two_at_once(database: Database) -> None:
    """R4: two processes that migrate at the same moment do it once."""
    await migrate(database, to="base")
    other = Database(database.engine.url.render_as_string(hide_password=False))

    results = await asyncio.gather(migrate(database), migrate(other))
    await other.close()

    assert sorted(len(done.ran) for done in results) == [0, len(VERSIONS)]
    assert await problem(database) is None


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.name)
def test_numbered(path: Path) -> None:
    """R4: each migration is numbered, follows the one before, and is named by its number."""
    text = path.read_text(encoding="utf-8")
    number = VERSIONS.index(path) + 1
    before = f'"{number - 1:04}"' if number > 1 else "None"

    assert re.match(rf"{number:04}_\w+\.py$", path.name)
    assert f'revision = "{number:04}"' in text
    assert f"down_revision = {before}" in text


async def test_a_mall_for_each_region(database: Database) -> None:
    """R4, C12: companies and what refers to them outlive the migration, and back the first keeps a mall of several."""
    await migrate(database, to="0008")
    company = (
        "INSERT INTO companies (id, name, created_at, store_type, region, allow_inventory_upload,"
        " allow_order_download, allow_tracking_upload, safety_quantity, sell_only_mapped_warehouses, mall_id)"
        " VALUES ({id}, 'C', '2026-01-01 00:00:00+00', 'NONE', '{region}', false, false, false, 0, false, '{mall}')"
    )
    token = (
        "INSERT INTO access_tokens (company_id, purpose, sealed, last_four, status, scopes, missing_scopes)"
        " VALUES (1, 'ALL', 'x', '', 'VALID', '[]', '[]')"
    )
    for statement in (company.format(id=1, region="US", mall="7"), token):
        await _do(database, statement)

    await migrate(database)
    await _do(database, company.format(id=2, region="EU", mall="7"))
    with pytest.raises(IntegrityError):
        await _do(database, company.format(id=3, region="EU", mall="7"))
    await migrate(database, to="0008")

    async with database.engine.connect() as connection:
        malls = text("SELECT id, mall_id FROM companies ORDER BY id")
        assert [tuple(row) for row in await connection.execute(malls)] == [(1, "7"), (2, None)]
        assert await connection.scalar(text("SELECT company_id FROM access_tokens")) == 1
    with pytest.raises(IntegrityError):
        await _do(database, company.format(id=3, region="GLOBAL", mall="7"))
    await migrate(database)


async def _do(database: Database, statement: str) -> None:
    async with database.write() as session:
        await session.execute(text(statement))


@UNREAD
async def test_rows_outlive_their_foreign_keys(database: Database) -> None:
    """R4, A5: back and forth over the foreign keys that name the company, rows of every kind stay, those that go with a parent too."""
    async with database.write() as session:
        company = await make_company(session)
        session.add(AccessToken(company_id=company.id, purpose=AccessTokenPurpose.ALL, sealed="x", last_four="",
                                status=AccessTokenStatus.VALID))  # fmt: skip
        await fill(session)
    before = await _counts(database)
    assert min(before[name] for name in ("combined_packages", "stock_changes", "reservations")) > 0
    await migrate(database, to="0016")
    assert await _counts(database) == before
    await migrate(database, finish=True)

    assert await _counts(database) == before
    async with database.engine.connect() as connection:
        assert await connection.run_sync(_differences) == []


async def _counts(database: Database) -> dict[str, int]:
    async with database.read() as session:
        return {
            name: await session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in Base.metadata.tables.items()
            # These came after these keys, and go with their tables.
            if name != "changes"
            and "_sum" not in name
            and not name.startswith(
                (
                    "authorizations",
                    "channel_action",
                    "export",
                    "invoice",
                    "listing",
                    "order_invoice",
                    "product_price",
                    "return",
                    "shipping_label",
                    "webhook",
                )
            )
        }
